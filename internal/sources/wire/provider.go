package wire

import (
	"strings"

	"gatewatch/internal/core/event"
)

// providerRows are the targets of providers and models.
var providerRows = map[string]row{
	"ModelDiscovered":              {object: object(readDiscovery)},
	"ProviderHealthChange":         {object: object(readProviderHealth)},
	"ProviderHealthChanged":        {object: object(readProviderHealth)},
	"OnProviderHealthChanged":      {object: object(readProviderHealth)},
	"Onprovider_health":            {object: object(readProviderHealth)},
	"OnModelAvailabilityChanged":   {object: object(readModelChange(event.ModelAvailability))},
	"Onmodel_availability_changed": {object: object(readModelChange(event.ModelAvailability))},
	"InitialProviderHealth":        {object: object(readProviderRecords)},
	"ProviderHealthRefreshed":      {object: object(readProviderRecords)},
	"ProviderHealthStatus":         {object: object(readProviderRecord)},
	"ProviderHealthUpdate":         {object: object(readProviderHealth), list: readPlaceholder},
	"NewModelsDiscovered":          {object: object(readDiscovery)},
	"ModelCapabilitiesChanged":     {object: object(readModelChange(event.ModelCapabilities))},
	"ModelPricingUpdated":          {object: object(readModelChange(event.ModelPricing))},
}

// maxModels bounds the models of one discovery; the largest catalogue known
// has 340.
const maxModels = 500

// providerHealth is a provider's health in any of its forms.
type providerHealth struct {
	id, name, provider, status, current, at     value
	latency, responseMS, err, details, issues   value
	notification, online, checkedAt, statusText value
	errorDetails, endpoint                      value
}

func (w *providerHealth) slot(name []byte) *value {
	switch string(name) {
	case "providerId":
		return &w.id
	case "providerName":
		return &w.name
	case "provider":
		return &w.provider
	case "status":
		return &w.status
	case "currentStatus":
		return &w.current
	case "timestamp":
		return &w.at
	case "latency", "latencyMs":
		return &w.latency
	case "responseTimeMs":
		return &w.responseMS
	case "error":
		return &w.err
	case "details":
		return &w.details
	case "issues":
		return &w.issues
	case "id":
		return &w.notification
	case "isOnline":
		return &w.online
	case "timestampUtc":
		return &w.checkedAt
	case "statusMessage":
		return &w.statusText
	case "errorDetails":
		return &w.errorDetails
	case "endpointUrl":
		return &w.endpoint
	}
	return nil
}

// readProviderHealth reads the contract's event and the real gateway's
// notifications. The gateway of July names providers and gives no id: then
// the name is the id.
func readProviderHealth(d *Decoder, w *providerHealth) {
	july := w.id == nil && w.provider.given()
	id, name := d.id(w.id), d.text(firstGiven(w.name, w.provider))
	if id == "" {
		id = name
	}
	if id == "" {
		d.wrong("providerId", "missing")
	}
	health := d.health("status", firstGiven(w.status, w.current))
	if d.bad != "" {
		return
	}
	if d.isRepeatedID(d.fresh(w.notification)) {
		d.counts.DuplicateIDs++
		return
	}
	if july {
		d.inferDialect(DialectJuly)
		health = checked(name, health)
	}
	d.emitEvent(event.ProviderHealthChanged{
		Provider: event.ProviderID(id), Name: name, Health: health,
		LatencyMS: firstGiven(w.latency, w.responseMS).optional(),
		Error:     d.healthError(w), At: d.timestampOrNow(w.at),
	})
}

// health reads a provider's state.
func (d *Decoder) health(field string, v value) event.Health {
	if !d.need(field, v) {
		return ""
	}
	switch d.word(v, "healthy", "degraded", "unhealthy", "unknown") {
	case "healthy", "online", "up":
		return event.HealthHealthy
	case "degraded":
		return event.HealthDegraded
	case "unhealthy", "offline", "down":
		return event.HealthUnhealthy
	case "unknown":
		return event.HealthUnknown
	case "disabled":
		return event.HealthDisabled
	}
	d.wrong(field, "not a health")
	return ""
}

// checked corrects the health of a provider that the gateway of July calls
// healthy without ever asking it: it checks three vendors only.
func checked(name string, h event.Health) event.Health {
	if h != event.HealthHealthy {
		return h
	}
	switch strings.ToLower(name) {
	case "openai", "anthropic", "google":
		return h
	}
	return event.HealthUnknown
}

// healthError is the text of what is wrong; the name of a .NET type, which one
// gateway sends in its place, is none.
func (d *Decoder) healthError(w *providerHealth) string {
	s := d.text(firstGiven(w.err, w.details, w.issues))
	if s == "[]" || strings.HasPrefix(s, "System.") {
		return ""
	}
	return s
}

// readProviderRecord reads the last check of one provider (July).
func readProviderRecord(d *Decoder, w *providerHealth) {
	name := d.needText("providerName", w.name)
	d.need("status", w.status)
	health := event.Health("")
	switch d.word(w.status, "online", "offline", "unknown") {
	case "online", "healthy":
		health = event.HealthHealthy
	case "offline", "unhealthy":
		health = event.HealthUnhealthy
	case "unknown":
		health = event.HealthUnknown
	default:
		d.wrong("status", "not a status of a check")
	}
	if d.bad != "" {
		return
	}
	d.inferDialect(DialectJuly)
	ev := event.ProviderHealthChanged{
		Provider: event.ProviderID(name), Name: name, Health: health,
		LatencyMS: w.responseMS.optional(), At: d.past(w.checkedAt),
	}
	if d.text(w.endpoint) == "Unknown" { // nothing was asked
		ev.Health, ev.LatencyMS = event.HealthUnknown, -1
	}
	if ev.Health == event.HealthUnhealthy {
		ev.Error = d.text(firstGiven(w.errorDetails, w.statusText))
	}
	d.emitEvent(ev)
}

