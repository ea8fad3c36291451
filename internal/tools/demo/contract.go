package demo

import (
	"crypto/subtle"
	"net/http"
	"time"

	"github.com/philippseith/signalr"
)

// contract is the dialect of a gateway that speaks the event contract: nine
// events, each with one object as its argument, sent to everybody on the hub.
//
// Beside the fields of the contract it sends some that a reader may use and
// otherwise ignores: names (virtualKeyName, keyName), the limit and the
// requestId of a spend, a task's model and virtualKeyId, timestamps where
// the contract has none, and snapshot:true on what a newcomer is told and on
// restatements, which are no news.
type contract struct {
	virtualKey, masterKey string
	world                 *world // the stage's
}

// The hubs of the contract, by the last part of their paths.
const (
	hubSpend         = "spend"
	hubTasks         = "tasks"
	hubImages        = "image-generation"
	hubVideos        = "video-generation"
	hubNotifications = "notifications"
	hubNavigation    = "navigation-state"
	hubAdmin         = "admin-notifications"
)

// contractHubs lists the hubs of the contract.
func contractHubs() []hubSpec {
	return []hubSpec{
		{hubSpend, core, func(*hub) signalr.HubInterface { return &plainHub{} }},
		{hubTasks, core, func(h *hub) signalr.HubInterface { return &taskHub{taskSubscriptions: taskSubscriptions{hub: h}} }},
		{hubImages, core, func(h *hub) signalr.HubInterface { return &mediaHub{taskSubscriptions: taskSubscriptions{hub: h}} }},
		{hubVideos, core, func(h *hub) signalr.HubInterface { return &mediaHub{taskSubscriptions: taskSubscriptions{hub: h}} }},
		{hubNotifications, core, func(h *hub) signalr.HubInterface { return &notificationHub{hub: h} }},
		{hubNavigation, admin, func(*hub) signalr.HubInterface { return &plainHub{} }},
		{hubAdmin, admin, func(h *hub) signalr.HubInterface { return &adminHub{hub: h} }},
	}
}

// The arguments of the nine events. Their field names are the contract's.
type (
	spendUpdate struct {
		VirtualKeyID   string `json:"virtualKeyId"`
		VirtualKeyName string `json:"virtualKeyName"`
		Amount         usd    `json:"amount"`
		TotalSpend     usd    `json:"totalSpend"`
		Limit          *usd   `json:"limit,omitempty"`
		Model          string `json:"model"`
		Provider       string `json:"provider,omitempty"`
		RequestID      string `json:"requestId,omitempty"`
		Timestamp      string `json:"timestamp"`
		Snapshot       bool   `json:"snapshot,omitempty"`
	}
	spendLimitAlert struct {
		VirtualKeyID   string  `json:"virtualKeyId"`
		VirtualKeyName string  `json:"virtualKeyName"`
		CurrentSpend   usd     `json:"currentSpend"`
		Limit          usd     `json:"limit"`
		Percentage     float64 `json:"percentage"`
		AlertLevel     level   `json:"alertLevel"`
		Timestamp      string  `json:"timestamp"`
		Snapshot       bool    `json:"snapshot,omitempty"`
	}
	taskProgress struct {
		TaskID       string `json:"taskId"`
		Status       string `json:"status"`
		Progress     int    `json:"progress"`
		Remaining    *int   `json:"estimatedTimeRemaining,omitempty"` // video only
		ResultURL    string `json:"resultUrl,omitempty"`
		Error        string `json:"error,omitempty"`
		Model        string `json:"model,omitempty"`
		VirtualKeyID string `json:"virtualKeyId,omitempty"`
		Timestamp    string `json:"timestamp"`
		Snapshot     bool   `json:"snapshot,omitempty"`
	}
	modelDiscovered struct {
		ProviderID       string   `json:"providerId"`
		ProviderName     string   `json:"providerName"`
		ModelsDiscovered []string `json:"modelsDiscovered"`
		Timestamp        string   `json:"timestamp"`
	}
	providerHealth struct {
		ProviderID   string `json:"providerId"`
		ProviderName string `json:"providerName"`
		Status       string `json:"status"`
		Latency      int    `json:"latency,omitempty"`
		Error        string `json:"error,omitempty"`
		Timestamp    string `json:"timestamp"`
		Snapshot     bool   `json:"snapshot,omitempty"`
	}
	keyUpdate struct {
		KeyID     string   `json:"keyId"`
		KeyName   string   `json:"keyName"`
		Action    string   `json:"action"`
		Changes   []string `json:"changes,omitempty"`
		Timestamp string   `json:"timestamp"`
	}
	configurationChange struct {
		Category  string `json:"category"`
		Setting   string `json:"setting"`
		OldValue  string `json:"oldValue"`
		NewValue  string `json:"newValue"`
		Timestamp string `json:"timestamp"`
	}
	navigationUpdate struct {
		Type      string         `json:"type"`
		Action    string         `json:"action"`
		Data      map[string]any `json:"data"`
		Timestamp string         `json:"timestamp"`
	}
	// navigationSummary goes by the contract's second name for this event.
	navigationSummary struct {
		Timestamp       string         `json:"timestamp"`
		ChangedEntities map[string]any `json:"changedEntities"`
		Summary         struct {
			TotalProviders    int `json:"totalProviders"`
			EnabledProviders  int `json:"enabledProviders"`
			TotalMappings     int `json:"totalMappings"`
			ActiveMappings    int `json:"activeMappings"`
			TotalVirtualKeys  int `json:"totalVirtualKeys"`
			ActiveVirtualKeys int `json:"activeVirtualKeys"`
		} `json:"summary"`
	}
)

