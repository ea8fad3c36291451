package text

// monitoringAlerts are the texts of alerts on a gateway's own monitoring, by rule.
var monitoringAlerts = map[string]alertText{
	"gateway.alert": {
		title: alertTitle{
			firing:   func(_ *message, name, gw string) string { return name + at(gw) },
			resolved: func(_ *message, name, gw string) string { return name + " is over" + at(gw) },
			plural:   "alerts of the gateway", pluralResolved: "alerts of the gateway are over",
			brief:   func(t *message) string { return t.f.Name },
			private: "An alert of the gateway", privateResolved: "An alert of the gateway is over",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{sentence(t.f.Error), "Said by the gateway's own monitoring."}
			},
		},
	},
}
