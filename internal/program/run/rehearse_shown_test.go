package run

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/rehearsal"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/history"
)

// watchedOnce is a past in which one rule was alive: the state, its film, the history
// and the alerts of then.
type watchedOnce struct {
	t      *testing.T
	state  *state.State
	alerts *alert.Evaluator
	db     *history.DB
	camera *camera
	now    time.Time
	seq    uint64
	fired  []time.Time
	ended  []time.Time
	titles []string
}

// tell has something happen now.
func (w *watchedOnce) tell(via event.Via, name string, body event.Event) {
	w.seq++
	env := event.Envelope{Seq: w.seq, At: w.now, Source: &event.Source{Gateway: "prod", Via: via, Name: name}, Body: body}
	news := w.state.Apply(&env)
	if news {
		w.db.Record(env)
	}
	if _, measured := body.(event.Measurement); news || measured {
		w.alerts.Observe(env)
	}
}

func (w *watchedOnce) polled(name string, o event.PollOutcome) {
	w.tell(event.ViaREST, name, event.Polled{Outcome: o, EveryMS: 30_000, LatencyMS: -1, At: w.now})
}

func (w *watchedOnce) linked(hub string, plane event.Plane) {
	w.tell(event.ViaHub, hub, event.LinkChanged{Hub: hub, Plane: plane, State: event.LinkConnected, At: w.now})
}

// traffic is what a provider was asked in the last five minutes.
func (w *watchedOnce) traffic(failed int, p95 float64) {
	b := event.TrafficMeasured{Provider: "A", Name: "A", Recent: event.Traffic{Requests: 40, Failed: failed}, P95MS: p95, BaselineP95MS: 400, Served: 40, At: w.now}
	if failed > 0 {
		b.LastFailed, b.Served = w.now, 0
	}
	w.tell(event.ViaREST, "audit", b)
	w.polled("audit", event.PollOK)
}

func (w *watchedOnce) audit(uncharged, paid int) {
	w.tell(event.ViaREST, "audit", event.AuditMeasured{
		Calls: 100, Uncharged: uncharged, All: event.Traffic{Requests: 100}, At: w.now,
		Keys: []event.KeyTraffic{{Key: "1", Traffic: event.Traffic{Requests: 100}, PaidErrors: paid, PaidFor: event.USD(float64(paid))}},
	})
	w.polled("audit", event.PollOK)
}

// answers is a round of reads, in which the database is well or not.
func (w *watchedOnce) answers(database event.Health) {
	for _, list := range []string{event.SourceNegotiate, event.SourceCoreHealth, "keys", "groups", "mappings"} {
		w.polled(list, event.PollOK)
	}
	w.tell(event.ViaREST, event.SourceAdminHealth, event.ComponentReported{Component: "database", Health: database, LatencyMS: -1, At: w.now})
	w.polled(event.SourceAdminHealth, event.PollOK)
}

// booked is a minute of the request log, and what the gateway makes of all of it,
// if it is to be asked.
func (w *watchedOnce) booked(minute int, off float64) {
	w.tell(event.ViaREST, "logs", event.LogRead{
		From: w.now.Add(-time.Duration(minute) * time.Minute), To: w.now,
		Calls: []event.LoggedCall{{ID: int64(minute + 1), At: w.now, Key: "1", Model: "m", Amount: event.USD(1)}},
	})
	w.polled("logs", event.PollOK)
	if minute%50 == 40 { // a gap is filled, after which all is added up
		w.state.CheckDue("prod", true, w.now)
	}
	due := w.state.CheckDue("prod", false, w.now)
	if due.From >= due.To {
		return
	}
	w.tell(event.ViaREST, "logs", event.BooksChecked{
		From: time.Unix(due.From*60, 0), To: time.Unix(due.To*60, 0),
		Costs: []event.KeyCost{{Key: "1", Amount: event.USD(float64(due.To-due.From) + off)}},
	})
}

func between(minute, from, to int) bool { return minute >= from && minute < to }

