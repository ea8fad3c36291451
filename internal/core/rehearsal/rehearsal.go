// Package rehearsal plays the past to one rule and says what it would have done:
// the same fold and the same evaluator as live ones, in virtual time. It reads
// nothing itself and knows no clock; it is given events in order and belongs to
// the goroutine of its caller. What other rules would have held back, and what
// is told together, it does not know.
package rehearsal

import (
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

const (
	// step is how far apart in virtual time the rule is looked at while events come;
	// its own deadlines are kept to the second.
	step = 2 * time.Second
	// mostOccasions is how many are listed; all are counted.
	mostOccasions = 200
	nightBegins   = 22 // o'clock
	nightEnds     = 7
)

// Options say what is rehearsed.
type Options struct {
	Rule string
	// Config has the rule's numbers; other rules are switched off, and the rule
	// is switched on.
	Config   alert.Config
	Gateways []state.Gateway
	From     time.Time
	Location *time.Location
	// Inputs gives what the rule needs beyond events as it was at a time, and when
	// that is to be asked for again. nil: nothing is known.
	Inputs func(at time.Time) (alert.Inputs, time.Time)
	// Foreseen gives what was foreseen as of a time, with the keys and groups as they
	// were shown then, and when that is to be asked for again. nil: nothing was.
	Foreseen func(at time.Time) (Foreseen, time.Time)
	// Shown gives all that was shown at a time, which the rule is then held against
	// instead of what follows from events, whether that is known, and when it is to be
	// asked for again. It is only read, and only until the next one is asked for. nil:
	// what follows from events counts.
	Shown func(at time.Time) (live *state.Live, known bool, next time.Time)
	// Watched reports whether anything was watched at a time, and until when that
	// stays so. nil: always.
	Watched func(at time.Time) (watched bool, until time.Time)
	// Notifies reports whether a notification of a severity would have been shown at
	// a time. nil: always.
	Notifies func(severity event.Severity, at time.Time) bool
}

// Foreseen is what was foreseen of budgets, and whose they are.
type Foreseen struct {
	Forecasts map[string]state.Forecast
	Keys      map[string]state.KeySpend
	Groups    map[string]state.Group
}

// Occasion is once that the rule would have fired.
type Occasion struct {
	From, To time.Time // To is zero if it had not ended
	Title    string
	Severity event.Severity
	Notices  int
}

// Result is what the rule would have done.
type Result struct {
	Events int
	// Watched is for how long anything was watched since From.
	Watched   time.Duration
	Times     int           // it would have fired
	Open      time.Duration // in all, each alert by itself, as far as it was watched
	Longest   time.Duration
	Notices   int
	Night     int // of them, from ten in the evening to seven
	Held      int // notifications that would not have been shown: quiet hours, or too slight
	Occasions []Occasion
}

// Rehearsal is one run. Start it with New, give it events with Take, and end it
// with Finish.
type Rehearsal struct {
	opts      Options
	state     *state.State
	evaluator *alert.Evaluator
	at        time.Time
	next      time.Time // that the evaluator asked for
	tick      time.Time
	inputs    time.Time // when they are asked for again
	foreseen  Foreseen
	foresees  time.Time // when it is asked for again
	shown     *state.Live
	unknown   bool      // what was shown at this time is not known
	shows     time.Time // when what was shown is asked for again
	given     alert.Inputs
	looked    time.Time
	dirty     bool      // events came since
	attended  bool      // by Options.Watched
	turns     time.Time // when that may become another
	watched   bool      // and what was shown is known
	result    Result
	open      map[string]int // by fingerprint: its occasion, of those that are listed
	since     map[string]begun
	told      map[string]bool // of once in a period
}

// begun is when an alert began, and how much had been watched by then.
type begun struct {
	at      time.Time
	watched time.Duration
}

// New begins a run.
func New(o Options) *Rehearsal {
	cfg := o.Config
	rules := map[string]alert.Setting{}
	for _, r := range alert.Builtin() {
		rules[r.ID] = alert.Setting{Off: true}
	}
	own := o.Config.Rules[o.Rule]
	own.On, own.Off = true, false
	rules[o.Rule] = own
	cfg.Rules, cfg.Location = rules, o.Location
	cfg.Normal = nil // what was called normal was not, before that
	h := &Rehearsal{
		opts: o, state: state.New(), evaluator: alert.New(cfg), at: o.From, tick: o.From, attended: true, watched: true,
		open: map[string]int{}, since: map[string]begun{}, told: map[string]bool{},
	}
	for _, g := range o.Gateways {
		h.state.SetGateway(g)
	}
	h.look()
	return h
}

// Take plays one event, after what was due before it.
func (h *Rehearsal) Take(env event.Envelope) {
	h.until(env.At)
	h.result.Events++
	if h.state.Apply(&env) {
		h.evaluator.Observe(env)
	}
	h.dirty = true
	if h.at.Sub(h.looked) >= step {
		h.look()
	}
}

// Pass has time pass in which nothing comes.
func (h *Rehearsal) Pass(at time.Time) { h.until(at) }

// Finish plays the rest of the time and says what came of it.
func (h *Rehearsal) Finish(at time.Time) Result {
	h.until(at)
	h.look()
	for fp, since := range h.since {
		h.ended(fp, since, time.Time{})
	}
	return h.result
}

// until goes on to a time, through everything that is due before it.
func (h *Rehearsal) until(at time.Time) {
	for h.at.Before(at) {
		due, dues := at, []time.Time{h.next, h.tick, h.turns, h.inputs, h.foresees, h.shows}
		if h.dirty {
			dues = append(dues, h.looked.Add(step))
		}
		for _, t := range dues {
			if t.After(h.at) && t.Before(due) {
				due = t
			}
		}
		if h.watched {
			h.result.Watched += due.Sub(h.at)
		}
		h.at = due
		if due.Before(at) {
			h.due()
		}
	}
}

// due does what is due now.
func (h *Rehearsal) due() {
	if !h.at.Before(h.tick) {
		h.tick = h.state.Tick(h.at)
	}
	h.look()
}

// look evaluates the rule.
func (h *Rehearsal) look() {
	shown := h.lookBack()
	if h.opts.Watched != nil && !h.at.Before(h.turns) {
		h.attended, h.turns = h.opts.Watched(h.at)
	}
	if was := h.watched; was != (h.attended && !h.unknown) {
		h.watched = !was
		h.turned()
	}
	if h.opts.Inputs != nil && !h.at.Before(h.inputs) {
		h.given, h.inputs = h.opts.Inputs(h.at)
		h.evaluator.SetInputs(h.given)
		shown = h.shown != nil
	}
	if shown {
		h.evaluator.SetInputs(alert.InputsShown(h.given, h.shown))
	}
	changes, next := h.evaluator.Eval(h.live(), h.at)
	h.next, h.looked, h.dirty = next, h.at, false
	for i := range changes {
		h.changed(&changes[i])
	}
}

// lookBack asks for what was shown, if it is time to, and reports whether that is another
// picture. Of a time of which nothing is known what was shown last stands.
func (h *Rehearsal) lookBack() (another bool) {
	if h.opts.Shown == nil || h.at.Before(h.shows) {
		return false
	}
	live, known, next := h.opts.Shown(h.at)
	h.unknown, h.shows = !known, next
	if known {
		h.shown = live
	}
	return known
}

// live is the state that the rule is held against.
func (h *Rehearsal) live() *state.Live {
	if h.shown != nil {
		return h.shown
	}
	live := h.state.Live()
	if h.opts.Foreseen == nil {
		return live
	}
	if !h.at.Before(h.foresees) {
		h.foreseen, h.foresees = h.opts.Foreseen(h.at)
	}
	then := *live
	then.Forecasts, then.Keys, then.Groups = h.foreseen.Forecasts, h.foreseen.Keys, h.foreseen.Groups
	return &then
}

// turned tells the evaluator that nobody watches, or that somebody does again.
func (h *Rehearsal) turned() {
	h.evaluator.SetSystemState(alert.SystemState{Offline: !h.watched, Since: h.at, Grace: alert.DefaultGrace})
}

// changed counts what happened to an alert.
func (h *Rehearsal) changed(c *alert.Change) {
	a := &c.Alert
	switch c.Kind {
	case alert.Fired, alert.Unsuppressed:
		if _, open := h.since[a.Fingerprint]; open || a.InhibitedBy != "" {
			return // it is held back while nobody watches, or was counted
		}
		h.since[a.Fingerprint] = begun{c.At, h.result.Watched}
		h.result.Times++
		if len(h.result.Occasions) < mostOccasions {
			h.open[a.Fingerprint] = len(h.result.Occasions)
			h.result.Occasions = append(h.result.Occasions, Occasion{From: c.At, Title: a.Title, Severity: a.Severity})
		}
		h.notice(a, a.OnFiring, c.At)
	case alert.SeverityRaised:
		if i, listed := h.open[a.Fingerprint]; listed {
			h.result.Occasions[i].Severity, h.result.Occasions[i].Title = a.Severity, a.Title
		}
		h.notice(a, a.OnFiring, c.At)
	case alert.Resolved:
		if since, open := h.since[a.Fingerprint]; open {
			if a.EndReason == alert.EndCleared && !a.OncePerPeriod {
				h.notice(a, a.OnResolved, c.At)
			}
			h.repeat(a, since.at, c.At)
			h.ended(a.Fingerprint, since, c.At)
		}
	default:
	}
}

// ended notes the end of an occasion; a zero time is that it goes on.
func (h *Rehearsal) ended(fingerprint string, since begun, to time.Time) {
	lasted := h.result.Watched - since.watched
	h.result.Open += lasted
	h.result.Longest = max(h.result.Longest, lasted)
	if i, listed := h.open[fingerprint]; listed {
		h.result.Occasions[i].To = to
	}
	delete(h.open, fingerprint)
	delete(h.since, fingerprint)
}

// notice counts a notification of an alert, where its policy has one.
func (h *Rehearsal) notice(a *alert.Alert, policy alert.NotificationPolicy, at time.Time) {
	if policy != alert.NotifyNow && policy != alert.NotifyWithoutSound {
		return
	}
	if a.OncePerPeriod {
		once := a.Fingerprint + string(a.Severity)
		if h.told[once] {
			return
		}
		h.told[once] = true
	}
	if h.opts.Notifies != nil && !h.opts.Notifies(a.Severity, at) {
		h.result.Held++
		return
	}
	h.result.Notices++
	hour := at.In(h.opts.Location).Hour()
	if hour >= nightBegins || hour < nightEnds {
		h.result.Night++
	}
	if i, listed := h.open[a.Fingerprint]; listed {
		h.result.Occasions[i].Notices++
	}
}

// repeat counts what would have been told again of a critical alert that nobody
// acknowledged.
func (h *Rehearsal) repeat(a *alert.Alert, since, to time.Time) {
	if a.RepeatInterval <= 0 || a.Severity != event.SeverityCritical {
		return
	}
	for at := since.Add(a.RepeatInterval); at.Before(to); at = at.Add(a.RepeatInterval) {
		if h.opts.Watched != nil {
			if watched, _ := h.opts.Watched(at); !watched {
				continue
			}
		}
		h.notice(a, a.OnFiring, at)
	}
}
