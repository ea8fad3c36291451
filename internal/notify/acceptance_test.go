package notify

import (
	"testing"
	"time"

	"gatewatch/internal/event"
)

func TestSpendLimitScenario(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.key("prod", "7", "team-billing", 300, 500, "2026-11-01") })
	s.at(10*time.Second, func() { s.spend("prod", "7", 380, 80) })
	s.at(2*time.Minute, func() { s.spend("prod", "7", 455, 75) })
	s.at(time.Hour, nil)
	s.want(
		"+13s warning: team-billing has used 76 % — prod",
		"+2m0.5s critical: team-billing has used 91 % — prod",
	)
}

func TestProviderOutageScenario(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.health("prod", "OpenAI", event.HealthHealthy) })
	s.at(10*time.Second, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
	s.at(10*time.Minute, func() { s.health("prod", "OpenAI", event.HealthHealthy) })
	s.at(time.Hour, nil)
	s.want(
		"+20.5s critical: OpenAI is unhealthy — prod",
		"+11m3s info silent: OpenAI is healthy again — prod",
	)
}
