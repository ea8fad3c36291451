package state

import (
	"fmt"
	"strings"

	"gatewatch/internal/event"
)

// Describe gives an event's severity and one plain sentence for the event
// list. Names of the gateway stand in it as text; they were cleaned when they
// were read.
func Describe(env event.Envelope) (event.Severity, string) {
	switch b := env.Body.(type) {
	case *event.SpendRecorded:
		return event.SeverityInfo, describeSpend(b)
	case event.SpendLimitReported:
		return b.Severity, fmt.Sprintf("The gateway says key %s used %s of %s%s", named(b.Name, string(b.Key)),
			dollars(b.Spend), dollars(b.Limit), percent(b.Ratio))
	case event.KeyRead:
		return event.SeverityInfo, fmt.Sprintf("Key %s was read", named(b.Name, string(b.Key)))
	case event.GroupRead:
		if b.Gone {
			return event.SeverityInfo, fmt.Sprintf("Group %s was deleted", named(b.Name, string(b.Group)))
		}
		return event.SeverityInfo, fmt.Sprintf("Group %s has a balance of %s", named(b.Name, string(b.Group)), dollars(b.Balance))
	case event.GroupCredited:
		return event.SeverityInfo, fmt.Sprintf("Group %s was credited %s and has %s now", named(b.Name, string(b.Group)), dollars(b.Amount), dollars(b.Balance))
	case event.GroupDebited:
		return event.SeverityInfo, fmt.Sprintf("Group %s was debited %s for requests that its log does not show", named(b.Name, string(b.Group)), dollars(b.Amount))
	case event.ProviderHealthChanged:
		return describeHealth(b)
	case event.ModelsDiscovered:
		return event.SeverityInfo, fmt.Sprintf("%s: %s found", named(b.Name, string(b.Provider)), models(b.Models))
	case event.TaskProgressed:
		return describeTask(b)
	case event.NavigationChanged:
		return event.SeverityInfo, fmt.Sprintf("%s %s was %s", entity(b.Entity), named(b.Name, b.ID), b.Action)
	case event.NavigationCounted:
		return event.SeverityInfo, fmt.Sprintf("%d × %s", b.Count, strings.ToLower(entity(b.Entity)))
	case event.KeyChanged:
		return describeKey(b)
	case event.ConfigurationChanged:
		return event.SeverityInfo, fmt.Sprintf("Setting %s/%s is now %q, was %q", b.Category, b.Setting, b.New, b.Old)
	}
	return describeTraffic(env)
}

// describeTraffic has what was read of requests and of models.
func describeTraffic(env event.Envelope) (event.Severity, string) {
	switch b := env.Body.(type) {
	case event.TrafficMeasured:
		return event.SeverityInfo, fmt.Sprintf("Provider %s: %d of %d requests failed in the last hour", named(b.Name, string(b.Provider)), b.Hour.Failed, b.Hour.Requests)
	case event.AuditMeasured:
		return event.SeverityInfo, fmt.Sprintf("%d of %d calls in the last hour were not charged", b.Uncharged, b.Calls)
	case event.ModelsRead:
		return event.SeverityInfo, fmt.Sprintf("%s serves %s", named(b.Name, string(b.Provider)), models(b.Models))
	case event.ModelsRetired:
		return event.SeverityInfo, fmt.Sprintf("%s: %s retired", named(b.Name, string(b.Provider)), models(b.Models))
	case event.CredentialRejected:
		return event.SeverityWarning, fmt.Sprintf("Provider %s rejects the gateway's key: %d × %s in 10 minutes", named(b.Name, string(b.Provider)), b.Count, b.Reason)
	case event.CredentialAccepted:
		return event.SeverityInfo, fmt.Sprintf("Provider %s accepts the gateway's key again", named(b.Name, string(b.Provider)))
	}
	return describeOurs(env)
}

