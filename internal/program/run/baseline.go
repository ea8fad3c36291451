package run

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/history"
)

const (
	baselineInterval = 15 * time.Minute
	// baselineWeeks is how many earlier weeks a slot of the week is compared
	// with, and baselineMinWeeks how many of them must have been watched.
	baselineWeeks    = 5
	baselineMinWeeks = 3
)

const week = 7 * 24 * time.Hour

// startBaseline gives the rules now and then what keys usually spend at this hour
// of the week, and which are idle that usually are not, from the history.
func (p *Program) startBaseline(ctx context.Context) {
	if p.alertStore.db == nil {
		return
	}
	p.background(ctx, "baselines", func(ctx context.Context) error {
		t := time.NewTicker(baselineInterval)
		defer t.Stop()
		settled := false // at a start, the log of the last day is still read back
		for {
			p.updateBaselines(ctx, time.Now(), settled)
			settled = true
			select {
			case <-ctx.Done():
				return nil
			case <-t.C:
			}
		}
	})
}

// updateBaselines reads the rollups and hands them to the rules; settled is true
// once what was missed has been read.
func (p *Program) updateBaselines(ctx context.Context, now time.Time, settled bool) {
	lines, err := p.alertStore.db.SpendSeries(ctx, history.SpendQuery{
		Range: history.Range{From: now.Add(-baselineWeeks*week - 2*time.Hour), To: now}, Step: history.StepHour, GroupBy: history.GroupKey,
	})
	if err != nil {
		if ctx.Err() == nil {
			p.log.Warn("baselines cannot be read", "cause", err)
		}
		return
	}
	models, books, err := p.alertStore.db.FirstSpends(ctx, now.Add(-baselineWeeks*week))
	if err != nil {
		p.log.Warn("first uses of models cannot be read", "cause", err)
	}
	baselines, idle := map[string]alert.SpendBaseline{}, map[string]time.Duration{}
	for _, l := range lines {
		id := string(l.Gateway) + "/" + l.Group
		if u, ok := usualSpend(l.Points, now); ok {
			baselines[id] = u
		}
		d, ok := idleTime(l.Points, now)
		if !ok && settled {
			d, ok = suddenIdle(l.Points, now)
		}
		if ok {
			idle[id] = d
		}
	}
	_ = p.engine.Do(ctx, func(*state.State) {
		p.inputs.Baselines, p.inputs.Idle = baselines, idle
		p.inputs.Models, p.inputs.Books = models, books
		p.rules.evaluator.SetInputs(p.inputs)
	})
}

// spendBaseline is what was spent in a quarter of an hour at this hour of the week,
// in the weeks since the first spend: the median and the median distance
// from it. An hour without a spend counts as nothing spent.
func spendBaseline(points []history.SpendPoint, now time.Time) (alert.SpendBaseline, bool) {
	if len(points) == 0 {
		return alert.SpendBaseline{}, false
	}
	first := slices.MinFunc(points, func(a, b history.SpendPoint) int { return a.At.Compare(b.At) }).At
	by := map[int64]event.NanoUSD{}
	for _, x := range points {
		by[x.At.Unix()/3600] += x.Amount
	}
	var slots []event.NanoUSD
	for w := 1; w <= baselineWeeks; w++ {
		at := now.Add(-time.Duration(w) * week)
		if at.Before(first) {
			break
		}
		slots = append(slots, by[at.Unix()/3600]/4)
	}
	if len(slots) < baselineMinWeeks {
		return alert.SpendBaseline{}, false
	}
	u := alert.SpendBaseline{Median: median(slots)}
	for i, s := range slots {
		slots[i] = max(s-u.Median, u.Median-s)
	}
	u.Deviation = median(slots)
	return u, true
}

// The hours of the day before that a key must be known for before one is held
// against them.
const (
	youngHours = 24
	youngLeast = 3
)

// usualSpend is what is usual of a key: by the weeks before or, until these are
// known, by the day before.
func usualSpend(points []history.SpendPoint, now time.Time) (alert.SpendBaseline, bool) {
	if u, ok := spendBaseline(points, now); ok {
		return u, true
	}
	return youngBaseline(points, now)
}

// youngBaseline is a quarter of the dearest hour of the day before. The hour that
// runs and the one before it are what is held against that.
func youngBaseline(points []history.SpendPoint, now time.Time) (alert.SpendBaseline, bool) {
	end := now.Unix()/3600 - 1
	first, by := end, map[int64]event.NanoUSD{}
	for _, x := range points {
		hour := x.At.Unix() / 3600
		if x.Requests > 0 || x.Amount != 0 {
			first = min(first, hour)
		}
		if hour < end && hour >= end-youngHours {
			by[hour] += x.Amount
		}
	}
	most := event.NanoUSD(0)
	for _, n := range by {
		most = max(most, n)
	}
	return alert.SpendBaseline{Median: most / 4, Young: true}, end-first >= youngLeast && most > 0
}

// idleLeast is in how many of the last weeks a key must have been active in
// this hour for its silence to say something.
const idleLeast = 4

// idleTime is for how long, at least, nothing was booked of a key that is
// usually active in this hour of the week. Spends are kept by the hour, so
// the last one counts as made at the end of its hour.
func idleTime(points []history.SpendPoint, now time.Time) (time.Duration, bool) {
	active, last := map[int64]bool{}, time.Time{}
	for _, x := range points {
		if x.Requests == 0 && x.Amount == 0 {
			continue
		}
		active[x.At.Unix()/3600] = true
		if x.At.After(last) {
			last = x.At
		}
	}
	weeks := 0
	for w := 1; w <= baselineWeeks; w++ {
		if active[now.Add(-time.Duration(w)*week).Unix()/3600] {
			weeks++
		}
	}
	idle := now.Sub(last.Add(time.Hour))
	return idle, weeks >= idleLeast && idle > 0
}

// A key that is used around the clock needs no weeks to be known: in so many of the
// hours before its last spend it was active.
const (
	clockHours = 24
	clockLeast = 22
)

// suddenIdle is for how long, at least, nothing was booked of a key that was active
// in nearly all hours of the day before.
func suddenIdle(points []history.SpendPoint, now time.Time) (time.Duration, bool) {
	last := int64(0)
	active := map[int64]bool{}
	for _, x := range points {
		if hour := x.At.Unix() / 3600; x.Requests > 0 || x.Amount != 0 {
			active[hour], last = true, max(last, hour)
		}
	}
	hours := 0
	for hour := last - clockHours; hour < last; hour++ {
		if active[hour] {
			hours++
		}
	}
	idle := now.Sub(time.Unix((last+1)*3600, 0))
	return idle, hours >= clockLeast && idle > 0
}

// median of a non-empty list, which it sorts.
func median[T cmp.Ordered](v []T) T {
	slices.Sort(v)
	return v[len(v)/2]
}
