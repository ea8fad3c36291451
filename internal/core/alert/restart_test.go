package alert

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// restarts goes on with another evaluator and what the first one left, as the gateway is
// read anew.
func (w *world) restarts(away time.Duration) {
	saved := w.ev.Export()
	w.at = w.at.Add(away)
	w.ev = New(Config{Location: time.UTC})
	w.ev.Load(saved)
	g := w.live.Gateways["prod"]
	g.LastEventAt = w.at.Add(time.Second).UnixMilli()
	w.live.Gateways["prod"] = g
}

// TestASwitchedOffProviderKeepsItsCause: the gateway lists its errors for minutes only, and
// when a provider was first read is no time at which anything happened to it.
func TestASwitchedOffProviderKeepsItsCause(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.provider("A", "unhealthy", true)
	since := w.at.Add(-10 * time.Second)
	w.in.Rejected = map[string]Rejection{"prod/A": {Status: 401, Count: 1, Since: since, At: since}}
	w.after(time.Minute)
	was := w.only("provider.switched_off")
	w.in.Rejected = map[string]Rejection{}
	w.restarts(48 * time.Minute)
	delete(w.live.Providers, "prod/A") // its hubs are connected before its lists are read
	for range 3 {
		if got := w.after(2 * time.Second); len(got) > 0 {
			t.Fatalf("%q", got)
		}
	}
	w.provider("A", "unhealthy", true) // read first now
	w.after(5 * time.Second)
	if a := w.only("provider.switched_off"); a.Body != was.Body || !a.Since.Equal(was.Since) || !strings.HasPrefix(a.Body, "One upstream 401 at 14:01.") {
		t.Errorf("it was %q since %v and is %q since %v", was.Body, was.Since, a.Body, a.Since)
	}
	again := w.at.Add(-time.Second)
	w.in.Rejected = map[string]Rejection{"prod/A": {Status: 402, Count: 2, Since: again, At: again}}
	w.after(time.Second)
	if a := w.only("provider.switched_off"); !a.Annotations.From.Equal(again) {
		t.Errorf("what is listed of a later time counts: %q", a.Body)
	}
}

// TestWhatHappenedIsNotForgottenByARestart: that a key was deleted is shown for as long as it
// would have been without the restart, and no longer.
func TestWhatHappenedIsNotForgottenByARestart(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.live.Keys["prod/5"] = state.KeySpend{ID: "prod/5", Gateway: "prod", Key: "5", Name: "trial-a", Status: "deleted"}
	w.fact(event.KeyChanged{Key: "5", Name: "trial-a", Action: event.ActionDeleted, Comparison: event.Comparison{After: w.at.Add(-2 * time.Minute)}})
	w.after(time.Minute)
	was := w.only("key.deleted")
	if !strings.HasPrefix(was.Body, "Between 14:00 and 14:02. ") { // by two reads of a list
		t.Errorf("%q", was.Body)
	}
	for range 2 {
		w.restarts(time.Minute)
		if got := w.after(5 * time.Second); len(got) > 0 {
			t.Fatalf("%q", got)
		}
		if a := w.only("key.deleted"); a.Title != was.Title || a.Body != was.Body || !a.Since.Equal(was.Since) || a.Stale {
			t.Errorf("was %+v\nis %+v", was, a)
		}
	}
	if got := strings.Join(w.after(changeLives), " "); got != "key.deleted resolved" {
		t.Errorf("%q", got)
	}
}

// TestWhatIsOverShowsWhatEndedIt: the reading that ended an alert is the last one of it, and
// nothing is left of what held it back.
func TestWhatIsOverShowsWhatEndedIt(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.prepaid(1, event.USD(10), event.USD(10), "credit:1")
	w.after(time.Minute)
	w.restarts(time.Minute)
	w.ev.SetSystemState(SystemState{Since: w.at, Grace: DefaultGrace})
	w.after(time.Second) // it is held back: the program has just started
	w.prepaid(0, event.USD(49), event.USD(59), "credit:2")
	read := w.at.Add(-500 * time.Millisecond)
	g := w.live.Groups["prod/7"]
	g.UpdatedAt = read.UnixMilli()
	w.live.Groups["prod/7"] = g
	w.after(time.Second)
	for _, l := range w.ev.Lines(w.at) {
		if l.Rule != "budget.exhausted" {
			continue
		}
		a, _ := w.ev.Find(l.ID)
		if l.Status != "resolved" || l.InhibitedBy != "" || l.Stale || !a.DataAt.Equal(msTime(read.UnixMilli())) {
			t.Errorf("read at %v: %+v", a.DataAt, l)
		}
	}
}

// TestAnEndThatNobodySaw: what was over when its gateway was read again lasted at most until
// then, however long after the start that was; what ends later, as long as it was seen to.
func TestAnEndThatNobodySaw(t *testing.T) {
	for _, c := range []struct {
		seen   time.Duration // after the gateway was read again
		unseen bool
	}{{10 * time.Second, true}, {10 * time.Minute, false}} {
		w := newWorld(t, DefaultConfig())
		w.provider("A", "unhealthy", true)
		w.after(time.Minute)
		w.restarts(time.Hour)
		g := w.live.Gateways["prod"]
		g.LastEventAt = w.at.Add(-time.Hour).UnixMilli() // it does not answer yet
		w.live.Gateways["prod"] = g
		w.after(15 * time.Minute)
		g.LastEventAt = w.at.UnixMilli()
		w.live.Gateways["prod"] = g
		w.provider("A", "unhealthy", true)
		w.after(time.Second)
		w.after(c.seen)
		w.provider("A", "healthy", false)
		w.after(5 * time.Minute)
		a, known := w.ev.resolved[w.fingerprintOf("provider.switched_off")]
		if !known || a.Annotations.EndUnseen != c.unseen || !strings.Contains(a.Body, "at most") {
			t.Errorf("%v after it was read: %+v", c.seen, a)
		}
	}
}

// fingerprintOf is that of the only alert of a rule that is over.
func (w *world) fingerprintOf(rule string) string {
	for print, a := range w.ev.resolved {
		if a.Rule == rule {
			return print
		}
	}
	return ""
}