// pasts are what happens in a minute, for each rule that rests on what is measured: twice
// bad, and else well.
var pasts = map[string]func(w *watchedOnce, minute int, bad bool){
	"provider.unhealthy.derived": func(w *watchedOnce, _ int, bad bool) { w.traffic(map[bool]int{true: 30}[bad], 400) },
	"provider.degraded": func(w *watchedOnce, _ int, bad bool) {
		w.traffic(0, map[bool]float64{true: 4000, false: 410}[bad])
	},
	"spend.uncharged": func(w *watchedOnce, _ int, bad bool) { w.audit(map[bool]int{true: 60}[bad], 0) },
	"spend.errors":    func(w *watchedOnce, _ int, bad bool) { w.audit(0, map[bool]int{true: 30}[bad]) },
	"gateway.impaired": func(w *watchedOnce, _ int, bad bool) {
		w.answers(map[bool]event.Health{true: event.HealthUnhealthy, false: event.HealthHealthy}[bad])
	},
	"hub.silent": func(w *watchedOnce, minute int, bad bool) {
		if minute == 0 {
			w.linked("notifications", event.PlaneCore)
		}
		w.answers(event.HealthHealthy)
		if minute%10 != 5 {
			return
		}
		change := event.NavigationChanged{Entity: event.EntityModelMapping, Action: event.ActionUpdated, ID: "1", Name: strconv.Itoa(minute), At: w.now}
		if bad {
			w.tell(event.ViaREST, "mappings", change)
		} else { // that it is read, too, is no news
			w.tell(event.ViaHub, "notifications", change)
		}
	},
	"books.differ": func(w *watchedOnce, minute int, bad bool) { w.booked(minute, map[bool]float64{true: 7}[bad]) },
}

// watch lives through two hours and a half.
func (w *watchedOnce) watch(happens func(w *watchedOnce, minute int, bad bool)) {
	w.tell(event.ViaREST, "keys", event.KeyRead{Key: "1", Name: "crawler", Group: "7", Limit: event.Known(event.USD(1000)), At: w.now})
	for minute := range 150 {
		happens(w, minute, between(minute, 40, 62) || between(minute, 90, 112))
		for range 30 {
			w.now = w.now.Add(2 * time.Second)
			w.state.Tick(w.now)
			w.state.Derive(w.now)
			changes, _ := w.alerts.Eval(w.state.Live(), w.now)
			for i := range changes {
				switch a := &changes[i].Alert; changes[i].Kind {
				case alert.Fired:
					w.fired, w.titles = append(w.fired, w.now), append(w.titles, a.Title)
				case alert.Resolved:
					if !a.FiredAt.IsZero() {
						w.ended = append(w.ended, w.now)
					}
				default:
				}
			}
			w.camera.Shown(w.now, w.state.Changes(), w.state.Clone)
			w.camera.step(w.now, false)
		}
	}
	w.camera.step(w.now, true)
}

