package text

import (
	"fmt"
	"strings"

	"gatewatch/internal/core/event"
)

// pollSentence has the sentences on polls.
func pollSentence(env event.Envelope) string {
	if b, is := env.Body.(event.Polled); is {
		return sayPoll(env.Source, b)
	}
	return ""
}

func sayPoll(from *event.Source, b event.Polled) string {
	switch b.Outcome {
	case event.PollOK:
		return fmt.Sprintf("%s is answered again", from)
	case event.PollSkipped, event.PollUnsupported:
		return strings.TrimSuffix(fmt.Sprintf("%s is not asked: %s", from, b.Cause), ": ")
	default:
		return strings.TrimSuffix(fmt.Sprintf("%s is not answered (%s): %s", from, b.Outcome, b.Cause), ": ")
	}
}
