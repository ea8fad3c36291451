package gateway

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
)

const (
	noGroups = `[]`
	// aTask is a task of another key, with what its metadata holds.
	aTask = `{"taskId":"task_1","taskType":"video_generation","state":%d,"createdAt":"2026-01-01T00:00:00Z","updatedAt":"%s",` +
		`"completedAt":null,"result":null,"error":null,"metadata":{"VirtualKey":"condt_hunter2","payload":"hunter2"},"progress":%d,"progressMessage":null,"retryCount":0,"maxRetries":3,"isRetryable":true,"nextRetryAt":null}`
)

// lastWord is the last word on a link.
func lastWord(to *sink, hubName string) event.LinkChanged {
	l := of[event.LinkChanged](to, hubName)
	if len(l) == 0 {
		return event.LinkChanged{}
	}
	return l[len(l)-1]
}

// The hubs of tasks of a real gateway are connected when a task is watched; it
// is read at once, after every reconnect, and nothing of its metadata is kept.
func TestATaskByHand(t *testing.T) {
	k := startKeyed(t, "spend", "notifications", "tasks", "image-generation", "video-generation")
	k.head(`[]`, noGroups)
	k.note(func() { k.bodies["/v1/tasks/task_1"] = fmt.Sprintf(aTask, 1, "2026-01-01T00:00:01Z", 20) })
	to := &sink{}
	c := both(k.URL)
	c.VirtualKeys = keysNamed("a")
	g := watch(t, c, to)
	await(t, "the gateway is known", func() bool { return g.real() && lastWord(to, "notifications").State == event.LinkConnected })
	for _, name := range []string{"image-generation", "video-generation"} {
		await(t, name+" is idle", func() bool {
			l := lastWord(to, name)
			return l.State == event.LinkDisconnected && l.Class == "idle" && l.Cause != ""
		})
	}
	if err := g.FollowTask(t.Context(), "task_1", ""); err != nil {
		t.Fatal(err)
	}
	await(t, "subscribed on the hub of its medium", func() bool {
		return slices.Equal(slices.Compact(k.called("video-generation ")), []string{`video-generation SubscribeToTask"task_1"`})
	})
	await(t, "read", func() bool { return len(of[event.TaskProgressed](to, "task")) == 1 })
	if l := lastWord(to, "image-generation"); l.Class != "idle" {
		t.Errorf("the other hub is %+v", l)
	}
	asked := k.askedFor("/v1/tasks/task_1")
	k.note(func() { k.bodies["/v1/tasks/task_1"] = fmt.Sprintf(aTask, 2, "2026-01-01T00:00:09Z", 100) })
	g.Reconnect()
	await(t, "read again after the reconnect", func() bool {
		tasks := of[event.TaskProgressed](to, "task")
		return len(tasks) == 2 && tasks[1].Status == event.TaskCompleted && k.askedFor("/v1/tasks/task_1") > asked
	})
	if tasks := of[event.TaskProgressed](to, "task"); tasks[0].Progress != 20 || tasks[0].Medium != event.MediumVideo {
		t.Errorf("told %+v", tasks[0])
	}
	if told, err := json.Marshal(to.all()); err != nil || strings.Contains(string(told), "hunter2") {
		t.Errorf("a task's metadata is told (%v)", err)
	}
	if g.tasks.any(event.MediumVideo) {
		t.Error("a task that has ended is still watched")
	}
}

// A task that the gateway does not have is refused to whoever names it, no hub
// is opened for it, and it is not watched.
func TestATaskThatTheGatewayDoesNotHave(t *testing.T) {
	k := startKeyed(t, "spend", "notifications", "image-generation", "video-generation")
	k.head(`[]`, noGroups)
	k.note(func() { k.bodies["/v1/tasks/gone"] = "" })
	to := &sink{}
	c := both(k.URL)
	c.VirtualKeys = keysNamed("a")
	g := watch(t, c, to)
	await(t, "the gateway is known", func() bool { return g.real() && lastWord(to, "notifications").State == event.LinkConnected })
	for _, id := range []event.TaskID{"gone", "<b>x</b>"} {
		for _, m := range []event.Medium{event.MediumVideo, event.MediumImage} {
			if err := g.FollowTask(t.Context(), id, m); fault.Of(err).Code != fault.Usage || !strings.Contains(err.Error(), "no such task") {
				t.Errorf("%s: %v", id, err)
			}
		}
	}
	if g.tasks.any(event.MediumVideo) || g.tasks.any(event.MediumImage) {
		t.Error("it is watched")
	}
}

