package gateway

import (
	"gatewatch/internal/event"
	"gatewatch/internal/wire"
)

// topicRow is a topic that pages show, and where each kind of gateway tells it.
// To add a topic, add a row to topicRows.
type topicRow struct {
	topic string
	name  string // in sentences: "This gateway does not push ..."
	at    map[wire.Dialect]told
}

// told is where a kind of gateway tells a topic.
type told struct {
	hub  string // that pushes it; "" if none does
	list string // that is read; "" if there is none
	note string // what is missing in it, a sentence
}

const (
	head     = wire.DialectHead
	july     = wire.DialectJuly
	contract = wire.DialectContract
)

const taskNote = "Batches are told by themselves; of images and videos only the tasks that are watched."

// topicRows holds what was seen to be sent and to be listed. A hub that is
// there and sends nothing is no source.
var topicRows = []topicRow{
	{"spend", "spend", map[wire.Dialect]told{
		head:     {"spend", "logs", "Batches and tasks are pushed. Chats are read from the request log; streamed ones are not in it."},
		july:     {"spend", "keys", "Chats are neither charged nor told."},
		contract: {hub: "spend"},
	}},
	{"keys", "changes of virtual keys", map[wire.Dialect]told{
		head: {list: "keys"}, july: {list: "keys"}, contract: {hub: ownKeyHub},
	}},
	{"groups", "balances of key groups", map[wire.Dialect]told{head: {list: "groups"}}},
	{"providers", "provider changes", map[wire.Dialect]told{
		head: {list: "providers"}, july: {list: "providers"}, contract: {hub: "navigation-state"},
	}},
	{"health", "provider health", map[wire.Dialect]told{
		head:     {list: "providers", note: "It is concluded from failures and served requests."},
		july:     {"admin-notifications", "providers", "Only providers that the gateway is set to check are checked."},
		contract: {hub: "admin-notifications"},
	}},
	{"errors", "failures of providers", map[wire.Dialect]told{head: {list: event.SourceFailures}}},
	{"mappings", "changes of model mappings", map[wire.Dialect]told{
		head:     {"notifications", "mappings", "What was changed in it is read."},
		july:     {"notifications", "mappings", "The gateway follows such a change only after a restart."},
		contract: {hub: "navigation-state"},
	}},
	{"discovery", "new models", map[wire.Dialect]told{
		head:     {list: "mappings", note: "New models are those of new mappings."},
		july:     {hub: "model-discovery", note: "Models that are gone are never told."},
		contract: {hub: "model-discovery"},
	}},
	{"tasks", "tasks", map[wire.Dialect]told{
		head: {hub: "tasks", note: taskNote}, july: {hub: "tasks", note: taskNote}, contract: {hub: "tasks"},
	}},
	{"settings", "changes of settings", map[wire.Dialect]told{
		head: {list: "settings"}, july: {list: "settings"}, contract: {hub: "navigation-state"},
	}},
	{"notifications", "its own notifications", map[wire.Dialect]told{
		head: {list: "notifications"}, july: {list: "notifications"}, contract: {hub: "notifications"},
	}},
	{"audit", "its billing audit", map[wire.Dialect]told{head: {list: "audit"}}},
	{"webhooks", "webhook deliveries", map[wire.Dialect]told{
		head: {hub: "webhooks"}, july: {hub: "webhooks"}, contract: {hub: "webhooks"},
	}},
	{"gateway", "how its parts are", map[wire.Dialect]told{
		head: {list: event.SourceParts}, july: {list: event.SourceParts}, contract: {list: event.SourceNegotiate},
	}},
}

// mute lists the hubs that are there and on which nothing was ever seen to be
// sent by itself.
var mute = map[wire.Dialect][]string{
	head: {ownKeyHub, "admin-notifications"},
	july: {ownKeyHub},
}