func (c *contract) start(s *stage) { c.world = &s.world }

func (c *contract) authorize(r *http.Request, _ string, a area) admission {
	want := c.virtualKey
	if a == admin {
		want = c.masterKey
	}
	if subtle.ConstantTimeCompare([]byte(credential(r, a)), []byte(want)) == 1 {
		return admission{status: http.StatusOK}
	}
	return admission{status: http.StatusUnauthorized}
}

func (c *contract) receive(hub string, _ int, at time.Time) welcome {
	return welcome{first: greetContract(hub, c.world, at)}
}

func (*contract) rest(*Gateway, area) http.Handler { return http.HandlerFunc(notFound) }

// notFound answers as a server that has no such path.
func notFound(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }

// tellContract returns what is sent when f happens, in order.
func tellContract(f fact, at time.Time) []message {
	ts := stamp(at)
	switch f := f.(type) {
	case spent:
		return []message{event(hubSpend, "SpendUpdate", spendOf(f, ts))}
	case limitReached:
		return []message{event(hubSpend, "SpendLimitAlert", alertOf(f.key, ts))}
	case taskMoved:
		return tellTask(f.task, ts)
	case providerTold:
		return []message{event(hubNotifications, "ProviderHealthChange", healthOf(f.provider, ts))}
	case modelsDiscovered:
		return []message{event(hubNotifications, "ModelDiscovered",
			modelDiscovered{f.provider.id, f.provider.name, f.models, ts})}
	case keyChanged:
		return []message{event(hubAdmin, "VirtualKeyUpdate",
			keyUpdate{f.key.id, f.key.name, f.action, f.changes, ts})}
	case settingChanged:
		s := f.setting
		return []message{event(hubAdmin, "ConfigurationChange",
			configurationChange{s.category, s.name, f.old, s.value, ts})}
	case entityChanged:
		return []message{event(hubNavigation, "NavigationStateUpdate",
			navigationUpdate{f.kind, f.action, f.data, ts})}
	}
	return nil
}

