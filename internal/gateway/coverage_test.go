package gateway

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/event"
	"gatewatch/internal/hub/hubtest"
	"gatewatch/internal/wire"
)

// inShort is a coverage as one line for a topic: "spend pushed 10s".
func inShort(all []event.CoverageFound, hubs bool) (lines []string) {
	for _, c := range all {
		if strings.HasPrefix(c.Topic, "hub:") != hubs {
			continue
		}
		line := fmt.Sprintf("%s %s", c.Topic, c.Way)
		if c.EveryMS > 0 {
			line += fmt.Sprintf(" %ds", c.EveryMS/1000)
		}
		lines = append(lines, line)
	}
	return lines
}

// listsOf is good reads of these lists, each 30 s.
func listsOf(names ...string) map[string]event.Asked {
	m := map[string]event.Asked{}
	for _, n := range names {
		m[n] = event.Asked{Outcome: event.OutcomeGood, EveryMS: 30_000}
	}
	return m
}

// hubsOf is connected hubs; those named with "!" are not offered, with "?"
// refused, with "-" lost.
func hubsOf(names ...string) map[string]SeenHub {
	m := map[string]SeenHub{}
	for _, n := range names {
		switch n[0] {
		case '!':
			m[n[1:]] = SeenHub{event.LinkError, "unsupported", "This gateway has no such hub."}
		case '?':
			m[n[1:]] = SeenHub{event.LinkError, "auth", "The gateway does not accept the key."}
		case '-':
			m[n[1:]] = SeenHub{event.LinkReconnecting, "network", "The connection was lost."}
		default:
			m[n] = SeenHub{State: event.LinkConnected}
		}
	}
	return m
}

var (
	headHubs  = hubsOf("spend", "tasks", "image-generation", "video-generation", "notifications", "webhooks", ownKeyHub, "!model-discovery", "!navigation-state", "admin-notifications")
	julyHubs  = hubsOf("spend", "tasks", "image-generation", "video-generation", "notifications", "webhooks", ownKeyHub, "model-discovery", "!navigation-state", "admin-notifications")
	headLists = listsOf("parts", "groups", "keys", "mappings", "logs", "providers", "failures", "settings", "audit", "notifications")
	julyLists = listsOf("parts", "keys", "providers", "mappings", "settings", "notifications")
)

const (
	noVirtual = "No virtual key: the Core API is not asked."
	noMaster  = "No master key: the Admin API is not asked."
)

