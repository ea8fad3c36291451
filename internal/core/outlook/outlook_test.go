package outlook

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// well is a state in which all is known and well: of a gateway whose groups have
// balances.
func well() *state.Live {
	l := state.New().Live()
	l.Gateways["prod"] = state.Gateway{ID: "prod", Label: "prod", Core: "connected", Admin: "connected", Overall: "connected", LastEventAt: noon.Add(-5 * time.Second).UnixMilli()}
	for _, hub := range []string{"spend", "tasks", "rest"} {
		l.Links["prod/"+hub] = state.Link{ID: "prod/" + hub, Gateway: "prod", Hub: hub, State: "connected"}
	}
	for _, list := range []string{"groups", "providers", "keys"} {
		poll(l, list, event.PollOK)
	}
	for topic, way := range map[string]string{"groups": "polled", "health": "polled", "keys": "polled", "spend": "pushed"} {
		deliver(l, topic, way)
	}
	provider(l, "1", "healthy")
	provider(l, "2", "healthy")
	l.Groups["prod/1"] = state.Group{ID: "prod/1", Gateway: "prod", Group: "1", Name: "Platform", Balance: event.Known(event.USD(59)), UsedRatio: event.Known(0.41)}
	l.Keys["prod/7"] = state.KeySpend{ID: "prod/7", Gateway: "prod", Key: "7", Limit: event.NotKnown[event.NanoUSD](event.ReadingNotOffered, "")}
	return l
}

func poll(l *state.Live, list string, outcome event.PollOutcome) {
	id := "prod/rest:" + list
	l.PollTargets[id] = state.PollTarget{ID: id, Gateway: "prod", Source: "rest:" + list, Outcome: string(outcome), SucceededAt: 1}
}

func deliver(l *state.Live, topic, way string) {
	l.Deliveries["prod/"+topic] = state.TopicDelivery{ID: "prod/" + topic, Gateway: "prod", Topic: topic, Delivery: way}
}

func provider(l *state.Live, id, health string) {
	l.Providers["prod/"+id] = state.Provider{ID: "prod/" + id, Gateway: "prod", Provider: id, Name: "p" + id, Health: health}
}

// noMaster is what is known without a master key.
func noMaster(l *state.Live) {
	clear(l.PollTargets)
	clear(l.Groups)
	clear(l.Providers)
	for _, topic := range []string{"groups", "health", "keys"} {
		deliver(l, topic, "forbidden")
	}
}

// TestHubsThatAreDown: all are all, and not three of them.
func TestHubsThatAreDown(t *testing.T) {
	l := state.New().Live()
	l.Gateways["prod"] = state.Gateway{ID: "prod", Label: "prod", Overall: "partial"}
	put := func(hub, is string) {
		l.Links["prod/"+hub] = state.Link{ID: "prod/" + hub, Gateway: "prod", Hub: hub, State: is}
	}
	for _, hub := range []string{"a", "b", "c", "d"} {
		put(hub, "reconnecting")
	}
	says := func() string {
		g := l.Gateways["prod"]
		return (&view{live: l, ids: []string{"prod"}}).connections(&g).text
	}
	if got := says(); got != "no hub is connected" {
		t.Errorf("%q", got)
	}
	put("e", "connected")
	if got := says(); got != "hubs a, b, c and 1 more are not connected" {
		t.Errorf("%q", got)
	}
	put("d", "connected")
	if got := says(); got != "hubs a, b, c are not connected" {
		t.Errorf("%q", got)
	}
}

// A hub that one of several keys is not let in to is not connected, wherever that is
// said: what is counted and what is named is the same.
func TestAHubOfSeveralKeys(t *testing.T) {
	l := state.New().Live()
	l.Gateways["prod"] = state.Gateway{ID: "prod", Label: "prod", Overall: "partial"}
	put := func(hub, key, is string) {
		id := "prod/" + hub + "@" + key
		l.Links[id] = state.Link{ID: id, Gateway: "prod", Hub: hub, Slot: key, State: is}
	}
	for _, key := range []string{"1", "2"} {
		put("spend", key, "connected")
		put("own", key, "connected")
	}
	put("tasks", "", "connected")
	put("rest", "", "connected")
	put("spend", "3", "error")
	for _, c := range []struct {
		want state.Hubs
		says string
	}{
		{state.Hubs{Offered: 3, Connected: 2, Partly: 1}, "hub spend is not connected for every key"},
		{state.Hubs{Offered: 3, Connected: 1, Partly: 2}, "hubs own, spend are not connected for every key"},
		{state.Hubs{Offered: 3, Partly: 2}, "hub tasks is not connected, hubs own, spend are not for every key"},
	} {
		o := Of(l, noon)[All]
		if o.Hubs != c.want || o.Unknown[0] != c.says {
			t.Errorf("%+v %q, want %+v %q", o.Hubs, o.Unknown[0], c.want, c.says)
		}
		if o.Hubs.Partly == 1 {
			put("own", "3", "reconnecting")
		} else {
			put("tasks", "", "reconnecting")
		}
	}
}

// Calm is said of what is known only.
func TestCalmIsEarned(t *testing.T) {
	const unsure = "Nothing needs you, as far as can be seen. "
	for _, c := range []struct {
		what      string
		change    func(*state.Live)
		says      string
		hindrance string
	}{
		{"all well", func(*state.Live) {}, "All quiet. 2 providers healthy, tightest budget 41 %.", ""},
		{"no master key", noMaster, unsure + "Providers need the master key; budgets need the master key.", Forbidden},
		{"the list is forbidden", func(l *state.Live) { poll(l, "groups", event.PollForbidden) }, unsure + "Budgets may not be read with this key.", Forbidden},
		{"the key is refused", func(l *state.Live) { poll(l, "groups", event.PollUnauthorized) }, unsure + "Budgets cannot be read: the gateway refused the key.", Unauthorized},
		{"a list fails", func(l *state.Live) { poll(l, "providers", event.PollTimedOut) }, unsure + "Providers could not be read again.", Unreachable},
		{
			"just started", func(l *state.Live) { clear(l.Deliveries); clear(l.PollTargets); clear(l.Providers); clear(l.Groups) },
			unsure + "Providers are not known yet; budgets are not known yet.", Pending,
		},
		{"a gateway that pushed nothing yet", func(l *state.Live) {
			clear(l.PollTargets)
			clear(l.Providers)
			clear(l.Groups)
			clear(l.Keys)
			deliver(l, "groups", "none")
			deliver(l, "health", "pushed")
		}, unsure + "No provider was told of yet; no limit was told of yet.", ""},
		{
			"providers without a sign", func(l *state.Live) { provider(l, "1", "unknown"); provider(l, "3", "unknown") },
			unsure + "2 of 3 providers are not known yet.", "",
		},
		{"a null balance", func(l *state.Live) {
			l.Groups["prod/1"] = state.Group{ID: "prod/1", Gateway: "prod", Name: "Platform"}
		}, unsure + "The balance of Platform is not known.", ""},
		{"a hub is down", func(l *state.Live) {
			g := l.Gateways["prod"]
			g.Overall = "partial"
			l.Gateways["prod"] = g
			l.Links["prod/spend"] = state.Link{ID: "prod/spend", Gateway: "prod", Hub: "spend", State: "reconnecting"}
		}, unsure + "Hub spend is not connected.", ""},
		{"limits of keys that are not told", func(l *state.Live) {
			delete(l.PollTargets, "prod/rest:groups")
			deliver(l, "groups", "none")
			l.Keys["prod/7"] = state.KeySpend{ID: "prod/7", Gateway: "prod", Key: "7"}
		}, unsure + "1 of 1 limit is not known yet.", ""},
		{"keys that have none", func(l *state.Live) {
			delete(l.PollTargets, "prod/rest:groups")
			clear(l.Groups)
			deliver(l, "groups", "none")
			l.Keys["prod/7"] = state.KeySpend{ID: "prod/7", Gateway: "prod", Key: "7", Limit: event.NotKnown[event.NanoUSD](event.ReadingNone, "")}
		}, "All quiet. 2 providers healthy.", ""},
	} {
		l := well()
		c.change(l)
		o := Of(l, noon)[All]
		if says := o.Head + " " + o.Rest; says != c.says || o.Hindrance != c.hindrance || (o.Condition == OK) != strings.HasPrefix(c.says, "All quiet") {
			t.Errorf("%s: %s %q %q, want %q %q", c.what, o.Condition, says, o.Hindrance, c.says, c.hindrance)
		}
	}
}

func TestWhatNeedsTheReaderComesFirst(t *testing.T) {
	l := well()
	noMaster(l)
	line := func(id, severity string, change ...func(*state.AlertLine)) {
		a := state.AlertLine{ID: id, Gateway: "prod", Severity: severity, Status: "firing", Title: id}
		for _, f := range change {
			f(&a)
		}
		l.Alerts[id] = a
	}
	line("a key was updated", "info")
	line("seen", "critical", func(a *state.AlertLine) { a.Acked = true })
	line("explained", "critical", func(a *state.AlertLine) { a.InhibitedBy = "x" })
	line("silenced", "critical", func(a *state.AlertLine) { a.SilencedUntil = noon.Add(time.Hour).UnixMilli() })
	line("pending", "critical", func(a *state.AlertLine) { a.Status = "pending" })
	if o := Of(l, noon)[All]; o.Condition != Unsure {
		t.Errorf("nothing is open: %+v", o)
	}
	line("billing used 82 %", "warning")
	line("OpenAI is unhealthy", "critical")
	if o := Of(l, noon)["prod"]; o.Condition != Critical || o.Head != "2 things need you." || o.Rest != "OpenAI is unhealthy · billing used 82 %" {
		t.Errorf("%+v", o)
	}
	clear(l.Alerts)
	provider(l, "1", "degraded")
	if o := Of(l, noon)[All]; o.Condition != Warning || o.Head != "1 provider not healthy." || !strings.HasSuffix(o.Rest, " — no alert is open.") {
		t.Errorf("%+v", o)
	}
	line("it fails", "critical", func(a *state.AlertLine) {
		a.EntityKind, a.Entity, a.SilencedUntil = "provider", "1", noon.Add(time.Hour).UnixMilli()
	})
	if o := Of(l, noon)[All]; !strings.HasSuffix(o.Rest, " — its alert is snoozed.") {
		t.Errorf("%+v", o)
	}
}

func TestWithoutAConnection(t *testing.T) {
	for overall, want := range map[string]string{
		"connecting": "busy Connecting.", "disconnected": "offline Not connected.", "reconnecting": "stale prod does not answer since 11:58 (timeout).", "error": "critical prod needs you.",
	} {
		l := well()
		g := l.Gateways["prod"]
		g.Overall = overall
		if overall == "reconnecting" {
			g.Cause = "timeout"
		}
		l.Gateways["prod"] = g
		for id, x := range l.Links {
			x.Since, x.LostAt = noon.Add(-time.Second).UnixMilli(), noon.Add(-2*time.Minute).UnixMilli()
			l.Links[id] = x
		}
		if o := Of(l, noon)[All]; o.Condition+" "+o.Head != want {
			t.Errorf("%s: %+v", overall, o)
		}
	}
	if o := Of(state.New().Live(), noon)[All]; o.Condition != Offline || o.Head != "No gateway yet." {
		t.Errorf("%+v", o)
	}
}

// With several gateways each has a sentence of its own, and that of all says
// which one it is about.
func TestSeveralGateways(t *testing.T) {
	l := well()
	l.Gateways["new"] = state.Gateway{ID: "new", Label: "new", Overall: "connected"}
	all := Of(l, noon)
	if all["prod"].Condition != OK || all["new"].Condition != Unsure || all[All].Condition != Unsure {
		t.Errorf("%+v", all)
	}
	if want := "On new: providers are not known yet; on new: budgets are not known yet."; all[All].Rest != want {
		t.Errorf("of all: %q", all[All].Rest)
	}
}

