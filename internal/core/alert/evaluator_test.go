package alert

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

var noon = time.Date(2026, 11, 23, 14, 2, 0, 0, time.UTC)

// world is a live state to write scripts on.
type world struct {
	t    *testing.T
	live *state.Live
	ev   *Evaluator
	in   Inputs
	at   time.Time
	seq  uint64
}

func newWorld(t *testing.T, cfg Config) *world {
	t.Helper()
	w := &world{t: t, live: state.New().Live(), at: noon}
	cfg.Location = time.UTC
	w.ev = New(cfg)
	for _, g := range []string{"prod", "staging"} {
		w.live.Gateways[g] = state.Gateway{ID: g, Label: g}
		w.link(g, "notifications", "connected", "")
		w.link(g, "spend", "connected", "")
	}
	return w
}

func (w *world) link(g, hub, st, class string) {
	id := g + "/" + hub
	l := state.Link{ID: id, Gateway: g, Hub: hub, Plane: "core", State: st, Class: class}
	if hub == "rest" {
		l.Plane = "admin"
	}
	if st != "connected" {
		l.Attempt, l.LostAt = 3, w.at.UnixMilli()
	}
	w.live.Links[id] = l
}

func (w *world) key(id, name string, used float64, more ...func(*state.KeySpend)) {
	k := state.KeySpend{
		ID: "prod/" + id, Gateway: "prod", Key: id, Name: name, Status: "enabled", Total: event.Known(event.NanoUSD(used * 100e9)), Limit: event.Known(event.USD(100)),
		UsedRatio: event.Known(used), ReportedRatio: -1, PeriodID: "period:2026-11-01", Source: "hub:spend", UpdatedAt: w.at.UnixMilli(),
	}
	for _, m := range more {
		m(&k)
	}
	w.live.Keys[k.ID] = k
}

func (w *world) provider(id, health string, off bool) {
	old := w.live.Providers["prod/"+id]
	w.live.Providers["prod/"+id] = state.Provider{
		ID: "prod/" + id, Gateway: "prod", Provider: id, Name: id, Health: health, SwitchedOff: off,
		UpdatedAt: w.at.UnixMilli(), Since: w.at.UnixMilli(), Changes: old.Changes + 1, LatencyMS: -1,
	}
}

func (w *world) fact(body event.Event) {
	w.seq++
	w.ev.Observe(event.Envelope{Seq: w.seq, At: w.at, Source: &event.Source{Gateway: "prod", Via: event.ViaHub}, Body: body})
}

// after moves time on, through every deadline, and returns what happened as
// "rule what".
func (w *world) after(d time.Duration) (happened []string) {
	w.t.Helper()
	until := w.at.Add(d)
	w.ev.SetInputs(w.in)
	for range 10_000 {
		changes, again := w.ev.Eval(w.live, w.at)
		for _, c := range changes {
			if c.Kind != Updated {
				happened = append(happened, c.Alert.Rule+" "+string(c.Kind))
			}
		}
		if !again.IsZero() && !again.After(w.at) {
			w.t.Fatalf("at %v Eval asks for %v", w.at, again)
		}
		if again.IsZero() || again.After(until) {
			if w.at.Equal(until) {
				return happened
			}
			again = until
		}
		w.at = again
	}
	w.t.Fatal("time stands still")
	return nil
}

func (w *world) only(rule string) Alert {
	w.t.Helper()
	for _, al := range w.ev.Export().Open {
		if al.Rule == rule {
			return al
		}
	}
	w.t.Fatalf("no open alert of %s", rule)
	return Alert{}
}

