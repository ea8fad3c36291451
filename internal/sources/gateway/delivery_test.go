package gateway

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/hub/hubtest"
	"gatewatch/internal/sources/wire"
)

// inShort is a coverage as one line for a topic: "spend pushed 10s".
func inShort(all []event.DeliveryChanged, hubs bool) (lines []string) {
	for _, c := range all {
		if strings.HasPrefix(c.Topic, "hub:") != hubs {
			continue
		}
		line := fmt.Sprintf("%s %s", c.Topic, c.Delivery)
		if c.EveryMS > 0 {
			line += fmt.Sprintf(" %ds", c.EveryMS/1000)
		}
		lines = append(lines, line)
	}
	return lines
}

// listsOf is good reads of these lists, each 30 s.
func listsOf(names ...string) map[string]event.Polled {
	m := map[string]event.Polled{}
	for _, n := range names {
		m[n] = event.Polled{Outcome: event.PollOK, EveryMS: 30_000}
	}
	return m
}

// hubsOf is connected hubs; those named with "!" are not offered, with "?"
// refused, with "-" lost.
func hubsOf(names ...string) map[string]HubCondition {
	m := map[string]HubCondition{}
	for _, n := range names {
		switch n[0] {
		case '!':
			m[n[1:]] = HubCondition{event.LinkError, "unsupported", "This gateway has no such hub."}
		case '?':
			m[n[1:]] = HubCondition{event.LinkError, "auth", "The gateway does not accept the key."}
		case '-':
			m[n[1:]] = HubCondition{event.LinkReconnecting, "network", "The connection was lost."}
		default:
			m[n] = HubCondition{State: event.LinkConnected}
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
		seen DeliveryInputs
		want string
	}{
		"august, both keys": {
			DeliveryInputs{Dialect: head, Hubs: headHubs, Polls: headLists},
			`spend pushed 30s|keys polled 30s|groups polled 30s|providers polled 30s|health polled 30s|errors polled 30s|mappings pushed 30s|discovery polled 30s|tasks pushed|settings polled 30s|notifications polled 30s|audit polled 30s|webhooks pushed|gateway polled 30s`,
		},
		"august, only a virtual key": {
			DeliveryInputs{Dialect: head, NoAdmin: noMaster, Hubs: headHubs, Polls: listsOf("negotiate")},
			`spend pushed|keys forbidden|groups forbidden|providers forbidden|health forbidden|errors forbidden|mappings pushed|discovery forbidden|tasks pushed|settings forbidden|notifications forbidden|audit forbidden|webhooks pushed|gateway forbidden`,
		},
		"august, only the master key": {
			DeliveryInputs{Dialect: head, NoCore: noVirtual, Hubs: hubsOf("!navigation-state", "admin-notifications"), Polls: headLists},
			`spend polled 30s|keys polled 30s|groups polled 30s|providers polled 30s|health polled 30s|errors polled 30s|mappings polled 30s|discovery polled 30s|tasks forbidden|settings polled 30s|notifications polled 30s|audit polled 30s|webhooks forbidden|gateway polled 30s`,
		},
		"july, both keys": {
			DeliveryInputs{Dialect: july, Hubs: julyHubs, Polls: julyLists},
			`spend pushed 30s|keys polled 30s|groups none|providers polled 30s|health pushed 30s|errors none|mappings pushed 30s|discovery pushed|tasks pushed|settings polled 30s|notifications polled 30s|audit none|webhooks pushed|gateway polled 30s`,
		},
		"july, only a virtual key": {
			DeliveryInputs{Dialect: july, NoAdmin: noMaster, Hubs: hubsOf("spend", "tasks", "notifications", "webhooks", "model-discovery")},
			`spend pushed|keys forbidden|groups none|providers forbidden|health forbidden|errors none|mappings pushed|discovery pushed|tasks pushed|settings forbidden|notifications forbidden|audit none|webhooks pushed|gateway forbidden`,
		},
		"july, only the master key": {
			DeliveryInputs{Dialect: july, NoCore: noVirtual, Hubs: hubsOf("!navigation-state", "admin-notifications"), Polls: julyLists},
			`spend polled 30s|keys polled 30s|groups none|providers polled 30s|health pushed 30s|errors none|mappings polled 30s|discovery forbidden|tasks forbidden|settings polled 30s|notifications polled 30s|audit none|webhooks forbidden|gateway polled 30s`,
		},
		"contract, both keys": {
			DeliveryInputs{Dialect: contract, Hubs: hubsOf("spend", "tasks", "notifications", "webhooks", ownKeyHub, "model-discovery", "navigation-state", "admin-notifications"), Polls: listsOf("negotiate")},
			`spend pushed|keys pushed|groups none|providers pushed|health pushed|errors none|mappings pushed|discovery pushed|tasks pushed|settings pushed|notifications pushed|audit none|webhooks pushed|gateway polled 30s`,
		},
		"contract, only a virtual key": {
			DeliveryInputs{Dialect: contract, NoAdmin: noMaster, Hubs: hubsOf("spend", "tasks", "notifications", "webhooks", ownKeyHub, "model-discovery"), Polls: listsOf("negotiate")},
			`spend pushed|keys pushed|groups none|providers forbidden|health forbidden|errors none|mappings forbidden|discovery pushed|tasks pushed|settings forbidden|notifications pushed|audit none|webhooks pushed|gateway polled 30s`,
		},
		"not known yet": {
			DeliveryInputs{Hubs: headHubs},
			`spend none|keys none|groups none|providers none|health none|errors none|mappings none|discovery none|tasks none|settings none|notifications none|audit none|webhooks none|gateway none`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			all := Deliveries(tt.seen)
			if d := cmp.Diff(strings.Split(tt.want, "|"), inShort(all, false)); d != "" {
				t.Error(d)
			}
			for _, c := range all {
				if c.Delivery != event.DeliveryPushed && c.Reason == "" {
					t.Errorf("%s is %s without a reason", c.Topic, c.Delivery)
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
// What is pushed of a topic is not all of it only where the rest of it is listed and
// that list is not read.
func TestCoverSaysWhatIsPartly(t *testing.T) {
	refused := listsOf()
	refused["logs"] = event.Polled{Outcome: event.PollUnauthorized}
	for name, c := range map[string]struct {
		seen DeliveryInputs
		want bool
	}{
		"both":                        {DeliveryInputs{Dialect: head, Hubs: headHubs, Polls: headLists}, false},
		"no master key":               {DeliveryInputs{Dialect: head, Hubs: headHubs, NoAdmin: noMaster}, true},
		"the log is refused":          {DeliveryInputs{Dialect: head, Hubs: headHubs, Polls: refused}, true},
		"no virtual key":              {DeliveryInputs{Dialect: head, NoCore: noVirtual, Polls: headLists}, false},
		"a gateway that pushes all":   {DeliveryInputs{Dialect: july, Hubs: julyHubs, NoAdmin: noMaster}, false},
		"the other gateway's dialect": {DeliveryInputs{Dialect: contract, Hubs: hubsOf("spend")}, false},
	} {
		for _, d := range Deliveries(c.seen) {
			if d.Partly != (c.want && d.Topic == "spend") {
				t.Errorf("%s: %s is partly %t", name, d.Topic, d.Partly)
			}
		}
	}
}

func TestCoverSaysWhy(t *testing.T) {
	failing := listsOf("keys")
	failing["keys"] = event.Polled{Outcome: event.PollTimedOut, Cause: "The gateway's Admin API does not answer in time.", EveryMS: 60_000}
	barred := listsOf()
	barred["groups"] = event.Polled{Outcome: event.PollUnauthorized, Cause: "The gateway does not accept the key for its Admin API."}
	missing := listsOf()
	missing["settings"] = event.Polled{Outcome: event.PollUnsupported, Cause: "This gateway has no such list."}
	for _, tt := range []struct {
		topic string
		seen  DeliveryInputs
		want  string
	}{
		{"providers", DeliveryInputs{Dialect: head, Hubs: headHubs, Polls: headLists}, "polled: This gateway does not push provider changes; checked every 30 s."},
		{"providers", DeliveryInputs{Dialect: head, NoAdmin: noMaster, Hubs: headHubs}, "forbidden: No master key: the Admin API is not asked. This gateway does not push provider changes."},
		{"spend", DeliveryInputs{Dialect: head, NoCore: noVirtual, Polls: headLists}, "polled: No virtual key: the Core API is not asked; checked every 30 s. Batches and tasks are pushed. Chats are read from the request log; streamed ones are not in it."},
		{"mappings", DeliveryInputs{Dialect: head, Hubs: hubsOf("-notifications"), Polls: headLists}, "polled: Live updates are not connected: The connection was lost; checked every 30 s. What was changed in it is read."},
		{"keys", DeliveryInputs{Dialect: head, Hubs: headHubs, Polls: failing}, "polled: This gateway does not push changes of virtual keys; checked every 60 s. The last read failed: The gateway's Admin API does not answer in time."},
		{"groups", DeliveryInputs{Dialect: head, Hubs: headHubs, Polls: barred}, "forbidden: The gateway does not accept the key for its Admin API. This gateway does not push balances of key groups."},
		{"settings", DeliveryInputs{Dialect: july, Hubs: julyHubs, Polls: missing}, "none: This gateway does not push changes of settings. It is not read either: This gateway has no such list."},
		{"groups", DeliveryInputs{Dialect: july, Hubs: julyHubs, Polls: julyLists}, "none: This gateway does not tell balances of key groups."},
		{"mappings", DeliveryInputs{Dialect: head, Hubs: headHubs, NoAdmin: noMaster}, "pushed: What was changed in it is read. It cannot be read as well: No master key: the Admin API is not asked."},
		{"tasks", DeliveryInputs{Dialect: head, Hubs: hubsOf("?tasks")}, "forbidden: Live updates are not connected: The gateway does not accept the key."},
		{"hub:model-discovery", DeliveryInputs{Dialect: head, Hubs: headHubs}, "none: This gateway has no such hub."},
		{"hub:admin-notifications", DeliveryInputs{Dialect: head, Hubs: headHubs}, "none: It is connected. This gateway sends nothing on it by itself: what comes are answers to what Gatewatch asked."},
		{"hub:spend", DeliveryInputs{Dialect: head, Hubs: hubsOf("-spend")}, "none: It is not connected. The connection was lost."},
		{"hub:spend", DeliveryInputs{Dialect: head, Hubs: hubsOf("?spend")}, "forbidden: The gateway does not accept the key."},
		{"hub:spend", DeliveryInputs{NoCore: noVirtual}, "forbidden: " + noVirtual},
		{"hub:spend", DeliveryInputs{Hubs: headHubs}, "pushed: "},
	} {
		all := Deliveries(tt.seen)
		i := slices.IndexFunc(all, func(c event.DeliveryChanged) bool { return c.Topic == tt.topic })
		if got := string(all[i].Delivery) + ": " + all[i].Reason; got != tt.want {
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
		hub   HubCondition
		want  wire.Dialect
	}{
		"nothing known":            {want: wire.DialectUnknown},
		"its lists say so":         {found: head, asked: true, word: contract, want: head},
		"it has no lists":          {asked: true, want: contract},
		"its events say so":        {word: contract, hub: HubCondition{State: event.LinkConnected}, want: contract},
		"a hub is gone":            {hub: HubCondition{Class: "unsupported"}, want: head},
		"a hub is there":           {hub: HubCondition{State: event.LinkConnected}, want: july},
		"a hub is not there now":   {hub: HubCondition{State: event.LinkReconnecting, Class: "network"}, want: wire.DialectUnknown},
		"no lists, and a hub gone": {asked: true, hub: HubCondition{Class: "unsupported"}, want: contract},
	} {
		t.Run(name, func(t *testing.T) {
			c := newDeliveryTracker("", "")
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
	last := func(topic string) (c event.DeliveryChanged) {
		for _, f := range of[event.DeliveryChanged](to, "") {
			if f.Topic == topic {
				c = f
			}
		}
		return c
	}
	await(t, "what can be seen", func() bool {
		return last("groups").Delivery == event.DeliveryPolled && last("spend").Delivery == event.DeliveryPushed && last("hub:tasks").Reason == "This gateway has no such hub."
	})
	if c := last("spend"); c.EveryMS != 10_000 || strings.Join(c.Sources, " ") != "hub:spend rest:logs" || c.At.IsZero() {
		t.Errorf("%+v", c)
	}
	await(t, "the parts", func() bool {
		asked := map[string]event.PollOutcome{}
		for _, env := range to.all() {
			if a, ok := env.Body.(event.Polled); ok {
				asked[env.Source.String()] = a.Outcome
			}
		}
		return asked["rest:negotiate"] == event.PollUnsupported && asked["rest:core"] == event.PollUnsupported && asked["rest:parts"] == event.PollOK
	})
	w.SetVisible(false)
	await(t, "another interval", func() bool { return last("groups").EveryMS == 60_000 })
	w.stop()
	for _, f := range of[event.DeliveryChanged](to, "") {
		if strings.Contains(f.Reason, virtualKey) || strings.Contains(f.Reason, masterKey) {
			t.Errorf("a key is shown: %q", f.Reason)
		}
	}
}

// TestWhoIsRefusedIsNotAskedForTheRest: where the master key was refused for one list, that is
// why another one was not read; that the virtual key was is not.
func TestWhoIsRefusedIsNotAskedForTheRest(t *testing.T) {
	in := DeliveryInputs{Polls: map[string]event.Polled{
		"groups":              {Outcome: event.PollUnauthorized, Cause: "The master key was refused."},
		event.SourceNegotiate: {Outcome: event.PollUnauthorized, Cause: "The virtual key was refused."},
	}}
	if got := in.unread("providers"); got != "The master key was refused." {
		t.Error(got)
	}
	delete(in.Polls, "groups")
	if got := in.unread("providers"); got != "It was not asked yet." {
		t.Error(got)
	}
}
