package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/philippseith/signalr"
)

// door is how newcomers to a hub are received.
type door struct {
	status     int           // 0 means: come in
	retryAfter time.Duration // 0 means: not said
}

// hub is one endpoint: the library's server for it and the connections that
// are on it. It implements signalr.HubLifetimeManager, so that what the
// library sends to clients passes the same queues, in order; the library's own
// manager starts a goroutine for every message to every client.
type hub struct {
	name   string // the last part of its path, or the last two
	area   area
	g      *Gateway
	server signalr.Server
	tokens *tokens

	mu     sync.Mutex
	door   door
	muted  bool                           // nothing is told
	conns  map[string]*conn               // every one with a socket
	live   map[string]*conn               // those past the handshake
	groups map[string]map[string]struct{} // names to ids of live ones
	stats  HubStats
}

// HubStats counts what a hub did since it was started.
type HubStats struct {
	Clients   int    // connected now
	Connects  uint64 // connections ever established
	Refused   uint64 // requests refused by key or by the scenario
	Events    uint64 // told to the hub, whether anybody listened or not
	Delivered uint64 // put into the queue of a client; a burst counts its events
	Cut       uint64 // clients cut off because they were too slow
}

func (g *Gateway) newHub(spec hubSpec) (*hub, error) {
	h := &hub{
		name: spec.name, area: spec.area, g: g, tokens: newTokens(),
		conns: map[string]*conn{}, live: map[string]*conn{},
		groups: map[string]map[string]struct{}{},
	}
	server, err := signalr.NewServer(g.serving,
		signalr.HubFactory(func() signalr.HubInterface { return spec.methods(h) }),
		signalr.WithHubLifetimeManager(func(signalr.Server) (signalr.HubLifetimeManager, error) { return h, nil }),
		signalr.Logger(log.NewNopLogger(), false), // else every frame goes to stderr
		signalr.KeepAliveInterval(g.opts.KeepAlive),
		signalr.TimeoutInterval(2*g.opts.KeepAlive),
		signalr.MaximumReceiveMessageSize(maxReceive),
	)
	if err != nil {
		return nil, fmt.Errorf("demo: hub %s: %w", spec.name, err)
	}
	h.server = server
	return h, nil
}

// enter registers a connection that has a socket but no handshake yet. It
// fails if the door has been closed meanwhile.
func (h *hub) enter(c *conn) error {
	if !h.g.listening(h.area) {
		return errClosed
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.door.status != 0 {
		return errClosed
	}
	h.conns[c.id] = c
	return nil
}

// leave forgets a connection.
func (h *hub) leave(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.conns, c.id)
	h.forget(c.id)
}

func (h *hub) forget(id string) {
	delete(h.live, id)
	for name, members := range h.groups {
		if delete(members, id); len(members) == 0 {
			delete(h.groups, name)
		}
	}
}

// drop cuts every connection, without a word.
func (h *hub) drop() {
	h.mu.Lock()
	conns := slices.Collect(maps.Values(h.conns))
	h.mu.Unlock()
	for _, c := range conns {
		c.cut()
	}
}

// finish sends every client a last frame and ends its connection when that is
// written.
func (h *hub) finish(frame []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.live {
		h.deliver(c, parcel{data: frame, alone: true})
		c.out.close()
	}
}

// mute makes the hub swallow what it should tell, or tell again.
func (h *hub) mute(on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.muted = on
}

// broadcast sends one frame to every client, in one order for all.
func (h *hub) broadcast(frame []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.muted {
		return
	}
	h.stats.Events++
	for _, c := range h.live {
		h.deliver(c, parcel{data: frame})
	}
}

// toGroup sends one frame to the members of a group.
func (h *hub) toGroup(name string, frame []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.muted {
		return
	}
	h.stats.Events++
	for id := range h.groups[name] {
		h.deliver(h.live[id], parcel{data: frame})
	}
}

// deliver queues p for c, or cuts c off. The caller holds mu.
func (h *hub) deliver(c *conn, p parcel) {
	switch err := c.out.put(p); {
	case err == nil:
		h.stats.Delivered++
	case errors.Is(err, errFull):
		h.stats.Cut++
		c.cut()
	}
}

// admit makes a connection a listener of the hub, after greetings. Between
// them and what is broadcast next nothing is missing and nothing is told twice.
func (h *hub) admit(id string, groups []string, greetings [][]byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.conns[id]
	if c == nil {
		return
	}
	for _, frame := range greetings {
		h.deliver(c, parcel{data: frame})
	}
	h.live[id] = c
	for _, name := range groups {
		h.join(name, id)
	}
	h.stats.Connects++
}

