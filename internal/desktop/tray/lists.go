package tray

import (
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// addLists adds what the menu lists beside alerts: budgets, providers, tasks.
func addLists(l *StatusItem, s Summary) {
	l.Budgets = excerpt(s.Budgets, MaxBudgets, s.BudgetCount, spendRoute, func(b Budget) Line {
		return Line{text.StatusBudget(b.Name, b.Gateway, b.Used, b.Limit, b.Lasts), b.Route}
	})
	l.Providers = excerpt(s.Providers, MaxProviders, s.ProviderCount, providersRoute, func(p Provider) Line {
		return Line{text.StatusProvider(p.Name, p.Gateway, p.Health, p.Past), p.Route}
	})
	l.Tasks = excerpt(s.Tasks, MaxTasks, s.Running+s.Lost, tasksRoute, func(t Task) Line {
		return Line{text.StatusTask(t.Medium, t.Name, t.Progress, t.Lost), t.Route}
	})
	if len(l.Tasks) > 0 {
		l.TasksHead = text.StatusTasks(s.Running, s.Lost, s.Stuck)
	}
}

// excerpt makes lines of the first things, and one that counts the rest of all.
func excerpt[T any](things []T, most, all int, route string, line func(T) Line) []Line {
	var lines []Line
	for _, t := range things[:min(len(things), most)] {
		lines = append(lines, line(t))
	}
	if rest := max(all, len(things)) - len(lines); rest > 0 && len(lines) > 0 {
		lines = append(lines, Line{text.StatusMore(rest), route})
	}
	return lines
}

// rateOf is what is spent an hour, in words; "" where it is not known.
func rateOf(s Summary) string {
	if !s.HasSpend {
		return ""
	}
	return text.RateOver(s.SpendPerHour, s.SpendMinutes, s.SpendAtLeast)
}

// spendLine says what is spent, as far as it is known.
func spendLine(s Summary) string {
	today := event.NanoUSD(-1)
	if s.HasToday {
		today = s.SpentToday
	}
	asOf := ""
	if !s.TodayAsOf.IsZero() {
		asOf = text.Clock(s.TodayAsOf, s.Now, nil)
	}
	return text.StatusSpend(rateOf(s), today, asOf, s.TodayAtLeast)
}
