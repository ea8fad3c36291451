package demo

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// caller is what the hubs of the real gateway share: the key that calls.
type caller struct {
	plainHub
	hub *hub
}

func (h *caller) me() string { return h.ctx.ConnectionID() }

func (h *caller) answer(target string, args ...any) { h.hub.InvokeClient(h.me(), target, args) }

// world asks the stage; f must not keep what it is given.
func (h *caller) world(f func(c *conduit, who *virtualKey)) {
	_ = h.hub.g.stage.ask(func() { // else the gateway ends, and the connection with it
		if c, ok := h.hub.g.stage.speech.(*conduit); ok {
			f(c, c.servedByID(h.hub.owner(h.me())))
		}
	})
}

func kindGroup(key int, kind string) string { return keyGroup(key) + "-" + kind }

// batchHub is the hub of tasks. Batches are told to everybody; of images and
// videos it tells nothing.
type batchHub struct{ caller }

// SubscribeToTask is for an own task; nothing is ever told of it here.
func (h *batchHub) SubscribeToTask(id string) {
	const method = "SubscribeToTask"
	if id == "" {
		refuse(method, "Invalid task ID")
	}
	why := "Task not found"
	h.world(func(c *conduit, who *virtualKey) {
		if j := c.job(id); j != nil {
			why = ""
			if j.key != who {
				why = "Unauthorized access to task"
			}
		}
	})
	if why != "" {
		refuse(method, why)
	}
	h.hub.AddToGroup(jobGroup(hubTasks, id), h.me())
}

// UnsubscribeFromTask undoes SubscribeToTask.
func (h *batchHub) UnsubscribeFromTask(id string) {
	h.hub.RemoveFromGroup(jobGroup(hubTasks, id), h.me())
}

// SubscribeToTaskType tells the caller when its own batches of a kind begin.
func (h *batchHub) SubscribeToTaskType(kind string) {
	h.hub.AddToGroup(kindGroup(h.hub.owner(h.me()), kind), h.me())
}

// UnsubscribeFromTaskType undoes SubscribeToTaskType.
func (h *batchHub) UnsubscribeFromTaskType(kind string) {
	h.hub.RemoveFromGroup(kindGroup(h.hub.owner(h.me()), kind), h.me())
}

// jobHub is the hub of images or of videos.
type jobHub struct{ caller }

// SubscribeToTask tells the caller how an own task goes on, or any task if the
// key is an administrator's. It does not say how the task is.
func (h *jobHub) SubscribeToTask(id string) {
	may := false
	h.world(func(c *conduit, who *virtualKey) {
		j := c.job(id)
		may = who != nil && j != nil && (j.key == who || who.admin)
	})
	if !may {
		refuse("SubscribeToTask", "Unauthorized access to task")
	}
	h.hub.AddToGroup(jobGroup(h.hub.name, id), h.me())
}

// UnsubscribeFromTask ends that.
func (h *jobHub) UnsubscribeFromTask(id string) {
	h.hub.RemoveFromGroup(jobGroup(h.hub.name, id), h.me())
}

// webhookHub is the hub of webhooks, of which there are none.
type webhookHub struct{ caller }

// SubscribeToWebhooks joins the group of each address.
func (h *webhookHub) SubscribeToWebhooks(list []string) {
	for _, address := range list {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			refuse("SubscribeToWebhooks", "An unexpected error occurred. Please try again. "+
				"If the problem persists, contact support with error ID: a729dffe-6a5a-41d9-bbaf-ee5c31548600")
		}
		h.hub.AddToGroup(webhookGroup(u), h.me())
	}
}

// UnsubscribeFromWebhooks leaves them.
func (h *webhookHub) UnsubscribeFromWebhooks(list []string) {
	for _, address := range list {
		if u, err := url.Parse(address); err == nil {
			h.hub.RemoveFromGroup(webhookGroup(u), h.me())
		}
	}
}

// RequestStatistics answers with the caller's connection, and no statistics.
func (h *webhookHub) RequestStatistics() { h.answer("StatisticsRequested", h.me()) }

func webhookGroup(u *url.URL) string {
	return "webhook-" + strings.ReplaceAll(u.Host, ".", "-") + "-" + strings.ReplaceAll(strings.TrimPrefix(u.Path, "/"), "/", "-")
}

// keyHub is the hub of virtual keys, which tells a key of itself.
type keyHub struct{ caller }

