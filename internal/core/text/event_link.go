package text

import (
	"fmt"

	"gatewatch/internal/core/event"
)

// linkSentence has the sentences on our own connections.
func linkSentence(env event.Envelope) string {
	switch b := env.Body.(type) {
	case event.LinkChanged:
		return sayLink(b)
	case event.LinkMeasured:
		return fmt.Sprintf("Hub %s: %s events so far", b.Hub, Count(b.Events))
	case event.LinksReset:
		return "The connections are made anew, or not any more"
	case event.Resynchronised:
		if b.First {
			return fmt.Sprintf("Hub %s: subscribed and read", b.Hub)
		}
		return fmt.Sprintf("Hub %s: resynchronised after %s without events", b.Hub, Latency(float64(b.GapMS)))
	case event.BacklogDropped:
		return fmt.Sprintf("Hub %s: %s messages were given up because Gatewatch was too slow", b.Hub, Count(b.Count))
	case event.Unrecognised:
		return fmt.Sprintf("Hub %s sent %q, which cannot be read: %s", b.Hub, b.Target, b.Reason)
	}
	return ""
}

func sayLink(b event.LinkChanged) string {
	text := fmt.Sprintf("Hub %s: %s", b.Hub, b.State)
	if b.State == event.LinkConnected && b.Transport != "" {
		text += " over " + b.Transport
	}
	if b.Cause != "" {
		text += ". " + b.Cause
	}
	return text
}
