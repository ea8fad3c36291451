//go:build unix

package run_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/program/run"
	"gatewatch/internal/tools/demo"
)

// late is how much later than its line says an expectation may hold: lists are
// read now and then, and a desktop takes its time.
const late = 30 * time.Second

// Every embedded scenario, at its own pace, makes of the program what its
// expect lines say. The longest takes seven minutes, so this is for
// GATEWATCH_LONG=1; the tests of scenario_test.go play some of them faster.
func TestScenariosMakeWhatTheySay(t *testing.T) {
	if os.Getenv("GATEWATCH_LONG") == "" {
		t.Skip("takes seven minutes: GATEWATCH_LONG=1")
	}
	for _, name := range demo.Scenarios("") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := demo.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			d := newDesk(t)
			p := d.start(run.Target{Demo: true, Scenario: name})
			p.awaitFor(2*patience, "somebody is there", func(live *state.Live) bool { return len(live.Links) > 0 })
			began := time.Now()
			for _, x := range s.Expectations() {
				time.Sleep(time.Until(began.Add(x.At)))
				d.expect(p, x)
			}
		})
	}
}

// expect waits until an expectation holds; one of how many there are, or that
// nothing is, holds at its time or does not.
func (d *desk) expect(p *program, x demo.Expectation) {
	d.t.Helper()
	what, rest, _ := strings.Cut(x.Text, " ")
	deadline := time.Now().Add(late)
	for {
		live := p.snapshot().Live
		found, ok := d.holds(&live, what, strings.Fields(rest))
		if ok {
			return
		}
		if time.Now().After(deadline) {
			d.t.Errorf("line %d, %v: %q, but %s", x.Line, x.At, x.Text, found)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// holds says whether an expectation holds, and what there is instead.
func (d *desk) holds(live *state.Live, what string, words []string) (found string, ok bool) {
	named := map[string]string{} // key=K
	var plain []string
	for _, w := range words {
		if k, v, is := strings.Cut(w, "="); is {
			named[k] = v
		} else {
			plain = append(plain, w)
		}
	}
	first := strings.Join(plain, " ")
	switch what {
	case "quiet", "alerts", "alert":
		return d.holdsTold(live, what, first, named["key"]+named["provider"])
	case "uncharged":
		return fmt.Sprintf("open %q", open(live)), slices.ContainsFunc(open(live), func(s string) bool { return strings.Contains(s, "uncharged") })
	case "keys", "total", "order":
		return holdsKeys(live, what, first, named["key"])
	case "task":
		for _, t := range live.Tasks {
			if t.Task == named["id"] {
				return t.Status, t.Status == first
			}
		}
		return "no such task", false
	case "part":
		for _, x := range live.Components {
			if strings.HasSuffix(x.Component, named["part"]) { // "bus" is the event bus
				return x.Health, x.Health == first
			}
		}
		return "no such part", false
	case "link":
		return holdsLinks(live, first, named)
	case "resolved":
		return holdsResolved(live, named["key"]+named["provider"])
	}
	return holdsProvider(live, what, named["provider"])
}

// holdsTold is about what the user was told, recoveries and what joined
// other notifications aside.
func (d *desk) holdsTold(live *state.Live, what, first, name string) (found string, ok bool) {
	told := slices.DeleteFunc(d.said(), func(s string) bool {
		return strings.Contains(s, " again ") || strings.Contains(s, " in place: ")
	})
	found = fmt.Sprintf("told %q", told)
	switch what {
	case "quiet":
		return found, len(told) == 0
	case "alerts":
		return found, strconv.Itoa(len(told)) == first
	}
	urgency := map[string]string{"critical": "critical ", "warning": "normal "}[first]
	return found, slices.ContainsFunc(told, func(s string) bool {
		return strings.HasPrefix(s, urgency) && strings.Contains(s, titleOf(live, name))
	})
}

func holdsKeys(live *state.Live, what, first, name string) (found string, ok bool) {
	n := 0
	for _, k := range live.Keys {
		if k.Status != "deleted" {
			n++
		}
		if what == "total" && k.Name == name {
			return fmt.Sprintf("total %s", k.Total), k.Total.Known()
		}
		if what == "order" && k.StaleTotals > 0 {
			return fmt.Sprintf("key %s was told %d totals too late", k.Name, k.StaleTotals), false
		}
	}
	if what == "total" {
		return "no such key", false
	}
	return fmt.Sprintf("%d keys", n), what == "order" || strconv.Itoa(n) == first
}

// titleOf is how titles of alerts begin to call a key of this id, and the
// given words where none has it.
func titleOf(live *state.Live, id string) string {
	for _, k := range live.Keys {
		if k.Key == id && k.Name != "" {
			return k.Name[:min(len(k.Name), 20)]
		}
	}
	return id
}

// holdsResolved reports whether nothing is open on budgets or health of what
// has this name.
func holdsResolved(live *state.Live, name string) (found string, ok bool) {
	var alerts []string
	for _, a := range live.Alerts {
		if a.Status != "resolved" && a.Severity != "info" && a.Category != "change" && strings.Contains(a.Title, name) {
			alerts = append(alerts, a.Rule+" "+a.Status)
		}
	}
	return fmt.Sprintf("open %q", alerts), len(alerts) == 0
}

func holdsLinks(live *state.Live, want string, named map[string]string) (found string, ok bool) {
	n := 0
	for _, l := range live.Links {
		if named["hub"] != "all" && l.Hub != named["hub"] || l.Class == "unsupported" || l.Class == "idle" {
			continue
		}
		n++
		if l.State != want || named["class"] != "" && l.Class != named["class"] {
			return fmt.Sprintf("%s is %s %s", l.Hub, l.State, l.Class), false
		}
	}
	return fmt.Sprintf("%d links", n), n > 0
}

func holdsProvider(live *state.Live, what, name string) (found string, ok bool) {
	for _, p := range live.Providers {
		if p.Name != name && p.Provider != name {
			continue
		}
		var alerts []string
		flapping := false
		for _, a := range live.Alerts {
			if a.EntityKind == "provider" && a.Entity == p.Provider && a.Status != "resolved" {
				alerts = append(alerts, a.Rule+" "+a.Status)
				flapping = flapping || a.Flapping || strings.Contains(a.Rule, "flapping")
			}
		}
		found = fmt.Sprintf("%s, alerts %q", p.Health, alerts)
		switch what {
		case "flapping":
			return found, flapping
		case string(event.HealthHealthy), string(event.HealthUnhealthy):
			return found, p.Health == what
		}
		return "no test knows these words", false
	}
	return "no such provider", false
}
