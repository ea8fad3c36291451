package alert

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/state"
)

// Evaluator looks at the live state and keeps the alerts. It belongs to one
// goroutine. The zero value is not usable: see New.
type Evaluator struct {
	cfg     Config
	rules   []Rule
	byID    map[string]*Rule
	unknown []string // rule ids of the settings that do not exist
	lowest  float64  // no budget below it matters

	in       Inputs // as given
	judged   Inputs // with what was measured
	measured measured
	sit      Situation
	facts    facts
	loops    map[string]*loop // by key id

	all      map[ident]*instance
	byPrint  map[string]*instance
	closed   map[string]*Alert // resolved, shown for a day, by fingerprint
	snoozes  []Snooze
	windows  []Maintenance
	pending  []Change // from the user's actions, told with the next Eval
	changed  []*instance
	forgot   []Change
	explain  explainers
	pass     uint64
	last     time.Time // of Eval
	again    time.Time
	lastLife int64
	view     view

	moved      bool // an alert's status changed since inhibitors were gathered
	scratch    scratch
	dimensions map[float64]string // as texts
	halves     map[string]halves  // reused from look to look
}

// ident is an alert's place: what its fingerprint says, but for the epoch.
type ident struct{ rule, gateway, kind, entity, dimension string }

// instance is an alert with what only the evaluator needs of it.
type instance struct {
	Alert
	id     ident
	rule   *Rule
	pass   uint64
	raw    bool // the condition held when last known
	rank   float64
	source string
	from   Status // when this pass began
	what   []What
	dirty  bool // facts changed: texts must be made anew

	flips    [flapCount]time.Time
	flipped  int
	lastFlip time.Time

	held      bool // inhibited or settling
	away      bool // held by I1
	heldBy    *Inhibition
	clearedAt time.Time // the inhibitor's condition ceased
	freshAt   time.Time // data seen since then
	released  bool      // this pass
	afterAway bool
}

// view is one look at the world, for rules.
type view struct {
	live   *state.Live
	in     *Inputs
	cfg    *Config
	sit    *Situation
	facts  *facts
	loops  map[string]*loop
	now    time.Time
	lowest float64
	halves map[string]halves
	ev     *Evaluator

	staleMemo staleMemo
	readMemo  readMemo
}

// readMemo is when the last source that was asked for was read, and from which
// age on that is too long ago.
type readMemo struct {
	gateway, source string
	at              int64
	after           time.Duration
}

// staleMemo is the last answer of view.stale: many keys share a hub.
type staleMemo struct {
	gateway, source string
	stale           bool
}

// wake asks for another look at t at the latest.
func (v *view) wake(t time.Time) { v.ev.wake(t) }

// stale reports whether data of a source cannot be current: its hub is not
// connected, or it was polled too long ago.
func (v *view) stale(gateway, source string, at int64) bool {
	if hub, ok := cutPrefix(source, "hub:"); ok {
		if m := &v.staleMemo; m.gateway != gateway || m.source != source {
			l, known := v.live.Links[gateway+"/"+hub]
			*m = staleMemo{gateway, source, known && l.State != string(event.LinkConnected) &&
				l.LostAt > 0 && v.now.Sub(msTime(l.LostAt)) > v.cfg.StaleAfter}
		}
		return v.staleMemo.stale
	}
	if _, ok := cutPrefix(source, "rest:"); ok && v.cfg.StaleAfter > 0 {
		if m := &v.readMemo; m.gateway != gateway || m.source != source {
			s := v.live.Sources[gateway+"/"+source] // zero where unknown
			*m = readMemo{gateway, source, s.AnsweredAt, max(v.cfg.StaleAfter, time.Duration(s.StaleMS)*time.Millisecond)}
		}
		return v.now.Sub(msTime(max(at, v.readMemo.at))) > v.readMemo.after // read again, it may have been the same
	}
	return false
}

func cutPrefix(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return s, false
}

// absent judges an alert whose entity is not in the state: that is no news of
// it (a list may come back), unless its whole gateway is gone or nothing was
// heard of the entity for long.
func (v *view) absent(a *Alert) Sample {
	if _, ok := v.live.Gateways[a.Gateway]; !ok {
		return Sample{v: ended, End: EndDeleted}
	}
	if gone := a.Seen.Add(absentAfter); !v.now.Before(gone) {
		return Sample{v: ended, End: EndDeleted}
	} else if !a.Seen.IsZero() {
		v.wake(gone)
	}
	return Sample{v: unknown, stale: true, Epoch: a.Epoch, At: -1}
}