// tellTask tells everybody on the medium's hub, and on the hub of all tasks
// those who asked for this one or its kind.
func tellTask(t task, ts string) []message {
	hub, target := mediumHub(t.medium)
	m := event(hub, target, progressOf(t, ts))
	one, kind := m, m
	one.hub, one.group = hubTasks, taskGroup(t.id)
	kind.hub, kind.group = hubTasks, typeGroup(t.medium)
	return []message{m, one, kind}
}

// greetContract returns what a client of a hub is told when it has connected:
// the state of w as far as the hub tells of it, safe to hear twice.
func greetContract(hub string, w *world, at time.Time) []message {
	ts := stamp(at)
	var all []message
	switch hub {
	case hubSpend:
		for _, k := range w.keys {
			all = append(all, event(hub, "SpendUpdate", spendOf(spent{key: *k}, ts)))
			if k.told != levelNone {
				a := alertOf(*k, ts)
				a.Snapshot = true
				all = append(all, event(hub, "SpendLimitAlert", a))
			}
		}
	case hubNotifications:
		for _, p := range w.providers {
			h := healthOf(*p, ts)
			h.Snapshot = true
			all = append(all, event(hub, "ProviderHealthChange", h))
		}
	case hubImages, hubVideos:
		for _, t := range w.tasks {
			if home, target := mediumHub(t.medium); home == hub {
				p := progressOf(*t, ts)
				p.Snapshot = true
				all = append(all, event(hub, target, p))
			}
		}
	case hubNavigation:
		all = append(all, event(hub, "NavigationStateUpdated", summaryOf(w, ts)))
	}
	return all
}

func event(hub, target string, arg any) message {
	return message{hub: hub, target: target, args: []any{arg}}
}

func mediumHub(medium string) (hub, target string) {
	if medium == "image" {
		return hubImages, "ImageGenerationProgress"
	}
	return hubVideos, "VideoGenerationProgress"
}

func spendOf(f spent, ts string) spendUpdate {
	u := spendUpdate{
		VirtualKeyID: f.key.id, VirtualKeyName: f.key.name, Amount: f.amount, TotalSpend: f.key.total,
		Model: f.model, Provider: f.provider, RequestID: f.request, Timestamp: ts, Snapshot: f.request == "",
	}
	if f.key.limit > 0 {
		u.Limit = &f.key.limit
	}
	return u
}

func alertOf(k key, ts string) spendLimitAlert {
	return spendLimitAlert{
		VirtualKeyID: k.id, VirtualKeyName: k.name, CurrentSpend: k.total, Limit: k.limit,
		Percentage: k.total.share(k.limit), AlertLevel: k.told, Timestamp: ts,
	}
}

func progressOf(t task, ts string) taskProgress {
	p := taskProgress{
		TaskID: t.id, Status: t.status, Progress: t.progress, ResultURL: t.url, Error: t.err,
		Model: t.model, VirtualKeyID: t.key, Timestamp: ts,
	}
	if t.medium == "video" && t.eta >= 0 && t.ended.IsZero() {
		p.Remaining = &t.eta
	}
	return p
}

func healthOf(p provider, ts string) providerHealth {
	return providerHealth{
		ProviderID: p.id, ProviderName: p.name, Status: p.status,
		Latency: p.latency, Error: p.err, Timestamp: ts,
	}
}

func summaryOf(w *world, ts string) navigationSummary {
	s := navigationSummary{Timestamp: ts, ChangedEntities: map[string]any{}}
	s.Summary.TotalProviders, s.Summary.EnabledProviders = len(w.providers), len(w.providers)
	s.Summary.TotalMappings, s.Summary.ActiveMappings = len(w.mappings), len(w.mappings)
	s.Summary.TotalVirtualKeys = len(w.keys)
	for _, k := range w.keys {
		if !k.disabled {
			s.Summary.ActiveVirtualKeys++
		}
	}
	return s
}

// stamp is a moment as it goes over the wire: UTC, ISO 8601, milliseconds.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }
