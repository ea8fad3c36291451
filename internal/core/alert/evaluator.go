package alert

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// Evaluator evaluates the rules on the live state and keeps the alerts. It belongs to one
// goroutine. The zero value is not usable: see New.
type Evaluator struct {
	cfg     Config
	rules   []Rule
	byID    map[string]*Rule
	unknown []string // rule ids of the settings that do not exist
	lowest  float64  // no budget below it matters

	in       Inputs // as given
	inputs   Inputs // with what was measured
	derived  derivedInputs
	system   SystemState
	observed observations
	loops    map[string]*loop    // by key id
	repeats  map[string]*repeats // by key id

	all        map[alertKey]*trackedAlert
	byPrint    map[string]*trackedAlert
	resolved   map[string]*Alert // resolved, shown for a day, by fingerprint
	silences   []Silence
	windows    []Maintenance
	pending    []Change // from the user's actions, returned by the next Eval
	changed    []*trackedAlert
	forgot     []Change
	inhibitors inhibitorIndex
	pass       uint64
	last       time.Time // of Eval
	again      time.Time
	lastLife   int64
	began      time.Time // of the first Eval
	view       evalContext

	inhibitorsStale bool // an alert's status changed since inhibitors were gathered
	scratch         scratch
	dimensions      map[float64]string    // as texts
	linkCounts      map[string]linkCounts // reused from Eval to Eval
}

// alertKey is an alert's place: what its fingerprint says, but for the budget period.
type alertKey struct{ rule, gateway, kind, entity, dimension string }

// trackedAlert is an alert with what only the evaluator needs of it.
type trackedAlert struct {
	Alert
	id            alertKey
	rule          *Rule
	pass          uint64
	conditionHeld bool      // the condition held when last known
	clearedAs     EndReason // why it ends if it stays so that the condition does not hold; "": EndCleared
	restored      bool      // from an earlier run, and its gateway was not read since
	earlier       bool      // from an earlier run
	readAgain     time.Time // of one from an earlier run: when its gateway was read first in this one
	rank          float64
	source        string
	from          Status // when this pass began
	changes       []ChangeKind
	shownOver     bool // it recovers for so long that it is shown as over
	textStale     bool // annotations changed: texts must be made anew

	lastPoint int64 // of a point event: when it was so last, Unix milliseconds

	flips    [flapCount]time.Time
	flipped  int
	lastFlip time.Time

	inhibited          bool // inhibited or settling
	inhibitedByAway    bool // its inhibition is awayInhibition
	inhibition         *Inhibition
	inhibitorClearedAt time.Time // the inhibitor's condition ceased
	freshAt            time.Time // data seen since then
	inhibitorOver      bool      // the condition of what inhibits it has ceased
	firedBefore        bool      // it fired before what inhibits it began
	openBefore         bool      // and that is not listed yet, or not any more
	released           bool      // this pass
	afterAway          bool
}

// evalContext is what rules see during one Eval.
type evalContext struct {
	live       *state.Live
	in         *Inputs
	cfg        *Config
	system     *SystemState
	observed   *observations
	loops      map[string]*loop
	repeats    map[string]*repeats
	now        time.Time
	lowest     float64
	linkCounts map[string]linkCounts
	ev         *Evaluator

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

// scheduleEval asks for another Eval at t at the latest.
func (v *evalContext) scheduleEval(t time.Time) { v.ev.scheduleEval(t) }

// stale reports whether data of a source cannot be current: its hub is not
// connected, or it was polled too long ago.
func (v *evalContext) stale(gateway, source string, at int64) bool {
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
			s := v.live.PollTargets[gateway+"/"+source] // zero where unknown
			*m = readMemo{gateway, source, s.SucceededAt, max(v.cfg.StaleAfter, time.Duration(s.StaleAfterMS)*time.Millisecond)}
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

// absent evaluates an alert whose entity is not in the state: that is no news of
// it (a list may come back), unless its whole gateway is gone or nothing was
// heard of the entity for long.
func (v *evalContext) absent(a *Alert) Result {
	if _, ok := v.live.Gateways[a.Gateway]; !ok {
		return Result{condition: conditionEnded, EndReason: EndDeleted}
	}
	seen := a.EvaluatedAt
	if v.ev.began.After(seen) { // nobody looked for it while no program ran
		seen = v.ev.began
	}
	if gone := seen.Add(absentAfter); !v.now.Before(gone) {
		return Result{condition: conditionEnded, EndReason: EndDeleted}
	} else if !a.EvaluatedAt.IsZero() {
		v.scheduleEval(gone)
	}
	return Result{condition: conditionUnknown, stale: true, Period: a.Period, At: -1}
}

const (
	absentAfter       = 15 * time.Minute // three times the slowest poll
	pointLives        = changeLives      // of a point in time that an earlier run told of
	resolvedRetention = 24 * time.Hour
	maxResolved       = 200
)

// New returns an evaluator without alerts.
func New(cfg Config) *Evaluator {
	e := &Evaluator{
		observed: newObservations(), derived: newDerivedInputs(), loops: map[string]*loop{}, repeats: map[string]*repeats{},
		all: map[alertKey]*trackedAlert{}, byPrint: map[string]*trackedAlert{}, resolved: map[string]*Alert{},
		inhibitors: newInhibitorIndex(), dimensions: map[float64]string{}, linkCounts: map[string]linkCounts{},
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
	e.lowest = 1 - rearmMargin
	for _, ts := range cfg.Thresholds.every() {
		for _, t := range ts {
			e.lowest = min(e.lowest, t.Ratio-rearmMargin)
		}
	}
	for _, in := range e.all {
		in.rule = e.byID[in.Rule]
		in.applyRule(in.rule)
	}
	e.inhibitorsStale = true
}

func (t *Thresholds) every() [][]Threshold {
	all := [][]Threshold{t.Default}
	for _, m := range []map[string][]Threshold{t.Gateways, t.Groups, t.Keys} {
		all = slices.AppendSeq(all, maps.Values(m))
	}
	return slices.AppendSeq(all, maps.Values(t.Members))
}

// UnknownRules lists ids of the settings that no rule has, sorted.
func (e *Evaluator) UnknownRules() []string { return slices.Clone(e.unknown) }

// Rules lists the rules as configured.
func (e *Evaluator) Rules() []Rule { return slices.Clone(e.rules) }

// SetInputs replaces what rules need beyond the live state and beyond what
// Observe gathered.
func (e *Evaluator) SetInputs(in Inputs) { e.in = in }

// SetSystemState says how network, sleep and window are. Call Eval afterwards.
func (e *Evaluator) SetSystemState(s SystemState) {
	s.Since = wall(s.Since)
	e.system = s
}

// wall is t without its monotonic part, so that times compare the same before
// and after they were stored.
func wall(t time.Time) time.Time { return t.Round(0) }

func (e *Evaluator) scheduleEval(t time.Time) {
	if e.again.IsZero() || t.Before(e.again) {
		e.again = t
	}
}

// Eval evaluates everything and returns what changed, most severe first, and
// when it wants to be called again at the latest (zero: at the next event).
// The state is only read, and not kept.
func (e *Evaluator) Eval(live *state.Live, now time.Time) (changes []Change, again time.Time) {
	now = wall(now)
	e.changed = e.changed[:0]
	if now.Before(e.last) {
		e.shift(now.Sub(e.last))
	}
	e.last, e.again = now, time.Time{}
	e.pass++
	if e.began.IsZero() {
		e.began = now
	}
	e.findLoops(now)
	e.inputs = e.derived.inputs(e.in)
	e.view = evalContext{
		live: live, in: &e.inputs, cfg: &e.cfg, system: &e.system, observed: &e.observed, loops: e.loops, repeats: e.repeats,
		now: now, lowest: e.lowest, ev: e,
	}
	e.evalRules(&e.view)
	e.updateSilences(now)
	e.inhibit(&e.view)
	e.observed.sweep(now)
	e.derived.sweep(now)
	e.sweepResolved(now)
	changes = e.collect(now)
	e.view = evalContext{}
	return changes, e.again
}

// evalRules runs every rule, then rechecks the alerts that no rule yielded.
func (e *Evaluator) evalRules(v *evalContext) {
	var r *Rule
	yield := func(s Result) { e.applyResult(v, r, &s) }
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
			e.updateInactive(in, v.now)
			continue
		}
		s := e.recheckAlert(v, in)
		e.advance(v, in, &s)
	}
}

func (e *Evaluator) recheckAlert(v *evalContext, in *trackedAlert) Result {
	r := in.rule
	switch {
	case r == nil || r.Off:
		return Result{condition: conditionEnded, EndReason: EndRuleOff}
	case e.normal(r, in.Gateway, in.EntityKind, in.Entity, in.Dimension, in.Value):
		return Result{condition: conditionEnded, EndReason: EndNormal}
	case e.unread(v, in):
		return Result{condition: conditionUnknown, stale: true, Period: in.Period, At: -1}
	case v.live.Gateways[in.Gateway].ID == "":
		return Result{condition: conditionEnded, EndReason: EndDeleted}
	case r.recheck != nil:
		return r.recheck(v, &in.Alert)
	case r.PointInTime && in.earlier && v.now.Before(in.DataAt.Add(pointLives)):
		v.scheduleEval(in.DataAt.Add(pointLives))
		return Result{
			condition: conditionMet, Annotations: in.Annotations, Value: in.Value, Severity: in.Severity, Period: in.SourcePeriod,
			Source: in.source, Trust: in.Trust,
		}
	case r.PointInTime:
		return Result{condition: conditionEnded, EndReason: EndExpired}
	case in.EntityKind == "key":
		if k, ok := v.live.Keys[in.StateID]; !ok {
			return v.absent(&in.Alert)
		} else if k.Status == "deleted" {
			return Result{condition: conditionEnded, EndReason: EndDeleted}
		}
	}
	return Result{condition: conditionNotMet, Annotations: in.Annotations, Value: -1, Period: in.SourcePeriod}
}

// applyResult takes a rule's sample to its alert.
func (e *Evaluator) applyResult(v *evalContext, r *Rule, s *Result) {
	if v.live.Gateways[s.Gateway].ID == "" {
		return // not watched, or no longer
	}
	id := alertKey{r.ID, s.Gateway, s.Kind, s.Entity, s.Dimension}
	in := e.all[id]
	if e.normal(r, s.Gateway, s.Kind, s.Entity, s.Dimension, s.Value) {
		if in == nil {
			return
		}
		s.condition, s.EndReason = conditionEnded, EndNormal
	}
	if in == nil {
		if s.condition != conditionMet {
			return
		}
		in = e.create(v, r, id, s)
	}
	in.pass = e.pass
	e.advance(v, in, s)
}

// create makes an alert that has not begun.
func (e *Evaluator) create(v *evalContext, r *Rule, id alertKey, s *Result) *trackedAlert {
	in := &trackedAlert{id: id, rule: r, Alert: Alert{
		Rule: r.ID, Category: r.Category, Gateway: s.Gateway, EntityKind: s.Kind, Entity: s.Entity,
		StateID: s.StateID, Dimension: s.Dimension, Status: StatusOK, Value: -1,
	}}
	in.applyRule(r)
	in.rank = rankOf(r, s.Dimension)
	e.all[id] = in
	return in
}

// applyRule copies a rule's policy into the alert.
func (in *trackedAlert) applyRule(r *Rule) {
	if r == nil {
		return
	}
	in.OnFiring, in.OnResolved, in.RepeatInterval, in.OncePerPeriod = r.OnFiring, r.OnResolved, r.RepeatInterval, r.OncePerPeriod
	in.RepeatSet = r.RepeatSet
	if in.Severity.Rank() < r.OnFiringFrom.Rank() {
		in.OnFiring = NotifyNever
	}
	if in.Severity.Rank() < r.OnResolvedFrom.Rank() {
		in.OnResolved = NotifyNever
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
		for _, w := range in.changes {
			out = append(out, Change{
				Kind: w, From: in.from, Alert: in.Alert, At: now, WasAway: w == Unsuppressed && in.afterAway,
			})
		}
		in.changes, in.released, in.afterAway = nil, false, false
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

// recordChange notes that something happened to an alert in this pass.
func (e *Evaluator) recordChange(in *trackedAlert, w ChangeKind) {
	e.inhibitorsStale = e.inhibitorsStale || w != Updated
	if len(in.changes) == 0 {
		e.changed = append(e.changed, in)
	}
	in.changes = append(in.changes, w)
}

// Find returns the alert with this fingerprint, open or resolved.
func (e *Evaluator) Find(fingerprint string) (Alert, bool) {
	if in, ok := e.byPrint[fingerprint]; ok {
		return in.Alert, true
	}
	if a, ok := e.resolved[fingerprint]; ok {
		return *a, true
	}
	return Alert{}, false
}
