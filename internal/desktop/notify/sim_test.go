package notify

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// sim runs reducer, evaluator and planner together under virtual time: events
// in, notifications out. A script says what happens when, and is read as a timeline.
type sim struct {
	t     testing.TB
	start time.Time
	now   time.Time
	skew  time.Duration // what the clock was set back by
	seq   uint64

	cfg   alert.Config
	set   Settings
	can   Capabilities
	state *state.State
	ev    *alert.Evaluator
	p     *Planner
	in    alert.Inputs

	evalAt, planAt time.Time
	fail           func(Dispatch) error // nil: every delivery works
	shown          []shownNotification
	decisions      []Decision
	changes        []alert.Change
	logged         map[string]LogEntry // what is on disk
	states         []Blocked
	known          map[string]time.Duration // told and not over, by fingerprint
	unsure         []string                 // of these, what was pending anew after a crash
	twice          string                   // a notification that came twice
}

// shownNotification is what appeared on the screen.
type shownNotification struct {
	at    time.Duration // since the start
	order Dispatch
}

func newSim(t testing.TB) *sim {
	s := &sim{
		t: t, start: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), cfg: alert.DefaultConfig(),
		set: DefaultSettings(), can: Capabilities{Replace: true, Actions: true, Sound: true},
		state: state.New(), logged: map[string]LogEntry{}, known: map[string]time.Duration{},
	}
	s.cfg.MinBudget, s.cfg.Location, s.set.Location = 0, time.UTC, time.UTC
	s.now = s.start
	s.boot(nil)
	s.gateway("prod")
	s.gateway("staging")
	return s
}

// boot makes evaluator and planner anew, from what was kept.
func (s *sim) boot(saved *alert.Saved) {
	s.ev = alert.New(s.cfg)
	s.ev.SetInputs(s.in)
	var entries []LogEntry
	for _, w := range s.logged {
		entries = append(entries, w)
	}
	s.p = NewPlanner(s.set, entries)
	s.p.SetCapabilities(s.can)
	if saved != nil {
		s.ev.Load(*saved)
		s.p.Restore(saved.Open, s.clock())
	}
	s.evalAt, s.planAt = s.now, s.now
}

// restart ends the process and starts it again, with what was on disk. A
// crash loses what was not: see save.
func (s *sim) restart(saved alert.Saved) {
	raw, err := json.Marshal(saved)
	if err != nil {
		s.t.Fatal(err)
	}
	var back alert.Saved
	if err := json.Unmarshal(raw, &back); err != nil {
		s.t.Fatal(err)
	}
	s.boot(&back)
	s.run(s.now)
}

func (s *sim) gateway(id string) {
	s.state.SetGateway(state.Gateway{ID: id, Label: id})
	s.link(id, "notifications", event.LinkConnected)
	s.link(id, "spend", event.LinkConnected)
}

func (s *sim) clock() time.Time { return s.now.Add(-s.skew) }

// fact reports one event of a gateway.
func (s *sim) fact(gateway string, via event.Via, name string, body event.Event) {
	s.seq++
	env := event.Envelope{
		Seq: s.seq, At: s.clock(), Body: body,
		Source: &event.Source{Gateway: event.GatewayID(gateway), Via: via, Name: name},
	}
	if s.state.Apply(&env) {
		s.ev.Observe(env)
	}
	s.evalAt = s.now
}

func (s *sim) spend(gateway, key string, total, amount float64) {
	s.fact(gateway, event.ViaHub, "spend", &event.SpendRecorded{
		Key: event.KeyID(key), Amount: event.USD(amount), Total: event.USD(total), HasTotal: true, At: s.clock(),
	})
}

func (s *sim) key(gateway, key, name string, spent, limit float64, period string) {
	b := event.KeyRead{
		Key: event.KeyID(key), Name: name, Enabled: event.Known(true), Spend: event.USD(spent), HasSpend: true,
		Limit: event.Known(event.USD(limit)), At: s.clock(),
	}
	if period != "" {
		at, err := time.Parse(time.DateOnly, period)
		if err != nil {
			s.t.Fatal(err)
		}
		b.Period = at
	}
	s.fact(gateway, event.ViaREST, "keys", b)
}

