package run

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/core/rehearsal"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
)

// Bounds of a look at what a rule would have done.
const (
	rehearseBack   = 30 * 24 * time.Hour
	rehearseEvents = 600_000          // at most, the newest
	rehearseTime   = 90 * time.Second // then it ends with what it has
	rehearseStep   = time.Hour        // of the past, after which that is looked at
	rehearseFine   = 24 * time.Hour   // in which what is usual is found as often as for the running rules
)

const stopped = "It was stopped."

// Rehearsed is what a rule would have done.
type Rehearsed struct {
	rehearsal.Result
	From, To time.Time
	// Unknown says why nothing can be said; Missing what is not known for certain;
	// Cut that not all of it could be played.
	Unknown, Missing string
	Cut              bool
}

// Rehearse plays the last thirty days of the history to a rule, with the numbers
// given. It runs on the caller's goroutine, which it may hold for a minute;
// another call, or StopRehearsing, ends it, which is then said in Unknown.
func (p *Program) Rehearse(ctx context.Context, id string, o config.RuleOverride) (r Rehearsed, err error) {
	now := time.Now()
	r = Rehearsed{From: now.Add(-rehearseBack), To: now}
	switch {
	case !slices.ContainsFunc(alert.Builtin(), func(r alert.Rule) bool { return r.ID == id }):
		return r, fault.New(fault.Usage, "There is no such rule.", nil)
	case p.db == nil:
		r.Unknown = "There is no history that could be played."
		return r, nil
	}
	r.Missing = text.Missing(id)
	ctx, done := p.rehearsing(ctx)
	defer done()
	seq, from, err := p.db.Since(ctx, r.From, rehearseEvents)
	if err != nil {
		return r.unread(ctx, err)
	}
	r.Cut = from.After(r.From)
	begins, err := p.db.Begins(ctx)
	if err != nil {
		return r.unread(ctx, err)
	}
	r.From = from
	if begins.After(from) {
		r.From = begins // nobody watched before it
	}
	var foreseen *foreseenPast
	if id == "budget.forecast" {
		if foreseen, err = p.foreseenInPast(ctx, &r); err != nil || foreseen == nil {
			return r.unread(ctx, err)
		}
	}
	var shown *shownPast
	if measured[id] != nil {
		if shown, err = p.shownInPast(ctx, id, &r); err != nil || shown == nil {
			return r.unread(ctx, err)
		}
	}
	h, err := p.rehearsal(ctx, id, o, &r, foreseen, shown)
	if err != nil {
		return r.unread(ctx, err)
	}
	err = p.play(ctx, h, seq, &r)
	switch {
	case err != nil:
		return r, err
	case foreseen != nil:
		err = foreseen.err
	case shown != nil:
		err = shown.err
	}
	return r.unread(ctx, err)
}

// unread is the answer where the history was not read: because somebody stopped
// that, or because of err; as it is, without an err.
func (r Rehearsed) unread(ctx context.Context, err error) (Rehearsed, error) {
	if err == nil {
		return r, nil
	}
	if ctx.Err() != nil {
		r.Unknown = stopped
		return r, nil
	}
	return r, fault.New(fault.Internal, "The history cannot be read.", err)
}

// play gives the events to a rehearsal until there are no more.
func (p *Program) play(ctx context.Context, h *rehearsal.Rehearsal, seq int64, r *Rehearsed) error {
	limit := time.Now().Add(rehearseTime)
	sources := map[string]*event.Source{}
	last := r.From
	err := p.db.EachEvent(ctx, seq, r.To, func(e *history.Event) bool {
		if env, ok := envelopeOf(e, sources); ok && !env.At.Before(last) {
			h.Take(env)
			last = env.At
		}
		if e.Seq%1024 == 0 && time.Now().After(limit) {
			r.Cut, r.To = true, e.At
			return false
		}
		return ctx.Err() == nil
	})
	switch {
	case ctx.Err() != nil:
		r.Unknown = stopped
		return nil
	case err != nil:
		return fault.New(fault.Internal, "The history cannot be read.", err)
	}
	for ; last.Before(r.To); last = last.Add(rehearseStep) { // nothing comes any more, and what is shown changes
		switch h.Pass(earlier(last, r.To)); {
		case ctx.Err() != nil:
			r.Unknown = stopped
			return nil
		case time.Now().After(limit):
			r.Cut, r.To = true, earlier(last, r.To)
		}
	}
	r.Result = h.Finish(r.To)
	return nil
}

