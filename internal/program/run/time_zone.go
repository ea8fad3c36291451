package run

import (
	"os"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// systemZone names the time zone that the system is set to, as far as it can be
// told without asking anybody; "" where it cannot.
func systemZone() string {
	if zone, set := os.LookupEnv("TZ"); set {
		return zone
	}
	link, err := os.Readlink("/etc/localtime")
	if err != nil {
		return ""
	}
	return link
}

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