const (
	absentAfter = 15 * time.Minute // three times the slowest poll
	keepClosed  = 24 * time.Hour
	maxClosed   = 200
)

// New returns an evaluator without alerts.
func New(cfg Config) *Evaluator {
	e := &Evaluator{
		facts: newFacts(), measured: newMeasured(), loops: map[string]*loop{},
		all: map[ident]*instance{}, byPrint: map[string]*instance{}, closed: map[string]*Alert{},
		explain: newExplainers(), dimensions: map[float64]string{}, halves: map[string]halves{},
	}
	e.Configure(cfg)
	return e
}

// Configure takes new settings. Alerts of rules that are now off resolve at
// the next Eval, without being told.
func (e *Evaluator) Configure(cfg Config) {
	if len(cfg.Thresholds.Default) == 0 {
		cfg.Thresholds.Default = DefaultThresholds()
	}
	e.cfg = cfg
	e.rules, e.byID = Builtin(), map[string]*Rule{}
	known := map[string]bool{}
	for i := range e.rules {
		r := &e.rules[i]
		known[r.ID] = true
		if s, ok := cfg.Rules[r.ID]; ok {
			*r = s.apply(*r)
		}
		e.byID[r.ID] = r
	}
	e.unknown = nil
	for id := range cfg.Rules {
		if !known[id] {
			e.unknown = append(e.unknown, id)
		}
	}
	slices.Sort(e.unknown)
	e.lowest = 1 - rearm
	for _, ts := range cfg.Thresholds.every() {
		for _, t := range ts {
			e.lowest = min(e.lowest, t.At-rearm)
		}
	}
	for _, in := range e.all {
		in.rule = e.byID[in.Rule]
		in.adopt(in.rule)
	}
	e.moved = true
}

func (t *Thresholds) every() [][]Threshold {
	all := [][]Threshold{t.Default}
	for _, m := range []map[string][]Threshold{t.Gateways, t.Groups, t.Keys} {
		all = slices.AppendSeq(all, maps.Values(m))
	}
	return all
}

// UnknownRules lists ids of the settings that no rule has, sorted.
func (e *Evaluator) UnknownRules() []string { return slices.Clone(e.unknown) }

// Rules lists the rules as configured.
func (e *Evaluator) Rules() []Rule { return slices.Clone(e.rules) }

// SetInputs replaces what rules need beyond the live state and beyond what
// Observe gathered.
func (e *Evaluator) SetInputs(in Inputs) { e.in = in }

// Situate tells what surrounds us. Call Eval afterwards.
func (e *Evaluator) Situate(s Situation) {
	s.Since = wall(s.Since)
	e.sit = s
}

// wall is t without its monotonic part, so that times compare the same before
// and after they were stored.
func wall(t time.Time) time.Time { return t.Round(0) }

func (e *Evaluator) wake(t time.Time) {
	if e.again.IsZero() || t.Before(e.again) {
		e.again = t
	}
}

// Eval looks at everything and returns what changed, most severe first, and
// when it wants to be called again at the latest (zero: at the next event).
// The state is only read, and not kept.
func (e *Evaluator) Eval(live *state.Live, now time.Time) (changes []Change, again time.Time) {
	now = wall(now)
	if now.Before(e.last) {
		e.shift(now.Sub(e.last))
	}
	e.last, e.again = now, time.Time{}
	e.pass++
	e.changed = e.changed[:0]
	e.findLoops(now)
	e.judged = e.measured.inputs(e.in)
	e.view = view{
		live: live, in: &e.judged, cfg: &e.cfg, sit: &e.sit, facts: &e.facts, loops: e.loops,
		now: now, lowest: e.lowest, ev: e,
	}
	e.lookAtAll(&e.view)
	e.expireSnoozes(now)
	e.inhibit(&e.view)
	e.facts.sweep(now)
	e.measured.sweep(now)
	e.sweepClosed(now)
	changes = e.collect(now)
	e.view = view{}
	return changes, e.again
}

// lookAtAll runs every rule, then judges the alerts that no rule spoke of.
func (e *Evaluator) lookAtAll(v *view) {
	var r *Rule
	yield := func(s Sample) { e.observe(v, r, &s) }
	for i := range e.rules {
		if r = &e.rules[i]; !r.Off {
			r.check(v, yield)
		}
	}
	for _, in := range e.all {
		if in.pass == e.pass {
			continue
		}
		in.pass = e.pass
		if in.Status == StatusOK || in.Status == StatusResolved {
			e.idle(in, v.now)
			continue
		}
		s := e.lookAt(v, in)
		e.step(v, in, &s)
	}
}