// TestRules is a script per rule: what is so, and what comes of it when.
func TestRules(t *testing.T) {
	type step struct {
		do    func(*world)
		after time.Duration
		want  []string
	}
	none := func(*world) {}
	for name, steps := range map[string][]step{
		"provider degraded waits two minutes": {
			{func(w *world) { w.provider("A", "degraded", false) }, 119 * time.Second, []string{"provider.degraded began"}},
			{none, time.Second, []string{"provider.degraded fired"}},
			{func(w *world) { w.provider("A", "healthy", false) }, 119 * time.Second, []string{"provider.degraded ceased"}},
			{none, time.Second, []string{"provider.degraded resolved"}},
		},
		"an administrator's switch is no recovery": {
			{func(w *world) { w.provider("A", "unhealthy", false) }, 10 * time.Second, []string{"provider.unhealthy began", "provider.unhealthy fired"}},
			{func(w *world) { w.provider("A", "disabled", false) }, time.Hour, []string{"provider.unhealthy resolved"}},
		},
		"unknown neither begins nor ends": {
			{func(w *world) { w.provider("A", "unknown", false) }, time.Hour, nil},
			{func(w *world) { w.provider("A", "unhealthy", false) }, time.Minute, []string{"provider.unhealthy began", "provider.unhealthy fired"}},
			{func(w *world) { w.provider("A", "unknown", false) }, 5 * time.Hour, nil},
		},
		"derived from traffic": {
			{func(w *world) {
				w.provider("A", "healthy", false)
				w.in.Traffic = map[string]Traffic{"prod/A": {Requests: 19, Failed: 19, At: w.at}}
			}, time.Minute, nil},
			{func(w *world) {
				w.in.Traffic = map[string]Traffic{"prod/A": {Requests: 214, Failed: 67, LastFailed: w.at, P95MS: -1, BaselineP95MS: -1, At: w.at}}
			}, time.Minute, []string{"provider.unhealthy.derived began", "provider.degraded began", "provider.unhealthy.derived fired", "provider.degraded inhibited"}},
		},
		"failures that do not go on": {
			{func(w *world) {
				w.provider("A", "healthy", false)
				w.in.Traffic = map[string]Traffic{"prod/A": {Requests: 38, Failed: 14, LastFailed: w.at, Served: 10, P95MS: -1, BaselineP95MS: -1, At: w.at}}
			}, time.Hour, nil},
			{func(w *world) { // the newest is older than a poll
				w.in.Traffic = map[string]Traffic{"prod/A": {Requests: 38, Failed: 14, LastFailed: w.at.Add(-80 * time.Second), P95MS: -1, BaselineP95MS: -1, At: w.at}}
			}, time.Hour, nil},
		},
		"a quiet provider that nobody calls any more does not stay unhealthy for ever": {
			{func(w *world) {
				w.provider("A", "healthy", false)
				w.in.Traffic = map[string]Traffic{"prod/A": {Requests: 6, Failed: 6, Row: 6, RowSince: w.at.Add(-time.Hour), LastFailed: w.at.Add(-20 * time.Minute), P95MS: -1, BaselineP95MS: -1, At: w.at}}
			}, time.Minute, nil}, // as old as that it begins nothing
			{func(w *world) {
				w.in.Traffic = map[string]Traffic{"prod/A": {Requests: 6, Failed: 6, Row: 6, RowSince: w.at.Add(-time.Minute), LastFailed: w.at, P95MS: -1, BaselineP95MS: -1, At: w.at}}
			}, 0, []string{"provider.unhealthy.derived began", "provider.unhealthy.derived fired"}},
			{func(w *world) {
				x := w.in.Traffic["prod/A"]
				x.At = w.at.Add(14 * time.Minute)
				w.in.Traffic = map[string]Traffic{"prod/A": x}
			}, 14 * time.Minute, nil},
			{func(w *world) {
				x := w.in.Traffic["prod/A"]
				x.At = w.at.Add(time.Minute)
				w.in.Traffic = map[string]Traffic{"prod/A": x}
			}, 2 * time.Minute, []string{"provider.unhealthy.derived resolved"}},
		},
		"failures in a row on a quiet gateway": {
			{func(w *world) {
				w.provider("A", "healthy", false)
				w.in.Traffic = map[string]Traffic{"prod/A": {Requests: 4, Failed: 4, Row: 4, RowSince: w.at.Add(-time.Hour), LastFailed: w.at, P95MS: -1, BaselineP95MS: -1, At: w.at}}
			}, time.Minute, nil},
			{func(w *world) {
				w.in.Traffic = map[string]Traffic{"prod/A": {Requests: 5, Failed: 5, Row: 5, RowSince: w.at, LastFailed: w.at, P95MS: -1, BaselineP95MS: -1, At: w.at}}
			}, 29 * time.Second, nil},
			{func(*world) {}, time.Second, []string{"provider.unhealthy.derived began", "provider.unhealthy.derived fired"}},
			{func(w *world) { // one success ends it
				w.in.Traffic = map[string]Traffic{"prod/A": {Requests: 6, Failed: 5, Served: 1, LastFailed: w.at, P95MS: -1, BaselineP95MS: -1, At: w.at}}
			}, 3 * time.Minute, []string{"provider.unhealthy.derived ceased", "provider.unhealthy.derived resolved"}},
		},
		"failures in a row, and the log not read since": {
			{func(w *world) {
				w.provider("A", "healthy", false)
				w.live.PollTargets["prod/rest:logs"] = state.PollTarget{ID: "prod/rest:logs", Gateway: "prod", Outcome: string(event.PollOK), SucceededAt: w.at.UnixMilli()}
				w.in.Traffic = map[string]Traffic{"prod/A": {Requests: 5, Failed: 5, Row: 5, RowSince: w.at, LastFailed: w.at.Add(8 * time.Second), P95MS: -1, BaselineP95MS: -1, At: w.at}}
			}, 50 * time.Second, nil},
			{func(w *world) { // it shows that nothing was served
				w.live.PollTargets["prod/rest:logs"] = state.PollTarget{ID: "prod/rest:logs", Gateway: "prod", Outcome: string(event.PollOK), SucceededAt: w.at.UnixMilli()}
			}, time.Second, []string{"provider.unhealthy.derived began", "provider.unhealthy.derived fired"}},
		},
		"slow against its own past": {
			{func(w *world) {
				w.provider("A", "healthy", false)
				w.in.Traffic = map[string]Traffic{"prod/A": {Requests: 50, P95MS: 3100, BaselineP95MS: 1000, At: w.at}}
			}, 2 * time.Minute, []string{"provider.degraded began", "provider.degraded fired"}},
		},
		"nodes that forget each other are one alert, though some connections have luck": {
			{func(w *world) {
				w.link("prod", "notifications", "connected", "")
				for _, hub := range []string{"spend", "tasks", "webhooks"} {
					w.link("prod", hub, "reconnecting", "not_sticky")
				}
			}, time.Minute, []string{"hub.down began", "hub.down fired"}},
			{func(w *world) { w.link("prod", "spend", "connected", ""); w.link("prod", "tasks", "connected", "") }, 0, []string{"hub.down ceased", "hub.down began"}}, // one alone is not all
		},
		"hub down turns into a warning": {
			{func(w *world) { w.link("prod", "spend", "reconnecting", "network") }, time.Minute, []string{"hub.down began", "hub.down fired"}},
			{none, 10 * time.Minute, []string{"hub.down rose"}},
			{func(w *world) { w.link("prod", "spend", "connected", "") }, 30 * time.Second, []string{"hub.down ceased", "hub.down resolved"}},
		},
		"a link taken down by hand is none": {
			{func(w *world) {
				w.link("prod", "spend", "disconnected", "")
				w.link("prod", "notifications", "disconnected", "")
			}, time.Hour, nil},
		},
		"a refused key": {
			{func(w *world) { w.link("prod", "spend", "error", "auth") }, time.Second, []string{"gateway.auth fired"}},
			{func(w *world) { w.link("prod", "spend", "connecting", "") }, 10 * time.Second, []string{
				"hub.down began", "hub.down inhibited", // trying proves nothing
			}},
			{func(w *world) {
				w.link("prod", "spend", "connected", "")
			}, time.Second, []string{"gateway.auth resolved", "hub.down dropped"}},
		},
		"unreachable needs all links, a network, and no REST": {
			{func(w *world) {
				w.link("prod", "spend", "reconnecting", "gateway_down")
				w.link("prod", "notifications", "reconnecting", "gateway_down")
				w.in.REST = map[string]bool{"prod": true}
			}, time.Second, []string{"hub.down began"}}, // one cause, one alert
			{func(w *world) { w.in.REST = nil }, time.Minute, []string{
				"gateway.unreachable began", "hub.down inhibited",
				"hub.down fired", "gateway.unreachable fired",
			}},
		},
		"budget below the smallest that counts": {
			{func(w *world) {
				w.key("1", "small", 0.95, func(k *state.KeySpend) { k.Limit, k.Total = event.Known(event.USD(0.5)), event.Known(event.USD(0.475)) })
			}, time.Hour, nil},
			{func(w *world) {
				w.key("1", "small", 1, func(k *state.KeySpend) { k.Limit, k.Total = event.Known(event.USD(0.5)), event.Known(event.USD(0.5)) })
			}, time.Hour, []string{"budget.exhausted fired"}},
		},
		"a claim without numbers": {
			{func(w *world) {
				w.key("1", "k", -1, func(k *state.KeySpend) {
					k.Limit, k.Total, k.Trust, k.ReportedLevel = event.Reading[event.NanoUSD]{}, event.Reading[event.NanoUSD]{}, "claimed", "warning"
				})
			}, time.Second, []string{"budget.used fired"}},
		},
		"a group that was never credited has no budget": {
			{func(w *world) {
				w.live.Groups["prod/9"] = state.Group{ID: "prod/9", Gateway: "prod", Group: "9"}
			}, time.Hour, nil},
		},
		"spike": {
			{func(w *world) {
				w.key("1", "crawler", 0.1, func(k *state.KeySpend) { k.Rate15m = event.Known(event.USD(4 * 6.2)) })
				w.in.Baselines = map[string]SpendBaseline{"prod/1": {Median: 0.4e9, Deviation: 0.1e9}}
			}, 5 * time.Minute, []string{"spend.spike began", "spend.spike fired"}},
		},
		"key expires": {
			{func(w *world) {
				w.key("1", "k", 0.1)
				w.in.Expiries = map[string]time.Time{"prod/1": w.at.Add(8 * 24 * time.Hour)}
			}, 24*time.Hour - time.Second, nil},
			{none, time.Second, []string{"key.expiring fired"}},
			{none, 6 * 24 * time.Hour, []string{"key.expiring rose"}},
		},
		"a stuck task, by default after a quarter of an hour": {
			{func(w *world) {
				w.live.Tasks["prod/t"] = state.Task{
					ID: "prod/t", Gateway: "prod", Task: "t", Medium: "video", Status: "processing", Progress: 64,
					StartedAt: w.at.UnixMilli(), UpdatedAt: w.at.UnixMilli(),
				}
			}, 15*time.Minute - time.Second, nil},
			{none, time.Second, []string{"task.stuck fired"}},
			{func(w *world) { delete(w.live.Tasks, "prod/t") }, time.Second, []string{"task.stuck resolved"}},
		},
		"a failed task ends without news": {
			{func(w *world) {
				w.live.Tasks["prod/t"] = state.Task{ID: "prod/t", Gateway: "prod", Task: "t", Status: "failed", FinishedAt: 1}
			}, time.Second, []string{"task.failed fired"}},
			{func(w *world) { delete(w.live.Tasks, "prod/t") }, time.Second, []string{"task.failed resolved"}},
		},
		"a deleted key": {
			{func(w *world) { w.fact(event.KeyChanged{Key: "7", Name: "old", Action: event.ActionDeleted}) }, time.Second, []string{"key.deleted fired"}},
			{none, 10 * time.Minute, []string{"key.deleted resolved"}},
		},
		"a part of the gateway": {
			{func(w *world) { w.fact(event.ComponentReported{Component: "database", Health: event.HealthUnhealthy}) }, 30 * time.Second, []string{"gateway.impaired began", "gateway.impaired fired"}},
			{func(w *world) { w.fact(event.ComponentReported{Component: "database", Health: event.HealthHealthy}) }, 30 * time.Second, []string{"gateway.impaired ceased", "gateway.impaired resolved"}},
		},
		"the gateway's own alert": {
			{func(w *world) {
				w.fact(event.GatewayAlert{ID: "x", Category: event.AlertHealth, Severity: critical, State: event.AlertActive, Title: "Disk"})
			}, time.Second, []string{"gateway.alert fired"}},
			{func(w *world) {
				w.fact(event.GatewayAlert{ID: "x", Category: event.AlertHealth, Severity: critical, State: event.AlertResolved, Title: "Disk"})
			}, time.Second, []string{"gateway.alert resolved"}},
		},
		"uncharged": {
			{func(w *world) {
				w.in.Uncharged = map[string]Audit{"prod": {Calls: 212, Uncharged: 102, At: w.at}}
			}, time.Second, []string{"spend.uncharged fired"}},
		},
		"new models, but not the first list": {
			{func(w *world) {
				w.provider("A", "healthy", false)
				p := w.live.Providers["prod/A"]
				p.Models, p.NewModels, p.DiscoveredAt = []string{"a", "b"}, []string{"a", "b"}, w.at.UnixMilli()
				w.live.Providers["prod/A"] = p
			}, time.Second, nil},
			{func(w *world) {
				p := w.live.Providers["prod/A"]
				p.Models, p.NewModels, p.DiscoveredAt = []string{"a", "b", "c"}, []string{"c"}, w.at.UnixMilli()
				w.live.Providers["prod/A"] = p
			}, time.Second, []string{"model.new fired"}},
		},
		"maintenance": {
			{func(w *world) {
				w.ev.SetMaintenance([]Maintenance{{Matcher: Matcher{Gateway: "prod"}, From: w.at, To: w.at.Add(time.Hour)}})
				w.provider("A", "unhealthy", false)
			}, 10 * time.Second, []string{"provider.unhealthy began", "provider.unhealthy inhibited", "provider.unhealthy fired"}},
			{none, time.Hour + 49*time.Second, nil},
			{none, time.Second, []string{"provider.unhealthy released"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, DefaultConfig())
			for i, s := range steps {
				s.do(w)
				got := w.after(s.after)
				got = slices.DeleteFunc(got, func(g string) bool {
					return strings.HasPrefix(g, "config.changed") || strings.HasPrefix(g, "key.changed")
				})
				if diff := cmp.Diff(s.want, got); diff != "" {
					t.Errorf("step %d:\n%s", i, diff)
				}
			}
		})
	}
}

