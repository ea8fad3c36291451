package text

import "maps"

// alertText has the texts of one rule's alerts. To give a rule its texts, add an
// entry to the map of its topic, in alert_<topic>.go.
type alertText struct {
	title alertTitle
	body  alertBody
}

// alertTitle has the titles of one rule's alerts and what they are called among
// others. A nil field has a general text instead.
type alertTitle struct {
	// firing is made of the entity's name and the gateway's; resolved is the title
	// of its end.
	firing, resolved func(t *message, name, gw string) string
	// plural is the noun of several, such as "providers unhealthy"; pluralResolved of
	// several that are over; brief is one of them in a list, briefResolved one that is
	// over, where that is not the same.
	plural, pluralResolved string
	brief, briefResolved   func(t *message) string
	// short is what an alert says of its entity in a word or two; "" means the
	// last word of the rule's id.
	short string
	// shortOf is the same where it says a number; nil means short.
	shortOf func(t *message) string
	// subject is what it is called in such a list; nil means its name.
	subject func(t *message) string
	// eachKey is true where one alert may be about several keys, which are counted.
	eachKey bool
	// private is the title in privacy mode; privateResolved of its end.
	private, privateResolved string
}

// alertBody has the sentences of one rule's alerts. Those that do not fit are left
// out, the last first.
type alertBody struct {
	firing   func(t *message) []string
	resolved func(t *message) []string // nil: how long it was
}

// alertTexts are the texts of alerts, by rule. Titles say what and where, always
// "used", never a bare "threshold"; bodies how much of how much, since when, what
// happens next.
var alertTexts = joined(
	budgetAlerts, forecastAlerts, spendAlerts, runawayAlerts, unusualAlerts, expiryAlerts, providerAlerts, gatewayAlerts, authAlerts,
	componentAlerts, hubAlerts, monitoringAlerts, taskAlerts, changeAlerts,
)

func joined(topics ...map[string]alertText) map[string]alertText {
	all := map[string]alertText{}
	for _, t := range topics {
		maps.Copy(all, t)
	}
	return all
}
