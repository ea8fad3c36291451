package alert

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// TestBusOrRedis: two signs name Redis; where the signs leave two parts both are
// named, and neither alone is accused.
func TestBusOrRedis(t *testing.T) {
	unwell := event.SelfReport{Component: event.ComponentEventBus, Health: event.HealthUnhealthy, Text: "Unhealthy"}
	limps := event.SelfReport{Component: event.ComponentEventBus, Health: event.HealthDegraded, Text: "Degraded"}
	for name, tt := range map[string]struct {
		negotiate, failures event.PollOutcome
		report              event.SelfReport
		want                string
	}{
		"no connection is granted, and Core calls itself unhealthy": {event.PollTimedOut, event.PollOK, unwell, "Redis does not answer — prod"},
		"the list of failures hangs, too":                           {event.PollTimedOut, event.PollTimedOut, event.SelfReport{Component: event.ComponentEventBus, Health: event.HealthHealthy}, "Redis does not answer — prod"},
		"connections fail at once, and Core is unhealthy":           {event.PollFailed, event.PollOK, unwell, "The event bus or Redis is down — prod"},
		"connections are granted, and Core is degraded":             {event.PollOK, event.PollOK, limps, "The event bus is down — prod"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, DefaultConfig())
			polls := map[string]event.Polled{
				event.SourceNegotiate:   {Outcome: tt.negotiate, EveryMS: 30_000},
				event.SourceCoreHealth:  {Outcome: event.PollOK, EveryMS: 30_000, SelfReports: []event.SelfReport{tt.report}},
				event.SourceFailures:    {Outcome: tt.failures, EveryMS: 30_000},
				event.SourceAdminHealth: {Outcome: event.PollOK, EveryMS: 30_000},
				"keys":                  {Outcome: event.PollOK, EveryMS: 60_000},
			}
			for _, c := range state.Diagnose(polls, w.at) {
				c.ID, c.Gateway = "prod/"+c.Component, "prod"
				w.live.Components[c.ID] = c
			}
			w.live.PollTargets["prod/rest:"+event.SourceNegotiate] = state.PollTarget{Gateway: "prod", Outcome: string(tt.negotiate)}
			w.after(0)
			w.after(31 * time.Second)
			var told []string
			for _, l := range w.ev.Lines(w.at) {
				if l.Rule == "gateway.impaired" && l.Severity == string(event.SeverityCritical) && l.Status == string(StatusFiring) {
					told = append(told, l.Title)
				}
			}
			if got := strings.Join(told, "; "); got != tt.want {
				t.Errorf("told %q, want %q", got, tt.want)
			}
		})
	}
}
