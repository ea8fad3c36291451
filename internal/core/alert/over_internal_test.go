package alert

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// What a rule waits for a quarter of an hour to call over is not shown as open for
// so long, and is open again at once if it comes back.
func TestWhatIsOverForMinutesIsShownAsOver(t *testing.T) {
	shown := func(after time.Duration) state.AlertLine {
		a := Alert{Rule: "spend.loop", Status: StatusRecovering, Since: time.Unix(1000, 0), ClearedAt: time.Unix(2000, 0)}
		return a.line(a.ClearedAt.Add(after))
	}
	if l := shown(3 * time.Minute); l.Status != string(StatusRecovering) || l.EndedAt != 0 {
		t.Errorf("after three minutes: %s, ended %d", l.Status, l.EndedAt)
	}
	if l := shown(4 * time.Minute); l.Status != string(StatusResolved) || l.EndedAt != 2_000_000 {
		t.Errorf("after four minutes: %s, ended %d", l.Status, l.EndedAt)
	}
	e := New(DefaultConfig())
	in := &trackedAlert{rule: e.byID["spend.loop"], Alert: Alert{Status: StatusRecovering, ClearedAt: time.Unix(2000, 0)}}
	e.transition(nil, in, false, false, time.Unix(2000, 0).Add(shownRecovering))
	e.transition(nil, in, false, false, time.Unix(2001, 0).Add(shownRecovering))
	if len(in.changes) != 1 || in.changes[0] != Updated || in.Status != StatusRecovering {
		t.Errorf("as it is shown as over: %v, %s", in.changes, in.Status)
	}
	e.transition(nil, in, true, false, time.Unix(2002, 0).Add(shownRecovering))
	if l := in.line(time.Unix(2003, 0).Add(shownRecovering)); l.Status != string(StatusFiring) || l.EndedAt != 0 {
		t.Errorf("as it came back: %s, ended %d", l.Status, l.EndedAt)
	}
}

// An alert about a limit ends with the limit, and without good news.
func TestAnAlertAboutALimitThatIsGoneEnds(t *testing.T) {
	e := New(DefaultConfig())
	live := state.New().Live()
	live.Gateways["prod"] = state.Gateway{ID: "prod", Label: "prod"}
	k := state.KeySpend{
		ID: "prod/7", Gateway: "prod", Key: "7", Name: "team", Status: "enabled", Total: event.Known(event.USD(95)), Limit: event.Known(event.USD(100)), UsedRatio: event.Known(0.95),
		ReportedRatio: -1,
	}
	live.Keys[k.ID] = k
	now := time.Unix(100_000, 0)
	e.Eval(live, now)
	if n := len(e.Export().Open); n == 0 {
		t.Fatal("no alert about 95 %")
	}
	k.Limit, k.UsedRatio = event.NotKnown[event.NanoUSD](event.ReadingUnknown, ""), event.Reading[float64]{}
	live.Keys[k.ID] = k
	e.Eval(live, now.Add(time.Minute))
	if n := len(e.Export().Open); n == 0 {
		t.Error("that nobody told the limit ended it")
	}
	k.Limit = event.NotKnown[event.NanoUSD](event.ReadingNone, "")
	live.Keys[k.ID] = k
	e.Eval(live, now.Add(2*time.Minute))
	saved := e.Export()
	if len(saved.Open) != 0 || len(saved.Resolved) == 0 || saved.Resolved[0].EndReason != EndDeleted {
		t.Errorf("without a limit %d are open, %d resolved", len(saved.Open), len(saved.Resolved))
	}
}