// TestRulesOfMeasurementsAreRehearsed: rules that rest on what is measured, of which no
// event is kept, would have done what they did.
func TestRulesOfMeasurementsAreRehearsed(t *testing.T) {
	for rule := range measured {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			db, _, err := history.Open(t.Context(), filepath.Join(t.TempDir(), "history.db"), history.Options{MaintenanceInterval: -1})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close() //nolint:errcheck // a test's
			begin := time.Now().Truncate(time.Minute).Add(-150 * time.Minute)
			cfg := alert.DefaultConfig()
			cfg.Rules = map[string]alert.Setting{}
			for _, r := range alert.Builtin() {
				cfg.Rules[r.ID] = alert.Setting{Off: r.ID != rule}
			}
			w := &watchedOnce{
				t: t, state: state.New(), alerts: alert.New(cfg), db: db, now: begin,
				camera: &camera{keep: db.PutFilm, log: slog.New(slog.DiscardHandler), cut: true},
			}
			gateway := state.Gateway{ID: "prod", Label: "Prod"}
			w.state.SetGateway(gateway)
			w.watch(pasts[rule])
			if len(w.fired) == 0 {
				t.Fatal("the rule lived through it unmoved")
			}
			if err := db.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}

			p := &Program{db: db}
			if r := (&Rehearsed{From: begin, To: w.now}); noneKept(t, p, rule, r) != nil || r.Unknown == "" {
				t.Errorf("of pictures of an earlier version: %q", r.Unknown)
			}
			if err := db.SetMeta(t.Context(), measuredMeta, fmt.Sprint(begin.UnixMilli())); err != nil {
				t.Fatal(err)
			}
			r := rehearseShown(t, p, &Rehearsed{From: begin.Add(-24 * time.Hour), To: w.now}, rule, cfg)
			if r.Times != len(w.fired) || len(r.Occasions) != len(w.fired) || r.From.Before(begin) {
				t.Fatalf("it fired %d times, and would have %d: %+v", len(w.fired), r.Times, r.Occasions)
			}
			for i, o := range r.Occasions {
				late, longer := o.From.Sub(w.fired[i]).Abs(), time.Duration(0)
				if i < len(w.ended) {
					longer = o.To.Sub(w.ended[i]).Abs()
				} else if !o.To.IsZero() {
					longer = w.now.Sub(o.To)
				}
				if o.Title != w.titles[i] || late > 2*shownStep || longer > 2*shownStep {
					t.Errorf("%q at %s would have been %q at %s, and ended %s off", w.titles[i], w.fired[i].Sub(begin), o.Title, o.From.Sub(begin), longer)
				}
			}
			// With another number it is another thing.
			hold := 2 * time.Hour
			cfg.Rules[rule] = alert.Setting{For: &hold}
			if r := rehearseShown(t, p, &Rehearsed{From: begin, To: w.now}, rule, cfg); r.Times != 0 {
				t.Errorf("of one that waits two hours: %d times", r.Times)
			}
		})
	}
}

func noneKept(t *testing.T, p *Program, rule string, r *Rehearsed) *shownPast {
	t.Helper()
	past, err := p.shownInPast(t.Context(), rule, r)
	if err != nil {
		t.Fatal(err)
	}
	return past
}

// rehearseShown plays all of it to a rule.
func rehearseShown(t *testing.T, p *Program, r *Rehearsed, rule string, cfg alert.Config) *Rehearsed {
	t.Helper()
	past, err := p.shownInPast(t.Context(), rule, r)
	if err != nil || past == nil {
		t.Fatalf("%v, %q", err, r.Unknown)
	}
	h := rehearsal.New(rehearsal.Options{
		Rule: rule, Config: cfg, Gateways: []state.Gateway{{ID: "prod", Label: "Prod"}}, From: r.From, Location: time.Local,
		Shown: func(at time.Time) (*state.Live, bool, time.Time) { return past.at(t.Context(), at) },
	})
	seq, _, err := p.db.Since(t.Context(), r.From, rehearseEvents)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.play(t.Context(), h, seq, r); err != nil || past.err != nil {
		t.Fatal(err, past.err)
	}
	return r
}

// TestAPastThatCannotBeReadIsNoneWithoutAlerts: nothing follows from pictures that cannot be
// read, and what is not kept is not watched.
func TestAPastThatCannotBeReadIsNoneWithoutAlerts(t *testing.T) {
	db, _, err := history.Open(t.Context(), filepath.Join(t.TempDir(), "history.db"), history.Options{MaintenanceInterval: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // a test's
	over, stop := context.WithCancel(t.Context())
	stop()
	past := &shownPast{replay: &Replay{db: db}}
	if _, known, next := past.at(over, time.Now()); known || past.err == nil || !next.After(time.Now().Add(rehearseBack)) {
		t.Errorf("known %t, %v, asked again at %s", known, past.err, next)
	}
	past = &shownPast{replay: &Replay{db: db}}
	if _, known, _ := past.at(t.Context(), time.Now()); known || past.err != nil {
		t.Errorf("of no pictures: known %t, %v", known, past.err)
	}
}
