//go:build unix

package run_test

import (
	"os"
	"testing"
	"time"

	"gatewatch/internal/core/state"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
)

// TestARestartKeepsAlerts: what was open before the program was ended, or killed, is the same
// afterwards: begun when it began, acknowledged if it was, in its words, and not told again.
// That the program takes its own connections down ends nothing.
func TestARestartKeepsAlerts(t *testing.T) {
	t.Setenv(run.EnvVirtualKey, virtualKey+",vk-that-nobody-knows")
	d := newDesk(t)
	g := serve(t, demo.Options{Script: script(t, rememberedWorld)})
	d.profile(g)
	p := d.watch()
	of := func(live *state.Live, rule string) (found state.AlertLine) {
		for _, a := range live.Alerts {
			if a.Rule == rule && a.Status == "firing" && a.Severity != "info" {
				found = a
			}
		}
		return found
	}
	p.await("a key is refused", func(live *state.Live) bool {
		return of(live, "gateway.auth").Notified && len(live.Keys) == 4 && len(live.Providers) == 2 && len(live.Groups) == 2
	})
	do(t, g, "upstream openai 401", "chat api cost=0.02", "upstream openai ok", "key delete spare")
	rules := []string{"gateway.auth", "provider.switched_off", "key.deleted"}
	look := func(live *state.Live) bool {
		for _, rule := range rules {
			if a := of(live, rule); a.ID == "" || a.InhibitedBy != "" || a.Stale {
				return false
			}
		}
		return true
	}
	asked := time.Now()
	p.await("what is deleted and switched off is told", func(live *state.Live) bool {
		if now := time.Now(); now.Sub(asked) > time.Second {
			asked = now
			if err := p.Refresh("prod"); err != nil {
				t.Fatal(err)
			}
		}
		return look(live) && of(live, "key.deleted").Notified && of(live, "provider.switched_off").Notified
	})
	live := p.snapshot().Live
	if err := p.Acknowledge(t.Context(), of(&live, "gateway.auth").ID, "known"); err != nil {
		t.Fatal(err)
	}
	before := p.await("it is acknowledged", func(live *state.Live) bool { return of(live, "gateway.auth").Acked })
	same := func(p *program, how string) {
		t.Helper()
		time.Sleep(5 * time.Second) // connections are made, lists are read, and who tells would have told
		live := p.awaitFor(2*patience, how+": all is read", func(live *state.Live) bool { return look(live) })
		for _, rule := range rules {
			was, is := of(&before, rule), of(&live, rule)
			if is.ID != was.ID || is.Since != was.Since || is.Acked != was.Acked || is.Title != was.Title || is.Body != was.Body || !is.Notified {
				t.Errorf("%s: %s was %+v and is %+v", how, rule, was, is)
			}
		}
	}
	told := d.said()
	if err := p.History().Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	killed := newDesk(t) // has what is on the disk when the other one is killed
	killed.profile(g)
	from, to := config.PathsIn(d.home), config.PathsIn(killed.home)
	if err := to.Make(); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "-wal"} {
		data, err := os.ReadFile(from.History + end)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to.History+end, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p.stop()
	same(d.watch(), "ended")
	if now := d.said(); len(now) != len(told) {
		t.Errorf("told again after it was ended: %q", now[len(told):])
	}
	same(killed.watch(), "killed")
	if now := killed.said(); len(now) > 0 {
		t.Errorf("told again after it was killed: %q", now)
	}
}