// TestOneOfTwoKeysIsRefused: what the other key opens is still told; what
// nobody tells any more is held back.
func TestOneOfTwoKeysIsRefused(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.link("prod", "rest", "connected", "")
	w.link("prod", "spend", "error", "auth")
	w.provider("7", "unhealthy", false)
	p := w.live.Providers["prod/7"]
	p.Source = "rest:providers"
	w.live.Providers["prod/7"] = p
	w.key("1", "pushed", 0.95)
	w.key("2", "read", 0.95, func(k *state.KeySpend) { k.Source = "rest:keys" })
	held := func() map[string]bool {
		w.after(10 * time.Second)
		m := map[string]bool{}
		for _, l := range w.ev.Lines(w.at) {
			if l.Severity == "critical" {
				m[l.Rule+" "+l.Entity] = l.InhibitedBy != ""
			}
		}
		return m
	}
	want := map[string]bool{"gateway.auth prod": false, "provider.unhealthy 7": false, "budget.used 1": true, "budget.used 2": false}
	if diff := cmp.Diff(want, held()); diff != "" {
		t.Errorf("core's key refused (-want +got):\n%s", diff)
	}
	w.link("prod", "rest", "error", "auth")
	want["provider.unhealthy 7"], want["budget.used 2"] = true, true
	if diff := cmp.Diff(want, held()); diff != "" {
		t.Errorf("both refused (-want +got):\n%s", diff)
	}
	w.link("prod", "spend", "connected", "")
	want["budget.used 1"] = false
	w.after(2 * time.Minute)
	if diff := cmp.Diff(want, held()); diff != "" {
		t.Errorf("the master key refused (-want +got):\n%s", diff)
	}
}

