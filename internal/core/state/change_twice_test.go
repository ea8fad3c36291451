package state

import (
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestTwoHubsTellOneChange: the hub of the navigation state and that of administrators both
// tell a change of a key, in either order. It is listed once, with what either of them says
// of it, and counted as what it is.
func TestTwoHubsTellOneChange(t *testing.T) {
	start := time.Date(2026, 12, 1, 8, 6, 0, 0, time.UTC)
	byAdmin := event.KeyChanged{Key: "7", Name: "batch", Action: event.ActionUpdated, Changes: []string{"maxBudget"}}
	byNavigation := event.NavigationChanged{Entity: event.EntityVirtualKey, ID: "7", Action: event.ActionUpdated}
	admin, navigation := event.Source{Gateway: "g", Via: event.ViaHub, Name: "admin-notifications"}, event.Source{Gateway: "g", Via: event.ViaHub, Name: "navigation-state"}
	other, byOther := event.Source{Gateway: "g", Via: event.ViaHub, Name: "virtual-key-management"}, byAdmin
	byOther.Changes = []string{"isEnabled"}
	type told struct {
		after time.Duration
		by    *event.Source
		body  event.Event
	}
	for _, c := range []struct {
		name    string
		told    []told
		lines   int
		counted int64 // by the hub that tells of all entities
	}{
		{"administrators first", []told{{0, &admin, byAdmin}, {time.Second, &navigation, byNavigation}}, 1, 1},
		{"navigation first", []told{{0, &navigation, byNavigation}, {time.Second, &admin, byAdmin}}, 1, 1},
		{"another one, later", []told{{0, &navigation, byNavigation}, {time.Minute, &admin, byAdmin}}, 2, 1},
		{"two that say different things", []told{{0, &admin, byAdmin}, {time.Second, &navigation, byNavigation}, {2 * time.Second, &other, byOther}}, 2, 1},
		{"twice by one hub", []told{{0, &admin, byAdmin}, {time.Second, &admin, byAdmin}}, 2, 0},
	} {
		s := New()
		for i, one := range c.told {
			s.Apply(&event.Envelope{Seq: uint64(i + 1), At: start.Add(one.after), Source: one.by, Body: one.body})
		}
		live := s.Clone()
		if len(live.Changes) != c.lines {
			t.Errorf("%s: %d lines: %+v", c.name, len(live.Changes), live.Changes)
		}
		for _, line := range live.Changes {
			if c.lines == 1 && (line.Name != "batch" || !slices.Equal(line.Details, []string{"maxBudget"})) {
				t.Errorf("%s: %+v", c.name, line)
			}
		}
		if n := live.Nav["g/virtual_key"]; n.Updated != c.counted {
			t.Errorf("%s: counted %+v", c.name, n)
		}
	}
}
