package run

import (
	"testing"
	"time"

	"gatewatch/internal/core/cause"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/core/state"
)

// TestWhatNobodyKnowsWhenItWasSpentIsNotForeseenFrom: neither from a history nor from
// the book of a gateway that is watched; a chart of the past has it.
func TestWhatNobodyKnowsWhenItWasSpentIsNotForeseenFrom(t *testing.T) {
	now := time.Now().Truncate(time.Hour).Add(50 * time.Minute)
	began := now.Add(-100 * time.Minute)
	db := spentHistory(t, 1, 1, now)
	b := ledger.New()
	b.Join("1", "9", began)
	b.Key("1", event.USD(10), began)
	b.Push(ledger.Spend{At: began.Add(5 * time.Minute), Key: "1", Amount: event.USD(1), Total: event.USD(11), OfKey: true})
	b.Key("1", event.USD(71), began.Add(45*time.Minute))
	db.PutLedger("prod", b.Take())
	if err := db.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		watch bool
	}{{"from the history", false}, {"from the book", true}} {
		t.Run(c.name, func(t *testing.T) {
			s, err := readSpending(t.Context(), db, now, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.watch {
				s.take("prod", b)
			}
			for _, budget := range []Budget{
				{Gateway: "prod", Kind: "key", Keys: []event.KeyID{"1"}},
				{Gateway: "prod", Kind: KindGroup, Keys: []event.KeyID{"1"}, Groups: []event.GroupID{"9"}},
			} {
				dated, all := event.NanoUSD(0), event.NanoUSD(0)
				for _, x := range s.of(&budget) {
					if !x.At.Before(began) {
						dated += x.Amount
					}
				}
				for _, x := range s.withUndated(&budget) {
					if !x.At.Before(began) {
						all += x.Amount
					}
				}
				if all-dated != event.USD(60) {
					t.Errorf("%s: %s with what nobody knows when, %s without", budget.Kind, all, dated)
				}
			}
			if most := s.peaks(now)["prod/1"]; most >= event.USD(60) {
				t.Errorf("the most in ten minutes: %s", most)
			}
		})
	}
}

// TestAStopOfMinutesIsAGap: where somebody says what was watched.
func TestAStopOfMinutesIsAGap(t *testing.T) {
	now := time.Unix(2000*3600, 0)
	at := now.Unix() / 60
	runs := ledger.Spans{{From: at - 100, To: at - 60}, {From: at - 58, To: at - 40}, {From: at - 34, To: at}}
	joined := joinSpans(append(ledger.Spans{}, runs...), now, true, 0)
	if len(joined) != 2 || joined[0] != (ledger.Span{From: at - 100, To: at - 40}) || joined[1].From != at-34 {
		t.Errorf("%v", joined)
	}
	if rough := joinSpans(append(ledger.Spans{}, runs...), now, false, 0); len(rough) != 1 {
		t.Errorf("nobody says what was watched: %v", rough)
	}
	p := &Program{began: now.Add(-time.Hour)}
	if s := p.watchedNow(joined, now.Add(2*time.Minute)); s.From != at || s.To != at+3 {
		t.Errorf("watched until just now: %v, now is %d", s, at)
	}
	if s := p.watchedNow(joined, now.Add(8*time.Minute)); s.From != at+8 {
		t.Errorf("watched until 8 minutes ago: %v, now is %d", s, at+8)
	}
}

// TestWhatWasSpentMeanwhileIsNoUse: it is no use of the hour before an alert, and no rise.
func TestWhatWasSpentMeanwhileIsNoUse(t *testing.T) {
	now := time.Now().Truncate(time.Minute)
	b := ledger.New()
	b.Key("1", event.USD(10), now.Add(-40*time.Minute))
	b.Key("1", event.USD(70), now.Add(-6*time.Minute))
	b.Push(ledger.Spend{At: now.Add(-2 * time.Minute), Key: "1", Amount: event.USD(1), Total: event.USD(71), OfKey: true})
	w := cause.World{Alert: state.AlertLine{Since: now.UnixMilli(), EntityKind: "key", Entity: "1"}}
	useOf(b, &w)
	var sum event.NanoUSD
	for _, u := range w.Uses {
		sum += u.Amount
	}
	if sum != event.USD(1) {
		t.Errorf("used in the hour before: %s, want $1: %+v", sum, w.Uses)
	}
}
