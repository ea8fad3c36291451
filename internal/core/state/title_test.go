package state

import (
	"testing"

	"gatewatch/internal/core/event"
)

// What a hub calls the provider of a spend is its sort; the log knows its
// name.
func TestProviderTitle(t *testing.T) {
	s := newScript()
	s.apply(
		event.TrafficMeasured{Provider: "1", Name: "Fake OpenAI-compatible", ProviderType: "OpenAICompatible", At: t0},
		event.TrafficMeasured{Provider: "2", Name: "OpenAI", ProviderType: "OpenAI", At: t0},
		event.TrafficMeasured{Provider: "3", Name: "east", ProviderType: "Groq", At: t0},
		event.TrafficMeasured{Provider: "4", Name: "west", ProviderType: "Groq", At: t0},
		event.TrafficMeasured{Provider: "5", Name: "Cerebras", ProviderType: "SambaNova", At: t0},
		event.TrafficMeasured{Provider: "6", Name: "fast", ProviderType: "Cerebras", At: t0},
		event.ProviderHealthChanged{Provider: "7", Name: "no sort known", At: t0},
	)
	for _, c := range []struct{ gateway, told, want string }{
		{"g", "OpenAICompatible", "Fake OpenAI-compatible"}, // the only one of its sort
		{"g", "openaicompatible", "Fake OpenAI-compatible"},
		{"g", "Fake OpenAI-compatible", "Fake OpenAI-compatible"},
		{"g", "OpenAI", "OpenAI"},
		{"g", "Groq", "Groq (type)"}, // of two nobody can say which
		{"g", "west", "west"},
		{"g", "Cerebras", "Cerebras"}, // the name of one and the sort of another
		{"g", "Replicate", "Replicate"},
		{"g", "no sort known", "no sort known"},
		{"g", "", ""},
		{"other", "OpenAICompatible", "OpenAICompatible"},
	} {
		if got := s.Live().ProviderTitle(c.gateway, c.told); got != c.want {
			t.Errorf("%q of %s is called %q, want %q", c.told, c.gateway, got, c.want)
		}
	}
}

func TestAPaymentNamesItsProvider(t *testing.T) {
	s := newScript()
	s.apply(
		event.TrafficMeasured{Provider: "1", Name: "Fake OpenAI-compatible", ProviderType: "OpenAICompatible", At: t0},
		&event.SpendRecorded{Key: "7", Amount: 5, Provider: "OpenAICompatible", Request: "r", At: t0},
	)
	for _, p := range s.Clone().Transactions {
		if p.Provider != "Fake OpenAI-compatible" {
			t.Errorf("%+v", p)
		}
	}
	if n := len(s.Clone().Transactions); n != 1 {
		t.Errorf("%d payments", n)
	}
}
