package run

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// shortages finds in the books of groups who ran out of money while nobody
// watched, and has some again: no alert ever saw it. It belongs to the engine's
// goroutine; its zero value finds nothing.
type shortages struct {
	from, to time.Time // nobody watched then
	read     []readBooks
	known    map[string]bool
}

// readBooks is a part of a group's books that was read.
type readBooks struct {
	gateway event.GatewayID
	books   event.BooksRead
}

// firstRead is how long after an absence a balance may not have been read: what ends
// later was seen by an alert, which tells its end.
const firstRead = 10 * time.Second

// lookBack is how long after an absence its books are still news.
const lookBack = 10 * time.Minute

// away begins anew after an absence. A zero from ends looking.
func (x *shortages) away(from, to time.Time) { *x = shortages{from: from, to: to} }

// note takes in what is read of a group's books.
func (x *shortages) note(env *event.Envelope) {
	if b, is := env.Body.(event.BooksRead); is && !x.from.IsZero() && env.At.Sub(x.to) < lookBack {
		x.read = append(x.read, readBooks{env.Source.Gateway, b})
	}
}

// found are the shortages of what was read since the last call, oldest first.
func (x *shortages) found(live *state.Live) (all []alert.Shortage) {
	for i := range x.read {
		r := &x.read[i]
		group := string(r.gateway) + "/" + string(r.books.Group)
		for _, s := range shortagesOf(r.books.Lines) {
			id := group + s.From.String()
			if s.From.Before(x.from) || s.From.After(x.to) || s.To.After(x.to.Add(firstRead)) || x.known[id] {
				continue // told as it began, or as it ended
			}
			if x.known == nil {
				x.known = map[string]bool{}
			}
			x.known[id] = true
			s.Name = cmp.Or(live.Groups[group].Name, "Group "+string(r.books.Group))
			all = append(all, s)
		}
	}
	x.read = nil
	slices.SortStableFunc(all, func(a, b alert.Shortage) int { return a.From.Compare(b.From) })
	return all
}

// shortagesOf are the times in which a balance was used up, by lines that follow
// one another, the newest first; one that has not ended is an alert's matter.
func shortagesOf(lines []event.BookLine) (all []alert.Shortage) {
	var out, last time.Time
	for _, l := range slices.Backward(lines) {
		if out.IsZero() && !last.IsZero() && l.Credit && l.After <= l.Amount {
			out = last
		}
		switch {
		case l.After <= 0 && out.IsZero():
			out = l.At
		case l.After > 0 && !out.IsZero():
			all = append(all, alert.Shortage{From: out, To: l.At, Added: l.Amount})
			out = time.Time{}
		}
		last = l.At
	}
	return all
}
