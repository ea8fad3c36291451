package app

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// Settings is the page's hand on the settings.
type Settings struct{ h *host }

// Get gives the settings in force.
func (s *Settings) Get() (SettingsView, error) {
	return call(s.h, func(_ context.Context, p *run.Program) (SettingsView, error) {
		v := SettingsView{
			SettingsInput: viewOf(p.Settings()), LoginAsked: p.Settings().Window.LoginAsked, TextSize: p.Settings().Window.TextSize, Own: ownThresholds(p.Settings()),
			File: p.Paths().Settings, Problems: []string{},
		}
		for _, x := range p.Problems() {
			v.Problems = append(v.Problems, problemText(x))
		}
		return v, nil
	})
}

// problemText is a line of what the settings file has wrong: where, which setting, and what is done about it.
func problemText(x config.Problem) string {
	if x.Line > 0 {
		return fmt.Sprintf("Line %d, %s: %s", x.Line, x.Path, x.Message)
	}
	if x.Path != "" {
		return x.Path + ": " + x.Message
	}
	return x.Message
}

// Save checks and writes settings and puts them in force.
func (s *Settings) Save(in SettingsInput) error {
	return do(s.h, func(ctx context.Context, p *run.Program) error {
		spans, wrong := spansOf(in.QuietHours.Spans)
		next := p.Settings()
		in.into(&next, spans)
		if err := together(wrong, p.CheckNetworkFiles(in.network()), next.Validate()); err != nil {
			return err
		}
		return p.Change(ctx, func(c *config.Settings) { in.into(c, spans) })
	})
}

// together is everything that is wrong with what was entered as one fault, so
// that all of it is told at once; nil if nothing is.
func together(errs ...error) error {
	var f *fault.Fault
	for _, err := range errs {
		if err == nil {
			continue
		}
		one := fault.Of(err)
		if f == nil {
			f = fault.New(fault.Usage, one.Message, one.Cause)
		} else {
			f.Message += " " + one.Message
			f.Cause = errors.Join(f.Cause, one.Cause)
		}
		f.Fields = append(f.Fields, one.Fields...)
	}
	if f == nil {
		return nil
	}
	return f
}

// SetThresholds gives a gateway, one of its groups or one of its keys thresholds
// of its own, as shares; a share of 0 inherits. At most one of group and key is
// given, as the gateway's own id of it.
func (s *Settings) SetThresholds(gateway, group, key string, warning, critical float64) error {
	return do(s.h, func(ctx context.Context, p *run.Program) error {
		return p.SetThresholds(ctx, event.GatewayID(gateway), event.GroupID(group), event.KeyID(key),
			config.Thresholds{Warning: warning, Critical: critical})
	})
}

// SetTextSize keeps how large the window is to be drawn, in per cent; the page has
// it drawn so once it is in force.
func (s *Settings) SetTextSize(percent int) error {
	return do(s.h, func(ctx context.Context, p *run.Program) error {
		percent = min(max(percent, config.LeastTextSize), config.MostTextSize)
		return p.Change(ctx, func(c *config.Settings) { c.Window.TextSize = percent })
	})
}

// Export asks the user for a file, writes the settings into it, without secrets,
// and returns its path; "" if the user changed their mind.
func (s *Settings) Export() (string, error) {
	return call(s.h, func(_ context.Context, p *run.Program) (string, error) {
		text, err := p.ExportSettings()
		if err != nil {
			return "", err
		}
		path, err := s.h.askForFile("Export settings", "gatewatch-settings-"+time.Now().Format("2006-01-02-1504")+".toml")
		if err != nil || path == "" {
			return "", err
		}
		if err := writeWhole(path, text); err != nil {
			return "", fault.New(fault.Usage, "The file cannot be written. Choose another folder.", err)
		}
		return path, nil
	})
}

// Import reads the text of a settings file and says what it changes; with apply
// it is put in force. Keys of gateways are not in it and stay as they are.
func (s *Settings) Import(text string, apply bool) (ImportResult, error) {
	return change(s.h, func(ctx context.Context, p *run.Program) (ImportResult, error) {
		changes, problems, err := p.ImportSettings(ctx, text, apply)
		r := ImportResult{Changes: []ImportChange{}, Problems: []string{}}
		for _, c := range changes {
			r.Changes = append(r.Changes, ImportChange(c))
		}
		for _, x := range problems {
			r.Problems = append(r.Problems, problemText(x))
		}
		return r, err
	})
}

// WipeHistory deletes what is kept of the past: events, alerts that are over,
// and spend older than a day.
func (s *Settings) WipeHistory() error {
	return do(s.h, func(ctx context.Context, p *run.Program) error { return p.WipeHistory(ctx) })
}

// TestNotification shows a real notification of a severity and says what
// became of it.
func (s *Settings) TestNotification(severity string) (TestResult, error) {
	return change(s.h, func(ctx context.Context, p *run.Program) (TestResult, error) {
		driver, err := p.TestNotification(ctx, event.Severity(severity))
		if err != nil {
			return TestResult{Driver: driver, Message: fault.Of(err).Error()}, nil
		}
		return TestResult{Delivered: true, Driver: driver, Message: "The desktop took it."}, nil
	})
}

// CheckForUpdates looks now whether there is a newer version, where the settings
// say. It installs nothing.
func (s *Settings) CheckForUpdates() (UpdateAnswer, error) {
	return call(s.h, func(ctx context.Context, p *run.Program) (UpdateAnswer, error) {
		a := p.CheckForUpdates(ctx)
		return UpdateAnswer{Kind: a.Kind, Version: a.Version, Notes: a.Notes, Text: a.Text, At: a.At.UnixMilli()}, nil
	})
}

// AsksAboutLogin says whether the user is to be asked about starting at login,
// once a gateway is connected.
func (s *Settings) AsksAboutLogin() (bool, error) {
	return call(s.h, func(_ context.Context, p *run.Program) (bool, error) { return p.AsksAboutLogin(), nil })
}

// AnswerLogin does what the user said to that: "yes", "no" or "later".
func (s *Settings) AnswerLogin(answer string) error {
	return do(s.h, func(ctx context.Context, p *run.Program) error {
		return p.AnswerLogin(ctx, run.LoginAnswer(answer))
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
