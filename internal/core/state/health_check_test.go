package state

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// scene is a gateway whose signs a test gives one by one.
type scene struct {
	*State
	t   *testing.T
	now time.Time
	seq uint64
}

func newScene(t *testing.T) *scene {
	s := &scene{State: New(), t: t, now: t0}
	s.SetGateway(Gateway{ID: "g", Label: "prod"})
	s.Tick(s.now)
	return s
}

func (s *scene) at(d time.Duration) *scene { s.now = t0.Add(d); return s }

func (s *scene) event(via event.Via, name string, b event.Event) {
	s.seq++
	s.Apply(&event.Envelope{Seq: s.seq, At: s.now, Source: &event.Source{Gateway: "g", Via: via, Name: name}, Body: b})
}

// polled is one read of a source, every 30 s.
func (s *scene) polled(name string, o event.PollOutcome, words ...event.SelfReport) {
	s.event(event.ViaREST, name, event.Polled{Outcome: o, SelfReports: words, EveryMS: 30_000, LatencyMS: -1, At: s.now})
}

// selfReport is what Core says of its event bus.
func (s *scene) selfReport(h event.Health) {
	s.polled(event.SourceCoreHealth, event.PollOK, event.SelfReport{Component: event.ComponentEventBus, Health: h, Text: string(h)})
}

func (s *scene) database(h event.Health) {
	s.event(event.ViaREST, event.SourceAdminHealth, event.ComponentReported{Component: "database", Health: h, LatencyMS: -1, At: s.now})
	s.polled(event.SourceAdminHealth, event.PollOK)
}

func (s *scene) webhooksUp() {
	s.event(event.ViaHub, webhooks, event.LinkChanged{Hub: webhooks, Plane: event.PlaneCore, State: event.LinkConnected, At: s.now})
}

func (s *scene) beats() {
	s.event(event.ViaHub, webhooks, event.Heartbeat{Stream: webhooks, At: s.now})
}

// well is a round in which everything answers.
func (s *scene) well() {
	s.polled(event.SourceNegotiate, event.PollOK)
	s.selfReport(event.HealthHealthy)
	s.database(event.HealthHealthy)
	for _, l := range []string{"keys", "groups", "logs", event.SourceFailures} {
		s.polled(l, event.PollOK)
	}
}

// is the five lights in short: "core+ admin+ database- redis? bus~".
func (s *scene) is() string {
	var b strings.Builder
	for _, p := range componentOrder {
		l := s.Live().Components["g/"+string(p)]
		mark := map[string]string{"healthy": "+", "degraded": "~", "unhealthy": "-", "unknown": "?", "": "!"}[l.Health]
		because := ""
		if l.CausedBy != "" {
			because = "(" + l.CausedBy + ")"
		}
		fmt.Fprintf(&b, "%s%s%s ", strings.TrimPrefix(string(p), "event "), mark, because)
	}
	return strings.TrimSpace(b.String())
}

const allWell = "core+ admin+ database+ redis+ bus+"

