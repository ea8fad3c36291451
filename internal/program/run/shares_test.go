//go:build unix

package run_test

import (
	"testing"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/tools/demo"
)

// spentOf is what a group spent of its newest top-up, and what its parts make.
func spentOf(live *state.Live, group string) (spent, parts event.NanoUSD, g state.Group) {
	g = live.Groups["prod/"+group]
	spent = event.NanoUSD(g.OpeningBalance) - g.Balance.Or(0)
	parts = event.NanoUSD(g.Adjusted + g.NoKey)
	for _, f := range g.Former {
		parts += event.NanoUSD(f.Spent)
	}
	for _, k := range live.Keys {
		if k.Group == group && k.TotalSince > 0 {
			parts += k.Total.Or(0) - event.NanoUSD(k.Elsewhere)
		}
	}
	return spent, parts, g
}

// What a group spent is what its keys did, the items of batches among it, what
// keys left behind that were moved or deleted, and nothing else; and after a
// restart the same.
func TestGroupsAddUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := serve(t, demo.Options{Script: script(t, twoTeams), Speed: 15})
	d.profile(g)
	p := d.watch()
	p.await("the log", func(live *state.Live) bool {
		return len(live.Groups) == 2 && live.Keys["prod/3"].TotalSince > 0 && connected(live)
	})
	do(t, g, "chat api cost=0.5", "chat batch cost=0.25", "chat notebook cost=0.125")
	do(t, g, "batch spend api 2.25 batch 0.5 notebook 0.75 by=api over=2s")
	// want waits for the keys' totals, and that each group adds up.
	want := func(p *program, what string, totals map[string]float64, former map[string]float64) {
		t.Helper()
		p.awaitFor(2*patience, what, func(live *state.Live) bool {
			same := true
			for key, usd := range totals {
				same = same && live.Keys["prod/"+key].Total.Or(-1) == event.USD(usd)
			}
			for _, id := range []string{"1", "2"} {
				spent, parts, x := spentOf(live, id)
				left := 0.0
				for _, f := range x.Former {
					left += event.NanoUSD(f.Spent).Dollars()
				}
				same = same && x.PartsKnown && spent == parts && x.NoKey == 0 && left == former[id]
			}
			return same
		})
	}
	want(p, "calls and a batch", map[string]float64{"1": 2.75, "2": 0.75, "3": 0.875}, nil)
	do(t, g, "key update batch group=Research") // the list of keys is read once a minute
	p.awaitFor(2*patience, "the key in its new group", func(live *state.Live) bool { return live.Keys["prod/2"].Group == "2" })
	do(t, g, "chat batch cost=1.5", "chat api cost=0.25")
	moved := map[string]float64{"1": 3, "2": 2.25, "3": 0.875}
	want(p, "a key that moved", moved, map[string]float64{"1": 0.75})
	do(t, g, "key delete notebook")
	p.awaitFor(2*patience, "the key's end", func(live *state.Live) bool { return live.Keys["prod/3"].Status == "deleted" })
	want(p, "a key that is gone", moved, map[string]float64{"1": 0.75})
	p.stop()
	p = d.watch()
	p.await("the lists", func(live *state.Live) bool { return len(live.Groups) == 2 && connected(live) })
	want(p, "after a restart", map[string]float64{"1": 3, "2": 2.25}, map[string]float64{"1": 0.75, "2": 0.875})
}
