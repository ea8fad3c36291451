//go:build unix

package run_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
)

// TestSeveralGateways: one that has no key yet and one that refuses its key
// disturb no other; a key mends them; after a logout nothing is left but the
// name.
func TestSeveralGateways(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := config.Default()
	quickly(&s)
	gates := map[event.GatewayID]*demo.Gateway{}
	for _, id := range []event.GatewayID{"east", "north", "west"} {
		g := serve(t, demo.Options{Scenario: "calm"})
		gates[id] = g
		s.Profiles = append(s.Profiles, config.Profile{
			ID: id, Label: string(id), Connect: true, CoreURL: g.CoreURL(), AdminURL: g.AdminURL(),
		})
	}
	if _, _, err := config.Save(config.PathsIn(d.home).Settings, config.Default(), s); err != nil {
		t.Fatal(err)
	}
	p := d.start(run.Target{})
	of := func(live *state.Live, id event.GatewayID) state.Gateway { return live.Gateways[string(id)] }
	p.await("none has a key", func(live *state.Live) bool {
		return of(live, "east").Core == "error" && of(live, "north").Core == "error" && of(live, "west").Core == "error"
	})
	keys := func(id event.GatewayID, virtual string) {
		t.Helper()
		if err := p.SetKeys(t.Context(), id, secret.New(virtual), secret.New(masterKey)); err != nil {
			t.Fatal(err)
		}
	}
	up := func(id event.GatewayID) func(*state.Live) bool {
		return func(live *state.Live) bool {
			return of(live, id).Overall == "connected" && slices.ContainsFunc(slices.Collect(maps.Values(live.Keys)), func(k state.KeySpend) bool {
				return k.Gateway == string(id)
			})
		}
	}
	keys("east", virtualKey)
	keys("west", "vk-wrong")
	p.await("east is up, with nothing left of having had no key", up("east"))
	p.await("west refuses", func(live *state.Live) bool {
		return of(live, "west").Core == "error" && of(live, "west").Admin == "connected"
	})
	keys("north", virtualKey)
	live := p.await("north is up", up("north"))
	if w := of(&live, "west"); w.Core != "error" || !strings.Contains(w.Cause, "does not accept this key") {
		t.Errorf("west is shown as %+v", w)
	}
	keys("west", virtualKey)
	p.await("west is let in", up("west"))
	if err := p.ForgetKeys(t.Context(), "east"); err != nil && !strings.Contains(err.Error(), "no keychain") {
		t.Fatal(err) // this desk has no keychain, and says so last
	}
	live = p.await("nothing is left of east", func(live *state.Live) bool {
		for _, l := range live.Links {
			if l.Gateway == "east" {
				return false
			}
		}
		return of(live, "east").Overall == "disconnected"
	})
	for _, k := range live.Keys {
		if k.Gateway == "east" {
			t.Errorf("%s is still shown", k.ID)
		}
	}
	if len(live.Gateways) != 3 || of(&live, "north").Overall != "connected" || of(&live, "west").Overall != "connected" {
		t.Errorf("the others are %+v", live.Gateways)
	}
	joined := gates["east"].Stats()["spend"].Connects
	if err := p.Connect("east"); err == nil {
		t.Error("east is connected without a key")
	}
	if now := gates["east"].Stats()["spend"].Connects; now != joined {
		t.Errorf("after the logout it was connected %d times more", now-joined)
	}
}

// TestTwoGatewaysHaveTwoNames: a name that another gateway has is refused, and one
// that has it already can still be changed otherwise.
func TestTwoGatewaysHaveTwoNames(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.profile(serve(t, demo.Options{Scenario: "calm"}))
	p := d.watch()
	other := config.Profile{Label: " Prod", CoreURL: "http://127.0.0.1:1"}
	if _, err := p.SaveProfile(t.Context(), other, secret.String{}, secret.String{}); err == nil || !strings.Contains(err.Error(), "Another gateway has this name") {
		t.Errorf("a second one of one name: %v", err)
	}
	other.Label = "staging"
	saved, err := p.SaveProfile(t.Context(), other, secret.String{}, secret.String{})
	if err != nil {
		t.Fatal(err)
	}
	saved.Label = "prod"
	if _, err := p.SaveProfile(t.Context(), saved, secret.String{}, secret.String{}); err == nil {
		t.Error("it is called as the other one afterwards")
	}
	saved.Label, saved.Colour = "staging", "cyan"
	if _, err := p.SaveProfile(t.Context(), saved, secret.String{}, secret.String{}); err != nil {
		t.Errorf("its colour: %v", err)
	}
}

// TestAKeyThatIsThereIsNamed: by what people call it, and by where it is kept.
func TestAKeyThatIsThereIsNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.profile(serve(t, demo.Options{Scenario: "calm"}))
	p := d.watch()
	other := config.Profile{Label: "other", CoreURL: "http://127.0.0.1:1"}
	saved, err := p.SaveProfile(t.Context(), other, secret.New("vk-1"), secret.String{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.AddKey(t.Context(), saved.ID, "", secret.New("vk-1"))
	f := fault.Of(err)
	if f == nil || f.Message != "This key is there already, as “key 1”." || len(f.Fields) != 1 || f.Fields[0].Path != "virtual_keys.1" {
		t.Errorf("it says %+v", f)
	}
}
