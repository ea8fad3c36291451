package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// conduitSource does one thing each time it is called.
type conduitSource func(*conduit, *rand.Rand) error

// parseConduitEvery reads "every A[..B] WHAT".
func parseConduitEvery(words []word) (action, error) {
	a := newArgs(words, "keys", "models", "cost", "stream", "fails", "cap", "life")
	least, most := a.durations("the pause", a.word("the pause"))
	src := parseConduitSource(a)
	return func(s *stage) error {
		s.generate(func(s *stage, rng *rand.Rand) error {
			return inConduit(func(c *conduit) error { return src(c, rng) })(s)
		}, func(rng *rand.Rand) time.Duration { return between(rng, least, most) })
		return nil
	}, a.end()
}

func parseConduitSource(a *args) conduitSource {
	what := a.oneOf("what is generated", "chat", "tasks", "changes", "batches")
	switch what {
	case "tasks":
		medium := a.oneOf("the medium", "image", "video")
		shortest, longest := a.durations("life=", orText(a.named["life"], "20s..60s"))
		fails, names := a.int("fails", 0, 0, 100), a.list("keys")
		return func(c *conduit, rng *rand.Rand) error {
			keys := some(c.keys, names, keyName)
			return c.someTask(rng, keys, medium, between(rng, shortest, longest), fails)
		}
	case "changes":
		return (*conduit).someChange
	case "batches":
		names := a.list("keys")
		return func(c *conduit, rng *rand.Rand) error { return c.someBatch(rng, names) }
	}
	t := traffic{
		keys: a.list("keys"), models: a.list("models"), stream: a.int("stream", 0, 0, 100),
		fails: a.int("fails", 0, 0, 100), top: a.int("cap", 0, 1, 100),
	}
	if _, ok := a.named["cost"]; ok {
		a.named["amount"] = a.named["cost"]
		t.least, t.most = a.amounts()
	}
	return t.one
}

// traffic is calls of customers.
type traffic struct {
	keys, models  []string
	stream, fails int // of a hundred
	top           int // percent of a group's balance above which it gets more; 0: never
	least, most   usd // of a call; 0: by its price
}

// one makes one call.
func (t traffic) one(c *conduit, rng *rand.Rand) error {
	keys := some(c.served, t.keys, keyName)
	routes := some(c.routes, t.models, func(r *route) string { return r.alias })
	keys = slices.DeleteFunc(keys, func(k *virtualKey) bool { return k.offAtCore })
	routes = slices.DeleteFunc(routes, func(r *route) bool { return r.disabled || !canDo(r.target).Chat })
	if len(keys) == 0 || len(routes) == 0 {
		return nil
	}
	x := someCall(rng, pick(rng, keys), pick(rng, routes))
	x.stream = rng.IntN(100) < t.stream
	if rng.IntN(100) < t.fails {
		x.status = pick(rng, []int{429, 429, 500})
	}
	if t.most > 0 {
		x.cost = between(rng, t.least, t.most)
	}
	if g := x.key.group; t.top > 0 && g.usedRatio() >= float64(t.top) {
		c.credit(g, g.base-g.balance, byHand, "Credits added")
	}
	c.call(x)
	return nil
}

// someCall makes up the size of a call.
func someCall(rng *rand.Rand, k *virtualKey, r *route) call {
	in, out := 150+rng.IntN(3200), 40+rng.IntN(1400)
	took := float64(r.provider.latency) * (0.7 + 0.9*rng.Float64())
	return call{key: k, route: r, in: in, out: out, took: math.Round((took+float64(out)*1.5)*1e4) / 1e4}
}

// some is those of a list that are named, or all if none is.
func some[T any](list []T, names []string, of func(T) string) []T {
	if len(names) == 0 {
		return slices.Clone(list)
	}
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return !slices.Contains(names, of(x)) })
}

