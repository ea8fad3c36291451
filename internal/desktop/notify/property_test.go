package notify

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
)

// step is one thing that may happen.
type step struct {
	after time.Duration
	name  string
	do    func(*sim)
}

// drawStep makes anything that a day can bring.
func drawStep(t *rapid.T) step {
	wait := rapid.SampledFrom([]time.Duration{
		0, 100 * time.Millisecond, 3 * time.Second, 11 * time.Second, time.Minute, 7 * time.Minute, time.Hour, 5 * time.Hour,
	}).Draw(t, "after")
	gateway := rapid.SampledFrom([]string{"prod", "staging"}).Draw(t, "gateway")
	n := rapid.IntRange(0, 5).Draw(t, "n")
	pick := rapid.IntRange(0, 99).Draw(t, "what")
	used := rapid.Float64Range(40, 110).Draw(t, "used")
	switch {
	case pick < 25:
		return step{wait, fmt.Sprintf("%s key %d used %.1f", gateway, n, used), func(s *sim) {
			k := strconv.Itoa(n)
			s.key(gateway, k, "key-"+k, used, 100, "2026-11-01")
		}}
	case pick < 55:
		h := rapid.SampledFrom([]event.Health{
			event.HealthHealthy, event.HealthUnhealthy, event.HealthUnhealthy, event.HealthDegraded, event.HealthUnknown, event.HealthDisabled,
		}).Draw(t, "health")
		return step{wait, fmt.Sprintf("%s provider %d %s", gateway, n, h), func(s *sim) { s.health(gateway, twelve[n], h) }}
	case pick < 65:
		st := rapid.SampledFrom([]event.LinkState{event.LinkConnected, event.LinkReconnecting}).Draw(t, "link")
		return step{wait, fmt.Sprintf("%s links %s", gateway, st), func(s *sim) { s.links(gateway, st) }}
	case pick < 70:
		return step{wait, "a task fails", func(s *sim) {
			s.fact(gateway, event.ViaHub, "tasks", event.TaskProgressed{
				Task: event.TaskID(strconv.Itoa(n)), Status: event.TaskFailed, Progress: -1, At: s.clock(),
			})
		}}
	case pick < 75:
		return step{wait, "acknowledge all", (*sim).acknowledgeAll}
	case pick < 80:
		return step{wait, "silence for an hour", func(s *sim) { _ = s.ev.SilenceAll(s.clock().Add(time.Hour), n > 3, s.clock()) }}
	case pick < 82:
		return step{wait, "crash", (*sim).crash}
	case pick < 84:
		return step{wait, "restart", func(s *sim) { s.restart(s.ev.Export()) }}
	case pick < 88:
		return step{wait, "sleep for two hours", func(s *sim) {
			from := s.clock()
			s.now = s.now.Add(2 * time.Hour)
			s.setSystemState(alert.SystemState{Since: s.clock(), AwaySince: from, Grace: alert.DefaultGrace})
		}}
	case pick < 91:
		return step{wait, "the network is gone", func(s *sim) { s.setSystemState(alert.SystemState{Offline: true}) }}
	case pick < 94:
		return step{wait, "the network is back", func(s *sim) {
			s.setSystemState(alert.SystemState{Since: s.clock(), Grace: alert.DefaultGrace})
		}}
	case pick < 97:
		return step{wait, "the clock is set back", func(s *sim) { s.skew += 2 * time.Hour }}
	default:
		return step{wait, "notices fail for a while", func(s *sim) {
			until := s.now.Add(10 * time.Minute)
			s.fail = func(Dispatch) error {
				if s.now.Before(until) {
					return ErrNotPermitted
				}
				return nil
			}
		}}
	}
}

// at is relative to the start; a sleep may have moved time on.
func (s *sim) play(steps []step) {
	for _, st := range steps {
		s.at(s.now.Sub(s.start)+st.after, func() { st.do(s) })
	}
	s.at(s.now.Sub(s.start)+2*time.Hour, nil)
}

