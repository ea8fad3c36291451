package text

import (
	"strings"

	"gatewatch/internal/core/event"
)

// The conditions that all gateways together can be in, as pages, the tray and scripts name them.
const (
	ConditionOK       = "ok"       // all that is needed is known, and well
	ConditionUnsure   = "unsure"   // nothing bad is known, and not all is known
	ConditionWarning  = "warning"  // something needs the reader
	ConditionCritical = "critical" // something needs the reader now
	ConditionBusy     = "busy"     // the first connection is being made
	ConditionStale    = "stale"    // no connection, and it is tried
	ConditionOffline  = "offline"  // nothing is watched
)

// The sentences of the outlook: a head that the first look lands on, and what
// it rests on. Ages are not in them, as they would change each second.

// OutlookQuiet is calm: how many providers are healthy, and how much of the
// tightest budget is used; negative if there is no budget.
func OutlookQuiet(healthy int, tightest float64) (head, rest string) {
	var facts []string
	if healthy > 0 {
		facts = append(facts, Plural(healthy, "provider")+" healthy")
	}
	if tightest >= 0 {
		facts = append(facts, "tightest budget "+Share(tightest))
	}
	return "All quiet.", sentence(strings.Join(facts, ", "))
}

// OutlookUnsure says that nothing bad is known, and what is not known.
func OutlookUnsure(unknown []string) (head, rest string) {
	return "Nothing needs you, as far as can be seen.", sentence(strings.Join(unknown, "; "))
}

// OutlookNeeds counts what needs the reader.
func OutlookNeeds(titles []string) (head, rest string) {
	head = Count(len(titles)) + " things need you."
	if len(titles) == 1 {
		head = "1 thing needs you."
	}
	rest = strings.Join(titles[:min(2, len(titles))], " · ")
	if more := len(titles) - 2; more > 0 {
		rest += " · and " + Count(more) + " more"
	}
	return head, rest
}

// OutlookShort is an outlook in a line, for what has no room for more: of a head it
// is all but its stop.
func OutlookShort(head string) string { return strings.TrimSuffix(Clean(head), ".") }

// OutlookShortNeeds is OutlookNeeds in a line: "3 warnings: …", "1 critical: …". It
// counts those of the weight of the worst, of which there are n.
func OutlookShortNeeds(n int, s event.Severity, worst string) string {
	counted := Count(n) + " " + string(s)
	if s == event.SeverityWarning {
		counted = Plural(n, "warning")
	}
	return counted + ": " + Clean(worst)
}

// OutlookRefused says that a gateway's connections failed for good.
func OutlookRefused(gateway, cause string) (head, rest string) {
	if cause == "" {
		cause = "Its connections failed for good."
	}
	return gateway + " needs you.", cause
}

// OutlookIll names providers that are not well though nothing of it needs the reader:
// alerts are how many of them have one, and seen what became of these, "" where not the same.
func OutlookIll(names []string, alerts int, seen string) (head, rest string) {
	why := "no alert is open."
	switch {
	case alerts == 0:
	case seen == "" || alerts < len(names):
		why = "what is open of it is acknowledged, snoozed or held back."
	case alerts == 1:
		why = "its alert is " + seen + "."
	default:
		why = "their alerts are " + seen + "."
	}
	return Plural(len(names), "provider") + " not healthy.", strings.Join(names[:min(3, len(names))], ", ") + " — " + why
}

// OutlookNoGateway says that none is set up.
func OutlookNoGateway() (head, rest string) {
	return "No gateway yet.", "Connect one, or look around with demo data."
}

// OutlookConnecting says that the first connection is being made.
func OutlookConnecting() (head, rest string) {
	return "Connecting.", "What is known appears as it arrives."
}

// OutlookDisconnected says that nothing is watched.
func OutlookDisconnected() (head, rest string) {
	return "Not connected.", "Nothing is watched until you connect."
}

// OutlookTried ends what is said while no connection is left and one is tried.
const OutlookTried = "It is tried again by itself."

// OutlookLast says what is shown while no connection is left: what was known before,
// if anything ever was.
func OutlookLast(known bool) string {
	if known {
		return "What is shown is what was last known. " + OutlookTried
	}
	return "Nothing is known of it yet. " + OutlookTried
}

// OutlookOffline says that this computer has no network; known is as of OutlookLast.
func OutlookOffline(known bool) (head, rest string) {
	const resume = "Alerts resume when the network is back."
	if known {
		return "You are offline.", "What is shown is what was last known. " + resume
	}
	return "You are offline.", resume
}

// OutlookSilent says that connections stand and nothing came over them.
func OutlookSilent(since string) (head, rest string) {
	return "No news since " + since + ".", "What is shown is what was last known."
}

// OutlookParts says what of the gateways is gone while the rest answers, the first
// of them at the head, and what still answers.
func OutlookParts(says []string, rest string) (head, _ string) {
	if more := says[1:]; len(more) > 0 {
		rest = strings.TrimSpace(strings.Join(more, " ") + " " + rest)
	}
	return says[0], rest
}

