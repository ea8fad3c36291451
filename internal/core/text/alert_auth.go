package text

import "fmt"

// authAlerts are the texts of alerts on keys that a gateway refuses, by rule.
var authAlerts = map[string]alertText{
	"gateway.auth": {
		title: alertTitle{
			firing:   refusedTitle,
			resolved: acceptedTitle,
			plural:   "keys refused", pluralResolved: "keys accepted again",
			brief: refusedKey, subject: refusedKey, short: "refused", eachKey: true,
			private: "A gateway refused a key", privateResolved: "A gateway takes a key again",
		},
		body: alertBody{
			firing:   refusedBody,
			resolved: func(t *message) []string { return []string{"After " + Duration(t.lasted()) + "."} },
		},
	},
}

// refusedTitle names what is refused: a key, or this address; and the gateway where
// nobody has a key to it.
func refusedTitle(t *message, name, gw string) string {
	switch {
	case t.noKey():
		return gatewayName(gw) + " is not being watched"
	case t.banned():
		return "This address is banned by the gateway" + at(gw)
	case t.f.Keys == 0 && t.f.Cause != "":
		return keyRefused(t, name) + " is not let in" + at(gw)
	case t.f.Keys > 1:
		return Plural(t.f.Keys, "virtual key") + " are refused" + at(gw)
	}
	return keyRefused(t, name) + " is refused" + at(gw)
}

// acceptedTitle is the title of the end of a refusal.
func acceptedTitle(t *message, name, gw string) string {
	switch {
	case t.noKey():
		return gatewayName(gw) + " is being watched again"
	case t.banned():
		return "This address is let in again" + at(gw)
	case t.f.Keys == 0 && t.f.Cause != "":
		return keyRefused(t, name) + " is let in again" + at(gw)
	case t.f.Keys > 1:
		return Plural(t.f.Keys, "virtual key") + " are accepted again" + at(gw)
	}
	return keyRefused(t, name) + " is accepted again" + at(gw)
}

// noKey reports whether there is no key that a gateway could refuse.
func (t *message) noKey() bool { return t.f.HTTPStatus == 0 && t.f.Cause != "" }

// banned reports whether the gateway refuses this address, whatever the key.
func (t *message) banned() bool { return t.f.Cause == CauseBanned || t.f.Cause == CauseBannedByUs }

// keyRefused is what the one key is called; the only one of its kind has no name.
func keyRefused(t *message, name string) string {
	switch {
	case t.f.Keys == 1:
		return name + " (virtual key)"
	case t.f.Component == "admin":
		return "The master key"
	}
	return "The virtual key"
}

// refusedKey is what is refused, among others: keys by their names, else which key
// it is, or the gateway to which there is none.
func refusedKey(t *message) string {
	switch {
	case t.f.Name != "":
		return t.f.Name
	case t.noKey():
		return gatewayName(t.Label)
	case t.banned():
		return "this address"
	}
	return lowerFirst(keyRefused(t, ""))
}

func refusedBody(t *message) []string {
	if t.noKey() {
		return []string{t.f.Cause}
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
	what := "It may have been rotated: update it in Connections."
	switch {
	case t.f.Cause != "":
		what = t.f.Cause
	case t.f.Keys > 1:
		what = "Update them in Connections."
	}
	return []string{which, refused, others, what}
}