func (s *sim) health(gateway, provider string, h event.Health) {
	s.fact(gateway, event.ViaHub, "notifications", event.ProviderHealthChanged{
		Provider: event.ProviderID(provider), Name: provider, Health: h, LatencyMS: -1, At: s.clock(),
	})
}

func (s *sim) link(gateway, hub string, st event.LinkState) {
	b := event.LinkChanged{Hub: hub, Plane: event.PlaneCore, State: st, At: s.clock()}
	if st != event.LinkConnected {
		b.Class, b.Attempt = "network", 3
	}
	s.fact(gateway, event.ViaHub, hub, b)
}

func (s *sim) links(gateway string, st event.LinkState) {
	s.link(gateway, "notifications", st)
	s.link(gateway, "spend", st)
}

// at moves time on to d after the start, doing what falls due, and then does f.
func (s *sim) at(d time.Duration, f func()) {
	s.t.Helper()
	until := s.start.Add(d)
	if until.Before(s.now) {
		s.t.Fatalf("script goes back to %v", d)
	}
	s.run(until)
	s.now = until
	if f != nil {
		f()
		s.evalAt = s.now
	}
	s.run(until)
}

// run does everything that is due until then.
func (s *sim) run(until time.Time) {
	for steps := 0; ; steps++ {
		if steps > 200_000 {
			s.t.Fatal("time stands still: a deadline in the past is asked for again and again")
		}
		next, eval := s.planAt, false
		if !s.evalAt.IsZero() && (next.IsZero() || !s.evalAt.After(next)) {
			next, eval = s.evalAt, true
		}
		if next.IsZero() || next.After(until) {
			return
		}
		if next.After(s.now) {
			s.now = next
		}
		if eval {
			s.eval()
		} else {
			s.plan()
		}
	}
}

// wall turns a deadline of the core, which reads the clock, into script time.
func (s *sim) wall(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	t = t.Add(s.skew)
	if t.Before(s.now) {
		return s.now
	}
	return t
}

func (s *sim) eval() {
	s.state.Derive(s.clock())
	changes, again := s.ev.Eval(s.state.Live(), s.clock())
	s.evalAt = s.wall(again)
	if !again.IsZero() && !again.After(s.clock()) {
		s.t.Fatalf("Eval at %v asks for %v", s.clock(), again)
	}
	s.changes = append(s.changes, changes...)
	for _, c := range changes {
		if c.Kind == alert.Resolved && !c.Alert.OncePerPeriod {
			delete(s.known, c.Alert.Fingerprint)
		}
	}
	s.unsure = slices.DeleteFunc(s.unsure, func(fp string) bool {
		a, _ := s.ev.Find(fp)
		if a.Status != alert.StatusPending && a.Status != alert.StatusFiring {
			delete(s.known, fp) // it was over before it was an alert again: nothing tells of that
		}
		return a.Status != alert.StatusPending
	})
	s.p.Observe(changes, s.clock())
	s.note()
	s.planAt = s.now
}

func (s *sim) plan() {
	orders, again := s.p.Plan(s.clock())
	s.planAt = s.wall(again)
	if !again.IsZero() && len(orders) == 0 && !again.After(s.clock()) {
		s.t.Fatalf("Plan at %v asks for %v", s.clock(), again)
	}
	for _, o := range orders {
		s.keep(o.LogEntries)
		var err error
		if s.fail != nil {
			err = s.fail(o)
		}
		if err == nil {
			s.shown = append(s.shown, shownNotification{s.now.Sub(s.start), o})
			s.heard(o)
		}
		if st, changed := s.p.Done(o.Serial, err, s.clock()); changed {
			s.states = append(s.states, st)
		}
		if err == nil {
			for i := range o.LogEntries {
				o.LogEntries[i].DeliveredAt = s.clock()
			}
			s.keep(o.LogEntries)
		}
		s.planAt = s.now
	}
	s.note()
}