// sendAway says goodbye to a connection that has just shaken hands.
func (h *hub) sendAway(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.conns[id]; c != nil {
		h.deliver(c, parcel{data: []byte("{\"type\":7}\x1e"), alone: true})
		c.out.close()
	}
	h.stats.Refused++
}

// owner is the virtual key that a connection belongs to; 0 for none.
func (h *hub) owner(id string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.conns[id]; c != nil {
		return c.who
	}
	return 0
}

func (h *hub) setDoor(d door) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.door = d
}

func (h *hub) currentDoor() door {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.door
}

func (h *hub) refused() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stats.Refused++
}

func (h *hub) snapshotStats() HubStats {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.stats
	s.Clients = len(h.live)
	return s
}

// OnConnected implements signalr.HubLifetimeManager. The library calls it
// after the handshake and before it reads on.
func (h *hub) OnConnected(hc signalr.HubConnection) {
	id := hc.ConnectionID()
	who := h.owner(id)
	_ = h.g.stage.ask(func() { // else the gateway ends, and the connection with it
		s := h.g.stage
		w := s.speech.receive(h.name, who, s.clock())
		if w.away {
			h.sendAway(id)
			return
		}
		h.admit(id, w.groups, framesOf(w.first))
	})
}

// OnDisconnected implements signalr.HubLifetimeManager.
func (h *hub) OnDisconnected(hc signalr.HubConnection) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget(hc.ConnectionID())
}

// InvokeAll implements signalr.HubLifetimeManager.
func (h *hub) InvokeAll(target string, args []any) {
	if frame, err := encodeAny(target, args); err == nil {
		h.broadcast(frame)
	}
}

// InvokeClient implements signalr.HubLifetimeManager.
func (h *hub) InvokeClient(id, target string, args []any) {
	if frame, err := encodeAny(target, args); err == nil {
		h.toClient(id, frame)
	}
}

func (h *hub) toClient(id string, frame []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.live[id]; c != nil {
		h.deliver(c, parcel{data: frame})
	}
}

// InvokeGroup implements signalr.HubLifetimeManager.
func (h *hub) InvokeGroup(group, target string, args []any) {
	if frame, err := encodeAny(target, args); err == nil {
		h.toGroup(group, frame)
	}
}

// AddToGroup implements signalr.HubLifetimeManager.
func (h *hub) AddToGroup(group, id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.live[id] != nil {
		h.join(group, id)
	}
}

// join makes a connection a member of a group. The caller holds mu.
func (h *hub) join(group, id string) {
	if h.groups[group] == nil {
		h.groups[group] = map[string]struct{}{}
	}
	h.groups[group][id] = struct{}{}
}

// RemoveFromGroup implements signalr.HubLifetimeManager.
func (h *hub) RemoveFromGroup(group, id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.groups[group], id)
}

// everyone returns the clients of the hub as of now.
func (h *hub) everyone() []*conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Values(h.live))
}

// post queues p for everybody who was there when the burst began, waiting for
// room; it is for bursts, which are larger than any queue.
func (h *hub) post(ctx context.Context, to []*conn, p parcel, events uint64) error {
	for _, c := range to {
		switch err := c.out.putWait(ctx, p, maxBurstQueued); {
		case errors.Is(err, errClosed):
			continue
		case err != nil:
			return err
		}
		h.mu.Lock()
		h.stats.Delivered += events
		h.mu.Unlock()
	}
	return nil
}

// maxBurstQueued keeps a burst a little ahead of the writer and no more.
const maxBurstQueued = 4 << 20

// encodeAny makes the frame of an event from Go values.
func encodeAny(target string, args []any) ([]byte, error) {
	raw := make([]json.RawMessage, len(args))
	for i, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			return nil, fmt.Errorf("demo: argument %d of %s: %w", i+1, target, err)
		}
		raw[i] = b
	}
	return encode(target, raw...), nil
}

// encode makes the frame of an event. The arguments are taken as they are,
// whether they are JSON or not.
func encode(target string, args ...json.RawMessage) []byte {
	name, err := json.Marshal(target)
	if err != nil { // cannot happen: every string has a JSON form
		name = []byte(`""`)
	}
	var b strings.Builder
	b.WriteString(`{"type":1,"target":`)
	b.Write(name)
	b.WriteString(`,"arguments":[`)
	for i, a := range args {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(a)
	}
	b.WriteString("]}")
	b.WriteByte(separator)
	return []byte(b.String())
}