func (e *Evaluator) lookAt(v *view, in *instance) Sample {
	r := in.rule
	switch {
	case r == nil || r.Off:
		return Sample{v: ended, End: EndRuleOff}
	case v.live.Gateways[in.Gateway].ID == "":
		return Sample{v: ended, End: EndDeleted}
	case r.look != nil:
		return r.look(v, &in.Alert)
	case r.Point:
		return Sample{v: ended, End: EndExpired}
	case in.EntityKind == "key":
		if k, ok := v.live.Keys[in.Thing]; !ok {
			return v.absent(&in.Alert)
		} else if k.Status == "deleted" {
			return Sample{v: ended, End: EndDeleted}
		}
	}
	return Sample{v: fails, Facts: in.Facts, Value: -1, Epoch: in.SourceEpoch}
}

// observe takes a rule's sample to its alert.
func (e *Evaluator) observe(v *view, r *Rule, s *Sample) {
	if v.live.Gateways[s.Gateway].ID == "" {
		return // not watched, or no longer
	}
	id := ident{r.ID, s.Gateway, s.Kind, s.Entity, s.Dimension}
	in := e.all[id]
	if in == nil {
		if s.v != holds {
			return
		}
		in = e.create(v, r, id, s)
	}
	in.pass = e.pass
	e.step(v, in, s)
}

// create makes an alert that has not begun.
func (e *Evaluator) create(v *view, r *Rule, id ident, s *Sample) *instance {
	in := &instance{id: id, rule: r, Alert: Alert{
		Rule: r.ID, Category: r.Category, Gateway: s.Gateway, EntityKind: s.Kind, Entity: s.Entity,
		Thing: s.Thing, Dimension: s.Dimension, Status: StatusOK, Value: -1,
	}}
	in.adopt(r)
	in.rank = rankOf(r, s.Dimension)
	e.all[id] = in
	return in
}

// adopt copies a rule's wishes into the alert.
func (in *instance) adopt(r *Rule) {
	if r == nil {
		return
	}
	in.Tell, in.TellEnd, in.Repeat, in.OncePerEpoch = r.Tell, r.TellEnd, r.Repeat, r.OncePerEpoch
	if in.Severity.Rank() < r.TellFrom.Rank() {
		in.Tell = TellNever
	}
	if in.Severity.Rank() < r.TellEndFrom.Rank() {
		in.TellEnd = TellNever
	}
}

// collect turns what happened in this pass into changes.
func (e *Evaluator) collect(now time.Time) []Change {
	if len(e.changed) == 0 && len(e.pending) == 0 && len(e.forgot) == 0 {
		return nil
	}
	out := e.pending
	e.pending = nil
	for _, in := range e.changed {
		in.render(e.cfg.Location, now)
		for _, w := range in.what {
			out = append(out, Change{
				What: w, From: in.from, Alert: in.Alert, At: now, AfterAway: w == Released && in.afterAway,
			})
		}
		in.what, in.released, in.afterAway = nil, false, false
		if in.Status == StatusResolved {
			e.close(in)
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(b.Alert.Severity.Rank(), a.Alert.Severity.Rank()),
			cmp.Compare(a.Alert.Gateway, b.Alert.Gateway), cmp.Compare(a.Alert.Rule, b.Alert.Rule),
			cmp.Compare(a.Alert.Entity, b.Alert.Entity), cmp.Compare(b.Alert.Dimension, a.Alert.Dimension),
			cmp.Compare(a.Alert.Life, b.Alert.Life))
	})
	out = append(out, e.forgot...)
	e.forgot = nil
	return out
}

// happen notes that something happened to an alert in this pass.
func (e *Evaluator) happen(in *instance, w What) {
	e.moved = e.moved || w != Updated
	if len(in.what) == 0 {
		e.changed = append(e.changed, in)
	}
	in.what = append(in.what, w)
}

// Find returns the alert with this fingerprint, open or resolved.
func (e *Evaluator) Find(fingerprint string) (Alert, bool) {
	if in, ok := e.byPrint[fingerprint]; ok {
		return in.Alert, true
	}
	if a, ok := e.closed[fingerprint]; ok {
		return *a, true
	}
	return Alert{}, false
}
