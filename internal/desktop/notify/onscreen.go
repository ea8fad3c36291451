package notify

import "slices"

// Screen is implemented by a Sender that knows what is on the screen. Without it
// what was shown is thought to be there until it is withdrawn.
type Screen interface {
	// Shows reports whether the notification with this ID may be on the screen.
	// It returns at once.
	Shows(id string) bool
}

// OffScreen says that a notification is no longer on the screen, though nobody withdrew
// it: it was dismissed, or its time was over. What it told was told; it is neither
// worded anew nor joined, for that would show it again.
func (p *Planner) OffScreen(id string) {
	used := len(p.Members(id)) > 0 || id == overflowID
	for _, g := range p.groups {
		used = used || g.shown.id == id
	}
	if used {
		p.off[id] = true
	}
}

// onScreen reports whether a notification that was shown can be replaced in place.
func (p *Planner) onScreen(id string) bool { return p.capabilities.Replace && !p.off[id] }

// unusedID is the ID of a new notification of what is ready, like id: not that of a
// notification which tells of others, or it would take their place.
func (p *Planner) unusedID(id string, ready []queuedAlert) string {
	other := func(fp string) bool {
		return !slices.ContainsFunc(ready, func(e queuedAlert) bool { return e.alert.Fingerprint == fp })
	}
	for slices.ContainsFunc(p.Members(id), other) {
		id += "+"
	}
	return id
}

// watchScreen tells the planner what is no longer on the screen.
func (a *Dispatcher) watchScreen() {
	screen, ok := a.o.Sender.(Screen)
	if !ok {
		return
	}
	for id := range a.shown {
		if !screen.Shows(id) {
			delete(a.shown, id)
			a.planner.OffScreen(id)
		}
	}
}
