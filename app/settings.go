package app

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"gatewatch/internal/config"
	"gatewatch/internal/desktop"
	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/run"
)

// Settings is the page's hand on the settings.
type Settings struct{ h *host }

// Get gives the settings in force.
func (s *Settings) Get() (SettingsView, error) {
	return call(s.h, func(_ context.Context, p *run.Program) (SettingsView, error) {
		v := SettingsView{SettingsInput: viewOf(p.Settings()), File: p.Paths().Settings, Problems: []string{}}
		for _, x := range p.Problems() {
			v.Problems = append(v.Problems, x.Message)
		}
		return v, nil
	})
}

// Save checks and writes settings and puts them in force.
func (s *Settings) Save(in SettingsInput) error {
	return do(s.h, func(ctx context.Context, p *run.Program) error {
		spans, err := spansOf(in.QuietHours.Spans)
		if err != nil {
			return err
		}
		if in.Appearance.StartAtLogin != p.Settings().Window.StartAtLogin {
			if err := desktop.StartAtLogin(in.Appearance.StartAtLogin, p.Paths().Autostart); err != nil {
				return fault.New(fault.Internal, "The system did not take the wish to start at login.", err)
			}
		}
		return p.Change(ctx, func(c *config.Settings) { in.into(c, spans) })
	})
}

// TestNotification shows a real notification of a severity and says what
// became of it.
func (s *Settings) TestNotification(severity string) (TestResult, error) {
	return call(s.h, func(ctx context.Context, p *run.Program) (TestResult, error) {
		driver, err := p.TestNotification(ctx, event.Severity(severity))
		if err != nil {
			return TestResult{Driver: driver, Message: fault.Of(err).Error()}, nil
		}
		return TestResult{Delivered: true, Driver: driver, Message: "The desktop took it."}, nil
	})
}

// About says what this program is.
func (s *Settings) About() (About, error) {
	return call(s.h, func(_ context.Context, p *run.Program) (About, error) {
		paths := p.Paths()
		return About{
			Version: s.h.version, Go: runtime.Version(), Wails: wailsVersion(),
			OS: runtime.GOOS + "/" + runtime.GOARCH, DataDir: paths.Data, LogFile: paths.Log,
		}, nil
	})
}

func wailsVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	i := slices.IndexFunc(info.Deps, func(m *debug.Module) bool { return m.Path == "github.com/wailsapp/wails/v2" })
	if i < 0 {
		return ""
	}
	return info.Deps[i].Version
}

func viewOf(c config.Settings) SettingsInput {
	n, q, w, t := c.Notifications, c.QuietHours, c.Window, c.Alerts.Thresholds
	v := SettingsInput{
		Thresholds: Thresholds{
			Warning: t.Warning, Critical: t.Critical,
			All: slices.Sorted(slices.Values(append([]float64{t.Warning, t.Critical}, c.Alerts.More...))),
		},
		MinBudget: int64(c.Alerts.MinBudget),
		Notifications: NotificationSettings{
			Enabled: n.Enabled, Minimum: string(n.Minimum), Recovered: n.Recovered, Tasks: n.Tasks,
			Sound: n.Sound, Privacy: n.Private, RepeatMS: n.Repeat.Milliseconds(),
			PerMinute: n.PerMinute, PerHour: n.PerHour,
		},
		QuietHours: QuietHours{Enabled: q.Enabled, CriticalPasses: q.CriticalPasses, Spans: []QuietSpan{}},
		Appearance: Appearance{
			Theme: string(w.Theme), CloseToTray: w.CloseToTray, StartHidden: w.StartHidden, StartAtLogin: w.StartAtLogin,
		},
	}
	for _, s := range q.Spans {
		days := []int{}
		for _, d := range s.Days {
			days = append(days, slices.Index(weekdays, d))
		}
		v.QuietHours.Spans = append(v.QuietHours.Spans, QuietSpan{Days: days, From: s.From.String(), To: s.To.String()})
	}
	return v
}

// weekdays are the settings' names of the days, Sunday first.
var weekdays = []config.Weekday{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// spansOf reads the times of quiet spans.
func spansOf(in []QuietSpan) ([]config.QuietSpan, error) {
	out := []config.QuietSpan{}
	for _, s := range in {
		from, err1 := config.ParseClock(s.From)
		to, err2 := config.ParseClock(s.To)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fault.New(fault.Usage, "Quiet hours are times such as 22:00.", err)
		}
		span := config.QuietSpan{From: from, To: to}
		for _, d := range s.Days {
			if d < 0 || d >= len(weekdays) {
				return nil, fault.New(fault.Usage, "A day of the week is 0 (Sunday) to 6.", nil)
			}
			span.Days = append(span.Days, weekdays[d])
		}
		out = append(out, span)
	}
	return out, nil
}

// into writes the input over settings.
func (in SettingsInput) into(c *config.Settings, spans []config.QuietSpan) {
	c.Alerts.Thresholds = config.Thresholds{Warning: in.Thresholds.Warning, Critical: in.Thresholds.Critical}
	c.Alerts.More = []float64{}
	for _, share := range in.Thresholds.All {
		if share != in.Thresholds.Warning && share != in.Thresholds.Critical {
			c.Alerts.More = append(c.Alerts.More, share)
		}
	}
	c.Alerts.MinBudget = event.NanoUSD(in.MinBudget)
	n := in.Notifications
	c.Notifications = config.Notifications{
		Enabled: n.Enabled, Minimum: event.Severity(n.Minimum), Recovered: n.Recovered, Tasks: n.Tasks,
		Sound: n.Sound, Private: n.Privacy, Repeat: time.Duration(n.RepeatMS) * time.Millisecond,
		PerMinute: n.PerMinute, PerHour: n.PerHour,
	}
	c.QuietHours = config.QuietHours{Enabled: in.QuietHours.Enabled, CriticalPasses: in.QuietHours.CriticalPasses, Spans: spans}
	a := in.Appearance
	c.Window = config.Window{
		Theme: config.Theme(a.Theme), CloseToTray: a.CloseToTray, StartHidden: a.StartHidden, StartAtLogin: a.StartAtLogin,
	}
}
