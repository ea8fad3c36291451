package app

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/state"
	"gatewatch/internal/desktop/tray"
)

// addLists adds the tightest budgets, the providers and the tasks that run.
func (m *mirror) addLists(s *tray.Summary) {
	budgets := m.budgets()
	s.Budgets, s.BudgetCount = budgets[:min(len(budgets), tray.MaxBudgets)], len(budgets)
	providers := m.listedProviders()
	s.Providers, s.ProviderCount = providers[:min(len(providers), tray.MaxProviders)], len(providers)
	m.addTasks(s)
}

// budgets lists keys and groups with a limit, the most used first.
func (m *mirror) budgets() []tray.Budget {
	var all []tray.Budget
	of := bearers{}
	for _, k := range m.keys {
		if used, known := k.UsedRatio.Get(); known {
			of.add(cmp.Or(k.Name, k.Key), k.Gateway)
			all = append(all, tray.Budget{
				Name: cmp.Or(k.Name, k.Key), Gateway: k.Gateway, Used: used, Limit: k.Limit.Or(-1), Lasts: m.lasts("key", k.ID), Route: routeTo("spend", k.ID),
			})
		}
	}
	for _, g := range m.groups {
		used, known := g.UsedRatio.Get()
		if !known {
			continue
		}
		limit := event.NanoUSD(g.OpeningBalance)
		if g.PeriodID == "" {
			limit = g.Credits.Or(-1)
		}
		of.add(cmp.Or(g.Name, "Group "+g.Group), g.Gateway)
		all = append(all, tray.Budget{
			Name: cmp.Or(g.Name, "Group "+g.Group), Gateway: g.Gateway, Used: used, Limit: limit, Lasts: m.lasts("group", g.ID), Route: routeTo("spend", "group:"+g.ID),
		})
	}
	slices.SortFunc(all, func(a, b tray.Budget) int {
		return cmp.Or(cmp.Compare(b.Used, a.Used), cmp.Compare(a.Route, b.Route))
	})
	for i := range all {
		all[i].Gateway = m.toTell(of, all[i].Name, all[i].Gateway)
	}
	return all
}

// bearers are the gateways that have something of a name, by the name without regard to
// capital letters: "" where it is more than one.
type bearers map[string]string

func (b bearers) add(name, gateway string) {
	name = strings.ToLower(name)
	if other, known := b[name]; known && other != gateway {
		gateway = ""
	}
	b[name] = gateway
}

// toTell is the name of a gateway where it takes that to tell things of one name apart,
// else "".
func (m *mirror) toTell(of bearers, name, gateway string) string {
	if of[strings.ToLower(name)] != "" {
		return ""
	}
	return cmp.Or(m.gateways[gateway].Label, gateway)
}

// lasts is when a budget is likely used up, before any reset; zero where that is
// not foreseen.
func (m *mirror) lasts(kind, id string) time.Time {
	f := m.forecasts[state.ForecastID(kind, id)]
	if f.Outcome != string(forecast.Foreseen) || f.Reset > 0 && f.Likely >= f.Reset {
		return time.Time{}
	}
	return time.UnixMilli(f.Likely)
}

// healthRank orders providers by how much they need somebody.
var healthRank = map[string]int{"unhealthy": 0, "degraded": 1, "healthy": 2, "unknown": 3, "disabled": 4}

// listedProviders lists what fails first, then what serves most.
func (m *mirror) listedProviders() []tray.Provider {
	all := make([]state.Provider, 0, len(m.providers))
	of := bearers{}
	for _, p := range m.providers {
		of.add(cmp.Or(p.Name, p.Provider), p.Gateway)
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b state.Provider) int {
		return cmp.Or(
			healthRank[a.Health]-healthRank[b.Health], cmp.Compare(b.HourRequests, a.HourRequests),
			cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	lines := make([]tray.Provider, 0, min(len(all), tray.MaxProviders))
	for _, p := range all {
		lines = append(lines, tray.Provider{
			Name: cmp.Or(p.Name, p.Provider), Health: p.Health, Route: routeTo("providers", p.ID),
			Gateway: m.toTell(of, cmp.Or(p.Name, p.Provider), p.Gateway),
			Past:    p.Remembered > 0 || slices.Contains(down, m.gateways[p.Gateway].Overall),
		})
	}
	return lines
}

// down are the states of a gateway in which nothing new comes of it.
var down = []string{string(event.LinkDisconnected), string(event.LinkReconnecting), string(event.LinkError)}

// addTasks adds the tasks that have not ended, newest first, and counts those that
// run, those of which nobody knows how they are, and those that an alert says are stuck.
func (m *mirror) addTasks(s *tray.Summary) {
	var running []state.Task
	for _, t := range m.tasks {
		if t.FinishedAt != 0 {
			continue
		}
		running = append(running, t)
		if t.LostAt > 0 {
			s.Lost++
		} else {
			s.Running++
		}
	}
	slices.SortFunc(running, func(a, b state.Task) int {
		return cmp.Or(cmp.Compare(b.StartedAt, a.StartedAt), cmp.Compare(a.ID, b.ID))
	})
	for _, t := range running[:min(len(running), tray.MaxTasks)] {
		progress := t.Progress
		if t.Status == string(event.TaskQueued) {
			progress = -1
		}
		s.Tasks = append(s.Tasks, tray.Task{Medium: t.Medium, Name: t.Task, Progress: progress, Lost: t.LostAt > 0, Route: routeTo("tasks", t.ID)})
	}
	for _, a := range m.alerts {
		if a.Rule == "task.stuck" && a.Status == "firing" {
			s.Stuck++
		}
	}
}

// routeTo is the page with something opened on it.
func routeTo(page, id string) string { return "/" + page + "?id=" + url.QueryEscape(id) }
