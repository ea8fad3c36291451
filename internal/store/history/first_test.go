package history

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestModelsAreKnownSinceOneWasNamed: what a group had spent before anybody looked, in one sum
// of a month ago, says nothing of the models that were used then.
func TestModelsAreKnownSinceOneWasNamed(t *testing.T) {
	db := openNew(t, testOptions())
	hour := start.Truncate(time.Hour)
	db.AddSpend(Spend{Gateway: "prod", At: hour.Add(-720 * time.Hour), Amount: 20})
	db.AddSpend(Spend{Gateway: "prod", Key: "4", Model: "bulk", At: hour, Amount: 1})
	flush(t, db)
	models, gateways, err := db.FirstSpends(t.Context(), hour.Add(-1000*time.Hour))
	if err != nil || !models["prod/bulk"].Equal(hour) || !gateways["prod"].Equal(hour) || len(models) != 1 {
		t.Errorf("%v %v %v", models, gateways, err)
	}
}

// TestTheFirstEventIsOfItsGateway: a gateway that was added later was not watched
// before.
func TestTheFirstEventIsOfItsGateway(t *testing.T) {
	db := openNew(t, testOptions())
	if at, err := db.FirstEvent(t.Context(), "prod"); err != nil || !at.IsZero() {
		t.Errorf("of none: %v %v", at, err)
	}
	later := spent(2)
	later.Source = &event.Source{Gateway: "other", Via: event.ViaHub}
	db.Record(spent(1))
	db.Record(later)
	flush(t, db)
	for gateway, want := range map[event.GatewayID]time.Time{spent(1).Source.Gateway: spent(1).At, "other": later.At} {
		if at, err := db.FirstEvent(t.Context(), gateway); err != nil || at.Sub(want).Abs() > time.Millisecond {
			t.Errorf("%s: %v %v, want %v", gateway, at, err, want)
		}
	}
}
