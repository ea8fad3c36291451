package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestRateIsKnownWithItsSpan: once enough minutes are watched, a gateway's rate
// is what its keys spend, though none of them was heard of since.
func TestRateIsKnownWithItsSpan(t *testing.T) {
	t.Parallel()
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 30, 0, 0, time.UTC)
	s.tell("keys", at, event.KeyRead{Key: "1", Name: "api", At: at})
	s.call(at.Add(-time.Minute), at.Add(-time.Minute), 1)
	s.call(at.Add(-2*time.Minute), at.Add(-2*time.Minute), 1)
	s.Derive(at)
	s.tell("logs", at, event.LogRead{From: at.Add(-20 * time.Minute), To: at})
	s.Derive(at)
	if gw := s.Live().Gateways["g"]; gw.BurnSpan != 15 || gw.BurnPerHour.Or(-1) != event.USD(8) {
		t.Errorf("over %d min it spends %s an hour, want 8 dollars over 15", gw.BurnSpan, gw.BurnPerHour)
	}
}