// envelopeOf is a stored event as it came; ok is false for what this version does
// not know.
func envelopeOf(e *history.Event, sources map[string]*event.Source) (env event.Envelope, ok bool) {
	body, err := event.Decode(e.Kind, e.Body)
	if err != nil {
		return env, false
	}
	name := string(e.Gateway) + " " + e.Source
	src := sources[name]
	if src == nil {
		via, topic, _ := strings.Cut(e.Source, ":")
		src = &event.Source{Gateway: e.Gateway, Via: event.Via(via), Name: topic}
		sources[name] = src
	}
	return event.Envelope{Seq: uint64(e.Seq), At: e.At, Source: src, Body: body}, true
}

// rehearsal begins one.
func (p *Program) rehearsal(ctx context.Context, id string, o config.RuleOverride, r *Rehearsed, foreseen *foreseenPast, shown *shownPast) (*rehearsal.Rehearsal, error) {
	s := p.Settings()
	s.Alerts.Rules[id] = o // a copy
	opts := rehearsal.Options{Rule: id, Config: alertConfig(s), From: r.From, Location: time.Local}
	err := p.engine.Do(ctx, func(s *state.State) {
		for id, g := range s.Live().Gateways {
			opts.Gateways = append(opts.Gateways, state.Gateway{ID: id, Label: g.Label, Demo: g.Demo})
		}
	})
	if err != nil {
		return nil, err
	}
	minimum := s.Notifications.Minimum.Rank()
	opts.Notifies = func(severity event.Severity, at time.Time) bool {
		quiet, _ := s.QuietHours.Quiet(at.In(time.Local))
		critical := severity == event.SeverityCritical
		return s.Notifications.Enabled && severity.Rank() >= minimum && (!quiet || critical && s.QuietHours.CriticalPasses)
	}
	if opts.Inputs, err = p.inputsOfPast(ctx, id, r); err != nil {
		return nil, err
	}
	if foreseen != nil {
		opts.Foreseen = func(at time.Time) (rehearsal.Foreseen, time.Time) { return foreseen.at(ctx, at) }
	}
	if shown != nil {
		opts.Shown = func(at time.Time) (*state.Live, bool, time.Time) { return shown.at(ctx, at) }
	}
	spans, err := p.watchedByAny(ctx, opts.Gateways, r)
	opts.Watched = watchedAt(spans, r.From)
	return rehearsal.New(opts), err
}

// inputsOfPast gives what a rule needed at a time, from the sums of the history.
func (p *Program) inputsOfPast(ctx context.Context, id string, r *Rehearsed) (func(time.Time) (alert.Inputs, time.Time), error) {
	var in alert.Inputs
	if err := p.engine.Do(ctx, func(*state.State) { in.TaskTimes = p.inputs.TaskTimes }); err != nil {
		return nil, err
	}
	if id != "spend.spike" && id != "key.silent" && id != "model.first" && id != "spend.runaway" {
		return func(time.Time) (alert.Inputs, time.Time) { return in, time.Time{} }, nil
	}
	models, books, err := p.db.FirstSpends(ctx, r.From.Add(-baselineWeeks*week))
	if err != nil {
		return nil, err
	}
	in.Models, in.Books = models, books
	lines, err := p.db.SpendSeries(ctx, history.SpendQuery{
		Range: history.Range{From: r.From.Add(-baselineWeeks*week - 2*time.Hour), To: r.To}, Step: history.StepHour, GroupBy: history.GroupKey,
	})
	if err != nil {
		return nil, err
	}
	peaks := func(time.Time) map[string]event.NanoUSD { return nil }
	if id == "spend.runaway" {
		if peaks, err = peaksOfPast(ctx, p.db, r.To); err != nil {
			return nil, err
		}
	}
	return func(at time.Time) (alert.Inputs, time.Time) {
		in := in
		in.Baselines, in.Idle, in.Peaks = map[string]alert.SpendBaseline{}, map[string]time.Duration{}, peaks(at)
		for i := range lines {
			usualAt(&lines[i], at, &in)
		}
		if r.To.Sub(at) > rehearseFine {
			return in, at.Add(time.Hour)
		}
		return in, at.Add(baselineInterval)
	}, nil
}

