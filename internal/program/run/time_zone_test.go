package run

import "testing"

func TestAChangedTimeZoneIsSaid(t *testing.T) {
	const began = "/usr/share/zoneinfo/Europe/Berlin"
	if f := zoneCondition(began, began); f.Title != "" {
		t.Errorf("nothing changed: %+v", f)
	}
	if f := zoneCondition(began, "/usr/share/zoneinfo/America/Lima"); f.Title == "" || f.Text == "" || f.ID != "zone" {
		t.Errorf("it changed: %+v", f)
	}
	if f := zoneCondition(began, began); f.Title != "" || f.ID != "zone" {
		t.Errorf("it is as it was: %+v", f)
	}
}
