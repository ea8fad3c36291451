package wire

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

// TestGatewayForms covers what a real gateway can send and was never recorded,
// because nothing in it calls the sender, and forms that depend on fields.
func TestGatewayForms(t *testing.T) {
	const base = `"id":"2f8b6f14-2222-4d39-9b7e-04c8a2b9d002",` + stamp + `,"priority":2`
	health := event.ProviderHealthChanged{
		Provider: "3", Name: "OpenAI main", Health: event.HealthUnhealthy, LatencyMS: -1, At: testAt,
	}
	july := health
	july.Provider, july.Name = "openai", "openai"
	unchecked := july
	unchecked.Provider, unchecked.Name, unchecked.Health = "openai-compatible", "openai-compatible", event.HealthUnknown
	alert := event.GatewayAlert{
		Category: event.AlertAnnouncement, Severity: event.SeverityWarning, State: event.AlertActive,
		Message: "Maintenance at 22:00 UTC", At: testNow,
	}
	announced := alert
	announced.ID, announced.Title, announced.At = "2f8b6f14-2222-4d39-9b7e-04c8a2b9d002", "maintenance", testAt
	limit := event.GatewayAlert{
		Category: event.AlertRateLimit, Severity: event.SeverityWarning, State: event.AlertActive, Key: "7",
		Component: "/v1/chat", Title: "rate limit", Message: "0 requests left", At: testNow,
	}
	limitObject := limit
	limitObject.At = testAt
	for _, c := range []decodeCase{
		{
			"health, August", "OnProviderHealthChanged",
			`[{"type":"provider_health","providerId":3,"providerName":"OpenAI main","status":"Unhealthy","responseTimeMs":null,"details":null,` + base + `}]`, one(health),
		},
		{
			"health, July", "OnProviderHealthChanged",
			`[{"type":"provider_health","provider":"openai","status":"Unhealthy","responseTimeMs":null,"details":null,` + base + `}]`, one(july),
		},
		{
			"health, July, of a provider that nobody checks", "ProviderHealthUpdate",
			`[{"type":"provider_health","provider":"openai-compatible","status":"Healthy","details":"System.Collections.Generic.Dictionary` + "`" + `2[System.String]",` + base + `}]`, one(unchecked),
		},
		{"health, by a server method", "Onprovider_health", `[{"providerId":3,"providerName":"OpenAI main","status":2,` + base + `}]`, one(health)},
		{
			"nothing monitored", "InitialProviderHealth", `[{}]`,
			one(event.Reply{Target: "InitialProviderHealth", Text: "no provider is monitored", At: testNow}),
		},
		{
			"a check that asked nobody", "ProviderHealthStatus",
			`[{"id":9,"providerName":"local","status":0,"isOnline":true,"timestampUtc":"2026-11-22T20:00:00Z","responseTimeMs":0.002,"endpointUrl":"Unknown"}]`,
			one(event.ProviderHealthChanged{
				Provider: "local", Name: "local", Health: event.HealthUnknown, LatencyMS: -1,
				At: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC),
			}),
		},
		{
			"a failed check", "ProviderHealthRefreshed",
			`[{"openai":{"id":9,"providerName":"openai","status":1,"statusMessage":"Provider health check failed","timestampUtc":"2026-11-22T20:00:00Z","responseTimeMs":51.8}}]`,
			one(event.ProviderHealthChanged{
				Provider: "openai", Name: "openai", Health: event.HealthUnhealthy, LatencyMS: 51.8,
				Error: "Provider health check failed", At: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC),
			}),
		},
		{"announcement, positional", "SystemAnnouncement", `["Maintenance at 22:00 UTC","High"]`, one(alert)},
		{
			"announcement, object", "SystemAnnouncement",
			`[{"type":"system_announcement","message":"Maintenance at 22:00 UTC","category":"maintenance",` + base + `}]`, one(announced),
		},
		{
			"announcement, by a server method", "Onsystem_announcement",
			`[{"message":"Maintenance at 22:00 UTC","category":"maintenance",` + base + `}]`, one(announced),
		},
		{"rate limit, positional", "RateLimitWarning", `[0,"2026-11-22T23:39:00Z","/v1/chat"]`, one(limit)},
		{
			"rate limit, object", "Onrate_limit",
			`[{"remaining":0,"resetTime":"2026-11-22T23:39:00Z","endpoint":"/v1/chat","percentageUsed":100,` + base + `}]`, one(limitObject),
		},
		{
			"service degraded", "ServiceDegraded", `["cache","slow"]`,
			one(event.ComponentReported{Component: "cache", Health: event.HealthDegraded, LatencyMS: -1, Error: "slow", At: testNow}),
		},
		{
			"service degraded, object", "Onservice_degradation", `[{"service":"cache","reason":"slow",` + base + `}]`,
			one(event.ComponentReported{Component: "cache", Health: event.HealthDegraded, LatencyMS: -1, Error: "slow", At: testAt}),
		},
		{
			"service restored", "ServiceRestored", `["cache"]`,
			one(event.ComponentReported{Component: "cache", Health: event.HealthHealthy, LatencyMS: -1, At: testNow}),
		},
		{
			"service restored, object", "Onservice_restoration", `[{"service":"cache","outageDuration":"00:01:00",` + base + `}]`,
			one(event.ComponentReported{Component: "cache", Health: event.HealthHealthy, LatencyMS: -1, At: testAt}),
		},
		{
			"model availability", "OnModelAvailabilityChanged", `[{"type":"model_availability_changed","modelId":"gpt-4o","isAvailable":false,` + base + `}]`,
			one(event.ModelChanged{Model: "gpt-4o", Aspect: event.ModelAvailability, Changes: []string{"not available"}, At: testAt}),
		},
		{
			"model update of availability", "OnModelUpdate", `[{"modelId":"gpt-4o","isAvailable":true,` + base + `}]`,
			one(event.ModelChanged{Model: "gpt-4o", Aspect: event.ModelAvailability, Changes: []string{"available"}, At: testAt}),
		},
		{
			"model update of a mapping", "OnModelUpdate", `[{"mappingId":14,"modelAlias":"fast","changeType":"Deleted",` + base + `}]`,
			one(event.NavigationChanged{Entity: event.EntityModelMapping, Action: event.ActionDeleted, ID: "14", Name: "fast", At: testAt}),
		},
		{
			"capabilities", "ModelCapabilitiesChanged", `[{"provider":"openai","modelId":"gpt-4o","changes":["vision"],"changedAt":"2026-11-22T23:38:22.5106711Z"}]`,
			one(event.ModelChanged{Provider: "openai", Model: "gpt-4o", Aspect: event.ModelCapabilities, Changes: []string{"vision"}, At: testAt}),
		},
		{
			"pricing", "ModelPricingUpdated", `[{"provider":"openai","modelId":"gpt-4o","newPricing":{},"percentageChange":12.5,"updatedAt":"2026-11-22T23:38:22.5106711Z"}]`,
			one(event.ModelChanged{Provider: "openai", Model: "gpt-4o", Aspect: event.ModelPricing, Changes: []string{"price changed by 12.5 %"}, At: testAt}),
		},
		{
			"unusual spending", "UnusualSpendingDetected",
			`[{` + stamp + `,"activityType":"spend_spike","description":"well above the previous hour","currentRate":4.80,"normalRate":1.10,"deviationPercentage":336.3,"providerType":null,"model":null,"recommendations":[]}]`,
			one(event.GatewayAlert{
				Category: event.AlertSpending, Severity: event.SeverityWarning, State: event.AlertActive,
				Title: "spend_spike", Message: "well above the previous hour", Key: "7", At: testAt,
			}),
		},
		{
			"high spend", "HighSpendAlert", `[{` + stamp + `,"alertType":"HighSpend","message":"Key 7 has used 91%","currentSpend":91,"budgetLimit":100,"percentageUsed":91,"severity":"critical"}]`,
			one(event.GatewayAlert{
				Category: event.AlertSpending, Severity: event.SeverityCritical, State: event.AlertActive,
				Title: "HighSpend", Message: "Key 7 has used 91%", At: testAt,
			}),
		},
		{
			"security alert", "SecurityAlert",
			`[{"type":"SecurityAlert","alertType":"BruteForce","description":"many wrong keys","affectedResource":"10.0.0.1","id":"x",` + stamp + `,"priority":3}]`,
			one(event.GatewayAlert{
				ID: "x", Category: event.AlertSecurity, Severity: event.SeverityCritical, State: event.AlertActive,
				Component: "10.0.0.1", Title: "BruteForce", Message: "many wrong keys", At: testAt,
			}),
		},
		{
			"alert acknowledged", "AlertAcknowledged", `[{"alertId":"a","acknowledgedBy":"x","acknowledgedAt":"2026-11-22T23:38:22.5106711Z","notes":"seen"}]`,
			one(event.GatewayAlert{ID: "a", Category: event.AlertHealth, Severity: event.SeverityInfo, State: event.AlertAcknowledged, Message: "seen", At: testAt}),
		},
		{
			"alert resolved", "AlertResolved", `[{"alertId":"a","resolvedBy":"x","resolvedAt":"2026-11-22T23:38:22.5106711Z","resolution":"restarted"}]`,
			one(event.GatewayAlert{ID: "a", Category: event.AlertHealth, Severity: event.SeverityInfo, State: event.AlertResolved, Message: "restarted", At: testAt}),
		},
		{
			"component alert, severity by word", "ComponentAlert", `[{"id":"a","severity":"Critical","component":"redis","title":"down","state":"Resolved","triggeredAt":"2026-11-22T20:00:00Z"}]`,
			one(event.GatewayAlert{
				ID: "a", Category: event.AlertHealth, Severity: event.SeverityCritical, State: event.AlertResolved,
				Component: "redis", Title: "down", At: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC),
			}),
		},
		{
			"component health", "ComponentHealthUpdated", `[{"name":"redis","status":2,"lastCheck":"2026-11-22T23:38:22.5106711Z","responseTimeMs":1.5,"errorMessage":"refused"}]`,
			one(event.ComponentReported{Component: "redis", Health: event.HealthUnhealthy, LatencyMS: 1.5, Error: "refused", At: testAt}),
		},
		{
			"alert rule", "AlertRuleUpdated", `[{"id":"r1","name":"memory","isEnabled":false}]`,
			one(event.ConfigurationChanged{Category: "alert rule", Setting: "r1", New: "off: memory", At: testNow}),
		},
		{
			"alert rule gone", "AlertRuleDeleted", `["r1"]`,
			one(event.ConfigurationChanged{Category: "alert rule", Setting: "r1", New: "removed", At: testNow}),
		},
		{
			"suppression", "AlertSuppressionCreated", `[{"id":"s1","alertPattern":"mem*","isActive":true}]`,
			one(event.ConfigurationChanged{Category: "alert suppression", Setting: "s1", New: "changed: mem*", At: testNow}),
		},
		{
			"suppression gone", "AlertSuppressionCancelled", `["s1"]`,
			one(event.ConfigurationChanged{Category: "alert suppression", Setting: "s1", New: "removed", At: testNow}),
		},
		{"no active alert", "ActiveAlerts", `[[]]`, one(event.Reply{Target: "ActiveAlerts", Text: "no alert is active", At: testNow})},
		{
			"key created", "VirtualKeyCreated", `[{"keyId":7,"keyName":"Ann","isEnabled":true,` + stamp + `}]`,
			one(event.KeyChanged{Key: "7", Name: "Ann", Action: event.ActionCreated, At: testAt}),
		},
		{
			"key updated", "VirtualKeyUpdated", `[{"keyId":7,"keyName":"Ann","updatedProperties":["MaxBudget"],` + stamp + `}]`,
			one(event.KeyChanged{Key: "7", Name: "Ann", Action: event.ActionUpdated, Changes: []string{"MaxBudget"}, At: testAt}),
		},
		{
			"key deleted", "VirtualKeyDeleted", `[{"keyId":7,"keyName":"Ann","deletionReason":"left",` + stamp + `}]`,
			one(event.KeyChanged{Key: "7", Name: "Ann", Action: event.ActionDeleted, Changes: []string{"left"}, At: testAt}),
		},
		{
			"key status", "VirtualKeyStatusChanged", `[{"keyId":7,"keyName":"Ann","previousStatus":"Active","newStatus":"Disabled",` + stamp + `}]`,
			one(event.KeyChanged{Key: "7", Name: "Ann", Action: event.ActionDisabled, Changes: []string{"status: Disabled"}, At: testAt}),
		},
		{
			"key settings", "ConfigurationChanged", `[7,"VirtualKeySettings",["AllowedModels: 3 models","IsEnabled: True"]]`,
			one(event.KeyChanged{Key: "7", Action: event.ActionEnabled, Changes: []string{"AllowedModels: 3 models", "IsEnabled: True"}, At: testNow}),
		},
		{
			"other settings of a key", "ConfigurationChanged", `["7","Routing",["a","b"]]`,
			one(event.ConfigurationChanged{Category: "Routing", Setting: "virtualKey:7", New: "a, b", At: testNow}),
		},
		{"capabilities are a counter", "OnModelCapabilitiesDiscovered", `[{"providerName":"openai","modelCount":6}]`, nil},
		{"metrics are random", "ProviderHealthUpdate", `[[{"providerType":1,"status":"healthy"}]]`, nil},
	} {
		c.run(t, Options{Key: "7"})
	}
}

