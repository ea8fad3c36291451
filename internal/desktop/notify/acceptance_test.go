package notify

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// The tests of this file are scripts under virtual time of what a user must,
// and must not, hear.

func TestSpendLimitScenario(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.key("prod", "7", "team-billing", 300, 500, "2026-11-01") })
	s.at(10*time.Second, func() { s.spend("prod", "7", 380, 80) })
	s.at(2*time.Minute, func() { s.spend("prod", "7", 455, 75) })
	s.at(time.Hour, nil)
	s.want(
		"+13s warning: team-billing has used 76 % — prod",
		"+2m0.5s critical: team-billing has used 91 % — prod",
		"+2m0.5s withdraw: ",
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

// 1: the same event a thousand times.
func TestAcceptance01Repeats(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.key("prod", "7", "agents", 100, 500, "2026-11-01") })
	for i := range 1000 {
		s.at(time.Duration(i)*time.Second, func() {
			s.fact("prod", event.ViaHub, "spend", event.SpendLimitReported{
				Key: "7", Spend: event.USD(460), Limit: event.USD(500), Ratio: 0.92,
				Severity: event.SeverityCritical, At: s.start,
			})
		})
	}
	s.at(time.Hour, nil)
	if got := s.newNotifications(); len(got) != 1 || got[0].order.Notification.Title != "agents has used 92 % — prod" {
		t.Error(s.titles())
	}
}

// 2: a jump over several thresholds is one notification, of the highest.
func TestAcceptance02Jump(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.key("prod", "7", "agents", 300, 500, "2026-11-01") })
	s.at(time.Minute, func() { s.spend("prod", "7", 460, 160) })
	s.at(3*time.Hour, nil)
	s.want("+1m0.5s critical: agents has used 92 % — prod")
	if got := s.reasons("budget.used"); !slices.Contains(got, HeldHigherThreshold) {
		t.Errorf("the warning's reason is missing: %q", got)
	}
}

// 3: spend that jitters around a threshold rings once.
func TestAcceptance03Jitter(t *testing.T) {
	s := newSim(t)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 5000 {
		s.at(time.Duration(i)*time.Second, func() {
			s.key("prod", "7", "agents", 500*(0.75+(r.Float64()-0.5)*0.05), 500, "2026-11-01")
		})
	}
	s.at(3*time.Hour, nil)
	if got := s.newNotifications(); len(got) != 1 {
		t.Error(len(got), s.titles())
	}
}

// 4: a restart between event and notification neither loses nor repeats it.
func TestAcceptance04Restart(t *testing.T) {
	for _, after := range []time.Duration{0, 200 * time.Millisecond, 2 * time.Second, time.Minute} {
		t.Run(after.String(), func(t *testing.T) {
			s := newSim(t)
			s.at(0, func() { s.key("prod", "7", "agents", 100, 500, "2026-11-01") })
			s.at(time.Minute, func() { s.spend("prod", "7", 470, 370) })
			s.at(time.Minute+after, func() { s.restart(s.ev.Export()) })
			s.at(2*time.Minute, func() { s.restart(s.ev.Export()) })
			s.at(3*time.Hour, nil)
			if got := s.newNotifications(); len(got) != 1 {
				t.Error(s.titles(), s.trace())
			}
		})
	}
}

// 4, harder: the alerts themselves were not yet on disk.
func TestAcceptance04RestartWithNothingKept(t *testing.T) {
	s := newSim(t)
	s.at(0, func() {
		s.key("prod", "7", "agents", 470, 500, "2026-11-01")
		s.health("prod", "OpenAI", event.HealthUnhealthy)
	})
	s.at(time.Minute, func() { s.restart(alert.Saved{At: s.now}) })
	s.at(3*time.Hour, nil)
	s.want(
		"+500ms critical: agents has used 94 % — prod",
		"+10.5s critical: OpenAI is unhealthy — prod",
	)
}

// 4, worst: intended, not delivered.
func TestAcceptance04IntendedNotDelivered(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
	s.at(time.Minute, func() {
		for fp, w := range s.logged {
			w.DeliveredAt = time.Time{}
			s.logged[fp] = w
		}
		s.shown = nil
		s.restart(s.ev.Export())
	})
	s.at(3*time.Hour, nil)
	s.want("+1m0.5s critical: OpenAI is unhealthy — prod")
	if got := s.reasons("provider.unhealthy"); got[len(got)-1] != SentRetried {
		t.Error(got)
	}
}