// No sequence of events makes two notifications for one fingerprint and budget period within
// its repeat interval, and nothing critical is lost.
func TestNoRepeatsAndNothingLost(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := make([]step, rapid.IntRange(1, 40).Draw(rt, "steps"))
		for i := range steps {
			steps[i] = drawStep(rt)
		}
		s := newSim(t)
		s.can.Replace = rapid.Bool().Draw(rt, "replace")
		s.p.SetCapabilities(s.can)
		s.t = fatal{t, rt}
		s.play(steps)
		bad := s.twice + s.lost()
		if !slices.ContainsFunc(steps, func(st step) bool { return st.name == "restart" || st.name == "crash" }) {
			bad += overRateLimit(s) // a new run knows the notification log only, not how many there were
		}
		if bad != "" {
			for _, st := range steps {
				rt.Logf("+%v %s", st.after, st.name)
			}
			rt.Fatalf("%s\n%q\n%s", bad, s.titles(), s.trace())
		}
	})
}

// fatal lets the script's helpers fail the drawn case.
type fatal struct {
	testing.TB
	rt *rapid.T
}

func (f fatal) Fatalf(format string, args ...any) { f.rt.Fatalf(format, args...) }
func (f fatal) Fatal(args ...any)                 { f.rt.Fatal(args...) }
func (f fatal) Errorf(format string, args ...any) { f.rt.Errorf(format, args...) }
func (f fatal) Error(args ...any)                 { f.rt.Error(args...) }
func (f fatal) Helper()                           {}

// lost describes a critical alert that nobody decided on, "" if there is none.
func (s *sim) lost() string {
	for _, c := range s.changes {
		if c.Kind != alert.Fired || c.Alert.Severity != event.SeverityCritical {
			continue
		}
		if !slices.ContainsFunc(s.decisions, func(d Decision) bool {
			return d.Fingerprint == c.Alert.Fingerprint && d.Life == c.Alert.Life
		}) {
			return fmt.Sprintf("nobody decided on %s of %s", c.Alert.Rule, c.Alert.Entity)
		}
	}
	return ""
}

// Whatever held a critical alert back, once that is over and it is still true,
// the user knows of it.
func TestCriticalIsToldInTheEnd(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := make([]step, rapid.IntRange(1, 25).Draw(rt, "steps"))
		for i := range steps {
			steps[i] = drawStep(rt)
		}
		s := newSim(t)
		s.t = fatal{t, rt}
		s.set.PerMinute, s.set.PerHour = 0, 0 // capped is a reason of its own
		s.p.Configure(s.set)
		s.play(steps)
		s.setSystemState(alert.SystemState{})
		s.links("prod", event.LinkConnected)
		s.links("staging", event.LinkConnected)
		s.ev.ExpireSilenceAll()
		s.fail = nil
		s.at(s.now.Sub(s.start)+time.Second, func() { s.key("prod", "new", "probe", 95, 100, "2026-11-01") })
		s.at(s.now.Sub(s.start)+time.Hour, nil)
		for _, a := range s.ev.Export().Open {
			if a.Status != alert.StatusFiring || a.Severity != event.SeverityCritical || a.Acked || a.InhibitedBy != "" || a.Flapping {
				continue
			}
			told := slices.ContainsFunc(s.shown, func(b shownNotification) bool {
				return slices.ContainsFunc(b.order.LogEntries, func(w LogEntry) bool { return w.Fingerprint == a.Fingerprint && w.Status == loggedFiring })
			})
			higher := slices.ContainsFunc(s.decisions, func(d Decision) bool {
				return d.Fingerprint == a.Fingerprint && d.Life == a.Life && d.Reason == HeldHigherThreshold
			})
			acked := slices.ContainsFunc(s.decisions, func(d Decision) bool {
				return d.Fingerprint == a.Fingerprint && d.Life == a.Life && d.Reason == HeldAcked
			})
			if !told && !higher && !acked {
				for _, st := range steps {
					rt.Logf("+%v %s", st.after, st.name)
				}
				rt.Fatalf("never told: %s of %s (%+v)\n%q\n%s", a.Rule, a.Entity, a, s.titles(), s.trace())
			}
		}
	})
}

