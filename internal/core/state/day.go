package state

import (
	"fmt"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// day is how far what is known of a day's spending can be relied on: of a
// gateway, and so of each of its keys and groups.
type day struct {
	// none is what it means that nothing was seen: that nothing was spent, if it
	// is known, else why that cannot be said.
	none event.Reading[event.NanoUSD]
	part string // why what was seen is a lower bound; "": it is all
	// Since when nothing tells of spending any more, and why; 0: it is told.
	since int64
	why   string
}

// notAllSeen is why a key's or a group's day is a lower bound.
const notAllSeen = "Not all of the minutes of today were seen."

// reading is what was spent of which n was seen.
func (d *day) reading(n int64) event.Reading[event.NanoUSD] {
	if n <= 0 && !d.none.Known() {
		return d.none
	}
	r := event.Known(event.NanoUSD(n))
	if d.part != "" {
		r = r.AtLeast(d.part)
	}
	return d.aged(r)
}

// aged is a reading of what the same sources tell, with its age.
func (d *day) aged(r event.Reading[event.NanoUSD]) event.Reading[event.NanoUSD] {
	if d.since == 0 {
		return r.Fresh()
	}
	return r.Stale(time.UnixMilli(d.since), d.why)
}

// dayOf says how far what is known of a gateway's day can be relied on: what is
// known is as of now, or as of when what tells it was read last; it is a lower
// bound where not all of the day was watched, or where not all is told.
func (s *State) dayOf(g string, p *moneyTracker, at int64) (d day) {
	since, why, lost := s.unheard(g, p)
	if lost {
		at, d.since, d.why = ms(since), ms(since), why
	}
	seen, of := p.watchedToday(at)
	if seen < of {
		d.part = notAllSeen
	}
	way := s.live.Deliveries[g+"/spend"]
	switch is := event.Delivery(way.Delivery); {
	case is == event.DeliveryForbidden:
		d.none = event.NotKnown[event.NanoUSD](event.ReadingForbidden, way.Reason)
	case is == "" && p.restored && seen > 0: // nothing is told yet: it is as the run before had it
		d.none = event.Known[event.NanoUSD](0)
	case is != event.DeliveryPushed && is != event.DeliveryPolled:
		d.none = event.NotKnown[event.NanoUSD](event.ReadingUnknown, "")
	case way.Partly:
		d.part = way.Reason
		d.none = event.NotKnown[event.NanoUSD](event.ReadingUnknown, way.Reason)
	case seen == 0 && of > 0 && p.book.WatchedIn(p.midnight, ledger.Minute(at/minute)) == 0:
		why := "What was booked today is being read."
		if log, asked := s.live.PollTargets[g+"/rest:logs"]; !asked || !s.reads(log) {
			why = "Nothing tells what was booked before Gatewatch began to watch."
		}
		d.none = event.NotKnown[event.NanoUSD](event.ReadingUnknown, why)
	default:
		d.none = event.Known[event.NanoUSD](0)
	}
	return d
}

// today is what a gateway spent since local midnight.
func (s *State) today(g string, p *moneyTracker, at int64) event.Reading[event.NanoUSD] {
	d := s.dayOf(g, p, at)
	if d.part == notAllSeen {
		if d.since != 0 {
			at = d.since
		}
		seen, of := p.watchedToday(at)
		d.part = fmt.Sprintf("%d of the %d minutes of today were seen.", seen, of)
	}
	return d.reading(p.today)
}

// showDay shows what a gateway's keys and groups spent today anew, if that can be
// relied on otherwise than before.
func (s *State) showDay(g string, p *moneyTracker, at int64) {
	d := s.dayOf(g, p, at)
	if d == p.day {
		return
	}
	p.day = d
	for _, m := range s.spend {
		if m.view.Gateway == g {
			s.deriveKey(m, at)
		}
	}
	for id, x := range s.live.Groups {
		if x.Gateway == g {
			x.Today = d.reading(p.byGroup[event.GroupID(x.Group)])
			s.live.Groups[id] = x
			s.dirty.groups[id] = true
		}
	}
}