func TestLoop(t *testing.T) {
	for jitter, want := range map[time.Duration]bool{0: true, 500 * time.Millisecond: true, 6 * time.Second: false} {
		w := newWorld(t, DefaultConfig())
		w.key("1", "crawler", 0.1)
		for i := range 71 {
			at := w.at.Add(time.Duration(i) * 8 * time.Second)
			if i%2 == 1 {
				at = at.Add(jitter)
			}
			w.fact(&event.SpendRecorded{Key: "1", Model: "gpt-4o", Amount: event.USD(0.05), At: at})
		}
		w.at = w.at.Add(71 * 8 * time.Second)
		got := slices.Contains(w.after(time.Second), "spend.loop fired")
		if got != want {
			t.Errorf("jitter %v: %v", jitter, got)
		}
		if got {
			if al := w.only("spend.loop"); al.Title != `crawler: unusual spend — prod` || !strings.HasPrefix(al.Body, "The last 71 requests to gpt-4o, since 14:02, cost $3.55. Looks like a loop") {
				t.Errorf("%q %q", al.Title, al.Body)
			}
		}
	}
}

// No more than so many requests are remembered: what is said is said of the newest,
// since the oldest of them, though there were others before.
func TestALoopSaysOfWhichRequests(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.1)
	began := w.at
	for i := range 271 {
		w.fact(&event.SpendRecorded{Key: "1", Model: "gpt-4o", Amount: event.USD(0.031), At: began.Add(time.Duration(i) * time.Second)})
	}
	w.at = began.Add(271 * time.Second)
	w.after(time.Second)
	al := w.only("spend.loop")
	oldest := began.Add(151 * time.Second)
	if want := "The last 120 requests to gpt-4o, since " + text.Clock(oldest, w.at, time.UTC) + ", cost $3.72. "; !strings.HasPrefix(al.Body, want) || !al.Annotations.RateSince.Equal(oldest) {
		t.Errorf("%q since %v, want %q", al.Body, al.Annotations.RateSince, want)
	}
}

