package gateway

import (
	"context"

	"gatewatch/internal/event"
	"gatewatch/internal/hub"
)

// Hub describes one hub of a gateway and what to ask of it after every
// connect. To add a hub, add a row to hubs.
type Hub struct {
	Name  string // as in event.Source.Name and the demo's scenarios
	Path  string // below the base address of its plane
	Plane event.Plane
	// PerKey hubs are connected once for every watched virtual key; the others
	// once, with the first key.
	PerKey bool
	// Join makes the hub's subscriptions; nil if it needs none.
	Join func(ctx context.Context, h caller, w *watched) error
}

// caller is the part of a hub that subscriptions need.
type caller interface {
	Invoke(ctx context.Context, target string, args ...any) (raw []byte, err error)
}

// invoker adapts a hub to caller.
type invoker struct{ h *hub.Hub }

func (i invoker) Invoke(ctx context.Context, target string, args ...any) ([]byte, error) {
	return i.h.Invoke(ctx, target, args...)
}

// Hubs lists every hub that is tried. A gateway that does not have one says so
// at negotiation ("unsupported"), which does not count against it.
func Hubs() []Hub { return hubs }

var hubs = []Hub{
	{Name: "spend", Path: "/hubs/spend", Plane: event.PlaneCore, PerKey: true},
	{Name: "tasks", Path: "/hubs/tasks", Plane: event.PlaneCore, Join: joinTaskTypes},
	{Name: "image-generation", Path: "/hubs/image-generation", Plane: event.PlaneCore, Join: joinTasks(event.MediumImage)},
	{Name: "video-generation", Path: "/hubs/video-generation", Plane: event.PlaneCore, Join: joinTasks(event.MediumVideo)},
	{Name: "notifications", Path: "/hubs/notifications", Plane: event.PlaneCore},
	{Name: "webhooks", Path: "/hubs/webhooks", Plane: event.PlaneCore},
	{Name: "virtual-key-management", Path: "/hubs/virtual-key-management", Plane: event.PlaneCore, PerKey: true},
	{Name: "model-discovery", Path: "/hubs/model-discovery", Plane: event.PlaneCore, Join: joinDiscovery},
	{Name: "navigation-state", Path: "/hubs/navigation-state", Plane: event.PlaneAdmin},
	{Name: "admin-notifications", Path: "/hubs/admin-notifications", Plane: event.PlaneAdmin},
}

// batchKinds are the batch operations whose start is only told to those who
// subscribed to their kind.
var batchKinds = []string{"batch_spend_update", "batch_virtual_key_update", "batch_webhook_send"}

func joinTaskTypes(ctx context.Context, h caller, w *watched) error {
	for _, kind := range batchKinds {
		if _, err := h.Invoke(ctx, "SubscribeToTaskType", kind); err != nil {
			return err
		}
	}
	return joinTasks(event.MediumBatch)(ctx, h, w)
}

// joinTasks subscribes to every watched task of a medium. A task that the
// gateway does not know any more is no reason to fail the connection.
func joinTasks(m event.Medium) func(context.Context, caller, *watched) error {
	return func(ctx context.Context, h caller, w *watched) error {
		for _, id := range w.tasks(m) {
			if _, err := h.Invoke(ctx, "SubscribeToTask", string(id)); err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				w.refused(id, err)
			}
		}
		return nil
	}
}

// joinDiscovery asks for all discoveries; a key without the right is told so
// by the hub and simply gets none.
func joinDiscovery(ctx context.Context, h caller, _ *watched) error {
	_, err := h.Invoke(ctx, "SubscribeToAll")
	if err != nil && ctx.Err() == nil {
		return nil // answered as a reply event; not a fault of the connection
	}
	return err
}
