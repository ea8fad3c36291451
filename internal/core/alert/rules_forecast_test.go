package alert

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// foresees has the live state say that key 1 is used up after a time.
func (w *world) foresees(left time.Duration, change func(*state.Forecast)) {
	k := w.live.Keys["prod/1"]
	f := state.Forecast{
		ID: "key:prod/1", Gateway: "prod", Kind: "key", Subject: "prod/1", Name: "crawler", Outcome: "forecast", At: w.at.UnixMilli(),
		Earliest: w.at.Add(left * 9 / 10).UnixMilli(), Likely: w.at.Add(left).UnixMilli(), Latest: w.at.Add(left * 11 / 10).UnixMilli(),
		Spent: int64(k.Total.Or(-1)), Limit: int64(k.Limit.Or(0)), PeriodID: k.PeriodID, PerHour: int64(event.PerUSD), Tried: 40,
	}
	if change != nil {
		change(&f)
	}
	w.live.Forecasts = map[string]state.Forecast{f.ID: f}
}

// passes lets time pass with a fresh forecast each five minutes, and returns what
// happened.
func (w *world) passes(d, left time.Duration, change func(*state.Forecast)) (all []string) {
	for end := w.at.Add(d); w.at.Before(end); {
		w.foresees(left, change)
		all = append(all, w.after(5*time.Minute)...)
	}
	return all
}

func TestABudgetThatWillRunOutIsTold(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.3)
	w.after(0)
	if got := w.passes(time.Hour, 100*time.Hour, nil); len(got) > 0 {
		t.Errorf("of a hundred hours: %q", got)
	}
	if got := w.passes(5*time.Minute, 60*time.Hour, nil); slices.Contains(got, "budget.forecast fired") {
		t.Errorf("before ten minutes: %q", got)
	}
	if got := w.passes(10*time.Minute, 60*time.Hour, nil); !slices.Contains(got, "budget.forecast fired") {
		t.Errorf("after ten minutes: %q", got)
	}
	if a := w.only("budget.forecast"); a.Severity != warning || a.Title != "crawler will run out of budget — prod" || a.OnFiring != NotifyNow || !a.OncePerPeriod {
		t.Errorf("%s %q, tell %s", a.Severity, a.Title, a.OnFiring)
	}
	// It is not told again for a little more or less.
	if got := w.passes(time.Hour, 80*time.Hour, nil); slices.Contains(got, "budget.forecast ceased") {
		t.Errorf("at 80 h: %q", got)
	}
	if got := w.passes(20*time.Minute, 100*time.Minute, nil); !slices.Contains(got, "budget.forecast fired") {
		t.Errorf("under two hours: %q", got)
	}
	critical := slices.ContainsFunc(w.ev.Export().Open, func(a Alert) bool {
		return a.Rule == "budget.forecast" && a.Severity == event.SeverityCritical && a.Title == "crawler will be out of budget within 2 h — prod"
	})
	if !critical {
		t.Errorf("no critical alert: %+v", w.ev.Export().Open)
	}
	// A higher limit ends both, though nothing new is foreseen yet; what was foreseen stays said.
	k := w.live.Keys["prod/1"]
	k.Limit, k.UsedRatio = event.Known(k.Limit.Or(0)*3), event.Known(0.1)
	w.live.Keys["prod/1"] = k
	if got := w.after(time.Minute); len(got) != 2 || !slices.Contains(got, "budget.forecast resolved") {
		t.Errorf("a higher limit: %q", got)
	}
	for _, a := range w.ev.Export().Resolved {
		if a.Rule == "budget.forecast" && (strings.Contains(a.Body, "–") || !strings.HasPrefix(a.Body, "Likely ") || strings.Contains(a.Body, "$")) {
			t.Errorf("once it is over it says %q", a.Body)
		}
	}
}

