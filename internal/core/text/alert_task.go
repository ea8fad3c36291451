package text

import "strings"

// taskAlerts are the texts of alerts on tasks, by rule.
var taskAlerts = map[string]alertText{
	"task.failed": {
		title: alertTitle{
			firing: func(t *message, name, _ string) string { return medium(t.f.Medium) + " failed" + ofKey(name) },
			plural: "tasks failed", brief: func(t *message) string { return strings.ToLower(medium(t.f.Medium)) },
			private: "A task failed",
			short:   "failed",
		},
		body: alertBody{
			firing: func(t *message) []string {
				why := Clean(t.f.Error)
				if m := Clean(t.f.Model); m != "" && why != "" {
					why = m + ": " + why
				} else if m != "" {
					why = m
				}
				cost := ""
				if t.f.Spend > 0 {
					cost = ShortMoney(t.f.Spend) + " spent."
				}
				return []string{stop(why), stop(t.f.Cause), cost}
			},
		},
	},
	"task.stuck": {
		title: alertTitle{
			firing: func(t *message, name, _ string) string { return medium(t.f.Medium) + " seems stuck" + ofKey(name) },
			plural: "tasks seem stuck", brief: func(t *message) string { return strings.ToLower(medium(t.f.Medium)) },
			private: "A task seems stuck",
			short:   "stuck",
		},
		body: alertBody{
			firing: func(t *message) []string {
				s := Share(t.f.Progress/100) + " for " + Duration(t.f.Idle)
				if t.f.Step > 0 {
					s += "; steps usually take " + Duration(t.f.Step)
				}
				return []string{s + "."}
			},
		},
	},
	"task.done": {
		title: alertTitle{
			firing: func(t *message, name, _ string) string { return medium(t.f.Medium) + " is done" + ofKey(name) },
			plural: "tasks done", brief: func(t *message) string { return strings.ToLower(medium(t.f.Medium)) },
			private: "A task is done",
		},
		body: alertBody{
			firing: func(t *message) []string { return []string{stop(t.f.Model)} },
		},
	},
}

func ofKey(name string) string {
	if name == "" {
		return ""
	}
	return " — key \"" + name + "\""
}

func medium(m string) string {
	switch m {
	case "":
		return "Task"
	}
	return capital(m)
}