// peaksOfPast gives what Inputs.Peaks was at a time, as the running rules had it: by the
// minute for as long as minutes are kept.
func peaksOfPast(ctx context.Context, db *history.DB, to time.Time) (func(at time.Time) map[string]event.NanoUSD, error) {
	spent, err := readSpendingBack(ctx, db, to, peakBack, nil)
	if err != nil {
		return nil, err
	}
	return spent.peaks, nil
}

// usualAt notes what was usual of a key at a time.
func usualAt(l *history.SpendLine, at time.Time, in *alert.Inputs) {
	id := string(l.Gateway) + "/" + l.Group
	until := func(t time.Time) int {
		n, _ := slices.BinarySearchFunc(l.Points, t, func(x history.SpendPoint, t time.Time) int { return x.At.Compare(t) })
		return n
	}
	to := until(at)
	points := l.Points[until(at.Add(-baselineWeeks*week-2*time.Hour)):to]
	if u, ok := usualSpend(points, at); ok {
		in.Baselines[id] = u
	}
	d, ok := idleTime(points, at)
	if !ok {
		d, ok = suddenIdle(points, at)
	}
	if ok {
		in.Idle[id] = d
	}
}

// watchedByAny is when any gateway was watched, in order; what is older than what was
// kept of that counts as watched. nil: nothing is known.
func (p *Program) watchedByAny(ctx context.Context, gateways []state.Gateway, r *Rehearsed) (all []forecast.Span, err error) {
	for _, g := range gateways {
		var kept ledger.Spans
		body, err := p.db.Meta(ctx, watchedMeta+g.ID)
		if err != nil && !errors.Is(err, history.ErrNotFound) {
			return nil, err
		}
		_ = json.Unmarshal([]byte(body), &kept) // nothing is kept then
		marks, err := p.db.Watched(ctx, event.GatewayID(g.ID))
		if err != nil {
			return nil, err
		}
		for _, m := range marks {
			kept = append(kept, m...)
		}
		for i, s := range joinSpans(kept, r.To, len(marks) > 0, 0) {
			span := forecast.Span{From: time.Unix(s.From*60, 0), To: time.Unix(s.To*60, 0)}
			if i == 0 {
				span.From = earlier(span.From, r.From)
			}
			all = append(all, span)
		}
	}
	slices.SortFunc(all, func(a, b forecast.Span) int { return a.From.Compare(b.From) })
	return all, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// watchedAt says of a time whether it is in a span, and until when that stays so.
func watchedAt(spans []forecast.Span, from time.Time) func(time.Time) (bool, time.Time) {
	if len(spans) == 0 {
		return nil
	}
	return func(at time.Time) (bool, time.Time) {
		next := from.Add(1000 * 24 * time.Hour)
		for _, s := range spans {
			switch {
			case !at.Before(s.From) && at.Before(s.To):
				return true, s.To
			case s.From.After(at) && s.From.Before(next):
				next = s.From
			}
		}
		return false, next
	}
}

// rehearsing ends the rehearsal before, and begins one that can be ended.
func (p *Program) rehearsing(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	p.StopRehearsing()
	p.rehearsals.Lock()
	p.stopRehearsal = cancel
	p.rehearsals.Unlock()
	return ctx, cancel
}

// StopRehearsing ends the rehearsal that runs, if there is one.
func (p *Program) StopRehearsing() {
	p.rehearsals.Lock()
	defer p.rehearsals.Unlock()
	if p.stopRehearsal != nil {
		p.stopRehearsal()
		p.stopRehearsal = nil
	}
}