// A loop that comes to look like one only as what was unlike it is long ago, and
// that is over by then, is not told of.
func TestALoopThatIsOverIsNoNews(t *testing.T) {
	for pause, want := range map[time.Duration]bool{0: true, 40 * time.Second: false} {
		w := newWorld(t, DefaultConfig())
		w.key("1", "crawler", 0.1)
		at, told := w.at, false
		for i := range 72 {
			if i == 5 {
				at = at.Add(pause)
			}
			w.fact(&event.SpendRecorded{Key: "1", Model: "gpt-4o", Amount: event.USD(0.05), At: at})
			at = at.Add(5 * time.Second)
		}
		w.at = at
		for range 12 { // somebody else goes on
			w.fact(&event.SpendRecorded{Key: "2", Model: "gpt-4o", Amount: event.USD(0.05), At: w.at})
			told = slices.Contains(w.after(time.Minute), "spend.loop fired") || told
		}
		if told != want {
			t.Errorf("a pause of %s: told %v", pause, told)
		}
	}
}

func TestCatalogueIsSound(t *testing.T) {
	ids := map[string]bool{}
	for _, r := range Builtin() {
		if ids[r.ID] {
			t.Errorf("%s twice", r.ID)
		}
		ids[r.ID] = true
		if r.check == nil || r.Title == "" || r.Category == "" || r.Severity == "" || r.OnFiring == "" || r.OnResolved == "" {
			t.Errorf("%s is not complete", r.ID)
		}
	}
	for _, x := range Inhibitions() {
		for _, by := range x.Sources {
			if !ids[by] {
				t.Errorf("%s: no rule %s", x.ID, by)
			}
		}
		for _, h := range x.Targets {
			if !slices.ContainsFunc(Builtin(), func(r Rule) bool { return (&Inhibition{Targets: []string{h}}).hasTarget(r.ID) }) {
				t.Errorf("%s: holds no rule %s", x.ID, h)
			}
		}
	}
	if ch, again := New(DefaultConfig()).Eval(state.New().Live(), noon); len(ch) != 0 || !again.IsZero() {
		t.Errorf("an empty state alerts: %v %v", ch, again)
	}
}

