package text

import "fmt"

// authAlerts are the texts of alerts on keys that a gateway refuses, by rule.
var authAlerts = map[string]alertText{
	"gateway.auth": {
		title: alertTitle{
			firing:   refusedTitle,
			resolved: acceptedTitle,
			plural:   "keys refused", pluralResolved: "keys accepted again",
			brief:   func(t *message) string { return t.Label + " " + t.f.Component },
			private: "A gateway refused a key", privateResolved: "A gateway takes a key again",
		},
		body: alertBody{
			firing:   refusedBody,
			resolved: func(t *message) []string { return []string{"After " + Duration(t.lasted()) + "."} },
		},
	},
}

// refusedTitle names the key where a gateway refuses one of several.
func refusedTitle(t *message, name, gw string) string {
	switch {
	case t.f.HTTPStatus == 0 && t.f.Cause != "":
		return "Gateway " + gw + " is not being watched"
	case t.f.Keys == 1:
		return "Gateway " + gw + " refused key \"" + name + "\""
	case t.f.Keys > 1:
		return "Gateway " + gw + " refused " + Plural(t.f.Keys, "key")
	case t.f.Cause != "":
		return "Gateway " + gw + " does not let us in"
	}
	return "Gateway " + gw + " refused the key"
}

// acceptedTitle is the title of the end of a refusal.
func acceptedTitle(t *message, name, gw string) string {
	switch {
	case t.f.HTTPStatus == 0 && t.f.Cause != "":
		return "Gateway " + gw + " is being watched again"
	case t.f.Keys == 1:
		return "Gateway " + gw + " takes key \"" + name + "\" again"
	case t.f.Keys > 1:
		return "Gateway " + gw + " takes " + Plural(t.f.Keys, "key") + " again"
	case t.f.Cause != "":
		return "Gateway " + gw + " lets us in again"
	}
	return "Gateway " + gw + " takes the key again"
}

func refusedBody(t *message) []string {
	if t.f.HTTPStatus == 0 && t.f.Cause != "" {
		return []string{t.f.Cause} // there is no key that it could refuse
	}
	refused := fmt.Sprintf("%s: %d.", sentencePart(t.f.Component), t.f.HTTPStatus)
	which, others := "", ""
	if t.f.Keys > 1 {
		which = Shorten(t.f.Name, 40) + "."
	}
	switch {
	case t.f.Others == 1:
		others = "The other key goes on."
	case t.f.Others > 1:
		others = fmt.Sprintf("The other %d keys go on.", t.f.Others)
	}
	what := "It may have been rotated: update it in Settings."
	switch {
	case t.f.Cause != "":
		what = t.f.Cause
	case t.f.Keys > 1:
		what = "Update them in Settings."
	}
	return []string{which, refused, others, what}
}
