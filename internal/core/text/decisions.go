package text

import "strings"

// decisionWords are what is said of a decision to notify of an alert or not, by
// its reason.
var decisionWords = map[string]string{
	"":                                "Not decided yet",
	"first":                           "You were told",
	"rise":                            "You were told: it became worse",
	"released":                        "You were told: what held it back is over",
	"reminder":                        "You were reminded",
	"told again":                      "You were told: an earlier attempt was cut short",
	"resolved":                        "You were told that it is over",
	"unstable":                        "You were told that it is unstable",
	"settled":                         "You were told that it has settled",
	"digest":                          "You were told in a summary",
	"withdrawn":                       "Taken back: the gateway’s claim was wrong",
	"joined":                          "Added to a notification that was already shown",
	"held: the window is in front":    "You were told in the window, which was in front",
	"skipped: higher threshold":       "Held back: a higher threshold was told",
	"capped":                          "Held back: too many at once",
	"failed":                          "The notification could not be shown",
	"failed: not permitted":           "The system blocks our notifications",
	"failed: no notification service": "This desktop shows no notifications",
}

// notShownHere begins the reason of what would have been told by a process that
// shows no notifications.
const notShownHere = "not shown here: "

// Decision says why somebody was notified of an alert, or was not, for a person.
// A reason that this version does not know is said as it stands.
func Decision(reason string) string {
	if rest, not := strings.CutPrefix(reason, notShownHere); not {
		return "Not shown here, where notifications are off. Else: " + lowerFirst(Decision(rest))
	}
	if words, known := decisionWords[reason]; known {
		return words
	}
	for _, prefix := range []string{"held: ", "skipped: "} {
		if rest, held := strings.CutPrefix(reason, prefix); held {
			return "Held back: " + rest
		}
	}
	return upperFirst(reason)
}

// alertSteps are what happened to an alert, by the name of its step.
var alertSteps = map[string]string{
	"began": "Its condition is met", "dropped": "Passed before it mattered", "fired": "Began", "rose": "Became worse",
	"fell": "Became milder", "ceased": "Its condition is not met any more", "resumed": "Came back", "resolved": "Over",
	"inhibited": "Explained by another alert", "released": "No longer held back", "unstable": "Became unstable",
	"settled": "Settled", "verified": "The gateway’s claim was confirmed", "acked": "Acknowledged",
	"unacked": "Acknowledgement taken back", "snoozed": "Snoozed", "muted": "Muted", "updated": "Changed", "forgotten": "Left the list",
}

// AlertStep says what happened to an alert.
func AlertStep(step string) string {
	if words, known := alertSteps[step]; known {
		return words
	}
	return upperFirst(step)
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
