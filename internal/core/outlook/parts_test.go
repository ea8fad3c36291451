package outlook

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// halved is a gateway of which a half is gone since 11:58 and the other one answers.
func halved(l *state.Live, id, lost string) {
	l.Gateways[id] = state.Gateway{ID: id, Label: id, Overall: "partial", LastEventAt: noon.UnixMilli()}
	for _, plane := range []string{"core", "admin"} {
		for _, hub := range []string{"spend", "tasks"} {
			x := state.Link{ID: id + "/" + plane + hub, Gateway: id, Plane: plane, Hub: hub, State: "connected", LastReceived: noon.UnixMilli()}
			if plane == lost {
				x.State, x.Cause, x.LostAt = "reconnecting", "Connection refused.", noon.Add(-2*time.Minute).UnixMilli()
			}
			l.Links[x.ID] = x
		}
	}
}

// Where a half of a gateway is gone, or one of several gateways, that is the sentence,
// and what still answers is said with it.
func TestAPartThatIsGone(t *testing.T) {
	for _, c := range []struct {
		what   string
		change func(l *state.Live)
		says   string
	}{
		{"Core", func(l *state.Live) { halved(l, "prod", "core") }, "warning: Core does not answer since 11:58 (Connection refused). Admin answers."},
		{"Admin", func(l *state.Live) { halved(l, "prod", "admin") }, "warning: Admin does not answer since 11:58 (Connection refused). Core answers."},
		{"a key that Admin refuses", func(l *state.Live) {
			halved(l, "prod", "admin")
			for id, x := range l.Links {
				if x.Plane == "admin" {
					x.State, x.Cause = "error", "The gateway does not accept this key."
					l.Links[id] = x
				}
			}
		}, "warning: Admin needs you since 11:58 (The gateway does not accept this key). Core answers."},
		{"Admin, connected for the first time", func(l *state.Live) {
			halved(l, "prod", "admin")
			for id, x := range l.Links {
				if x.Plane == "admin" {
					x.State, x.Cause, x.LostAt = "connecting", "", 0
					l.Links[id] = x
				}
			}
		}, "unsure: Nothing needs you, as far as can be seen. Hubs spend, tasks are not connected; providers are not known yet; budgets are not known yet."},
		{"one hub of a half", func(l *state.Live) {
			halved(l, "prod", "admin")
			x := l.Links["prod/adminspend"]
			x.State = "connected"
			l.Links[x.ID] = x
		}, "unsure: Nothing needs you, as far as can be seen. Hub tasks is not connected; providers are not known yet; budgets are not known yet."},
		{"hubs that are not offered", func(l *state.Live) {
			halved(l, "prod", "admin")
			for id, x := range l.Links {
				if x.Plane == "admin" {
					x.Class = "unsupported"
					l.Links[id] = x
				}
			}
			g := l.Gateways["prod"]
			g.Overall = "connected"
			l.Gateways["prod"] = g
		}, "unsure: Nothing needs you, as far as can be seen. Providers are not known yet; budgets are not known yet."},
		{"one half of two gateways", func(l *state.Live) {
			halved(l, "prod", "core")
			halved(l, "staging", "none")
			l.Gateways["staging"] = state.Gateway{ID: "staging", Label: "staging", Overall: "connected"}
		}, "warning: Core of prod does not answer since 11:58 (Connection refused). Admin of prod and staging answer."},
		{"one of two gateways", func(l *state.Live) {
			halved(l, "prod", "none")
			l.Gateways["prod"] = state.Gateway{ID: "prod", Label: "prod", Overall: "connected"}
			halved(l, "staging", "none")
			l.Gateways["staging"] = state.Gateway{ID: "staging", Label: "staging", Overall: "reconnecting", Cause: "timeout"}
			for id, x := range l.Links {
				if x.Gateway == "staging" {
					x.State, x.LostAt = "reconnecting", noon.Add(-2*time.Minute).UnixMilli()
					l.Links[id] = x
				}
			}
		}, "warning: staging does not answer since 11:58 (timeout). prod answers."},
	} {
		l := state.New().Live()
		c.change(l)
		o := Of(l, noon)[All]
		if says := o.Condition + ": " + o.Head + " " + o.Rest; says != c.says {
			t.Errorf("%s: %q, want %q", c.what, says, c.says)
		}
		if o.Short+"." != o.Head {
			t.Errorf("%s: in short %q", c.what, o.Short)
		}
	}
}

// Connections that stand and bring nothing for two minutes, not even a sign of life,
// are no news, and not calm.
func TestNothingIsHeard(t *testing.T) {
	l := well()
	g := l.Gateways["prod"]
	g.LastEventAt = noon.Add(-5 * time.Minute).UnixMilli()
	l.Gateways["prod"] = g
	if o := Of(l, noon)[All]; o.Condition != Stale || o.Head+" "+o.Rest != "No news since 11:55. What is shown is what was last known." || o.HeardAt != g.LastEventAt {
		t.Errorf("%+v", o)
	}
	x := l.Links["prod/spend"]
	x.LastReceived = noon.Add(-20 * time.Second).UnixMilli()
	l.Links[x.ID] = x
	if o := Of(l, noon)[All]; o.Condition != OK || o.HeardAt != x.LastReceived {
		t.Errorf("with a sign of life: %+v", o)
	}
}

// What was never known is not said to be what was last known, and no sentence says
// twice that it is tried again.
func TestWhatWasNeverKnown(t *testing.T) {
	l := state.New().Live()
	l.Gateways["prod"] = state.Gateway{ID: "prod", Label: "prod", Overall: "connecting", Cause: "Connection refused."}
	if o := Of(l, noon)[All]; o.Rest != "Nothing is known of it yet. It is tried again by itself." {
		t.Errorf("never known: %q", o.Rest)
	}
	l.Gateways["prod"] = state.Gateway{ID: "prod", Label: "prod", Overall: "reconnecting", LastEventAt: 5}
	if o := Of(l, noon)[All]; o.Rest != "What is shown is what was last known. It is tried again by itself." {
		t.Errorf("known before: %q", o.Rest)
	}
	l.App["network"] = state.AppCondition{ID: "network", Title: "You are offline."}
	if o := Of(l, noon)[All]; o.Rest != "What is shown is what was last known. Alerts resume when the network is back." {
		t.Errorf("offline: %q", o.Rest)
	}
	delete(l.App, "network")
	l.Alerts["c"] = state.AlertLine{ID: "c", Gateway: "prod", Severity: string(event.SeverityCritical), Status: "firing", Title: "prod does not answer"}
	l.Alerts["w"] = state.AlertLine{ID: "w", Gateway: "prod", Severity: string(event.SeverityWarning), Status: "firing", Title: "billing has used 82 %"}
	if o := Of(l, noon)[All]; o.Short != "1 critical: prod does not answer" || o.Head != "2 things need you." {
		t.Errorf("%+v", o)
	}
}
