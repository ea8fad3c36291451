package demo

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/philippseith/signalr"
)

// The library makes a new value of these types for every call and looks among
// their exported methods for the one that is called. They do not embed
// signalr.Hub: its own methods could be called from outside as well. A method
// fails by panicking with a refusal, which the library turns into an error for
// the caller.

// plainHub has no methods but those of signalr.HubInterface.
type plainHub struct{ ctx signalr.HubContext }

func (p *plainHub) Initialize(ctx signalr.HubContext) { p.ctx = ctx }
func (*plainHub) OnConnected(string)                  {}
func (*plainHub) OnDisconnected(string)               {}

// refusal is what a hub method panics with.
type refusal string

func refuse(method, why string) {
	panic(refusal(fmt.Sprintf(
		"An unexpected error occurred invoking '%s' on the server. HubException: %s", method, why)))
}

func taskGroup(id string) string     { return "task-" + id }
func typeGroup(medium string) string { return "type-" + medium }

// taskSubscriptions is what the task hubs share: joining and leaving the group of a task.
type taskSubscriptions struct {
	plainHub
	hub *hub
}

func (w *taskSubscriptions) subscribe(id string) {
	if id == "" {
		refuse("SubscribeToTask", "Invalid task ID")
	}
	s := w.hub.g.stage
	found := false
	if err := s.ask(func() {
		var t *task
		if t, found = s.world.task(id); !found {
			return
		}
		me := w.ctx.ConnectionID()
		w.hub.AddToGroup(taskGroup(id), me)
		_, target := mediumHub(t.medium)
		p := progressOf(*t, stamp(s.now()))
		p.Snapshot = true
		w.hub.InvokeClient(me, target, []any{p})
	}); err != nil {
		refuse("SubscribeToTask", "The gateway is stopping")
	}
	if !found {
		refuse("SubscribeToTask", "Task not found")
	}
}

func (w *taskSubscriptions) unsubscribe(id string) {
	w.hub.RemoveFromGroup(taskGroup(id), w.ctx.ConnectionID())
}

// taskHub is the hub of all tasks: it tells of those that were asked for.
type taskHub struct{ taskSubscriptions }

// SubscribeToTask tells the caller how a task is and how it goes on.
func (h *taskHub) SubscribeToTask(id string) { h.subscribe(id) }

// UnsubscribeFromTask ends that.
func (h *taskHub) UnsubscribeFromTask(id string) { h.unsubscribe(id) }

// SubscribeToTaskType tells the caller of every task of a kind, such as
// "image" or "video".
func (h *taskHub) SubscribeToTaskType(kind string) {
	h.hub.AddToGroup(typeGroup(kind), h.ctx.ConnectionID())
}

// UnsubscribeFromTaskType ends that.
func (h *taskHub) UnsubscribeFromTaskType(kind string) {
	h.hub.RemoveFromGroup(typeGroup(kind), h.ctx.ConnectionID())
}

// mediaHub is the hub of image or of video generation. Its events go to
// everybody, so a subscription adds no more than the present state.
type mediaHub struct{ taskSubscriptions }

// SubscribeToTask tells the caller how a task is.
func (h *mediaHub) SubscribeToTask(id string) { h.subscribe(id) }

// UnsubscribeFromTask undoes SubscribeToTask.
func (h *mediaHub) UnsubscribeFromTask(id string) { h.unsubscribe(id) }

// notificationHub is the hub of system notifications.
type notificationHub struct {
	plainHub
	hub *hub
}

// UpdatePreferences echoes the preferences and applies none, as the real one.
func (h *notificationHub) UpdatePreferences(prefs json.RawMessage) {
	h.hub.InvokeClient(h.ctx.ConnectionID(), "PreferencesUpdated", []any{prefs})
}

// adminHub is the hub of administrators' notifications.
type adminHub struct {
	plainHub
	hub *hub
}

// SubscribeToVirtualKey answers with SubscribedToVirtualKey, or with Error for
// a key that there is not.
func (h *adminHub) SubscribeToVirtualKey(id json.RawMessage) {
	s, known := h.hub.g.stage, false
	_ = s.ask(func() { // else the gateway ends, and the connection with it
		_, err := s.world.key(idText(id))
		known = err == nil
	})
	if !known {
		h.answer("Error", struct {
			Message string `json:"message"`
		}{"Virtual key " + idText(id) + " not found"})
		return
	}
	h.answer("SubscribedToVirtualKey", id)
}

// UnsubscribeFromVirtualKey answers with UnsubscribedFromVirtualKey.
func (h *adminHub) UnsubscribeFromVirtualKey(id json.RawMessage) {
	h.answer("UnsubscribedFromVirtualKey", id)
}

// SubscribeToProvider answers with SubscribedToProvider, also for a provider
// that there is not.
func (h *adminHub) SubscribeToProvider(id json.RawMessage) { h.answer("SubscribedToProvider", id) }

// UnsubscribeFromProvider answers with UnsubscribedFromProvider.
func (h *adminHub) UnsubscribeFromProvider(id json.RawMessage) {
	h.answer("UnsubscribedFromProvider", id)
}

func (h *adminHub) answer(target string, arg any) {
	h.hub.InvokeClient(h.ctx.ConnectionID(), target, []any{arg})
}

// idText reads an id that may be a JSON string or number.
func idText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// now is the time of the events, by the clock of the options.
func (s *stage) now() time.Time { return s.clock() }