// A task that nobody knows is refused, and one whose id is no id is never
// asked for.
func TestATaskThatIsNot(t *testing.T) {
	k := startKeyed(t, "spend", "notifications")
	to := &sink{}
	c := coreOnly(k.URL)
	c.VirtualKeys = keysNamed("a")
	g := watch(t, c, to)
	await(t, "connected", func() bool { return lastWord(to, "spend").State == event.LinkConnected })
	for _, id := range []event.TaskID{"../../api/VirtualKeys", "a/b", "..", "x?y"} {
		_ = g.FollowTask(t.Context(), id, event.MediumVideo)
	}
	if err := g.FollowTask(t.Context(), "", event.MediumVideo); fault.Of(err).Code != fault.Usage {
		t.Errorf("no id: %v", err)
	}
	for path := range k.asked {
		if strings.HasPrefix(path, "/v1/") || strings.HasPrefix(path, "/api/") {
			t.Errorf("asked for %s", path)
		}
	}
}

// Every gateway gets the subscriptions that it understands.
func TestSubscriptionsOfEachGateway(t *testing.T) {
	keys := `[{"id":4,"keyName":"a","isEnabled":true,"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}]`
	hooks := []string{"https://hooks.example.com/a", "https://hooks.example.com/b"}
	for name, x := range map[string]struct {
		serve func(*keyed)
		want  []string
	}{
		"august": {
			func(k *keyed) { k.head(keys, noGroups) },
			[]string{
				`admin-notifications SubscribeToVirtualKey4`,
				`webhooks SubscribeToWebhooks["https://hooks.example.com/a","https://hooks.example.com/b"]`,
			},
		},
		"july": {
			func(k *keyed) {
				k.note(func() {
					k.bodies["/api/ProviderHealth/statuses"], k.bodies["/api/VirtualKeys"] = `{}`, keys
				})
			},
			[]string{`webhooks SubscribeToWebhooks["https://hooks.example.com/a","https://hooks.example.com/b"]`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := startKeyed(t, "spend", "tasks", "webhooks", "model-discovery", "admin-notifications")
			x.serve(k)
			to := &sink{}
			c := both(k.URL)
			c.VirtualKeys, c.Webhooks = keysNamed("a"), hooks
			g := watch(t, c, to)
			await(t, "the keys are read", func() bool { return len(of[event.KeyRead](to, "keys")) > 0 })
			got := func() []string { return append(k.called("admin"), k.called("webhooks")...) }
			await(t, "subscribed", func() bool { return len(got()) >= len(x.want) && !g.fresh.Load() && len(g.background.queue) == 0 })
			list := got()
			slices.Sort(list)
			if diff := cmp.Diff(x.want, slices.Compact(list)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if kinds := k.called("tasks SubscribeToTaskType"); name == "july" && len(kinds) != len(batchKinds) {
				t.Errorf("asked for %q", kinds)
			}
			if all := k.called("model-discovery SubscribeToAll"); len(all) == 0 {
				t.Error("discoveries are not asked for")
			}
		})
	}
}

// A key that is no administrator's gets the discoveries of each provider that
// is known.
func TestDiscoveriesPerProvider(t *testing.T) {
	g, err := Open(Config{ID: "g", CoreURL: "http://c.example", VirtualKeys: []Key{{Secret: secret.New("one")}}}, &sink{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []event.Event{
		event.ProviderHealthChanged{Provider: "openai"},
		event.ProviderHealthChanged{Provider: "2", Name: "anthropic"},
		event.ProviderHealthChanged{Provider: "2", Name: "anthropic"},
		event.KeyRead{Key: "4"},
		event.KeyRead{Key: "abc"},
	} {
		g.entities.observe(f)
	}
	var calls recorder
	if err := joinDiscovery(t.Context(), &calls, g); err != nil {
		t.Fatal(err)
	}
	want := []string{"SubscribeToAll []", "SubscribeToProvider [openai]", "SubscribeToProvider [anthropic]"}
	if diff := cmp.Diff(want, calls.got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]subscription{{"SubscribeToVirtualKey", 4}, {"SubscribeToProvider", 2}}, g.entities.subscriptions(), cmp.AllowUnexported(subscription{})); diff != "" {
		t.Error(diff)
	}
}
