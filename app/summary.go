package app

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/outlook"
	"gatewatch/internal/core/state"
	"gatewatch/internal/desktop/tray"
	"gatewatch/internal/program/run"
)

// mirror follows the frames, for the tray. Only the forwarder touches it.
type mirror struct {
	outlook       state.Outlook // of all gateways
	gateways      map[string]state.Gateway
	alerts        map[string]state.AlertLine
	keys          map[string]state.KeySpend
	groups        map[string]state.Group
	providers     map[string]state.Provider
	tasks         map[string]state.Task
	forecasts     map[string]state.Forecast
	silencedUntil time.Time
	now           time.Time // what is shown is of; zero: the present
}

func newMirror() *mirror {
	return &mirror{
		gateways: map[string]state.Gateway{}, alerts: map[string]state.AlertLine{}, keys: map[string]state.KeySpend{},
		groups: map[string]state.Group{}, providers: map[string]state.Provider{}, tasks: map[string]state.Task{}, forecasts: map[string]state.Forecast{},
	}
}

// merge folds a frame's changes in and reports whether the tray could care.
func (m *mirror) merge(d state.Delta) bool {
	mergeInto(m.gateways, d.Gateways)
	mergeInto(m.alerts, d.Alerts)
	mergeInto(m.keys, d.Keys)
	mergeInto(m.groups, d.Groups)
	mergeInto(m.providers, d.Providers)
	mergeInto(m.tasks, d.Tasks)
	mergeInto(m.forecasts, d.Forecasts)
	silencedUntil := m.silencedUntil
	if f, has := d.App[run.SilenceCondition]; has {
		m.silencedUntil = time.Time{}
		if f != nil {
			m.silencedUntil = time.UnixMilli(f.At)
		}
	}
	if o := d.Outlooks[outlook.All]; o != nil {
		m.outlook = *o
	}
	listed := len(d.Keys) + len(d.Groups) + len(d.Providers) + len(d.Tasks) + len(d.Deliveries) + len(d.Forecasts)
	return listed+len(d.Gateways)+len(d.Alerts)+len(d.Outlooks) > 0 || m.silencedUntil != silencedUntil
}

func mergeInto[T any](into map[string]T, changed map[string]*T) {
	for id, v := range changed {
		if v == nil {
			delete(into, id)
		} else {
			into[id] = *v
		}
	}
}

// summary is how things are, for the tray.
func (m *mirror) summary() tray.Summary {
	s := tray.Summary{SilencedUntil: m.silencedUntil, Condition: m.outlook.Condition, Says: m.outlook.Short}
	if m.outlook.HeardAt > 0 {
		s.Heard = time.UnixMilli(m.outlook.HeardAt)
	}
	m.addAlerts(&s)
	m.addLists(&s)
	var all []state.Gateway
	for _, id := range sortedIDs(m.gateways) {
		g := m.gateways[id]
		s.Gateways = append(s.Gateways, tray.Gateway{
			ID: event.GatewayID(g.Label), State: event.LinkState(g.Overall), Cause: g.Cause,
		})
		s.Up = s.Up || g.Overall == string(event.LinkConnected) || g.Overall == "partial"
		if at := time.UnixMilli(g.LastEventAt); g.LastEventAt > 0 && at.After(s.Updated) {
			s.Updated = at
		}
		all = append(all, g)
		if today, known := g.Today.Get(); known {
			s.SpentToday, s.HasToday = s.SpentToday+today, true
		}
		s.TodayAtLeast = s.TodayAtLeast || !g.Today.Known() || g.Today.Status() == event.ReadingPartial
		if at := g.Today.Since(); !at.IsZero() && (s.TodayAsOf.IsZero() || at.Before(s.TodayAsOf)) {
			s.TodayAsOf = at
		}
	}
	perHour, minutes := state.BurnOf(all...)
	s.SpendPerHour, s.SpendMinutes, s.HasSpend = perHour.Or(0), minutes, perHour.Or(0) > 0
	s.SpendAtLeast = perHour.Status() == event.ReadingPartial
	return s
}

// addAlerts counts and lists what needs attention: firing, nobody has
// acknowledged it, and nothing inhibits it.
func (m *mirror) addAlerts(s *tray.Summary) {
	var open []state.AlertLine
	now := m.now
	if now.IsZero() {
		now = time.Now()
	}
	for _, a := range m.alerts {
		if outlook.Open(&a, now) {
			open = append(open, a)
		}
	}
	slices.SortFunc(open, func(a, b state.AlertLine) int {
		return cmp.Or(
			event.Severity(b.Severity).Rank()-event.Severity(a.Severity).Rank(),
			cmp.Compare(b.Since, a.Since), cmp.Compare(a.ID, b.ID))
	})
	for _, a := range open {
		switch event.Severity(a.Severity) {
		case event.SeverityCritical:
			s.Critical++
		case event.SeverityWarning:
			s.Warning++
		case event.SeverityInfo:
			continue
		}
		s.Reasons = append(s.Reasons, tray.Reason{
			Severity: event.Severity(a.Severity), Text: a.Title, Route: "/alerts?id=" + url.QueryEscape(a.ID),
			Since: time.UnixMilli(a.Since),
		})
	}
}

func sortedIDs[T any](m map[string]T) []string {
	ids := make([]string, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