// heard checks that a notification is not of something that the user knows.
func (s *sim) heard(o Dispatch) {
	at := s.now.Sub(s.start)
	for _, w := range o.LogEntries {
		if o.Replaces || w.Status != loggedFiring || w.Reason == SentSeverityRaised || w.Reason == SentFlappingEnded {
			continue
		}
		if before, told := s.known[w.Fingerprint]; told && at-before < 4*time.Hour && s.twice == "" {
			s.twice = fmt.Sprintf("told twice: %q after %v", o.Notification.Title, at-before)
		}
		s.known[w.Fingerprint] = at
	}
}

// crash ends the process without a chance to keep the alerts; the
// notifications were logged before each was sent.
func (s *sim) crash() {
	s.changes = nil // the new run decides on what is still true
	s.restart(alert.Saved{At: s.clock()})
	for fp := range s.known {
		a, ok := s.ev.Find(fp)
		if ok && a.Status == alert.StatusPending && !a.OncePerPeriod {
			s.unsure = append(s.unsure, fp)
		}
		if (!ok || a.Status == alert.StatusResolved) && !strings.HasPrefix(a.Rule, "budget.") {
			if w := s.logged[fp]; w.Life != 0 && !ok {
				delete(s.known, fp) // over meanwhile, or not true at the moment
			}
		}
	}
}

func (s *sim) keep(entries []LogEntry) {
	for _, w := range entries {
		s.logged[w.Fingerprint] = w
	}
}

func (s *sim) note() {
	for _, d := range s.p.Decisions() {
		s.decisions = append(s.decisions, d)
		s.ev.RecordNotification(d.Fingerprint, d.Life, string(d.Reason), d.Reason.Sends(), d.At)
	}
	s.keep(s.p.LogUpdates())
}

func (s *sim) setSystemState(sit alert.SystemState) {
	s.ev.SetSystemState(sit)
	s.p.SetSystemState(sit, s.clock())
	s.evalAt, s.planAt = s.now, s.now
}

// sleep goes on until a minute after the start and wakes again at woke, with
// what sit says beside; nothing ran meanwhile.
func (s *sim) sleep(woke time.Duration, sit alert.SystemState) {
	s.at(time.Minute, nil)
	sit.AwaySince = s.now
	s.now = s.start.Add(woke)
	sit.Since = s.now
	s.setSystemState(sit)
}

// newNotifications are the new notifications, without those that replaced one in place.
func (s *sim) newNotifications() []shownNotification {
	return slices.DeleteFunc(slices.Clone(s.shown), func(b shownNotification) bool { return b.order.Replaces || b.order.Withdraw })
}

// titles lists what appeared, for comparison: "+10.5s critical OpenAI is …".
func (s *sim) titles() []string {
	var out []string
	for _, b := range s.shown {
		how := string(b.order.Notification.Severity)
		switch {
		case b.order.Withdraw:
			how = "withdraw"
		case b.order.Replaces:
			how += " in place"
		case b.order.Notification.Silent:
			how += " silent"
		}
		out = append(out, fmt.Sprintf("+%v %s: %s", b.at, how, b.order.Notification.Title))
	}
	return out
}

func (s *sim) want(want ...string) {
	s.t.Helper()
	if got := s.titles(); !slices.Equal(got, want) {
		s.t.Errorf("shown:\n  %s\nwant:\n  %s\ndecisions:\n%s", strings.Join(got, "\n  "), strings.Join(want, "\n  "), s.trace())
	}
}

func (s *sim) trace() string {
	var b strings.Builder
	for _, d := range s.decisions {
		fmt.Fprintf(&b, "  %v %s %s %s: %s %q\n", d.At.Sub(s.start), d.Rule, d.Kind, d.Severity, d.Reason, d.Title)
	}
	return b.String()
}

// reasons lists the decisions on a rule.
func (s *sim) reasons(rule string) []Reason {
	var out []Reason
	for _, d := range s.decisions {
		if d.Rule == rule {
			out = append(out, d.Reason)
		}
	}
	return out
}
