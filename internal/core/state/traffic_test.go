package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// What was asked for in the last hour is not known once the audit was not read for
// a while, nor after a restart that comes later than that; it is again with the next read.
func TestAnHourThatIsOver(t *testing.T) {
	read := func(s *script) {
		s.from(list("audit"),
			event.AuditMeasured{Calls: 9, All: event.Traffic{Requests: 9}, Keys: []event.KeyTraffic{{Key: "1", Traffic: event.Traffic{Requests: 9}}}},
			event.TrafficMeasured{Provider: "p", Name: "openai", Hour: event.Traffic{Requests: 9}, P95MS: 120, BaselineP95MS: -1})
	}
	hour := func(s *script) [3]int64 {
		live := s.Clone()
		return [3]int64{live.Gateways["g"].HourRequests, live.Keys["g/1"].HourRequests, live.Providers["g/p"].HourRequests}
	}
	s := watched(newScript())
	read(s)
	s.Tick(s.now.Add(9 * time.Minute))
	if got := hour(s); got != [3]int64{9, 9, 9} {
		t.Fatalf("read %v", got)
	}
	kept := pictured(t, s)
	s.Tick(s.now.Add(11 * time.Minute))
	if got := hour(s); got != [3]int64{-1, -1, -1} {
		t.Errorf("after eleven minutes %v", got)
	}
	read(s)
	if got := hour(s); got != [3]int64{9, 9, 9} {
		t.Errorf("read again %v", got)
	}
	for _, c := range []struct {
		age  time.Duration
		want int64
	}{{9 * time.Minute, 9}, {11 * time.Minute, -1}} { // in this order: the later one forgets
		age, want := c.age, c.want
		later := newScript()
		later.SetGateway(Gateway{ID: "g"})
		later.Remember("g", kept, s.now.Add(age))
		if got := hour(later); got[1] != want || got[2] != want {
			t.Errorf("after a restart of %v: %v", age, got)
		}
	}
}