func TestGatewayTasks(t *testing.T) {
	image := event.TaskProgressed{
		Task: "t1", Medium: event.MediumImage, Status: event.TaskProcessing, Progress: -1, Remaining: -1, At: testAt,
	}
	with := func(f event.TaskProgressed, change func(*event.TaskProgressed)) []event.Event {
		change(&f)
		return one(f)
	}
	video, batch := image, image
	video.Medium, batch.Medium, batch.At = event.MediumVideo, event.MediumBatch, testNow
	for _, c := range []decodeCase{
		{
			"image storing", "ImageGenerationProgress",
			`[{"taskId":"t1","progressPercentage":100,"status":"storing","imagesCompleted":1,"totalImages":1,"message":null,` + stamp + `}]`,
			with(image, func(f *event.TaskProgressed) { f.Progress, f.Message = 100, "storing" }),
		},
		{
			"image cancelled", "ImageGenerationProgress",
			`[{"taskId":"t1","progressPercentage":0,"status":"cancelled","imagesCompleted":0,"totalImages":0,` + stamp + `}]`,
			with(image, func(f *event.TaskProgressed) { f.Status, f.Error = event.TaskFailed, "cancelled" }),
		},
		{
			"image started", "ImageGenerationStarted", `[{"taskId":"t1","prompt":"x","startedAt":"2026-11-22T23:38:22.5106711Z"}]`,
			with(image, func(f *event.TaskProgressed) { f.Progress = 0 }),
		},
		{
			"image cancelled by name", "ImageGenerationCancelled", `[{"taskId":"t1","reason":"by user","cancelledAt":"2026-11-22T23:38:22.5106711Z"}]`,
			with(image, func(f *event.TaskProgressed) { f.Status, f.Error, f.Message = event.TaskFailed, "cancelled", "by user" }),
		},
		{
			"image failed once", "ImageGenerationFailed", `[{"taskId":"t1","error":"no luck","isRetryable":false,"failedAt":"2026-11-22T23:38:22.5106711Z"}]`,
			with(image, func(f *event.TaskProgressed) {
				f.Error, f.Message = "no luck", "attempt failed; the gateway may try again"
			}),
		},
		{
			"video started: the estimate is none", "VideoGenerationStarted",
			`[{"taskId":"t1","provider":"pending","startedAt":"2026-11-22T23:38:22.5106711Z","estimatedSeconds":60}]`,
			with(video, func(f *event.TaskProgressed) { f.Progress = 0 }),
		},
		{
			"video queueing", "VideoGenerationProgress",
			`[{"taskId":"t1","status":"Queueing","progress":20,"message":null,"framesCompleted":null,` + stamp + `}]`,
			with(video, func(f *event.TaskProgressed) { f.Status, f.Progress = event.TaskQueued, 20 }),
		},
		{
			"video with the other name of progress", "VideoGenerationProgress",
			`[{"taskId":"t1","status":"Processing","progressPercentage":55,"message":"Generating video",` + stamp + `}]`,
			with(video, func(f *event.TaskProgressed) { f.Progress, f.Message = 55, "Generating video" }),
		},
		{
			"video completed", "VideoGenerationCompleted",
			`[{"taskId":"t1","status":"completed","videoUrl":"https://media.example/v.mp4","duration":0,"model":"","completedAt":"2026-11-22T23:38:22.5106711Z"}]`,
			with(video, func(f *event.TaskProgressed) {
				f.Status, f.Progress, f.Remaining, f.ResultURL = event.TaskCompleted, 100, 0, "https://media.example/v.mp4"
			}),
		},
		{
			"video failed for good", "VideoGenerationFailed", `[{"taskId":"t1","error":"x","isRetryable":true,"nextRetryAt":null,"failedAt":"2026-11-22T23:38:22.5106711Z"}]`,
			with(video, func(f *event.TaskProgressed) { f.Status, f.Error = event.TaskFailed, "x" }),
		},
		{
			"video to be tried again", "VideoGenerationFailed", `[{"taskId":"t1","error":"x","isRetryable":true,"nextRetryAt":"2026-11-22T23:39:22Z","failedAt":"2026-11-22T23:38:22.5106711Z"}]`,
			with(video, func(f *event.TaskProgressed) { f.Status, f.Error = event.TaskQueued, "x" }),
		},
		{
			"acknowledged progress", "TaskProgress", `[{"messageId":"m","taskId":"t1","progressPercentage":5,"statusMessage":"going","estimatedSecondsRemaining":9,` + stamp + `}]`,
			with(video, func(f *event.TaskProgressed) { f.Progress, f.Message, f.Remaining = 5, "going", 9 }),
		},
		{
			"acknowledged failure", "TaskCompleted", `[{"messageId":"m","taskId":"t1","isSuccess":false,"errorMessage":"x",` + stamp + `}]`,
			with(video, func(f *event.TaskProgressed) { f.Status, f.Error = event.TaskFailed, "x" }),
		},
		{
			"batch failed", "TaskFailed", `["t1","aborted",true]`,
			with(batch, func(f *event.TaskProgressed) { f.Status, f.Error = event.TaskFailed, "aborted" }),
		},
		{
			"batch cancelled", "TaskCancelled", `["t1",null]`,
			with(batch, func(f *event.TaskProgressed) { f.Status, f.Error = event.TaskFailed, "cancelled" }),
		},
		{
			"batch timed out", "TaskTimedOut", `["t1",90]`,
			with(batch, func(f *event.TaskProgressed) { f.Status, f.Error = event.TaskFailed, "timed out after 1m30s" }),
		},
		{
			"batch retrying", "TaskRetrying", `["t1",2,"00:00:05"]`,
			with(batch, func(f *event.TaskProgressed) { f.Status, f.Message = event.TaskQueued, "attempt 2 in 5s" }),
		},
		{
			"batch completed in part", "TaskCompleted",
			`["t1",{"operationType":"key_update","status":3,"totalItems":3,"successCount":2,"failedCount":1,"errors":[{"itemIdentifier":"VKey-999","error":"not found"}]}]`,
			with(batch, func(f *event.TaskProgressed) {
				f.Status, f.Progress, f.Remaining = event.TaskCompleted, 100, 0
				f.Message, f.Error = "1 of 3 items failed", "VKey-999: not found"
			}),
		},
		{
			"batch of spends", "TaskCompleted",
			`["t1",{"operationType":"spend_update","status":3,"totalItems":3,"successCount":2,"failedCount":1,"errors":[{"itemIdentifier":"VKey-9","error":"x"}],"processedItems":[{"success":true,"itemIdentifier":"VKey-1","data":{"virtualKeyId":1,"amount":2.25}},{"success":true,"data":{"virtualKeyId":3,"amount":"0.5"}},{"success":false,"data":null},{"success":true,"data":{"virtualKeyId":4,"amount":-1}}]}]`,
			append(with(batch, func(f *event.TaskProgressed) {
				f.Status, f.Progress, f.Remaining = event.TaskCompleted, 100, 0
				f.Message, f.Error = "1 of 3 items failed", "VKey-9: x"
				f.Charges = []event.BatchCharge{{Key: "1", Amount: event.USD(2.25)}, {Key: "3", Amount: event.USD(0.5)}}
			}), event.RefreshAdvised{Topic: event.RefreshSpend, Reason: "a batch charged virtual keys", At: testNow}),
		},
		{
			"batch of which all failed", "TaskCompleted", `["t1",{"status":3,"totalItems":1,"failedCount":1,"errors":[]}]`,
			with(batch, func(f *event.TaskProgressed) {
				f.Status, f.Progress, f.Remaining, f.Message = event.TaskFailed, 100, 0, "1 of 1 items failed"
			}),
		},
		{
			"batch operation progress", "BatchOperationProgress",
			`[{"operationId":"t1","processedCount":1,"progressPercentage":0,"estimatedTimeRemaining":"00:00:12.5000000","message":"half",` + stamp + `}]`,
			with(batch, func(f *event.TaskProgressed) { f.Remaining, f.Message, f.At = 12.5, "half", testAt }),
		},
		{
			"batch operation completed", "BatchOperationCompleted",
			`[{"operationId":"t1","operationType":"x","status":"Completed","totalItems":1,"failedCount":0,"errors":[],"resultSummary":"ok","completedAt":"2026-11-22T23:38:22.5106711Z"}]`,
			with(batch, func(f *event.TaskProgressed) {
				f.Status, f.Progress, f.Remaining, f.Message, f.At = event.TaskCompleted, 100, 0, "ok", testAt
			}),
		},
		{
			"batch operation failed", "BatchOperationFailed", `[{"operationId":"t1","error":"boom","failedAt":"2026-11-22T23:38:22.5106711Z"}]`,
			with(batch, func(f *event.TaskProgressed) { f.Status, f.Error, f.At = event.TaskFailed, "boom", testAt }),
		},
		{
			"batch operation cancelled", "BatchOperationCancelled", `[{"operationId":"t1","reason":"user","cancelledAt":"2026-11-22T23:38:22.5106711Z"}]`,
			with(batch, func(f *event.TaskProgressed) {
				f.Status, f.Error, f.Message, f.At = event.TaskFailed, "cancelled", "user", testAt
			}),
		},
	} {
		c.run(t, Options{Key: "7"})
	}
}

