package text

import (
	"testing"

	"gatewatch/internal/core/event"
)

// What is read is summed up since the group was topped up: it is not all that the key ever spent.
func TestATotalSaysSinceWhen(t *testing.T) {
	b := &event.SpendRecorded{Key: "7", Name: "crawler", Amount: event.USD(0.5), Model: "bulk", Total: event.USD(2), HasTotal: true}
	for via, want := range map[event.Via]string{
		event.ViaHub:  "crawler spent $0.50 on bulk, $2.00 in all",
		event.ViaREST: "crawler spent $0.50 on bulk, $2.00 since its group was topped up",
	} {
		if got := Sentence(event.Envelope{Source: &event.Source{Via: via}, Body: b}); got != want {
			t.Errorf("%s: %q, want %q", via, got, want)
		}
	}
}
