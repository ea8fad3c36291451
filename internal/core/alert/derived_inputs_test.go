package alert

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestWhatIsMeasuredIsJudged: rules that need inputs have them from facts.
func TestWhatIsMeasuredIsJudged(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts func(at time.Time) []event.Event
		want  []string // what happens within five minutes, of all that the facts are about
	}{
		{"uncharged", func(at time.Time) []event.Event {
			return []event.Event{event.AuditMeasured{Calls: 40, Uncharged: 2, At: at}}
		}, []string{"spend.uncharged fired"}},
		{"uncharged, but of too few", func(at time.Time) []event.Event {
			return []event.Event{event.AuditMeasured{Calls: 19, Uncharged: 19, At: at}}
		}, nil},
		{"failing", func(at time.Time) []event.Event {
			return []event.Event{event.TrafficMeasured{Provider: "A", Recent: event.Traffic{Requests: 20, Failed: 4}, LastFailed: at.Add(time.Minute), P95MS: -1, BaselineP95MS: -1, At: at}}
		}, []string{"provider.unhealthy.derived fired", "provider.degraded fired"}},
		{"somebody's failures", func(at time.Time) []event.Event {
			return []event.Event{event.TrafficMeasured{Provider: "A", Shared: true, Recent: event.Traffic{Requests: 20, Failed: 20}, P95MS: -1, BaselineP95MS: -1, At: at}}
		}, nil},
		{"refused", func(at time.Time) []event.Event {
			return []event.Event{event.CredentialRejected{Provider: "A", Status: 403, Count: 1, Since: at, At: at}}
		}, []string{"provider.credentials fired"}},
		{"refused, then accepted", func(at time.Time) []event.Event {
			return []event.Event{
				event.CredentialRejected{Provider: "A", Status: 403, Count: 1, Since: at, At: at},
				event.CredentialAccepted{Provider: "A", At: at},
			}
		}, nil},
		{"refused, then changed by somebody", func(at time.Time) []event.Event {
			return []event.Event{
				event.CredentialRejected{Provider: "A", Status: 403, Count: 1, Since: at, At: at},
				event.NavigationChanged{Entity: event.EntityProvider, Action: event.ActionEnabled, ID: "A", At: at},
			}
		}, []string{"config.changed fired"}},
		{"expiring", func(at time.Time) []event.Event {
			return []event.Event{event.KeyRead{Key: "1", Expires: at.Add(6 * 24 * time.Hour), At: at}}
		}, []string{"key.expiring fired"}},
		{"no longer expiring", func(at time.Time) []event.Event {
			return []event.Event{event.KeyRead{Key: "1", Expires: at.Add(6 * 24 * time.Hour), At: at}, event.KeyRead{Key: "1", At: at}}
		}, nil},
		{"retired", func(at time.Time) []event.Event {
			return []event.Event{event.ModelsRetired{Provider: "A", Models: []string{"m"}, At: at}}
		}, []string{"model.retired fired"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, DefaultConfig())
			w.provider("A", "healthy", false)
			w.key("1", "one", 0.1)
			w.after(0)
			for _, f := range c.facts(w.at) {
				w.fact(f)
			}
			got := slices.DeleteFunc(w.after(5*time.Minute), func(h string) bool { return !strings.HasSuffix(h, " fired") })
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestAGatewayIsUnreachableWithoutREST: hubs that are down say little while
// lists are read; a refused key is an answer, too.
func TestAGatewayIsUnreachableWithoutREST(t *testing.T) {
	for class, unreachable := range map[string]bool{"": false, "network": true, "gateway_down": true, "auth": false, "rate_limited": false} {
		t.Run(class, func(t *testing.T) {
			w := newWorld(t, DefaultConfig())
			w.fact(event.LinkChanged{Hub: restLink, State: event.LinkConnected})
			w.after(0)
			w.link("prod", "notifications", "reconnecting", "network")
			w.link("prod", "spend", "reconnecting", "network")
			if got := w.after(3 * time.Minute); slices.Contains(got, "gateway.unreachable fired") {
				t.Errorf("while lists are read: %q", got)
			}
			if class != "" {
				w.fact(event.LinkChanged{Hub: restLink, State: event.LinkReconnecting, Class: class})
			}
			if got := w.after(3 * time.Minute); slices.Contains(got, "gateway.unreachable fired") != unreachable {
				t.Errorf("%q", got)
			}
			if !unreachable {
				return
			}
			w.fact(event.LinkChanged{Hub: restLink, State: event.LinkConnected})
			if got := strings.Join(w.after(3*time.Minute), " "); !strings.Contains(got, "gateway.unreachable resolved") {
				t.Errorf("lists are read again: %q", got)
			}
		})
	}
}

// TestMeasuredIsBounded: a gateway cannot make the rules' memory grow.
func TestMeasuredIsBounded(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	for i := range 3 * maxDerived / 2 {
		id := fmt.Sprint(i)
		w.fact(event.KeyRead{Key: event.KeyID(id), Expires: w.at.Add(time.Hour)})
		w.fact(event.TrafficMeasured{Provider: event.ProviderID(id)})
		w.fact(event.ModelsRead{Provider: event.ProviderID(id)})
		w.fact(event.CredentialRejected{Provider: event.ProviderID(id)})
	}
	m := &w.ev.derived
	if n := max(len(m.expiries), len(m.traffic), len(m.models), len(m.rejected)); n > maxDerived {
		t.Errorf("%d are kept", n)
	}
	w.after(time.Hour)
	if len(m.traffic) != 0 {
		t.Errorf("%d are kept for an hour", len(m.traffic))
	}
}