func TestWebhooks(t *testing.T) {
	const u = `"url":"https://user:pw@hooks.example:8443/services/T0/SECRET?x=1"`
	for _, c := range []decodeCase{
		{
			"delivered", "DeliverySucceeded", `[{` + u + `,"statusCode":200,"attemptCount":0,"totalAttempts":2,` + stamp + `}]`,
			one(event.WebhookReported{Host: "hooks.example", Outcome: event.WebhookDelivered, Status: 200, Attempt: 2, Final: true, At: testAt}),
		},
		{
			"failed", "DeliveryFailed",
			`[{` + u + `,"error":"","statusCode":503,"attemptCount":0,"isFinal":false,"errorMessage":"busy","attemptNumber":3,"isPermanentFailure":true,` + stamp + `}]`,
			one(event.WebhookReported{Host: "hooks.example", Outcome: event.WebhookFailed, Status: 503, Attempt: 3, Final: true, Error: "busy", At: testAt}),
		},
		{
			"retry", "RetryScheduled", `[{` + u + `,"nextAttemptNumber":2,"reason":"busy"}]`,
			one(event.WebhookReported{Host: "hooks.example", Outcome: event.WebhookRetrying, Attempt: 2, Error: "busy", At: testNow}),
		},
		{
			"attempt", "DeliveryAttempted", `[{` + u + `,"attemptNumber":1}]`,
			one(event.WebhookReported{Host: "hooks.example", Outcome: event.WebhookAttempted, Attempt: 1, At: testNow}),
		},
		{
			"breaker", "CircuitBreakerStateChanged", `[{` + u + `,"previousState":"Closed","currentState":"Open","reason":"5 failures",` + stamp + `}]`,
			one(event.GatewayAlert{
				Category: event.AlertWebhook, Severity: event.SeverityWarning, State: event.AlertActive,
				Component: "hooks.example", Title: "webhook circuit breaker Open", Message: "5 failures", At: testAt,
			}),
		},
		{"no address", "DeliveryFailed", `[{"url":"nowhere"}]`, one(unread("DeliveryFailed", "url: not an address", `[{"url":"nowhere"}]`))},
	} {
		c.run(t, Options{})
	}
}

