package state

import (
	"testing"

	"gatewatch/internal/core/event"
)

// What has a name is called by it in every line, whoever told the event.
func TestLinesSayNames(t *testing.T) {
	s := newScript()
	s.via = event.ViaREST
	s.apply(
		event.KeyRead{Key: "1", Name: "platform-api", Enabled: event.Known(true), At: t0},
		event.GroupRead{Group: "2", Name: "Platform", Balance: event.Known(event.USD(5)), At: t0},
		event.ProviderHealthChanged{Provider: "3", Name: "openai", Health: event.HealthHealthy, LatencyMS: -1, At: t0},
	)
	for _, c := range []struct {
		body event.Event
		want string
	}{
		{&event.SpendRecorded{Key: "1", Amount: event.USD(0.01), Model: "gpt", Request: "log:1", At: t0}, "platform-api spent $0.01 on gpt"},
		{&event.SpendRecorded{Key: "9", Amount: event.USD(0.01), Model: "gpt", Request: "log:2", At: t0}, "Key 9 spent $0.01 on gpt"},
		{event.KeyChanged{Key: "1", Action: event.ActionDisabled, At: t0}, "Key platform-api was disabled"},
		{event.GroupDebited{Group: "2", Amount: event.USD(1), At: t0}, "Group Platform was debited $1.00 for requests that its log does not show"},
		{event.ProviderHealthChanged{Provider: "3", Health: event.HealthDegraded, LatencyMS: -1, At: t0}, "Provider openai is degraded"},
	} {
		env := event.Envelope{Seq: 1000, At: t0, Source: &event.Source{Gateway: "g", Via: event.ViaREST, Name: "logs"}, Body: c.body}
		if !s.Apply(&env) {
			t.Errorf("%T was not applied", c.body)
		}
		if _, text := Describe(env); text != c.want { // as lines, notifications and the history get it
			t.Errorf("%q, want %q", text, c.want)
		}
	}
}
