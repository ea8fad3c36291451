package alert

import (
	"slices"
	"strings"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/state"
)

// Of streams that are silent while the ledger moves.
const (
	// mappingLate is how long a change of a mapping may take to be pushed; a
	// healthy gateway does it within 50 ms.
	mappingLate = time.Minute
	// bookingLate is the same of a booking, which a gateway pushes together
	// with the debit that its ledger shows.
	bookingLate = 10 * time.Second
	// bookingsLive is how long a pushed booking can answer for a debit: longer
	// than any read of the ledger takes to come round.
	bookingsLive = 10 * time.Minute
	maxBookings  = 256 // remembered of one connection
	maxOwed      = 512
	// owedLives is how long a debt is kept: the alert on it lives on by itself.
	owedLives = 15 * time.Minute
	// readSlack is how far apart the times of a read and of what it shows may be.
	readSlack = 5 * time.Second
	// tolerance is what ledgers round away: they keep six decimals.
	tolerance = event.NanoUSD(1000)
)

// owed is something that REST showed and that a hub should have told.
type owed struct {
	gateway string
	hub     string        // that should have told it
	list    string        // that showed it, as a source's id in the live state
	group   string        // whose balance was debited; "" if it is not about money
	key     event.KeyID   // whose total moved; "" if it is not of one key
	amount  event.NanoUSD // 0 if it is not about money
	at      time.Time     // REST showed it
	late    time.Duration // it may be told so much later
	// before is when the list was read before it showed this: it happened since.
	// Zero until it was looked up.
	before time.Time
}

// booking is a pushed one.
type booking struct {
	amount event.NanoUSD
	at     time.Time
}

// silence compares what REST shows with what hubs told. The request log and
// what is debited for requests in it are no part of it: chats are never pushed.
type silence struct {
	owed     []owed
	bookings map[string][]booking     // by link id, oldest first
	keys     map[string]event.KeyID   // whose key a connection uses, by link id
	spent    map[string]event.NanoUSD // total of a key as last read, by key id
	charged  map[string]time.Time     // a task of the key ended, by key id
}

func newSilence() silence {
	return silence{
		bookings: map[string][]booking{}, keys: map[string]event.KeyID{},
		spent: map[string]event.NanoUSD{}, charged: map[string]time.Time{},
	}
}

// spendHub and ownKeyHub are the hubs that push bookings, and that say whose
// key a connection uses; noticeHub pushes changes of mappings.
const (
	spendHub  = "spend"
	ownKeyHub = "virtual-key-management"
	noticeHub = "notifications"
)

// observe takes one fact in.
func (q *silence) observe(env event.Envelope) {
	g := string(env.Source.Gateway)
	pushed, read := env.Source.Via == event.ViaHub, env.Source.Via == event.ViaREST
	switch b := env.Body.(type) {
	case event.NavigationChanged:
		switch {
		case b.Entity != event.EntityModelMapping:
		case pushed:
			q.settle(func(o owed) bool { return o.gateway == g && o.hub == noticeHub })
		case read:
			q.owe(owed{gateway: g, hub: noticeHub, list: g + "/" + env.Source.String(), at: env.At, late: mappingLate})
		}
	case *event.SpendRecorded:
		if pushed && env.Source.Name == spendHub {
			q.booked(state.LinkOf(env.Source, spendHub), booking{b.Amount, env.At})
		}
	case event.GroupDebited:
		q.owe(owed{
			gateway: g, hub: spendHub, list: g + "/" + env.Source.String(), group: string(b.Group),
			amount: b.Amount, at: env.At, late: bookingLate,
		})
	case event.TaskProgressed:
		if pushed && b.Status == event.TaskCompleted && b.Key != "" {
			q.charged[g+"/"+string(b.Key)] = env.At
		}
	case event.KeyRead:
		q.keyRead(env, b)
	}
}

// keyRead learns whose key a connection uses, and sees a key's total move: that
// counts where a task of the key ended meanwhile, which is charged and pushed.
func (q *silence) keyRead(env event.Envelope, b event.KeyRead) {
	g := string(env.Source.Gateway)
	if env.Source.Via == event.ViaHub && env.Source.Name == ownKeyHub {
		q.keys[state.LinkOf(env.Source, spendHub)] = b.Key
		return
	}
	if env.Source.Via != event.ViaREST || !b.HasSpend || !b.Since.IsZero() { // a sum of the request log is no ledger
		return
	}
	id := g + "/" + string(b.Key)
	was, known := q.spent[id]
	q.spent[id] = b.Spend
	if moved := b.Spend - was; known && moved > 0 && env.At.Sub(q.charged[id]) < bookingsLive {
		delete(q.charged, id)
		q.owe(owed{
			gateway: g, hub: spendHub, list: g + "/" + env.Source.String(), key: b.Key,
			amount: moved, at: env.At, late: bookingLate,
		})
	}
}

