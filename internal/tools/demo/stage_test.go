package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The same scenario and seed tell the same in the same order at the same
// times; another seed does not.
func TestSameSeedSameEvents(t *testing.T) {
	for _, name := range Scenarios(Contract) {
		t.Run(name, func(t *testing.T) {
			s, err := Load(name)
			if err != nil {
				t.Fatal(err)
			}
			until := 90 * time.Second
			one := rehearse(t, s, Options{Seed: 7, Rate: 50}, until)
			two := rehearse(t, s, Options{Seed: 7, Rate: 50}, until)
			if !slices.Equal(one.frames, two.frames) || !slices.Equal(one.log, two.log) {
				t.Error("two rehearsals with one seed differ")
			}
			other := rehearse(t, s, Options{Seed: 8, Rate: 50}, until)
			if generates := s.Name() != "bad-input"; generates && slices.Equal(one.frames, other.frames) {
				t.Error("the seed changes nothing")
			}
		})
	}
}

// Totals are the sums of the amounts that were told, to the nano-dollar, and
// spends are numbered.
func TestTotalsAreSums(t *testing.T) {
	for _, name := range []string{"calm", "spend-limit", "storm", "key-churn"} {
		t.Run(name, func(t *testing.T) {
			s, err := Load(name)
			if err != nil {
				t.Fatal(err)
			}
			totals, requests := map[string]usd{}, map[string]bool{}
			played := rehearse(t, s, Options{Seed: 3, Rate: 50}, 2*time.Minute)
			type update struct {
				ID       string      `json:"virtualKeyId"`
				Amount   json.Number `json:"amount"`
				Total    json.Number `json:"totalSpend"`
				Request  string      `json:"requestId"`
				Snapshot bool        `json:"snapshot"`
			}
			all, _ := events[update](t, played, "SpendUpdate")
			for _, u := range all {
				amount, total := mustUSD(t, u.Amount), mustUSD(t, u.Total)
				if u.Snapshot != (u.Request == "") || requests[u.Request] {
					t.Fatalf("request %q, snapshot %v", u.Request, u.Snapshot)
				}
				requests[u.Request] = u.Request != ""
				if before, known := totals[u.ID]; known && before+amount != total {
					t.Fatalf("key %s: %v + %v is not %v", u.ID, before, amount, total)
				}
				totals[u.ID] = total
			}
			if len(all) < 20 {
				t.Errorf("only %d bookings", len(all))
			}
		})
	}
}

func mustUSD(t *testing.T, n json.Number) usd {
	t.Helper()
	u, err := parseUSD(n.String())
	if err != nil {
		t.Fatal(err)
	}
	return u
}

type alertSeen struct {
	ID    string  `json:"virtualKeyId"`
	Level level   `json:"alertLevel"`
	Share float64 `json:"percentage"`
}

// A healthy gateway gives no reason for an alert, however long it runs.
func TestCalmStaysCalm(t *testing.T) {
	s, err := Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	r := rehearse(t, s, Options{}, 30*time.Minute)
	if alerts, _ := events[alertSeen](t, r, "SpendLimitAlert"); len(alerts) > 0 {
		t.Errorf("%d spend alerts, the first is %+v", len(alerts), alerts[0])
	}
	for _, k := range r.stage.world.keys {
		if share := k.total.share(k.limit); share >= 74 {
			t.Errorf("%s is at %v %%", k.name, share)
		}
	}
	health, _ := events[providerHealth](t, r, "ProviderHealthChange")
	for _, h := range health {
		if h.Status != "healthy" {
			t.Errorf("%s is %s", h.ProviderName, h.Status)
		}
	}
	for target, least := range map[string]int{
		"SpendUpdate": 1_500, "ImageGenerationProgress": 700, "VideoGenerationProgress": 1_500,
		"ProviderHealthChange": 350, "NavigationStateUpdate": 10, "VirtualKeyUpdate": 5,
		"ConfigurationChange": 5, "ModelDiscovered": 5,
	} {
		n := 0
		for _, p := range r.frames {
			if p.group == "" && strings.HasPrefix(p.frame, `{"type":1,"target":"`+target+`"`) {
				n++
			}
		}
		if n < least {
			t.Errorf("%d %s in half an hour, want %d", n, target, least)
		}
	}
	if n := len(r.stage.world.tasks); n > maxTasks+20 {
		t.Errorf("%d tasks are kept", n)
	}
	if n := len(r.stage.world.mappings); n > 15 {
		t.Errorf("%d mappings after half an hour", n)
	}
}

