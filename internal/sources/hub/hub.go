package hub

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// Handler receives what a hub says. Its methods are called by one goroutine at
// a time, in wire order.
type Handler interface {
	// Connected is called after every connect and after a dropped backlog, to
	// subscribe and to read anew what may have been missed; h.Invoke works
	// from here on. Events wait behind it, so it should be brief. ctx ends
	// with the connection. After an error it is called again, later and later,
	// while events go on.
	Connected(ctx context.Context, h *Hub, why ConnectInfo) error
	// Event gets one invocation. target is interned; args is the raw JSON
	// array of the arguments, brackets included and otherwise unchecked, and
	// must not be kept after return. It must not block.
	Event(target string, args []byte)
}

// Idler may be implemented by a Handler that gathers events: Idle is called,
// like Event, after the events at hand were given to it, so that it can pass
// on what it gathered.
type Idler interface{ Idle() }

// ConnectReason says what a call of Handler.Connected is for.
type ConnectReason string

// The occasions.
const (
	FirstConnect   ConnectReason = "connected"
	Reconnect      ConnectReason = "reconnected"
	BacklogDropped ConnectReason = "backlog_dropped"
)

// ConnectInfo goes with Handler.Connected.
type ConnectInfo struct {
	Reason ConnectReason
	// Gap is how long the hub was not connected, 0 at the first connect.
	Gap time.Duration
	// Dropped is the number of events given up since the last call.
	Dropped int
	// Retries counts the failed calls of this occasion before this one.
	Retries int
}

// Hub is one supervised connection. Make it with New, keep it up with Run.
type Hub struct {
	opts Options
	log  *slog.Logger
	host string // of opts.URL

	status   *statusBoard
	commands *commands
	redact   *redactor
	count    counters
	targets  *targets
	queue    *queue

	session atomic.Pointer[session] // shaken hands and not yet ended, or nil
	callID  atomic.Uint64

	mu     sync.Mutex
	cancel context.CancelFunc // ends Run; nil when it does not run; guarded by mu
	ended  chan struct{}      // closed when Run has returned; guarded by mu
}

// New checks the options. The Hub does nothing until Run.
func New(o Options) (*Hub, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("hub %s: %w", o.Name, err)
	}
	if o.HTTP == nil {
		env, err := NewEnvironment(NetworkOptions{})
		if err != nil {
			return nil, fmt.Errorf("hub %s: %w", o.Name, err)
		}
		o.HTTP = env
	}
	if o.DialLimit == nil {
		o.DialLimit = NewSemaphore(defaultSlots)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Jitter == nil {
		o.Jitter = random
	}
	o.Header = o.Header.Clone()
	u, err := url.Parse(o.URL)
	if err != nil {
		return nil, fmt.Errorf("hub %s: the address cannot be read", o.Name)
	}
	h := &Hub{
		opts:     o,
		log:      o.Log.With("component", "hub", "hub", o.Name),
		host:     u.Host,
		status:   newStatusBoard(),
		commands: newCommands(),
		redact:   newRedactor(),
		targets:  newTargets(),
	}
	h.queue = newQueue(o.QueueMessages, o.QueueBytes, o.MaxBackpressure)
	return h, nil
}

// Run keeps the connection up until ctx ends or Close is called, and returns
// nil then. It returns ErrRunning at once if it already runs, and
// ErrHandlerStuck if at the end the Handler did not return in time, in which
// case the dispatcher goes on until it does.
func (h *Hub) Run(ctx context.Context, handler Handler) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan struct{})
	h.mu.Lock()
	if h.cancel != nil {
		h.mu.Unlock()
		return ErrRunning
	}
	h.cancel, h.ended = cancel, ended
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		h.cancel, h.ended = nil, nil
		h.mu.Unlock()
		close(ended)
	}()
	return h.supervise(ctx, handler)
}

// Close ends Run and waits until it has returned. It does nothing if Run does
// not run. It must not be called by the Handler or a subscriber.
func (h *Hub) Close() {
	h.mu.Lock()
	cancel, ended := h.cancel, h.ended
	h.mu.Unlock()
	if cancel != nil {
		cancel()
		<-ended
	}
}

// Status reports how the connection is. It never blocks.
func (h *Hub) Status() Status { return *h.status.now.Load() }

// OnStatus calls fn with the status as it is and then whenever it changed, in
// order, while Run runs. A subscriber that is slow misses intermediate statuses,
// never the last; it delays other subscribers of this hub, nothing else. The
// returned function ends it.
func (h *Hub) OnStatus(fn func(Status)) (stop func()) { return h.status.subscribe(fn) }

// Stats copies the counters.
func (h *Hub) Stats() Stats { return h.stats() }

// ConnectNow ends a wait between attempts, or the state disconnected. On a
// connection that is up it asks whether the server is still there; call it
// also when the network came back.
func (h *Hub) ConnectNow() { h.commands.post(command{connect: true, immediately: true}) }

// Disconnect ends the connection, or the attempts, until ConnectNow or Reconnect.
func (h *Hub) Disconnect() { h.commands.post(command{}) }

// Reconnect ends the connection, if one is up, and connects at once.
func (h *Hub) Reconnect() { h.commands.post(command{connect: true, immediately: true, restart: true}) }

// Invoke calls target on the server and waits for its result, JSON ("null" for
// none). It does not wait for a connection: ErrNotConnected. If the connection
// ends first it returns ErrConnectionLost; whether the call was made is then
// unknown. A failure reported by the server is a *CallError. When ctx ends the
// server is told that the result is no longer wanted.
func (h *Hub) Invoke(ctx context.Context, target string, args ...any) (json.RawMessage, error) {
	s := h.session.Load()
	if s == nil {
		return nil, fmt.Errorf("hub %s: invoke %s: %w", h.opts.Name, target, ErrNotConnected)
	}
	res, err := s.invoke(ctx, target, args)
	if err != nil {
		return nil, fmt.Errorf("hub %s: invoke %s: %w", h.opts.Name, target, err)
	}
	return res, nil
}

// Send calls target on the server and does not wait for it to finish; a
// failure there is not reported. Nil means that the message was written.
func (h *Hub) Send(ctx context.Context, target string, args ...any) error {
	s := h.session.Load()
	if s == nil {
		return fmt.Errorf("hub %s: send %s: %w", h.opts.Name, target, ErrNotConnected)
	}
	if err := s.send(ctx, target, args); err != nil {
		return fmt.Errorf("hub %s: send %s: %w", h.opts.Name, target, err)
	}
	return nil
}
