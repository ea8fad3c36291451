//go:build unix

package run_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/cause"
	"gatewatch/internal/core/state"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
)

// A provider fails after its credential was replaced, amid a mark and another price:
// the credential is first among the causes, with who is hit by it.
func TestCausesOfAnAlert(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := serve(t, demo.Options{Script: script(t, rememberedWorld)})
	for range 5 {
		do(t, g, "chat api cost=0.02", "chat notebook cost=0.3")
	}
	d.profile(g, quickly)
	p := d.watch()
	p.await("prices and credentials", func(live *state.Live) bool {
		return connected(live) && live.PollTargets["prod/rest:costs"].Outcome == "good" && len(live.Providers["prod/1"].Aliases) == 1
	})
	if _, running, err := run.SetMark(t.Context(), config.PathsIn(d.home), "deploy web 1.4", "prod", time.Now()); err != nil || !running {
		t.Fatalf("running %v: %v", running, err)
	}
	p.await("the mark", func(live *state.Live) bool {
		return slices.ContainsFunc(slices.Collect(maps.Values(live.Changes)), func(c state.Change) bool { return c.Entity == state.EntityMark && c.Name == "deploy web 1.4" })
	})
	do(t, g, "mapping update bulk price=0.2/0.4", "provider rotate-key openai", "upstream openai 401")
	for range 4 {
		do(t, g, "chat api cost=0.02")
	}
	if err := p.Refresh("prod"); err != nil {
		t.Fatal(err)
	}
	var about state.AlertLine
	p.awaitFor(2*patience, "an alert about the provider", func(live *state.Live) bool {
		for _, a := range live.Alerts {
			if a.EntityKind == "provider" && a.Entity == "1" && a.Category == "provider" {
				about = a
				return true
			}
		}
		return false
	})
	p.awaitFor(2*patience, "the credential among the changes", func(live *state.Live) bool {
		return slices.ContainsFunc(slices.Collect(maps.Values(live.Changes)), func(c state.Change) bool { return c.Entity == "provider_credential" })
	})
	if err := p.History().Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := p.Causes(t.Context(), about.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range got.Candidates {
		t.Logf("%.2f %s %v", c.Likely, c.Title, c.Why)
	}
	if len(got.Candidates) == 0 || got.Candidates[0].Title != "Credential openai: primary was updated: apiKey ***0001 → ***1001" {
		t.Errorf("the first is not the credential")
	}
	if !slices.ContainsFunc(got.Candidates, func(x cause.Candidate) bool { return x.Title == "deploy web 1.4" }) {
		t.Error("the mark is not among them")
	}
	h := got.Hit
	if !h.Known || len(h.Models) != 1 || h.Models[0].Fallback || len(h.Keys) != 2 || h.PerHour == 0 || h.Alone != h.PerHour {
		t.Errorf("hit: %+v", h)
	}
}

// In the demo a deployment, a doubled price and a runaway key follow one another:
// of the loop the deployment is first among the causes.
func TestTheRunawayDemo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.start(run.Target{Demo: true, Scenario: "runaway"})
	var about state.AlertLine
	p.awaitFor(3*patience, "the loop", func(live *state.Live) bool {
		for _, a := range live.Alerts {
			if a.Rule == "spend.loop" && a.EntityKind == "key" && a.Entity == "2" {
				about = a
				return true
			}
		}
		return false
	})
	if err := p.Refresh("demo"); err != nil {
		t.Fatal(err)
	}
	p.awaitFor(2*patience, "the doubled price", func(live *state.Live) bool {
		return slices.ContainsFunc(slices.Collect(maps.Values(live.Changes)), func(c state.Change) bool { return c.Entity == "model_cost" })
	})
	got, err := p.Causes(t.Context(), about.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range got.Candidates {
		t.Logf("%.2f %s %v", c.Likely, c.Title, c.Why)
	}
	if n := len(got.Candidates); n < 2 || got.Candidates[0].Title != "deploy agent 2.3" || !slices.ContainsFunc(got.Candidates, func(x cause.Candidate) bool {
		return x.Kind == "change" && x.Title == "Price chat-default price was updated: inputCostPerMillionTokens $1.25 → $2.5"
	}) {
		t.Errorf("the deployment is not first, or the price is not listed")
	}
	p.awaitFor(patience, "that the price doubled", func(live *state.Live) bool {
		return slices.ContainsFunc(slices.Collect(maps.Values(live.Alerts)), func(a state.AlertLine) bool {
			return a.Rule == "price.raised" && a.Severity == "info" && a.Habit && a.Title == "chat-default price (price) is 2 times what it was"
		})
	})
	p.awaitFor(patience, "that the loop goes on", func(live *state.Live) bool { // loops are sought every five seconds
		return live.Alerts[about.ID].UpdatedAt > about.UpdatedAt+12_000
	})
	rehearseTheDemo(t, p)
}

// rehearseTheDemo holds what the rule would have done against what it did, and what it
// would do with another number.
func rehearseTheDemo(t *testing.T, p *program) {
	t.Helper()
	if err := p.History().Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	hour := time.Hour
	for _, c := range []struct {
		rule  string
		with  config.RuleOverride
		times int
		says  string
	}{
		{"spend.loop", config.RuleOverride{}, 1, ""},
		{"spend.loop", config.RuleOverride{For: &hour}, 0, ""},
		{"price.raised", config.RuleOverride{}, 1, ""},
		{"provider.degraded", config.RuleOverride{}, 0, ""},
	} {
		r, err := p.Rehearse(t.Context(), c.rule, c.with)
		// What fires in the minute after watching began is counted when that is over.
		for end := time.Now().Add(patience); err == nil && r.Times < c.times && time.Now().Before(end); r, err = p.Rehearse(t.Context(), c.rule, c.with) {
			time.Sleep(time.Second)
			_ = p.History().Flush(t.Context())
		}
		if err != nil || r.Times != c.times || r.Unknown != c.says || r.Cut {
			t.Errorf("%s, %v: %+v, %v", c.rule, c.with.For, r, err)
		}
		if c.rule == "spend.loop" && c.times == 1 && (len(r.Occasions) != 1 || r.Occasions[0].Title != "agent: unusual spend" || r.Notices != 1) {
			t.Errorf("the loop: %+v", r)
		}
		if r.Unknown == "" && (r.Watched <= 0 || r.Watched > time.Hour || time.Since(r.From) > time.Hour) {
			t.Errorf("%s: %s from %s on are said to be watched", c.rule, r.Watched, r.From)
		}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := p.Rehearse(over, "spend.loop", config.RuleOverride{}); err != nil || r.Unknown != "It was stopped." {
		t.Errorf("stopped before anything was read: %+v, %v", r, err)
	}
}
