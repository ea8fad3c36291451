package app

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/history"
)

// mayBeAsked is what the page may call while it is shown the past: what changes
// nothing. Everything else is refused.
var mayBeAsked = map[string]bool{
	"Live.Snapshot": true, "Replay.Start": true, "Replay.Moment": true, "Replay.End": true, "Gateways.List": true,
	"Gateways.Certificates": true, "Gateways.Probe": true, "Gateways.Report": true, "Alerts.Rules": true, "Alerts.Mutes": true,
	"Alerts.Maintenance": true, "Alerts.Normals": true, "Alerts.PreviewRule": true, "Settings.CheckForUpdates": true,
	"Settings.KeyPlace": true, "History.Events": true, "History.Decisions": true, "History.Spend": true, "History.Incidents": true,
	"History.Incident": true, "History.SavedSearches": true, "Settings.Get": true, "Settings.About": true, "Settings.AsksAboutLogin": true, "Settings.Export": true,
	"App.Ready": true, "App.SetVisibility": true, "App.DrawAt": true, "App.OpenExternal": true, "App.Quit": true, "App.LogError": true,
	"App.CrashReport": true,
}

// TestNothingChangesInReplay: while the page is shown the past, every method
// that could change something is refused, whatever it is called with; the
// program goes on, and afterwards they work.
func TestNothingChangesInReplay(t *testing.T) {
	h, _, _ := demoHost(t)
	r := &Replay{h}
	if _, err := r.Moment(time.Now().UnixMilli(), 0); err == nil {
		t.Error("the past is shown without having begun")
	}
	span, err := r.Start()
	if err != nil || span.Now == 0 {
		t.Fatalf("%+v, %v", span, err)
	}
	for _, service := range h.services() {
		v := reflect.ValueOf(service)
		for i := range v.NumMethod() {
			name := v.Type().Elem().Name() + "." + v.Type().Method(i).Name
			if mayBeAsked[name] {
				continue
			}
			method := v.Method(i)
			var args []reflect.Value
			for in := range method.Type().Ins() {
				args = append(args, reflect.Zero(in))
			}
			results := method.Call(args)
			err, _ := reflect.TypeAssert[error](results[len(results)-1])
			if err == nil || fault.Of(err).Message != text.NothingChangesInReplay {
				t.Errorf("%s in a replay: %v", name, err)
			}
		}
	}
	if err := r.End(); err != nil {
		t.Fatal(err)
	}
	if err := (&Tasks{h}).ClearFinished(""); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestReplayOnThePage: what is told of a moment is all of it first and then what
// is other, and what the history is asked is as of then.
func TestReplayOnThePage(t *testing.T) {
	h, _, _ := demoHost(t)
	_, p, err := h.get()
	if err != nil {
		t.Fatal(err)
	}
	r, deadline := &Replay{h}, time.Now().Add(time.Minute)
	var first ReplayMoment
	var whole, rest map[string]map[string]json.RawMessage
	for !first.Known || len(first.Tray.Lines) == 0 || first.Tray.Shape == "stale" || len(whole["keys"]) == 0 { // until something is kept
		if time.Now().After(deadline) {
			t.Fatalf("nothing is kept: %+v", first)
		}
		if _, err := r.Start(); err != nil {
			t.Fatal(err)
		}
		if err := p.History().Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if first, err = r.Moment(time.Now().UnixMilli(), 0); err != nil {
			t.Fatal(err)
		}
		whole = nil
		if err := json.Unmarshal(first.Delta, &whole); err != nil && len(first.Delta) > 0 {
			t.Fatal(err)
		}
	}
	if !first.Whole || len(whole["gateways"]) != 1 {
		t.Errorf("all of it: %t, it has %d gateways", first.Whole, len(whole["gateways"]))
	}
	again, err := r.Moment(first.At, first.N)
	if err != nil || again.Whole {
		t.Fatalf("%+v, %v", again, err)
	}
	if err := json.Unmarshal(again.Delta, &rest); err != nil || len(rest) != 0 {
		t.Errorf("the same moment is other in %v, %v", rest, err)
	}
	long, err := r.Moment(first.At-time.Hour.Milliseconds(), again.N)
	if err != nil || long.Known || long.After == 0 {
		t.Errorf("an hour before: %+v, %v", long, err)
	}
	if page, err := (&History{h}).Events(EventQuery{Limit: 10}); err != nil || len(page.Events) != 0 {
		t.Errorf("events of later: %d, %v", len(page.Events), err)
	}
}

// TestAnIncidentAsOfThen: what came later is not in it.
func TestAnIncidentAsOfThen(t *testing.T) {
	at := time.Now()
	later, before := at.Add(time.Minute), at.Add(-time.Minute)
	in := asOf(history.Incident{
		EndedAt: later, Alerts: []history.Alert{{Since: before, EndedAt: later, Status: "resolved"}, {Since: later}},
		Timeline: []history.TimelineEntry{{At: before}, {At: later}}, Decisions: []history.Decision{{At: later}},
	}, at)
	if !in.EndedAt.IsZero() || len(in.Alerts) != 1 || in.Alerts[0].Status != "firing" || len(in.Timeline) != 1 || len(in.Decisions) != 0 {
		t.Errorf("%+v", in)
	}
}

// TestAnIncidentReadsAsThen: neither how grave it became later nor what it said later
// is told of a time before.
func TestAnIncidentReadsAsThen(t *testing.T) {
	at := time.Now()
	in := asOf(history.Incident{
		Severity: event.SeverityCritical, Title: "Research has used 91 %",
		Alerts: []history.Alert{{Fingerprint: "f", Since: at, Status: "firing", Severity: event.SeverityCritical, Title: "Research has used 91 %"}},
		Timeline: []history.TimelineEntry{
			{Fingerprint: "f", At: at, What: "fired", Severity: event.SeverityWarning},
			{Fingerprint: "f", At: at.Add(time.Minute), What: "rose", Severity: event.SeverityCritical},
		},
	}, at)
	if s := in.Alerts[0].Severity; s != event.SeverityWarning {
		t.Errorf("it was %s", s)
	}
	v := incidentView(in)
	v.asShown(map[string]state.AlertLine{"f": {Severity: "warning", Status: "firing", Title: "Research has used 75 %", Body: "$4.51 of $5.93"}})
	if v.Severity != "warning" || v.Title != "Research has used 75 %" || v.Of[0].Body != "$4.51 of $5.93" || v.Of[0].Severity != "warning" {
		t.Errorf("%+v", v)
	}
}
