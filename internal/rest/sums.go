package rest

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"gatewatch/internal/event"
)

// pathCosts adds the request log up by key. The log itself may be weeks long.
const pathCosts = "/api/Analytics/costs/virtualkeys"

// costsOf is how many keys are asked for at once: more than a gateway of the
// size that is planned for has.
const costsOf = 10_000

// sums is what keys cost since their group's epoch began, by the request log.
// An August gateway keeps no totals of keys. The zero value knows nothing.
type sums struct {
	groups map[string]*groupSum // by group
	of     map[string]string    // the group of a key
	again  time.Time            // costs that cannot be read are not asked for before
}

// sumsAgain is how long costs are left alone that could not be read: adding a
// log up is work for the gateway.
const sumsAgain = 5 * time.Minute

// groupSum is the costs of one group's keys.
type groupSum struct {
	epoch  string
	since  time.Time                // when it began
	until  time.Time                // what is in the log up to here is in keys
	keys   map[string]event.NanoUSD // by key
	excess event.NanoUSD            // of the balance's movement over the log's, found to be nothing
}

func (s *sums) forget(group string) { delete(s.groups, group) }

// sum is a key's cost, where it is known.
func (s *sums) sum(key event.KeyID) (event.NanoUSD, time.Time, bool) {
	g := s.groups[s.of[string(key)]]
	if g == nil {
		return 0, time.Time{}, false
	}
	return g.keys[string(key)], g.since, true
}

// booked adds payments to the sums, and the sums to the payments.
func (s *sums) booked(facts []event.Event) []event.Event {
	for i, f := range facts {
		b, ok := f.(*event.SpendRecorded)
		if !ok {
			continue
		}
		g := s.groups[s.of[string(b.Key)]]
		if g == nil {
			continue
		}
		if b.At.After(g.until) {
			g.keys[string(b.Key)] += b.Amount
		}
		b.Total, b.HasTotal = g.keys[string(b.Key)], true
		facts[i] = b
	}
	return facts
}

// begin adds rows of the log that are no news, but newer than the sums.
func (s *sums) begin(rows []LogRow) {
	for _, r := range rows {
		if g := s.groups[s.of[string(r.Key)]]; g != nil && r.Cost.ok && r.At.After(g.until) {
			g.keys[string(r.Key)] += r.Cost.nano
		}
	}
}

// summed adds what keys cost to what is told of them, after reading it for
// groups in a new epoch, whose keys are then told, too.
func (w *Watcher) summed(ctx context.Context, facts []event.Event) []event.Event {
	s := &w.world
	if !s.groups.known || !s.keys.known {
		return facts
	}
	if s.sums.of == nil {
		s.sums = sums{groups: map[string]*groupSum{}, of: map[string]string{}}
	}
	clear(s.sums.of)
	for id, k := range s.keys.rows {
		s.sums.of[id] = string(k.Group)
	}
	fresh := w.readSums(ctx)
	told := map[event.KeyID]bool{}
	for i, f := range facts {
		if k, ok := f.(event.KeyRead); ok {
			facts[i] = s.sums.withSum(k)
			told[k.Key] = true
		}
	}
	s.keys.each(func(k Key) {
		if fresh[string(k.Group)] && !told[event.KeyID(k.ID)] {
			facts = append(facts, s.sums.withSum(keyRead(k, s.now)))
		}
	})
	return facts
}

// withSum is a key as read, with its sum.
func (s *sums) withSum(k event.KeyRead) event.KeyRead {
	if sum, since, ok := s.sum(k.Key); ok && !k.HasSpend {
		k.Spend, k.HasSpend, k.Since = sum, true, since
	}
	return k
}

// readSums reads the costs of groups whose epoch is another than before, a few
// in one round, and returns which.
func (w *Watcher) readSums(ctx context.Context) map[string]bool {
	s, fresh := &w.world, map[string]bool{}
	s.groups.each(func(g Group) {
		e := s.epochs[g.id()]
		if old := s.sums.groups[g.id()]; e.began.IsZero() || old != nil && old.epoch == e.name || len(fresh) >= groupsPerRound || s.now.Before(s.sums.again) {
			return
		}
		sum, err := w.readSum(ctx, g.id(), e)
		if err != nil {
			s.sums.again = s.now.Add(sumsAgain)
			w.opts.Log.Debug("the costs of keys cannot be read", "again", sumsAgain, "cause", err)
			return
		}
		s.sums.groups[g.id()] = sum
		fresh[g.id()] = true
	})
	return fresh
}

func (w *Watcher) readSum(ctx context.Context, group string, e epoch) (*groupSum, error) {
	s := &w.world
	until := w.opts.Client.There(s.now)
	q := url.Values{
		"startDate": {e.began.UTC().Format(time.RFC3339Nano)}, "endDate": {until.UTC().Format(time.RFC3339Nano)}, "topN": {fmt.Sprint(costsOf)},
	}
	body, err := w.opts.Client.Get(ctx, pathCosts+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	costs, err := readCosts(body)
	if err != nil {
		return nil, err
	}
	sum := &groupSum{epoch: e.name, since: e.began, until: until, keys: map[string]event.NanoUSD{}}
	for _, k := range costs {
		if s.sums.of[string(k.Key)] == group && k.Cost.ok {
			sum.keys[string(k.Key)] = k.Cost.nano
		}
	}
	return sum, nil
}

// settleSums looks for groups whose balance moved by more than the log
// explains: something else was charged then, and the transactions tell what.
// The log is newer than the balance, so it never explains too little.
func (w *Watcher) settleSums(ctx context.Context) (facts []event.Event) {
	s := &w.world
	s.groups.each(func(g Group) {
		sum, e := s.sums.groups[g.id()], s.epochs[g.id()]
		if sum == nil || sum.epoch != e.name || !g.Balance.ok {
			return
		}
		left := e.base - g.Balance.nano - e.direct - sum.excess
		for _, cost := range sum.keys {
			left -= cost
		}
		if left <= 0 {
			return
		}
		debits, err := w.direct(ctx, g)
		if err != nil {
			w.opts.Log.Debug("transactions cannot be read", "cause", err) // next time again
			return
		}
		found := s.epochs[g.id()].direct - e.direct
		sum.excess += max(left-found, 0)
		if found > 0 {
			facts = append(append(facts, debits...), groupRead(g, s.epochs[g.id()], s.now))
		}
	})
	return facts
}
