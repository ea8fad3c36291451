package text

// Freed says what gave a budget room again. The values are stored.
type Freed string

// What gives a budget room; "" if that was not seen.
const (
	FreedByTopUp  Freed = "topped up"
	FreedByPeriod Freed = "new period"
	FreedByLimit  Freed = "limit raised"
	FreedByLess   Freed = "share fell"
)

// freed says how a budget came to have room again, and how much.
func (t *message) freed() string {
	if t.f.Limit <= 0 {
		return ""
	}
	how, now := t.freedHow(), Share(t.f.UsedRatio)+" of "+ShortMoney(t.f.Limit)+" used."
	if how == "" {
		return "Now " + now
	}
	return capital(how) + ": now " + now
}

// roomTitle is the title of a budget that has room again: what gave it room, and how much of it is used, which
// nobody is to take for what is left.
func roomTitle(t *message, name, gw string) string {
	used := ": " + Share(t.f.UsedRatio) + " used"
	switch t.f.Freed {
	case FreedByTopUp:
		return name + " was topped up" + used + at(gw)
	case FreedByPeriod:
		return name + " began a new period" + used + at(gw)
	case FreedByLimit:
		return name + " has a higher limit" + used + at(gw)
	case FreedByLess:
	}
	return name + used + " again" + at(gw)
}

// freedHow is what gave a budget room, as a part of a sentence.
func (t *message) freedHow() string {
	switch t.f.Freed {
	case FreedByTopUp:
		if t.f.FreedBy > 0 {
			return "topped up by " + ShortMoney(t.f.FreedBy)
		}
		return "topped up"
	case FreedByPeriod:
		return "a new period began"
	case FreedByLimit:
		return "limit raised from " + ShortMoney(t.f.FreedLimit) + " to " + ShortMoney(t.f.Limit)
	case FreedByLess:
		return "the used share fell from " + Share(t.f.FreedRatio)
	}
	return ""
}

// endWord says why an alert ended.
func (t *message) endWord() string {
	switch how := t.freedHow(); {
	case t.Ended == "threshold" && t.Threshold > 0:
		return "it ended: its threshold of " + SetShare(t.Threshold) + " was removed or changed in the settings"
	case how != "" && (t.Ended == "gone" || t.Ended == "epoch"):
		return "it ended: " + how
	}
	return endWords[t.Ended]
}
