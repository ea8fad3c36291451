package wire

import (
	"maps"
	"slices"
	"sync"

	"gatewatch/internal/event"
)

// row says how the arguments of one target are read. The forms are tried in
// this order: an object as first argument, an array as first argument,
// positional arguments. A row with ignored set carries no fact, and says why.
type row struct {
	object     func(d *Decoder, b []byte, list bool) outcome
	list       func(d *Decoder, v value)
	positional func(d *Decoder, args []value)
	ignored    string
}

// wants says which form was expected.
func (r *row) wants() string {
	switch {
	case r.object != nil && r.positional != nil:
		return "neither an object nor positional"
	case r.object != nil && r.list != nil:
		return "neither an object nor an array"
	case r.object != nil:
		return "not an object"
	case r.list != nil:
		return "not an array"
	}
	return "not positional"
}

// wireStruct is a pointer to a struct of raw fields.
type wireStruct[T any] interface {
	*T
	slots
}

// object makes a form that fills a wire struct and has read turn it into
// facts. read must not keep the struct or its values.
func object[T any, P wireStruct[T]](read func(d *Decoder, w P)) func(*Decoder, []byte, bool) outcome {
	pool := sync.Pool{New: func() any { return P(new(T)) }}
	return func(d *Decoder, b []byte, list bool) outcome {
		w, _ := pool.Get().(P)
		out := d.fill(b, list, w, nil)
		if out == filled {
			read(d, w)
		}
		*w = *new(T)
		pool.Put(w)
		return out
	}
}

// frequent is object for targets that come by the thousand: it remembers in
// which order their fields come. The slots must lie in the wire struct itself,
// and read must not decode another message of the target.
func frequent[T any, P wireStruct[T]](read func(d *Decoder, w P)) func(*Decoder, []byte, bool) outcome {
	type kept struct {
		fields T
		usual  order // points into fields
	}
	of := new(byte)
	return func(d *Decoder, b []byte, list bool) outcome {
		f, _ := d.form(of).(*kept)
		if f == nil {
			f = new(kept)
			d.forms = append(d.forms, form{of, f})
		}
		out := d.fill(b, list, P(&f.fields), &f.usual)
		if out == filled {
			read(d, &f.fields)
		}
		f.fields = *new(T)
		return out
	}
}

// form is what a decoder keeps of one frequent target, to fill again.
type form struct {
	of   *byte // which target's
	kept any
}

// form is what was kept of a target; nil if nothing was.
func (d *Decoder) form(of *byte) any {
	for i := range d.forms {
		if d.forms[i].of == of {
			return d.forms[i].kept
		}
	}
	return nil
}

// Target describes one target that this version knows.
type Target struct {
	Name string
	// Ignored says why it carries no fact; "" if it does.
	Ignored string
}

// Targets lists what this version knows, sorted by name.
func Targets() []Target {
	all := make([]Target, 0, len(table))
	for _, name := range slices.Sorted(maps.Keys(table)) {
		all = append(all, Target{Name: name, Ignored: table[name].ignored})
	}
	return all
}

// Why a known target carries no fact.
const (
	placeholder = "the gateway fills it with random numbers"
	readCounter = "sent whenever anybody reads the model list, changed or not"
	aggregate   = "a sum over many requests; spend is read where it is exact"
	perItem     = "one item of a batch; the batch tells its own progress"
	tally       = "counters without a state; security alerts come by themselves"
)

