package ledger

import (
	"slices"

	"gatewatch/internal/core/event"
)

// Statement is what a gateway spent in a period, and on what.
//
// Total is Keys + NoKey + Adjusted, and Groups + NoGroup, and Models + NoModel
// + Adjusted, and Providers + NoProvider + Adjusted. Over all time, what groups
// were debited (Debited) is Total less what was logged and not debited; of a
// shorter period they differ by what was used before it and debited in it.
type Statement struct {
	From, To Minute // To is not included
	Total    event.NanoUSD
	Requests int64 // spends that are known one by one

	Keys      map[event.KeyID]event.NanoUSD
	Groups    map[event.GroupID]event.NanoUSD
	Models    map[string]event.NanoUSD
	Providers map[string]event.NanoUSD
	// NoKey, NoGroup, NoModel and NoProvider are what cannot be attributed.
	NoKey, NoGroup, NoModel, NoProvider event.NanoUSD
	// Adjusted is what administrators took from groups; nothing was used.
	Adjusted event.NanoUSD
	// Unlogged is what groups were debited for calls that no row of the log
	// shows; it is in Total.
	Unlogged event.NanoUSD
	// Debited is by which the groups' lifetime sums grew. DebitedOf has it by
	// group.
	Debited   event.NanoUSD
	DebitedOf map[event.GroupID]event.NanoUSD
	// Undebited is what the log shows and no group was debited for, although
	// later debits are known; Pending may still be debited. Calls of groups
	// whose totals nobody read are in neither.
	Undebited, Pending event.NanoUSD
	// Watched is how many minutes of the period were watched: others may hide
	// spend that is dated later, or is not known at all.
	Watched int
}

// Statement adds up what was spent from one minute to another, which is not
// included. Only minutes that are not forgotten are in it.
func (b *Book) Statement(from, to Minute) Statement {
	b.settle()
	st := Statement{
		From: from, To: to, Watched: b.WatchedIn(from, to),
		Keys: map[event.KeyID]event.NanoUSD{}, Groups: map[event.GroupID]event.NanoUSD{}, DebitedOf: map[event.GroupID]event.NanoUSD{},
		Models: map[string]event.NanoUSD{}, Providers: map[string]event.NanoUSD{},
	}
	undebited := map[event.GroupID]event.NanoUSD{}
	i, _ := slices.BinarySearch(b.order, from)
	for ; i < len(b.order) && b.order[i] < to; i++ {
		b.addMinute(&st, b.order[i], undebited)
	}
	awaited := b.awaits(undebited)
	for g, n := range undebited {
		st.Pending, st.Undebited = st.Pending+awaited[g], st.Undebited+n-awaited[g]
	}
	return st
}

// Paid gives what each group paid in each minute from one on, in order of time: for
// keys that it has, that went to another group, or that were deleted, and for none
// that is known; not what administrators took. It returns the first minute that is
// not forgotten.
func (b *Book) Paid(from Minute, do func(Minute, event.GroupID, event.NanoUSD)) Minute {
	b.settle()
	from = max(from, b.floor)
	for _, m := range b.since(from) {
		sums := map[event.GroupID]event.NanoUSD{}
		b.spentBy(m, func(p part) {
			if p.group != "" && p.kind != Adjusted {
				sums[p.group] += p.nano
			}
		})
		for g, n := range sums {
			do(m, g, n)
		}
	}
	return from
}

// addMinute adds a minute; undebited is what each group was not debited for.
func (b *Book) addMinute(st *Statement, m Minute, undebited map[event.GroupID]event.NanoUSD) {
	b.spentBy(m, func(p part) {
		st.Total += p.nano
		split(st.Groups, p.group, p.nano, &st.NoGroup)
		switch p.kind {
		case Adjusted:
			st.Adjusted += p.nano
			return
		case Flushed:
			st.Unlogged += p.nano
		case Logged, Pushed, Direct, Moved, Claimed:
		}
		split(st.Keys, p.key, p.nano, &st.NoKey)
		if p.kind != Logged { // those come with model and provider below
			split(st.Models, p.model, p.nano, &st.NoModel)
			split(st.Providers, p.provider, p.nano, &st.NoProvider)
		}
	})
	s := b.slots[m]
	for c, n := range s.cells {
		if c.called() {
			split(st.Models, c.Model, n.Nano, &st.NoModel)
			split(st.Providers, c.Provider, n.Nano, &st.NoProvider)
		}
		if c.counted() {
			st.Requests += n.Count
		}
		if c.Group != "" {
			st.Debited += n.Nano
			split(st.DebitedOf, c.Group, n.Nano, new(event.NanoUSD))
		}
	}
	for key, c := range s.calls {
		g := b.home(key, m)
		if n, a := c.left(), b.groups[g]; n != 0 && a != nil && a.known && m >= a.originAt {
			undebited[g] += n
		}
	}
}

// split adds money to the part of its name, or to what has none.
func split[K ~string](parts map[K]event.NanoUSD, name K, n event.NanoUSD, rest *event.NanoUSD) {
	if name == "" {
		*rest += n
		return
	}
	parts[name] += n
}
