package text

// gatewayAlerts are the texts of alerts on gateways as a whole, by rule.
var gatewayAlerts = map[string]alertText{
	"gateway.unreachable": {
		title: alertTitle{
			firing:   func(_ *message, _, gw string) string { return gatewayName(gw) + " does not answer" },
			resolved: func(_ *message, _, gw string) string { return gatewayName(gw) + " answers again" },
			plural:   "gateways do not answer", pluralResolved: "gateways answer again",
			brief:   func(t *message) string { return t.Label },
			private: "A gateway does not answer", privateResolved: "A gateway answers again",
			short: "does not answer",
		},
		body: alertBody{
			firing: func(t *message) []string {
				since := "Since " + t.clock(t.Since)
				if t.f.Cause != "" {
					since += " (" + t.f.Cause + ")"
				}
				return []string{since + ".", "Your network is fine.", "Provider alerts are on hold."}
			},
			resolved: func(t *message) []string { return []string{"Did not answer for " + t.lastedAbout() + "."} },
		},
	},
}