// invent writes a past into the log and the audit: so many calls, charged long
// ago. Together they cost what their groups had spent.
func (c *conduit) invent(n int, over time.Duration) error {
	rng, now, first := c.s.chance(), c.began.UTC(), len(c.log)
	var keys []*virtualKey
	for _, k := range c.keys {
		if !k.disabled && k.group.balance > 0 {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 || len(c.routes) == 0 {
		return fmt.Errorf("%w: nobody to call, or nothing to be called", errUnknown)
	}
	for i := range n {
		x := someCall(rng, pick(rng, keys), pick(rng, c.routes))
		at := now.Add(-over + time.Duration(float64(over)*float64(i)/float64(n+1))).Truncate(time.Microsecond)
		cost := price(x.in, x.route.in) + price(x.out, x.route.out)
		cost -= cost % 1000
		c.log = append(c.log, logRow{
			id: c.nextID("log"), key: x.key.id, user: x.key.name, model: x.route.alias, kind: "chat",
			in: x.in, out: x.out, cost: cost, took: x.took, path: chatPath, timestamp: at,
		})
		c.calls++
		c.audit = append(c.audit, auditRow{
			id: c.guid(), kind: "UsageTracked", key: x.key.id, model: x.route.alias, cost: cost, charged: true,
			request: fmt.Sprintf("0HNQ8TLGAQHBK:%08X", c.calls), provider: x.route.provider.typeName(),
			status: 200, path: chatPath, timestamp: at,
		})
	}
	c.spreadCosts(c.log[first:], c.audit[len(c.audit)-n:])
	return nil
}

// spreadCosts gives calls of the past the costs that add up to what was spent.
func (c *conduit) spreadCosts(log []logRow, audit []auditRow) {
	of, sums := map[int]*group{}, map[*group]usd{}
	for _, k := range c.keys {
		of[k.id] = k.group
	}
	for _, r := range log {
		sums[of[r.key]] += r.cost
	}
	left := map[*group]usd{}
	for g := range sums {
		left[g] = g.spent
	}
	last := map[*group]int{}
	for i := range log {
		g := of[log[i].key]
		if g.spent == 0 {
			continue
		}
		cost := usd(float64(log[i].cost) * float64(g.spent) / float64(sums[g]))
		log[i].cost = min(cost-cost%1000, left[g])
		left[g] -= log[i].cost
		audit[i].cost = log[i].cost
		last[g] = i
	}
	for g, i := range last { // what rounding left
		log[i].cost += left[g]
		audit[i].cost = log[i].cost
	}
	calls := map[*group][]logRow{}
	for _, r := range log {
		if r.cost > 0 {
			calls[of[r.key]] = append(calls[of[r.key]], r)
		}
	}
	for g, rows := range calls {
		c.flushed(g, rows)
	}
}

// flushed says of what a group was debited that it was for calls, as the log has
// them now: a debit for each minute of them, a second after its last.
func (c *conduit) flushed(g *group, calls []logRow) {
	i := slices.IndexFunc(g.entries, func(e entry) bool { return e.kind == debited && e.what == usageDeducted })
	if i < 0 {
		return
	}
	end := i + 1
	for end < len(g.entries) && g.entries[end].kind == debited && g.entries[end].what == usageDeducted {
		end++
	}
	is := g.entries[i]
	is.what, is.after, is.amount = "API usage by virtual keys", is.after+is.amount, 0
	var flushes []entry
	for k, r := range calls {
		is.amount += r.cost
		is.after -= r.cost
		if k+1 < len(calls) && calls[k+1].timestamp.Truncate(time.Minute).Equal(r.timestamp.Truncate(time.Minute)) {
			continue
		}
		is.id, is.at = c.nextID("transaction"), r.timestamp.Add(time.Second)
		flushes = append(flushes, is)
		is.amount = 0
	}
	g.entries = newest(slices.Replace(g.entries, i, end, flushes...), maxRows)
}

// someTask runs a task for one of some keys.
func (c *conduit) someTask(rng *rand.Rand, keys []*virtualKey, medium string, life time.Duration, fails int) error {
	if len(keys) == 0 {
		return nil
	}
	fail := ""
	if rng.IntN(100) < fails {
		fail = pick(rng, taskErrors)
	}
	if medium == "image" {
		life = 0 // as the gateway does
	}
	j := &job{id: c.newJobID(), medium: medium, key: pick(rng, keys), model: pick(rng, mediaModels[medium])}
	return c.addJob(j, life, fail)
}

// someBatch books small amounts on several keys at once, on those named or on
// all.
func (c *conduit) someBatch(rng *rand.Rand, names []string) error {
	keys := slices.DeleteFunc(some(c.served, names, keyName), func(k *virtualKey) bool {
		return k.offAtCore || k.group.balance < dollar
	})
	if len(keys) == 0 || len(c.routes) == 0 {
		return nil
	}
	var items []batchItem
	for range 3 + rng.IntN(9) {
		amount := between(rng, dollar/200, dollar/40)
		items = append(items, c.spendItem(pick(rng, keys), amount-amount%1_000_000, pick(rng, c.routes)))
	}
	c.run(batch{kind: "spend_update", parallel: 10, by: keys[0], over: between(rng, 10*time.Second, 40*time.Second), items: items})
	return nil
}

// someChange lets administrators work: one small change, harmless to what is
// watched, that leaves about as many things as there were.
func (c *conduit) someChange(rng *rand.Rand) error {
	switch n := rng.IntN(8); {
	case n < 3 && len(c.settings) > 0:
		s := pick(rng, c.settings)
		if v, err := strconv.Atoi(s.value); err == nil {
			c.setSetting(s.key, strconv.Itoa(max(1, v+rng.IntN(21)-10)), "")
		}
	case n < 6 && len(c.keys) > 0:
		k := pick(rng, c.keys)
		k.rpm = 60 * (1 + rng.IntN(20))
		c.changeKey(k)
	case len(c.routes) > 0:
		r := pick(rng, c.routes)
		r.updated = c.now()
		c.tellRoute(r, "Updated")
	}
	return nil
}
