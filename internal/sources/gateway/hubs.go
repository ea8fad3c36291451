package gateway

import (
	"context"
	"errors"
	"strconv"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/wire"
)

// Hub describes one hub of a gateway and what to ask of it after every
// connect. To add a hub, add a row to hubs.
type Hub struct {
	Name  string // as in event.Source.Name and the demo's scenarios
	Path  string // below the base address of its plane
	Plane event.Plane
	// PerKey hubs are connected once for every watched virtual key; the others
	// once, with the first key that works.
	PerKey bool
	// Tasks is the medium whose tasks the hub reports, each to those who
	// subscribed to it; "" for other hubs. Such a hub of a real gateway is only
	// connected while one is watched.
	Tasks event.Medium
	// Join makes the hub's subscriptions; nil if it needs none.
	Join func(ctx context.Context, h caller, g *Gateway) error
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

// Hubs with a part of their own in this package.
const (
	ownKeyHub    = "virtual-key-management" // reports, when a connection begins, which key it uses
	spendHub     = "spend"
	tasksHub     = "tasks"
	discoveryHub = "model-discovery"
	adminHub     = "admin-notifications"
)

// Hubs lists every hub that is tried. A gateway that does not have one says so
// at negotiation ("unsupported"), which does not count against it.
func Hubs() []Hub { return hubs }

var hubs = []Hub{
	{Name: spendHub, Path: "/hubs/spend", Plane: event.PlaneCore, PerKey: true},
	{Name: tasksHub, Path: "/hubs/tasks", Plane: event.PlaneCore, Join: joinTaskTypes},
	{Name: "image-generation", Path: "/hubs/image-generation", Plane: event.PlaneCore, Tasks: event.MediumImage, Join: joinTasks(event.MediumImage)},
	{Name: "video-generation", Path: "/hubs/video-generation", Plane: event.PlaneCore, Tasks: event.MediumVideo, Join: joinTasks(event.MediumVideo)},
	{Name: "notifications", Path: "/hubs/notifications", Plane: event.PlaneCore},
	{Name: "webhooks", Path: "/hubs/webhooks", Plane: event.PlaneCore, Join: joinWebhooks},
	{Name: ownKeyHub, Path: "/hubs/virtual-key-management", Plane: event.PlaneCore, PerKey: true},
	{Name: discoveryHub, Path: "/hubs/model-discovery", Plane: event.PlaneCore, Join: joinDiscovery},
	{Name: "navigation-state", Path: "/hubs/navigation-state", Plane: event.PlaneAdmin},
	{Name: adminHub, Path: "/hubs/admin-notifications", Plane: event.PlaneAdmin, Join: joinAdmin},
}

// batchKinds are the batch operations whose start a July gateway only reports to
// those who subscribed to their kind. August's reports everything to everybody.
var batchKinds = []string{"batch_spend_update", "batch_virtual_key_update", "batch_webhook_send"}

func joinTaskTypes(ctx context.Context, h caller, g *Gateway) error {
	if g.dialect() != wire.DialectAugust {
		for _, kind := range batchKinds {
			if _, err := h.Invoke(ctx, "SubscribeToTaskType", kind); err != nil && !refused(err) {
				return err
			}
		}
	}
	return joinTasks(event.MediumBatch)(ctx, h, g)
}

// joinTasks subscribes to every watched task of a medium. A task that the
// gateway refuses, because it is gone or another key's, is not subscribed to
// again; it is read as long as that works. One whose medium is not known is
// asked for on each hub, and is refused by those it is not of.
func joinTasks(m event.Medium) func(context.Context, caller, *Gateway) error {
	return func(ctx context.Context, h caller, g *Gateway) error {
		ids, unsure := g.tasks.subscribed(m)
		for _, id := range ids {
			_, err := h.Invoke(ctx, subscribeToTask, string(id))
			switch {
			case refused(err) && unsure[id]: // another hub may know it
			case refused(err):
				g.tasks.refuse(id)
			case err != nil:
				return err
			}
		}
		return nil
	}
}

// joinDiscovery asks for all discoveries, which needs an administrator's key,
// else for those of each provider that is known.
func joinDiscovery(ctx context.Context, h caller, g *Gateway) error {
	_, err := h.Invoke(ctx, "SubscribeToAll")
	if !refused(err) {
		return err
	}
	for _, name := range g.entities.names() {
		if _, err := h.Invoke(ctx, "SubscribeToProvider", name); err != nil && !refused(err) {
			return err
		}
	}
	return nil
}

// joinAdmin subscribes to the keys and providers that are known, which an
// August gateway allows and answers with silence so far. A July gateway reports
// everything to everybody, and twice to those who subscribed.
func joinAdmin(ctx context.Context, h caller, g *Gateway) error {
	if g.dialect() != wire.DialectAugust {
		return nil
	}
	for _, s := range g.entities.subscriptions() {
		if _, err := h.Invoke(ctx, s.target, s.id); err != nil && !refused(err) {
			return err
		}
	}
	return nil
}

// maxCallBytes bounds the addresses of one call: a gateway ends a connection
// that sends a message of more than 32 KB.
const maxCallBytes = 16 << 10

// joinWebhooks follows the deliveries to the addresses that the user named.
func joinWebhooks(ctx context.Context, h caller, g *Gateway) error {
	for urls := g.conf.Webhooks; len(urls) > 0; {
		n, size := 0, 0
		for n < len(urls) && (n == 0 || size+len(urls[n]) <= maxCallBytes) {
			size += len(urls[n])
			n++
		}
		if _, err := h.Invoke(ctx, "SubscribeToWebhooks", urls[:n]); err != nil && !refused(err) {
			return err
		}
		urls = urls[n:]
	}
	return nil
}

// subscription is a call of the Admin hub for one key or provider.
type subscription struct {
	target string
	id     int64
}

// number reads an id that the gateway counts; ok is false for any other.
func number(id string) (n int64, ok bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	return n, err == nil && n > 0
}