// 5: a new period arms the thresholds anew, even at 95 %.
func TestAcceptance05Epoch(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.key("prod", "7", "agents", 475, 500, "2026-11-01") })
	s.at(time.Hour, func() { s.key("prod", "7", "agents", 475, 500, "2026-12-01") })
	s.at(2*time.Hour, nil)
	s.want(
		"+500ms critical: agents has used 95 % — prod",
		"+1h0m0s withdraw: ",
		"+1h0m0.5s critical: agents has used 95 % — prod",
	)
}

// 5: a reset says so silently; a raised limit arms anew within the period.
func TestAcceptance05ResetAndRaise(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.key("prod", "7", "agents", 475, 500, "2026-11-01") })
	s.at(time.Hour, func() { s.key("prod", "7", "agents", 475, 1000, "2026-11-01") })
	s.at(2*time.Hour, func() { s.key("prod", "7", "agents", 920, 1000, "2026-11-01") })
	s.at(3*time.Hour, func() { s.key("prod", "7", "agents", 120, 1000, "2026-12-01") })
	s.at(4*time.Hour, nil)
	s.want(
		"+500ms critical: agents has used 95 % — prod",
		"+1h0m3s info silent: agents has a higher limit: 47 % used — prod",
		"+2h0m0.5s critical: agents has used 92 % — prod",
		"+3h0m3s info silent: agents began a new period: 12 % used — prod",
	)
}

// 5: a limit that was raised and is lowered again: what was told last is that there is
// room, so it is told again, of a budget that is named by its limit, too.
func TestAcceptance05RaisedAndLowered(t *testing.T) {
	for _, period := range []string{"2026-11-01", ""} {
		s := newSim(t)
		s.at(0, func() { s.key("prod", "7", "agents", 475, 500, period) })
		s.at(time.Hour, func() { s.key("prod", "7", "agents", 475, 1000, period) })
		s.at(time.Hour+20*time.Second, func() { s.key("prod", "7", "agents", 475, 500, period) })
		s.at(3*time.Hour, nil)
		s.want(
			"+500ms critical: agents has used 95 % — prod",
			"+1h0m3s info silent: agents has a higher limit: 47 % used — prod",
			"+1h0m20.5s critical: agents has used 95 % — prod",
		)
	}
}

// 5: the same days later, when the list of what is over has forgotten it.
func TestAcceptance05LoweredDaysLater(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.key("prod", "7", "agents", 475, 500, "2026-11-01") })
	s.at(time.Hour, func() { s.key("prod", "7", "agents", 475, 1000, "2026-11-01") })
	for day := range 3 {
		s.at(time.Duration(day+1)*24*time.Hour, func() { s.key("prod", "7", "agents", 480, 1000, "2026-11-01") })
	}
	s.at(73*time.Hour, func() { s.key("prod", "7", "agents", 480, 500, "2026-11-01") })
	s.at(74*time.Hour, nil)
	if last := s.shown[len(s.shown)-1].order.Notification.Title; last != "agents has used 96 % — prod" {
		t.Errorf("told last: %q", last)
	}
}

// 6: two budgets in one snapshot are one notification; a group speaks for its keys.
func TestAcceptance06TwoBudgets(t *testing.T) {
	s := newSim(t)
	s.at(0, func() {
		s.key("prod", "1", "team-billing", 455, 500, "2026-11-01")
		s.key("prod", "2", "agents", 480, 500, "2026-11-01")
	})
	s.at(time.Hour, nil)
	s.want("+500ms critical: 2 budgets above 90 % — prod")
	if body := s.shown[0].order.Notification.Body; body != "agents 96 %, team-billing 91 %." && body != "team-billing 91 %, agents 96 %." {
		t.Error(body)
	}

	s = newSim(t)
	s.at(0, func() {
		for _, k := range []event.KeyID{"1", "2"} {
			s.fact("prod", event.ViaREST, "keys", event.KeyRead{Key: k, Name: "key-" + string(k), Group: "9", Enabled: event.Known(true), At: s.now})
			s.spend("prod", string(k), 400, 5)
		}
		s.fact("prod", event.ViaREST, "groups", event.GroupRead{
			Group: "9", Name: "research", Balance: event.Known(event.USD(45)), Credits: event.Known(event.USD(500)), Spent: event.Known(event.USD(455)),
			KeyCount: 2, PeriodID: "topup:3", OpeningBalance: event.USD(500), At: s.now,
		})
	})
	s.at(time.Hour, nil)
	s.want("+500ms critical: research has used 91 % — prod")
}

