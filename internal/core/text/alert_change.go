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
					return []string{when + "; it was not watched for a time.", "Its requests are refused."}
				}
				return []string{t.when() + ".", "Its requests are refused from now on."}
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
			firing: func(t *message) []string { return []string{t.when() + "."} },
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
				return []string{"By configuration change " + lowerFirst(t.when()) + ".", t.models(), t.oldNew()}
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

// when says when something was changed: between two reads of a list, where it was found by
// them and the gateway gives no time of its own.
func (t *message) when() string {
	from, to := t.clock(t.f.NotRead), t.clock(t.since())
	if t.f.NotRead.IsZero() || from == to {
		return "At " + to
	}
	return "Between " + from + " and " + to
}