// TestCover is the table of what can be seen, by kind of gateway and keys.
func TestCover(t *testing.T) {
	for name, tt := range map[string]struct {
		seen Seen
		want string
	}{
		"august, both keys": {
			Seen{Dialect: head, Hubs: headHubs, Lists: headLists},
			`spend pushed 30s|keys polled 30s|groups polled 30s|providers polled 30s|health polled 30s|errors polled 30s|mappings pushed 30s|discovery polled 30s|tasks pushed|settings polled 30s|notifications polled 30s|audit polled 30s|webhooks pushed|gateway polled 30s`,
		},
		"august, only a virtual key": {
			Seen{Dialect: head, NoAdmin: noMaster, Hubs: headHubs, Lists: listsOf("negotiate")},
			`spend pushed|keys forbidden|groups forbidden|providers forbidden|health forbidden|errors forbidden|mappings pushed|discovery forbidden|tasks pushed|settings forbidden|notifications forbidden|audit forbidden|webhooks pushed|gateway forbidden`,
		},
		"august, only the master key": {
			Seen{Dialect: head, NoCore: noVirtual, Hubs: hubsOf("!navigation-state", "admin-notifications"), Lists: headLists},
			`spend polled 30s|keys polled 30s|groups polled 30s|providers polled 30s|health polled 30s|errors polled 30s|mappings polled 30s|discovery polled 30s|tasks forbidden|settings polled 30s|notifications polled 30s|audit polled 30s|webhooks forbidden|gateway polled 30s`,
		},
		"july, both keys": {
			Seen{Dialect: july, Hubs: julyHubs, Lists: julyLists},
			`spend pushed 30s|keys polled 30s|groups none|providers polled 30s|health pushed 30s|errors none|mappings pushed 30s|discovery pushed|tasks pushed|settings polled 30s|notifications polled 30s|audit none|webhooks pushed|gateway polled 30s`,
		},
		"july, only a virtual key": {
			Seen{Dialect: july, NoAdmin: noMaster, Hubs: hubsOf("spend", "tasks", "notifications", "webhooks", "model-discovery")},
			`spend pushed|keys forbidden|groups none|providers forbidden|health forbidden|errors none|mappings pushed|discovery pushed|tasks pushed|settings forbidden|notifications forbidden|audit none|webhooks pushed|gateway forbidden`,
		},
		"july, only the master key": {
			Seen{Dialect: july, NoCore: noVirtual, Hubs: hubsOf("!navigation-state", "admin-notifications"), Lists: julyLists},
			`spend polled 30s|keys polled 30s|groups none|providers polled 30s|health pushed 30s|errors none|mappings polled 30s|discovery forbidden|tasks forbidden|settings polled 30s|notifications polled 30s|audit none|webhooks forbidden|gateway polled 30s`,
		},
		"contract, both keys": {
			Seen{Dialect: contract, Hubs: hubsOf("spend", "tasks", "notifications", "webhooks", ownKeyHub, "model-discovery", "navigation-state", "admin-notifications"), Lists: listsOf("negotiate")},
			`spend pushed|keys pushed|groups none|providers pushed|health pushed|errors none|mappings pushed|discovery pushed|tasks pushed|settings pushed|notifications pushed|audit none|webhooks pushed|gateway polled 30s`,
		},
		"contract, only a virtual key": {
			Seen{Dialect: contract, NoAdmin: noMaster, Hubs: hubsOf("spend", "tasks", "notifications", "webhooks", ownKeyHub, "model-discovery"), Lists: listsOf("negotiate")},
			`spend pushed|keys pushed|groups none|providers forbidden|health forbidden|errors none|mappings forbidden|discovery pushed|tasks pushed|settings forbidden|notifications pushed|audit none|webhooks pushed|gateway polled 30s`,
		},
		"not known yet": {
			Seen{Hubs: headHubs},
			`spend none|keys none|groups none|providers none|health none|errors none|mappings none|discovery none|tasks none|settings none|notifications none|audit none|webhooks none|gateway none`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			all := Cover(tt.seen)
			if d := cmp.Diff(strings.Split(tt.want, "|"), inShort(all, false)); d != "" {
				t.Error(d)
			}
			for _, c := range all {
				if c.Way != event.WayPushed && c.Reason == "" {
					t.Errorf("%s is %s without a reason", c.Topic, c.Way)
				}
				if strings.Contains(c.Reason, "  ") || strings.Contains(c.Reason, "..") || c.Reason != strings.TrimSpace(c.Reason) ||
					c.Reason != "" && !strings.HasSuffix(c.Reason, ".") {
					t.Errorf("%s: %q", c.Topic, c.Reason)
				}
			}
		})
	}
}

// TestCoverSaysWhy has the sentences that a person reads.
func TestCoverSaysWhy(t *testing.T) {
	failing := listsOf("keys")
	failing["keys"] = event.Asked{Outcome: event.OutcomeSilent, Cause: "The gateway's Admin API does not answer in time.", EveryMS: 60_000}
	barred := listsOf()
	barred["groups"] = event.Asked{Outcome: event.OutcomeRefused, Cause: "The gateway does not accept the key for its Admin API."}
	missing := listsOf()
	missing["settings"] = event.Asked{Outcome: event.OutcomeMissing, Cause: "This gateway has no such list."}
	for _, tt := range []struct {
		topic string
		seen  Seen
		want  string
	}{
		{"providers", Seen{Dialect: head, Hubs: headHubs, Lists: headLists}, "polled: This gateway does not push provider changes; checked every 30 s."},
		{"providers", Seen{Dialect: head, NoAdmin: noMaster, Hubs: headHubs}, "forbidden: No master key: the Admin API is not asked. This gateway does not push provider changes."},
		{"spend", Seen{Dialect: head, NoCore: noVirtual, Lists: headLists}, "polled: No virtual key: the Core API is not asked; checked every 30 s. Batches and tasks are pushed. Chats are read from the request log; streamed ones are not in it."},
		{"mappings", Seen{Dialect: head, Hubs: hubsOf("-notifications"), Lists: headLists}, "polled: Live updates are paused: The connection was lost; checked every 30 s. What was changed in it is read."},
		{"keys", Seen{Dialect: head, Hubs: headHubs, Lists: failing}, "polled: This gateway does not push changes of virtual keys; checked every 60 s. The last read failed: The gateway's Admin API does not answer in time."},
		{"groups", Seen{Dialect: head, Hubs: headHubs, Lists: barred}, "forbidden: The gateway does not accept the key for its Admin API. This gateway does not push balances of key groups."},
		{"settings", Seen{Dialect: july, Hubs: julyHubs, Lists: missing}, "none: This gateway does not push changes of settings. It is not read either: This gateway has no such list."},
		{"groups", Seen{Dialect: july, Hubs: julyHubs, Lists: julyLists}, "none: This gateway does not tell balances of key groups."},
		{"mappings", Seen{Dialect: head, Hubs: headHubs, NoAdmin: noMaster}, "pushed: What was changed in it is read. It cannot be read as well: No master key: the Admin API is not asked."},
		{"tasks", Seen{Dialect: head, Hubs: hubsOf("?tasks")}, "forbidden: Live updates are paused: The gateway does not accept the key."},
		{"hub:model-discovery", Seen{Dialect: head, Hubs: headHubs}, "none: This gateway has no such hub."},
		{"hub:admin-notifications", Seen{Dialect: head, Hubs: headHubs}, "none: It is connected, but this gateway sends nothing on it by itself."},
		{"hub:spend", Seen{Dialect: head, Hubs: hubsOf("-spend")}, "none: It is not connected. The connection was lost."},
		{"hub:spend", Seen{Dialect: head, Hubs: hubsOf("?spend")}, "forbidden: The gateway does not accept the key."},
		{"hub:spend", Seen{NoCore: noVirtual}, "forbidden: " + noVirtual},
		{"hub:spend", Seen{Hubs: headHubs}, "pushed: "},
	} {
		all := Cover(tt.seen)
		i := slices.IndexFunc(all, func(c event.CoverageFound) bool { return c.Topic == tt.topic })
		if got := string(all[i].Way) + ": " + all[i].Reason; got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.topic, got, tt.want)
		}
	}
}