func TestFingerprint(t *testing.T) {
	if fingerprint("a", "bc") == fingerprint("ab", "c") || fingerprint("a|b", "c") == fingerprint("a", "b|c") {
		t.Error("parts run into each other")
	}
	w := newWorld(t, DefaultConfig())
	w.key("1", "k", 0.76)
	w.after(time.Second)
	first := w.only("budget.used")
	w.key("1", "another name", 0.80)
	w.after(time.Hour)
	open := w.ev.Export().Open
	if !slices.ContainsFunc(open, func(al Alert) bool { return al.Fingerprint == first.Fingerprint && al.Life == first.Life }) {
		t.Error("a name, a value or a time changed the fingerprint")
	}
	w.key("1", "k", 0.80, func(k *state.KeySpend) { k.PeriodID = "period:2026-12-01" })
	w.after(time.Second)
	if slices.ContainsFunc(w.ev.Export().Open, func(al Alert) bool { return al.Fingerprint == first.Fingerprint }) {
		t.Error("a new budget period keeps the fingerprint")
	}
}

// A limit that names the budget period for want of better, and then the real name of
// the period, are the same budget period.
func TestEpochGetsItsName(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.key("1", "k", 0.95, func(k *state.KeySpend) { k.PeriodID = "limit:100" })
	w.after(time.Second)
	w.key("1", "k", 0.95)
	if got := w.after(time.Hour); len(got) != 0 {
		t.Error(got)
	}
}

// A gateway that was set up anew counts its top-ups from the beginning: of one of
// another minute is told again. Of a name that was kept without a minute is not.
func TestTopupsAreOfAMinute(t *testing.T) {
	named := func(id string) func(*state.KeySpend) { return func(k *state.KeySpend) { k.PeriodID = id } }
	w := newWorld(t, DefaultConfig())
	w.key("1", "k", 0.95, named("topup:1"))
	w.after(time.Second)
	w.key("1", "k", 0.95, named("topup:1@2026-11-01T10:00Z"))
	if got := w.after(time.Hour); len(got) != 0 {
		t.Error(got)
	}
	first := w.only("budget.used")
	w.key("1", "k", 0.95, named("topup:1@2026-11-02T10:00Z"))
	w.after(time.Second)
	if w.only("budget.used").Fingerprint == first.Fingerprint {
		t.Error("another top-up of the same number is the same")
	}
}

func TestSettings(t *testing.T) {
	minute := time.Minute
	cfg := DefaultConfig()
	cfg.Rules = map[string]Setting{
		"provider.unhealthy": {For: &minute, Severity: warning}, "task.failed": {Off: true}, "task.done": {On: true}, "no.such.rule": {},
	}
	w := newWorld(t, cfg)
	if diff := cmp.Diff([]string{"no.such.rule"}, w.ev.UnknownRules()); diff != "" {
		t.Error(diff)
	}
	w.provider("A", "unhealthy", false)
	w.live.Tasks["prod/t"] = state.Task{ID: "prod/t", Gateway: "prod", Task: "t", Status: "failed"}
	w.live.Tasks["prod/u"] = state.Task{ID: "prod/u", Gateway: "prod", Task: "u", Status: "completed"}
	if diff := cmp.Diff([]string{"provider.unhealthy began", "task.done fired"}, w.after(59*time.Second)); diff != "" {
		t.Error(diff)
	}
	w.after(time.Second)
	if al := w.only("provider.unhealthy"); al.Severity != warning || al.Status != StatusFiring {
		t.Errorf("%+v", al)
	}
	cfg.Rules["provider.unhealthy"] = Setting{Off: true}
	w.ev.Configure(cfg)
	if diff := cmp.Diff([]string{"provider.unhealthy resolved"}, w.after(time.Second)); diff != "" {
		t.Error(diff)
	}
}

