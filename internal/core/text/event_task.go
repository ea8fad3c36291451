package text

import (
	"fmt"
	"strings"

	"gatewatch/internal/core/event"
)

// taskSentence has the sentences on tasks.
func taskSentence(env event.Envelope) string {
	if b, is := env.Body.(event.TaskProgressed); is {
		return sayTask(b)
	}
	return ""
}

func sayTask(b event.TaskProgressed) string {
	text := fmt.Sprintf("%s task %s is %s", strings.ToUpper(string(b.Medium[:min(1, len(b.Medium))]))+string(b.Medium[min(1, len(b.Medium)):]), b.Task, b.Status)
	if b.Progress >= 0 && b.Status == event.TaskProcessing {
		text += ", " + Share(b.Progress/100)
	}
	if b.Status == event.TaskFailed {
		if b.Error != "" {
			text += ": " + b.Error
		}
	}
	return text
}
