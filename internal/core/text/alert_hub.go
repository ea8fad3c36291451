package text

// hubAlerts are the texts of alerts on live connections, by rule.
var hubAlerts = map[string]alertText{
	"hub.down": {
		title: alertTitle{
			firing: pausedTitle,
			plural: "live feeds paused", brief: func(t *message) string { return t.f.Name },
			private: "Live updates paused",
			short:   "paused",
		},
		body: alertBody{
			firing: pausedBody,
		},
	},
	"hub.silent": {
		title: alertTitle{
			firing: func(t *message, _, gw string) string { return t.f.Component + ": its live feed is stuck" + at(gw) },
			plural: "live feeds are stuck", brief: func(t *message) string { return t.f.Component },
			private: "A live feed is stuck",
			short:   "stuck",
		},
		body: alertBody{
			firing: func(t *message) []string {
				s := "No events for " + Duration(t.now.Sub(t.since()))
				if t.f.Spend > 0 {
					s += " although " + ShortMoney(t.f.Spend) + " was booked"
				}
				return []string{s + ".", "Using polling."}
			},
		},
	},
}

// NotSticky is why connections to a gateway of several nodes do not come about,
// as a clause.
const NotSticky = "no sticky sessions"

// pausedTitle names a stream, or all connections of a half.
func pausedTitle(t *message, name, gw string) string {
	if t.WholePlane {
		return name + " paused" + at(gw)
	}
	return name + " updates paused" + at(gw)
}

// pausedBody says since when and why connections are down.
func pausedBody(t *message) []string {
	since := "Since " + t.clock(t.Since)
	if t.f.Cause == NotSticky {
		return []string{"Its nodes forget each other: give its load balancer sticky sessions, or let WebSockets through."}
	}
	if t.f.Cause != "" {
		since += " (" + t.f.Cause + ")"
	}
	if t.WholePlane {
		return []string{since + ".", Plural(t.f.Keys, "connection") + ", one cause; trying again."}
	}
	return []string{since + ".", "Other connections to the gateway work; trying again."}
}
