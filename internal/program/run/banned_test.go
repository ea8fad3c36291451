package run

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gatewatch/internal/core/state"
)

// TestABannedAddressIsSaidToBe: somebody else's wrong keys got our address
// banned. The hub says so and not that the key may not use it, is tried once
// when the ban is over, and the key needs not be typed in again.
func TestABannedAddressIsSaidToBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &day{t: t, town: openTown(t, office+traffic), witness: newWitness()}
		d.start()
		time.Sleep(lead)
		hub := string(the) + "/admin-notifications"
		link := func() state.Link {
			snap, err := d.program.Load().engine.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return snap.Live.Links[hub]
		}
		if l := link(); l.State != "connected" {
			t.Fatalf("at first %s: %s", l.State, l.Cause)
		}
		d.town.do("ban 30m", "admin-notifications drop")
		time.Sleep(10 * time.Second)
		first := link()
		const says = "banned by the gateway for up to 30 min after wrong keys, not necessarily ours"
		if first.State != "error" || !strings.Contains(first.Cause, says) {
			t.Errorf("%s: %q", first.State, first.Cause)
		}
		time.Sleep(25 * time.Minute)
		if l := link(); l.Attempt != first.Attempt || l.State != "error" {
			t.Errorf("during the ban: attempt %d after %d, %s", l.Attempt, first.Attempt, l.State)
		}
		time.Sleep(11 * time.Minute)
		if l := link(); l.State != "connected" {
			t.Errorf("after the ban: %s: %s, again at %v", l.State, l.Cause, l.NextAt)
		}
		said := false
		for _, s := range d.witness.screen.said {
			said = said || strings.Contains(s.Body, says)
		}
		if !said {
			t.Error("no notice says it")
		}
		if err := d.program.Load().stack.Unwind(context.Background()); err != nil {
			t.Error(err)
		}
		if err := d.town.gate.Close(); err != nil {
			t.Error(err)
		}
	})
}