// The moments that the heads of the scenarios promise.
func TestSpendLimitCrossesTwice(t *testing.T) {
	s, err := Load("spend-limit")
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(10) {
		alerts, at := events[alertSeen](t, rehearse(t, s, Options{Seed: seed + 1}, 2*time.Minute), "SpendLimitAlert")
		want := []alertSeen{{"1", levelWarning, 75.6}, {"1", levelCritical, 90.4}}
		if diff := cmp.Diff(want, alerts); diff != "" {
			t.Fatalf("seed %d, alerts (-want +got):\n%s", seed, diff)
		}
		if diff := cmp.Diff([]time.Duration{8 * time.Second, 16 * time.Second}, at); diff != "" {
			t.Fatalf("seed %d, times (-want +got):\n%s", seed, diff)
		}
	}
}

func TestProviderOutage(t *testing.T) {
	s, err := Load("provider-outage")
	if err != nil {
		t.Fatal(err)
	}
	health, at := events[providerHealth](t, rehearse(t, s, Options{}, 5*time.Minute), "ProviderHealthChange")
	var turns []string
	last := map[string]string{}
	for i, h := range health {
		if last[h.ProviderName] != "" && last[h.ProviderName] != h.Status {
			turns = append(turns, fmt.Sprintf("%v %s %s", at[i], h.ProviderName, h.Status))
		}
		last[h.ProviderName] = h.Status
	}
	if diff := cmp.Diff([]string{"4s openai unhealthy", "1m24s openai healthy"}, turns); diff != "" {
		t.Errorf("turns (-want +got):\n%s", diff)
	}
}

// An alert stands behind the spend that caused it, once, and again only
// after the limit was raised.
func TestAlertsFollowBookings(t *testing.T) {
	r := rehearse(t, script(t, `
		have key 1 a limit=100 spent=70
		spend a 4.999999999
		spend a 0.000000001
		spend a 10
		spend a 10
		limit a 200
		spend a 60
		limit a 160
	`), Options{}, time.Hour)
	var got []string
	for _, p := range r.frames {
		if p.hub != hubSpend {
			continue
		}
		var m struct {
			Target    string `json:"target"`
			Arguments [1]struct {
				Total   json.Number `json:"totalSpend"`
				Current json.Number `json:"currentSpend"`
				Limit   json.Number `json:"limit"`
				Level   level       `json:"alertLevel"`
			} `json:"arguments"`
		}
		if err := json.Unmarshal([]byte(strings.TrimSuffix(p.frame, "\x1e")), &m); err != nil {
			t.Fatal(err)
		}
		a := m.Arguments[0]
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s of %s %s", m.Target, a.Total+a.Current, a.Limit, a.Level)))
	}
	want := []string{
		"SpendUpdate 74.999999999 of 100",
		"SpendUpdate 75 of 100", "SpendLimitAlert 75 of 100 warning",
		"SpendUpdate 85 of 100",
		"SpendUpdate 95 of 100", "SpendLimitAlert 95 of 100 critical",
		"SpendUpdate 95 of 200",
		"SpendUpdate 155 of 200", "SpendLimitAlert 155 of 200 warning",
		"SpendUpdate 155 of 160", "SpendLimitAlert 155 of 160 critical",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spend hub (-want +got):\n%s", diff)
	}
}

func TestTaskLife(t *testing.T) {
	r := rehearse(t, script(t, `
		have key 7 a
		1s task video v run 20s key=a model=veo-3
		+0s task image i run 20s fail="no capacity"
	`), Options{}, time.Hour)
	video, at := events[taskProgress](t, r, "VideoGenerationProgress")
	first, last := video[0], video[len(video)-1]
	if first.Status != "queued" || first.Progress != 0 || first.VirtualKeyID != "7" || at[0] != time.Second {
		t.Errorf("it began with %+v at %v", first, at[0])
	}
	if last.Status != "completed" || last.Progress != 100 || last.ResultURL == "" || last.Remaining != nil || at[len(at)-1] != 21*time.Second {
		t.Errorf("it ended with %+v at %v", last, at[len(at)-1])
	}
	for i := 1; i < len(video); i++ {
		if video[i].Progress < video[i-1].Progress {
			t.Errorf("progress falls from %d to %d", video[i-1].Progress, video[i].Progress)
		}
		if i > 1 && i < len(video)-1 && *video[i].Remaining > *video[i-1].Remaining {
			t.Errorf("the time left grows from %d to %d", *video[i-1].Remaining, *video[i].Remaining)
		}
	}
	image, _ := events[taskProgress](t, r, "ImageGenerationProgress")
	if last := image[len(image)-1]; last.Status != "failed" || last.Error != "no capacity" || last.ResultURL != "" {
		t.Errorf("the image ended with %+v", last)
	}
}

