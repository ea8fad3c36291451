package alert

import (
	"time"

	"gatewatch/internal/event"
)

const (
	fourHours = 4 * time.Hour
	info      = event.SeverityInfo
	warning   = event.SeverityWarning
	critical  = event.SeverityCritical
)

// Builtin is the catalogue: every rule there is, in order of display. The
// slice is the caller's.
func Builtin() []Rule {
	return append(append(spendRules(), providerRules()...), otherRules()...)
}

func spendRules() []Rule {
	return []Rule{
		{
			ID: "budget.exhausted", Title: "Budget used up", Category: CategorySpend, Severity: critical,
			Repeat: fourHours, Tell: TellNotice, TellFrom: warning, TellEnd: TellSilent,
			OncePerEpoch: true, Rank: 100, check: checkExhausted, look: lookBudget,
		},
		{
			ID: "budget.used", Title: "Budget threshold", Category: CategorySpend, Severity: warning,
			Repeat: fourHours, Tell: TellNotice, TellFrom: warning, TellEnd: TellSilent, TellEndFrom: critical,
			OncePerEpoch: true, Rank: 50, check: checkUsed, look: lookBudget,
		},
		{
			ID: "spend.spike", Title: "Unusual spend", Category: CategorySpend, Severity: warning,
			For: 5 * time.Minute, Keep: 15 * time.Minute, Tell: TellNotice, TellFrom: warning,
			TellEnd: TellNever, Rank: 20, Needs: "Usual", check: checkSpike,
		},
		{
			ID: "spend.loop", Title: "Requests in a loop", Category: CategorySpend, Severity: warning,
			Keep: 15 * time.Minute, Tell: TellNotice, TellFrom: warning, TellEnd: TellNever,
			Rank: 10, check: checkLoop,
		},
		{
			ID: "spend.uncharged", Title: "Spend is undercounted", Category: CategorySpend, Severity: warning,
			Keep: time.Hour, Tell: TellNotice, TellFrom: warning, TellEnd: TellNever,
			OncePerEpoch: true, Needs: "Uncharged", check: checkUncharged,
		},
		{
			ID: "key.silent", Title: "Key is unusually quiet", Category: CategorySpend, Severity: info,
			Tell: TellNever, TellFrom: warning, TellEnd: TellNever, Off: true, Needs: "Idle", check: checkIdle,
		},
		{
			ID: "key.expiring", Title: "Key expires soon or has expired", Category: CategorySpend, Severity: info,
			Tell: TellNotice, TellFrom: info, TellEnd: TellNever, OncePerEpoch: true,
			Needs: "Expiries", check: checkExpiring, look: lookExpiring,
		},
	}
}

func providerRules() []Rule {
	return []Rule{
		{
			ID: "provider.switched_off", Title: "Provider switched off by the gateway", Category: CategoryProvider,
			Severity: critical, Repeat: fourHours, Tell: TellNotice, TellFrom: warning, TellEnd: TellNotice,
			Rank: 40, check: checkSwitchedOff, look: lookSwitchedOff,
		},
		{
			ID: "provider.unhealthy", Title: "Provider is unhealthy", Category: CategoryProvider,
			Severity: critical, For: 10 * time.Second, Keep: time.Minute, Repeat: fourHours,
			Tell: TellNotice, TellFrom: warning, TellEnd: TellNotice, Flaps: true,
			Rank: 30, check: checkUnhealthy, look: lookProvider,
		},
		{
			ID: "provider.unhealthy.derived", Title: "Provider fails many requests", Category: CategoryProvider,
			Severity: critical, For: time.Minute, Keep: 2 * time.Minute, Repeat: fourHours,
			Tell: TellNotice, TellFrom: warning, TellEnd: TellNotice, Flaps: true,
			Rank: 29, Needs: "Traffic", check: checkFailing, look: lookTraffic,
		},
		{
			ID: "provider.credentials", Title: "Provider rejects the credential", Category: CategoryProvider,
			Severity: warning, Repeat: fourHours, Tell: TellNotice, TellFrom: warning, TellEnd: TellNotice,
			Rank: 20, Needs: "Rejected", check: checkCredentials, look: lookCredentials,
		},
		{
			ID: "provider.degraded", Title: "Provider is degraded", Category: CategoryProvider,
			Severity: warning, For: 2 * time.Minute, Keep: 5 * time.Minute, Tell: TellNotice, TellFrom: warning,
			TellEnd: TellSilent, Flaps: true, Rank: 10, check: checkDegraded, look: lookProvider,
		},
		{
			ID: "model.new", Title: "New models", Category: CategoryProvider, Severity: info,
			Tell: TellDigest, TellFrom: info, TellEnd: TellNever, Point: true, check: checkNewModels,
		},
		{
			ID: "model.retired", Title: "Models retired", Category: CategoryProvider, Severity: info,
			Tell: TellDigest, TellFrom: info, TellEnd: TellNever, Point: true, Needs: "Retired", check: checkRetired,
		},
	}
}

