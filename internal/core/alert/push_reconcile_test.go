package alert

import (
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// ledger is a world whose lists are read and whose hubs push.
type ledger struct{ *world }

// newLedger has both hubs up for an hour and the lists read a minute ago; the
// connection for spend uses key 7 of group 2.
func newLedger(t *testing.T) ledger {
	w := ledger{newWorld(t, DefaultConfig())}
	for id, l := range w.live.Links {
		l.ConnectedAt = w.at.Add(-time.Hour).UnixMilli()
		w.live.Links[id] = l
	}
	w.read("mappings")
	w.read("groups")
	w.read("keys")
	w.at = w.at.Add(time.Minute)
	w.key("7", "billing", 0.1, func(k *state.KeySpend) { k.Group = "2" })
	w.tell(event.ViaHub, ownKeyHub, event.KeyRead{Key: "7", Enabled: event.Known(true)})
	w.after(time.Second)
	return w
}

// read notes a good read of a list.
func (w ledger) read(list string) {
	id := "prod/rest:" + list
	s := w.live.PollTargets[id]
	w.live.PollTargets[id] = state.PollTarget{ID: id, Gateway: "prod", Source: "rest:" + list, Outcome: "good", PreviousSuccessAt: s.SucceededAt, SucceededAt: w.at.UnixMilli()}
}

// tell shows a fact; one that is read is followed by the note of its read.
func (w ledger) tell(via event.Via, name string, body event.Event) {
	w.seq++
	w.ev.Observe(event.Envelope{Seq: w.seq, At: w.at, Source: &event.Source{Gateway: "prod", Via: via, Name: name}, Body: body})
	if via == event.ViaREST {
		w.read(name)
	}
	if via == event.ViaHub {
		if l, ok := w.live.Links["prod/"+name]; ok {
			l.LastEventAt = w.at.UnixMilli()
			w.live.Links["prod/"+name] = l
		}
	}
}

func (w ledger) mapping(via event.Via, name string) {
	w.tell(via, name, event.NavigationChanged{Entity: event.EntityModelMapping, Action: event.ActionUpdated, ID: "1", At: w.at})
}

func (w ledger) debit(usd float64) {
	w.tell(event.ViaREST, "groups", event.GroupDebited{Group: "2", Amount: event.USD(usd), At: w.at})
}

func (w ledger) push(usd float64) {
	w.tell(event.ViaHub, "spend", &event.SpendRecorded{Key: "7", Amount: event.USD(usd), At: w.at})
}

func (w ledger) total(usd float64) {
	w.tell(event.ViaREST, "keys", event.KeyRead{Key: "7", Enabled: event.Known(true), HasSpend: true, Spend: event.USD(usd), At: w.at})
}

func (w ledger) reconnect(id string) {
	l := w.live.Links[id]
	l.ConnectedAt = w.at.UnixMilli()
	w.live.Links[id] = l
}

// Where several keys are watched, the connection of a silent one is found by
// our name of the key, as the state has it.
func TestTheSilentOneOfSeveralKeys(t *testing.T) {
	w := newLedger(t)
	l := w.live.Links["prod/spend"]
	l.ID, l.Slot = "prod/spend@work", "work"
	w.live.Links[l.ID] = l
	w.key("9", "second", 0.1, func(k *state.KeySpend) { k.Group = "5" })
	w.seq++
	w.ev.Observe(event.Envelope{
		Seq: w.seq, At: w.at, Body: event.KeyRead{Key: "9", Enabled: event.Known(true)},
		Source: &event.Source{Gateway: "prod", Via: event.ViaHub, Name: ownKeyHub, Key: "9", Slot: "work"},
	})
	w.tell(event.ViaREST, "groups", event.GroupDebited{Group: "5", Amount: event.USD(4.10), At: w.at})
	if got := w.after(spendPushDeadline); !slices.Contains(got, "hub.silent fired") {
		t.Errorf("nobody says that the second key's connection is silent: %q", got)
	}
}

// TestSilentStreams: exactly what a hub pushes and did not counts.
func TestSilentStreams(t *testing.T) {
	const fired = "hub.silent fired"
	for name, tt := range map[string]struct {
		play  func(w ledger)
		wait  time.Duration // until it must have fired
		fires bool
	}{
		"a mapping, never pushed": {func(w ledger) { w.mapping(event.ViaREST, "mappings") }, mappingPushDeadline, true},
		"a mapping, not late yet": {func(w ledger) { w.mapping(event.ViaREST, "mappings") }, mappingPushDeadline - time.Second, false},
		"a mapping, pushed after all": {func(w ledger) {
			w.mapping(event.ViaREST, "mappings")
			w.after(50 * time.Second)
			w.mapping(event.ViaHub, "notifications")
		}, 5 * time.Minute, false},
		"a mapping, the hub was down": {func(w ledger) { w.reconnect("prod/notifications"); w.mapping(event.ViaREST, "mappings") }, 5 * time.Minute, false},
		"a mapping, and the hub goes": {func(w ledger) {
			w.mapping(event.ViaREST, "mappings")
			w.after(30 * time.Second)
			w.link("prod", "notifications", "reconnecting", "network")
		}, mappingPushDeadline, false},
		"another list is no business": {func(w ledger) {
			w.tell(event.ViaREST, "providers", event.NavigationChanged{Entity: event.EntityProvider, Action: event.ActionUpdated, ID: "1"})
		}, 5 * time.Minute, false},
		"a debit, never pushed":           {func(w ledger) { w.debit(4.10) }, spendPushDeadline, true},
		"a debit, pushed before":          {func(w ledger) { w.push(4.1000004); w.after(30 * time.Second); w.debit(4.10) }, 5 * time.Minute, false},
		"a debit, pushed a little later":  {func(w ledger) { w.debit(4.10); w.after(5 * time.Second); w.push(4.10) }, 5 * time.Minute, false},
		"a debit, another one was pushed": {func(w ledger) { w.push(1); w.after(30 * time.Second); w.debit(4.10) }, spendPushDeadline, true},
		"a debit of a group with a key that is not watched": {func(w ledger) {
			w.key("8", "other", 0.1, func(k *state.KeySpend) { k.Group = "2" })
			w.debit(4.10)
		}, 5 * time.Minute, false},
		"a debit of another group":   {func(w ledger) { w.tell(event.ViaREST, "groups", event.GroupDebited{Group: "3", Amount: event.USD(1)}) }, 5 * time.Minute, false},
		"a debit while we were away": {func(w ledger) { w.reconnect("prod/spend"); w.debit(4.10) }, 5 * time.Minute, false},
		"a total, after a task": {func(w ledger) {
			w.total(1)
			w.tell(event.ViaHub, "image-generation", event.TaskProgressed{Task: "t", Key: "7", Status: event.TaskCompleted})
			w.after(30 * time.Second)
			w.total(1.04)
		}, spendPushDeadline, true},
		"a total, set by hand": {func(w ledger) { w.total(1); w.after(30 * time.Second); w.total(5) }, 5 * time.Minute, false},
		"a total, as pushed": {func(w ledger) {
			w.total(1)
			w.tell(event.ViaHub, "image-generation", event.TaskProgressed{Task: "t", Key: "7", Status: event.TaskCompleted})
			w.after(time.Second)
			w.push(0.04)
			w.total(1.04)
		}, 5 * time.Minute, false},
		"a sum of the request log": {func(w ledger) {
			w.tell(event.ViaREST, "keys", event.KeyRead{Key: "7", HasSpend: true, Spend: 5, Since: w.at})
			w.tell(event.ViaREST, "keys", event.KeyRead{Key: "7", HasSpend: true, Spend: 9, Since: w.at})
		}, 5 * time.Minute, false},
		"a spend of the request log": {func(w ledger) { w.tell(event.ViaREST, "logs", &event.SpendRecorded{Key: "7", Amount: event.USD(4)}) }, 5 * time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newLedger(t)
			tt.play(w)
			if got := slices.Contains(w.after(tt.wait), fired); got != tt.fires {
				t.Errorf("fired: %v", got)
			}
		})
	}
}

