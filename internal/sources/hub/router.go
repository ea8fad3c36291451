package hub

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// badFrameLog is how often a kind of bad frame is worth a line in the log.
const badFrameLog = time.Minute

// callPrefix marks the invocation ids that are ours and not the library's.
const callPrefix = "w"

// router takes frames out of the stream and gives each to whom it is for. Only
// the reading goroutine uses it.
type router struct {
	s      *session
	split  splitter
	last   *target   // of the previous event: the next one is often the same
	run    uint64    // events of last that are not counted yet
	fed    time.Time // when the library last got anything
	logged map[string]time.Time
}

// receive reads until the connection ends and says why it did.
func (s *session) receive(d *dispatcher) error {
	b := newBatch()
	b.buf = append(b.buf, s.rest...)
	s.rest = nil
	for {
		next, err := s.router.route(b, d)
		if err != nil {
			return err
		}
		b = next
		before := len(b.buf)
		b.buf, err = s.wire.read(b.buf)
		s.router.received(len(b.buf) - before)
		if err != nil {
			return err
		}
	}
}

// received notes that n bytes came, which also shows the library that the
// server is there: it does not see the events.
func (r *router) received(n int) {
	t := time.Now()
	r.s.heard.Store(int64(t.Sub(r.s.began)))
	c := &r.s.h.count
	c.lastReceived.Store(t.UnixNano())
	c.bytes.Add(uint64(n))
	c.messages.Add(1)
	if t.Sub(r.fed) >= time.Second {
		r.fed = t
		r.s.tap.feed(framePing[:len(framePing)-1])
	}
}

// route works off the whole frames in b.buf and hands the events among them
// over. It returns the batch to read on into, which begins with the part of a
// frame that is left.
func (r *router) route(b *batch, d *dispatcher) (*batch, error) {
	rest, whole := b.buf, false
	var end error
	for end == nil {
		frame, behind, ok := r.split.next(rest)
		if !ok {
			break
		}
		rest, whole = behind, true
		end = r.frame(b, frame)
	}
	if int64(len(rest)) > r.s.h.opts.MaxMessage {
		return b, fmt.Errorf("%w: over %d bytes", ErrMessageTooBig, r.s.h.opts.MaxMessage)
	}
	if !whole {
		return b, nil
	}
	if len(b.events) == 0 {
		b.buf = b.buf[:copy(b.buf, rest)]
		return b, end
	}
	next := newBatch()
	next.buf = append(next.buf, rest...)
	r.hand(b, d)
	return next, end
}

// hand passes a batch with events on.
func (r *router) hand(b *batch, d *dispatcher) {
	h := r.s.h
	r.count()
	h.count.events.Add(uint64(len(b.events)))
	h.count.lastEvent.Store(h.count.lastReceived.Load())
	dropped, deliver := h.queue.push(r.s.ctx, b)
	if deliver {
		r.s.inline.Store(true)
		d.deliver(b, time.Since(d.began))
		d.idle()
		b.release()
		r.s.inline.Store(false)
	}
	if dropped > 0 {
		h.count.dropped.Add(uint64(dropped))
		h.count.backlogs.Add(1)
		h.log.Warn("backlog dropped: the handler is too slow", "events", dropped)
	}
}

// frame gives one frame to whom it is for. An error ends the connection.
func (r *router) frame(b *batch, frame []byte) error {
	if name, args, ok := quickEvent(frame); ok {
		r.event(b, name, args)
		return nil
	}
	if len(frame) == 0 {
		r.bad("empty", frame)
		return nil
	}
	var e hubMessage
	if err := json.Unmarshal(frame, &e); err != nil || e.Type == nil {
		r.bad("malformed", frame)
		return nil
	}
	switch *e.Type {
	case typeInvocation:
		r.invocation(b, &e, frame)
	case typePing:
		r.library(frame)
	case typeCompletion, typeStreamItem:
		r.completion(&e, frame)
	case typeClose:
		r.s.tap.stopWriting()
		r.library(frame)
		return &CloseError{Text: r.s.h.redact.text(e.Error), AllowReconnect: e.AllowReconnect}
	default:
		r.bad("unknown type", frame)
	}
	return nil
}

// event adds an event to b. args stay where they are.
func (r *router) event(b *batch, name, args []byte) {
	t := r.last
	if t == nil || t.name != string(name) {
		r.count()
		t = r.s.h.targets.intern(name)
		r.last = t
	}
	r.run++
	b.events = append(b.events, invocation{t, args})
}

// count adds what came of the last target to its events.
func (r *router) count() {
	if r.run > 0 {
		r.last.count.Add(r.run)
		r.run = 0
	}
}

// invocation is an event in an unusual shape, or a request for our result,
// which the library answers: it has no methods, and says so.
func (r *router) invocation(b *batch, e *hubMessage, frame []byte) {
	switch {
	case e.InvocationID != "":
		r.library(frame)
	case e.Target == nil || !bytes.HasPrefix(e.Arguments, []byte("[")):
		r.bad("malformed", frame)
	default:
		r.event(b, []byte(*e.Target), e.Arguments)
	}
}

// completion is for who called. One that nobody waits for is dropped: the
// library would end the connection.
func (r *router) completion(e *hubMessage, frame []byte) {
	if *e.Type != typeCompletion || !strings.HasPrefix(e.InvocationID, callPrefix) ||
		!r.s.calls.complete(e, r.s.h.redact) {
		r.bad("unknown id", frame)
	}
}

func (r *router) library(frame []byte) {
	r.fed = time.Now()
	if !r.s.tap.feed(frame) {
		r.bad("too long", frame)
	}
}

// bad counts a frame that cannot be used, and logs one of each kind a minute.
func (r *router) bad(what string, frame []byte) {
	c := &r.s.h.count
	switch what {
	case "empty":
		c.empty.Add(1)
	case "malformed":
		c.malformed.Add(1)
	case "unknown type":
		c.unknownType.Add(1)
	case "unknown id":
		c.unknownID.Add(1)
	case "too long":
		c.tooLong.Add(1)
	}
	if r.logged == nil {
		r.logged = map[string]time.Time{}
	}
	if now := time.Now(); now.Sub(r.logged[what]) >= badFrameLog {
		r.logged[what] = now
		r.s.h.log.Warn("frame not used", "what", what, "bytes", len(frame), "begins", r.s.h.redact.sample(frame, 64))
	}
}
