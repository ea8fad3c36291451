package alert

import (
	"strings"
	"time"

	"gatewatch/internal/core/text"
)

// Annotations are the numbers and names that an alert's text is made of.
type Annotations = text.Annotations

// Described gives the alert as its texts need it.
func (a *Alert) Described() text.Alert {
	return text.Alert{
		Rule: a.Rule, Category: string(a.Category), Severity: a.Severity, Gateway: a.Gateway, Label: a.Label,
		Thing:     a.thing(),
		Threshold: thresholdOf(a.Dimension), Used: a.usedRatio(), Since: a.Since, ClearedAt: a.ClearedAt,
		DataAt: a.DataAt, Ended: string(a.EndReason),
		Several: a.Several, WholePlane: a.Dimension == wholePlane, Transitions: a.Transitions, FlapSince: a.FlapSince, Annotations: a.Annotations,
	}
}

// thing tells the alert's entity apart in a notification of several, which counts each
// once; "" where an entity may have several alerts that say different things: parts
// of a gateway, changes.
func (a *Alert) thing() string {
	if a.Entity == "" || a.EntityKind == "gateway" || a.Category == CategoryChange {
		return ""
	}
	return a.EntityKind + "|" + a.Entity
}

// usedRatio is the used share, never below the threshold that was crossed:
// where the gateway rounds up, its threshold and not 74 % is told.
func (a *Alert) usedRatio() float64 {
	used := a.Annotations.UsedRatio
	if a.Status == StatusResolved {
		return used
	}
	if th := thresholdOf(a.Dimension); used < th && used >= th-claimTolerance || used <= 0 {
		return th
	}
	return used
}

// render makes the texts of an alert anew where something they say changed.
func (in *trackedAlert) render(loc *time.Location, now time.Time) {
	if !in.textStale {
		return
	}
	in.textStale = false
	kind := text.MessageFiring
	if in.Status == StatusResolved && in.EndReason == EndCleared {
		kind = text.MessageResolved
	}
	described := in.Described()
	in.Title, in.Body = text.AlertText(kind, &described, false, loc, now)
	if in.Status != StatusResolved {
		in.BeganAs = in.Title
	}
	if in.rule != nil && !in.rule.PointInTime {
		described.KeepFiring = in.rule.KeepFiringFor
	}
	seen, ends := text.Evidence(&described, loc, now)
	if in.EndReason == EndThreshold || in.EndReason == EndLimitUnknown {
		in.Body = ends
	}
	in.Evidence, in.Ends = strings.Join(seen, "\n"), ends
}
