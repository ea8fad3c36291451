package text

import "cmp"

// changeAlerts are the texts of alerts on changes of keys and settings, by rule.
var changeAlerts = map[string]alertText{
	"key.deleted": {
		title: alertTitle{
			firing: func(_ *message, name, gw string) string { return name + " (virtual key) was deleted" + at(gw) },
			plural: "virtual keys deleted", brief: func(t *message) string { return t.f.Name },
			private: "A virtual key was deleted",
		},
		body: alertBody{
			firing: func(t *message) []string {
				if !t.f.NotBefore.IsZero() {
					when := "Between " + t.clock(t.f.NotBefore) + " and " + t.clock(t.since())
					return []string{when + ", while Gatewatch did not run.", "Its requests are refused."}
				}
				return []string{"At " + t.clock(t.since()) + ".", "Its requests are refused from now on."}
			},
		},
	},
	"key.changed": {
		title: alertTitle{
			firing: func(t *message, name, gw string) string {
				return name + " (virtual key) was " + t.f.Action + at(gw)
			},
			plural: "virtual keys changed", brief: func(t *message) string { return t.f.Name },
			private: "A virtual key was changed",
		},
		body: alertBody{
			firing: func(t *message) []string { return []string{"At " + t.clock(t.since()) + "."} },
		},
	},
	"config.changed": {
		title: alertTitle{
			firing: func(t *message, name, gw string) string {
				return name + " (" + lowerFirst(entityNoun(t.f.Component)) + ") was " + cmp.Or(t.f.Action, "changed") + at(gw)
			},
			plural: "settings changed", brief: func(t *message) string { return t.f.Name },
			private: "The configuration was changed",
		},
		body: alertBody{
			firing: func(t *message) []string {
				s := "By configuration change at " + t.clock(t.since()) + "."
				return []string{s, t.models(), t.oldNew()}
			},
		},
	},
}

func entityNoun(kind string) string {
	switch kind {
	case "provider":
		return "Provider"
	case "model_mapping":
		return "Mapping"
	case "virtual_key":
		return "Virtual key"
	case "key_group":
		return "Key group"
	case "model_cost":
		return "Price"
	case "provider_credential":
		return "Credential"
	case "release":
		return "Release"
	}
	return "Setting"
}
