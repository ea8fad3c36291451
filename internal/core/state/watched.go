package state

import (
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// over is how many minutes of the last so many were watched. Where nobody says
// what was watched, it is since the first spend of the gateway, or since the first total was
// told if that is later: books tell of a time before anybody watched.
func (p *moneyTracker) over(now int64, first int64) func(span int64) int64 {
	m := now / minute
	if first == 0 || p.saysWatched() {
		return func(span int64) int64 {
			n := int64(p.book.WatchedIn(ledger.Minute(m-span+1), ledger.Minute(m)))
			if !p.watching(m) {
				return n // nobody watches this minute
			}
			return n + 1
		}
	}
	if !p.toldAll() {
		return func(int64) int64 { return 0 }
	}
	if p.all.first != 0 {
		first = min(first, p.all.first) // before its own first it spent nothing, as was seen
	}
	first = max(first, p.toldAt/minute)
	return func(span int64) int64 { return min(span, m-first+1) }
}

// window is the minutes that a rate rests on: whole ones, the newest of which was
// watched to its end. Of the one under way what is still to come is not seen, so it would make
// what is spent an hour cheaper.
type window struct {
	end   int64                  // the newest minute that counts, since 1970
	whole func(span int64) int64 // how many of so many minutes up to end were watched
	over  func(span int64) int64 // the same of those up to now, for sums: the one under way counts
	known func(m int64) bool     // whether what was spent in a minute counts; nil: in all
	lost  bool                   // nobody has watched for too long to say what is spent now
	early bool                   // this run has not read yet what was spent since the one before
}

// lostAfter is how many minutes after the last that was watched a rate is not what
// is spent now any more.
const lostAfter = 3

// window of a rate now, of what was first spent in a minute. It ends with the last minute
// that was watched to its end: else what is not seen would make it dearer or cheaper.
func (p *moneyTracker) window(now, first int64) window {
	m, over := now/minute, p.over(now, first)
	if !p.saysWatched() {
		return window{end: m - 1, over: over, whole: func(span int64) int64 { return max(0, over(span+1)-1) }}
	}
	end := p.book.WatchedUntil() - 1
	return window{
		end:  end,
		over: over,
		whole: func(span int64) int64 {
			return int64(p.book.WatchedIn(ledger.Minute(end-span+1), ledger.Minute(end+1)))
		},
		known: func(m int64) bool { return p.book.Known(ledger.Minute(m)) },
		lost:  end+1 < m-lostAfter,
		early: p.unread(),
	}
}

// saysWatched is whether somebody says which minutes were watched.
func (p *moneyTracker) saysWatched() bool { return p.book.WatchedIn(0, 1<<40) > 0 }

// unread is whether this run has not read yet what was spent since the one before.
func (p *moneyTracker) unread() bool { return p.restored && !p.current }

// watching is whether the time just before minute m was watched, by this run too.
func (p *moneyTracker) watching(m int64) bool {
	return !p.unread() && p.book.WatchedIn(ledger.Minute(m-2), ledger.Minute(m)) > 0
}

// toldAll is whether all that is spent is told, though nobody says when.
func (p *moneyTracker) toldAll() bool { return p.toldAt != 0 && !p.partly }

// hour is what each minute of the last hour cost, the oldest first, and when the
// newest ends. A minute in which nothing was booked and which nobody watched is a
// gap: -1. The newest is watched if those before it are.
func (p *moneyTracker) hour(at int64) (per []int64, ends int64) {
	per, ends = p.all.hour(at)
	last, first := ends/minute-1, max(p.all.first, p.toldAt/minute)
	known := func(m int64) bool { return p.toldAll() && m >= first }
	if p.saysWatched() {
		known = func(m int64) bool { return p.book.Known(ledger.Minute(m)) || m == last && p.watching(m) }
	}
	for i := range per {
		if per[i] == 0 && !known(last-int64(len(per)-1-i)) {
			per[i] = -1
		}
	}
	return per, ends
}

// watch notes which minutes were watched by hubs alone: those for which every
// connection that tells of spend was up, where these tell all of it.
func (s *State) watch(now time.Time) {
	if s.tickedAt > 0 && ms(now)-s.tickedAt > 2*minute { // asleep, or stopped
		s.resumedAt = ms(now)
	}
	since := map[string]int64{}
	for _, l := range s.live.Links {
		if l.Hub != "spend" || l.Class == unsupported || l.Class == idle {
			continue
		}
		at, seen := since[l.Gateway]
		switch {
		case l.State != string(event.LinkConnected):
			at = ms(now)
		case !seen || l.ConnectedAt > at:
			at = l.ConnectedAt
		}
		since[l.Gateway] = at
	}
	for g, from := range since {
		if way, found := s.live.Deliveries[g+"/spend"]; found && (way.Delivery != string(event.DeliveryPushed) || way.Partly) {
			continue
		}
		p := s.moneyOf(event.GatewayID(g))
		if from = max(from, s.resumedAt); !p.logged && from < ms(now) {
			p.book.Watched(time.UnixMilli(from), now)
			p.current = true
			s.spent(event.GatewayID(g), p)
		}
	}
}