// ascending makes the highest of shares critical, and the others warnings.
func ascending(shares ...float64) []Threshold {
	ts := []Threshold{}
	for i, s := range shares {
		t := Threshold{Ratio: s, Severity: warning}
		if i == len(shares)-1 {
			t.Severity = critical
		}
		ts = append(ts, t)
	}
	return ts
}

func TestThresholdsInherit(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Thresholds.Gateways = map[string][]Threshold{"prod": ascending(0.8, 0.95)}
	cfg.Thresholds.Groups = map[string][]Threshold{"prod/9": ascending(0.3)}
	cfg.Thresholds.Keys = map[string][]Threshold{"prod/3": ascending(0.1, 0.2, 0.85), "prod/4": ascending(0.9)}
	cfg.Thresholds.Members = map[Member][]Threshold{{Group: "prod/9", Key: "prod/4"}: ascending(0.25)}
	w := newWorld(t, cfg)
	w.key("1", "of the gateway", 0.79)
	w.key("2", "of the group", 0.31, func(k *state.KeySpend) { k.Group = "9" })
	w.key("3", "its own", 0.21, func(k *state.KeySpend) { k.Group = "9" })
	w.after(time.Second)
	got := map[string]event.Severity{}
	for _, al := range w.ev.Export().Open {
		got[al.Entity+" "+al.Dimension] = al.Severity
	}
	want := map[string]event.Severity{"2 0.3": critical, "3 0.1": warning, "3 0.2": warning}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAcknowledgeAndSilence(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.provider("A", "unhealthy", false)
	w.after(10 * time.Second)
	fp := w.only("provider.unhealthy").Fingerprint
	if err := w.ev.Acknowledge("nothing", "", w.at); !errors.Is(err, ErrNoAlert) {
		t.Error(err)
	}
	if err := w.ev.Acknowledge(fp, "mine\x1b", w.at); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"provider.unhealthy acked"}, w.after(time.Second)); diff != "" {
		t.Error(diff)
	}
	if al := w.only("provider.unhealthy"); al.AckNote != "mine" {
		t.Errorf("%q", al.AckNote)
	}
	if err := w.ev.Unacknowledge(fp, w.at); err != nil {
		t.Fatal(err)
	}
	if err := w.ev.AddSilence(Silence{Matcher: Matcher{Gateway: "prod"}, Until: w.at}, w.at); !errors.Is(err, ErrSilenceEnd) {
		t.Error(err)
	}
	if err := w.ev.AddSilence(Silence{Matcher: Matcher{Category: CategoryProvider}, Until: w.at.Add(time.Hour)}, w.at); err != nil {
		t.Fatal(err)
	}
	if got := w.after(time.Second); slices.Contains(got, "provider.unhealthy snoozed") {
		t.Error("a silence of a category covers what is critical without being asked to")
	}
	if err := w.ev.AddSilence(Silence{Matcher: Matcher{Fingerprint: fp}, UntilResolved: true}, w.at); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"provider.unhealthy snoozed"}, w.after(time.Second)); diff != "" {
		t.Error(diff)
	}
	w.provider("A", "healthy", false)
	w.after(2 * time.Minute)
	if n := len(w.ev.Silences()); n != 1 {
		t.Errorf("%d silences left, want the category's", n)
	}
}

func TestExportLoad(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.key("1", "k", 0.95)
	w.provider("A", "unhealthy", false)
	w.provider("B", "unhealthy", false)
	w.after(time.Minute)
	w.provider("B", "healthy", false)
	w.after(5 * time.Minute)
	if err := w.ev.SilenceAll(w.at.Add(time.Hour), true, w.at); err != nil {
		t.Fatal(err)
	}
	w.after(time.Second)
	saved := w.ev.Export()
	raw, err := json.Marshal(saved)
	if err != nil {
		t.Fatal(err)
	}
	var back Saved
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	again := New(DefaultConfig())
	again.Load(back)
	again.Eval(w.live, w.at.Add(time.Second))
	if diff := cmp.Diff(w.ev.Lines(w.at), again.Lines(w.at), cmp.FilterPath(func(p cmp.Path) bool {
		return p.Last().String() == ".UpdatedAt"
	}, cmp.Ignore())); diff != "" {
		t.Error(diff)
	}
	if len(back.Resolved) != 1 || len(back.Silences) != 1 {
		t.Errorf("%d closed, %d silences", len(back.Resolved), len(back.Silences))
	}
}