// OutlookAnswers says what answers beside what does not.
func OutlookAnswers(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return Clean(names[0]) + " answers."
	}
	return Clean(strings.Join(names[:len(names)-1], ", ")+" and "+names[len(names)-1]) + " answer."
}

// OutlookHalf is what a half of a gateway is called; its gateway is named among
// several.
func OutlookHalf(half, gateway string) string {
	if gateway == "" {
		return half
	}
	return half + " of " + Clean(gateway)
}

// OutlookLostOne says of a gateway, or of a half of one, to which no connection is
// left how that is, since when ("" where that is not known) and why.
func OutlookLostOne(gateway, since string, how event.LinkState, cause string) string {
	says := Clean(gateway) + " does not answer"
	switch how {
	case event.LinkError:
		says = Clean(gateway) + " needs you"
	case event.LinkDisconnected:
		says = Clean(gateway) + " is not connected"
	case event.LinkConnected, event.LinkConnecting, event.LinkReconnecting:
	}
	if since != "" {
		says += " since " + since
	}
	if cause = strings.TrimSuffix(Clean(cause), "."); cause != "" {
		says += " (" + cause + ")"
	}
	return says + "."
}

// OutlookLostAll says that none of several gateways is connected, and of each why.
func OutlookLostAll(says []string, last string) (head, rest string) {
	return "None of " + Plural(len(says), "gateway") + " answers.", strings.Join(says, " · ") + ". " + last
}

// OutlookDo says what to do about a gateway to which no connection is left; tried is
// true if another attempt is planned.
func OutlookDo(how event.LinkState, tried bool) string {
	const look = "Look at it part by part with: gatewatch doctor"
	switch how {
	case event.LinkError:
		if tried {
			return "It waits for you, and is tried again by itself only now and then. " + look
		}
		return "It waits for you: it is not tried again by itself. " + look
	case event.LinkDisconnected:
		return "Nothing is watched until you connect it, in the window."
	case event.LinkConnected, event.LinkConnecting, event.LinkReconnecting:
	}
	return look
}

// What is not known, as clauses for OutlookUnsure.

// OutlookOf puts the name of a gateway before a clause, not as its first word: a
// sentence begins with a capital, and no name is changed.
func OutlookOf(gateway, clause string) string { return "on " + gateway + ": " + clause }

// OutlookPending says that a topic was not told yet.
func OutlookPending(topic string) string { return topic + " are not known yet" }

// OutlookNeedsMaster says that a topic is not shown without a master key.
func OutlookNeedsMaster(topic string) string { return topic + " need the master key" }

// OutlookForbidden says that the key does not open a topic.
func OutlookForbidden(topic string) string { return topic + " may not be read with this key" }

// OutlookUnauthorized says that the gateway refused the key that opens a topic.
func OutlookUnauthorized(topic string) string {
	return topic + " cannot be read: the gateway refused the key"
}

// OutlookUnread says that a topic could not be read, or not again.
func OutlookUnread(topic string, once bool) string {
	if once {
		return topic + " could not be read again"
	}
	return topic + " could not be read"
}

// OutlookListsShut says why no list of a gateway is read: the master key, or this address, is refused.
func OutlookListsShut(cause string) string {
	if cause == CauseBanned || cause == CauseBannedByUs {
		return "its lists are not read, as this address is banned"
	}
	return "its lists are not read, as the master key is refused"
}

// OutlookSomeUnknown counts: "4 of 5 providers are not known yet".
func OutlookSomeUnknown(unknown, all int, one string) string {
	verb := " are"
	if unknown == 1 {
		verb = " is"
	}
	return Count(unknown) + " of " + Plural(all, one) + verb + " not known yet"
}

// OutlookNoneTold says that a gateway told of no thing of a sort yet.
func OutlookNoneTold(one string) string { return "no " + one + " was told of yet" }

// OutlookBalance names the one group whose balance is not known.
func OutlookBalance(group string) string { return "the balance of " + group + " is not known" }

// OutlookHubsDown names hubs that are not connected, and those that are only for some of
// the keys; none is true if no hub is up.
func OutlookHubsDown(down, partly []string, none bool) string {
	switch {
	case len(down)+len(partly) == 0:
		return "not everything is connected"
	case none && len(down) > 1:
		return "no hub is connected"
	case len(partly) == 0:
		return hubsAre(down) + " not connected"
	case len(down) == 0:
		return hubsAre(partly) + " not connected for every key"
	}
	return hubsAre(down) + " not connected, " + hubsAre(partly) + " not for every key"
}

// hubsAre begins a clause: "hub tasks is", "hubs spend, tasks are".
func hubsAre(hubs []string) string {
	switch {
	case len(hubs) == 1:
		return "hub " + hubs[0] + " is"
	case len(hubs) > 3:
		return "hubs " + strings.Join(hubs[:3], ", ") + " and " + Count(len(hubs)-3) + " more are"
	}
	return "hubs " + strings.Join(hubs, ", ") + " are"
}
