package wire

import (
	"strings"

	"gatewatch/internal/event"
)

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
	d.tell(event.Heartbeat{Stream: "webhooks", At: d.at(w.at)})
}

// answer is a reply that is an object.
type answer struct{ message, provider, at value }

func (w *answer) slot(name []byte) *value {
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

func readAnswer(d *Decoder, w *answer) {
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

// reply tells what a hub answered; the target Error is a refusal.
func (d *Decoder) reply(text string) {
	d.tell(event.Reply{
		Target: d.target, Text: redact(text), Refused: d.target == "Error", At: d.now,
	})
}
