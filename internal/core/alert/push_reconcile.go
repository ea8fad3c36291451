package alert

import (
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// The bounds within which a push must follow what REST shows.
const (
	// mappingPushDeadline is how long a change of a mapping may take to be pushed; a
	// healthy gateway does it within 50 ms.
	mappingPushDeadline = time.Minute
	// spendPushDeadline is the same of a spend, which a gateway pushes together
	// with the debit that its transactions show.
	spendPushDeadline = 10 * time.Second
	// spendMatchWindow is how long a pushed spend can answer for a debit: longer
	// than any read of the ledger takes to come round.
	spendMatchWindow = 10 * time.Minute
	maxSpends        = 256 // remembered of one connection
	maxExpected      = 512
	// expectedPushTTL is how long a debt is kept: the alert on it lives on by itself.
	expectedPushTTL = 15 * time.Minute
	// readSlack is how far apart the times of a read and of what it shows may be.
	readSlack = 5 * time.Second
	// tolerance is what ledgers round away: they keep six decimals.
	tolerance = event.NanoUSD(1000)
)

// expectedPush is something that REST showed and that a hub should have pushed.
type expectedPush struct {
	gateway  string
	hub      string        // that should have pushed it
	source   string        // that showed it, as a source's id in the live state
	group    string        // whose balance was debited; "" if it is not about money
	key      event.KeyID   // whose total moved; "" if it is not of one key
	amount   event.NanoUSD // 0 if it is not about money
	at       time.Time     // REST showed it
	deadline time.Duration // it may be pushed so much later
	// prevReadAt is when the list was read before it showed this: it happened since.
	// Zero until it was looked up.
	prevReadAt time.Time
}

// pushedSpend is a spend that a hub pushed.
type pushedSpend struct {
	amount event.NanoUSD
	at     time.Time
}

// pushReconciler compares what REST shows with what hubs pushed. The request log and
// what is debited for requests in it are no part of it: chats are never pushed.
type pushReconciler struct {
	expected  []expectedPush
	spends    map[string][]pushedSpend // by link id, oldest first
	keys      map[string]event.KeyID   // whose key a connection uses, by link id
	keyTotals map[string]event.NanoUSD // total of a key as last read, by key id
	charged   map[string]time.Time     // a task of the key ended, by key id
}

func newPushReconciler() pushReconciler {
	return pushReconciler{
		spends: map[string][]pushedSpend{}, keys: map[string]event.KeyID{},
		keyTotals: map[string]event.NanoUSD{}, charged: map[string]time.Time{},
	}
}

// spendHub and ownKeyHub are the hubs that push spends, and that say whose
// key a connection uses; noticeHub pushes changes of mappings.
const (
	spendHub  = "spend"
	ownKeyHub = "virtual-key-management"
	noticeHub = "notifications"
)

// observe takes one event in.
func (q *pushReconciler) observe(env event.Envelope) {
	g := string(env.Source.Gateway)
	pushed, read := env.Source.Via == event.ViaHub, env.Source.Via == event.ViaREST
	switch b := env.Body.(type) {
	case event.NavigationChanged:
		switch {
		case b.Entity != event.EntityModelMapping:
		case pushed:
			q.fulfil(func(o expectedPush) bool { return o.gateway == g && o.hub == noticeHub })
		case read && b.Since.IsZero(): // what was made while nobody was connected is not pushed
			q.owe(expectedPush{gateway: g, hub: noticeHub, source: g + "/" + env.Source.String(), at: env.At, deadline: mappingPushDeadline})
		}
	case *event.SpendRecorded:
		if pushed && env.Source.Name == spendHub {
			q.booked(state.LinkOf(env.Source, spendHub), pushedSpend{b.Amount, env.At})
		}
	case event.GroupDebited:
		q.owe(expectedPush{
			gateway: g, hub: spendHub, source: g + "/" + env.Source.String(), group: string(b.Group),
			amount: b.Amount, at: env.At, deadline: spendPushDeadline,
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
func (q *pushReconciler) keyRead(env event.Envelope, b event.KeyRead) {
	g := string(env.Source.Gateway)
	if env.Source.Via == event.ViaHub && env.Source.Name == ownKeyHub {
		q.keys[state.LinkOf(env.Source, spendHub)] = b.Key
		return
	}
	if env.Source.Via != event.ViaREST || !b.HasSpend || !b.Since.IsZero() { // a sum of the request log is no ledger
		return
	}
	id := g + "/" + string(b.Key)
	was, known := q.keyTotals[id]
	q.keyTotals[id] = b.Spend
	if moved := b.Spend - was; known && moved > 0 && env.At.Sub(q.charged[id]) < spendMatchWindow {
		delete(q.charged, id)
		q.owe(expectedPush{
			gateway: g, hub: spendHub, source: g + "/" + env.Source.String(), key: b.Key,
			amount: moved, at: env.At, deadline: spendPushDeadline,
		})
	}
}

func (q *pushReconciler) owe(o expectedPush) {
	if len(q.expected) < maxExpected {
		q.expected = append(q.expected, o)
	}
}

// fulfil drops what was pushed after all.
func (q *pushReconciler) fulfil(fulfils func(expectedPush) bool) {
	q.expected = slices.DeleteFunc(q.expected, fulfils)
}

// booked remembers a pushed spend.
func (q *pushReconciler) booked(link string, b pushedSpend) {
	all := q.spends[link]
	if len(all) == maxSpends {
		all = slices.Delete(all, 0, 1)
	}
	q.spends[link] = append(all, b)
}

// stalled is the streams that owe something for too long, by link id. What is
// not certain to be owed is forgotten: a connection was not up all the while,
// or somebody else's key may have been charged.
func (q *pushReconciler) stalled(v *evalContext) map[string]StalledStream {
	if len(q.expected) == 0 {
		return nil
	}
	found := map[string]StalledStream{}
	q.expected = slices.DeleteFunc(q.expected, func(o expectedPush) bool { return v.now.Sub(o.at) > expectedPushTTL })
	kept := q.expected[:0]
	for _, o := range q.expected {
		links, sure := q.pushersOf(v, &o)
		if !sure || v.pushesHeldUp(o.gateway) || q.pushed(&o, links) {
			continue
		}
		kept = append(kept, o)
		if due := o.at.Add(o.deadline); v.now.Before(due) {
			v.scheduleEval(due)
			continue
		}
		l := v.live.Links[links[0]]
		s := StalledStream{Since: msTime(l.LastEventAt), Booked: found[l.ID].Booked + o.amount, Stream: o.hub, At: o.at}
		if l.LastEventAt == 0 {
			s.Since = msTime(l.ConnectedAt)
		}
		found[l.ID] = s
	}
	q.expected = kept
	return found
}

// pushersOf are the connections that should have pushed it. sure is false if there
// may be none: one that was not up since before it happened, or for money, a
// key of the group that is not watched.
func (q *pushReconciler) pushersOf(v *evalContext, o *expectedPush) (links []string, sure bool) {
	src, known := v.live.PollTargets[o.source]
	if o.prevReadAt.IsZero() {
		if o.prevReadAt = msTime(src.SucceededAt); !o.prevReadAt.Before(o.at) { // this read is in already
			o.prevReadAt = msTime(src.PreviousSuccessAt)
		}
	}
	if !known || o.prevReadAt.UnixMilli() <= 0 {
		return nil, false
	}
	switch {
	case o.hub == noticeHub:
		links = []string{o.gateway + "/" + noticeHub}
	case o.key != "":
		links = q.linksOfKey(o.gateway, o.key)
	default:
		for _, k := range v.live.Keys {
			if k.Gateway != o.gateway || k.Group != o.group {
				continue
			}
			by := q.linksOfKey(o.gateway, event.KeyID(k.Key))
			if len(by) == 0 {
				return nil, false
			}
			links = append(links, by...)
		}
	}
	slices.Sort(links)
	for _, id := range links {
		l, is := v.live.Links[id]
		if !is || linkState(l) != linkUp || !msTime(l.ConnectedAt).Before(o.prevReadAt.Add(-readSlack)) {
			return nil, false
		}
	}
	return links, len(links) > 0
}

// linksOfKey lists the connections that push a key's spends.
func (q *pushReconciler) linksOfKey(gateway string, key event.KeyID) (links []string) {
	for id, k := range q.keys {
		if k == key && strings.HasPrefix(id, gateway+"/") {
			links = append(links, id)
		}
	}
	return links
}

// pushed reports whether a connection pushed it: a spend of that amount, or for a
// key's total, which may hold several, any since the read before.
func (q *pushReconciler) pushed(o *expectedPush, links []string) bool {
	for _, id := range links {
		for _, b := range q.spends[id] {
			switch {
			case o.key != "" && !b.at.Before(o.prevReadAt.Add(-readSlack)):
				return true
			case o.key == "" && o.at.Sub(b.at) < spendMatchWindow && max(b.amount-o.amount, o.amount-b.amount) <= tolerance:
				return true
			}
		}
	}
	return false
}

// shift moves all times by d, after the clock was set back.
func (q *pushReconciler) shift(d time.Duration) {
	for i := range q.expected {
		o := &q.expected[i]
		o.at = o.at.Add(d)
	}
	for _, all := range q.spends {
		for i := range all {
			all[i].at = all[i].at.Add(d)
		}
	}
	for k, at := range q.charged {
		q.charged[k] = at.Add(d)
	}
}