// TestASilentStreamSpeaks: its first event ends it, whatever it says.
func TestASilentStreamSpeaks(t *testing.T) {
	w := newLedger(t)
	w.debit(4.10)
	w.after(spendPushDeadline)
	lines := w.ev.Lines(w.at)
	if len(lines) != 1 || lines[0].Title != "spend: its live feed is stuck — prod" {
		t.Fatalf("%+v", lines)
	}
	w.after(time.Minute)
	w.push(0.01)
	if got := w.after(time.Second); !slices.Contains(got, "hub.silent resolved") {
		t.Errorf("%q", got)
	}
	if got := w.after(30 * time.Minute); len(got) != 0 || len(w.ev.observed.pushes.expected) != 0 {
		t.Errorf("afterwards %q, %d owed", got, len(w.ev.observed.pushes.expected))
	}
}

// TestLightsAreJudged: a dark part is told once, and not for another's sake;
// not knowing ends nothing.
func TestLightsAreJudged(t *testing.T) {
	light := func(w *world, part, health, because string) {
		id := "prod/" + part
		w.live.Components[id] = state.ComponentHealth{ID: id, Gateway: "prod", Component: part, Health: health, CausedBy: because, Since: w.at.UnixMilli()}
	}
	titles := func(w *world) (all []string) {
		for _, l := range w.ev.Lines(w.at) {
			if l.Status == "firing" || l.Status == "recovering" {
				all = append(all, l.Severity+" "+l.Title)
			}
		}
		slices.Sort(all)
		return all
	}
	want := func(t *testing.T, w *world, all ...string) {
		t.Helper()
		if got := titles(w); !slices.Equal(got, all) {
			t.Errorf("shown %q, want %q", got, all)
		}
	}
	for part, title := range map[string]string{
		"redis": "Redis does not answer — prod", "event bus": "The event bus is down — prod",
		"database": "The database is down — prod",
	} {
		t.Run(part, func(t *testing.T) {
			w := newWorld(t, DefaultConfig())
			light(w, part, "unhealthy", "")
			w.after(29 * time.Second)
			want(t, w)
			w.after(2 * time.Second)
			want(t, w, "critical "+title)
			light(w, part, "unknown", "")
			w.after(time.Hour)
			want(t, w, "critical "+title)
			light(w, part, "healthy", "")
			w.after(31 * time.Second)
			want(t, w)
		})
	}
	t.Run("core, then explained by redis", func(t *testing.T) {
		w := newWorld(t, DefaultConfig())
		light(w, "core", "unhealthy", "")
		w.after(31 * time.Second)
		want(t, w, "warning Core does not answer — prod")
		light(w, "core", "degraded", "redis")
		light(w, "event bus", "degraded", "redis")
		light(w, "redis", "unhealthy", "")
		w.after(31 * time.Second)
		want(t, w, "critical Redis does not answer — prod")
		for _, a := range w.ev.Export().Resolved {
			if a.Dimension == "core" && a.EndReason != EndInhibited {
				t.Errorf("core ended as %q", a.EndReason)
			}
		}
	})
	t.Run("live events stopped", func(t *testing.T) {
		w := newWorld(t, DefaultConfig())
		light(w, "event bus", "degraded", "")
		w.after(31 * time.Second)
		want(t, w, "warning Live events stopped — prod")
		light(w, "event bus", "healthy", "")
		w.after(31 * time.Second)
		want(t, w)
	})
	t.Run("no connection is up", func(t *testing.T) {
		w := newWorld(t, DefaultConfig())
		w.link("prod", "notifications", "reconnecting", "network")
		w.link("prod", "spend", "reconnecting", "network")
		light(w, "core", "unhealthy", "")
		if got := w.after(5 * time.Minute); slices.ContainsFunc(got, func(s string) bool { return s == "gateway.impaired fired" }) {
			t.Errorf("%q", got)
		}
	})
}

// TestWhatIsReadAgainIsNotStale: a budget that did not change since is as fresh
// as the last read of its list, and stale three of its intervals later.
func TestWhatIsReadAgainIsNotStale(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.key("7", "billing", 0.8, func(k *state.KeySpend) { k.Source = "rest:keys" })
	read := func() {
		w.live.PollTargets["prod/rest:keys"] = state.PollTarget{ID: "prod/rest:keys", Gateway: "prod", Source: "rest:keys", SucceededAt: w.at.UnixMilli(), StaleAfterMS: 360_000}
	}
	stale := func() bool {
		for _, l := range w.ev.Lines(w.at) {
			if l.Rule == "budget.used" && l.Severity == "warning" {
				return l.Stale
			}
		}
		t.Fatal("no alert")
		return false
	}
	read()
	w.after(time.Minute)
	w.at = w.at.Add(10 * time.Minute)
	read()
	w.after(time.Second)
	if stale() {
		t.Error("stale though it was just read")
	}
	w.at = w.at.Add(7 * time.Minute)
	w.after(time.Second)
	if !stale() {
		t.Error("not stale seven minutes after the last read")
	}
}
