package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestTheGatewaysOwnDoingIsAChange: that a gateway switched a provider off stands among the
// changes, once, and not where it was so when it was read first.
func TestTheGatewaysOwnDoingIsAChange(t *testing.T) {
	s := New()
	at := time.Date(2026, 12, 1, 8, 6, 0, 0, time.UTC)
	seq := uint64(0)
	reads := func(name string, health event.Health, off bool) {
		seq++
		at = at.Add(30 * time.Second)
		s.Apply(&event.Envelope{Seq: seq, At: at, Source: &event.Source{Gateway: "g", Via: event.ViaREST, Name: "providers"}, Body: event.ProviderHealthChanged{
			Provider: event.ProviderID(name), Name: name, Health: health, SwitchedOff: off, LatencyMS: -1, At: at,
		}})
	}
	reads("was off", event.HealthUnhealthy, true)
	reads("groq", event.HealthHealthy, false)
	reads("groq", event.HealthUnhealthy, true)
	reads("groq", event.HealthUnhealthy, true)
	changes := s.Clone().Changes
	if len(changes) != 1 {
		t.Fatalf("%+v", changes)
	}
	for _, c := range changes {
		if c.Entity != "provider" || c.Name != "groq" || c.Action != ActionSwitchedOff || c.At != at.Add(-30*time.Second).UnixMilli() {
			t.Errorf("%+v", c)
		}
	}
}
