package history

import (
	"testing"
	"time"
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
