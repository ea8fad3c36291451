package doctor

import (
	"context"
	"fmt"
	"time"

	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/sources/hub"
)

// oneKey is why no other keys are looked at, as a clause.
func (h *planeDiagnosis) oneKey() string {
	if len(h.keys) < 2 {
		return "there is no other key"
	}
	return h.untried()
}

// The bounds for keys beyond the first: how many are tried, and how long each connection
// is held. A key without balance is dropped within some 20 ms.
const (
	maxKeys   = 20
	shortHold = 250 * time.Millisecond
)

// otherKeys connects once with each key beyond the first.
func (h *planeDiagnosis) otherKeys(ctx context.Context) Finding {
	t := hub.WebSockets
	if u := h.used(); u != nil {
		t = u.Transport
	}
	var rows []Detail
	wrong, left := 0, 0
	for i, k := range h.keys[1:] {
		if i == maxKeys {
			left = len(h.keys) - 1 - i
			break
		}
		said, works := h.tryKey(ctx, k, t)
		if ctx.Err() != nil { // it says nothing of the key
			left = len(h.keys) - 1 - i
			break
		}
		if !works {
			wrong++
		}
		rows = append(rows, Detail{keyLabel(k, i+2), said})
	}
	f := fine(fmt.Sprintf("All %d other keys work.", len(h.keys)-1))
	switch {
	case wrong > 0:
		f = warn("keys_fail", fmt.Sprintf("%d of %d other keys do not work.", wrong, len(h.keys)-1), "See each of them in the gateway's list of keys.")
	case left > 0:
		f = note("keys_left", fmt.Sprintf("%d of %d other keys were looked at, and work.", len(rows), len(h.keys)-1))
	}
	f.Details = rows
	return f
}

// tryKey holds a connection with a key for a moment and says what came of it.
func (h *planeDiagnosis) tryKey(ctx context.Context, k gateway.Key, t hub.Transport) (said string, works bool) {
	o := h.hubOptions(*h.granted, h.u, k.Secret)
	o.ConnectedAfter = min(o.ConnectedAfter, shortHold)
	x, err := hub.New(o)
	if err != nil {
		return err.Error(), false
	}
	switch r := x.TryTransport(ctx, t); r.Class {
	case "":
		return "works", true
	case hub.ClassAuth:
		return "refused (HTTP status 401)", false
	case hub.ClassRejected:
		return "dropped at once: its group has no balance left", false
	default:
		return r.Cause, false
	}
}

// keyLabel names the nth key for people.
func keyLabel(k gateway.Key, n int) string {
	for _, name := range []string{k.Label, k.Name, string(k.ID)} {
		if name != "" {
			return name
		}
	}
	return fmt.Sprintf("key %d", n)
}
