package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatewatch/internal/core/event"
)

func TestSaidLog(t *testing.T) {
	db := openNew(t, testOptions())
	ctx := t.Context()
	first := Notification{Fingerprint: "f1", Period: "topup:9", Severity: event.SeverityCritical, IntendedAt: start, Body: json.RawMessage(`{"a":1}`)}
	id := must[int64](t)(db.LogIntended(ctx, first))
	first.ID = id
	if diff := cmp.Diff([]Notification{first}, must[[]Notification](t)(db.UndeliveredNotifications(ctx))); diff != "" {
		t.Error(diff)
	}
	second := must[int64](t)(db.LogIntended(ctx, Notification{Fingerprint: "f2"}))
	if err := db.LogDelivered(ctx, id, start.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := db.LogDelivered(ctx, id, start.Add(time.Hour)); err != nil { // changes nothing
		t.Fatal(err)
	}
	if err := db.LogGivenUp(ctx, id, "late"); err != nil { // neither
		t.Fatal(err)
	}
	if err := db.LogGivenUp(ctx, second, "digest"); err != nil {
		t.Fatal(err)
	}
	if left := must[[]Notification](t)(db.UndeliveredNotifications(ctx)); len(left) != 0 {
		t.Errorf("undelivered: %+v", left)
	}
	reminder := must[int64](t)(db.LogIntended(ctx, Notification{Fingerprint: "f1", IntendedAt: start.Add(4 * time.Hour)}))
	last := must[[]Notification](t)(db.LastNotifications(ctx, start))
	if len(last) != 2 || last[0].ID != second || last[0].GivenUp != "digest" || last[1].ID != reminder {
		t.Errorf("last: %+v", last)
	}
	all := must[[]Notification](t)(db.NotificationsOf(ctx, "f1"))
	if len(all) != 2 || !all[1].DeliveredAt.Equal(start.Add(time.Second)) || all[1].GivenUp != "" {
		t.Errorf("all of f1: %+v", all)
	}
	for _, err := range []error{db.LogDelivered(ctx, 99, start), db.LogGivenUp(ctx, 99, "x")} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("an unknown telling: %v", err)
		}
	}
}

// TestOneBadCommandAmongMany: commands that share a commit do not share
// failures.
func TestOneBadCommandAmongMany(t *testing.T) {
	db := openNew(t, testOptions())
	var all sync.WaitGroup
	for n := range 200 {
		all.Go(func() {
			if n%3 == 0 {
				if err := db.LogDelivered(t.Context(), int64(10_000+n), start); !errors.Is(err, ErrNotFound) {
					t.Errorf("%d: %v", n, err)
				}
				return
			}
			if _, err := db.LogIntended(t.Context(), Notification{Fingerprint: fmt.Sprint(n)}); err != nil {
				t.Errorf("%d: %v", n, err)
			}
		})
	}
	all.Wait()
	if left := must[[]Notification](t)(db.UndeliveredNotifications(t.Context())); len(left) != 133 {
		t.Errorf("%d of 133 were kept", len(left))
	}
}