var twelve = []string{"A1", "B2", "C3", "D4", "E5", "F6", "G7", "H8", "I9", "J10", "K11", "L12"}

// 7: twelve providers go bad with the gateway, and are well after it; or three
// of them are not.
func TestAcceptance07GatewayOutage(t *testing.T) {
	for _, bad := range []int{0, 3} {
		t.Run(strconv.Itoa(bad), func(t *testing.T) {
			s := newSim(t)
			s.at(0, func() {
				for _, p := range twelve {
					s.health("prod", p, event.HealthHealthy)
				}
			})
			s.at(58*time.Second, func() {
				for _, p := range twelve {
					s.health("prod", p, event.HealthUnhealthy)
				}
			})
			s.at(60*time.Second, func() { s.links("prod", event.LinkReconnecting) })
			s.at(12*time.Minute, func() { s.links("prod", event.LinkConnected) })
			s.at(12*time.Minute+2*time.Second, func() {
				for i, p := range twelve {
					h := event.HealthHealthy
					if i < bad {
						h = event.HealthUnhealthy
					}
					s.health("prod", p, h)
				}
			})
			s.at(3*time.Hour, nil)
			want := []string{
				"+2m0.5s critical: prod does not answer",
				"+12m33s info silent: prod answers again",
			}
			if bad > 0 {
				want = append(want, "+13m2.5s critical: 3 providers unhealthy — prod")
			}
			s.want(want...)
		})
	}
}

// 8: an inhibitor clears, one provider is still bad: told once, 60 s later,
// even if the gateway says nothing new of it.
func TestAcceptance08InhibitorClears(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.links("prod", event.LinkReconnecting) })
	s.at(5*time.Second, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
	s.at(5*time.Minute, func() { s.links("prod", event.LinkConnected) })
	s.at(3*time.Hour, nil)
	s.want(
		"+1m0.5s critical: prod does not answer",
		"+5m33s info silent: prod answers again",
		"+7m0.5s critical: OpenAI is unhealthy — prod",
	)
}

// 9: a blip of 4 s.
func TestAcceptance09Blip(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
	s.at(4*time.Second, func() { s.health("prod", "OpenAI", event.HealthHealthy) })
	s.at(time.Hour, nil)
	s.want()
}

// 10: an hour of flapping.
func TestAcceptance10Flapping(t *testing.T) {
	for _, period := range []time.Duration{20 * time.Second, 2 * time.Minute, 4 * time.Minute} {
		for _, last := range []event.Health{event.HealthHealthy, event.HealthUnhealthy} {
			t.Run(fmt.Sprintf("%v %s", period, last), func(t *testing.T) {
				s := newSim(t)
				s.at(0, func() { s.health("prod", "OpenAI", event.HealthHealthy) })
				i := 0
				for at := period; at < time.Hour; at += period {
					h := event.HealthUnhealthy
					if i%2 == 1 {
						h = event.HealthHealthy
					}
					s.at(at, func() { s.health("prod", "OpenAI", h) })
					i++
				}
				s.at(time.Hour, func() { s.health("prod", "OpenAI", last) })
				s.at(3*time.Hour, nil)
				got := s.newNotifications()
				if len(got) == 0 || len(got) > 5 {
					t.Fatal(len(got), strings.Join(s.titles(), "\n"))
				}
				want := "OpenAI is healthy again — prod"
				if last == event.HealthUnhealthy {
					want = "OpenAI is unhealthy — prod"
				}
				if final := got[len(got)-1].order.Notification.Title; final != want {
					t.Errorf("last word %q, want %q\n%s", final, want, strings.Join(s.titles(), "\n"))
				}
			})
		}
	}
}

