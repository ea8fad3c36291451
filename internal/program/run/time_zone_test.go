package run

import "testing"

func TestAChangedTimeZoneIsSaid(t *testing.T) {
	t.Setenv("TZ", "Europe/Berlin")
	began := systemZone()
	if f := zoneCondition(began, systemZone()); f.Title != "" {
		t.Errorf("nothing changed: %+v", f)
	}
	t.Setenv("TZ", "America/Lima")
	if f := zoneCondition(began, systemZone()); f.Title == "" || f.Text == "" || f.ID != "zone" {
		t.Errorf("it changed: %+v", f)
	}
	t.Setenv("TZ", "Europe/Berlin")
	if f := zoneCondition(began, systemZone()); f.Title != "" || f.ID != "zone" {
		t.Errorf("it is as it was: %+v", f)
	}
}
