package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/history"
)

// An incident is found, looked at, and written into the file that the user chose.
func TestIncidentsAndExports(t *testing.T) {
	h, shell, _ := demoHost(t)
	x := &History{h}
	var found []IncidentLine
	eventually(t, "an incident", func() bool {
		var err error
		found, err = x.Incidents(IncidentQuery{Limit: 10})
		return err == nil && len(found) > 0
	})
	id := found[0].ID
	var view IncidentView
	eventually(t, "what happened in it", func() bool {
		var err error
		view, err = x.Incident(id)
		return err == nil && len(view.Of) > 0 && len(view.Steps) > 1
	})
	if view.Title == "" || view.Since == 0 || view.Steps[0].Words == "" {
		t.Errorf("%+v", view)
	}
	if none, err := x.Incidents(IncidentQuery{Text: "no such title", Limit: 10}); err != nil || len(none) != 0 {
		t.Errorf("%v, %v", none, err)
	}
	_, err := x.Incident("nobody")
	wantFault(t, fault.Usage, err)

	if got, err := x.Export(ExportInput{Incident: id, Format: "md"}); err != nil || got.Path != "" {
		t.Errorf("a closed dialog: %+v, %v", got, err)
	}
	shell.saves = t.TempDir()
	for _, format := range []string{"md", "html", "json", "jsonl", "csv"} {
		got, err := x.Export(ExportInput{Incident: id, Format: format, HideNames: true, HideAmounts: true})
		if err != nil || got.Lines < 1 || !strings.HasSuffix(got.Path, "."+format) {
			t.Errorf("%s: %+v, %v", format, got, err)
			continue
		}
		text, err := os.ReadFile(got.Path)
		if err != nil || len(text) == 0 {
			t.Errorf("%s: %q, %v", format, text, err)
		}
		if info, err := os.Stat(got.Path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", format, info.Mode(), err)
		}
	}
	got, err := x.Export(ExportInput{Events: EventQuery{Kinds: []string{"spend.recorded"}}, Format: "csv"})
	if err != nil || got.Lines < 1 {
		t.Errorf("events: %+v, %v", got, err)
	}
	_, err = x.Export(ExportInput{Incident: "nobody", Format: "md"})
	wantFault(t, fault.Usage, err)
	shell.saves = filepath.Join(shell.saves, "missing")
	_, err = x.Export(ExportInput{Incident: id, Format: "md"})
	wantFault(t, fault.Usage, err)
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(shell.saves), ".gatewatch*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestSavedSearches(t *testing.T) {
	h, _, _ := demoHost(t)
	x := &History{h}
	if all, err := x.SavedSearches(); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	want := []SavedSearch{{"Failures", "sev:warning"}}
	if err := x.SaveSearches(want); err != nil {
		t.Fatal(err)
	}
	if got, err := x.SavedSearches(); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	wantFault(t, fault.Usage, x.SaveSearches([]SavedSearch{{"", "x"}}))
	wantFault(t, fault.Usage, x.SaveSearches(make([]SavedSearch, 51)))
}

func TestExportName(t *testing.T) {
	at := time.Date(2026, 11, 29, 14, 5, 0, 0, time.UTC)
	for _, tt := range []struct {
		want, title string
		in          ExportInput
	}{
		{"gatewatch-events-2026-11-29-1405.csv", "", ExportInput{Format: "csv"}},
		{"gatewatch-incident-2026-11-29-1405.md", "", ExportInput{Incident: "70ae/../7", Format: "md"}},
		{
			"gatewatch-incident-research-has-used-92-prod-2026-11-29-1405.md", "Research has used 92 % — ../prod",
			ExportInput{Incident: "70ae", Format: "md"},
		},
		{
			"gatewatch-incident-a-provider-with-a-very-long-name-that-never-ends-2026-11-29-1405.html",
			"A provider with a very long name that never ends is unhealthy",
			ExportInput{Incident: "70ae", Format: "html"},
		},
	} {
		if got := exportName(tt.in, tt.title, at); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// TestThresholdsOfOneBudget: alerts of one budget at several thresholds have the same
// title; each says which it is of.
func TestThresholdsOfOneBudget(t *testing.T) {
	v := incidentView(history.Incident{Alerts: []history.Alert{
		{Fingerprint: "a", Body: json.RawMessage(`{"rule":"budget.used","dimension":"0.75","body":"$5.42 of $5.93."}`)},
		{Fingerprint: "b", Body: json.RawMessage(`{"rule":"provider.unhealthy","body":"It fails."}`)},
	}})
	if v.Of[0].Body != "Threshold 75 %. $5.42 of $5.93." || v.Of[1].Body != "It fails." {
		t.Errorf("%+v", v.Of)
	}
}

// The settings go where the user says, and nowhere if they change their mind.
func TestSettingsAreExportedWhereTheUserSays(t *testing.T) {
	h, shell, _ := demoHost(t)
	s := &Settings{h}
	if path, err := s.Export(); err != nil || path != "" {
		t.Errorf("a closed dialog: %q, %v", path, err)
	}
	shell.saves = t.TempDir()
	path, err := s.Export()
	if err != nil || filepath.Dir(path) != shell.saves {
		t.Fatalf("%q, %v", path, err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Import(strings.Replace(string(text), "per_hour = 12", "per_hour = 44", 1), false)
	want := []ImportChange{{Path: "notifications.per_hour", From: "12", To: "44"}}
	if err != nil || !reflect.DeepEqual(got.Changes, want) {
		t.Errorf("what would change: %+v, %v", got, err)
	}
	_, err = s.Import("a = 1\ngarbage = [[[", false)
	wantFault(t, fault.Usage, err)
	if m := fault.Of(err).Message; m != "These are no settings of Gatewatch: line 2 of the text cannot be read." {
		t.Error(m)
	}
}
