package alert

import "time"

// noteFresh remembers when data newer than the clearing was first seen.
func (in *trackedAlert) noteFresh(v *evalContext) {
	switch cleared := in.inhibitorClearedAt.Truncate(time.Millisecond); {
	case in.inhibitorClearedAt.IsZero():
		in.freshAt = time.Time{}
	case in.freshAt.IsZero() && (!in.DataAt.Before(cleared) || v.readAgain(in, cleared)):
		in.freshAt = v.now
	}
}

// readAgain reports whether what an alert rests on was read since a time, though it is what it was: the list
// that it came from; any of its gateway, for what is concluded of several.
func (v *evalContext) readAgain(in *trackedAlert, since time.Time) bool {
	source := v.sourceOf(in)
	if _, pushed := cutPrefix(source, "hub:"); pushed {
		return false
	}
	for _, t := range v.live.PollTargets {
		if t.Gateway == in.Gateway && (source == "" || t.ID == in.Gateway+"/"+source) && !msTime(t.SucceededAt).Before(since) {
			return true
		}
	}
	return false
}
