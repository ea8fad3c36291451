package app

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
)

// viewOf is settings as the page has them.
func viewOf(c config.Settings) SettingsInput {
	n, w, t := c.Notifications, c.Window, c.Alerts.Thresholds
	return SettingsInput{
		Thresholds: Thresholds{
			Warning: t.Warning, Critical: t.Critical,
			All: slices.Sorted(slices.Values(append([]float64{t.Warning, t.Critical}, c.Alerts.ExtraThresholds...))),
		},
		MinBudget: int64(c.Alerts.MinBudget),
		Notifications: NotificationSettings{
			Enabled: n.Enabled, Minimum: string(n.Minimum), SendResolved: n.SendResolved, Tasks: n.Tasks,
			Sound: n.Sound, Privacy: n.Private, RepeatIntervalMS: n.RepeatInterval.Milliseconds(),
			PerMinute: n.PerMinute, PerHour: n.PerHour,
		},
		QuietHours: quietOf(c.QuietHours),
		Appearance: Appearance{
			Theme: string(w.Theme), CloseToTray: w.CloseToTray, StartHidden: w.StartHidden, StartAtLogin: w.StartAtLogin,
		},
		Network:   networkOf(c.Network),
		Updates:   UpdateSettings(c.Updates),
		Reconnect: ReconnectSettings{ScheduleMS: inMS(c.Reconnect.Schedule), MaxMS: c.Reconnect.Max.Milliseconds()},
		Retention: RetentionSettings{
			EventsMS: c.Retention.Events.Milliseconds(), SumsMS: c.Retention.Sums.Milliseconds(), MaxMegabytes: c.Retention.MaxMegabytes,
		},
	}
}

func quietOf(q config.QuietHours) QuietHours {
	v := QuietHours{Enabled: q.Enabled, CriticalPasses: q.CriticalPasses, Spans: []QuietSpan{}}
	for _, s := range q.Spans {
		days := []int{}
		for _, d := range s.Days {
			days = append(days, slices.Index(weekdays, d))
		}
		v.Spans = append(v.Spans, QuietSpan{Days: days, From: s.From.String(), To: s.To.String()})
	}
	return v
}

func networkOf(n config.Network) NetworkSettings {
	v := NetworkSettings{
		Proxy: n.Proxy, CAFile: n.CAFile, ClientCert: n.ClientCert, ClientKey: n.ClientKey,
		SkipNegotiation: n.SkipNegotiation, AllowQueryToken: n.AllowQueryToken, Transports: []string{},
	}
	for _, t := range n.Transports {
		v.Transports = append(v.Transports, string(t))
	}
	return v
}

func inMS(times []time.Duration) []int64 {
	out := []int64{}
	for _, d := range times {
		out = append(out, d.Milliseconds())
	}
	return out
}

func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// ownThresholds lists what gateways, groups and keys have of their own.
func ownThresholds(c config.Settings) []OwnThresholds {
	out := []OwnThresholds{}
	for _, p := range c.Profiles {
		add := func(group, key string, t config.Thresholds) {
			if t != (config.Thresholds{}) {
				out = append(out, OwnThresholds{Gateway: string(p.ID), Group: group, Key: key, Warning: t.Warning, Critical: t.Critical})
			}
		}
		add("", "", p.Thresholds)
		for _, id := range slices.Sorted(maps.Keys(p.Groups)) {
			add(string(id), "", p.Groups[id])
		}
		for _, id := range slices.Sorted(maps.Keys(p.Keys)) {
			add("", string(id), p.Keys[id])
		}
	}
	return out
}

// weekdays are the settings' names of the days, Sunday first.
var weekdays = []config.Weekday{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// spansOf reads the times of quiet spans.
func spansOf(in []QuietSpan) ([]config.QuietSpan, error) {
	out := []config.QuietSpan{}
	for i, s := range in {
		from, err1 := config.ParseClock(s.From)
		to, err2 := config.ParseClock(s.To)
		if err := errors.Join(err1, err2); err != nil {
			f := fault.New(fault.Usage, "Quiet hours are times such as 22:00.", err)
			for name, bad := range map[string]error{"from": err1, "to": err2} {
				if bad != nil {
					f.Fields = append(f.Fields, fault.Field{Path: fmt.Sprintf("quiet_hours.spans[%d].%s", i, name), Message: "A time of day such as 22:00."})
				}
			}
			return nil, f
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
	c.Alerts.ExtraThresholds = []float64{}
	for _, share := range in.Thresholds.All {
		if share != in.Thresholds.Warning && share != in.Thresholds.Critical {
			c.Alerts.ExtraThresholds = append(c.Alerts.ExtraThresholds, share)
		}
	}
	c.Alerts.MinBudget = event.NanoUSD(in.MinBudget)
	n := in.Notifications
	c.Notifications = config.Notifications{
		Enabled: n.Enabled, Minimum: event.Severity(n.Minimum), SendResolved: n.SendResolved, Tasks: n.Tasks,
		Sound: n.Sound, Private: n.Privacy, RepeatInterval: ms(n.RepeatIntervalMS),
		PerMinute: n.PerMinute, PerHour: n.PerHour,
	}
	c.QuietHours = config.QuietHours{Enabled: in.QuietHours.Enabled, CriticalPasses: in.QuietHours.CriticalPasses, Spans: spans}
	a := in.Appearance
	c.Window = config.Window{
		Theme: config.Theme(a.Theme), CloseToTray: a.CloseToTray, StartHidden: a.StartHidden, StartAtLogin: a.StartAtLogin,
		LoginAsked: c.Window.LoginAsked || a.StartAtLogin != c.Window.StartAtLogin, TextSize: c.Window.TextSize,
	}
	c.Updates = config.Updates(in.Updates)
	c.Network = in.network()
	c.Reconnect = config.Reconnect{Schedule: []time.Duration{}, Max: ms(in.Reconnect.MaxMS)}
	for _, d := range in.Reconnect.ScheduleMS {
		c.Reconnect.Schedule = append(c.Reconnect.Schedule, ms(d))
	}
	r := in.Retention
	c.Retention = config.Retention{Events: ms(r.EventsMS), Sums: ms(r.SumsMS), MaxMegabytes: r.MaxMegabytes}
}

// network is what was entered of the network.
func (in SettingsInput) network() config.Network {
	w := in.Network
	n := config.Network{
		Proxy: w.Proxy, CAFile: w.CAFile, ClientCert: w.ClientCert, ClientKey: w.ClientKey,
		SkipNegotiation: w.SkipNegotiation, AllowQueryToken: w.AllowQueryToken, Transports: []config.Transport{},
	}
	for _, t := range w.Transports {
		n.Transports = append(n.Transports, config.Transport(t))
	}
	return n
}