// describeOurs has the facts about our own connections.
func describeOurs(env event.Envelope) (event.Severity, string) {
	switch b := env.Body.(type) {
	case event.LinkChanged:
		return describeLink(b)
	case event.LinkMeasured:
		return event.SeverityInfo, fmt.Sprintf("Hub %s: %d events so far", b.Hub, b.Events)
	case event.LinksReset:
		return event.SeverityInfo, "The connections are made anew, or not any more"
	case event.Resynchronised:
		if b.First {
			return event.SeverityInfo, fmt.Sprintf("Hub %s: subscribed and read", b.Hub)
		}
		return event.SeverityInfo, fmt.Sprintf("Hub %s: resynchronised after %.1f s without events", b.Hub, float64(b.GapMS)/1000)
	case event.BacklogDropped:
		return event.SeverityWarning, fmt.Sprintf("Hub %s: %d messages were given up because Gatewatch was too slow", b.Hub, b.Count)
	case event.Unrecognised:
		return event.SeverityWarning, fmt.Sprintf("Hub %s sent %q, which cannot be read: %s", b.Hub, b.Target, b.Reason)
	}
	return describeReports(env)
}

// describeReports has what a gateway says of itself.
func describeReports(env event.Envelope) (event.Severity, string) {
	switch b := env.Body.(type) {
	case event.Heartbeat:
		return event.SeverityInfo, fmt.Sprintf("The stream %s is alive", b.Stream)
	case event.Reply:
		if b.Refused {
			return event.SeverityWarning, fmt.Sprintf("The gateway refused: %s %s", b.Target, b.Text)
		}
		return event.SeverityInfo, strings.TrimSpace("The gateway answered: " + b.Target + " " + b.Text)
	case event.GatewayAlert:
		return b.Severity, fmt.Sprintf("The gateway's own alert (%s, %s): %s", b.Category, b.State, named(b.Title, b.Message))
	case event.PartReported:
		sev, _ := describeHealth(event.ProviderHealthChanged{Health: b.Health})
		return sev, strings.TrimSuffix(fmt.Sprintf("The gateway says its %s is %s: %s", b.Part, b.Health, b.Error), ": ")
	case event.Asked:
		return describeAsked(env.Source, b)
	case event.KeyWatched:
		return describeWatched(b)
	case event.CoverageFound:
		return event.SeverityInfo, strings.TrimSuffix(fmt.Sprintf("%s: %s. %s", b.Topic, ways[b.Way], b.Reason), " ")
	case event.ReadAdvised:
		return event.SeverityInfo, fmt.Sprintf("Reading %s anew: %s", b.Topic, b.Reason)
	case event.ModelChanged:
		return event.SeverityInfo, fmt.Sprintf("Model %s: %s changed", b.Model, b.Aspect)
	case event.WebhookReported:
		if b.Outcome == event.WebhookFailed {
			return event.SeverityWarning, fmt.Sprintf("Webhook to %s failed: %s", b.Host, b.Error)
		}
		return event.SeverityInfo, fmt.Sprintf("Webhook to %s: %s", b.Host, b.Outcome)
	}
	return event.SeverityInfo, string(env.Body.Kind())
}

// ways says in words how a topic is seen.
var ways = map[event.Way]string{
	event.WayPushed: "told by the gateway", event.WayPolled: "read at intervals",
	event.WayNone: "not available", event.WayForbidden: "no permission",
}

func describeAsked(from *event.Source, b event.Asked) (event.Severity, string) {
	switch b.Outcome {
	case event.OutcomeGood:
		return event.SeverityInfo, fmt.Sprintf("%s is answered again", from)
	case event.OutcomeNone, event.OutcomeMissing:
		return event.SeverityInfo, strings.TrimSuffix(fmt.Sprintf("%s is not asked: %s", from, b.Cause), ": ")
	default:
		return event.SeverityWarning, strings.TrimSuffix(fmt.Sprintf("%s is not answered (%s): %s", from, b.Outcome, b.Cause), ": ")
	}
}

