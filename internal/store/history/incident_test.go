package history

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestWhatWaitsMovesNoIncident: an alert that waits to be raised, or did in vain, is none of an
// incident, and one that was raised before is over since then: neither its end nor its beginning
// moves because it nearly came back.
func TestWhatWaitsMovesNoIncident(t *testing.T) {
	db := openNew(t, testOptions())
	end := start.Add(time.Minute)
	for i, status := range []string{"pending", "ok"} {
		id := "down" + string(rune('0'+i))
		a := Alert{Fingerprint: id, Incident: id + ".1", Spell: 1, Title: "prod did not answer", Since: start, EndedAt: end, Status: "resolved"}
		db.PutAlert(a)
		db.AddTimeline(TimelineEntry{Incident: id + ".1", Fingerprint: id, At: start, What: "fired"})
		db.AddTimeline(TimelineEntry{Incident: id + ".1", Fingerprint: id, At: end, What: "resolved"})
		a.Spell, a.Incident, a.Title, a.Since, a.EndedAt, a.Status = 2, "", "prod does not answer", start.Add(time.Hour), time.Time{}, status
		if status == "ok" {
			a.EndedAt = start.Add(time.Hour)
		}
		db.PutAlert(a)
		db.AddTimeline(TimelineEntry{Fingerprint: id, At: start.Add(time.Hour), What: "began"})
		db.AddTimeline(TimelineEntry{Fingerprint: id, At: start.Add(time.Hour), What: "dropped"})
	}
	db.PutAlert(Alert{Fingerprint: "none", Title: "lab does not answer", Since: start, EndedAt: end, Status: "ok"})
	flush(t, db)
	for _, id := range []string{"down0", "down1"} {
		list := must[[]IncidentSummary](t)(db.Incidents(t.Context(), IncidentQuery{ID: id + ".1"}))
		one := must[Incident](t)(db.Incident(t.Context(), id))
		if len(list) != 1 {
			t.Fatalf("%s: %+v", id, list)
		}
		if s := list[0]; !s.Since.Equal(start) || !s.EndedAt.Equal(end) || s.Alerts != 1 || s.Title != "prod did not answer" ||
			!one.Since.Equal(start) || !one.EndedAt.Equal(end) || len(one.Alerts) != 1 || one.Title != s.Title || len(one.Timeline) != 2 {
			t.Errorf("%s: %+v, of its own %+v", id, s, one)
		}
	}
	if _, err := db.Incident(t.Context(), "none"); !errors.Is(err, ErrNotFound) {
		t.Errorf("what never was: %v", err)
	}
}

// TestAClosedIncidentStays: that an alert comes back, says something else and is notified of once more changes
// nothing of the incident that it was before.
func TestAClosedIncidentStays(t *testing.T) {
	db := openNew(t, testOptions())
	raise := func(n int64, id, title string, at time.Time) {
		a := Alert{Fingerprint: "key", Spell: n, Incident: id, Title: title, Since: at, Status: "firing"}
		db.PutAlert(a)
		db.AddTimeline(TimelineEntry{Incident: id, Fingerprint: "key", At: at, What: "fired"})
		db.AddDecision(Decision{Fingerprint: "key", Incident: "key", At: at, Reason: "first", Notified: true})
		db.AddDecision(Decision{Fingerprint: "key", Incident: "key", At: at.Add(time.Second), Reason: "in front"})
		db.AddDecision(Decision{Fingerprint: "key", Incident: "key", At: at.Add(time.Minute), Reason: "ended"})
		a.Status, a.EndedAt = "resolved", at.Add(3*time.Minute)
		db.PutAlert(a)
		db.AddTimeline(TimelineEntry{Incident: id, Fingerprint: "key", At: a.EndedAt, What: "resolved"})
		flush(t, db)
	}
	shown := func(id string) (IncidentSummary, Incident) {
		for _, s := range must[[]IncidentSummary](t)(db.Incidents(t.Context(), IncidentQuery{InWindow: "in front"})) {
			if s.ID == id {
				s.lead = titled{}
				return s, must[Incident](t)(db.Incident(t.Context(), id))
			}
		}
		t.Fatalf("no incident %s", id)
		return IncidentSummary{}, Incident{}
	}
	raise(1, "key.a", "This address was banned", start)
	was, story := shown("key.a")
	if was.Alerts != 1 || was.Notified != 1 || was.InWindow != 1 || len(story.Timeline) != 2 || len(story.Decisions) != 3 {
		t.Fatalf("%+v, %+v", was, story)
	}
	raise(2, "key.b", "The master key was refused", start.Add(19*time.Minute))
	is, after := shown("key.a")
	if is != was {
		t.Errorf("it was %+v, and is %+v", was, is)
	}
	if diff := cmp.Diff(story, after); diff != "" {
		t.Error(diff)
	}
	if newest := must[Incident](t)(db.Incident(t.Context(), "key")); newest.ID != "key.b" || len(newest.Decisions) != 3 {
		t.Errorf("of the alert: %+v", newest)
	}
}

// TestAnIncidentIsCalledByItsCause: and not by what is as grave and was only held back by it.
func TestAnIncidentIsCalledByItsCause(t *testing.T) {
	db := openNew(t, testOptions())
	put := func(id, title string, severity int) {
		db.PutAlert(Alert{Fingerprint: id, Incident: "cause.1", Title: title, Since: start, Severity: severityOf(severity), Status: "firing"})
	}
	put("a", "Research has used 92 %", 3)
	put("cause", "prod does not answer", 2)
	flush(t, db)
	list := must[[]IncidentSummary](t)(db.Incidents(t.Context(), IncidentQuery{}))
	one := must[Incident](t)(db.Incident(t.Context(), "cause.1"))
	if len(list) != 1 || list[0].Title != "prod does not answer" || list[0].Alert != "cause" || one.Title != list[0].Title || list[0].Severity != severityOf(3) {
		t.Errorf("%+v, of its own %+v", list, one)
	}
}
