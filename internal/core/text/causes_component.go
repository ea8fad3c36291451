package text

import "strings"

// Why a part of a gateway is not well, or not known.
const (
	CauseHangWithoutRedis       = "New connections hang while Redis does not answer."
	CauseHang                   = "New connections hang, though it answers when asked how it is."
	CauseNoAnswer               = "It does not answer."
	CauseListsFail              = "The gateway's lists answer with errors."
	CauseLiveEventsWithoutRedis = "Live events stopped while Redis does not answer."
	CauseLiveEvents             = "Live events stopped: the report that comes each minute is missing."
	CauseNotAsked               = "Not asked yet, or not for long."
	CauseNotSaid                = "It was not said."
	CauseLetGo                  = "Nothing is asked until you connect."
)

// CauseSaidByCore is what Core said of a part that is not well; said may be "".
func CauseSaidByCore(said string) string { return saidBy("Core says so", said) }

// CauseSaidByGateway is what the Admin API said of a part that is not well; said
// may be "".
func CauseSaidByGateway(said string) string { return saidBy("The gateway says so", said) }

func saidBy(who, said string) string {
	if said == "" {
		return who + "."
	}
	return fullSentence(who + ": " + said)
}

// Signs that Redis is down.
const (
	SignHang           = "new connections hang though Core answers"
	SignFailuresUnread = "the list of failures is not answered though others are"
	SignNoLiveEvents   = "live events stopped"
)

// CauseSigns lists the signs that Redis is down; one alone does not tell.
func CauseSigns(signs []string) string {
	all := fullSentence(strings.Join(signs, "; "))
	if len(signs) == 1 {
		all += " One sign alone does not tell."
	}
	return all
}

// fullSentence begins s with a capital and ends it with a full stop.
func fullSentence(s string) string {
	if s == "" {
		return ""
	}
	return capital(strings.TrimSuffix(s, ".")) + "."
}

// Signs and causes of a gateway without its Redis.
const (
	SignAdminHangs          = "all of Admin hangs at the same time"
	SignUnwell              = "Core calls itself unhealthy"
	CauseHangUnwell         = "New connections hang, and it calls itself unhealthy."
	CauseUnwellWithoutRedis = "Core is not well for want of its Redis."
	CauseBusOrRedis         = "Core says that its event bus or its Redis is down."
)

// CauseMasterKeyMissing says why nothing is asked of Admin.
const CauseMasterKeyMissing = "There is no master key to ask with."
