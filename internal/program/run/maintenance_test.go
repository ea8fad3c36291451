//go:build unix

package run_test

import (
	"testing"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/tools/demo"
)

// TestMaintenanceIsPlannedOnce: the same window again is the one that is there.
func TestMaintenanceIsPlannedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.profile(serve(t, demo.Options{Scenario: "calm"}))
	p := d.watch()
	from := time.Now().Add(time.Hour).Truncate(time.Minute)
	m := alert.Maintenance{From: from, To: from.Add(time.Hour), Note: "disks"}
	other := m
	other.Weekly = true
	for _, one := range []alert.Maintenance{m, m, other, m} {
		if err := p.AddMaintenance(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	if all, err := p.Maintenance(t.Context()); err != nil || len(all) != 2 {
		t.Errorf("%d windows are planned: %+v %v", len(all), all, err)
	}
}