// 11: asleep for 8 h; on waking 40 things are found changed.
func TestAcceptance11Sleep(t *testing.T) {
	s := newSim(t)
	s.at(0, func() {
		for i := range 20 {
			s.key("prod", strconv.Itoa(i), "key-"+strconv.Itoa(i), 10, 100, "2026-11-01")
		}
		for _, p := range twelve {
			s.health("prod", p, event.HealthHealthy)
		}
	})
	woke := time.Minute + 8*time.Hour
	s.sleep(woke, alert.SystemState{Grace: alert.DefaultGrace, Spent: event.USD(18.4), TasksDone: 4})
	s.at(woke+time.Second, func() { s.links("prod", event.LinkReconnecting) })
	s.at(woke+5*time.Second, func() {
		s.links("prod", event.LinkConnected)
		for i := range 20 {
			s.key("prod", strconv.Itoa(i), "key-"+strconv.Itoa(i), 80, 100, "2026-11-01")
		}
		for _, p := range twelve {
			s.health("prod", p, event.HealthUnhealthy)
		}
	})
	for i, p := range twelve[:8] {
		s.at(woke+time.Duration(6+i)*time.Second, func() { s.health("prod", p, event.HealthHealthy) })
	}
	s.at(woke+3*time.Hour, nil)
	if got := s.newNotifications(); len(got) != 1 || got[0].order.Notification.Title != "While you were away (8 h)" {
		t.Error(strings.Join(s.titles(), "\n"))
	} else {
		t.Log(got[0].order.Notification.Body)
	}
}

// 11, the other way: what was told before the sleep is over on waking.
func TestAcceptance11SolvedMeanwhile(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
	woke := time.Minute + 2*time.Hour + 10*time.Minute
	s.sleep(woke, alert.SystemState{Grace: 2 * time.Minute})
	s.at(woke+2*time.Second, func() { s.health("prod", "OpenAI", event.HealthHealthy) })
	s.at(woke+time.Hour, nil)
	s.want(
		"+10.5s critical: OpenAI is unhealthy — prod",
		"+2h12m2s withdraw: ",
		"+2h13m3s info silent: While you were away (2 h 10 min)",
	)
	if body := s.shown[2].order.Notification.Body; body != "1 solved: OpenAI unhealthy." {
		t.Error(body)
	}
}

