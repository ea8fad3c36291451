package text

import "fmt"

// providerAlerts are the texts of alerts on providers and their models, by rule.
var providerAlerts = map[string]alertText{
	"provider.unhealthy": {
		title: alertTitle{
			firing:   func(_ *message, name, gw string) string { return name + " is unhealthy" + at(gw) },
			resolved: healthyAgain,
			plural:   "providers unhealthy", pluralResolved: "providers healthy again",
			brief:   func(t *message) string { return t.f.Name },
			private: "A provider is unhealthy", privateResolved: "A provider is healthy again",
			short: "unhealthy",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{sentence(t.f.Error), "Since " + t.clock(t.since()) + "."}
			},
			resolved: wasDown,
		},
	},
	"provider.unhealthy.derived": {
		title: alertTitle{
			firing:   func(_ *message, name, gw string) string { return name + " is unhealthy" + at(gw) },
			resolved: healthyAgain,
			plural:   "providers unhealthy", pluralResolved: "providers healthy again",
			brief:   func(t *message) string { return t.f.Name },
			private: "A provider is unhealthy", privateResolved: "A provider is healthy again",
			short: "unhealthy",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{t.failures(), t.fallback()}
			},
			resolved: wasDown,
		},
	},
	"provider.degraded": {
		title: alertTitle{
			firing:   func(_ *message, name, gw string) string { return name + " is degraded" + at(gw) },
			resolved: healthyAgain,
			plural:   "providers degraded", pluralResolved: "providers healthy again",
			brief:   func(t *message) string { return t.f.Name },
			private: "A provider is degraded", privateResolved: "A provider is healthy again",
			short: "degraded",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{t.failures(), t.slow(), sentence(t.f.Error)}
			},
			resolved: func(t *message) []string {
				return []string{"Was degraded " + t.lastedAbout() + "."}
			},
		},
	},
	"provider.credentials": {
		title: alertTitle{
			firing:   func(_ *message, name, gw string) string { return name + " rejected our key" + at(gw) },
			resolved: func(_ *message, name, gw string) string { return name + " accepts our key again" + at(gw) },
			plural:   "providers rejected our key", pluralResolved: "providers accept our key again",
			brief:   func(t *message) string { return t.f.Name },
			private: "A provider rejected our key", privateResolved: "A provider accepts our key again",
			short: "rejected our key",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{
					fmt.Sprintf("%d since %s.", t.f.HTTPStatus, t.clock(t.since())),
					"Not an outage: check or rotate the credential.",
				}
			},
		},
	},
	"provider.switched_off": {
		title: alertTitle{
			firing:   func(_ *message, name, gw string) string { return name + " was switched off by the gateway" + at(gw) },
			resolved: func(_ *message, name, gw string) string { return name + " is switched on again" + at(gw) },
			plural:   "providers switched off", pluralResolved: "providers switched on again",
			brief:   func(t *message) string { return t.f.Name },
			private: "The gateway switched a provider off", privateResolved: "A provider is switched on again",
			short: "switched off",
		},
		body: alertBody{
			firing: func(t *message) []string {
				why := "At " + t.clock(t.since()) + "."
				switch {
				case t.f.HTTPStatus == 401: // one is enough
					why = fmt.Sprintf("One upstream %d at %s.", t.f.HTTPStatus, t.clock(t.since()))
				case t.f.HTTPStatus > 0:
					why = fmt.Sprintf("An upstream %d at %s.", t.f.HTTPStatus, t.clock(t.since()))
				}
				return []string{why, "It stays off until someone enables it.", t.models()}
			},
			resolved: func(t *message) []string { return []string{"Was off " + t.wasOff() + "."} },
		},
	},
	"model.new": {
		title: alertTitle{
			firing: func(t *message, name, gw string) string {
				return name + " has " + Plural(t.f.Models, "new model") + at(gw)
			},
			plural: "providers have new models", brief: func(t *message) string { return t.f.Name },
			private: "A provider has new models",
		},
		body: alertBody{
			firing: func(t *message) []string { return []string{t.f.Model + t.more("more")} },
		},
	},
	"model.retired": {
		title: alertTitle{
			firing: func(t *message, name, gw string) string {
				return name + " retired " + Plural(t.f.Models, "model") + at(gw)
			},
			plural: "providers retired models", brief: func(t *message) string { return t.f.Name },
			private: "A provider retired models",
		},
		body: alertBody{
			firing: func(t *message) []string { return []string{t.f.Model + t.more("more")} },
		},
	},
}

func healthyAgain(_ *message, name, gw string) string { return name + " is healthy again" + at(gw) }

// unseen reports whether a provider's alert ended though the provider was not seen to
// be well again.
func (a *Alert) unseen() bool {
	return a.Category == categoryProvider && (a.Ended == "expired" || a.Ended == "disabled")
}

func (t *message) unseenTitle(name, gw string) string {
	if t.Ended == "disabled" {
		return name + " was switched off by an administrator" + at(gw)
	}
	return name + " is not called any more" + at(gw)
}

func (t *message) unseenBody() []string {
	was := "Was " + t.shortNoun() + " before."
	if t.Ended == "disabled" {
		return []string{was}
	}
	return []string{was, "Whether it is well now nobody can say."}
}
