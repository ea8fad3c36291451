package text

import (
	"cmp"
	"strings"
)

// taskAlerts are the texts of alerts on tasks, by rule.
var taskAlerts = map[string]alertText{
	"task.failed": {
		title: alertTitle{
			firing: func(t *message, name, gw string) string { return ofKey(name, medium(t.f.Medium)+" failed") + at(gw) },
			plural: "tasks failed", brief: taskOfKey,
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
			firing: func(t *message, name, gw string) string {
				return ofKey(name, medium(t.f.Medium)+" seems stuck") + at(gw)
			},
			plural: "tasks seem stuck", brief: taskOfKey,
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
			firing: func(t *message, name, gw string) string { return ofKey(name, medium(t.f.Medium)+" is done") + at(gw) },
			plural: "tasks done", brief: taskOfKey,
			private: "A task is done",
		},
		body: alertBody{
			firing: func(t *message) []string { return []string{stop(t.f.Model)} },
		},
	},
}

// ofKey says what became of a task: the key that it is of comes first.
func ofKey(key, what string) string {
	if key == "" {
		return capital(what)
	}
	return key + ": " + what
}

// taskOfKey is a task among others, such as "studio (video)".
func taskOfKey(t *message) string {
	if t.f.Name == "" {
		return medium(t.f.Medium)
	}
	return t.f.Name + " (" + medium(t.f.Medium) + ")"
}

// medium is what a task makes.
func medium(m string) string { return strings.ToLower(cmp.Or(m, "task")) }