// 12: quiet hours over midnight and over a change of the clocks.
func TestAcceptance12QuietHours(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, night := range []time.Time{
		time.Date(2026, 11, 23, 12, 0, 0, 0, berlin),
		time.Date(2026, 10, 24, 12, 0, 0, 0, berlin), // an hour longer
		time.Date(2026, 3, 28, 12, 0, 0, 0, berlin),  // an hour shorter
	} {
		t.Run(night.Format(time.DateOnly), func(t *testing.T) {
			s := newSim(t)
			s.start, s.now = night, night
			s.set.Location, s.set.Quiet = berlin, quietAtNight(berlin)
			s.boot(nil)
			s.gateway("prod")
			at := func(day, hour, minute int) time.Duration {
				y, m, d := night.Date()
				return time.Date(y, m, d+day, hour, minute, 0, 0, berlin).Sub(night)
			}
			s.at(at(0, 21, 0), func() { s.key("prod", "7", "agents", 50, 100, "2026-11-01") })
			s.at(at(0, 23, 0), func() { s.spend("prod", "7", 80, 30) })
			s.at(at(1, 4, 0), func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
			s.at(at(1, 5, 0), func() { s.health("prod", "OpenAI", event.HealthHealthy) })
			s.at(at(1, 9, 0), nil)
			var got []string
			for _, b := range s.shown {
				got = append(got, night.Add(b.at).In(berlin).Format("15:04")+" "+b.order.Notification.Title+" "+b.order.Notification.Body)
			}
			want := []string{
				"04:00 OpenAI is unhealthy — prod Since 04:00.",
				"05:01  ", // taken off the screen
				"07:00 While you were away",
			}
			if len(got) != 3 || got[0] != want[0] || got[1] != want[1] || !strings.HasPrefix(got[2], want[2]) ||
				!strings.Contains(got[2], "agents near its limit") || !strings.Contains(got[2], "1 solved") {
				t.Errorf("%q", got)
			}
		})
	}
}

// quietAtNight is quiet from 22:00 to 07:00 by the wall clock.
func quietAtNight(loc *time.Location) func(time.Time) (bool, time.Time) {
	return func(now time.Time) (bool, time.Time) {
		y, m, d := now.In(loc).Date()
		switch h := now.In(loc).Hour(); {
		case h >= 22:
			return true, time.Date(y, m, d+1, 7, 0, 0, 0, loc)
		case h < 7:
			return true, time.Date(y, m, d, 7, 0, 0, 0, loc)
		}
		return false, time.Time{}
	}
}

// 13: a silenced warning turns critical.
func TestAcceptance13SilencedTurnsCritical(t *testing.T) {
	s := newSim(t)
	s.in.Rejected = map[string]alert.Rejection{"prod/Anthropic": {Status: 401, Count: 1, Since: s.now, At: s.now}}
	s.ev.SetInputs(s.in)
	s.at(0, func() { s.health("prod", "Anthropic", event.HealthHealthy) })
	s.at(time.Minute, func() {
		a := s.open("provider.credentials")
		if err := s.ev.AddSilence(alert.Silence{Matcher: alert.Matcher{Fingerprint: a.Fingerprint}, Until: s.now.Add(time.Hour)}, s.now); err != nil {
			t.Fatal(err)
		}
	})
	s.at(2*time.Minute, func() {
		s.in.Rejected = map[string]alert.Rejection{"prod/Anthropic": {Status: 401, Count: 2, Since: s.start, At: s.now}}
		s.ev.SetInputs(s.in)
	})
	s.at(10*time.Minute, nil)
	s.want(
		"+3s warning: Anthropic rejected our key — prod",
		"+1m0s withdraw: ",
		"+2m0.5s critical: Anthropic rejected our key — prod",
	)
}

// 13, the other half: everything silenced, budgets go from 76 % to 91 %.
func TestAcceptance13SilencedBudget(t *testing.T) {
	s := newSim(t)
	s.at(0, func() {
		if err := s.ev.SilenceAll(s.now.Add(time.Hour), false, s.now); err != nil {
			t.Fatal(err)
		}
		s.key("prod", "7", "agents", 76, 100, "2026-11-01")
		s.key("prod", "8", "batch", 76, 100, "2026-11-01")
	})
	s.at(time.Minute, func() { s.spend("prod", "7", 91, 15) })
	s.at(3*time.Hour, nil)
	s.want(
		"+1m0.5s critical: agents has used 91 % — prod",
		"+1h0m3s warning: batch has used 76 % — prod", // the silence ended, and it is still true
	)
}

// open finds the one open alert of a rule.
func (s *sim) open(rule string) alert.Alert {
	s.t.Helper()
	var found []alert.Alert
	for _, a := range s.ev.Export().Open {
		if a.Rule == rule {
			found = append(found, a)
		}
	}
	if len(found) != 1 {
		s.t.Fatalf("%d open alerts of %s", len(found), rule)
	}
	return found[0]
}

// 14: an acknowledgement survives a wobble of 20 s; there are no repeats.
func TestAcceptance14AckSurvivesWobble(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
	s.at(time.Minute, func() {
		if err := s.ev.Acknowledge(s.open("provider.unhealthy").Fingerprint, "on it", s.now); err != nil {
			t.Fatal(err)
		}
	})
	s.at(2*time.Minute, func() { s.health("prod", "OpenAI", event.HealthHealthy) })
	s.at(2*time.Minute+20*time.Second, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
	s.at(10*time.Hour, nil)
	s.want("+10.5s critical: OpenAI is unhealthy — prod", "+1m0s withdraw: ")
	if a := s.open("provider.unhealthy"); !a.Acked || a.AckNote != "on it" || a.Count != 2 {
		t.Errorf("%+v", a)
	}
}

func TestReminders(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
	s.at(9*time.Hour, nil)
	s.want(
		"+10.5s critical: OpenAI is unhealthy — prod",
		"+4h0m11s critical: OpenAI is unhealthy — prod",
		"+8h0m11.5s critical: OpenAI is unhealthy — prod",
	)
}

// 15: REST contradicts a claim; and a gateway that mixes up its numbers makes
// none.
func TestAcceptance15Contradicted(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.key("prod", "7", "agents", 305, 500, "2026-11-01") })
	s.at(time.Minute, func() {
		s.fact("prod", event.ViaHub, "spend", event.SpendLimitReported{
			Key: "7", Spend: event.USD(480), Ratio: 0.96, Severity: event.SeverityCritical, At: s.now,
		})
	})
	s.at(time.Minute+5*time.Second, func() { s.key("prod", "7", "agents", 305, 500, "2026-11-01") })
	s.at(time.Hour, nil)
	s.want(
		"+1m0.5s critical: agents has used 96 % — prod",
		"+1m5s withdraw: ",
	)
	if got := s.reasons("budget.used"); !slices.Contains(got, SentWithdrawn) {
		t.Error(got)
	}

	s = newSim(t)
	s.at(0, func() {
		s.fact("prod", event.ViaREST, "groups", event.GroupRead{
			Group: "9", Name: "research", Balance: event.Known(event.USD(48)), Credits: event.Known(event.USD(100)), Spent: event.Known(event.USD(52)),
			PeriodID: "topup:3", OpeningBalance: event.USD(100), At: s.now,
		})
	})
	s.at(time.Minute, func() { // what the gateway package makes of a "107.69 %" of such a gateway
		s.fact("prod", event.ViaHub, "spend", event.RefreshAdvised{Topic: event.RefreshBudget, Key: "7", Reason: "budget alert", At: s.now})
	})
	s.at(time.Hour, nil)
	s.want()
}

