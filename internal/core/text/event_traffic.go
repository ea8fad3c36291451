package text

import (
	"fmt"

	"gatewatch/internal/core/event"
)

// trafficSentence has the sentences on what was measured of requests.
func trafficSentence(env event.Envelope) string {
	switch b := env.Body.(type) {
	case event.TrafficMeasured:
		return fmt.Sprintf("Provider %s: %s of %s requests failed in the last hour", named(b.Name, string(b.Provider)), Count(b.Hour.Failed), Count(b.Hour.Requests))
	case event.AuditMeasured:
		return fmt.Sprintf("%s of %s calls in the last hour were not charged", Count(b.Uncharged), Count(b.Calls))
	case event.ModelsRead:
		return fmt.Sprintf("%s serves %s", named(b.Name, string(b.Provider)), models(b.Models))
	case event.ModelsRetired:
		return fmt.Sprintf("%s: %s retired", named(b.Name, string(b.Provider)), models(b.Models))
	case event.CredentialRejected:
		return fmt.Sprintf("Provider %s rejects the gateway's key: %s × %s in 10 minutes", named(b.Name, string(b.Provider)), Count(b.Count), b.Reason)
	case event.CredentialAccepted:
		return fmt.Sprintf("Provider %s accepts the gateway's key again", named(b.Name, string(b.Provider)))
	}
	return ""
}