// TestLights sets the lights as the gateway's parts were seen to go down and
// come back: see the recordings of outages.
func TestLights(t *testing.T) {
	const allUnknown = "core? admin? database? redis? bus?"
	for name, tt := range map[string]struct {
		play func(s *scene)
		want string
	}{
		"nothing asked": {func(s *scene) { s.webhooksUp() }, allUnknown},
		"all well":      {func(s *scene) {}, allWell},
		"redis: negotiation hangs and failures are not answered": {func(s *scene) {
			s.polled(event.SourceNegotiate, event.PollTimedOut)
			s.polled(event.SourceFailures, event.PollFailed)
		}, "core~(redis) admin+ database+ redis- bus+"},
		"redis: one sign alone": {func(s *scene) {
			s.polled(event.SourceNegotiate, event.PollTimedOut)
		}, "core- admin+ database+ redis? bus+"},
		"redis: failures alone, negotiation works": {func(s *scene) {
			s.polled(event.SourceFailures, event.PollFailed)
		}, allWell},
		"core frozen: it does not even say how it is": {func(s *scene) {
			s.polled(event.SourceNegotiate, event.PollTimedOut)
			s.polled(event.SourceCoreHealth, event.PollTimedOut)
		}, "core- admin+ database+ redis? bus?"},
		"core stopped": {func(s *scene) {
			s.polled(event.SourceNegotiate, event.PollFailed)
			s.polled(event.SourceCoreHealth, event.PollFailed)
		}, "core- admin+ database+ redis? bus?"},
		"redis by its own word": {func(s *scene) {
			s.polled(event.SourceCoreHealth, event.PollOK, event.SelfReport{Component: event.ComponentRedis, Health: event.HealthUnhealthy})
		}, "core+ admin+ database+ redis- bus+"},
		"database by its own word": {func(s *scene) {
			s.database(event.HealthUnhealthy)
			s.polled("keys", event.PollFailed)
			s.polled("groups", event.PollFailed)
			s.polled("logs", event.PollOK)                   // 200 and empty without the database
			s.polled(event.SourceFailures, event.PollFailed) // no sign of Redis then
			s.polled(event.SourceNegotiate, event.PollTimedOut)
		}, "core- admin+ database- redis? bus+"},
		"database by its lists": {func(s *scene) {
			s.polled("keys", event.PollFailed)
			s.polled("groups", event.PollFailed)
			s.polled("logs", event.PollOK)
		}, "core+ admin+ database- redis+ bus+"},
		"one list with errors is its own trouble": {func(s *scene) {
			s.polled("keys", event.PollFailed)
		}, allWell},
		"lists that were not read again since others came back": {func(s *scene) {
			for _, l := range []string{"keys", "groups", "audit"} {
				s.polled(l, event.PollFailed)
			}
			s.at(40 * time.Second)
			s.polled("keys", event.PollOK)
			s.polled("groups", event.PollOK)
			s.at(41 * time.Second)
			s.polled("costs", event.PollFailed) // has a trouble of its own
		}, allWell},
		"event bus": {func(s *scene) { s.selfReport(event.HealthDegraded) }, "core+ admin+ database+ redis+ bus-"},
		"admin silent": {func(s *scene) {
			s.polled(event.SourceAdminHealth, event.PollTimedOut)
			s.polled("keys", event.PollTimedOut)
		}, "core+ admin- database? redis+ bus+"},
		"refused keys say nothing": {func(s *scene) {
			s.polled(event.SourceNegotiate, event.PollUnauthorized)
			s.polled(event.SourceAdminHealth, event.PollUnauthorized)
		}, "core? admin? database? redis? bus+"},
		"back again": {func(s *scene) {
			s.polled(event.SourceNegotiate, event.PollTimedOut)
			s.polled(event.SourceFailures, event.PollTimedOut)
			s.polled(event.SourceNegotiate, event.PollOK)
		}, allWell},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			if tt.want != allUnknown {
				s.well()
				s.at(20 * time.Second)
			}
			tt.play(s)
			if got := s.is(); got != tt.want {
				t.Errorf("lights %s, want %s", got, tt.want)
			}
		})
	}
}

// TestLightsGrowOld: what was seen 90 s ago and not since is not known.
func TestLightsGrowOld(t *testing.T) {
	s := newScene(t)
	s.well()
	s.at(90 * time.Second).Tick(s.now)
	if got := s.is(); got != allWell {
		t.Errorf("after 90 s: %s", got)
	}
	s.at(2 * time.Minute).Tick(s.now)
	if got := s.is(); got != "core? admin? database? redis? bus?" {
		t.Errorf("after two minutes: %s", got)
	}
	if src := s.Live().PollTargets["g/rest:keys"]; src.SucceededAt != ms(t0) || src.StaleAfterMS != 90_000 {
		t.Errorf("%+v", src)
	}
}

// TestLetGoNothingWorks: a gateway that somebody disconnected is not asked how it
// is, and what it said last is no sign of now.
func TestLetGoNothingWorks(t *testing.T) {
	s := newScene(t)
	s.webhooksUp()
	s.well()
	if got := s.is(); got != allWell {
		t.Fatalf("connected: %s", got)
	}
	s.at(time.Second).event(event.ViaHub, webhooks, event.LinkChanged{Hub: webhooks, Plane: event.PlaneCore, State: event.LinkDisconnected, At: s.now})
	if got, want := s.is(), "core? admin? database? redis? bus?"; got != want {
		t.Errorf("disconnected: %s, want %s", got, want)
	}
	if got := s.Live().Components["g/redis"].Reason; got != text.CauseLetGo {
		t.Errorf("the reason is %q", got)
	}
	s.at(2 * time.Second).webhooksUp()
	s.well()
	if got := s.is(); got != allWell {
		t.Errorf("connected again: %s", got)
	}
}

// TestSinceWhenALightIsKnown: what was not known before began at no time that anybody
// knows; what was seen to change began then.
func TestSinceWhenALightIsKnown(t *testing.T) {
	s := newScene(t)
	database := func() ComponentHealth { return s.Live().Components["g/"+string(event.ComponentDatabase)] }
	s.well()
	if l := database(); l.Began {
		t.Errorf("at first: %+v", l)
	}
	s.at(30 * time.Second).database(event.HealthUnhealthy)
	if l := database(); !l.Began || l.Since != ms(s.now) {
		t.Errorf("seen to go down: %+v", l)
	}
	s.at(60 * time.Second).database(event.HealthHealthy)
	if l := database(); !l.Began || l.Since != ms(s.now) {
		t.Errorf("seen to come back: %+v", l)
	}
	s.at(90*time.Second).polled(event.SourceAdminHealth, event.PollUnauthorized)
	s.at(100 * time.Second).database(event.HealthHealthy)
	if l := database(); l.Began || l.Health != string(event.HealthHealthy) || l.Since != ms(s.now) {
		t.Errorf("let in again: %+v", l)
	}
}