// 16: a storm.
func TestAcceptance16Storm(t *testing.T) {
	s := newSim(t)
	s.gateway("eu")
	r := rand.New(rand.NewPCG(3, 4))
	gateways := []string{"prod", "staging", "eu"}
	for i := range 600 {
		g := gateways[r.IntN(3)]
		s.at(time.Duration(i)*6*time.Second, func() {
			switch r.IntN(4) {
			case 0:
				s.health(g, twelve[r.IntN(12)], event.HealthUnhealthy)
			case 1:
				s.health(g, twelve[r.IntN(12)], event.HealthHealthy)
			case 2:
				k := strconv.Itoa(r.IntN(60))
				s.key(g, k, "key-"+k, 70+r.Float64()*35, 100, "2026-11-01")
			default:
				s.fact(g, event.ViaHub, "tasks", event.TaskProgressed{
					Task: event.TaskID(strconv.Itoa(i)), Medium: event.MediumVideo, Status: event.TaskFailed, Progress: -1, Error: "x", At: s.now,
				})
			}
		})
	}
	s.at(4*time.Hour, nil)
	checkRateLimit(t, s)
	t.Logf("600 events: %d notifications, of them exempt %d; naive one per alert: %d", len(s.newNotifications()),
		len(slices.DeleteFunc(s.newNotifications(), func(b shownNotification) bool { return !b.order.RateLimitExempt })), countFired(s))
	checkNothingLost(t, s)
}

func countFired(s *sim) (n int) {
	for _, c := range s.changes {
		if c.Kind == alert.Fired || c.Kind == alert.SeverityRaised || c.Kind == alert.Resolved {
			n++
		}
	}
	return n
}

// checkRateLimit asserts the caps over every window.
func checkRateLimit(t testing.TB, s *sim) {
	t.Helper()
	if over := overRateLimit(s); over != "" {
		t.Error(over)
	}
}

// overRateLimit describes a window with too many notifications, "" if there is none.
func overRateLimit(s *sim) string {
	var counted, critical, batches []time.Duration
	for _, b := range s.newNotifications() {
		switch o := &b.order; {
		case o.CriticalBatch:
			batches = append(batches, b.at)
		case o.Notification.New && o.Notification.Severity == event.SeverityCritical && o.Notification.ID != digestID:
			critical = append(critical, b.at)
		case !o.RateLimitExempt:
			counted = append(counted, b.at)
		}
	}
	for what, w := range map[string]struct {
		at    []time.Duration
		width time.Duration
		most  int
	}{
		"a minute": {counted, time.Minute, 4}, "an hour": {counted, time.Hour, 12}, "one by one": {critical, time.Minute, 3}, "at once": {batches, 40 * time.Second, 1},
	} {
		for i := range w.at {
			n := 0
			for _, at := range w.at[i:] {
				if at-w.at[i] < w.width {
					n++
				}
			}
			if n > w.most {
				return fmt.Sprintf("%d notifications within %s after %v", n, what, w.at[i])
			}
		}
	}
	return ""
}

// checkNothingLost asserts that every critical alert that fired was told, or
// that a decision says why not.
func checkNothingLost(t testing.TB, s *sim) {
	t.Helper()
	type life struct {
		fp   string
		life int64
	}
	decided := map[life]bool{}
	for _, d := range s.decisions {
		decided[life{d.Fingerprint, d.Life}] = true
	}
	for _, c := range s.changes {
		if c.Kind == alert.Fired && c.Alert.Severity == event.SeverityCritical && !decided[life{c.Alert.Fingerprint, c.Alert.Life}] {
			t.Errorf("nobody decided on %s of %s", c.Alert.Rule, c.Alert.Entity)
		}
	}
}

