package app

import (
	"slices"
	"strings"
	"testing"

	"gatewatch/internal/foundation/fault"
)

// What is wrong with settings is told at once, whoever finds it: the times, the
// files, or the rules of the settings file.
func TestSaveTellsAllThatIsWrong(t *testing.T) {
	h, _, _ := demoHost(t)
	s := &Settings{h}
	view, err := s.Get()
	if err != nil {
		t.Fatal(err)
	}
	in := view.SettingsInput
	in.QuietHours.Spans = []QuietSpan{{From: "late", To: "07:00"}}
	in.Network.Proxy = "http://10.0"
	in.Network.CAFile = "/nowhere/ca.pem"
	err = s.Save(in)
	wantFault(t, fault.Usage, err)
	var paths []string
	for _, field := range fault.Of(err).Fields {
		paths = append(paths, field.Path)
	}
	slices.Sort(paths)
	if got, want := strings.Join(paths, " "), "network.ca_file network.proxy quiet_hours.spans[0].from"; got != want {
		t.Errorf("refused are %s, want %s: %v", got, want, err)
	}
	if after, err := s.Get(); err != nil || after.Network.Proxy != view.Network.Proxy {
		t.Errorf("some of it was saved: %+v, %v", after.Network, err)
	}
}