// A gateway that is not reached is told of plainly: how that is, since when, why,
// and what to do. It outweighs warnings, as nothing else would be seen.
func TestWhatIsLost(t *testing.T) {
	at := noon.Add(-2 * time.Minute).UnixMilli()
	gone := func(l *state.Live, id, overall, cause string) {
		l.Gateways[id] = state.Gateway{ID: id, Label: id, Overall: overall, Cause: cause, NextAt: 7}
		l.Links[id+"/spend"] = state.Link{ID: id + "/spend", Gateway: id, Hub: "spend", State: overall, LostAt: at}
		l.Links[id+"/off"] = state.Link{ID: id + "/off", Gateway: id, Class: "idle", Since: noon.UnixMilli()}
	}
	l := state.New().Live()
	gone(l, "prod", "reconnecting", "Connection refused.")
	l.Alerts["w"] = state.AlertLine{ID: "w", Gateway: "prod", Severity: "warning", Status: "firing", Title: "billing has used 82 %"}
	const says = "prod does not answer since 11:58 (Connection refused)."
	want := Lost{
		Gateway: "prod", Label: "prod", State: "reconnecting", Since: at, Cause: "Connection refused.", NextAt: 7, Says: says,
		Do: "Look at it part by part with: gatewatch doctor",
	}
	if got := LostOf(l, All, noon); len(got) != 1 || got[0] != want {
		t.Errorf("%+v", got)
	}
	if o := Of(l, noon)["prod"]; o.Head != says || o.Condition != Stale || o.Hindrance != Unreachable {
		t.Errorf("%+v", o)
	}
	l.Alerts["c"] = state.AlertLine{ID: "c", Gateway: "prod", Severity: "critical", Status: "firing", Title: "prod does not answer"}
	if o := Of(l, noon)["prod"]; o.Head != "2 things need you." {
		t.Errorf("with something critical: %+v", o)
	}
	clear(l.Alerts)
	gone(l, "staging", "reconnecting", "")
	o := Of(l, noon)[All]
	if o.Head != "None of 2 gateways answers." || !strings.HasPrefix(o.Rest, "prod does not answer since 11:58 (Connection refused) · staging does not answer since 11:58. ") {
		t.Errorf("%+v", o)
	}
	gone(l, "staging", "connected", "")
	if got := LostOf(l, All, noon); len(got) != 1 || len(LostOf(l, "staging", noon)) != 0 {
		t.Errorf("beside one that answers: %+v", got)
	}
	gone(l, "staging", "error", "The gateway does not accept this key.")
	if got := LostOf(l, "staging", noon); len(got) != 1 || got[0].Says != "staging needs you since 11:58 (The gateway does not accept this key)." ||
		!strings.HasPrefix(got[0].Do, "It waits for you, and is tried again by itself only now and then.") {
		t.Errorf("refused: %+v", got)
	}
	gone(l, "staging", "connecting", "Connection refused.") // never up yet, and it was tried
	if o := Of(l, noon)["staging"]; o.Condition != Stale || o.Head != "staging does not answer since 11:58 (Connection refused)." || o.Hindrance != Unreachable {
		t.Errorf("tried for the first time: %+v", o)
	}
	delete(l.Gateways, "staging")
	l.App["network"] = state.AppCondition{ID: "network", Title: "You are offline."}
	if o := Of(l, noon)[All]; o.Head != "You are offline." || len(LostOf(l, All, noon)) != 0 {
		t.Errorf("without a network: %+v", o)
	}
}

// shut has a gateway let in no more what reads its lists, of which nothing is asked since.
func shut(l *state.Live, class, cause string) {
	g := l.Gateways["prod"]
	g.Overall = "partial"
	l.Gateways["prod"] = g
	l.Links["prod/rest"] = state.Link{ID: "prod/rest", Gateway: "prod", Hub: "rest", Plane: "admin", State: "error", Class: class, Cause: cause}
}

// TestWhyNothingIsRead: once its key or this address is refused nothing more is asked of a gateway, so what was
// read well before is not known any more, and why is said.
func TestWhyNothingIsRead(t *testing.T) {
	for _, c := range []struct{ class, cause, says, hindrance string }{
		{"auth", "", "its lists are not read, as the master key is refused", Unauthorized},
		{"forbidden", text.CauseBanned, "its lists are not read, as this address is banned", Forbidden},
	} {
		l := well()
		shut(l, c.class, c.cause)
		o := Of(l, noon)[All]
		want := c.says + "; providers could not be read again; budgets could not be read again"
		if says := strings.Join(o.Unknown, "; "); says != want || o.Hindrance != c.hindrance {
			t.Errorf("%q %q, want %q %q", says, o.Hindrance, want, c.hindrance)
		}
	}
}
