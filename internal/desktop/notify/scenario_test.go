package notify

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestBubbleCounts compares how often a user is disturbed with one notification for
// every change. The numbers to beat were found by simulation before the engine
// was written.
func TestBubbleCounts(t *testing.T) {
	for _, c := range []struct {
		name   string
		naive  int
		atMost int
		play   func(*sim)
	}{
		{"provider down and up", 2, 2, func(s *sim) {
			s.at(0, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
			s.at(5*time.Minute, func() { s.health("prod", "OpenAI", event.HealthHealthy) })
		}},
		{"a blip of 4 s", 2, 0, func(s *sim) {
			s.at(0, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
			s.at(4*time.Second, func() { s.health("prod", "OpenAI", event.HealthHealthy) })
		}},
		{"12 providers at once", 24, 2, func(s *sim) {
			s.at(0, func() { all(s, event.HealthUnhealthy) })
			s.at(5*time.Minute, func() { all(s, event.HealthHealthy) })
		}},
		{"a gateway outage that hides 12 providers", 26, 2, func(s *sim) {
			s.at(0, func() { s.links("prod", event.LinkReconnecting); all(s, event.HealthUnhealthy) })
			s.at(10*time.Minute, func() { s.links("prod", event.LinkConnected) })
			s.at(10*time.Minute+time.Second, func() { all(s, event.HealthHealthy) })
		}},
		{"Wi-Fi roaming six times", 12, 1, func(s *sim) {
			for i := range 6 {
				at := time.Duration(i) * 90 * time.Second
				s.at(at, func() { s.links("prod", event.LinkReconnecting) })
				s.at(at+8*time.Second, func() { s.links("prod", event.LinkConnected) })
			}
		}},
		{"flapping for an hour", 30, 5, func(s *sim) {
			for i := range 30 {
				h := event.HealthUnhealthy
				if i%2 == 1 {
					h = event.HealthHealthy
				}
				s.at(time.Duration(i)*2*time.Minute, func() { s.health("prod", "OpenAI", h) })
			}
		}},
		{"600 events on 3 gateways", 309, 24, func(s *sim) {
			s.gateway("eu")
			r := rand.New(rand.NewPCG(5, 6))
			for i := range 600 {
				g := []string{"prod", "staging", "eu"}[r.IntN(3)]
				s.at(time.Duration(i)*6*time.Second, func() { anything(s, r, g, i) })
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSim(t)
			c.play(s)
			s.at(3*time.Hour, nil)
			got := len(s.newNotifications())
			if c.naive > 300 { // criticals are outside the hourly limit
				got = len(slices.DeleteFunc(s.newNotifications(), func(b shownNotification) bool { return b.order.RateLimitExempt }))
			}
			t.Logf("one per change %d (here %d), wanted at most %d, told %d", c.naive, countFired(s), c.atMost, got)
			if got > c.atMost {
				t.Errorf("%d notifications, want at most %d\n%q", got, c.atMost, s.titles())
			}
			checkNothingLost(t, s)
			checkRateLimit(t, s)
		})
	}
}

func all(s *sim, h event.Health) {
	for _, p := range twelve {
		s.health("prod", p, h)
	}
}

// anything makes one of the events of a bad hour.
func anything(s *sim, r *rand.Rand, g string, i int) {
	switch r.IntN(5) {
	case 0, 1:
		s.health(g, twelve[r.IntN(12)], event.HealthUnhealthy)
	case 2:
		s.health(g, twelve[r.IntN(12)], event.HealthHealthy)
	case 3:
		k := strconv.Itoa(r.IntN(60))
		s.key(g, k, "key-"+k, 60+r.Float64()*41, 100, "2026-11-01")
	default:
		s.fact(g, event.ViaHub, "tasks", event.TaskProgressed{
			Task: event.TaskID(strconv.Itoa(i)), Medium: event.MediumVideo, Status: event.TaskFailed,
			Progress: -1, Error: "content filter", At: s.now,
		})
	}
}

// One provider that fails on two gateways is one incident.
func TestCrossGatewayIncident(t *testing.T) {
	for _, replace := range []bool{true, false} {
		s := newSim(t)
		s.can.Replace = replace
		s.p.SetCapabilities(s.can)
		s.at(0, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
		s.at(200*time.Millisecond, func() { s.health("staging", "OpenAI", event.HealthUnhealthy) })
		s.at(time.Minute, nil)
		s.want("+10.5s critical: OpenAI is unhealthy on 2 gateways")
	}

	s := newSim(t)
	s.at(0, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
	s.at(20*time.Second, func() { s.health("staging", "OpenAI", event.HealthUnhealthy) })
	s.at(time.Hour, nil)
	s.want(
		"+10.5s critical: OpenAI is unhealthy — prod",
		"+30.5s critical in place: OpenAI is unhealthy on 2 gateways",
	)
}

// What joins a shown notification without raising it replaces it in place, or waits
// where nothing can be replaced; what raises it is a new notification at once.
func TestJoining(t *testing.T) {
	play := func(replace bool) *sim {
		s := newSim(t)
		s.can.Replace = replace
		s.p.SetCapabilities(s.can)
		s.at(0, func() { s.key("prod", "1", "alpha", 76, 100, "2026-11-01") })
		s.at(20*time.Second, func() { s.key("prod", "2", "beta", 77, 100, "2026-11-01") })
		s.at(30*time.Second, func() { s.key("prod", "3", "gamma", 95, 100, "2026-11-01") })
		s.at(time.Hour, nil)
		return s
	}
	play(true).want(
		"+3s warning: alpha has used 76 % — prod",
		"+23s warning in place: 2 budgets above 75 % — prod",
		"+30.5s critical: gamma has used 95 % — prod",
	)
	play(false).want(
		"+3s warning: alpha has used 76 % — prod",
		"+30.5s critical: 2 budgets above 75 %, 1 of them above 90 % — prod",
	)
}

// A second critical alert of a group is a new notification of its own, at once.
func TestNewCriticalIsNeverSilent(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
	s.at(20*time.Second, func() { s.health("prod", "Groq", event.HealthUnhealthy) })
	s.at(time.Hour, nil)
	s.want(
		"+10.5s critical: OpenAI is unhealthy — prod",
		"+30.5s critical: Groq is unhealthy — prod",
	)
	for _, b := range s.shown {
		if b.order.Notification.Silent || !b.order.Notification.New {
			t.Errorf("%+v", b.order.Notification)
		}
	}
}

// TestManyCriticals: three are told one by one, the others together, by name,
// before the first of them is a minute old; and none stays when it is over.
func TestManyCriticals(t *testing.T) {
	s := newSim(t)
	for i := range 10 {
		s.at(time.Duration(i)*2*time.Second, func() {
			s.key("prod", strconv.Itoa(i), "key-"+strconv.Itoa(i), 95, 100, "2026-11-01")
		})
	}
	s.at(time.Hour, nil)
	got := s.titles()
	if len(s.newNotifications()) != 4 || got[len(got)-1] != "+51.5s critical: key-3 has used 95 %, and 6 more — prod" {
		t.Errorf("%q", got)
	}
	body := s.shown[len(s.shown)-1].order.Notification.Body
	for i := 4; i < 10; i++ {
		if !strings.Contains(body, "key-"+strconv.Itoa(i)) {
			t.Errorf("key-%d is not named: %q", i, body)
		}
	}
	if r := s.reasons("budget.used"); slices.Contains(r, HeldRateLimited) {
		t.Errorf("a critical alert was capped: %q", r)
	}
}

// TestOverflow: below critical more than the limit is one notification that begins
// with the worst and names the others.
func TestOverflow(t *testing.T) {
	s := newSim(t)
	for i := range 10 {
		s.at(time.Duration(i)*6*time.Second, func() {
			s.fact("prod", event.ViaHub, "tasks", event.TaskProgressed{
				Task: event.TaskID(strconv.Itoa(i)), Medium: event.MediumVideo, Status: event.TaskFailed, Progress: -1, Error: "x", At: s.now,
			})
			s.key("prod", strconv.Itoa(i), "key-"+strconv.Itoa(i), 80, 100, "2026-11-01")
		})
		s.at(time.Duration(i)*6*time.Second+5*time.Second, func() {
			s.health("staging", twelve[i%12], event.HealthDegraded)
		})
	}
	s.at(30*time.Minute, nil)
	for _, title := range s.titles() {
		if strings.Contains(title, "more alert") || strings.HasSuffix(title, " alerts") {
			t.Errorf("%q names nothing", title)
		}
	}
}

// TestWhatJoinsIsNamed: a notification that names three of several is replaced because
// something new joined it, so it names that.
func TestWhatJoinsIsNamed(t *testing.T) {
	s := newSim(t)
	for i := range 5 {
		s.key("prod", strconv.Itoa(i), "key-"+strconv.Itoa(i), 80, 100, "2026-11-01")
	}
	s.at(30*time.Second, func() { s.key("prod", "9", "newest", 81, 100, "2026-11-01") })
	s.at(2*time.Minute, nil)
	last := s.shown[len(s.shown)-1].order
	if !last.Replaces || !strings.Contains(last.Notification.Body, "newest") {
		t.Errorf("replaces %v: %q %q", last.Replaces, last.Notification.Title, last.Notification.Body)
	}
}

// TestRateLimitedWarnings: what the limit holds back is named in one notification.
func TestRateLimitedWarnings(t *testing.T) {
	s := newSim(t)
	s.set.PerMinute, s.set.PerHour = 1, 1
	s.p.Configure(s.set)
	for i := range 4 {
		s.at(time.Duration(i)*2*time.Minute, func() {
			s.key("prod", strconv.Itoa(i), "key-"+strconv.Itoa(i), 80, 100, "2026-11-01")
		})
	}
	s.at(time.Hour-time.Minute, nil)
	got := s.titles()
	if last := got[len(got)-1]; !strings.Contains(last, "has used 80 %, and 2 more — prod") {
		t.Errorf("%q", got)
	}
	capped := 0
	for _, r := range s.reasons("budget.used") {
		if r == HeldRateLimited {
			capped++
		}
	}
	if capped != 3 {
		t.Errorf("%d decisions say capped", capped)
	}
}

// Twelve notifications an hour may be all; what is critical then is told all the
// same, at once and by its name.
func TestACriticalAfterTwelveIsTold(t *testing.T) {
	s := newSim(t)
	for i := range 16 {
		s.at(time.Duration(i)*3*time.Minute, func() {
			s.key("prod", strconv.Itoa(i), "key-"+strconv.Itoa(i), 80, 100, "2026-11-01")
		})
	}
	const when = 50 * time.Minute
	s.at(when, func() { s.key("prod", "r", "Research", 91, 100, "2026-11-01") })
	s.at(when+time.Second, nil)
	got := s.titles()
	if last := got[len(got)-1]; !strings.HasSuffix(last, "critical: Research has used 91 % — prod") || overRateLimit(s) != "" {
		t.Errorf("%s%q", overRateLimit(s), got)
	}
}

// TestAPairParts: of two that were told together one is over. It is told that it is;
// of the other, told minutes ago, nothing is told anew where the pair is no longer on
// the screen, and an end that was told and is gone is not told with the next.
func TestAPairParts(t *testing.T) {
	play := func(dismissed bool) *sim {
		s := newSim(t)
		s.at(0, func() {
			s.health("prod", "groq", event.HealthUnhealthy)
			s.health("prod", "mistral", event.HealthUnhealthy)
		})
		off := func() {
			if dismissed {
				for _, b := range s.shown {
					s.p.OffScreen(b.order.Notification.ID)
				}
			}
		}
		s.at(time.Minute, off)
		s.at(2*time.Minute, func() { s.health("prod", "groq", event.HealthHealthy) })
		s.at(3*time.Minute+10*time.Second, off)
		s.at(2*time.Minute+31*time.Second+41*time.Second, func() { s.health("prod", "mistral", event.HealthHealthy) })
		s.at(time.Hour, nil)
		return s
	}
	play(true).want(
		"+10.5s critical: 2 providers unhealthy — prod",
		"+3m3s info silent: groq is healthy again — prod",
		"+4m15s info silent: mistral is healthy again — prod",
	)
	s := play(false)
	s.want(
		"+10.5s critical: 2 providers unhealthy — prod",
		"+3m3s critical in place: mistral is unhealthy — prod",
		"+3m3s info silent: groq is healthy again — prod",
		"+4m15s info silent: mistral is healthy again — prod",
	)
	pair, end := s.shown[0].order.Notification.ID, s.shown[2].order.Notification.ID
	if pair == end {
		t.Error("the end of one takes the place of the other, which is still true")
	}
}

// TestWhatIsGoneIsNotJoined: what comes within the minute is told alone where what it
// would join is no longer on the screen.
func TestWhatIsGoneIsNotJoined(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.key("prod", "1", "alpha", 76, 100, "2026-11-01") })
	s.at(15*time.Second, func() { s.p.OffScreen(s.shown[0].order.Notification.ID) })
	s.at(20*time.Second, func() { s.key("prod", "2", "beta", 77, 100, "2026-11-01") })
	s.at(time.Hour, nil)
	s.want(
		"+3s warning: alpha has used 76 % — prod",
		"+23s warning: beta has used 77 % — prod",
	)
}

// TestAHigherStepTakesTheLowerAway: what was told of a budget leaves the screen when it
// is told that there is nothing left; another budget's stays.
func TestAHigherStepTakesTheLowerAway(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.key("prod", "1", "alpha", 76, 100, "2026-11-01") })
	s.at(time.Minute, func() { s.key("prod", "2", "beta", 92, 100, "2026-11-01") })
	s.at(2*time.Minute, func() { s.key("prod", "1", "alpha", 91, 100, "2026-11-01") })
	s.at(4*time.Minute, func() { s.key("prod", "1", "alpha", 100, 100, "2026-11-01") })
	s.at(time.Hour, nil)
	s.want(
		"+3s warning: alpha has used 76 % — prod",
		"+1m0.5s critical: beta has used 92 % — prod",
		"+2m0.5s critical: alpha has used 91 % — prod",
		"+2m0.5s withdraw: ",
		"+4m0.5s critical: alpha is out of budget — prod",
		"+4m0.5s withdraw: ",
	)
}
