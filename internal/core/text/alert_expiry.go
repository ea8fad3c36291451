package text

// expiryAlerts are the texts of alerts on keys that expire, by rule.
var expiryAlerts = map[string]alertText{
	"key.expiring": {
		title: alertTitle{
			firing: func(t *message, name, gw string) string {
				if t.f.Action == ActionExpired {
					return name + " has expired" + at(gw)
				}
				return name + " expires in " + Duration(t.f.Left) + at(gw)
			},
			resolved: func(_ *message, name, gw string) string { return name + " was renewed" + at(gw) },
			plural:   "keys expired or expiring", pluralResolved: "keys were renewed",
			brief: func(t *message) string {
				if t.f.Action == ActionExpired {
					return t.f.Name + " (expired)"
				}
				return t.f.Name
			},
			private: "A key expires soon or has expired", privateResolved: "A key was renewed",
			short: "expiring",
		},
		body: alertBody{
			firing: expiryBody,
			resolved: func(t *message) []string {
				if t.f.Resets.IsZero() {
					return []string{"It does not expire any more."}
				}
				return []string{"It expires on " + DayClock(t.f.Resets, t.loc) + " now."}
			},
		},
	},
}

// expiryBody says when a key expires or expired, and what follows.
func expiryBody(t *message) []string {
	on := "On " + DayClock(t.f.Resets, t.loc) + "."
	if t.f.Action == ActionExpired {
		return []string{on, "Its requests are refused until it is renewed."}
	}
	return []string{on, "Its requests are refused from then on."}
}
