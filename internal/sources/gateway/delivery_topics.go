package gateway

import (
	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/wire"
)

// topicRow is a topic that pages show, and where each kind of gateway reports it.
// To add a topic, add a row to topicRows.
type topicRow struct {
	topic string
	name  string // in sentences: "This gateway does not push ..."
	at    map[wire.Dialect]topicSource
}

// topicSource is where a kind of gateway reports a topic.
type topicSource struct {
	hub  string // that pushes it; "" if none does
	list string // that is read; "" if there is none
	note string // what is missing in it, a sentence
	part bool   // the hub pushes a part of it, the rest is only listed
}

const (
	head     = wire.DialectAugust
	july     = wire.DialectJuly
	contract = wire.DialectContract
)

const taskNote = "Batches are told by themselves; of images and videos only the tasks that are watched."

// topicRows holds what was seen to be sent and to be listed. A hub that is
// there and sends nothing is no source.
var topicRows = []topicRow{
	{"spend", "spend", map[wire.Dialect]topicSource{
		head: {
			hub: "spend", list: "logs", part: true,
			note: "Batches and tasks are pushed. Chats are read from the request log; streamed ones are not in it.",
		},
		july:     {hub: "spend", list: "keys", note: "Chats are neither charged nor told."},
		contract: {hub: "spend"},
	}},
	{"keys", "changes of virtual keys", map[wire.Dialect]topicSource{
		head: {list: "keys"}, july: {list: "keys"}, contract: {hub: ownKeyHub},
	}},
	{"groups", "balances of key groups", map[wire.Dialect]topicSource{head: {list: "groups"}}},
	{"providers", "provider changes", map[wire.Dialect]topicSource{
		head: {list: "providers"}, july: {list: "providers"}, contract: {hub: "navigation-state"},
	}},
	{"health", "provider health", map[wire.Dialect]topicSource{
		head:     {list: "providers", note: "It is concluded from failures and served requests."},
		july:     {hub: "admin-notifications", list: "providers", note: "Only providers that the gateway is set to check are checked."},
		contract: {hub: "admin-notifications"},
	}},
	{"errors", "failures of providers", map[wire.Dialect]topicSource{head: {list: event.SourceFailures}}},
	{"mappings", "changes of model mappings", map[wire.Dialect]topicSource{
		head:     {hub: "notifications", list: "mappings", note: "What was changed in it is read."},
		july:     {hub: "notifications", list: "mappings", note: "The gateway follows such a change only after a restart."},
		contract: {hub: "navigation-state"},
	}},
	{"discovery", "new models", map[wire.Dialect]topicSource{
		head:     {list: "mappings", note: "New models are those of new mappings."},
		july:     {hub: "model-discovery", note: "Models that are gone are never told."},
		contract: {hub: "model-discovery"},
	}},
	{"tasks", "tasks", map[wire.Dialect]topicSource{
		head: {hub: "tasks", note: taskNote}, july: {hub: "tasks", note: taskNote}, contract: {hub: "tasks"},
	}},
	{"settings", "changes of settings", map[wire.Dialect]topicSource{
		head: {list: "settings"}, july: {list: "settings"}, contract: {hub: "navigation-state"},
	}},
	{"notifications", "its own notifications", map[wire.Dialect]topicSource{
		head: {list: "notifications"}, july: {list: "notifications"}, contract: {hub: "notifications"},
	}},
	{"audit", "its billing audit", map[wire.Dialect]topicSource{head: {list: "audit"}}},
	{"webhooks", "webhook deliveries", map[wire.Dialect]topicSource{
		head: {hub: "webhooks"}, july: {hub: "webhooks"}, contract: {hub: "webhooks"},
	}},
	{"gateway", "how its parts are", map[wire.Dialect]topicSource{
		head: {list: event.SourceAdminHealth}, july: {list: event.SourceAdminHealth}, contract: {list: event.SourceNegotiate},
	}},
}

// silentHubs lists the hubs that are there and on which nothing was ever seen to be
// sent by itself.
var silentHubs = map[wire.Dialect][]string{
	head: {ownKeyHub, "admin-notifications"},
	july: {ownKeyHub},
}