// TestBudgetAlertByDialect: the same words mean three things.
func TestBudgetAlertByDialect(t *testing.T) {
	const args = `[{` + stamp + `,"alertType":"budget_exceeded","message":"Budget limit reached","currentSpend":21.00000000,` +
		`"budgetLimit":19.50000000,"percentageUsed":107.6923076923077,"severity":"critical","recommendations":[],"budgetPeriodEnd":null}]`
	read := event.RefreshAdvised{Topic: event.RefreshBudget, Key: "7", Reason: "the gateway sent a budget alert", At: testAt}
	differs := read
	differs.Reason += " of 107.69 %, though by its own amounts 51.85 % are used"
	for _, c := range []struct {
		dialect Dialect
		want    []event.Event
	}{
		{DialectAugust, []event.Event{differs}},
		{DialectJuly, []event.Event{read, event.SpendLimitReported{
			Key: "7", Spend: event.USD(21), Limit: event.USD(19.5), Ratio: 1.0769230769230769,
			Severity: event.SeverityCritical, Message: "Budget limit reached", At: testAt,
		}}},
		{DialectUnknown, []event.Event{read, event.SpendLimitReported{ // 21 of 40.50, not of 19.50
			Key: "7", Ratio: 21 / 40.5, Severity: event.SeverityInfo, At: testAt,
		}}},
	} {
		decodeCase{c.dialect.String(), "BudgetAlert", args, c.want}.run(t, Options{Key: "7", Dialect: c.dialect})
	}
	decodeCase{"no key", "BudgetAlert", args, one(event.Unrecognised{
		Hub: "any", Target: "BudgetAlert", Reason: "virtual key: this event names none and the connection's is not known",
		Sample: args[:199] + "…", Bytes: len(args), At: testNow,
	})}.run(t, Options{Dialect: DialectJuly})
}

