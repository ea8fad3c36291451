package text

import "gatewatch/internal/core/event"

// sentences are the topics' parts of Sentence, each in event_<topic>.go: "" for an
// event of another topic.
var sentences = []func(env event.Envelope) string{
	spendSentence, taskSentence, linkSentence, pollSentence, gatewaySentence, trafficSentence,
	booksSentence, providerSentence, changeSentence, deliverySentence, monitoredKeySentence,
}

// Sentence says in one plain sentence what an event says, for the event list.
// Names of the gateway stand in it as text; they were cleaned when they were
// read.
func Sentence(env event.Envelope) string {
	for _, of := range sentences {
		if s := of(env); s != "" {
			return s
		}
	}
	return string(env.Body.Kind())
}

// named prefers a name to an id.
func named(name, id string) string {
	if name != "" {
		return name
	}
	return id
}