func otherRules() []Rule {
	return append([]Rule{
		{
			ID: "gateway.unreachable", Title: "Gateway does not answer", Category: CategoryConnection,
			Severity: critical, For: time.Minute, Keep: 30 * time.Second, Repeat: fourHours,
			Tell: TellNotice, TellFrom: warning, TellEnd: TellNotice, Flaps: true, FlapsOpen: true,
			Rank: 50, check: checkUnreachable, look: lookGateway,
		},
		{
			ID: "gateway.auth", Title: "Gateway refuses the key", Category: CategoryConnection,
			Severity: critical, Tell: TellNotice, TellFrom: warning, TellEnd: TellNever,
			Rank: 60, check: checkAuth, look: lookAuth,
		},
		{
			ID: "gateway.impaired", Title: "Part of the gateway is down", Category: CategoryConnection,
			Severity: critical, For: 30 * time.Second, Keep: 30 * time.Second, Repeat: fourHours,
			Tell: TellNotice, TellFrom: warning, TellEnd: TellNotice, Flaps: true, FlapsOpen: true,
			Rank: 40, check: checkImpaired, look: lookImpaired,
		},
		{
			ID: "hub.down", Title: "Live updates paused", Category: CategoryConnection, Severity: info,
			For: time.Minute, Keep: 30 * time.Second, Escalate: 10 * time.Minute, EscalateTo: warning,
			Tell: TellNotice, TellFrom: warning, TellEnd: TellNever, Flaps: true, FlapsOpen: true,
			Rank: 30, check: checkHubDown, look: lookHubDown,
		},
		{
			ID: "hub.silent", Title: "Live feed is stuck", Category: CategoryConnection, Severity: warning,
			Tell: TellNotice, TellFrom: warning, TellEnd: TellNever,
			Rank: 20, Needs: "Silent", check: checkSilent, look: lookSilent,
		},
		{
			ID: "gateway.alert", Title: "Alert of the gateway", Category: CategoryConnection, Severity: warning,
			Tell: TellNotice, TellFrom: warning, TellEnd: TellNotice, check: checkGatewayAlert,
		},
	}, taskRules()...)
}

func taskRules() []Rule {
	return []Rule{
		{
			ID: "task.failed", Title: "Task failed", Category: CategoryTask, Severity: warning,
			Tell: TellNotice, TellFrom: warning, TellEnd: TellNever, Point: true, check: checkTaskFailed,
		},
		{
			ID: "task.stuck", Title: "Task seems stuck", Category: CategoryTask, Severity: warning,
			Tell: TellNotice, TellFrom: warning, TellEnd: TellNever, check: checkTaskStuck, look: lookTask,
		},
		{
			ID: "task.done", Title: "Task completed", Category: CategoryTask, Severity: info, Off: true,
			Tell: TellNotice, TellFrom: info, TellEnd: TellNever, Point: true, check: checkTaskDone,
		},
		{
			ID: "key.deleted", Title: "Virtual key deleted", Category: CategoryChange, Severity: warning,
			Tell: TellNotice, TellFrom: warning, TellEnd: TellNever, Point: true, check: checkKeyDeleted,
		},
		{
			ID: "key.changed", Title: "Virtual key changed", Category: CategoryChange, Severity: info,
			Tell: TellNever, TellFrom: warning, TellEnd: TellNever, Point: true, check: checkKeyChanged,
		},
		{
			ID: "config.changed", Title: "Configuration changed", Category: CategoryChange, Severity: info,
			Tell: TellNever, TellFrom: warning, TellEnd: TellNever, Point: true, check: checkConfig,
		},
	}
}
