package alert

import (
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/state"
)

// listed is the line of an alert.
func (w *world) listed(rule string) (l state.AlertLine) {
	w.t.Helper()
	for _, x := range w.ev.Lines(w.at) {
		if x.Rule == rule {
			return x
		}
	}
	w.t.Fatalf("%s is not listed", rule)
	return l
}

// TestThresholdsOfABudgetAreToldApart: they have one title.
func TestThresholdsOfABudgetAreToldApart(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.key("1", "agents", 0.92)
	w.provider("A", "unhealthy", false)
	w.after(time.Minute)
	got := map[float64]int{}
	for _, l := range w.ev.Lines(w.at) {
		got[l.Threshold]++
	}
	if got[0.9] != 1 || got[0.75] != 1 || got[0] != 1 {
		t.Errorf("%v", got)
	}
}

// TestAMuteKeepsWhatFiresInTheLists: it silences notices; only an alert that was
// snoozed by itself leaves the open ones.
func TestAMuteKeepsWhatFiresInTheLists(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.provider("A", "unhealthy", false)
	w.after(10 * time.Second)
	until := w.at.Add(time.Hour)
	if err := w.ev.SilenceAll(until, true, w.at); err != nil {
		t.Fatal(err)
	}
	if got := w.after(time.Second); !slices.Equal(got, []string{"provider.unhealthy muted"}) {
		t.Errorf("%q", got)
	}
	if l := w.listed("provider.unhealthy"); l.MutedUntil != until.UnixMilli() || l.SilencedUntil != 0 {
		t.Errorf("muted until %d, snoozed until %d", l.MutedUntil, l.SilencedUntil)
	}
	if a := w.only("provider.unhealthy"); !a.SilencedUntil.Equal(until) {
		t.Errorf("it is not silenced: %v", a.SilencedUntil)
	}
	if err := w.ev.AddSilence(Silence{Matcher: Matcher{Fingerprint: w.listed("provider.unhealthy").ID}, UntilResolved: true}, w.at); err != nil {
		t.Fatal(err)
	}
	w.after(time.Second)
	if l := w.listed("provider.unhealthy"); l.MutedUntil != 0 || l.SilencedUntil == 0 {
		t.Errorf("snoozed by itself: muted until %d, snoozed until %d", l.MutedUntil, l.SilencedUntil)
	}
}

// TestAnAlertOfTheLastRunIsOpenWhileItsGatewayIsDown: as of its age, however long
// that lasts, and held back by nothing.
func TestAnAlertOfTheLastRunIsOpenWhileItsGatewayIsDown(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.provider("A", "unhealthy", false)
	w.after(time.Minute)
	saved := w.ev.Export()
	w.ev = New(DefaultConfig())
	w.ev.Load(saved)
	clear(w.live.Providers)
	for id, l := range w.live.Links {
		l.State, l.Class, l.LostAt, l.LastEventAt = "reconnecting", "gateway_down", w.at.UnixMilli(), 0
		w.live.Links[id] = l
	}
	clear(w.live.PollTargets)
	w.after(time.Hour)
	if l := w.listed("gateway.unreachable"); l.Status != string(StatusFiring) {
		t.Fatalf("the gateway: %s", l.Status)
	}
	if l := w.listed("provider.unhealthy"); l.Status != string(StatusFiring) || l.InhibitedBy != "" || !l.Stale {
		t.Errorf("%s, held back by %q, stale %t", l.Status, l.InhibitedBy, l.Stale)
	}
}