func describeSpend(b *event.SpendRecorded) string {
	if b.Amount == 0 {
		return fmt.Sprintf("Key %s has spent %s in all", named(b.Name, string(b.Key)), dollars(b.Total))
	}
	text := fmt.Sprintf("Key %s spent %s", named(b.Name, string(b.Key)), dollars(b.Amount))
	if b.Model != "" {
		text += " on " + b.Model
	}
	if b.HasTotal {
		text += ", " + dollars(b.Total) + " in all"
	}
	return text
}

func describeHealth(b event.ProviderHealthChanged) (event.Severity, string) {
	sev := event.SeverityInfo
	switch b.Health {
	case event.HealthUnhealthy:
		sev = event.SeverityCritical
	case event.HealthDegraded:
		sev = event.SeverityWarning
	case event.HealthHealthy, event.HealthUnknown, event.HealthDisabled:
	}
	text := fmt.Sprintf("Provider %s is %s", named(b.Name, string(b.Provider)), b.Health)
	if b.SwitchedOff {
		text += ", switched off by the gateway"
	}
	if b.Error != "" {
		text += ": " + b.Error
	}
	return sev, text
}

func describeTask(b event.TaskProgressed) (event.Severity, string) {
	text := fmt.Sprintf("%s task %s is %s", strings.ToUpper(string(b.Medium[:min(1, len(b.Medium))]))+string(b.Medium[min(1, len(b.Medium)):]), b.Task, b.Status)
	if b.Progress >= 0 && b.Status == event.TaskProcessing {
		text += fmt.Sprintf(", %.0f %%", b.Progress)
	}
	if b.Status == event.TaskFailed {
		if b.Error != "" {
			text += ": " + b.Error
		}
		return event.SeverityWarning, text
	}
	return event.SeverityInfo, text
}

func describeKey(b event.KeyChanged) (event.Severity, string) {
	text := fmt.Sprintf("Key %s was %s", named(b.Name, string(b.Key)), b.Action)
	if len(b.Changes) > 0 {
		text += ": " + strings.Join(b.Changes[:min(len(b.Changes), 8)], ", ")
	}
	if b.Action == event.ActionDeleted || b.Action == event.ActionDisabled {
		return event.SeverityWarning, text
	}
	return event.SeverityInfo, text
}

func describeLink(b event.LinkChanged) (event.Severity, string) {
	text := fmt.Sprintf("Hub %s: %s", b.Hub, b.State)
	if b.State == event.LinkConnected && b.Transport != "" {
		text += " over " + b.Transport
	}
	if b.Cause != "" {
		text += ". " + b.Cause
	}
	switch b.State {
	case event.LinkError, event.LinkReconnecting:
		if b.Class == "unsupported" {
			return event.SeverityInfo, text
		}
		return event.SeverityWarning, text
	case event.LinkConnected, event.LinkConnecting, event.LinkDisconnected:
	}
	return event.SeverityInfo, text
}

// named prefers a name to an id.
func named(name, id string) string {
	if name != "" {
		return name
	}
	return id
}

func entity(e event.Entity) string {
	switch e {
	case event.EntityModelMapping:
		return "Model mapping"
	case event.EntityProvider:
		return "Provider"
	case event.EntityVirtualKey:
		return "Virtual key"
	}
	return string(e)
}

func models(m []string) string {
	if len(m) == 1 {
		return "model " + m[0]
	}
	const shown = 3
	text := fmt.Sprintf("%d models", len(m))
	if len(m) == 0 {
		return text
	}
	text += " (" + strings.Join(m[:min(len(m), shown)], ", ")
	if len(m) > shown {
		text += " …"
	}
	return text + ")"
}

// dollars writes an amount for a sentence: cents, or up to six decimals below
// a cent.
func dollars(n event.NanoUSD) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	if n != 0 && n < event.PerUSD/100 {
		return fmt.Sprintf("%s$%.6f", sign, n.Dollars())
	}
	return fmt.Sprintf("%s$%.2f", sign, n.Dollars())
}

func percent(ratio float64) string {
	if ratio < 0 {
		return ""
	}
	return fmt.Sprintf(" (%.0f %%)", ratio*100)
}
