package text

import (
	"fmt"
	"strings"

	"gatewatch/internal/core/event"
)

// deliverySentence has the sentences on how topics can be seen.
func deliverySentence(env event.Envelope) string {
	if b, is := env.Body.(event.DeliveryChanged); is {
		return strings.TrimSuffix(fmt.Sprintf("%s: %s. %s", b.Topic, deliveryModes[b.Delivery], b.Reason), " ")
	}
	return ""
}

// deliveryModes says in words how a topic is seen.
var deliveryModes = map[event.Delivery]string{
	event.DeliveryPushed: "told by the gateway", event.DeliveryPolled: "read at intervals",
	event.DeliveryUnavailable: "not available", event.DeliveryForbidden: "no permission",
}
