package rest

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"gatewatch/internal/core/event"
)

// pathCosts adds the request log up by key. The log itself may be weeks long.
const pathCosts = "/api/Analytics/costs/virtualkeys"

// costsOf is how many keys are asked for at once: more than a gateway of the
// size that is planned for has.
const costsOf = 10_000

// keyCosts is what keys cost since their group's budget period began, by the request log.
// An August gateway keeps no totals of keys. The zero value knows nothing.
type keyCosts struct {
	groups map[string]*groupCosts // by group
	of     map[string]string      // the group of a key
	again  time.Time              // costs that cannot be read are not asked for before
}

// sumsAgain is how long costs are left alone that could not be read: adding a
// log up is work for the gateway.
const sumsAgain = 5 * time.Minute

// groupCosts is the costs of one group's keys.
type groupCosts struct {
	periodID string                   // "": to be read anew
	since    time.Time                // when it began
	until    time.Time                // what is in the log up to here is in keys
	keys     map[string]event.NanoUSD // by key
	excess   event.NanoUSD            // of the balance's movement over the log's, found to be nothing
}

func (s *keyCosts) forget(group string) { delete(s.groups, group) }

// sum is a key's cost, where it is known.
func (s *keyCosts) sum(key event.KeyID) (event.NanoUSD, time.Time, bool) {
	g := s.groups[s.of[string(key)]]
	if g == nil || g.periodID == "" {
		return 0, time.Time{}, false
	}
	n, known := g.keys[string(key)]
	return n, g.since, known
}

// settle has keys of the list that the log's sums leave out have cost nothing. Those
// that were there in an earlier run, and are not in the list that was read, may be
// deleted: of them the gateway sums nothing up, whatever they cost.
func (s *keyCosts) settle(keys *reconciler[Key]) {
	for id := range keys.rows {
		g := s.groups[s.of[id]]
		if g == nil || g.periodID == "" || keys.unseen[id] {
			continue
		}
		if _, known := g.keys[id]; !known {
			g.keys[id] = 0
		}
	}
}

// booked adds spends to the costs, and the costs to the spends.
func (s *keyCosts) booked(events []event.Event) []event.Event {
	for i, f := range events {
		b, ok := f.(*event.SpendRecorded)
		if !ok {
			continue
		}
		g := s.groups[s.of[string(b.Key)]]
		if g == nil {
			continue
		}
		sum, known := g.keys[string(b.Key)]
		if known && b.At.After(g.until) {
			sum += b.Amount
			g.keys[string(b.Key)] = sum
		}
		b.Total, b.HasTotal = sum, known && g.periodID != ""
		events[i] = b
	}
	return events
}

// begin adds rows of the log that are no news, but newer than the costs, and returns
// whose costs are other ones now.
func (s *keyCosts) begin(rows []LogRow) map[string]bool {
	added := map[string]bool{}
	for _, r := range rows {
		g := s.groups[s.of[string(r.Key)]]
		if g == nil || !r.Cost.ok || !r.At.After(g.until) {
			continue
		}
		if sum, known := g.keys[string(r.Key)]; known {
			g.keys[string(r.Key)] = sum + r.Cost.nano
			added[string(r.Key)] = true
		}
	}
	return added
}

// summed adds what keys cost to what is reported of them, after reading it for
// groups in a new budget period, whose keys are then reported, too.
func (w *Poller) summed(ctx context.Context, events []event.Event) []event.Event {
	s := &w.observed
	if !s.groups.known || !s.keys.known {
		return events
	}
	if s.costs.of == nil {
		s.costs = keyCosts{groups: map[string]*groupCosts{}, of: map[string]string{}}
	}
	for id, k := range s.keys.rows {
		if was := s.costs.of[id]; was != "" && was != string(k.Group) {
			if g := s.costs.groups[string(k.Group)]; g != nil {
				g.periodID = "" // read anew: what the key cost before goes with it
			}
		}
	}
	clear(s.costs.of)
	for id, k := range s.keys.rows {
		s.costs.of[id] = string(k.Group)
	}
	fresh := w.readSums(ctx)
	s.costs.settle(&s.keys)
	told := map[event.KeyID]bool{}
	for i, f := range events {
		if k, ok := f.(event.KeyRead); ok {
			events[i] = s.costs.withSum(k)
			told[k.Key] = true
		}
	}
	s.keys.each(func(k Key) {
		if fresh[string(k.Group)] && !told[event.KeyID(k.ID)] && !s.keys.unseen[k.id()] {
			events = append(events, s.costs.withSum(keyRead(k, s.now)))
		}
	})
	return events
}

// withSum is a key as read, with its sum.
func (s *keyCosts) withSum(k event.KeyRead) event.KeyRead {
	if sum, since, ok := s.sum(k.Key); ok && !k.HasSpend {
		k.Spend, k.HasSpend, k.Since = sum, true, since
	}
	return k
}

// readSums reads the costs of groups whose budget period is another than before, a few
// in one round, and returns which.
func (w *Poller) readSums(ctx context.Context) map[string]bool {
	s, fresh := &w.observed, map[string]bool{}
	s.groups.each(func(g Group) {
		e := s.periods[g.id()]
		old := s.costs.groups[g.id()]
		if e.began.IsZero() || old != nil && old.periodID == e.name || len(fresh) >= groupsPerRound || s.now.Before(s.costs.again) {
			return
		}
		sum, err := w.readSum(ctx, g.id(), e, old)
		if err != nil {
			s.costs.again = s.now.Add(sumsAgain)
			w.opts.Log.Debug("the costs of keys cannot be read", "again", sumsAgain, "cause", err)
			return
		}
		s.costs.groups[g.id()] = sum
		fresh[g.id()] = true
	})
	return fresh
}

// readSum reads what a group's keys cost. The gateway leaves out a key that was
// deleted, whose calls are in its log all the same: what was known stays.
func (w *Poller) readSum(ctx context.Context, group string, e budgetPeriod, old *groupCosts) (*groupCosts, error) {
	s := &w.observed
	until := w.opts.Client.GatewayTime(s.now)
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
	sum := &groupCosts{periodID: e.name, since: e.began, until: until, keys: map[string]event.NanoUSD{}}
	if old != nil && old.since.Equal(e.began) {
		for key, n := range old.keys {
			if home := s.costs.of[key]; home == "" || home == group {
				sum.keys[key] = n
			}
		}
	}
	for _, k := range costs {
		if s.costs.of[string(k.Key)] == group && k.Cost.ok {
			sum.keys[string(k.Key)] = k.Cost.nano
		}
	}
	return sum, nil
}

// reconcileBalances looks for groups whose balance moved by more than the log
// explains: something else was charged then, and the transactions report what.
// The log is newer than the balance, so it never explains too little.
func (w *Poller) reconcileBalances(ctx context.Context) (events []event.Event) {
	s := &w.observed
	s.groups.each(func(g Group) {
		sum, e := s.costs.groups[g.id()], s.periods[g.id()]
		if sum == nil || sum.periodID != e.name || !g.Balance.ok {
			return
		}
		left := e.openingBalance - g.Balance.nano - e.unattributed - sum.excess
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
		found := s.periods[g.id()].unattributed - e.unattributed
		sum.excess += max(left-found, 0)
		if found > 0 {
			events = append(append(events, debits...), groupRead(g, s.periods[g.id()], s.now, s.groupsThere))
		}
	})
	return events
}
