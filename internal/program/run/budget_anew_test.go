package run

import (
	"context"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
	"gatewatch/internal/tools/replay"
)

// anew has budgets of which only hubs tell: two begin anew, and are used again;
// the limit of the third is taken away.
const anew = `dialect contract
have provider 1 openai latency=400
have key 5 monthly limit=50 spent=30
have key 6 daily limit=50 spent=30
have key 7 other limit=50 spent=30
wait client spend
3s spend monthly to=92%
3s spend daily to=92%
3s spend other to=92%
15s spend send SpendUpdate {"virtualKeyId":"5","amount":0,"totalSpend":0}
15s spend send SpendUpdate {"virtualKeyId":"6","amount":0.25,"totalSpend":0.25}
45s spend send SpendUpdate {"virtualKeyId":"5","amount":1,"totalSpend":1}
60s spend send SpendUpdate {"virtualKeyId":"5","amount":45,"totalSpend":46}
60s spend send SpendUpdate {"virtualKeyId":"6","amount":45.75,"totalSpend":46}
`

// TestABudgetThatBeginsAnewIsToldAgain: over hubs alone a smaller total that goes
// on is a new period, the alert of the old one ends, and 92 % of the new one is
// told.
func TestABudgetThatBeginsAnewIsToldAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script, err := demo.Parse("anew", anew)
		if err != nil {
			t.Fatal(err)
		}
		network := replay.NewNetwork(func(string) bool { return false })
		g, err := demo.Serve(t.Context(), demo.Options{
			Script: script, Listen: replay.CoreURL[7:], Open: func(address string) (net.Listener, error) { return network.Listen(address), nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		w := newWitness()
		a := seat(t, func(o *Options) { o.Sender, o.OnDecision = &w.screen, w.told })
		if err := a.engine.Do(t.Context(), func(*state.State) { a.rules.listeners = append(a.rules.listeners, w.hear) }); err != nil {
			t.Fatal(err)
		}
		a.listGateway(t.Context(), config.Profile{ID: the, Label: "prod", Connect: true, CoreURL: replay.CoreURL})
		conf := gateway.Config{
			ID: the, CoreURL: replay.CoreURL, VirtualKeys: []gateway.Key{{ID: "5", Secret: secret.New(g.VirtualKey())}},
			Jitter: func() float64 { return 0.5 }, Log: a.log,
		}
		conf.Network.Proxy, conf.Network.Dial = "direct", network.Dial
		if err := a.gateways.start(conf); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Minute)
		said := map[string]int{}
		for _, x := range w.heard() {
			if x.Rule == "budget.used" && x.Severity == string(event.SeverityCritical) && !x.Over {
				said[x.Entities[0]]++
			}
		}
		if d := cmp.Diff(map[string]int{"5": 2, "6": 2, "7": 1}, said); d != "" {
			t.Error(d)
		}
		snap, err := a.engine.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		open := map[string]int{}
		for _, l := range snap.Live.Alerts {
			if l.Rule == "budget.used" && l.Severity == string(event.SeverityCritical) && l.Status != string(alert.StatusResolved) {
				open[l.Title]++
			}
		}
		if d := cmp.Diff(map[string]int{"monthly has used 92 %": 1, "daily has used 92 %": 1, "other has used 92 %": 1}, open); d != "" {
			t.Error(d) // what is of the old period is over
		}
		for id, total := range map[string]event.NanoUSD{"5": 46 * event.PerUSD, "6": 46 * event.PerUSD} {
			if k := snap.Live.Keys[string(the)+"/"+id]; k.Total.Or(-1) != total || !strings.HasPrefix(k.PeriodID, "begun:") {
				t.Errorf("key %s: %s of period %q", id, k.Total, k.PeriodID)
			}
		}
		if err := a.stack.Unwind(context.Background()); err != nil {
			t.Error(err)
		}
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
}
