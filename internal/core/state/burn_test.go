package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestARateOfSeveralGatewaysSaysWhatItLacks: where one of them is not known, the sum
// is a lower bound, and not known where the others spend nothing.
func TestARateOfSeveralGatewaysSaysWhatItLacks(t *testing.T) {
	t.Parallel()
	of := func(label string, n int64, span int64) Gateway {
		return Gateway{ID: label, Label: label, BurnPerHour: rateOf(n), BurnSpan: span}
	}
	prod, lab := of("Prod", oneMinute, 15), of("Lab", int64(event.USD(1.67)), 12)
	known := of("Prod", int64(event.USD(3.78)), 15)
	for _, c := range []struct {
		name     string
		gateways []Gateway
		want     event.Reading[event.NanoUSD]
	}{
		{"both are known", []Gateway{known, lab}, event.Known(event.USD(5.45))},
		{"the first is not", []Gateway{prod, lab}, event.Known(event.USD(1.67)).AtLeast("Prod: " + OneMinute)},
		{"the second is not", []Gateway{lab, prod}, event.Known(event.USD(1.67)).AtLeast("Prod: " + OneMinute)},
		{"the other spends nothing", []Gateway{prod, of("Lab", 0, 15)}, rateOf(oneMinute)},
		{"none is", []Gateway{prod}, rateOf(oneMinute)},
		{"there is none", nil, rateOf(tooShort)},
	} {
		if got, _ := BurnOf(c.gateways...); got != c.want {
			t.Errorf("%s: %s (%s), want %s (%s)", c.name, got, got.Why(), c.want, c.want.Why())
		}
	}
}

// TestRateIsKnownWithItsSpan: once enough minutes are watched, a gateway's rate
// is what its keys spend, though none of them was heard of since.
func TestRateIsKnownWithItsSpan(t *testing.T) {
	t.Parallel()
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 30, 0, 0, time.UTC)
	s.tell("keys", at, event.KeyRead{Key: "1", Name: "api", At: at})
	s.call(at.Add(-time.Minute), at.Add(-time.Minute), 1)
	s.call(at.Add(-2*time.Minute), at.Add(-2*time.Minute), 1)
	s.Derive(at)
	s.tell("logs", at, event.LogRead{From: at.Add(-20 * time.Minute), To: at})
	s.Derive(at)
	if gw := s.Live().Gateways["g"]; gw.BurnSpan != 15 || gw.BurnPerHour.Or(-1) != event.USD(8) {
		t.Errorf("over %d min it spends %s an hour, want 8 dollars over 15", gw.BurnSpan, gw.BurnPerHour)
	}
}

// TestAKeySpendsNoMoreThanItsGroup: the rates of both rest on the same minutes, though
// what was watched grows as the log is read back and nobody spends meanwhile.
func TestAKeySpendsNoMoreThanItsGroup(t *testing.T) {
	t.Parallel()
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 30, 30, 0, time.UTC)
	s.tell("groups", at, event.GroupRead{Group: "7", Name: "team", Balance: event.Known(event.USD(95)), Credits: event.Known(event.USD(100)), Spent: event.Known(event.USD(5)), At: at, There: at})
	s.tell("keys", at, event.KeyRead{Key: "1", Name: "api", Group: "7", At: at})
	for i := range 5 {
		s.call(at.Add(-20*time.Minute), at.Add(-time.Duration(3*i+1)*time.Minute), 1)
	}
	s.Derive(at)
	check := func(what string, now time.Time) {
		t.Helper()
		s.Derive(now)
		k, g := s.Live().Keys["g/1"], s.Live().Groups["g/7"]
		if k.LastHour.Or(0) == 0 || k.LastHour != g.LastHour || k.HourSpan != g.HourSpan || k.Rate15m != g.Rate15m {
			t.Errorf("%s: the key %s over %d min, its group %s over %d min", what, k.LastHour, k.HourSpan, g.LastHour, g.HourSpan)
		}
	}
	check("at first", at)
	s.tell("logs", at, event.LogRead{From: at.Add(-40 * time.Minute), To: at})
	check("after more was read back", at.Add(100*time.Millisecond))
	s.tell("logs", at, event.LogRead{From: at.Add(-2 * time.Hour), To: at})
	check("after all was", at.Add(200*time.Millisecond))
	if k := s.Live().Keys["g/1"]; k.HourSpan != 60 || k.LastHour != event.Known(event.USD(5)) {
		t.Errorf("%s in %d min, want 5 in 60", k.LastHour, k.HourSpan)
	}
	check("in the next minute", at.Add(40*time.Second))
}
