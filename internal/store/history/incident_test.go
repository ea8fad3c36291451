package history

import (
	"errors"
	"testing"
	"time"
)

// TestWhatWaitsMovesNoIncident: an alert that waits to be raised, or did in vain, is none of an
// incident, and one that was raised before is over since then: neither its end nor its beginning
// moves because it nearly came back.
func TestWhatWaitsMovesNoIncident(t *testing.T) {
	db := openNew(t, testOptions())
	ctx := t.Context()
	end := start.Add(time.Minute)
	db.PutAlert(Alert{Fingerprint: "key", Incident: "key", Title: "The master key was refused", Since: start, EndedAt: end, Status: "resolved"})
	db.AddTimeline(TimelineEntry{Incident: "key", Fingerprint: "key", At: start, What: "fired"})
	db.AddTimeline(TimelineEntry{Incident: "key", Fingerprint: "key", At: end, What: "resolved"})
	// A pause that the key explains was dropped at the next start.
	db.PutAlert(Alert{Fingerprint: "pause", Incident: "key", Title: "updates paused", Since: start, EndedAt: start.Add(time.Hour), Status: "ok"})
	db.AddTimeline(TimelineEntry{Incident: "key", Fingerprint: "pause", At: start, What: "began"})
	// It nearly stopped answering once more.
	for i, status := range []string{"pending", "ok"} {
		id := "down" + string(rune('0'+i))
		a := Alert{Fingerprint: id, Incident: id, Title: "prod does not answer", Since: start.Add(time.Hour), Status: status}
		if status == "ok" {
			a.EndedAt = start.Add(time.Hour)
		}
		db.PutAlert(a)
		db.AddTimeline(TimelineEntry{Incident: id, Fingerprint: id, At: start, What: "fired"})
		db.AddTimeline(TimelineEntry{Incident: id, Fingerprint: id, At: end, What: "resolved"})
		db.AddTimeline(TimelineEntry{Incident: id, Fingerprint: id, At: start.Add(time.Hour), What: "began"})
	}
	db.PutAlert(Alert{Fingerprint: "none", Incident: "none", Title: "lab does not answer", Since: start, EndedAt: end, Status: "ok"})
	flush(t, db)
	for _, id := range []string{"key", "down0", "down1"} {
		list := must[[]IncidentSummary](t)(db.Incidents(ctx, IncidentQuery{ID: id}))
		if len(list) != 1 {
			t.Fatalf("%s: %+v", id, list)
		}
		one := must[Incident](t)(db.Incident(ctx, id))
		if s := list[0]; !s.Since.Equal(start) || !s.EndedAt.Equal(end) || s.Alerts != 1 || !s.Again.IsZero() ||
			!one.Since.Equal(start) || !one.EndedAt.Equal(end) || len(one.Alerts) != 1 || !one.Again.IsZero() {
			t.Errorf("%s: %+v, of its own %+v", id, s, one)
		}
		if title := list[0].Title; id != "key" && (title != "prod did not answer" || one.Title != title) {
			t.Errorf("%s is called %q, %q", id, title, one.Title)
		}
	}
	if _, err := db.Incident(ctx, "none"); !errors.Is(err, ErrNotFound) {
		t.Errorf("what never was: %v", err)
	}
}