// TestKeyStatusByDialect: in August the numbers are the group's.
func TestKeyStatusByDialect(t *testing.T) {
	const args = `[{"keyId":1,"keyName":"platform-api","isEnabled":true,"currentSpend":0.02200000,"maxBudget":249.97800000,` +
		`"budgetPercentage":null,"createdAt":"2026-11-22T22:16:10.385748Z","expiresAt":"2027-01-01T00:00:00Z",` + stamp + `}]`
	bare := event.KeyRead{
		Key: "1", Name: "platform-api", Enabled: event.Known(true), Expires: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), At: testAt,
	}
	full := bare
	full.Spend, full.HasSpend, full.Limit = event.USD(0.022), true, event.Known(event.USD(249.978))
	for dialect, want := range map[Dialect]event.KeyRead{DialectAugust: bare, DialectUnknown: bare, DialectJuly: full} {
		decodeCase{dialect.String(), "VirtualKeyStatus", args, one(want)}.run(t, Options{Dialect: dialect})
	}
}

func TestDialectIsLearned(t *testing.T) {
	for _, c := range []struct {
		target, args string
		want         Dialect
	}{
		{"SpendUpdate", contractSpend, DialectContract},
		{"SpendUpdate", gatewaySpend, DialectUnknown},
		{"InitialProviderHealth", `[{}]`, DialectJuly},
		{"OnProviderHealthChanged", `[{"provider":"openai","status":"Healthy"}]`, DialectJuly},
		{"OnProviderHealthChanged", `[{"providerId":1,"status":"Healthy"}]`, DialectUnknown},
		{"NewModelsDiscovered", `[{"provider":"openai","newModels":[{"modelId":"a"}]}]`, DialectJuly},
		{"SpendUpdate", `[{"virtualKeyId":1}]`, DialectUnknown},
	} {
		d := New(Options{Key: "7"})
		collect(d, "h", c.target, []byte(c.args), testNow)
		if got := d.Dialect(); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.target, c.args, got, c.want)
		}
		d.SetDialect(DialectAugust)
		if got := d.Dialect(); got != DialectAugust {
			t.Errorf("told it is %s, says %s", DialectAugust, got)
		}
	}
}

// TestRepeatsOnOneConnection: July sends a subscribed provider's updates twice
// with one id; a spend with a known request id is not booked again.
func TestRepeatsOnOneConnection(t *testing.T) {
	d := New(Options{Key: "7", Dialect: DialectAugust})
	var got []event.Event
	for range 2 {
		got = append(got, collect(d, "admin", "ProviderHealthUpdate",
			[]byte(`[{"provider":"openai","status":"Unhealthy","id":"a"}]`), testNow)...)
		got = append(got, collect(d, "spend", "SpendUpdate", []byte(gatewaySpend), benchNow)...)
		got = append(got, collect(d, "x", "OnModelMappingChanged",
			[]byte(`[{"mappingId":1,"changeType":"Created","id":"b"}]`), testNow)...)
	}
	if len(got) != 3 || d.Counts().DuplicateIDs != 3 {
		t.Errorf("%d events, counts %+v: %s", len(got), d.Counts(), cmp.Diff(nil, got))
	}
	for i := range 3 * maxSeen {
		d.isRepeatedID(time.Duration(i).String())
	}
	if d.recentIDs.Len() != maxSeen {
		t.Errorf("remembers %d ids, want %d", d.recentIDs.Len(), maxSeen)
	}
}
