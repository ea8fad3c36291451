package alert

import (
	"strconv"
	"time"
)

// An incident is alerts of one cause that are open at the same time: one that holds others back, and those
// of them that began with it or later, or that are on the same entity. What was open before it is another
// incident, and so is what goes on after it: an alert that is let go leaves. What is over is closed: an
// alert that comes back is a new incident, so nothing that was said of a closed one changes. Only one that comes
// back before it was shown as over, or within the half minute in which a gateway may fail again, goes on.

// beganWith is how much earlier than what holds it back an alert may have begun and still be a part of it: a
// gateway that fails is seen by one connection before the others.
const beganWith = 30 * time.Second

// incidentDepth bounds how many alerts hold back one another in a row.
const incidentDepth = 4

// beginSpell begins another time at which an alert is open.
func (e *Evaluator) beginSpell(in *trackedAlert, now time.Time) {
	in.Spell, in.SpellSince = max(now.UnixMilli(), in.Spell+1), now
	if in.Status.Open() {
		in.IncidentID = in.ownIncident()
	}
}

// ownIncident names the incident that an alert is the cause of.
func (in *trackedAlert) ownIncident() string {
	return in.Fingerprint + "." + strconv.FormatInt(in.Spell, 36)
}

// partOf reports whether what holds an alert back is what it is an incident with.
func (in *trackedAlert) partOf(by *trackedAlert) bool {
	if in.EntityKind == by.EntityKind && in.StateID == by.StateID {
		return true
	}
	over := by.ClearedAt
	return !in.SpellSince.Before(by.SpellSince.Add(-beganWith)) && (over.IsZero() || !in.SpellSince.After(over))
}

// cause finds what an alert is an incident with: the weightiest of what holds it back that it is a part of;
// nil for none.
func (x *inhibitorIndex) cause(v *evalContext, in *trackedAlert) (best *trackedAlert) {
	for _, list := range x.of(in) {
		for _, ex := range list {
			if (best == nil || ex.in.weightier(best)) && ex.inhibits(v, in) && in.partOf(ex.in) {
				best = ex.in
			}
		}
	}
	return best
}

// weightier orders the alerts that hold back others.
func (in *trackedAlert) weightier(than *trackedAlert) bool {
	return in.rank > than.rank || in.rank == than.rank && in.Fingerprint < than.Fingerprint
}

// incidentOf names the incident that an alert is a part of while something holds it back.
func (x *inhibitorIndex) incidentOf(v *evalContext, in *trackedAlert) string {
	for range incidentDepth {
		by := x.cause(v, in)
		if by == nil {
			break
		}
		in = by
	}
	return in.ownIncident()
}

// assign notes of which incident an open alert is: as long as a recheck is awaited, of the one that it was.
func (e *Evaluator) assign(v *evalContext, in *trackedAlert) {
	if !in.Status.Open() || in.shownOver || in.AwaitingRecheck {
		return
	}
	if id := e.inhibitors.incidentOf(v, in); id != in.IncidentID {
		in.IncidentID = id
		e.recordChange(in, Updated)
	}
}
