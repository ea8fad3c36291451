package text

import "strings"

// componentAlerts are the texts of alerts on components behind a gateway, by rule.
var componentAlerts = map[string]alertText{
	"gateway.impaired": {
		title: alertTitle{
			firing:   impairedTitle,
			resolved: impairedOver,
			plural:   "parts do not answer", pluralResolved: "parts answer again",
			brief: partNoun, subject: partNoun,
			private: "A gateway is impaired", privateResolved: "A gateway is whole again",
		},
		body: alertBody{
			firing:   impairedBody,
			resolved: wasDown,
		},
	},
}

// impairedTitle says which part does not answer; the gateway that it is of comes last.
func impairedTitle(t *message, _, gw string) string {
	switch {
	case t.f.Component == LiveEvents:
		return "Live events stopped" + at(gw)
	case strings.HasPrefix(thePart(t), "The "):
		return thePart(t) + " is down" + at(gw)
	}
	return thePart(t) + " does not answer" + at(gw)
}

func impairedOver(t *message, _, gw string) string {
	if t.f.Component == LiveEvents {
		return "Live events come again" + at(gw)
	}
	return thePart(t) + " answers again" + at(gw)
}

// thePart is what a part of a gateway is called at the beginning of a sentence;
// those without a name of their own have an article.
func thePart(t *message) string {
	noun := partNoun(t)
	if strings.HasPrefix(noun, "event bus") || noun == "database" {
		return "The " + noun
	}
	return capital(noun)
}

// partNoun is what a part of a gateway is called among others.
func partNoun(t *message) string {
	switch part := t.f.Component; {
	case part == EitherComponent:
		return "event bus or Redis"
	case eventBus(part):
		return "event bus"
	case strings.HasSuffix(strings.ToLower(part), "database"):
		return "database"
	default:
		return part
	}
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
		return []string{"Live events may stop; new connections hang.", t.restAnswers()}
	case strings.EqualFold(t.f.Component, "core"):
		return []string{"New connections hang since " + t.clock(t.since()) + ".", "Open ones still stand."}
	}
	return []string{"Since " + t.clock(t.since()) + ".", "What is shown may be incomplete."}
}

// restAnswers says whether Admin answers while Redis does not: with the ban of addresses
// all of it may hang.
func (t *message) restAnswers() string {
	for i := range t.f.Signs {
		if t.f.Signs[i].Of == SignBroken {
			return "Lists cannot be read."
		}
	}
	return "REST still answers."
}