func TestSilencesAndMetaOutliveAClose(t *testing.T) {
	path := t.TempDir() + "/history.db"
	db := open(t, path, testOptions())
	ctx := t.Context()
	silences := []Silence{
		{ID: "a", Scope: "gateway", Target: "prod", Gateway: "prod", CreatedAt: start, Until: start.Add(time.Hour), Critical: true, Note: "deploy", Body: json.RawMessage(`{"x":[1]}`)},
		{ID: "b", Scope: "instance", Target: "f1", CreatedAt: start.Add(time.Second)},
	}
	for _, all := range [][]Silence{{{ID: "old"}, {ID: "b"}}, silences} { // the second replaces the first
		if err := db.ReplaceSilences(ctx, all); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.SetMeta(ctx, "digest", "1"); err != nil {
		t.Fatal(err)
	}
	if err := db.SetMeta(ctx, "digest", "2"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path, testOptions())
	if diff := cmp.Diff(silences, must[[]Silence](t)(db.Silences(ctx))); diff != "" {
		t.Error(diff)
	}
	if v := must[string](t)(db.Meta(ctx, "digest")); v != "2" {
		t.Errorf("meta %q", v)
	}
	if _, err := db.Meta(ctx, "none"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	for range 2 { // twice is no error
		if err := db.ReplaceSilences(ctx, silences[1:]); err != nil {
			t.Fatal(err)
		}
	}
	if s := must[[]Silence](t)(db.Silences(ctx)); len(s) != 1 {
		t.Errorf("%v", s)
	}
}

// outage puts an incident of two alerts into db.
func outage(db *DB) []Alert {
	all := []Alert{
		{
			Fingerprint: "f1", Rule: "provider.degraded", Gateway: "prod", Category: "provider", EntityKind: "provider", Entity: "openai",
			Severity: event.SeverityWarning, Status: "resolved", Incident: "i1", Title: "openai is slow", Since: start,
			EndedAt: start.Add(time.Hour), UpdatedAt: start.Add(time.Hour), Body: json.RawMessage(`{"n":1}`),
		},
		{
			Fingerprint: "f2", Rule: "provider.unhealthy", Gateway: "prod", Category: "provider", EntityKind: "provider", Entity: "azure",
			Period: "e1", Severity: event.SeverityCritical, Status: "firing", Incident: "i1", Title: "azure is down | =1+1 <b>",
			Since: start.Add(time.Minute), UpdatedAt: start.Add(2 * time.Minute),
		},
	}
	for _, in := range all {
		early := in
		early.Status, early.EndedAt = "pending", time.Time{}
		db.PutAlert(early)
		db.PutAlert(in)
	}
	db.AddTimeline(TimelineEntry{Incident: "i1", Fingerprint: "f1", At: start, What: "firing", Severity: event.SeverityWarning, Text: "openai is slow"})
	db.AddTimeline(TimelineEntry{Incident: "i1", Fingerprint: "f2", At: start.Add(time.Minute), What: "firing", Severity: event.SeverityCritical, Text: "azure is down"})
	db.AddDecision(Decision{Fingerprint: "f1", Incident: "i1", At: start, Reason: "quiet_hours", Severity: event.SeverityWarning, Title: "Provider slow", Text: "openai"})
	db.AddDecision(Decision{Fingerprint: "f2", Incident: "i1", At: start.Add(time.Minute), Reason: "first", Notified: true, Severity: event.SeverityCritical, Title: "Provider down", Text: "azure"})
	return all
}

func TestIncidents(t *testing.T) {
	db := openNew(t, testOptions())
	want := outage(db)
	db.PutAlert(Alert{Fingerprint: "f3", Gateway: "test", Category: "spend", Incident: "i2", Since: start.Add(5 * time.Hour), EndedAt: start.Add(6 * time.Hour), Status: "resolved"})
	db.AddTimeline(TimelineEntry{Incident: "i2", Fingerprint: "f3", At: start.Add(5 * time.Hour), What: "acknowledged", Text: "credit was ordered, lorem ipsum"})
	flush(t, db)
	ctx := t.Context()
	if diff := cmp.Diff(want, must[[]Alert](t)(db.Alerts(ctx, AlertQuery{Incident: "i1"}))); diff != "" {
		t.Error(diff)
	}
	if open := must[[]Alert](t)(db.Alerts(ctx, AlertQuery{Open: true})); len(open) != 1 || open[0].Fingerprint != "f2" {
		t.Errorf("open: %+v", open)
	}
	in := must[Incident](t)(db.Incident(ctx, "i1"))
	if in.Severity != event.SeverityCritical || in.Title != want[1].Title || !in.Since.Equal(start) || !in.EndedAt.IsZero() ||
		len(in.Timeline) != 2 || len(in.Decisions) != 2 {
		t.Errorf("incident: %+v", in)
	}
	if of := must[Incident](t)(db.Incident(ctx, "f1")); of.ID != "i1" || len(of.Alerts) != 2 {
		t.Errorf("by an alert: %+v", of)
	}
	why := must[[]Decision](t)(db.Decisions(ctx, "f1", 0))
	if len(why) != 1 || why[0].Notified || why[0].Reason != "quiet_hours" || why[0].Text != "openai" {
		t.Errorf("why: %+v", why)
	}
	tests := []struct {
		q    IncidentQuery
		want []string
	}{
		{IncidentQuery{}, []string{"i2", "i1"}},
		{IncidentQuery{Open: true}, []string{"i1"}},
		{IncidentQuery{Gateway: "test"}, []string{"i2"}},
		{IncidentQuery{Category: "provider"}, []string{"i1"}},
		{IncidentQuery{To: start.Add(3 * time.Hour)}, []string{"i1"}},
		{IncidentQuery{From: start.Add(7 * time.Hour)}, []string{"i1"}}, // lasts
		{IncidentQuery{ID: "i2"}, []string{"i2"}},
		{IncidentQuery{Limit: 1}, []string{"i2"}},
		{IncidentQuery{Text: "slow OPENAI"}, []string{"i1"}},
		{IncidentQuery{Text: "slow %"}, []string{}},
		{IncidentQuery{Text: "ordered Lorem"}, []string{"i2"}},
	}
	for _, tt := range tests {
		got := []string{}
		for _, in := range must[[]IncidentSummary](t)(db.Incidents(ctx, tt.q)) {
			got = append(got, in.ID)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%+v: %s", tt.q, diff)
		}
	}
	sums := must[[]IncidentSummary](t)(db.Incidents(ctx, IncidentQuery{ID: "i1"}))
	sum := IncidentSummary{
		ID: "i1", Alert: "f2", Gateway: "prod", Category: "provider", Severity: event.SeverityCritical, Title: want[1].Title, Since: start,
		Alerts: 2, Notified: 1, Kept: true,
	}
	if diff := cmp.Diff([]IncidentSummary{sum}, sums, cmpopts.IgnoreUnexported(IncidentSummary{})); diff != "" {
		t.Error(diff)
	}
	// An alert that came back is another incident.
	db.PutAlert(Alert{Fingerprint: "f4", Spell: 1, Gateway: "test", Category: "spend", Incident: "f4.1", Since: start.Add(7 * time.Hour), EndedAt: start.Add(8 * time.Hour), Status: "resolved"})
	db.PutAlert(Alert{Fingerprint: "f4", Spell: 2, Gateway: "test", Category: "spend", Incident: "f4.2", Since: start.Add(9 * time.Hour), EndedAt: start.Add(10 * time.Hour), Status: "resolved"})
	// What waits is none yet, and a mere change of a setting is none at all.
	db.PutAlert(Alert{Fingerprint: "f5", Gateway: "test", Rule: "budget.pace", Incident: "i5", Since: start.Add(11 * time.Hour), Status: "pending"})
	db.PutAlert(Alert{Fingerprint: "f6", Gateway: "test", Rule: "config.changed", Severity: event.SeverityInfo, Incident: "i6", Since: start.Add(12 * time.Hour), Status: "firing"})
	db.PutAlert(Alert{Fingerprint: "f7", Gateway: "test", Category: "spend", Incident: "i7", Since: start.Add(8 * time.Hour), EndedAt: start.Add(10 * time.Hour), Status: "resolved"})
	flush(t, db)
	ids := []string{}
	for _, in := range must[[]IncidentSummary](t)(db.Incidents(ctx, IncidentQuery{Mere: []string{"key.changed", "config.changed"}})) {
		ids = append(ids, in.ID)
	}
	if diff := cmp.Diff([]string{"f4.2", "i7", "f4.1", "i2", "i1"}, ids); diff != "" {
		t.Error(diff)
	}
	for _, id := range []string{"", "none"} {
		if _, err := db.Incident(ctx, id); !errors.Is(err, ErrNotFound) {
			t.Errorf("incident %q: %v", id, err)
		}
	}
}

func TestSpendSeries(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("this system has no time zones:", err)
	}
	o := testOptions()
	o.Location = berlin
	db := openNew(t, o)
	// 2026-03-29 has 23 hours in Berlin: 00:00 is 23:00 UTC the day before.
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC) }
	add := func(at time.Time, gateway, key, model string, cents float64) {
		db.AddSpend(Spend{Gateway: event.GatewayID(gateway), Key: event.KeyID(key), Model: model, Provider: "openai", At: at, Amount: event.USD(cents / 100)})
	}
	add(at(28, 22, 59), "prod", "7", "a", 1)
	add(at(28, 23, 0), "prod", "7", "a", 2)
	add(at(28, 23, 30), "prod", "7", "b", 4)
	flush(t, db) // sums that come later are added to those on disk
	add(at(28, 23, 59), "prod", "7", "a", 8)
	add(at(29, 21, 59), "prod", "8", "a", 16)
	add(at(29, 22, 0), "test", "7", "a", 32)
	flush(t, db)
	midnight := func(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, berlin) }
	cents := func(c float64) event.NanoUSD { return event.USD(c / 100) }
	tests := []struct {
		name string
		q    SpendQuery
		want []SpendLine
	}{
		{"days", SpendQuery{Step: StepDay}, []SpendLine{{Amount: cents(63), Requests: 6, Points: []SpendPoint{
			{midnight(28), cents(1), 1}, {midnight(29), cents(30), 4}, {midnight(30), cents(32), 1},
		}}}},
		{"hours", SpendQuery{Range: Range{From: at(28, 22, 30), To: at(29, 0, 0)}}, []SpendLine{{
			Amount: cents(15), Requests: 4,
			Points: []SpendPoint{{at(28, 22, 0), cents(1), 1}, {at(28, 23, 0), cents(14), 3}},
		}}},
		{"keys", SpendQuery{Step: StepDay, GroupBy: GroupKey, Range: Range{From: midnight(29)}}, []SpendLine{
			{Gateway: "test", Group: "7", Amount: cents(32), Requests: 1, Points: []SpendPoint{{midnight(30), cents(32), 1}}},
			{Gateway: "prod", Group: "8", Amount: cents(16), Requests: 1, Points: []SpendPoint{{midnight(29), cents(16), 1}}},
			{Gateway: "prod", Group: "7", Amount: cents(14), Requests: 3, Points: []SpendPoint{{midnight(29), cents(14), 3}}},
		}},
		{"models of a key", SpendQuery{Step: StepDay, GroupBy: GroupModel, Gateway: "prod", Key: "7", Range: Range{To: midnight(30)}}, []SpendLine{
			{Gateway: "prod", Group: "a", Amount: cents(11), Requests: 3, Points: []SpendPoint{{midnight(28), cents(1), 1}, {midnight(29), cents(10), 2}}},
			{Gateway: "prod", Group: "b", Amount: cents(4), Requests: 1, Points: []SpendPoint{{midnight(29), cents(4), 1}}},
		}},
		{"gateways", SpendQuery{Step: StepDay, GroupBy: GroupGateway, Model: "a", Provider: "openai", Range: Range{From: midnight(30)}}, []SpendLine{
			{Gateway: "test", Group: "test", Amount: cents(32), Requests: 1, Points: []SpendPoint{{midnight(30), cents(32), 1}}},
		}},
		{"of those that are watched", SpendQuery{Step: StepDay, Gateways: []event.GatewayID{"test", "new"}, Range: Range{From: midnight(30)}}, []SpendLine{
			{Amount: cents(32), Requests: 1, Points: []SpendPoint{{midnight(30), cents(32), 1}}},
		}},
		{"none", SpendQuery{Gateway: "nobody"}, []SpendLine{}},
	}
	for _, tt := range tests {
		got := must[[]SpendLine](t)(db.SpendSeries(t.Context(), tt.q))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	for _, q := range []SpendQuery{{Step: "year"}, {GroupBy: "colour"}} {
		if _, err := db.SpendSeries(t.Context(), q); err == nil {
			t.Errorf("%+v is answered", q)
		}
	}
}

func TestSpendOf(t *testing.T) {
	env := event.Envelope{At: start, Source: &event.Source{Gateway: "prod", Key: "9"}, Body: &event.SpendRecorded{Amount: 5, Model: "m"}}
	got, ok := SpendOf(env)
	if diff := cmp.Diff(Spend{Gateway: "prod", Key: "9", Model: "m", At: start, Amount: 5, Requests: 1}, got); diff != "" || !ok {
		t.Error(ok, diff)
	}
	if _, ok := SpendOf(event.Envelope{Source: &event.Source{}, Body: event.Heartbeat{}}); ok {
		t.Error("a heartbeat is a spend")
	}
}
