package alert

import (
	"testing"
	"time"

	"gatewatch/internal/state"
)

func TestProviderUnhealthyFiresAfterTenSeconds(t *testing.T) {
	live := state.New().Live()
	live.Gateways["prod"] = state.Gateway{ID: "prod", Label: "prod"}
	live.Providers["prod/1"] = state.Provider{ID: "prod/1", Gateway: "prod", Provider: "1", Name: "OpenAI", Health: "unhealthy"}
	e := New(DefaultConfig())
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ch, again := e.Eval(live, now)
	if len(ch) != 1 || ch[0].What != Began || !again.Equal(now.Add(10*time.Second)) {
		t.Fatal(ch, again)
	}
	ch, _ = e.Eval(live, again)
	if len(ch) != 1 || ch[0].What != Fired || ch[0].Alert.Title != "OpenAI is unhealthy — prod" {
		t.Fatalf("%+v", ch)
	}
}
