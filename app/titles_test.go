package app

import (
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/history"
)

// What a hub and what the request log told of one provider is one line of a
// series, of its gateway only; two of one sort are not mixed with it.
func TestOneProviderIsOneLine(t *testing.T) {
	live := state.New().Live()
	for id, p := range map[string]state.Provider{
		"1": {Name: "main", Type: "OpenAICompatible"}, "2": {Name: "east", Type: "Groq"}, "3": {Name: "west", Type: "Groq"},
	} {
		p.ID, p.Gateway, p.Provider = "prod/"+id, "prod", id
		live.Providers[p.ID] = p
	}
	title := titles{live: live, known: map[[2]string]string{}}
	hour := time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	line := func(gateway, group string, amount int64) history.SpendLine {
		return history.SpendLine{
			Gateway: event.GatewayID(gateway), Group: group, Amount: event.NanoUSD(amount), Requests: 1,
			Points: []history.SpendPoint{{At: hour, Amount: event.NanoUSD(amount), Requests: 1}},
		}
	}
	got := series(title.lines([]history.SpendLine{
		line("prod", "west", 50), line("prod", "OpenAICompatible", 40), line("prod", "main", 30),
		line("prod", "Groq", 20), line("stage", "OpenAICompatible", 10),
	}), SpendQuery{From: hour.UnixMilli(), To: hour.Add(time.Hour).UnixMilli(), By: "provider"}, time.Hour)
	var names []string
	for _, l := range got.Series {
		names = append(names, l.Name)
	}
	if want := []string{"main", "west", "Groq (type)", "OpenAICompatible"}; !slices.Equal(names, want) {
		t.Fatalf("lines are %q, want %q", names, want)
	}
	if v := got.Series[0].Values; len(v) != 1 || v[0] != 70 {
		t.Errorf("main was paid %v, want 70", v)
	}
	if v := (titles{}).of("prod", "Groq"); v != "Groq" {
		t.Errorf("a model is called %q", v)
	}
}

// Two gateways' providers of one name are two lines that can be told apart; what no
// provider is known of is one.
func TestTwoGatewaysProvidersAreToldApart(t *testing.T) {
	live := state.New().Live()
	live.Gateways["prod"] = state.Gateway{ID: "prod", Label: "Production"}
	title := titles{live: live, known: map[[2]string]string{}}
	hour := time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	line := func(gateway, group string, amount int64) history.SpendLine {
		return history.SpendLine{
			Gateway: event.GatewayID(gateway), Group: group, Amount: event.NanoUSD(amount), Requests: 1,
			Points: []history.SpendPoint{{At: hour, Amount: event.NanoUSD(amount), Requests: 1}},
		}
	}
	got := series(title.lines([]history.SpendLine{
		line("prod", "openai", 50), line("stage", "openai", 40), line("stage", "groq", 30), line("prod", "", 5), line("stage", "", 2),
	}), SpendQuery{From: hour.UnixMilli(), To: hour.Add(time.Hour).UnixMilli(), By: "provider"}, time.Hour)
	var names []string
	for _, l := range got.Series {
		names = append(names, l.Name)
	}
	if want := []string{"openai (Production)", "openai (stage)", "groq", "not attributed"}; !slices.Equal(names, want) {
		t.Errorf("lines are %q, want %q", names, want)
	}
	if last := got.Series[len(got.Series)-1]; last.Values[0] != 7 {
		t.Errorf("of no provider is %v, want 7", last.Values)
	}
}
