package run

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/config"
)

func TestThresholds(t *testing.T) {
	const info, warning, critical = event.SeverityInfo, event.SeverityWarning, event.SeverityCritical
	for _, c := range []struct {
		name string
		t    config.Thresholds
		more []float64
		want []alert.Threshold
	}{
		{"default", config.Thresholds{Warning: 0.75, Critical: 0.9}, nil, []alert.Threshold{{Ratio: 0.5, Severity: info}, {Ratio: 0.75, Severity: warning}, {Ratio: 0.9, Severity: critical}}},
		{"more", config.Thresholds{Warning: 0.75, Critical: 0.9}, []float64{0.5, 0.9, 1}, []alert.Threshold{{Ratio: 0.5, Severity: warning}, {Ratio: 0.75, Severity: warning}, {Ratio: 0.9, Severity: critical}, {Ratio: 1, Severity: critical}}},
		{"one only", config.Thresholds{Warning: 0.4, Critical: 0.4}, nil, []alert.Threshold{{Ratio: 0.4, Severity: critical}}},
	} {
		if diff := cmp.Diff(c.want, thresholds(c.t, c.more)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestSettled(t *testing.T) {
	for _, c := range []struct {
		states []string
		want   bool
	}{
		{nil, false},
		{[]string{"connecting"}, false},
		{[]string{"connected"}, true},
		{[]string{"connected", "connecting"}, false},
		{[]string{"connected", "error"}, true},
		{[]string{"error"}, false},
	} {
		live := state.Live{Links: map[string]state.Link{}}
		for i, s := range c.states {
			live.Links[string(rune('a'+i))] = state.Link{State: s}
		}
		if got := LinksReady(&live); got != c.want {
			t.Errorf("%v: %v", c.states, got)
		}
	}
}
