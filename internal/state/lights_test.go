package state

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/event"
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

func (s *scene) fact(via event.Via, name string, b event.Event) {
	s.seq++
	s.Apply(&event.Envelope{Seq: s.seq, At: s.now, Source: &event.Source{Gateway: "g", Via: via, Name: name}, Body: b})
}

// asked is one read of a source, every 30 s.
func (s *scene) asked(name string, o event.Outcome, words ...event.PartWord) {
	s.fact(event.ViaREST, name, event.Asked{Outcome: o, Parts: words, EveryMS: 30_000, LatencyMS: -1, At: s.now})
}

// word is what Core says of its event bus.
func (s *scene) word(h event.Health) {
	s.asked(event.SourceCoreWord, event.OutcomeGood, event.PartWord{Part: event.PartEventBus, Health: h, Text: string(h)})
}

func (s *scene) database(h event.Health) {
	s.fact(event.ViaREST, event.SourceParts, event.PartReported{Part: "database", Health: h, LatencyMS: -1, At: s.now})
	s.asked(event.SourceParts, event.OutcomeGood)
}

func (s *scene) webhooksUp() {
	s.fact(event.ViaHub, webhooks, event.LinkChanged{Hub: webhooks, Plane: event.PlaneCore, State: event.LinkConnected, At: s.now})
}

func (s *scene) beats() {
	s.fact(event.ViaHub, webhooks, event.Heartbeat{Stream: webhooks, At: s.now})
}

// well is a round in which everything answers.
func (s *scene) well() {
	s.asked(event.SourceNegotiate, event.OutcomeGood)
	s.word(event.HealthHealthy)
	s.database(event.HealthHealthy)
	for _, l := range []string{"keys", "groups", "logs", event.SourceFailures} {
		s.asked(l, event.OutcomeGood)
	}
}

// is the five lights in short: "core+ admin+ database- redis? bus~".
func (s *scene) is() string {
	var b strings.Builder
	for _, p := range parts {
		l := s.Live().Parts["g/"+string(p)]
		mark := map[string]string{"healthy": "+", "degraded": "~", "unhealthy": "-", "unknown": "?", "": "!"}[l.Health]
		because := ""
		if l.Because != "" {
			because = "(" + l.Because + ")"
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
			s.asked(event.SourceNegotiate, event.OutcomeSilent)
			s.asked(event.SourceFailures, event.OutcomeError)
		}, "core~(redis) admin+ database+ redis- bus+"},
		"redis: one sign alone": {func(s *scene) {
			s.asked(event.SourceNegotiate, event.OutcomeSilent)
		}, "core- admin+ database+ redis? bus+"},
		"redis: failures alone, negotiation works": {func(s *scene) {
			s.asked(event.SourceFailures, event.OutcomeError)
		}, allWell},
		"core frozen: it does not even say how it is": {func(s *scene) {
			s.asked(event.SourceNegotiate, event.OutcomeSilent)
			s.asked(event.SourceCoreWord, event.OutcomeSilent)
		}, "core- admin+ database+ redis? bus?"},
		"core stopped": {func(s *scene) {
			s.asked(event.SourceNegotiate, event.OutcomeError)
			s.asked(event.SourceCoreWord, event.OutcomeError)
		}, "core- admin+ database+ redis? bus?"},
		"redis by its own word": {func(s *scene) {
			s.asked(event.SourceCoreWord, event.OutcomeGood, event.PartWord{Part: event.PartRedis, Health: event.HealthUnhealthy})
		}, "core+ admin+ database+ redis- bus+"},
		"database by its own word": {func(s *scene) {
			s.database(event.HealthUnhealthy)
			s.asked("keys", event.OutcomeError)
			s.asked("groups", event.OutcomeError)
			s.asked("logs", event.OutcomeGood)                // 200 and empty without the database
			s.asked(event.SourceFailures, event.OutcomeError) // no sign of Redis then
			s.asked(event.SourceNegotiate, event.OutcomeSilent)
		}, "core- admin+ database- redis? bus+"},
		"database by its lists": {func(s *scene) {
			s.asked("keys", event.OutcomeError)
			s.asked("groups", event.OutcomeError)
			s.asked("logs", event.OutcomeGood)
		}, "core+ admin+ database- redis+ bus+"},
		"one list with errors is its own trouble": {func(s *scene) {
			s.asked("keys", event.OutcomeError)
		}, allWell},
		"event bus": {func(s *scene) { s.word(event.HealthDegraded) }, "core+ admin+ database+ redis+ bus-"},
		"admin silent": {func(s *scene) {
			s.asked(event.SourceParts, event.OutcomeSilent)
			s.asked("keys", event.OutcomeSilent)
		}, "core+ admin- database? redis+ bus+"},
		"refused keys say nothing": {func(s *scene) {
			s.asked(event.SourceNegotiate, event.OutcomeRefused)
			s.asked(event.SourceParts, event.OutcomeRefused)
		}, "core? admin? database? redis? bus+"},
		"back again": {func(s *scene) {
			s.asked(event.SourceNegotiate, event.OutcomeSilent)
			s.asked(event.SourceFailures, event.OutcomeSilent)
			s.asked(event.SourceNegotiate, event.OutcomeGood)
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
	if src := s.Live().Sources["g/rest:keys"]; src.AnsweredAt != ms(t0) || src.StaleMS != 90_000 {
		t.Errorf("%+v", src)
	}
}

// TestLateReports: the report that comes each minute is missed after 90 s,
// told at that time, and not after the machine slept.
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
	s.asked(event.SourceNegotiate, event.OutcomeSilent)
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
	s.asked(event.SourceNegotiate, event.OutcomeSilent)
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
	found := func(way event.Way, every int64, reason string) bool {
		s.seq++
		return s.Apply(&event.Envelope{
			Seq: s.seq, At: s.now, Source: &event.Source{Gateway: "g", Via: event.ViaComputed},
			Body: event.CoverageFound{Topic: "providers", Way: way, EveryMS: every, Reason: reason, At: s.now},
		})
	}
	if found(event.WayPolled, 30_000, "a") {
		t.Error("what is found at first is news")
	}
	if found(event.WayPolled, 60_000, "a") {
		t.Error("another interval is news")
	}
	s.at(time.Second)
	if found(event.WayNone, 0, "b") || found(event.WayPolled, 60_000, "a") {
		t.Error("what is found out step by step is news")
	}
	s.at(time.Minute)
	if !found(event.WayForbidden, 0, "No master key.") {
		t.Error("another way is no news")
	}
	if c := s.Live().Coverage["g/providers"]; c.Since != ms(s.now) || c.Way != "forbidden" || c.Sources == nil {
		t.Errorf("%+v", c)
	}
	s.Forget("g", true)
	if len(s.Live().Coverage)+len(s.Live().Sources)+len(s.Live().Parts) != 0 {
		t.Error("forgotten, and still there")
	}
}