// TestWhichKindWithoutItsLists: a gateway whose lists are not asked shows by
// its hubs which kind it is.
func TestWhichKindWithoutItsLists(t *testing.T) {
	named := func(name string) *link { return &link{desc: Hub{Name: name}} }
	for name, tt := range map[string]struct {
		found wire.Dialect
		asked bool
		word  wire.Dialect
		hub   SeenHub
		want  wire.Dialect
	}{
		"nothing known":            {want: wire.DialectUnknown},
		"its lists say so":         {found: head, asked: true, word: contract, want: head},
		"it has no lists":          {asked: true, want: contract},
		"its events say so":        {word: contract, hub: SeenHub{State: event.LinkConnected}, want: contract},
		"a hub is gone":            {hub: SeenHub{Class: "unsupported"}, want: head},
		"a hub is there":           {hub: SeenHub{State: event.LinkConnected}, want: july},
		"a hub is not there now":   {hub: SeenHub{State: event.LinkReconnecting, Class: "network"}, want: wire.DialectUnknown},
		"no lists, and a hub gone": {asked: true, hub: SeenHub{Class: "unsupported"}, want: contract},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCoverage("", "")
			if tt.asked {
				c.is(tt.found)
			}
			c.link(named("model-discovery"), tt.hub)
			c.take(tt.word, time.Now())
			if got := c.now().Dialect; got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// TestCoverageIsTold of a running gateway: at connect, and again only where it
// becomes another.
func TestCoverageIsTold(t *testing.T) {
	srv := startReading(t, "head", func(s *hubtest.Socket, _ int) {
		if s.Shake() {
			s.Drain()
		}
	})
	to := &sink{}
	w := watch(t, both(srv.URL), to)
	last := func(topic string) (c event.CoverageFound) {
		for _, f := range of[event.CoverageFound](to, "") {
			if f.Topic == topic {
				c = f
			}
		}
		return c
	}
	await(t, "what can be seen", func() bool {
		return last("groups").Way == event.WayPolled && last("spend").Way == event.WayPushed && last("hub:tasks").Reason == "This gateway has no such hub."
	})
	if c := last("spend"); c.EveryMS != 10_000 || strings.Join(c.Sources, " ") != "hub:spend rest:logs" || c.At.IsZero() {
		t.Errorf("%+v", c)
	}
	await(t, "the parts", func() bool {
		asked := map[string]event.Outcome{}
		for _, env := range to.all() {
			if a, ok := env.Body.(event.Asked); ok {
				asked[env.Source.String()] = a.Outcome
			}
		}
		return asked["rest:negotiate"] == event.OutcomeMissing && asked["rest:core"] == event.OutcomeMissing && asked["rest:parts"] == event.OutcomeGood
	})
	w.SetShown(false)
	await(t, "another interval", func() bool { return last("groups").EveryMS == 60_000 })
	w.stop()
	for _, f := range of[event.CoverageFound](to, "") {
		if strings.Contains(f.Reason, virtualKey) || strings.Contains(f.Reason, masterKey) {
			t.Errorf("a key is shown: %q", f.Reason)
		}
	}
}
