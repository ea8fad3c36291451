//go:build unix

package run_test

import (
	"fmt"
	"strings"
	"testing"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/tools/demo"
)

// oddMoney is groups of a thousandth of a cent, of a million, below zero, never
// topped up, and without keys.
const oddMoney = `
dialect conduit
have group 1 Tiny     credit=0.000050000 spent=0
have group 2 Negative credit=5  spent=4.9
have group 3 TopUp    credit=10 spent=7
have group 4 Zero
have group 5 NoKeys   credit=100 spent=10
have group 6 Huge     credit=1000000 spent=1
have group 7 Three    credit=1.005 spent=0.001
have key 1 tiny-key   group=Tiny
have key 2 neg-key    group=Negative
have key 3 topup-key  group=TopUp
have key 4 zero-key   group=Zero
have key 6 huge-key   group=Huge
have key 7 three-key  group=Three
have provider 1 openai type=OpenAI latency=410
have mapping 1 chat-default openai gpt-5.2 price=1.25/10
`

// TestOddMoney: tiny, huge, negative and none at all, a top-up in the middle, a
// key that has nothing but a batch: every sum is its parts, and what is not
// known is no number.
func TestOddMoney(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := serve(t, demo.Options{Script: script(t, oddMoney), Speed: 15})
	d.profile(g)
	p := d.watch()
	p.await("the lists", func(live *state.Live) bool {
		return len(live.Groups) == 7 && live.Keys["prod/7"].TotalSince > 0 && connected(live)
	})
	do(t, g, "chat tiny-key cost=0.000002", "chat neg-key cost=0.2", "chat huge-key cost=999", "chat three-key cost=0.001", "credit TopUp 0.5")
	do(t, g, "batch spend topup-key 0.25 by=topup-key over=1s")
	var last state.Live
	defer func() { t.Log(oddSums(&last)) }()
	live := p.awaitFor(2*patience, "sums that are their parts", func(live *state.Live) bool {
		last = *live
		same := live.Keys["prod/6"].Total.Or(-1) == event.USD(999)
		for _, id := range []string{"1", "2", "3", "6", "7"} {
			spent, parts, x := spentOf(live, id)
			same = same && x.PartsKnown && spent == parts && x.NoKey >= 0 // what was spent before has no key
		}
		topped := live.Groups["prod/3"] // whose batch it was is known when the group's books were read again
		same = same && live.Keys["prod/3"].Total.Or(-1)+event.NanoUSD(topped.NoKey) == event.USD(0.25)
		today, parts := sums(live)
		return same && today == parts && live.Groups["prod/2"].Balance.Or(0) < 0
	})
	for id, want := range map[string]struct{ balance, opening, used string }{
		"1": {"$0.000048", "$0.00005", "4 %"},
		"2": {"-$0.10", "", ""},
		"6": {"$999,000.00", "$999,999.00", ""},
		"7": {"$1.00", "$1.00", ""},
	} {
		x := live.Groups["prod/"+id]
		if got := text.Money(x.Balance.Or(-1)); got != want.balance {
			t.Errorf("%s: balance %s (%v), want %s", x.Name, got, x.Balance, want.balance)
		}
	}
	if x := live.Groups["prod/4"]; x.UsedRatio.Or(-1) >= 0 && x.Credits.Or(-1) == 0 {
		t.Errorf("a group that was never topped up has used %v of nothing", x.UsedRatio)
	}
	if k := live.Keys["prod/1"]; k.Total.Or(-1) != 2000 {
		t.Errorf("two millionths are %s", text.Money(k.Total.Or(-1)))
	}
}

func oddSums(live *state.Live) string {
	var out strings.Builder
	for _, x := range live.Groups {
		spent, parts, _ := spentOf(live, x.Group)
		fmt.Fprintf(&out, "%s: spent %s, parts %s, no key %s, known %v, balance %v\n", x.Name, spent, parts, event.NanoUSD(x.NoKey), x.PartsKnown, x.Balance)
	}
	for _, k := range live.Keys {
		fmt.Fprintf(&out, "%s: %s since %d\n", k.Name, k.Total.Or(-1), k.TotalSince)
	}
	return out.String()
}

// TestOddBalances: a balance that is null, credits that are missing, a balance
// above its newest top-up: unknown is said, nothing is critical, and what is
// told again is known again.
func TestOddBalances(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := serve(t, demo.Options{Script: script(t, twoTeams), Speed: 15})
	do(t, g, "odd group 1 balance null", `odd group 2 lifetimeCreditsAdded missing`)
	d.profile(g)
	p := d.watch()
	live := p.await("the lists", func(live *state.Live) bool { return len(live.Groups) == 2 && len(live.Keys) == 3 && connected(live) })
	if a, b := live.Groups["prod/1"], live.Groups["prod/2"]; a.Balance.Known() || a.UsedRatio.Or(-1) >= 0 || a.PartsKnown || b.Credits.Known() {
		t.Errorf("balance %v, used %v, parts %v; credits %v", a.Balance, a.UsedRatio, a.PartsKnown, b.Credits)
	}
	for _, a := range live.Alerts {
		if strings.HasPrefix(a.Rule, "budget.") {
			t.Errorf("told of what nobody knows: %s", a.Title)
		}
	}
	do(t, g, "odd group 1 balance true-again", "odd group 2 balance 900")
	p.awaitFor(2*patience, "what is told again", func(live *state.Live) bool {
		a, b := live.Groups["prod/1"], live.Groups["prod/2"]
		return a.Balance.Or(0) == event.USD(1000) && a.UsedRatio.Or(-1) == 0 && b.Balance.Or(0) == event.USD(900) && b.UsedRatio.Or(-1) <= 0
	})
}

// TestWrongVirtualKey: with the master key alone what is spent is known all the
// same, from the log and the groups' books.
func TestWrongVirtualKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g, err := demo.Serve(t.Context(), demo.Options{Script: script(t, twoTeams), Speed: 15, VirtualKey: "another", MasterKey: masterKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	d.profile(g)
	p := d.watch()
	p.await("the lists", func(live *state.Live) bool { return len(live.Groups) == 2 && len(live.Keys) == 3 })
	for range 10 {
		do(t, g, "chat api cost=0.2", "chat notebook cost=0.1")
	}
	do(t, g, "batch spend batch 1.5 by=api over=1s")
	p.awaitFor(3*patience, "what the books say", func(live *state.Live) bool {
		b := booksOf(t, g)
		today, parts := sums(live)
		return today == parts && today == b.total() && today == event.USD(4.5)
	})
}