// TestNothingRestoredEndsBeforeItsGatewayWasRead: an alert of an earlier run
// stays as it was, acknowledgement and all, until something is known; and it
// does not begin anew.
func TestNothingRestoredEndsBeforeItsGatewayWasRead(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.provider("A", "unhealthy", false)
	w.after(time.Minute)
	fp := w.only("provider.unhealthy").Fingerprint
	if err := w.ev.Acknowledge(fp, "on it", w.at); err != nil {
		t.Fatal(err)
	}
	w.after(time.Second)
	saved, live := w.ev.Export(), w.live
	w.ev, w.live = New(DefaultConfig()), state.New().Live()
	w.ev.Load(saved)
	if got := w.after(5 * time.Second); slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "resolved") }) {
		t.Errorf("before its gateway is known: %q", got)
	}
	w.live.Gateways, w.live.Links = live.Gateways, map[string]state.Link{} // it is connecting
	if got := w.after(5 * time.Second); slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "resolved") }) {
		t.Errorf("before it was read: %q", got)
	}
	w.live = live
	for _, s := range w.after(10 * time.Minute) {
		if strings.Contains(s, "fired") || strings.Contains(s, "resolved") || strings.Contains(s, "began") {
			t.Errorf("read again: %q", s)
		}
	}
	if a := w.only("provider.unhealthy"); a.Fingerprint != fp || !a.Acked || a.AckNote != "on it" {
		t.Errorf("%+v", a)
	}
}

// TestARestoredAlertOfAnUnknownGatewayEnds: it is not waited for for ever.
func TestARestoredAlertOfAnUnknownGatewayEnds(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.provider("A", "unhealthy", false)
	w.after(time.Minute)
	saved := w.ev.Export()
	w.ev = New(DefaultConfig())
	w.ev.Load(saved)
	clear(w.live.Gateways)
	clear(w.live.Links)
	clear(w.live.Providers)
	if got := w.after(16 * time.Minute); !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "resolved") }) {
		t.Errorf("%q", got)
	}
}

// Resolved alerts are shown for a day, and never more than two hundred.
func TestLinesAreBounded(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	for i := range 300 {
		id := fmt.Sprintf("prod/%d", i)
		w.live.Tasks[id] = state.Task{ID: id, Gateway: "prod", Task: fmt.Sprint(i), Status: "failed"}
	}
	w.after(time.Second)
	clear(w.live.Tasks)
	forgotten := 0
	for _, h := range w.after(time.Second) {
		if h == "task.failed forgotten" {
			forgotten++
		}
	}
	if n := len(w.ev.Lines(w.at)); n != maxResolved || forgotten != 100 {
		t.Errorf("%d lines, %d forgotten", n, forgotten)
	}
	w.after(25 * time.Hour)
	if n := len(w.ev.Lines(w.at)); n != 0 {
		t.Errorf("%d lines after a day", n)
	}
}

// A gateway that is removed takes its alerts along, without a word.
func TestRemovedGateway(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.provider("A", "unhealthy", false)
	w.after(time.Minute)
	delete(w.live.Gateways, "prod")
	clear(w.live.Links)
	clear(w.live.Providers)
	w.after(time.Second)
	if closed := w.ev.Export().Resolved; len(closed) != 1 || closed[0].EndReason != EndDeleted {
		t.Errorf("%+v", closed)
	}
}

// The gateway's claim and our own count of one crossing are one alert.
func TestClaimAndCountAreOne(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	claim := func(k *state.KeySpend) {
		k.Trust, k.ReportedLevel, k.ReportedRatio, k.ReportedSpend = "claimed", "critical", 0.90, 90e9
	}
	w.key("1", "k", 0.60)
	w.after(time.Second)
	w.key("1", "k", 0.60, claim)
	if got := w.after(time.Minute); !slices.Contains(got, "budget.used fired") {
		t.Error(got)
	}
	w.key("1", "k", 0.91, claim)
	if got := w.after(time.Minute); len(got) != 0 {
		t.Error(got)
	}
	w.key("1", "k", 0.91, claim, func(k *state.KeySpend) { k.Trust = "verified" })
	if got := w.after(time.Minute); !slices.Contains(got, "budget.used verified") {
		t.Error(got)
	}
}