// Loops repeat, generators end with still, and the rate is that of the
// options.
func TestLoopStillAndRate(t *testing.T) {
	r := rehearse(t, script(t, `
		have key 1 a
		have mapping 1 m p x
		begin
		1s spend drop
		2s core drop
		3s loop
	`), Options{}, 10*time.Second)
	want := []string{
		"1s drop spend", "2s drop spend", "2s drop tasks", "2s drop image-generation", "2s drop video-generation",
		"2s drop notifications", "4s drop spend",
	}
	if diff := cmp.Diff(want, r.log[:len(want)]); diff != "" {
		t.Errorf("loop (-want +got):\n%s", diff)
	}
	storm := script(t, "have key 1 a\nhave mapping 1 m p x\nrate 100/s traffic\n4s still\n60s spend drop")
	for rate, want := range map[float64]int{0: 399, 1000: 3999} {
		r := rehearse(t, storm, Options{Rate: rate}, time.Minute)
		if n := len(r.frames); n < want || n > want+1 {
			t.Errorf("rate %v: %d events in 4 s, want %d", rate, n, want)
		}
	}
}

// The stage keeps time: a bubble's clock shows when things happen, the clock
// stands until a client is there, and asks are answered meanwhile.
func TestStageKeepsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRehearsal(script(t, "have key 1 a\nwait client spend\n2s spend a 1\n5s spend a 1\n8s spend drop"), Options{})
		r.crowd = 0
		began := time.Now()
		var at []time.Duration
		r.stage.clock = func() time.Time { at = append(at, time.Since(began)); return time.Now() }
		go r.stage.run(t.Context())
		time.Sleep(time.Minute)
		ask := func(f func()) {
			if err := r.stage.ask(f); err != nil {
				t.Error(err)
			}
		}
		ask(func() {
			if len(r.frames) != 0 {
				t.Error("it did not wait for a client")
			}
			r.crowd = 1
		})
		<-r.stage.played
		ask(func() {})
		want := []time.Duration{62 * time.Second, 65 * time.Second}
		if diff := cmp.Diff(want, at); diff != "" {
			t.Errorf("bookings (-want +got):\n%s", diff)
		}
		if end := time.Since(began); end != 68*time.Second {
			t.Errorf("it ended at %v", end)
		}
	})
}

// Speed passes several seconds in one, and a stage that slept does not make up
// for it.
func TestStageSpeedAndSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRehearsal(script(t, "have key 1 a\nhave mapping 1 m p x\nevery 1s traffic"), Options{Speed: 10})
		go r.stage.run(t.Context())
		time.Sleep(time.Minute)
		count := func() (n int) {
			if err := r.stage.ask(func() { n = len(r.frames) }); err != nil {
				t.Error(err)
			}
			return n
		}
		if n := count(); n < 599 || n > 600 {
			t.Errorf("%d bookings in a minute at ten times the speed", n)
		}
		if err := r.stage.ask(func() { time.Sleep(time.Hour) }); err != nil { // as a machine does
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if n := count(); n > 600+40 {
			t.Errorf("%d bookings after the sleep: it made up for it", n)
		}
	})
}

func TestAskAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRehearsal(script(t, ""), Options{})
		ctx, cancel := context.WithCancel(t.Context())
		go r.stage.run(ctx)
		<-r.stage.played
		if err := r.stage.ask(func() {}); err != nil {
			t.Errorf("a stage that has played does not answer: %v", err)
		}
		cancel()
		synctest.Wait()
		if err := r.stage.ask(func() {}); !errors.Is(err, ErrClosed) {
			t.Errorf("a stage that has ended answers with %v", err)
		}
	})
}