// providerRecords is an object of provider records by name.
type providerRecords struct {
	records []value
	index   map[string]int // by name: the last of two with one name stands
}

func (w *providerRecords) slot(name []byte) *value {
	i, known := w.index[string(name)]
	if !known {
		if w.index == nil {
			w.index = map[string]int{}
		}
		i = len(w.records)
		w.index[string(name)] = i
		w.records = append(w.records, nil)
	}
	return &w.records[i]
}

var providerRecord = object(readProviderRecord)

// readProviderRecords reads all last checks at once (July). An empty object
// says that nothing is monitored, which says nothing of any provider.
func readProviderRecords(d *Decoder, w *providerRecords) {
	d.inferDialect(DialectJuly)
	if len(w.records) == 0 {
		d.emitEvent(event.Reply{Target: d.target, Text: "no provider is monitored", At: d.now})
		return
	}
	for _, r := range w.records {
		if providerRecord(d, r, false) != filled {
			d.wrong("providers", "not an object of records")
		}
	}
}

// discovery is models found, in the contract's, the SDK's or July's form.
type discovery struct {
	id, name, provider, models, model, newModels, at, foundAt value
}

func (w *discovery) slot(name []byte) *value {
	switch string(name) {
	case "providerId":
		return &w.id
	case "providerName":
		return &w.name
	case "provider":
		return &w.provider
	case "modelsDiscovered":
		return &w.models
	case "model":
		return &w.model
	case "newModels":
		return &w.newModels
	case "timestamp":
		return &w.at
	case "discoveredAt":
		return &w.foundAt
	}
	return nil
}

func readDiscovery(d *Decoder, w *discovery) {
	id, name := d.id(w.id), d.text(firstGiven(w.name, w.provider))
	if id == "" {
		id = name
	}
	if id == "" {
		d.wrong("providerId", "missing")
	}
	var models []string
	switch list := firstGiven(w.models, w.newModels); {
	case list != nil:
		models = d.models(list)
	case w.model.given():
		models = []string{d.modelName("model", w.model)}
	default:
		d.wrong("modelsDiscovered", "missing")
	}
	if d.bad == "" && w.newModels != nil {
		d.inferDialect(DialectJuly)
	}
	d.emitEvent(event.ModelsDiscovered{
		Provider: event.ProviderID(id), Name: name, Models: models, At: d.timestampOrNow(w.at, w.foundAt),
	})
}

// models reads a list of names or of objects that hold one.
func (d *Decoder) models(list value) []string {
	models := []string{}
	out := d.each(list, func(v value) {
		if len(models) < maxModels {
			models = append(models, d.modelName("modelsDiscovered", v))
		} else {
			d.counts.Cleaned++
		}
	})
	if out != filled {
		d.wrong("modelsDiscovered", "not a list")
	}
	return models
}

// modelRef is an object that stands for a model.
type modelRef struct{ modelID, id, name value }

func (w *modelRef) slot(name []byte) *value {
	switch string(name) {
	case "modelId":
		return &w.modelID
	case "id":
		return &w.id
	case "name", "displayName":
		return &w.name
	}
	return nil
}

func (d *Decoder) modelName(field string, v value) string {
	if v.kind() == '{' {
		var w modelRef
		d.fill(v, false, &w, nil)
		v = firstGiven(w.modelID, w.id, w.name)
	}
	s := d.id(v)
	if s == "" {
		d.wrong(field, "holds something that is no model")
	}
	return s
}

// modelChange is a change of a known model.
type modelChange struct {
	provider, model, changes, percentage, available, at, changedAt, updatedAt value
}

func (w *modelChange) slot(name []byte) *value {
	switch string(name) {
	case "provider":
		return &w.provider
	case "modelId":
		return &w.model
	case "changes":
		return &w.changes
	case "percentageChange":
		return &w.percentage
	case "isAvailable":
		return &w.available
	case "timestamp":
		return &w.at
	case "changedAt":
		return &w.changedAt
	case "updatedAt":
		return &w.updatedAt
	}
	return nil
}

// readModelChange makes a reader for one aspect.
func readModelChange(aspect event.ModelAspect) func(*Decoder, *modelChange) {
	return func(d *Decoder, w *modelChange) {
		ev := event.ModelChanged{
			Provider: event.ProviderID(d.id(w.provider)), Model: d.needID("modelId", w.model),
			Aspect: aspect, At: d.timestampOrNow(w.at, w.changedAt, w.updatedAt),
		}
		switch aspect {
		case event.ModelAvailability:
			is, ok := w.available.truth()
			if !ok {
				d.wrong("isAvailable", "missing or not a boolean")
			}
			ev.Changes = []string{"not available"}
			if is {
				ev.Changes[0] = "available"
			}
		case event.ModelCapabilities:
			ev.Changes = d.changes(w.changes)
		case event.ModelPricing:
			if w.percentage.given() {
				ev.Changes = []string{"price changed by " + d.text(w.percentage) + " %"}
			}
		}
		d.emitEvent(ev)
	}
}

// readPlaceholder counts the form of a target that the metrics hub fills with
// random numbers.
func readPlaceholder(d *Decoder, _ value) { d.counts.Ignored++ }