// 17: no data for an hour: nothing resolves, and it is marked as stale.
func TestAcceptance17NoData(t *testing.T) {
	s := newSim(t)
	s.at(0, func() {
		s.key("prod", "7", "agents", 93, 100, "2026-11-01")
		s.health("prod", "OpenAI", event.HealthUnhealthy)
	})
	s.at(time.Minute, func() { s.link("prod", "notifications", event.LinkReconnecting) })
	s.at(30*time.Minute, func() { s.health("prod", "OpenAI", event.HealthUnknown) })
	s.at(61*time.Minute, nil)
	for _, rule := range []string{"budget.used", "provider.unhealthy"} {
		for _, a := range s.ev.Export().Open {
			if a.Rule == rule && a.Severity == event.SeverityCritical && (a.Status != alert.StatusFiring || !a.Stale) {
				t.Errorf("%s: %s, stale %v", rule, a.Status, a.Stale)
			}
		}
	}
	for _, b := range s.shown {
		if strings.Contains(b.order.Notification.Title, "again") {
			t.Error(b.order.Notification.Title)
		}
	}
}

// 18: the system does not permit notifications.
func TestAcceptance18NotPermitted(t *testing.T) {
	s := newSim(t)
	denied := true
	s.fail = func(Dispatch) error {
		if denied {
			return fmt.Errorf("send: %w", ErrNotPermitted)
		}
		return nil
	}
	s.at(0, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
	s.at(time.Minute, func() { s.key("prod", "7", "agents", 80, 100, "2026-11-01") })
	s.at(10*time.Minute, nil)
	s.want()
	if len(s.states) != 1 || s.states[0].Reason != FailedNotPermitted {
		t.Errorf("%+v", s.states)
	}
	if got := s.reasons("provider.unhealthy"); !slices.Equal(got, []Reason{FailedNotPermitted}) {
		t.Error(got)
	}
	// Permitted at last: the next notification works, and then the critical one that
	// could not be shown.
	denied = false
	s.at(11*time.Minute, func() { s.key("prod", "8", "batch", 80, 100, "2026-11-01") })
	s.at(20*time.Minute, nil)
	s.want(
		"+11m3s warning: batch has used 80 % — prod",
		"+11m3.5s critical: OpenAI is unhealthy — prod",
	)
	if len(s.states) != 2 || s.states[1].Reason != "" {
		t.Errorf("%+v", s.states)
	}
}

// Other failures are tried again before anybody is bothered.
func TestDeliveryIsRetried(t *testing.T) {
	s := newSim(t)
	fails := 2
	s.fail = func(Dispatch) error {
		if fails--; fails >= 0 {
			return fmt.Errorf("broken pipe")
		}
		return nil
	}
	s.at(0, func() { s.health("prod", "OpenAI", event.HealthUnhealthy) })
	s.at(time.Minute, nil)
	s.want("+22.5s critical: OpenAI is unhealthy — prod")
	if len(s.states) != 0 {
		t.Error(s.states)
	}
}

// 19: the clock is set back by two hours.
func TestAcceptance19ClockBack(t *testing.T) {
	s := newSim(t)
	s.at(0, func() {
		s.key("prod", "7", "agents", 93, 100, "2026-11-01")
		s.health("prod", "OpenAI", event.HealthUnhealthy)
	})
	s.at(time.Minute, func() { s.skew = 2 * time.Hour })
	s.at(2*time.Minute, func() { s.spend("prod", "7", 94, 1) })
	s.at(3*time.Hour, nil)
	s.want(
		"+500ms critical: agents has used 93 % — prod",
		"+10.5s critical: OpenAI is unhealthy — prod",
	)
	s.at(5*time.Hour, nil) // the repeats come four hours after the first word, as they should
	if got := len(s.newNotifications()); got != 4 {
		t.Error(s.titles())
	}
}

// 20: a hub is connected and silent while the ledger moves.
func TestAcceptance20HubSilent(t *testing.T) {
	s := newSim(t)
	s.at(12*time.Minute, func() {
		s.in.Stalled = map[string]alert.StalledStream{"prod/spend": {
			Since: s.start, Booked: event.USD(4.10), Stream: "spend", At: s.now,
		}}
		s.ev.SetInputs(s.in)
	})
	s.at(13*time.Minute, nil)
	s.want("+12m3s warning: spend: its live feed is stuck — prod")
	if body := s.shown[0].order.Notification.Body; body != "No events for 12 min although $4.10 was booked. Using polling." {
		t.Error(body)
	}
}

// 21: one upstream 401 makes the gateway switch a provider off; an
// administrator doing so is a line under changes.
func TestAcceptance21SwitchedOff(t *testing.T) {
	off := func(s *sim, by bool) event.ProviderHealthChanged {
		return event.ProviderHealthChanged{
			Provider: "OpenAI", Name: "OpenAI", Health: event.HealthDisabled, SwitchedOff: by, LatencyMS: -1, At: s.now,
		}
	}
	s := newSim(t)
	s.at(0, func() { s.health("prod", "OpenAI", event.HealthHealthy) })
	s.at(time.Minute, func() {
		s.in.Rejected = map[string]alert.Rejection{"prod/OpenAI": {Status: 401, Count: 1, Since: s.now, At: s.now}}
		s.in.Traffic = map[string]alert.Traffic{"prod/OpenAI": {Requests: 40, Failed: 40, At: s.now}}
		s.ev.SetInputs(s.in)
		s.fact("prod", event.ViaREST, "providers", off(s, true))
	})
	s.at(time.Hour, func() { s.health("prod", "OpenAI", event.HealthHealthy) })
	s.at(2*time.Hour, nil)
	s.want(
		"+1m0.5s critical: OpenAI was switched off by the gateway — prod",
		"+1h0m3s info silent: OpenAI is switched on again — prod",
	)
	if body := s.shown[0].order.Notification.Body; body != "One upstream 401 at 12:01. It stays off until someone enables it." {
		t.Error(body)
	}

	s = newSim(t)
	s.at(0, func() { s.health("prod", "OpenAI", event.HealthHealthy) })
	s.at(time.Minute, func() {
		s.fact("prod", event.ViaREST, "providers", off(s, false))
		s.fact("prod", event.ViaHub, "notifications", event.NavigationChanged{
			Entity: event.EntityProvider, Action: event.ActionDisabled, ID: "OpenAI", Name: "OpenAI", At: s.now,
		})
	})
	s.at(time.Hour, nil)
	s.want()
	if got := s.reasons("config.changed"); !slices.Equal(got, []Reason{HeldListOnly}) {
		t.Error(got)
	}
}

// 22: all lists are empty for one poll, then they are back.
func TestAcceptance22EmptyLists(t *testing.T) {
	s := newSim(t)
	fill := func() {
		s.health("prod", "OpenAI", event.HealthUnhealthy)
		s.key("prod", "7", "agents", 93, 100, "2026-11-01")
	}
	s.at(0, fill)
	s.at(time.Minute, func() {
		live := s.state.Live()
		kept := state.Live{Keys: maps.Clone(live.Keys), Providers: maps.Clone(live.Providers)}
		clear(live.Keys)
		clear(live.Providers)
		s.eval()
		maps.Copy(live.Keys, kept.Keys)
		maps.Copy(live.Providers, kept.Providers)
	})
	s.at(2*time.Minute, fill)
	s.at(3*time.Hour, nil)
	s.want(
		"+500ms critical: agents has used 93 % — prod",
		"+10.5s critical: OpenAI is unhealthy — prod",
	)
	if n := len(s.ev.Export().Resolved); n != 0 {
		t.Errorf("%d alerts ended", n)
	}
}

// 23: two events for one spend, the second with only the amount.
func TestAcceptance23OneBookingTwice(t *testing.T) {
	s := newSim(t)
	s.at(0, func() { s.key("prod", "7", "agents", 90.5, 100, "2026-11-01") })
	for i := range 20 {
		s.at(time.Duration(i+1)*time.Minute, func() {
			b := &event.SpendRecorded{Key: "7", Amount: event.USD(0.05), Request: strconv.Itoa(i), At: s.now}
			s.fact("prod", event.ViaHub, "spend", b)
			b.Total, b.HasTotal = event.USD(0.05), true // the other form calls the amount a total
			s.fact("prod", event.ViaHub, "spend", b)
		})
	}
	s.at(time.Hour, nil)
	s.want("+500ms critical: agents has used 90 % — prod")
	if k := s.state.Live().Keys["prod/7"]; k.Requests != 20 || k.Total.Or(-1) < event.USD(90.5) {
		t.Errorf("%d spends, total %s", k.Requests, k.Total)
	}
}
