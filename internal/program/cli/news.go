package cli

import "gatewatch/internal/core/state"

// alertNews is what was printed of alerts last, by id.
type alertNews map[string]saidOfAlert

type saidOfAlert struct {
	status, severity, inhibited, trust string
	resolvedAt                         int64 // of the end that was printed; 0: none
}

// is reports whether a line says another thing of an alert than was printed,
// and takes it to be printed. The end of a life is said once, also if the next
// one came to nothing: the line then shows the old end again.
func (n alertNews) is(a *state.AlertLine) bool {
	last, known := n[a.ID]
	now := saidOfAlert{a.Status, a.Severity, a.InhibitedBy, a.Trust, last.resolvedAt}
	if a.Status == "resolved" {
		now.resolvedAt = a.EndedAt
	}
	n[a.ID] = now
	if a.Status == "resolved" && known && last.resolvedAt == a.EndedAt {
		return false
	}
	return now != last
}
