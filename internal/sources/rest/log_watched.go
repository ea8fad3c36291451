package rest

import (
	"time"

	"gatewatch/internal/core/event"
)

// logLate is how much later than it was written a row of the log may show up;
// clockGrain is by how much two clocks may differ unnoticed (Client.GatewayTime).
// logWhole is how far back a log is known that was read to its end.
const (
	logLate    = 2 * time.Second
	clockGrain = 2 * time.Second
	logWhole   = 26 * time.Hour
)

// logBegins notes from when on the log is known without a gap: since rows are read
// as they come, or since the oldest row of a page that goes back further. What
// comes first is told only once providers are known; until then it is not known.
func (w *Poller) logBegins(rows []LogRow, more, first bool) {
	s := &w.observed
	if !s.log.known {
		return
	}
	now := w.opts.Client.GatewayTime(s.now)
	// Of what came just before a page may lack the most.
	s.logFrom, s.logReach = now.Add(clockGrain), time.Time{}
	reach := now.Add(-logWhole)
	if more {
		reach = now
		for _, r := range rows {
			if !r.At.IsZero() && r.At.Before(reach) {
				reach = r.At.Add(clockGrain)
			}
		}
	}
	switch {
	case !reach.Before(now) || len(rows) == 0:
	case first:
		s.logReach = reach
	default: // they were told one by one
		s.logFrom = reach
	}
}

// logWatched tells since when the log is known without a gap, and the rows that
// were there when it was first read, once it is known who served them.
func (w *Poller) logWatched() []event.Event {
	s := &w.observed
	if !s.log.known {
		return nil
	}
	var told event.LogRead
	if s.providers.known && s.mappings.known {
		told.Calls, s.firstRows = w.callsOf(s.firstRows), nil
		if !s.logReach.IsZero() {
			s.logFrom, s.logReach = s.logReach, time.Time{}
		}
	}
	told.From, told.To, told.Live = s.logFrom, s.logFrom, true
	if until := w.opts.Client.GatewayTime(s.now).Add(-logLate); told.To.Before(until) {
		told.To = until
	}
	return []event.Event{told}
}
