package wire

import (
	"strings"

	"gatewatch/internal/core/event"
)

// replyRows are the targets of replies.
var replyRows = map[string]row{
	"PreferencesUpdated":              answers(),
	"DeliveryStatisticsUpdated":       {object: object(readStatistics)},
	"StatisticsRequested":             answers(),
	"Error":                           answers(),
	"SubscribedToKeyManagement":       answers(),
	"UnsubscribedFromKeyManagement":   answers(),
	"AnalyticsSummary":                answers(),
	"SubscribedToAnalytics":           answers(),
	"UnsubscribedFromAnalytics":       answers(),
	"SubscribedToGlobalAnalytics":     answers(),
	"UnsubscribedFromGlobalAnalytics": answers(),
	"SubscribedToVirtualKey":          answers(),
	"UnsubscribedFromVirtualKey":      answers(),
	"SubscribedToProvider":            answers(),
	"UnsubscribedFromProvider":        answers(),
	"RefreshRequested":                answers(),
}

// statistics is the report of webhook deliveries that a gateway sends every
// minute whatever happens.
type statistics struct{ period, at value }

func (w *statistics) slot(name []byte) *value {
	switch string(name) {
	case "period":
		return &w.period
	case "timestamp":
		return &w.at
	}
	return nil
}

func readStatistics(d *Decoder, w *statistics) {
	d.emitEvent(event.Heartbeat{Stream: "webhooks", At: d.timestampOrNow(w.at)})
}

// subscriptionReply is a reply that is an object.
type subscriptionReply struct{ message, provider, at value }

func (w *subscriptionReply) slot(name []byte) *value {
	switch string(name) {
	case "message":
		return &w.message
	case "provider":
		return &w.provider
	case "timestamp", "requestedAt":
		return &w.at
	}
	return nil
}

func readAnswer(d *Decoder, w *subscriptionReply) {
	d.reply(d.text(firstGiven(w.message, w.provider)))
}

func readAnswerArgs(d *Decoder, args []value) {
	texts := make([]string, 0, 2)
	for _, a := range args[:min(len(args), 4)] {
		texts = append(texts, d.text(a))
	}
	s, _ := clean(strings.Join(texts, ", "), maxRunes)
	d.reply(s)
}

// reply reports what a hub answered; the target Error is a refusal.
func (d *Decoder) reply(text string) {
	d.emitEvent(event.Reply{
		Target: d.target, Text: redact(text), Refused: d.target == "Error", At: d.now,
	})
}

// answers is the row of a reply, which may be an object or positional.
func answers() row { return row{object: object(readAnswer), positional: readAnswerArgs} }
