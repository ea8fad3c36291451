package app

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/state"
	"gatewatch/internal/tray"
)

// mirror follows the frames, for the tray. Only the forwarder touches it.
type mirror struct {
	gateways map[string]state.Gateway
	alerts   map[string]state.AlertLine
	muted    time.Time
}

func newMirror() *mirror {
	return &mirror{gateways: map[string]state.Gateway{}, alerts: map[string]state.AlertLine{}}
}

// merge folds a frame's changes in and reports whether the tray could care.
func (m *mirror) merge(d state.Delta) bool {
	mergeInto(m.gateways, d.Gateways)
	mergeInto(m.alerts, d.Alerts)
	return len(d.Gateways)+len(d.Alerts) > 0
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
	s := tray.Summary{MutedUntil: m.muted}
	m.addAlerts(&s)
	var states []event.LinkState
	for _, id := range sortedIDs(m.gateways) {
		g := m.gateways[id]
		s.Gateways = append(s.Gateways, tray.Gateway{
			ID: event.GatewayID(g.Label), State: event.LinkState(g.Overall), Cause: g.Cause,
		})
		states = append(states, event.LinkState(g.Overall))
		s.Core, s.Admin = worse(s.Core, event.LinkState(g.Core)), worse(s.Admin, event.LinkState(g.Admin))
		if s.Cause == "" {
			s.Cause = g.Cause
		}
		if at := time.UnixMilli(g.LastEventAt); g.LastEventAt > 0 && at.After(s.Updated) {
			s.Updated = at
		}
		s.SpendPerHour += event.NanoUSD(max(g.BurnPerHour, 0))
		s.HasSpend = s.HasSpend || g.BurnPerHour > 0
	}
	for _, st := range states {
		s.Overall = worse(s.Overall, st)
	}
	return s
}

// addAlerts counts and lists what needs attention: firing, nobody has
// acknowledged it, and nothing explains it.
func (m *mirror) addAlerts(s *tray.Summary) {
	var open []state.AlertLine
	for _, a := range m.alerts {
		if (a.Status == "firing" || a.Status == "recovering") && !a.Acked && a.Inhibited == "" && a.SnoozedTo == 0 {
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
			Severity: event.Severity(a.Severity), Text: a.Title, Route: "/alerts?id=" + a.ID,
		})
	}
}

// seriousness orders connection states for an icon that shows one for all.
var seriousness = map[event.LinkState]int{
	event.LinkConnected: 1, "partial": 2, event.LinkDisconnected: 3, event.LinkConnecting: 4,
	event.LinkReconnecting: 5, event.LinkError: 6,
}

func worse(a, b event.LinkState) event.LinkState {
	if seriousness[b] > seriousness[a] {
		return b
	}
	return a
}

func sortedIDs[T any](m map[string]T) []string {
	ids := make([]string, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
