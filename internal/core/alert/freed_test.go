package alert

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// ended gives the alert of that rule and dimension that ended.
func ended(t *testing.T, w *world, rule, dimension string) Alert {
	t.Helper()
	w.at = w.at.Add(time.Minute)
	changes, _ := w.ev.Eval(w.live, w.at)
	for _, c := range changes {
		if c.Kind == Resolved && c.Alert.Rule == rule && c.Alert.Dimension == dimension {
			return c.Alert
		}
	}
	t.Fatalf("no alert of %s %s ended: %v", rule, dimension, changes)
	return Alert{}
}

func (w *world) prepaid(used float64, base, paid event.NanoUSD, period string) {
	left := base - event.NanoUSD(used*float64(base))
	w.live.Groups["prod/7"] = state.Group{
		ID: "prod/7", Gateway: "prod", Group: "7", Name: "research", Balance: event.Known(left), Credits: event.Known(paid),
		OpeningBalance: int64(base), PeriodID: period, UsedRatio: event.Known(used), UpdatedAt: w.at.UnixMilli(), Source: "rest:groups",
	}
}

func TestWhatEndsABudgetAlertIsSaidTruly(t *testing.T) {
	cases := []struct {
		name             string
		begin, end       func(w *world)
		reason           EndReason
		dimension        string
		title, body, why string
	}{
		{
			"the threshold was removed",
			func(w *world) { w.key("1", "research", 0.52) },
			func(w *world) {
				cfg := DefaultConfig()
				cfg.Location = time.UTC
				cfg.Thresholds.Default = []Threshold{{0.8, event.SeverityWarning}}
				w.ev.Configure(cfg)
			},
			EndThreshold, "0.5", "research has used 52 %", "threshold of 50 % was removed or changed in the settings", "threshold of 50 % was removed or changed in the settings",
		},
		{
			"the limit is told no more",
			func(w *world) { w.key("1", "research", 0.8) },
			func(w *world) {
				w.key("1", "research", 0.8, func(k *state.KeySpend) {
					k.Limit, k.UsedRatio, k.LimitUntoldAt = event.Reading[event.NanoUSD]{}, event.Reading[float64]{}, w.at.UnixMilli()
				})
			},
			EndLimitUnknown, "0.75", "research has used 80 %", "It ended: its limit is not known any more", "its limit is not known any more",
		},
		{
			"a top-up",
			func(w *world) { w.prepaid(0.8, event.USD(100), event.USD(100), "credit:1") },
			func(w *world) { w.prepaid(0, event.USD(520), event.USD(600), "credit:2") },
			EndCleared, "0.75", "research was topped up: 0 % used", "Topped up by $500: now 0 % of $520 used.", "topped up by $500",
		},
		{
			"a new period",
			func(w *world) { w.key("1", "research", 0.8) },
			func(w *world) {
				w.key("1", "research", 0.02, func(k *state.KeySpend) { k.PeriodID = "period:2026-12-01" })
			},
			EndCleared, "0.75", "research began a new period: 2 % used", "A new period began: now 2 % of $100 used.", "a new period began",
		},
		{
			"a higher limit",
			func(w *world) { w.key("1", "research", 0.8) },
			func(w *world) {
				w.key("1", "research", 0.4, func(k *state.KeySpend) { k.Limit, k.Total = event.Known(event.USD(200)), event.Known(event.USD(80)) })
			},
			EndCleared, "0.75", "research has a higher limit: 40 % used", "Limit raised from $100 to $200: now 40 % of $200 used.", "limit raised from $100 to $200",
		},
		{
			"less was used than was said",
			func(w *world) { w.key("1", "research", 0.8) },
			func(w *world) { w.key("1", "research", 0.6) },
			EndCleared, "0.75", "research: 60 % used again", "The used share fell from 80 %: now 60 % of $100 used.", "the used share fell from 80 %",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, DefaultConfig())
			c.begin(w)
			w.ev.Eval(w.live, w.at)
			c.end(w)
			a := ended(t, w, "budget.used", c.dimension)
			if a.EndReason != c.reason || !strings.HasPrefix(a.Title, c.title) {
				t.Errorf("it ended by %q as %q, want %q as %q", a.EndReason, a.Title, c.reason, c.title)
			}
			if !strings.Contains(a.Body, c.body) || !strings.Contains(a.Ends, c.why) {
				t.Errorf("body %q, end %q; want %q, %q", a.Body, a.Ends, c.body, c.why)
			}
		})
	}
}

// TestAnEndKeepsWhatBegan: at the time that an alert began, what its end is called
// was not so.
func TestAnEndKeepsWhatBegan(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.prepaid(0.8, event.USD(100), event.USD(100), "credit:1")
	w.ev.Eval(w.live, w.at)
	w.prepaid(0, event.USD(520), event.USD(600), "credit:2")
	a := ended(t, w, "budget.used", "0.75")
	for _, l := range w.ev.Lines(w.at) {
		if l.ID == a.Fingerprint && (!strings.HasPrefix(l.BeganAs, "research has used 80 %") || l.BeganAs == l.Title) {
			t.Errorf("%q began as %q", l.Title, l.BeganAs)
		}
	}
	if a.BeganAs == "" {
		t.Error("what began is not kept for the next run")
	}
}

// What is said of how long a budget lasts is the forecast that is shown, and
// nothing before there is one.
func TestHowLongABudgetLastsIsItsForecast(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.key("1", "research", 0.8, func(k *state.KeySpend) { k.LastHour = event.Known(event.USD(10)) })
	body := func() string {
		w.ev.Eval(w.live, w.at)
		for _, l := range w.ev.Lines(w.at) {
			if l.Rule == "budget.used" && strings.HasPrefix(l.Title, "research has used 80 %") && l.Severity == "warning" {
				return l.Body
			}
		}
		return "no alert"
	}
	if got := body(); got != "$80 of $100." {
		t.Errorf("without a forecast: %q", got)
	}
	f := state.Forecast{
		ID: state.ForecastID("key", "prod/1"), Gateway: "prod", Kind: "key", Subject: "prod/1", Outcome: "forecast", PeriodID: "period:2026-11-01",
		Limit: int64(event.USD(100)), Likely: w.at.Add(5 * time.Hour).UnixMilli(), At: w.at.UnixMilli(),
	}
	w.live.Forecasts[f.ID] = f
	if got := body(); got != "$80 of $100. Likely used up 19:00." {
		t.Errorf("with one: %q", got)
	}
	f.PeriodID = "period:2026-10-01"
	w.live.Forecasts[f.ID] = f
	if got := body(); got != "$80 of $100." {
		t.Errorf("with one of another period: %q", got)
	}
}
