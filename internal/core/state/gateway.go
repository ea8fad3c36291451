package state

import "gatewatch/internal/core/event"

// foldGateway folds what a gateway says of itself in.
func (s *State) foldGateway(env *event.Envelope) (known, news bool) {
	switch b := env.Body.(type) {
	case event.Heartbeat:
		s.heartbeat(env, b)
		return true, false // it says nothing that a list should show
	case event.Reply:
		return true, b.Refused // a hub that did as it was asked is no news
	case event.ComponentReported:
		s.componentReported(env, b)
	case event.GatewayAlert, event.RefreshAdvised, event.ModelChanged, event.WebhookReported:
		// only listed
	default:
		return false, false
	}
	return true, true
}

func gatewaySeverity(body event.Event) event.Severity {
	switch b := body.(type) {
	case event.GatewayAlert:
		return b.Severity
	case event.ComponentReported:
		return severityOfHealth(b.Health)
	case event.WebhookReported:
		return warnIf(b.Outcome == event.WebhookFailed)
	}
	return ""
}

// heartbeat notes that a hub's regular report came.
func (s *State) heartbeat(env *event.Envelope, b event.Heartbeat) {
	l, known := s.live.Links[linkID(env)]
	if !known {
		return
	}
	l.LastEventAt = max(l.LastEventAt, eventTime(env, b.At))
	s.putLink(l)
	s.markContact(env)
	if l.Hub == webhooks {
		s.awaitHeartbeat(l.Gateway, ms(env.At), true)
	}
}
