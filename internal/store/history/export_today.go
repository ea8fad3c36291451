package history

import (
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// Sum is what was spent today: by a gateway, or of that by a group, by a key, or
// by what is neither's.
type Sum struct {
	At      time.Time // as of when it was put together
	Gateway event.GatewayID
	// Of is "gateway", "group", "key", "no group", "no key" or "administrators".
	Of    string
	Key   event.KeyID
	Group event.GroupID
	Name  string // for a person
	Today event.Reading[event.NanoUSD]
}

// kindToday is the kind of an exported sum, and unitToday what it is counted in.
const (
	kindToday = "spend.today"
	unitToday = "nano-dollars"
)

// exportToday writes sums, in their order.
func exportToday(out exporter, mask *redactor, sums []Sum, loc *time.Location) (n int, err error) {
	if err := out.begin("Spent today", nil); err != nil {
		return 0, err
	}
	for _, s := range sums {
		body := struct {
			Of    string                       `json:"of"`
			Key   event.KeyID                  `json:"key,omitempty"`
			Group event.GroupID                `json:"group,omitempty"`
			Name  string                       `json:"name,omitempty"`
			Today event.Reading[event.NanoUSD] `json:"today"`
			Unit  string                       `json:"unit"`
		}{s.Of, s.Key, s.Group, s.Name, s.Today, unitToday}
		if err := out.line(mask.record(record{
			At: s.At, Type: "state", Kind: kindToday, Gateway: string(s.Gateway), Source: string(event.ViaComputed), Key: string(s.Key),
			Text: s.Name + ": " + text.Reading(s.Today, s.At, loc), Body: asJSON(body),
		})); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