// table is every target that is known, on whatever hub it comes. Names differ
// between hubs only in their shape, which the forms tell apart.
var table = map[string]row{
	// The contract, and what a real gateway sends under the same names.
	"NavigationStateUpdate":   {object: object(readNavigation)},
	"NavigationStateUpdated":  {object: object(readNavigation)},
	"VideoGenerationProgress": {object: frequent(readTaskProgress(event.MediumVideo))},
	"ImageGenerationProgress": {object: frequent(readTaskProgress(event.MediumImage))},
	"SpendUpdate":             {object: frequent(readSpendUpdate)},
	"SpendLimitAlert":         {object: object(readSpendLimit)},
	"ModelDiscovered":         {object: object(readDiscovery)},
	"ProviderHealthChange":    {object: object(readProviderHealth)},
	"ProviderHealthChanged":   {object: object(readProviderHealth)},
	"VirtualKeyUpdate":        {object: object(readKeyEvent)},
	"VirtualKeyEvent":         {object: object(readKeyEvent)},
	"ConfigurationChange":     {object: object(readConfiguration)},
	"ConfigurationChanged":    {object: object(readConfiguration), positional: readKeySettings},

	// notifications
	"OnModelMappingChanged":         {object: object(readMappingChanged)},
	"Onmodel_mapping_changed":       {object: object(readMappingChanged)},
	"OnProviderHealthChanged":       {object: object(readProviderHealth)},
	"Onprovider_health":             {object: object(readProviderHealth)},
	"OnModelCapabilitiesDiscovered": {ignored: readCounter},
	"OnModelAvailabilityChanged":    {object: object(readModelChange(event.ModelAvailability))},
	"Onmodel_availability_changed":  {object: object(readModelChange(event.ModelAvailability))},
	"OnModelUpdate":                 {object: object(readModelUpdate)},
	"RateLimitWarning":              {object: object(readRateLimitObject), positional: readRateLimit},
	"Onrate_limit":                  {object: object(readRateLimitObject)},
	"SystemAnnouncement":            {object: object(readAnnouncement), positional: readAnnounced},
	"Onsystem_announcement":         {object: object(readAnnouncement)},
	"ServiceDegraded":               {object: object(readService(event.HealthDegraded)), positional: readServiceDegraded},
	"Onservice_degradation":         {object: object(readService(event.HealthDegraded))},
	"ServiceRestored":               {object: object(readService(event.HealthHealthy)), positional: readServiceRestored},
	"Onservice_restoration":         {object: object(readService(event.HealthHealthy))},
	"PreferencesUpdated":            answers(),

	// spend
	"BudgetAlert":             {object: object(readBudgetAlert)},
	"UnusualSpendingDetected": {object: object(readUnusualSpending)},
	"SpendSummary":            {ignored: aggregate},

	// tasks
	"TaskStarted":             {positional: readBatchStarted},
	"TaskProgress":            {object: object(readTaskProgress(event.MediumVideo)), positional: readBatchProgress},
	"TaskCompleted":           {object: object(readTaskCompleted(event.MediumVideo)), positional: readBatchCompleted},
	"TaskFailed":              {positional: readBatchFailed},
	"TaskCancelled":           {positional: readBatchCancelled},
	"TaskTimedOut":            {positional: readBatchTimedOut},
	"TaskRetrying":            {positional: readBatchRetrying},
	"BatchOperationStarted":   {object: object(readBatchOperation(event.TaskProcessing, ""))},
	"BatchOperationProgress":  {object: object(readBatchOperation(event.TaskProcessing, ""))},
	"BatchOperationCompleted": {object: object(readBatchOperation(event.TaskCompleted, ""))},
	"BatchOperationFailed":    {object: object(readBatchOperation(event.TaskFailed, "failed"))},
	"BatchOperationCancelled": {object: object(readBatchOperation(event.TaskFailed, "cancelled"))},
	"BatchItemCompleted":      {ignored: perItem},

	// image-generation, video-generation
	"ImageGenerationStarted":   {object: object(readTaskStarted(event.MediumImage))},
	"ImageGenerationCompleted": {object: object(readTaskCompleted(event.MediumImage))},
	"ImageGenerationFailed":    {object: object(readImageFailed)},
	"ImageGenerationCancelled": {object: object(readTaskCancelled(event.MediumImage))},
	"VideoGenerationStarted":   {object: object(readTaskStarted(event.MediumVideo))},
	"VideoGenerationCompleted": {object: object(readTaskCompleted(event.MediumVideo))},
	"VideoGenerationFailed":    {object: object(readVideoFailed)},
	"VideoGenerationCancelled": {object: object(readTaskCancelled(event.MediumVideo))},

	// webhooks
	"DeliveryStatisticsUpdated":  {object: object(readStatistics)},
	"DeliverySucceeded":          {object: object(readDelivery(event.WebhookDelivered))},
	"DeliveryFailed":             {object: object(readDelivery(event.WebhookFailed))},
	"DeliveryAttempted":          {object: object(readDelivery(event.WebhookAttempted))},
	"RetryScheduled":             {object: object(readDelivery(event.WebhookRetrying))},
	"CircuitBreakerStateChanged": {object: object(readCircuitBreaker)},
	"StatisticsRequested":        answers(),
	"Error":                      answers(),

	// virtual-key-management
	"VirtualKeyStatus":              {object: object(readKeyStatus)},
	"VirtualKeyCreated":             {object: object(readKeyAction(event.ActionCreated))},
	"VirtualKeyUpdated":             {object: object(readKeyAction(event.ActionUpdated))},
	"VirtualKeyDeleted":             {object: object(readKeyAction(event.ActionDeleted))},
	"VirtualKeyStatusChanged":       {object: object(readKeyStatusChanged)},
	"SubscribedToKeyManagement":     answers(),
	"UnsubscribedFromKeyManagement": answers(),

	// usage-analytics
	"UsageMetrics":                    {ignored: aggregate},
	"CostAnalytics":                   {ignored: aggregate},
	"PerformanceMetrics":              {ignored: aggregate},
	"ErrorAnalytics":                  {ignored: aggregate},
	"GlobalUsageMetrics":              {ignored: aggregate},
	"GlobalCostAnalytics":             {ignored: aggregate},
	"GlobalPerformanceMetrics":        {ignored: aggregate},
	"GlobalErrorAnalytics":            {ignored: aggregate},
	"AnalyticsSummary":                answers(),
	"SubscribedToAnalytics":           answers(),
	"UnsubscribedFromAnalytics":       answers(),
	"SubscribedToGlobalAnalytics":     answers(),
	"UnsubscribedFromGlobalAnalytics": answers(),

	// metrics
	"MetricsSnapshot":             {ignored: placeholder},
	"HttpMetricsUpdate":           {ignored: placeholder},
	"InfrastructureMetricsUpdate": {ignored: placeholder},
	"BusinessMetricsUpdate":       {ignored: placeholder},
	"MetricAlerts":                {ignored: placeholder},

	// health-monitoring, security-monitoring
	"SystemHealthSnapshot":      {object: object(readHealthSnapshot)},
	"ActiveAlerts":              {list: readHealthAlerts},
	"NewAlert":                  {object: object(readHealthAlert)},
	"ComponentAlert":            {object: object(readHealthAlert)},
	"AlertAcknowledged":         {object: object(readAlertDone(event.AlertAcknowledged))},
	"AlertResolved":             {object: object(readAlertDone(event.AlertResolved))},
	"AlertRuleUpdated":          {object: object(readAlertRule("alert rule"))},
	"AlertRuleDeleted":          {positional: readAlertRuleGone("alert rule")},
	"AlertSuppressionCreated":   {object: object(readAlertRule("alert suppression"))},
	"AlertSuppressionCancelled": {positional: readAlertRuleGone("alert suppression")},
	"ComponentHealthUpdated":    {object: object(readComponent)},
	"SecurityMetricsUpdate":     {ignored: tally},

	// admin-notifications
	"HighSpendAlert":             {object: object(readHighSpend)},
	"SecurityAlert":              {object: object(readSecurityAlert)},
	"ModelCapabilityUpdate":      {ignored: readCounter},
	"InitialProviderHealth":      {object: object(readProviderRecords)},
	"ProviderHealthRefreshed":    {object: object(readProviderRecords)},
	"ProviderHealthStatus":       {object: object(readProviderRecord)},
	"ProviderHealthUpdate":       {object: object(readProviderHealth), list: readPlaceholder},
	"SubscribedToVirtualKey":     answers(),
	"UnsubscribedFromVirtualKey": answers(),
	"SubscribedToProvider":       answers(),
	"UnsubscribedFromProvider":   answers(),

	// model-discovery
	"NewModelsDiscovered":      {object: object(readDiscovery)},
	"ModelCapabilitiesChanged": {object: object(readModelChange(event.ModelCapabilities))},
	"ModelPricingUpdated":      {object: object(readModelChange(event.ModelPricing))},
	"RefreshRequested":         answers(),
}

// answers is the row of a reply, which may be an object or positional.
func answers() row { return row{object: object(readAnswer), positional: readAnswerArgs} }

// readPlaceholder counts the form of a target that the metrics hub fills with
// random numbers.
func readPlaceholder(d *Decoder, _ value) { d.counts.Ignored++ }
