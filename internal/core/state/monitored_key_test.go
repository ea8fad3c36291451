package state

import (
	"maps"
	"slices"
	"testing"

	"gatewatch/internal/core/event"
)

// A key that was watched by connections that are no more is not shown as
// watched: the last words of those connections may come after the user took it
// away.
func TestHowKeysWereWatchedGoesWithTheirConnections(t *testing.T) {
	s := newScript()
	s.Apply(&event.Envelope{Seq: 1, At: t0, Source: &event.Source{Gateway: "other"}, Body: event.MonitoredKeyChanged{Slot: "1", State: event.KeyLive}})
	s.apply(
		event.MonitoredKeyChanged{Slot: "1", State: event.KeyLive}, event.MonitoredKeyChanged{Slot: "env-1", State: event.KeyWaiting},
		event.LinksReset{At: t0}, event.MonitoredKeyChanged{Slot: "1", State: event.KeyRefused},
	)
	if got := slices.Sorted(maps.Keys(s.Live().MonitoredKeys)); !slices.Equal(got, []string{"g/1", "other/1"}) {
		t.Errorf("watched are %q", got)
	}
}
