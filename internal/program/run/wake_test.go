package run

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"gatewatch/internal/core/event"
)

// TestTheFirstLinkWakesTheOthers: after a Core that was gone for long every hub
// is back within moments of the first, though each waits up to a minute between
// two attempts.
func TestTheFirstLinkWakesTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &day{t: t, town: openTown(t, office+traffic), witness: newWitness()}
		d.start()
		time.Sleep(lead)
		links := func() (up, down int) {
			snap, err := d.program.Load().engine.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range snap.Live.Links {
				switch {
				case l.Plane != string(event.PlaneCore) || l.Class == "unsupported":
				case l.State == string(event.LinkConnected):
					up++
				default:
					down++
				}
			}
			return up, down
		}
		all, _ := links()
		d.town.do("listen off core")
		time.Sleep(30 * time.Minute)
		if up, down := links(); up != 0 || down != all {
			t.Fatalf("%d of %d are up beside a Core that is gone", up, all)
		}
		d.town.do("listen on core")
		var first time.Duration
		for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
			up, down := links()
			if up > 0 && first == 0 {
				first = time.Since(began)
			}
			if down == 0 {
				t.Logf("the first after %v, all %d after %v", first, up, time.Since(began))
				if late := time.Since(began) - first; late > 5*time.Second || first > time.Minute {
					t.Errorf("all are back %v after the first, that after %v", late, first)
				}
				break
			}
			if time.Since(began) > 5*time.Minute {
				t.Fatalf("%d are not back", down)
			}
		}
		if err := d.program.Load().stack.Unwind(context.Background()); err != nil {
			t.Error(err)
		}
		if err := d.town.gate.Close(); err != nil {
			t.Error(err)
		}
	})
}
