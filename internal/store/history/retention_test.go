package history

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

func TestRetentionChangesAtOnce(t *testing.T) {
	o := testOptions()
	o.MaintenanceInterval = 24 * time.Hour // the maintainer sleeps
	o.Now = func() time.Time { return start.Add(48 * time.Hour) }
	db := openNew(t, o)
	for n := 1; n <= 500; n++ {
		db.Record(spent(n))
	}
	flush(t, db)
	if s := must[Stats](t)(db.Stats(t.Context())); s.Events != 500 {
		t.Fatalf("%d events before", s.Events)
	}
	db.SetRetention(Retention{Events: 24 * time.Hour, Rollups: 400 * 24 * time.Hour, MaxBytes: 1 << 30})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		s := must[Stats](t)(db.Stats(t.Context()))
		if s.Events == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d events are left", s.Events)
		}
	}
}

func TestWipeLeavesWhatTheNextRunNeeds(t *testing.T) {
	o := testOptions()
	o.Now = func() time.Time { return start.Add(72 * time.Hour) }
	db := openNew(t, o)
	for n := 1; n <= 300; n++ {
		db.Record(spent(n))
	}
	open := Alert{Fingerprint: "open", Incident: "open", Rule: "r", Severity: event.SeverityWarning, Status: "firing", Since: start, UpdatedAt: start}
	over := open
	over.Fingerprint, over.Status, over.EndedAt = "over", "resolved", start.Add(time.Hour)
	db.PutAlert(open)
	db.PutAlert(over)
	db.PutMemory([]Change{{ID: "1", Gateway: "prod", At: start, Entity: "virtual_key"}}, []Kept{{Gateway: "prod", Name: "picture", At: start}})
	db.AddDecision(Decision{Fingerprint: "over", Incident: "over", At: start, Reason: "told"})
	db.AddDecision(Decision{Fingerprint: "open", Incident: "open", At: start, Reason: "told", Notified: true})
	db.AddTimeline(TimelineEntry{Incident: "open", Fingerprint: "open", At: start, What: "fired"})
	lasts := func() IncidentSummary {
		flush(t, db)
		return must[[]IncidentSummary](t)(db.Incidents(t.Context(), IncidentQuery{ID: "open"}))[0]
	}
	if one := lasts(); !one.Kept || one.Notified != 1 {
		t.Errorf("before: %+v", one)
	}
	if _, err := db.LogIntended(t.Context(), Notification{Fingerprint: "open", Severity: event.SeverityWarning, IntendedAt: start}); err != nil {
		t.Fatal(err)
	}
	if err := db.Wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if one := lasts(); one.Kept {
		t.Errorf("whether anybody was told of it is not kept: %+v", one)
	}
	s := must[Stats](t)(db.Stats(t.Context()))
	left := must[Page](t)(db.Events(t.Context(), Query{}))
	if s.Events != 1 || len(left.Events) != 1 || left.Events[0].Seq != 300 {
		t.Errorf("%d events, want the newest alone", s.Events)
	}
	alerts := must[[]Alert](t)(db.Alerts(t.Context(), AlertQuery{}))
	if len(alerts) != 1 || alerts[0].Fingerprint != "open" {
		t.Errorf("alerts left: %+v", alerts)
	}
	if said := must[[]Notification](t)(db.LastNotifications(t.Context(), start.Add(-time.Hour))); len(said) != 1 {
		t.Errorf("the log of notifications has %d entries, want 1: else they would be told again", len(said))
	}
	if d := must[[]Decision](t)(db.Decisions(t.Context(), "over", 10)); len(d) != 0 {
		t.Errorf("decisions left: %+v", d)
	}
	if c := must[[]Change](t)(db.Changes(t.Context(), "", Range{}, 0)); len(c) != 0 {
		t.Errorf("changes left: %+v", c)
	}
	if _, err := db.Kept(t.Context(), "prod", "picture"); err != nil {
		t.Errorf("what the next run begins with: %v", err)
	}
	var hours int
	if err := db.reader().QueryRowContext(t.Context(), "SELECT count(*) FROM spend_hour").Scan(&hours); err != nil || hours != 0 {
		t.Errorf("%d hours of old spend left, %v", hours, err)
	}
}
