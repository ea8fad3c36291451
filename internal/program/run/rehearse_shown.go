package run

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"gatewatch/internal/core/film"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/history"
)

// measured are rules that rest on what is measured over and over, of which no event
// is kept: they are held against what the pages showed of it, in these topics.
var measured = map[string][]string{
	"provider.degraded":          {"gateways", "links", "pollTargets", "providers"},
	"provider.unhealthy.derived": {"gateways", "links", "pollTargets", "providers"},
	"spend.uncharged":            {"gateways", "links", "pollTargets"},
	"spend.errors":               {"gateways", "links", "pollTargets", "keys"},
	"gateway.impaired":           {"gateways", "links", "pollTargets", "components"},
	"hub.silent":                 {"gateways", "links", "pollTargets", "components", "keys", "monitoredKeys"},
	"books.differ":               {"gateways", "links", "pollTargets"},
}

// shownStep is how far apart what was shown is looked at: the shortest time that one
// of these rules waits is thirty seconds.
const shownStep = 5 * time.Second

// measuredMeta is since when pictures have all that these rules need, Unix milliseconds.
const measuredMeta = "measured_since"

// shownPast is what the pages showed, one time after the other.
type shownPast struct {
	replay *Replay
	topics []string
	reel   *reel
	to     int // the pieces of reel that live is made of
	live   state.Live
	err    error // why pictures could not be read, the first time
}

// shownInPast limits a rehearsal to the time of which pictures are kept one by one,
// and has it see what they show. Where none is kept it is nil, and r says so.
func (p *Program) shownInPast(ctx context.Context, rule string, r *Rehearsed) (*shownPast, error) {
	replay, err := p.Replay()
	if err != nil {
		return nil, err
	}
	from, _, err := replay.Range(ctx)
	if err != nil {
		return nil, err
	}
	begins, err := p.db.Meta(ctx, measuredMeta)
	since, notNumber := strconv.ParseInt(begins, 10, 64)
	switch {
	case err != nil && !errors.Is(err, history.ErrNotFound):
		return nil, err
	case from.IsZero() || notNumber != nil:
		r.Unknown = "Nothing is kept yet of what was measured."
		return nil, nil
	}
	from = latest(from, r.To.Add(-history.FilmInFull))
	r.From = latest(r.From, from, time.UnixMilli(since))
	return &shownPast{replay: replay, topics: measured[rule]}, nil
}

// at is what was shown at a time, which is later each time, and when to ask again;
// known is false of a time of which no picture is kept.
func (x *shownPast) at(ctx context.Context, at time.Time) (live *state.Live, known bool, next time.Time) {
	if x.reel == nil || !x.reel.next.IsZero() && !at.Before(x.reel.next) {
		if next, ok := x.turnTo(ctx, at); !ok {
			return nil, false, next
		}
	}
	next = at.Add(shownStep)
	for x.to < len(x.reel.docs) && !x.reel.at[x.to].After(at) {
		d, err := film.Only(x.reel.docs[x.to], x.wanted)
		if err != nil {
			return nil, false, x.failed(err, at)
		}
		x.take(&d)
		x.to++
	}
	switch {
	case x.to == 0:
		return nil, false, x.reel.at[0]
	case at.Sub(x.reel.at[x.to-1]) <= filmHolds:
		return &x.live, true, next
	case x.to < len(x.reel.at):
		return nil, false, x.reel.at[x.to]
	case !x.reel.next.IsZero():
		return nil, false, x.reel.next
	}
	return nil, false, never(at)
}

// turnTo goes on to the reel that a time lies in; ok is false where there is none or it
// is not whole, and next is then when to ask again.
func (x *shownPast) turnTo(ctx context.Context, at time.Time) (next time.Time, ok bool) {
	r, err := x.replay.read(ctx, at)
	x.reel = nil
	switch {
	case errors.Is(err, history.ErrNotFound):
		if next, err = x.replay.db.NextReel(ctx, at); errors.Is(err, history.ErrNotFound) {
			return never(at), false
		}
		if err == nil {
			return next, false
		}
		return x.failed(err, at), false
	case err != nil:
		return x.failed(err, at), false
	case r.thinned():
		return r.next, false
	}
	x.reel, x.to = r, 0
	x.live = state.Live{
		Gateways: map[string]state.Gateway{}, Links: map[string]state.Link{}, Keys: map[string]state.KeySpend{}, Groups: map[string]state.Group{},
		Providers: map[string]state.Provider{}, Components: map[string]state.ComponentHealth{}, PollTargets: map[string]state.PollTarget{},
		MonitoredKeys: map[string]state.MonitoredKey{},
	}
	return time.Time{}, true
}

// unpaid is what the entry of a key says that paid for no errors.
var unpaid = []byte(`"paidErrors":0`)

// wanted reports whether an entry is to be read. What is looked at of keys that paid
// for no errors changes seldom, and their money often: they are read once a reel.
func (x *shownPast) wanted(topic, id string, body []byte) bool {
	if topic != "keys" || len(body) == 0 || x.to == 0 {
		return slices.Contains(x.topics, topic)
	}
	was, known := x.live.Keys[id]
	return slices.Contains(x.topics, topic) && (!known || was.PaidErrors > 0 || !bytes.Contains(body, unpaid))
}

// take applies what a piece has.
func (x *shownPast) take(d *state.Delta) {
	change(x.live.Gateways, d.Gateways)
	change(x.live.Links, d.Links)
	change(x.live.Keys, d.Keys)
	change(x.live.Groups, d.Groups)
	change(x.live.Providers, d.Providers)
	change(x.live.Components, d.Components)
	change(x.live.PollTargets, d.PollTargets)
	change(x.live.MonitoredKeys, d.MonitoredKeys)
}

// failed notes why pictures could not be read, and says when to ask again: not at all.
func (x *shownPast) failed(err error, at time.Time) time.Time {
	if x.err == nil {
		x.err = err
	}
	return never(at)
}

func latest(of ...time.Time) time.Time { return slices.MaxFunc(of, time.Time.Compare) }

// never is later than anything that is played.
func never(at time.Time) time.Time { return at.Add(10 * rehearseBack) }