// TestLateReports: the report that comes each minute is missed after 90 s,
// reported at that time, and not after the machine slept.
func TestLateReports(t *testing.T) {
	s := newScene(t)
	s.webhooksUp()
	s.at(200 * time.Second)
	s.well()
	s.Tick(s.now)
	if got := s.is(); got != allWell {
		t.Fatalf("a report that never came is missed: %s", got)
	}
	s.beats()
	beat := s.now
	next := s.Tick(s.now.Add(time.Second))
	for s.now = next; next.Before(beat.Add(91 * time.Second)); s.now = next {
		s.well()
		if next = s.Tick(s.now); !next.After(s.now) {
			t.Fatal("the next look is not later")
		}
	}
	if late := s.now.Sub(beat); late > 92*time.Second {
		t.Errorf("looked %v after the report", late)
	}
	s.well()
	s.Tick(s.now)
	if got := s.is(); got != "core+ admin+ database+ redis+ bus~" {
		t.Errorf("without reports: %s", got)
	}
	s.polled(event.SourceNegotiate, event.PollTimedOut)
	if got := s.is(); got != "core~(redis) admin+ database+ redis- bus~(redis)" {
		t.Errorf("two signs: %s", got)
	}
	s.beats()
	if got := s.is(); got != "core- admin+ database+ redis? bus+" {
		t.Errorf("with a report again: %s", got)
	}
	s.at(s.now.Sub(t0) + 100*time.Second)
	s.well()
	s.Tick(s.now)
	if got := s.is(); got != allWell {
		t.Errorf("Redis is back, the next report is not there yet: %s", got)
	}
	s.now = s.now.Add(time.Hour) // asleep
	s.Tick(s.now)
	s.well()
	if got := s.is(); got != allWell {
		t.Errorf("after sleep: %s", got)
	}
}

// TestReportsAfterRedis: what Redis held back may take as long again to come.
func TestReportsAfterRedis(t *testing.T) {
	s := newScene(t)
	s.webhooksUp()
	s.well()
	s.beats()
	s.at(100 * time.Second)
	s.well()
	s.polled(event.SourceNegotiate, event.PollTimedOut)
	s.Tick(s.now)
	if got := s.is(); got != "core~(redis) admin+ database+ redis- bus~(redis)" {
		t.Fatalf("without Redis: %s", got)
	}
	s.now = s.now.Add(time.Minute)
	s.well()
	if got := s.is(); got != allWell {
		t.Errorf("Redis is back: %s", got)
	}
	s.now = s.now.Add(91 * time.Second)
	s.well()
	if got := s.is(); got != "core+ admin+ database+ redis+ bus~" {
		t.Errorf("and nothing comes: %s", got)
	}
}

// TestCoverageIsState: what can be seen is kept with its age, and only another
// way is news.
func TestCoverageIsState(t *testing.T) {
	s := newScene(t)
	found := func(way event.Delivery, every int64, reason string) bool {
		s.seq++
		return s.Apply(&event.Envelope{
			Seq: s.seq, At: s.now, Source: &event.Source{Gateway: "g", Via: event.ViaComputed},
			Body: event.DeliveryChanged{Topic: "providers", Delivery: way, EveryMS: every, Reason: reason, At: s.now},
		})
	}
	if found(event.DeliveryPolled, 30_000, "a") {
		t.Error("what is found at first is news")
	}
	if found(event.DeliveryPolled, 60_000, "a") {
		t.Error("another interval is news")
	}
	s.at(time.Second)
	if found(event.DeliveryUnavailable, 0, "b") || found(event.DeliveryPolled, 60_000, "a") {
		t.Error("what is found out step by step is news")
	}
	s.at(time.Minute)
	if !found(event.DeliveryForbidden, 0, "No master key.") {
		t.Error("another way is no news")
	}
	if c := s.Live().Deliveries["g/providers"]; c.Since != ms(s.now) || c.Delivery != "forbidden" || c.Sources == nil {
		t.Errorf("%+v", c)
	}
	s.Forget("g", true)
	if len(s.Live().Deliveries)+len(s.Live().PollTargets)+len(s.Live().Components) != 0 {
		t.Error("forgotten, and still there")
	}
}
