package run

import (
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// zoneCondition says that the time zone is another one than at the start, which
// days, quiet hours and times go on in until a restart: Go reads the zone once, and
// to replace time.Local under those who read it would be a data race. Its title is
// "" if the zone is the same.
func zoneCondition(began, now string) state.AppCondition {
	f := state.AppCondition{ID: "zone"}
	if now != began {
		f.Severity, f.Title, f.Text = string(event.SeverityInfo), text.ZoneChangedTitle, text.ZoneChangedBody
	}
	return f
}
