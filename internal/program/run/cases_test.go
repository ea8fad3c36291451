package run

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
	"gatewatch/internal/tools/replay"
)

// caseOnHubs has gateways that play scripts of testdata/cases one after the other
// at one address, each for a time, watched over hubs alone with one virtual key; it
// returns what was told and what is shown at the end.
func caseOnHubs(t *testing.T, key string, each time.Duration, names ...string) (told []string, live *state.Live) {
	t.Helper()
	network := replay.NewNetwork(func(string) bool { return false })
	serve := func(name string) *demo.Gateway {
		source, err := os.ReadFile(filepath.Join("testdata", "cases", name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		script, err := demo.Parse(name, string(source))
		if err != nil {
			t.Fatal(err)
		}
		g, err := demo.Serve(t.Context(), demo.Options{
			Script: script, Listen: replay.CoreURL[7:], Open: func(address string) (net.Listener, error) { return network.Listen(address), nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	g := serve(names[0])
	w := newWitness()
	a := seat(t, func(o *Options) { o.Sender, o.OnDecision = &w.screen, w.told })
	if err := a.engine.Do(t.Context(), func(*state.State) { a.rules.listeners = append(a.rules.listeners, w.hear) }); err != nil {
		t.Fatal(err)
	}
	a.listGateway(t.Context(), config.Profile{ID: the, Label: "prod", Connect: true, CoreURL: replay.CoreURL})
	conf := gateway.Config{
		ID: the, CoreURL: replay.CoreURL, VirtualKeys: []gateway.Key{{ID: event.KeyID(key), Secret: secret.New(g.VirtualKey())}},
		Jitter: func() float64 { return 0.5 }, Log: a.log,
	}
	conf.Network.Proxy, conf.Network.Dial = "direct", network.Dial
	if err := a.gateways.start(conf); err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if i > 0 {
			if err := g.Close(); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Minute)
			g = serve(name)
		}
		time.Sleep(each)
	}
	for _, x := range w.heard() {
		if !x.Over {
			told = append(told, fmt.Sprintf("%s %s %s", x.Severity, x.Rule, strings.Join(x.Entities, ",")))
		}
	}
	snap, err := a.engine.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.stack.Unwind(context.Background()); err != nil {
		t.Error(err)
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
	return told, &snap.Live
}

// TestCaseMonth: a gateway that comes back in a new month, with a smaller total, has
// begun its budget anew; 91 % of it is told again, and the old alert is over.
func TestCaseMonth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told, live := caseOnHubs(t, "5", 3*time.Minute, "month-1", "month-2")
		want := []string{"critical budget.used 5,0.9,monthly", "critical gateway.unreachable the", "critical budget.used 5,0.9,monthly"}
		if d := cmp.Diff(want, told); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{"monthly has used 91 %"}, openBudgets(live)); d != "" {
			t.Error(d)
		}
		if k := live.Keys["the/5"]; k.Total.Or(-1) != event.USD(45.5) || k.UsedRatio.Or(-1) != 0.91 || !strings.HasPrefix(k.PeriodID, state.BegunPrefix) {
			t.Errorf("%s is %s used, of period %q", k.Total, k.UsedRatio, k.PeriodID)
		}
	})
}

// TestCaseSmallMoney: tiny and negative amounts, exponents and strings, a share just
// below its limit: each is exact, and reads the same wherever it stands.
func TestCaseSmallMoney(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, live := caseOnHubs(t, "1", 2*time.Minute, "small-money")
		got := map[string]string{}
		for _, k := range live.Keys {
			got[k.Name] = fmt.Sprintf("%s of %s, %s, today %s", k.Total, k.Limit, text.Share(k.UsedRatio.Or(-1)), text.Money(k.Today.Or(-1)))
		}
		if d := cmp.Diff(map[string]string{
			"tiny_key":    "0.0001111 of 100, 0 %, today $0.00011",
			"one-percent": "1 of 100, 1 %, today $0.00",
			"chatty":      "19.05 of 20, 95 %, today $9.05",
			"lowered":     "40 of 41, 97 %, today $0.00",
			"monthly":     "46 of 50, 92 %, today $46.00",
			"doomed":      "9.9 of 10, 99 %, today $1.90",
			"rounding":    "100.4 of not known, –, today $50.40", // its limit was taken away
			"nolimit":     "3.5 of not known, –, today $0.50",
		}, got); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{
			"chatty has used 95 %", "doomed has used 99 %", "lowered has used 97 %", "monthly has used 92 %",
		}, openBudgets(live)); d != "" {
			t.Error(d)
		}
		all := map[string]bool{}
		for _, e := range live.Events {
			all[e.Text] = true
		}
		for _, line := range []string{
			"tiny_key spent $0.00004, $0.00004 in all", "tiny_key spent $0.000071, $0.00011 in all", "tiny_key spent $0.0000001, $0.00011 in all",
			"The gateway says key lowered used $40.00 of $41.00 (97 %)", "The gateway says key rounding used $99.97 of $100.00 (99 %)",
			"nolimit spent -$5.00, -$2.00 in all",
		} {
			if !all[line] {
				t.Errorf("no event says %q", line)
			}
		}
	})
}

// openBudgets are the titles of the open alerts of budgets, each once.
func openBudgets(live *state.Live) (titles []string) {
	for _, a := range live.Alerts {
		if a.Rule == "budget.used" && a.Status != string(alert.StatusResolved) {
			titles = append(titles, a.Title)
		}
	}
	slices.Sort(titles)
	return slices.Compact(titles)
}