// GetCurrentKeyStatus tells the caller of its key.
func (h *keyHub) GetCurrentKeyStatus() {
	var answer any = complaint{"Virtual key not found"}
	target := "Error"
	h.world(func(c *conduit, who *virtualKey) {
		if who != nil {
			target, answer = "VirtualKeyStatus", statusOf(who, c.s.clock())
		}
	})
	h.answer(target, answer)
}

// SubscribeToKeyManagement tells an administrator's key of another one.
func (h *keyHub) SubscribeToKeyManagement(id int) {
	why := "Virtual key " + strconv.Itoa(id) + " not found"
	var status any
	h.world(func(c *conduit, who *virtualKey) {
		if who == nil || !who.admin {
			why = "Unauthorized: Admin privileges required"
		} else if k := c.servedByID(id); k != nil {
			why, status = "", statusOf(k, c.s.clock())
		}
	})
	if why != "" {
		h.answer("Error", complaint{why})
		return
	}
	h.hub.AddToGroup("vkey-mgmt-"+strconv.Itoa(id), h.me())
	h.answer("VirtualKeyStatus", status)
	h.answer("SubscribedToKeyManagement", id)
}

// UnsubscribeFromKeyManagement undoes it.
func (h *keyHub) UnsubscribeFromKeyManagement(id int) {
	h.hub.RemoveFromGroup("vkey-mgmt-"+strconv.Itoa(id), h.me())
	h.answer("UnsubscribedFromKeyManagement", id)
}

// analyticsHub is the hub of analytics, which has none to tell.
type analyticsHub struct{ caller }

var analytics = []string{"usage", "cost", "performance", "errors"}

// SubscribeToAnalytics answers that it was done.
func (h *analyticsHub) SubscribeToAnalytics(kind string) {
	if kind != "all" && !slices.Contains(analytics, kind) {
		h.answer("Error", complaint{"Invalid analytics type. Valid types: usage, cost, performance, errors, all"})
		return
	}
	h.answer("SubscribedToAnalytics", kind)
}

// UnsubscribeFromAnalytics answers that it was done.
func (h *analyticsHub) UnsubscribeFromAnalytics(kind string) {
	h.answer("UnsubscribedFromAnalytics", kind)
}

// SubscribeToGlobalAnalytics is for administrators' keys.
func (h *analyticsHub) SubscribeToGlobalAnalytics(kind string) {
	may := false
	h.world(func(_ *conduit, who *virtualKey) { may = who != nil && who.admin })
	if !may {
		h.answer("Error", complaint{"Unauthorized: Admin privileges required for global analytics"})
		return
	}
	h.answer("SubscribedToGlobalAnalytics", kind)
}

// GetAnalyticsSummary answers with one that says nothing.
func (h *analyticsHub) GetAnalyticsSummary() {
	h.answer("AnalyticsSummary", struct {
		VirtualKeyID int      `json:"virtualKeyId"`
		Subscribed   []string `json:"subscribedAnalytics"`
		Message      string   `json:"message"`
		Timestamp    moment   `json:"timestamp"`
	}{h.hub.owner(h.me()), analytics, "Analytics summary requested", moment(h.hub.g.opts.Now())})
}

// inertAdminHub is Admin's hub: it answers, and tells nothing by itself.
type inertAdminHub struct{ adminHub }

// SubscribeToVirtualKey answers with SubscribedToVirtualKey, or with Error for
// a key that there is not.
func (h *inertAdminHub) SubscribeToVirtualKey(id json.RawMessage) {
	s, known := h.hub.g.stage, false
	_ = s.ask(func() { // else the gateway ends, and the connection with it
		if c, ok := s.speech.(*conduit); ok {
			known = slices.ContainsFunc(c.keys, func(k *virtualKey) bool { return strconv.Itoa(k.id) == idText(id) })
		}
	})
	if !known {
		h.answer("Error", complaint{"Virtual key " + idText(id) + " not found"})
		return
	}
	h.answer("SubscribedToVirtualKey", id)
}

// SubscribeToProviderByName is refused in an event, not in the answer.
func (h *inertAdminHub) SubscribeToProviderByName(string) {
	h.answer("Error", complaint{"This method is deprecated. Please use SubscribeToProvider with provider ID."})
}

// RefreshProviderHealth is refused in the same way.
func (h *inertAdminHub) RefreshProviderHealth() {
	h.answer("Error", complaint{"Provider health monitoring has been removed"})
}