func (q *silence) owe(o owed) {
	if len(q.owed) < maxOwed {
		q.owed = append(q.owed, o)
	}
}

// settle forgets what was told after all.
func (q *silence) settle(told func(owed) bool) {
	q.owed = slices.DeleteFunc(q.owed, told)
}

// booked remembers a pushed booking.
func (q *silence) booked(link string, b booking) {
	all := q.bookings[link]
	if len(all) == maxBookings {
		all = slices.Delete(all, 0, 1)
	}
	q.bookings[link] = append(all, b)
}

// silent is the streams that owe something for too long, by link id. What is
// not certain to be owed is forgotten: a connection was not up all the while,
// or somebody else's key may have been charged.
func (q *silence) silent(v *view) map[string]SilentStream {
	if len(q.owed) == 0 {
		return nil
	}
	found := map[string]SilentStream{}
	q.owed = slices.DeleteFunc(q.owed, func(o owed) bool { return v.now.Sub(o.at) > owedLives })
	kept := q.owed[:0]
	for _, o := range q.owed {
		links, sure := q.debtors(v, &o)
		if !sure || q.paid(&o, links) {
			continue
		}
		kept = append(kept, o)
		if due := o.at.Add(o.late); v.now.Before(due) {
			v.wake(due)
			continue
		}
		l := v.live.Links[links[0]]
		s := SilentStream{Since: msTime(l.LastEventAt), Booked: found[l.ID].Booked + o.amount, What: o.hub, At: o.at}
		if l.LastEventAt == 0 {
			s.Since = msTime(l.ConnectedAt)
		}
		found[l.ID] = s
	}
	q.owed = kept
	return found
}

// debtors are the connections that should have told it. sure is false if there
// may be none: one that was not up since before it happened, or for money, a
// key of the group that is not watched.
func (q *silence) debtors(v *view, o *owed) (links []string, sure bool) {
	src, known := v.live.Sources[o.list]
	if o.before.IsZero() {
		if o.before = msTime(src.AnsweredAt); !o.before.Before(o.at) { // this read is in already
			o.before = msTime(src.BeforeAt)
		}
	}
	if !known || o.before.UnixMilli() <= 0 {
		return nil, false
	}
	switch {
	case o.hub == noticeHub:
		links = []string{o.gateway + "/" + noticeHub}
	case o.key != "":
		links = q.watching(o.gateway, o.key)
	default:
		for _, k := range v.live.Keys {
			if k.Gateway != o.gateway || k.Group != o.group {
				continue
			}
			by := q.watching(o.gateway, event.KeyID(k.Key))
			if len(by) == 0 {
				return nil, false
			}
			links = append(links, by...)
		}
	}
	slices.Sort(links)
	for _, id := range links {
		l, is := v.live.Links[id]
		if !is || linkState(l) != linkUp || !msTime(l.ConnectedAt).Before(o.before.Add(-readSlack)) {
			return nil, false
		}
	}
	return links, len(links) > 0
}

// watching lists the connections that push a key's bookings.
func (q *silence) watching(gateway string, key event.KeyID) (links []string) {
	for id, k := range q.keys {
		if k == key && strings.HasPrefix(id, gateway+"/") {
			links = append(links, id)
		}
	}
	return links
}

// paid reports whether a connection told it: a booking of that amount, or for a
// key's total, which may hold several, any since the read before.
func (q *silence) paid(o *owed, links []string) bool {
	for _, id := range links {
		for _, b := range q.bookings[id] {
			switch {
			case o.key != "" && !b.at.Before(o.before.Add(-readSlack)):
				return true
			case o.key == "" && o.at.Sub(b.at) < bookingsLive && max(b.amount-o.amount, o.amount-b.amount) <= tolerance:
				return true
			}
		}
	}
	return false
}

// shift moves all times by d, after the clock was set back.
func (q *silence) shift(d time.Duration) {
	for i := range q.owed {
		o := &q.owed[i]
		o.at = o.at.Add(d)
	}
	for _, all := range q.bookings {
		for i := range all {
			all[i].at = all[i].at.Add(d)
		}
	}
	for k, at := range q.charged {
		q.charged[k] = at.Add(d)
	}
}

// checkSilent holds for a stream that says nothing though REST shows that it
// should have.
func checkSilent(v *view, yield func(Sample)) {
	for id, q := range or(v.in.Silent, v.facts.silence.silent(v)) {
		l, ok := v.live.Links[id]
		if !ok || linkState(l) != linkUp || l.LastEventAt > q.At.UnixMilli() {
			continue // not up, or it has spoken since
		}
		s := linkSample(id, &l)
		s.Facts.Part, s.Facts.Spend, s.Facts.From = nameOr(q.What, l.Hub), q.Booked, q.Since
		s.At = q.At.UnixMilli()
		yield(s)
	}
}