// TestWhatIsNotForeseenDoesNotLastLonger: only of what is foreseen to last is it said, with
// the share that is used.
func TestWhatIsNotForeseenDoesNotLastLonger(t *testing.T) {
	for outcome, says := range map[string]string{
		"too_irregular": "crawler will run out of budget", "too_little_data": "crawler will run out of budget", "reached": "crawler will run out of budget",
		"on_pace": "crawler lasts longer than was foreseen", "not_within_a_year": "crawler lasts longer than was foreseen",
	} {
		w := newWorld(t, DefaultConfig())
		w.key("1", "crawler", 0.3)
		w.after(0)
		w.passes(20*time.Minute, 60*time.Hour, nil)
		w.passes(10*time.Minute, 0, func(f *state.Forecast) { f.Outcome, f.Likely = outcome, 0 })
		over := w.ev.Export().Resolved
		if len(over) != 1 || !strings.HasPrefix(over[0].Title, says) {
			t.Fatalf("%s: %+v", outcome, over)
		}
		if a := over[0]; (a.EndReason == EndUnforeseen) == (a.EndReason == EndCleared) || strings.Contains(a.Body, "0 % of") && !strings.Contains(a.Body, "30 % of") {
			t.Errorf("%s: it ended as %q, %q", outcome, a.EndReason, a.Body)
		}
	}
}

// TestThatTheWindowToldStaysNoted: that nobody is told of the end does not make it one of
// which nobody was told.
func TestThatTheWindowToldStaysNoted(t *testing.T) {
	for told, want := range map[string]string{ToldInWindow: ToldInWindow, "held: muted": "held: ended without news"} {
		w := newWorld(t, DefaultConfig())
		w.key("1", "crawler", 0.3)
		w.after(0)
		w.passes(20*time.Minute, 60*time.Hour, nil)
		a := w.only("budget.forecast")
		w.ev.RecordNotification(a.Fingerprint, a.Life, told, false, w.at)
		k := w.live.Keys["prod/1"]
		k.Limit, k.UsedRatio = event.Known(k.Limit.Or(0)*3), event.Known(0.1)
		w.live.Keys["prod/1"] = k
		w.after(time.Minute)
		w.ev.RecordNotification(a.Fingerprint, a.Life, "held: ended without news", false, w.at)
		for _, over := range w.ev.Export().Resolved {
			if over.Fingerprint == a.Fingerprint && over.NotifyReason != want {
				t.Errorf("after %q it is %q", told, over.NotifyReason)
			}
		}
	}
}

func TestWhatIsNoForecastIsNotTold(t *testing.T) {
	for what, change := range map[string]func(*state.Forecast){
		"on pace":           func(f *state.Forecast) { f.Outcome = "on_pace" },
		"too irregular":     func(f *state.Forecast) { f.Outcome, f.Likely = "too_irregular", 0 },
		"of another limit":  func(f *state.Forecast) { f.Limit /= 2 },
		"of another period": func(f *state.Forecast) { f.PeriodID = "limit:other" },
		"of an hour ago":    func(f *state.Forecast) { f.At -= time.Hour.Milliseconds() },
	} {
		w := newWorld(t, DefaultConfig())
		w.key("1", "crawler", 0.3)
		w.after(0)
		if got := w.passes(time.Hour, 10*time.Hour, change); len(got) > 0 {
			t.Errorf("%s: %q", what, got)
		}
	}
}

// TestAForecastThatIsNoneAnyMoreSaysNoEmptyTimes: where nothing is foreseen any more (the
// history was wiped), an alert that is about to end keeps what was foreseen.
func TestAForecastThatIsNoneAnyMoreSaysNoEmptyTimes(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.3)
	w.after(0)
	w.passes(20*time.Minute, 60*time.Hour, nil)
	before := w.only("budget.forecast").Annotations
	w.foresees(0, func(f *state.Forecast) {
		f.Outcome, f.Earliest, f.Likely, f.Latest, f.PerHour = "too_little_data", 0, 0, 0, -1
	})
	w.after(time.Minute)
	if a := w.only("budget.forecast"); a.Annotations != before || before.Likely.IsZero() {
		t.Errorf("%+v, before %+v", a.Annotations, before)
	}
	if got := w.passes(10*time.Minute, 0, func(f *state.Forecast) { f.Outcome, f.Likely = "too_little_data", 0 }); !slices.Contains(got, "budget.forecast resolved") {
		t.Errorf("it does not end: %q", got)
	}
}

// The time of a change is rounded: not to one that is long before it.
func TestAChangeIsSaidSinceAboutItBegan(t *testing.T) {
	for minute := range 60 {
		since := noon.Add(time.Duration(minute)*time.Minute + 20*time.Second)
		a := forecastFacts(&state.Forecast{Since: since.UnixMilli(), Times: 5})
		if d := a.RateSince.Sub(since).Abs(); d > 3*time.Minute {
			t.Errorf("of %s %s is said", since.Format(time.TimeOnly), a.RateSince.Format(time.TimeOnly))
		}
	}
}