// Order and duplicates of what arrives together do not change the outcome.
func TestOrderAndDuplicatesDoNotMatter(t *testing.T) {
	type fact struct {
		provider, key string
		health        event.Health
		total         float64
		at            time.Duration
	}
	rapid.Check(t, func(rt *rapid.T) {
		rounds := make([][]fact, rapid.IntRange(1, 12).Draw(rt, "rounds"))
		for i := range rounds {
			for j := range rapid.IntRange(1, 8).Draw(rt, "facts") {
				f := fact{at: time.Duration(j) * time.Millisecond}
				if rapid.Bool().Draw(rt, "kind") {
					f.provider = rapid.SampledFrom(twelve[:3]).Draw(rt, "provider")
					f.health = rapid.SampledFrom([]event.Health{event.HealthHealthy, event.HealthUnhealthy, event.HealthDegraded}).Draw(rt, "health")
				} else {
					f.key = rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "key")
					f.total = rapid.Float64Range(50, 110).Draw(rt, "total")
				}
				rounds[i] = append(rounds[i], f)
			}
		}
		play := func(shuffle bool) *sim {
			s := newSim(t)
			s.t = fatal{t, rt}
			s.at(0, func() {
				s.key("prod", "1", "one", 1, 100, "2026-11-01")
				s.key("prod", "2", "two", 1, 100, "2026-11-01")
				for _, p := range twelve[:3] {
					s.health("prod", p, event.HealthHealthy)
				}
			})
			for i, facts := range rounds {
				if shuffle {
					facts = rapid.Permutation(append(slices.Clone(facts), facts...)).Draw(rt, "order")
				}
				s.at(time.Duration(i+1)*47*time.Second, func() {
					for _, f := range facts {
						at := s.clock().Add(f.at)
						if f.provider != "" {
							s.fact("prod", event.ViaHub, "notifications", event.ProviderHealthChanged{
								Provider: event.ProviderID(f.provider), Name: f.provider, Health: f.health, LatencyMS: -1, At: at,
							})
						} else {
							s.fact("prod", event.ViaHub, "spend", &event.SpendRecorded{
								Key: event.KeyID(f.key), Amount: 1, Total: event.USD(f.total), HasTotal: true, At: at,
							})
						}
					}
				})
			}
			s.at(2*time.Hour, nil)
			return s
		}
		plain, shuffled := play(false), play(true)
		if a, b := plain.titles(), shuffled.titles(); !slices.Equal(a, b) {
			rt.Fatalf("in order:\n%q\nshuffled and doubled:\n%q", a, b)
		}
	})
}

// TestARestartCountsAsOneRunDid holds that what was told before a restart limits
// what is told after it just as if there had been none.
func TestARestartCountsAsOneRunDid(t *testing.T) {
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	entry := func(sec int, s event.Severity, status string, r Reason) LogEntry {
		return LogEntry{Severity: s, Status: status, Reason: r, IntendedAt: at.Add(time.Duration(sec) * time.Second)}
	}
	var c rateLimiter
	c.restore([]LogEntry{
		entry(1, event.SeverityWarning, loggedFiring, SentFirst),
		entry(2, event.SeverityWarning, loggedFiring, SentFirst), // both in one, which is critical
		entry(2, event.SeverityCritical, loggedFiring, SentFirst),
		entry(3, event.SeverityCritical, loggedResolved, SentResolved), // no limit counts it
		entry(4, event.SeverityWarning, loggedResolved, SentResolved),
		entry(5, event.SeverityWarning, loggedFiring, SentJoinedGroup),
		entry(6, event.SeverityCritical, loggedFiring, SentRepeat),
	})
	if len(c.sent) != 2 || len(c.critical) != 2 {
		t.Errorf("%d counted and %d critical, want 2 and 2: %v, %v", len(c.sent), len(c.critical), c.sent, c.critical)
	}
}

// acknowledgeAll acknowledges whatever is listed.
func (s *sim) acknowledgeAll() {
	var ids []string
	for _, l := range s.ev.Lines(s.clock()) {
		ids = append(ids, l.ID)
	}
	s.ev.AcknowledgeEach(ids, "", s.clock())
}
