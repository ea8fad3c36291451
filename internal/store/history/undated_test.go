package history

import (
	"path/filepath"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// TestSpentNobodyKnowsWhen: what was spent while nobody watched is in the sum of a line
// and in no minute of it, nor in an hour where it may be of two; also after a restart.
func TestSpentNobodyKnowsWhen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	db := open(t, path, testOptions())
	at := start.Truncate(time.Hour).Add(-3 * time.Hour)
	b := ledger.New()
	b.Key("7", event.USD(10), at)
	b.Push(ledger.Spend{At: at.Add(10 * time.Minute), Key: "7", Amount: event.USD(2), Total: event.USD(12), OfKey: true})
	b.Key("7", event.USD(72), at.Add(44*time.Minute)) // within the hour
	b.Push(ledger.Spend{At: at.Add(44 * time.Minute), Key: "7", Amount: event.USD(1), Total: event.USD(73), OfKey: true})
	b.Key("7", event.USD(78), at.Add(80*time.Minute)) // over its end
	db.PutLedger("prod", b.Take())
	flush(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path, testOptions())
	for _, c := range []struct {
		step    Step
		by      GroupBy
		undated []event.NanoUSD
		points  map[time.Duration]event.NanoUSD
	}{
		{StepMinute, GroupKey, []event.NanoUSD{event.USD(60), event.USD(5)}, map[time.Duration]event.NanoUSD{10 * time.Minute: event.USD(2), 44 * time.Minute: event.USD(1), 80 * time.Minute: 0}},
		{StepHour, GroupNone, []event.NanoUSD{event.USD(5)}, map[time.Duration]event.NanoUSD{0: event.USD(63), time.Hour: 0}},
		{StepDay, GroupGateway, nil, nil},
	} {
		lines := must[[]SpendLine](t)(db.SpendSeries(t.Context(), SpendQuery{Step: c.step, GroupBy: c.by, Range: Range{From: at.Add(-time.Hour)}}))
		if len(lines) != 1 || lines[0].Amount != event.USD(68) || len(lines[0].Undated) != len(c.undated) {
			t.Fatalf("by the %s: %+v", c.step, lines)
		}
		for i, n := range c.undated {
			if u := lines[0].Undated[i]; u.Nano != n || u.Gateway != "prod" {
				t.Errorf("by the %s: %+v", c.step, u)
			}
		}
		for _, p := range lines[0].Points {
			if want, known := c.points[p.At.Sub(at)]; c.points != nil && (!known || p.Amount != want) {
				t.Errorf("by the %s, after %s: %s", c.step, p.At.Sub(at), p.Amount)
			}
		}
	}

	// By the provider, a key's calls have one and what nobody told of has none.
	lines := must[[]SpendLine](t)(db.SpendSeries(t.Context(), SpendQuery{Step: StepMinute, GroupBy: GroupProvider}))
	if len(lines) != 1 || len(lines[0].Undated) != 2 {
		t.Errorf("%+v", lines)
	}
	b.Renew() // other books
	db.PutLedger("prod", b.Take())
	flush(t, db)
	if all := must[[]Undated](t)(db.Undated(t.Context(), SpendQuery{})); len(all) != 0 {
		t.Errorf("still undated: %+v", all)
	}
}
