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
	reads := func(name string, health event.Health, off time.Time) {
		seq++
		at = at.Add(30 * time.Second)
		s.Apply(&event.Envelope{Seq: seq, At: at, Source: &event.Source{Gateway: "g", Via: event.ViaREST, Name: "providers"}, Body: event.ProviderHealthChanged{
			Provider: event.ProviderID(name), Name: name, Health: health, SwitchedOff: !off.IsZero(), SwitchedOffAt: off, LatencyMS: -1, At: at,
		}})
	}
	reads("was off", event.HealthUnhealthy, at)
	reads("groq", event.HealthHealthy, time.Time{})
	off := at.Add(3 * time.Second)
	reads("groq", event.HealthUnhealthy, off)
	found := at
	reads("groq", event.HealthUnhealthy, off)
	changes := s.Clone().Changes
	if len(changes) != 1 {
		t.Fatalf("%+v", changes)
	}
	for _, c := range changes {
		if c.Entity != "provider" || c.Name != "groq" || c.Action != ActionSwitchedOff || c.At != off.UnixMilli() || !c.Own || c.FoundAt != found.UnixMilli() {
			t.Errorf("%+v", c)
		}
	}
}
