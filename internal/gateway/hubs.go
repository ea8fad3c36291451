package gateway

import (
	"context"
	"errors"

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

// refused reports whether the gateway itself said no, as against a connection
// that was lost or a call that took too long.
func refused(err error) bool {
	_, ok := errors.AsType[*hub.CallError](err)
	return ok
}

// ownKeyHub is the hub that tells, when a connection begins, which key the
// connection uses.
const ownKeyHub = "virtual-key-management"

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
	{Name: ownKeyHub, Path: "/hubs/virtual-key-management", Plane: event.PlaneCore, PerKey: true},
	{Name: "model-discovery", Path: "/hubs/model-discovery", Plane: event.PlaneCore, Join: joinDiscovery},
	{Name: "navigation-state", Path: "/hubs/navigation-state", Plane: event.PlaneAdmin},
	{Name: "admin-notifications", Path: "/hubs/admin-notifications", Plane: event.PlaneAdmin},
}

// batchKinds are the batch operations whose start is only told to those who
// subscribed to their kind.
var batchKinds = []string{"batch_spend_update", "batch_virtual_key_update", "batch_webhook_send"}

func joinTaskTypes(ctx context.Context, h caller, w *watched) error {
	for _, kind := range batchKinds {
		if _, err := h.Invoke(ctx, "SubscribeToTaskType", kind); err != nil && !refused(err) {
			return err
		}
	}
	return joinTasks(event.MediumBatch)(ctx, h, w)
}

// joinTasks subscribes to every watched task of a medium. A task that the
// gateway refuses, because it is gone or another key's, is forgotten.
func joinTasks(m event.Medium) func(context.Context, caller, *watched) error {
	return func(ctx context.Context, h caller, w *watched) error {
		for _, id := range w.tasks(m) {
			_, err := h.Invoke(ctx, "SubscribeToTask", string(id))
			if refused(err) {
				w.remove(id)
			} else if err != nil {
				return err
			}
		}
		return nil
	}
}

// joinDiscovery asks for all discoveries; a key without the right gets none.
func joinDiscovery(ctx context.Context, h caller, _ *watched) error {
	_, err := h.Invoke(ctx, "SubscribeToAll")
	if refused(err) {
		return nil
	}
	return err
}
