package wire

// Why a known target carries no event.
const (
	placeholder = "the gateway fills it with random numbers"
	readCounter = "sent whenever anybody reads the model list, changed or not"
	aggregate   = "a sum over many requests; spend is read where it is exact"
	perItem     = "one item of a batch; the batch tells its own progress"
	tally       = "counters without a state; security alerts come by themselves"
)

// ignoredRows are the targets that carry no event.
var ignoredRows = map[string]row{
	"OnModelCapabilitiesDiscovered": {ignored: readCounter},
	"SpendSummary":                  {ignored: aggregate},
	"BatchItemCompleted":            {ignored: perItem},
	"UsageMetrics":                  {ignored: aggregate},
	"CostAnalytics":                 {ignored: aggregate},
	"PerformanceMetrics":            {ignored: aggregate},
	"ErrorAnalytics":                {ignored: aggregate},
	"GlobalUsageMetrics":            {ignored: aggregate},
	"GlobalCostAnalytics":           {ignored: aggregate},
	"GlobalPerformanceMetrics":      {ignored: aggregate},
	"GlobalErrorAnalytics":          {ignored: aggregate},
	"MetricsSnapshot":               {ignored: placeholder},
	"HttpMetricsUpdate":             {ignored: placeholder},
	"InfrastructureMetricsUpdate":   {ignored: placeholder},
	"BusinessMetricsUpdate":         {ignored: placeholder},
	"MetricAlerts":                  {ignored: placeholder},
	"SecurityMetricsUpdate":         {ignored: tally},
	"ModelCapabilityUpdate":         {ignored: readCounter},
}
