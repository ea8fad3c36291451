package rehearsal

import (
	"testing"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

var begin = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// health is a provider that a gateway calls bad or well at a time.
func health(at time.Time, how event.Health) event.Envelope {
	return event.Envelope{
		At: at, Source: &event.Source{Gateway: "prod", Via: event.ViaHub, Name: "model-discovery"},
		Body: event.ProviderHealthChanged{Provider: "A", Name: "A", Health: how, At: at},
	}
}

func options(rule string, setting alert.Setting) Options {
	cfg := alert.DefaultConfig()
	cfg.Rules = map[string]alert.Setting{rule: setting}
	return Options{Rule: rule, Config: cfg, Gateways: []state.Gateway{{ID: "prod", Label: "Prod"}}, From: begin, Location: time.UTC}
}

// outages has a provider fail five times for so long, at noon and, the last two, at
// three in the morning.
func outages(h *Rehearsal, lasts time.Duration) Result {
	for i := range 5 {
		at := begin.Add(time.Duration(24*i+12) * time.Hour)
		if i >= 3 {
			at = begin.Add(time.Duration(24*i+3) * time.Hour)
		}
		h.Take(health(at, event.HealthUnhealthy))
		h.Take(health(at.Add(lasts), event.HealthHealthy))
	}
	return h.Finish(begin.Add(6 * 24 * time.Hour))
}

func TestARuleIsRehearsed(t *testing.T) {
	r := outages(New(options("provider.unhealthy", alert.Setting{})), 2*time.Minute)
	// Each is told, and its end; the rule waits ten seconds, and a minute for the end.
	if r.Events != 10 || r.Times != 5 || r.Notices != 10 || r.Night != 4 || len(r.Occasions) != 5 {
		t.Fatalf("%+v", r)
	}
	if o := r.Occasions[0]; o.From != begin.Add(12*time.Hour+10*time.Second) || o.To.Sub(o.From) < 2*time.Minute || o.To.Sub(o.From) > 4*time.Minute || o.Notices != 2 {
		t.Errorf("%+v", o)
	}
	if r.Open < 10*time.Minute || r.Open > 20*time.Minute || r.Longest > 4*time.Minute || r.Watched != 6*24*time.Hour {
		t.Errorf("open %s, longest %s, watched %s", r.Open, r.Longest, r.Watched)
	}
	// With numbers that wait longer than the outages last, there is nothing.
	hold := 5 * time.Minute
	if r := outages(New(options("provider.unhealthy", alert.Setting{For: &hold})), 2*time.Minute); r.Times != 0 || r.Notices != 0 {
		t.Errorf("of five minutes: %+v", r)
	}
	// Another rule sees none of it, and one that is off is rehearsed all the same.
	if r := outages(New(options("task.failed", alert.Setting{Off: true})), 2*time.Minute); r.Times != 0 {
		t.Errorf("of tasks: %+v", r)
	}
	if r := outages(New(options("provider.unhealthy", alert.Setting{Off: true})), 2*time.Minute); r.Times != 5 {
		t.Errorf("switched off: %+v", r)
	}
}

// TestForecastsAreRehearsed: the rule sees what was foreseen then, and again when that is
// another.
func TestForecastsAreRehearsed(t *testing.T) {
	o := options("budget.forecast", alert.Setting{})
	asked := 0
	o.Foreseen = func(at time.Time) (Foreseen, time.Time) {
		asked++
		left := 200 * time.Hour
		if d := at.Sub(begin); d >= 24*time.Hour && d < 30*time.Hour {
			left = 50 * time.Hour
		}
		key := state.KeySpend{ID: "prod/1", Gateway: "prod", Key: "1", Name: "crawler", PeriodID: "limit:100", Limit: event.Known(event.USD(100))}
		f := state.Forecast{
			ID: "key prod/1", Gateway: "prod", Kind: "key", Subject: "prod/1", Name: "crawler", Outcome: "forecast", Limit: int64(event.USD(100)),
			Earliest: at.Add(left / 2).UnixMilli(), Likely: at.Add(left).UnixMilli(), Latest: at.Add(2 * left).UnixMilli(), At: at.UnixMilli(),
			PeriodID: key.PeriodID,
		}
		return Foreseen{map[string]state.Forecast{f.ID: f}, map[string]state.KeySpend{key.ID: key}, nil}, at.Add(15 * time.Minute)
	}
	h := New(o)
	r := h.Finish(begin.Add(48 * time.Hour))
	if r.Times != 1 || r.Notices == 0 || r.Open < 5*time.Hour || r.Open > 7*time.Hour || asked < 4*47 || asked > 4*49 {
		t.Errorf("asked %d times: %+v", asked, r)
	}
}

func TestQuietHoursAndGaps(t *testing.T) {
	o := options("provider.unhealthy", alert.Setting{})
	o.Notifies = func(_ event.Severity, at time.Time) bool { return at.Hour() >= 7 }
	if r := outages(New(o), 2*time.Minute); r.Notices != 6 || r.Held != 4 || r.Night != 0 {
		t.Errorf("in quiet hours: %+v", r)
	}
	// What lasts while nobody watches is counted as long as it was watched.
	o = options("provider.unhealthy", alert.Setting{})
	gap, back := begin.Add(13*time.Hour), begin.Add(23*time.Hour)
	o.Watched = func(at time.Time) (bool, time.Time) {
		switch {
		case at.Before(gap):
			return true, gap
		case at.Before(back):
			return false, back
		}
		return true, back.AddDate(1, 0, 0)
	}
	h := New(o)
	h.Take(health(begin.Add(12*time.Hour+30*time.Minute), event.HealthUnhealthy))
	h.Take(health(back.Add(30*time.Minute), event.HealthHealthy))
	r := h.Finish(begin.Add(24 * time.Hour))
	if r.Watched != 14*time.Hour || r.Times != 1 || r.Open < 59*time.Minute || r.Open > 62*time.Minute || r.Notices != 2 {
		t.Errorf("with a gap: %+v", r)
	}
}

// TestWhatWasCalledNormalIsRehearsed: it was none before somebody said so.
func TestWhatWasCalledNormalIsRehearsed(t *testing.T) {
	for _, normal := range [][]alert.Normal{nil, {{Rule: "spend.loop", Gateway: "prod", Kind: "key", Entity: "1"}}} {
		o := options("spend.loop", alert.Setting{})
		o.Config.Normal = normal
		h := New(o)
		h.Take(event.Envelope{At: begin, Source: &event.Source{Gateway: "prod", Via: event.ViaREST, Name: "keys"}, Body: event.KeyRead{Key: "1", Name: "agent"}})
		for i := range 600 {
			at := begin.Add(time.Hour + time.Duration(i)*time.Second)
			h.Take(event.Envelope{
				At: at, Source: &event.Source{Gateway: "prod", Via: event.ViaREST, Name: "logs"},
				Body: &event.SpendRecorded{Key: "1", Model: "m", Amount: event.USD(0.1), Input: 100, At: at},
			})
		}
		if r := h.Finish(begin.Add(2 * time.Hour)); r.Times != 1 {
			t.Errorf("with %d called normal it fired %d times", len(normal), r.Times)
		}
	}
}
