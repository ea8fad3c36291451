package state

import (
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// statedEvery is how often at most what is logged and not debited is added up,
// which walks through the day's minutes, milliseconds.
const statedEvery = int64(10_000)

// showToday shows what a gateway spent today, or why that is not known, and
// what of it has no group, no log and no debit.
func (s *State) showToday(g *Gateway, p *moneyTracker, at int64) {
	g.Today = s.today(g.ID, p, at)
	s.showDay(g.ID, p, at)
	g.TodayNoKey, g.TodayAdjusted, g.TodayUnlogged = p.noKey, p.adjusted, max(0, p.unlogged-int64(p.book.Unread()))
	g.BooksDiffer, g.BooksCheckedAt = p.check.differ, p.check.at
	p.restateAt = p.statedAt + statedEvery
	if at >= p.restateAt || at < p.statedAt {
		p.statedAt, p.restateAt = at, 0
		st := p.book.Statement(p.midnight, 1<<40)
		g.TodayUndebited, g.TodayPending = int64(st.Undebited), int64(st.Pending)
	}
}

// watchSlack is how many minutes of a day need not have been watched yet: the
// one that runs, and the one whose rows may still be written.
const watchSlack = 3

// watchedToday is how many of the minutes since local midnight were watched,
// and how many there were that could be: all but the newest few, and of these
// those from before the log is read as it comes.
func (p *moneyTracker) watchedToday(at int64) (seen, of int) {
	until := ledger.Minute(at/minute) - watchSlack
	if p.logged {
		until = max(until, min(p.logFrom+1, ledger.Minute(at/minute)+1))
	}
	until = max(until, p.midnight)
	return p.book.WatchedIn(p.midnight, until), int(until - p.midnight)
}

// emptyLog is why a log that is answered tells nothing.
const emptyLog = "Without its database the gateway shows an empty request log."

// unheard reports since when nothing tells what a gateway spends: its log is
// not read, or, where it has none, no hub tells of spend.
func (s *State) unheard(g string, p *moneyTracker) (since time.Time, why string, lost bool) {
	if since = time.Unix(p.book.WatchedUntil()*60, 0); p.book.WatchedUntil() == 0 {
		since = time.UnixMilli(max(s.live.Gateways[g].PictureAt, p.toldAt, int64(p.book.Newest())*minute))
	}
	if log, asked := s.live.PollTargets[g+"/rest:logs"]; asked && s.reads(log) {
		at := time.UnixMilli(log.SucceededAt)
		unwell := event.Health(s.live.Components[g+"/"+string(event.ComponentDatabase)].Health) == event.HealthUnhealthy
		if log.Outcome == string(event.PollOK) && p.logged && p.saysWatched() && (unwell || at.Sub(since) > lostAfter*time.Minute) {
			return since, emptyLog, true
		}
		if log.SucceededAt > 0 {
			since = at
		}
		if why, refused := s.refused(g); refused {
			return since, why, true
		}
		return since, log.Cause, log.Outcome != string(event.PollOK)
	}
	told, up := false, false
	for _, l := range s.live.Links {
		if l.Gateway != g || l.Hub != "spend" || l.Class == unsupported || l.Class == idle {
			continue
		}
		told = true
		if l.State == string(event.LinkConnected) {
			up = true
		} else if at := time.UnixMilli(l.LostAt); at.After(since) {
			since, why = at, l.Cause
		}
	}
	return since, why, !up && (told || p.logged || p.restored)
}

// refused reports whether a gateway does not let its lists be read any more, and why:
// then none is asked for, and what the last ones said is only as of then.
func (s *State) refused(g string) (why string, refused bool) {
	l := s.live.Links[id(event.GatewayID(g), restLink)]
	return l.Cause, l.State == string(event.LinkError)
}

// reads reports whether a list is one that this gateway has.
func (s *State) reads(t PollTarget) bool {
	switch event.PollOutcome(t.Outcome) {
	case event.PollUnsupported, event.PollSkipped:
		return false
	case event.PollOK, event.PollFailed, event.PollTimedOut, event.PollUnreadable, event.PollUnauthorized, event.PollForbidden:
	}
	return true
}

// groupSpent adds what a group spent to today.
func (p *moneyTracker) groupSpent(m *ledger.Move) {
	if m.Minute < p.midnight {
		return
	}
	if p.byGroup == nil {
		p.byGroup = map[event.GroupID]int64{}
	}
	p.byGroup[m.Group] += int64(m.Nano)
}

// unanswered has what a list told be as of when it was read last: it is not
// answered any more.
func (s *State) unanswered(t PollTarget) {
	if t.Outcome != string(event.PollOK) && s.reads(t) {
		s.aged(t)
	}
}

// aged has what a list told be as of when it was read last.
func (s *State) aged(t PollTarget) {
	if t.SucceededAt == 0 {
		return
	}
	since := time.UnixMilli(t.SucceededAt)
	switch t.Source {
	case "rest:groups":
		for gid, g := range s.live.Groups {
			if g.Gateway == t.Gateway && (g.Balance.Status() == event.ReadingKnown || g.Credits.Status() == event.ReadingKnown || g.Spent.Status() == event.ReadingKnown) {
				g.Balance, g.Credits, g.Spent = g.Balance.Stale(since, t.Cause), g.Credits.Stale(since, t.Cause), g.Spent.Stale(since, t.Cause)
				g.UsedRatio = g.UsedRatio.Stale(since, t.Cause)
				s.live.Groups[gid] = g
				s.dirty.groups[gid] = true
			}
		}
	case "rest:keys":
		for _, m := range s.spend {
			if m.view.Gateway == t.Gateway && m.view.Limit.Status() == event.ReadingKnown {
				m.view.Limit = m.view.Limit.Stale(since, t.Cause)
				s.touch(m)
			}
		}
	}
}

// answered has what is not read anew be as of now: a list that did not change
// tells nothing of what is in it.
func (s *State) answered(t PollTarget) {
	switch t.Source {
	case "rest:groups":
		for gid, g := range s.live.Groups {
			if g.Gateway == t.Gateway && (g.Balance.Status() == event.ReadingStale || g.Credits.Status() == event.ReadingStale || g.Spent.Status() == event.ReadingStale) {
				g.Balance, g.Credits, g.Spent = g.Balance.Fresh(), g.Credits.Fresh(), g.Spent.Fresh()
				g.UsedRatio = g.UsedRatio.Fresh()
				s.live.Groups[gid] = g
				s.dirty.groups[gid] = true
			}
		}
	case "rest:keys":
		s.unlisted(t.Gateway)
		for _, m := range s.spend {
			if m.view.Gateway == t.Gateway && m.view.Limit.Status() == event.ReadingStale {
				m.view.Limit = m.view.Limit.Fresh()
				s.touch(m)
			}
		}
	}
}
