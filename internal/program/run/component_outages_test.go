package run

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/tools/replay"
)

// outage is what is to be told of one: of a part that was down from the time
// from in the recording, in words, and by when at the latest.
type outage struct {
	from  time.Duration
	title string
	over  string
}

// TestOutagesAreToldByPart plays the outages that were recorded: each is told
// once, by the part that was down, within the minute that two signs of it take
// to come together and half a minute that they must hold; and once that it is
// over. A gateway that is back within seconds is no news.
func TestOutagesAreToldByPart(t *testing.T) {
	for name, want := range map[string]*outage{
		"redis-outage-while-connected":     {268 * time.Millisecond, "critical Redis does not answer", "info Redis answers again"},
		"database-outage-while-connected":  {125 * time.Millisecond, "critical The database is down", "info The database answers again"},
		"database-down-sweep":              {0, "critical The database is down", "info The database answers again"},
		"event-bus-outage-while-connected": {2348 * time.Millisecond, "critical The event bus is down", "info The event bus answers again"},
		"gateway-crash-while-connected":    nil,
		"gateway-restart-while-connected":  nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, r := playHead(t, name)
			var said, titles []string
			for _, s := range p.said {
				line := fmt.Sprintf("%s %s", s.Severity, s.Title)
				at := s.at.Sub(p.stage.At(0))
				if at < 0 || strings.Contains(s.Title, "batch failed") { // it was cancelled when the bus came back
					continue
				}
				said, titles = append(said, fmt.Sprintf("%v %s", at, line)), append(titles, line)
				if want != nil && line == want.title && at > want.from+90*time.Second {
					t.Errorf("told after %v", at-want.from)
				}
			}
			var all []string
			if want != nil {
				all = []string{want.title, want.over}
			}
			if d := cmp.Diff(all, titles); d != "" {
				t.Errorf("%s: told %q: %s", r.Name, said, d)
			}
			for _, l := range p.snap.Live.Components {
				if l.Health != "healthy" {
					t.Errorf("at the end %s is %s: %s", l.Component, l.Health, l.Reason)
				}
			}
			if len(p.snap.Live.Components) != 5 {
				t.Errorf("%d lights", len(p.snap.Live.Components))
			}
		})
	}
}

// TestARecordedGatewayIsCovered: what can be seen of it, found by the program
// itself.
func TestARecordedGatewayIsCovered(t *testing.T) {
	p, _ := playHead(t, "redis-outage-while-connected")
	want := map[string]string{
		"spend": "pushed", "mappings": "pushed", "tasks": "pushed", "webhooks": "pushed",
		"keys": "polled", "groups": "polled", "providers": "polled", "health": "polled", "settings": "polled",
		"hub:notifications": "pushed", "hub:model-discovery": "none", "hub:navigation-state": "none",
	}
	for topic, way := range want {
		if c := p.snap.Live.Deliveries[string(the)+"/"+topic]; c.Delivery != way {
			t.Errorf("%s is %q, want %q: %s", topic, c.Delivery, way, c.Reason)
		}
	}
	for _, s := range p.snap.Live.PollTargets {
		if s.Source != "rest:core" && s.SucceededAt == 0 && s.Outcome == "good" {
			t.Errorf("%+v", s)
		}
	}
}

// TestStuckFeedsAreTold: a Core without the shared bus never pushes the change
// of a mapping that its list shows. Where a hub pushes what the ledger shows,
// late or in two forms, nothing is told.
func TestStuckFeedsAreTold(t *testing.T) {
	for _, tt := range []struct {
		gateway, name string
		stuck         bool
	}{
		{replay.Head, "in-memory-bus", true},
		{replay.July, "in-memory-bus", true},
		{replay.Head, "mapping-crud", false},
		{replay.July, "mapping-crud", false},
		{replay.Head, "batch-spend-updates", false},
		{replay.July, "batch-spend-crossing-budget", false},
		{replay.Head, "chat-traffic-60s", false},
		{replay.July, "admin-spend-crossing-budget", false},
		{replay.Head, "event-bus-outage-while-connected", false},
	} {
		t.Run(tt.gateway+"/"+tt.name, func(t *testing.T) {
			t.Parallel()
			p, _ := playOne(t, tt.gateway, tt.name)
			var stuck []string
			for _, s := range p.said {
				if strings.Contains(s.Title, "stuck") {
					stuck = append(stuck, string(s.Severity)+" "+s.Title)
				}
			}
			var want []string
			if tt.stuck {
				want = []string{"warning notifications: its live feed is stuck"}
			}
			if d := cmp.Diff(want, stuck); d != "" {
				t.Error(d)
			}
		})
	}
}

// playHead plays a recording of the August gateway.
func playHead(t *testing.T, name string) (played, *replay.Recording) {
	t.Helper()
	return playOne(t, replay.Head, name)
}

func playOne(t *testing.T, gateway, name string) (played, *replay.Recording) {
	t.Helper()
	all, err := replay.Load(gateway)
	if err != nil {
		t.Fatal(err)
	}
	r := replay.Find(all, name)
	return play(t, r, sceneOf(r)), r
}
