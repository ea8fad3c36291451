package text

import "strings"

// componentAlerts are the texts of alerts on components behind a gateway, by rule.
var componentAlerts = map[string]alertText{
	"gateway.impaired": {
		title: alertTitle{
			firing:   impairedTitle,
			resolved: impairedOver,
			plural:   "parts do not answer", pluralResolved: "parts answer again",
			brief:   func(t *message) string { return t.f.Component },
			private: "A gateway is impaired", privateResolved: "A gateway is whole again",
		},
		body: alertBody{
			firing:   impairedBody,
			resolved: wasDown,
		},
	},
}

// impairedTitle names the component.
func impairedTitle(t *message, _, gw string) string {
	switch {
	case t.f.Component == LiveEvents:
		return gw + ": live events stopped"
	case t.f.Component == EitherComponent:
		return gw + " is impaired: its event bus or its Redis is down"
	case eventBus(t.f.Component):
		return gw + " is impaired: its event bus is down"
	case strings.HasSuffix(t.f.Component, "database"):
		return gw + " is impaired: its database is down"
	}
	return gw + " is impaired: " + t.f.Component + " does not answer"
}

func impairedOver(t *message, _, gw string) string {
	if t.f.Component == LiveEvents {
		return gw + ": live events come again"
	}
	return gw + ": " + t.f.Component + " answers again"
}

func eventBus(part string) bool {
	p := strings.ToLower(part)
	return strings.Contains(p, "bus") || strings.Contains(p, "rabbit") || strings.Contains(p, "masstransit")
}

func impairedBody(t *message) []string {
	switch {
	case t.f.Component == LiveEvents:
		return []string{"The report that comes each minute is missing since " + t.clock(t.since()) + ".", "Values are read instead."}
	case eventBus(t.f.Component):
		return []string{
			"Changes reach the gateway late or not at all.",
			"A key disabled since " + t.clock(t.since()) + " may still work.",
		}
	case strings.EqualFold(t.f.Component, "redis"):
		return []string{"Live events may stop; new connections hang.", "REST still answers."}
	case strings.EqualFold(t.f.Component, "core"):
		return []string{"New connections hang since " + t.clock(t.since()) + ".", "Open ones still stand."}
	}
	return []string{"Since " + t.clock(t.since()) + ".", "What is shown may be incomplete."}
}
