//go:build unix

package run_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/program/run"
	"gatewatch/internal/tools/demo"
)

// These tests run the whole against the demo of the real gateway, which tells
// next to nothing on its hubs.

// What no hub tells comes from the lists: keys, groups, providers and mappings
// at once, spend as the log grows. One refused key of a provider is exactly
// one critical notification, within one poll interval.
func TestRealGatewaySwitchesAProviderOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := serve(t, demo.Options{Scenario: "provider-401", Speed: 4})
	d.profile(g)
	p := d.watch()
	p.await("the snapshot", func(live *state.Live) bool {
		group := live.Groups["prod/1"]
		return len(live.Keys) == 2 && len(live.Providers) == 2 && live.Nav["prod/model_mapping"].Count == 3 &&
			group.Name == "Platform" && group.Credits == event.Known(250*event.PerUSD) && group.Balance.Or(999*event.PerUSD) < 209*event.PerUSD
	})
	live := p.await("spend of the log", func(live *state.Live) bool { return len(live.Transactions) > 3 })
	for _, x := range live.Transactions {
		if x.Amount <= 0 || x.Model == "" {
			t.Errorf("a spend is shown as %+v", x)
		}
	}
	if told := of[*event.SpendRecorded](p.events); len(told) == 0 {
		t.Error("no spend was recorded")
	}
	p.awaitFor(2*patience, "a critical notice", func(*state.Live) bool { return d.criticals() > 0 })
	at := time.Now()
	off := switchedOff(t, g, "openai")
	if late := at.Sub(off); late > 30*time.Second+5*time.Second { // one interval, and gathering what is told
		t.Errorf("told %v after the gateway switched it off", late)
	}
	if said := d.said(); !slices.ContainsFunc(said, func(s string) bool {
		return strings.HasPrefix(s, "critical new: ") && strings.Contains(s, "openai was switched off")
	}) {
		t.Errorf("told: %q", said)
	}
	// An administrator switches it on again 40 s later; until that is seen it
	// was read several times that it is off.
	p.awaitFor(2*patience, "on again", func(live *state.Live) bool { return live.Providers["prod/2"].Health != "unhealthy" })
	if n := d.criticals(); n != 1 {
		t.Errorf("%d critical notices: %q", n, d.said())
	}
	for _, l := range p.snapshot().Live.Links {
		if l.BadFrames > 0 || l.Unrecognised > 0 {
			t.Errorf("link %+v", l)
		}
	}
}

// criticals is how many critical notifications were told.
func (d *desk) criticals() (n int) {
	for _, said := range d.said() {
		if strings.HasPrefix(said, "critical ") {
			n++
		}
	}
	return n
}

// switchedOff reads when a provider was last changed, from the gateway itself.
func switchedOff(t *testing.T, g *demo.Gateway, name string) time.Time {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.AdminURL()+"/api/ProviderCredentials", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-API-Key", masterKey)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var list []struct {
		ProviderName string
		IsEnabled    bool
		UpdatedAt    time.Time
	}
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if p.ProviderName == name && !p.IsEnabled {
			return p.UpdatedAt
		}
	}
	t.Fatalf("%s is not switched off: %+v", name, list)
	return time.Time{}
}

// The built-in demo is the real gateway's, with several of its keys.
func TestDemoIsTheRealGateway(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.start(run.Target{Demo: true})
	live := p.await("the snapshot and four keys of our own", func(live *state.Live) bool {
		return len(p.ownKeys()) == 4 && connected(live) &&
			len(live.Groups) == 4 && len(live.Keys) == 9 && len(live.Providers) == 5 && len(live.Transactions) > 0
	})
	if g := live.Gateways["demo"]; g.Overall != string(event.LinkConnected) || !g.Demo {
		t.Errorf("the gateway is shown as %+v", g)
	}
	for _, l := range live.Links {
		if missing := l.Hub == "navigation-state" || l.Hub == "model-discovery" || l.Class == "idle"; !missing && l.State != string(event.LinkConnected) {
			t.Errorf("link %+v", l)
		}
	}
}

// ownKeys are the keys that told of themselves on the hub that each key has.
func (p *program) ownKeys() map[event.KeyID]bool {
	p.events.mu.Lock()
	defer p.events.mu.Unlock()
	keys := map[event.KeyID]bool{}
	for _, e := range p.events.got {
		if k, ok := e.Body.(event.KeyRead); ok && e.Source.Name == "virtual-key-management" {
			keys[k.Key] = true
		}
	}
	return keys
}
