package run

import (
	"context"
	"time"

	"gatewatch/internal/core/cause"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/history"
)

// Causes is what happened before an alert, and who is hit by what it is about.
type Causes struct {
	Candidates []cause.Candidate `json:"candidates"` // the likeliest first
	Hit        cause.Hit         `json:"hit"`        // of an alert about a provider
}

// The spans that what came before an alert is looked for in.
const (
	usesBack = time.Hour
	riseSpan = 15 // minutes before the alert that are compared with the hour before them
	oftenFor = 30 * 24 * time.Hour
)

// Causes lists what happened in the hour before an alert that is shown, the likeliest
// cause first, and who depends on the provider that it is about.
func (p *Program) Causes(ctx context.Context, id string) (Causes, error) {
	snap, err := p.engine.Snapshot(ctx)
	if err != nil {
		return Causes{}, err
	}
	a, known := snap.Live.Alerts[id]
	if !known {
		return Causes{}, fault.New(fault.Usage, "This alert is gone.", nil)
	}
	w := cause.World{Alert: a, Live: &snap.Live}
	for _, other := range snap.Live.Alerts {
		w.Alerts = append(w.Alerts, other)
	}
	w.Changes = p.changesBefore(ctx, event.GatewayID(a.Gateway), time.UnixMilli(a.Since), snap.Live.Changes)
	w.Since = p.firstWatched(ctx, event.GatewayID(a.Gateway))
	var watched int64
	err = p.engine.Do(ctx, func(s *state.State) { watched = useOf(s.Book(event.GatewayID(a.Gateway)), &w) })
	out := Causes{Candidates: cause.Candidates(&w), Hit: cause.WhoIsHit(&snap.Live, a.Gateway, a.Entity, w.Uses, watched)}
	return out, err
}

// firstWatched is when the oldest event of a gateway was that is kept, in Unix
// milliseconds; 0 if that is not known.
func (p *Program) firstWatched(ctx context.Context, id event.GatewayID) int64 {
	if p.db == nil {
		return 0
	}
	first, err := p.db.FirstEvent(ctx, id)
	if err != nil {
		p.log.Warn("the first event cannot be read", "cause", err)
	}
	if first.IsZero() {
		return 0
	}
	return first.UnixMilli()
}

// changesBefore reads the changes of a gateway of a month before a time: those of the
// history, which are more than are listed, and of the newest ones those that are.
func (p *Program) changesBefore(ctx context.Context, id event.GatewayID, at time.Time, listed map[string]state.Change) (list []state.Change) {
	for _, c := range listed {
		if c.Gateway == "" || c.Gateway == string(id) {
			list = append(list, c)
		}
	}
	if p.db == nil {
		return list
	}
	rows, err := p.db.Changes(ctx, id, history.Range{From: at.Add(-oftenFor), To: at.Add(time.Hour)}, 2000)
	if err != nil {
		p.log.Warn("changes cannot be read", "cause", err)
	}
	for i := range rows {
		if _, there := listed[rows[i].ID]; there {
			continue
		}
		if c, ok := changeOf(&rows[i]); ok {
			list = append(list, c)
		}
	}
	return list
}

// useOf reads from a gateway's book who used what in the hour before an alert, and
// how that rose; it returns how many minutes of that hour were watched. b may be nil.
func useOf(b *ledger.Book, w *cause.World) (watched int64) {
	if b == nil {
		return 0
	}
	end := ledger.MinuteOf(time.UnixMilli(w.Alert.Since))
	from := end - ledger.Minute(usesBack/time.Minute)
	uses := map[cause.Use]*cause.Use{}
	var before, after cause.Use
	w.Uses = nil
	undated := map[ledger.Cell]event.NanoUSD{} // it was not used in the minute in which it was seen
	for _, u := range b.Undated(from - riseSpan) {
		undated[ledger.Cell{Minute: u.Until, Key: u.Key, Kind: ledger.Moved}] += u.Nano
	}
	b.Cells(from-riseSpan, func(c ledger.Change) {
		c.Nano -= undated[c.Cell]
		if !c.Counted() || c.Kind == ledger.Adjusted || c.Minute > end {
			return
		}
		if c.Minute > from {
			place := cause.Use{Key: string(c.Key), Provider: c.Provider, Model: c.Model}
			u := uses[place]
			if u == nil {
				u = &cause.Use{Key: place.Key, Provider: place.Provider, Model: place.Model}
				uses[place] = u
			}
			u.Amount, u.Calls = u.Amount+c.Nano, u.Calls+c.Count
		}
		if w.About(&cause.Use{Key: string(c.Key), Provider: c.Provider, Model: c.Model}) {
			part := &before
			if c.Minute > end-riseSpan {
				part = &after
			}
			part.Amount, part.Calls = part.Amount+c.Nano, part.Calls+c.Count
		}
	})
	for _, u := range uses {
		w.Uses = append(w.Uses, *u)
	}
	seenBefore, seenAfter := b.WatchedIn(from-riseSpan, end-riseSpan), b.WatchedIn(end-riseSpan+1, end)
	if seenBefore >= riseSpan && seenAfter > 0 {
		w.SpendRise = rise(float64(before.Amount), float64(after.Amount), seenBefore, seenAfter)
		w.CallsRise = rise(float64(before.Calls), float64(after.Calls), seenBefore, seenAfter)
	}
	return int64(b.WatchedIn(from+1, end))
}

// rise is how many times more there was a minute after than before; 0 where there was
// nothing before to compare with.
func rise(before, after float64, minutesBefore, minutesAfter int) float64 {
	if before <= 0 {
		return 0
	}
	return after / float64(minutesAfter) / (before / float64(minutesBefore))
}
