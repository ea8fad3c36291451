package rest

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// shown is what a state shows of rows, and which alerts they raise.
func shown(t *testing.T, events ...event.Event) (*state.Live, []string) {
	t.Helper()
	run := newAlertRun()
	alerts := run.fired(event.ViaREST, events...)
	return run.live.Live(), alerts
}

var oddAt = time.Now()

// What a gateway did not say is unknown, never nothing, and no alert comes of it.
func TestAnUnknownBalanceIsNoMoney(t *testing.T) {
	period := budgetPeriod{name: "topup:5", openingBalance: event.USD(100), read: true}
	for _, c := range []struct {
		what, row string
		period    budgetPeriod
		balance   event.Reading[event.NanoUSD]
		used      float64
		alerts    int
	}{
		{
			"null", `{"id":1,"groupName":"A","balance":null,"lifetimeCreditsAdded":100,"lifetimeSpent":40}`, period,
			event.NotKnown[event.NanoUSD]("", "The gateway sent null."), -1, 0,
		},
		{
			"missing", `{"id":1,"groupName":"A","lifetimeCreditsAdded":100,"lifetimeSpent":40}`, period,
			event.NotKnown[event.NanoUSD]("", "The gateway did not send it."), -1, 0,
		},
		{
			"missing, of all that was ever paid in", `{"id":1,"groupName":"A","lifetimeCreditsAdded":100,"lifetimeSpent":40}`,
			budgetPeriod{},
			event.NotKnown[event.NanoUSD]("", "The gateway did not send it."), -1, 0,
		},
		{
			"too large", `{"id":1,"groupName":"A","balance":1e30,"lifetimeCreditsAdded":1e30,"lifetimeSpent":40}`, period,
			event.NotKnown[event.NanoUSD](event.ReadingTooLarge, ""), -1, 0,
		},
		{
			"above its top-up", `{"id":1,"groupName":"A","balance":110,"lifetimeCreditsAdded":100,"lifetimeSpent":0}`, period,
			event.Known(event.USD(110)), 0, 0,
		},
		{
			"credits null", `{"id":1,"groupName":"A","balance":50,"lifetimeCreditsAdded":null,"lifetimeSpent":50}`,
			budgetPeriod{},
			event.Known(event.USD(50)), -1, 0,
		},
		{
			"empty", `{"id":1,"groupName":"A","balance":0,"lifetimeCreditsAdded":100,"lifetimeSpent":100}`, period,
			event.Known(event.NanoUSD(0)), 1, 4,
		},
	} {
		live, alerts := shown(t, groupRead(as[Group](t, c.row), c.period, oddAt, oddAt))
		g := live.Groups["g/1"]
		if g.Balance != c.balance || g.UsedRatio.Or(-1) != c.used || len(alerts) != c.alerts {
			t.Errorf("a balance that is %s: %#v, used %v, alerts %q", c.what, g.Balance, g.UsedRatio, alerts)
		}
	}
}

func TestAnUnknownKeyIsNotDisabled(t *testing.T) {
	for _, c := range []struct {
		row, status string
		limit       event.ReadingStatus
		used        float64
	}{
		{`{"id":1,"keyName":"a","virtualKeyGroupId":2}`, "unknown", event.ReadingNotOffered, -1},
		{`{"id":1,"keyName":"a","virtualKeyGroupId":2,"isEnabled":null}`, "unknown", event.ReadingNotOffered, -1},
		{`{"id":1,"keyName":"a","virtualKeyGroupId":2,"isEnabled":false}`, "disabled", event.ReadingNotOffered, -1},
		{`{"id":1,"keyName":"a","isEnabled":true,"maxBudget":null,"currentSpend":1}`, "enabled", event.ReadingNone, -1},
		{`{"id":1,"keyName":"a","isEnabled":true,"maxBudget":1e30,"currentSpend":1}`, "enabled", event.ReadingTooLarge, -1},
		{`{"id":1,"keyName":"a","isEnabled":true,"maxBudget":10000000,"currentSpend":1}`, "enabled", event.ReadingTooLarge, -1},
		{`{"id":1,"keyName":"a","isEnabled":true,"maxBudget":0,"currentSpend":0}`, "enabled", event.ReadingKnown, 1},
		{`{"id":1,"keyName":"a","isEnabled":true,"maxBudget":4,"currentSpend":1}`, "enabled", event.ReadingKnown, 0.25},
	} {
		live, alerts := shown(t, keyRead(as[Key](t, c.row), oddAt))
		k := live.Keys["g/1"]
		if k.Status != c.status || k.Limit.Status() != c.limit || k.UsedRatio.Or(-1) != c.used || len(alerts) > 0 {
			t.Errorf("%s: %s, limit %s (%s), used %v, alerts %q", c.row, k.Status, k.Limit, k.Limit.Status(), k.UsedRatio, alerts)
		}
	}
}
