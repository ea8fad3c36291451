package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// TestWhatWasSpentMeanwhileIsOfNoMinute: what a key's total grew by while nobody watched
// is of today and of the last 24 hours, but no minute had it, and no rate rests on it.
func TestWhatWasSpentMeanwhileIsOfNoMinute(t *testing.T) {
	t.Parallel()
	s := newScript()
	read := func(spent float64, minutes int) {
		s.now = t0.Add(time.Duration(minutes) * time.Minute)
		s.apply(event.KeyRead{Key: "1", Name: "api", Group: "7", HasSpend: true, Spend: event.USD(spent), At: s.now})
	}
	read(10, 0)
	read(11, 1)
	read(71, 36)
	s.now = t0.Add(37 * time.Minute)
	s.apply(&event.SpendRecorded{Key: "1", Amount: event.USD(2), Total: event.USD(73), HasTotal: true, At: s.now})
	s.Derive(s.now)
	b := s.Live().Burn["g"]
	var sum int64
	for _, n := range b.PerMinute {
		sum += max(n, 0)
	}
	if sum != int64(event.USD(3)) {
		t.Errorf("the minutes have $%.2f, want $3", float64(sum)/1e9)
	}
	first := t0.Truncate(time.Minute).UnixMilli()
	if len(b.Undated) != 1 || b.Undated[0].Amount != int64(event.USD(60)) ||
		b.Undated[0].From != first+2*minute || b.Undated[0].To != first+37*minute {
		t.Errorf("undated: %+v, want $60 from minute 2 to the end of minute 36 of %d", b.Undated, first)
	}
	g := s.Live().Gateways["g"]
	if g.Today.Or(0) != event.USD(63) || g.BurnPerHour.Or(0) > event.USD(12) {
		t.Errorf("today %s, an hour %s", g.Today, g.BurnPerHour)
	}

	// Of another hour it is not.
	s.Derive(s.now.Add(90 * time.Minute))
	if b := s.Live().Burn["g"]; len(b.Undated) != 0 {
		t.Errorf("an hour later: %+v", b.Undated)
	}
}

// TestARateRestsOnWholeMinutes: what was seen of a minute in which watching ended is not
// spread over the others.
func TestARateRestsOnWholeMinutes(t *testing.T) {
	t.Parallel()
	s := newLists()
	at := time.Date(2026, 12, 1, 9, 30, 30, 0, time.UTC)
	s.tell("keys", at, event.KeyRead{Key: "1", Name: "api", At: at})
	for ago := range 12 {
		s.call(at.Add(-time.Duration(ago)*time.Minute), at.Add(-time.Duration(ago)*time.Minute), 1)
	}
	s.tell("logs", at, event.LogRead{From: at.Add(-11 * time.Minute), To: at.Add(-6*time.Minute - 5*time.Second)})
	s.tell("logs", at, event.LogRead{From: at.Add(-4*time.Minute - 10*time.Second), To: at})
	s.Derive(at)
	// Each minute cost a dollar: those from 9:20 to 9:23 and from 9:27 to 9:29 are whole.
	if gw := s.Live().Gateways["g"]; gw.BurnSpan != 7 || gw.BurnPerHour.Or(-1) != event.USD(60) {
		t.Errorf("over %d min it spends %s an hour, want 60 dollars over 7", gw.BurnSpan, gw.BurnPerHour)
	}
}

// TestUndatedIsKeptAndForgotten: what a version that did not know of it left in the
// accounts is kept once it is read back, alone; what is older than the book holds is
// not held here either.
func TestUndatedIsKeptAndForgotten(t *testing.T) {
	t.Parallel()
	b := ledger.New()
	b.Key("1", event.USD(10), t0)
	b.Key("1", event.USD(70), t0.Add(34*time.Minute))
	s := New()
	s.SetGateway(Gateway{ID: "g"})
	s.KeepLedgers()
	now := t0.Add(40 * time.Minute)
	s.RestoreLedger("g", b.Take().Saved, now)
	told := 0
	s.Ledgers(func(_ event.GatewayID, x ledger.Taken) {
		told += len(x.Undated)
		if !x.Empty() || len(x.Groups)+len(x.Unlogged) > 0 {
			t.Errorf("what is on the disk is written again: %+v", x)
		}
	})
	if told != 1 || len(s.money["g"].undated) != 1 {
		t.Errorf("told %d times, held %d", told, len(s.money["g"].undated))
	}
	s.Tick(now.Add(27 * time.Hour))
	if n := len(s.money["g"].undated); n != 0 {
		t.Errorf("%d are still held a day later", n)
	}
}
