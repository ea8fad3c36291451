package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
)

// separator ends every frame.
const separator = 0x1e

// conn is one client's connection to one hub, as the library's server sees it:
// it implements signalr.Connection. Reading is the library's alone. Everything
// that is written, by the library or by the stage, passes one queue.
type conn struct {
	id     string
	who    int // the virtual key that it was opened with; 0 for none
	kind   Transport
	ctx    context.Context
	cancel context.CancelFunc
	in     chan []byte // what the transport received, in pieces as it came
	out    *queue

	buf  []byte // received and not yet given to the library
	give []byte // the frame that the library is being given
	took bool   // the handshake was given

	mu       sync.Mutex
	name     string              // the id by which the library knows it
	answered map[string]struct{} // invocations that were answered with an error
}

func newConn(parent context.Context, id string, who int, kind Transport, queue int) *conn {
	ctx, cancel := context.WithCancel(parent)
	return &conn{
		id: id, name: id, who: who, kind: kind, ctx: ctx, cancel: cancel,
		in: make(chan []byte, 16), out: newQueue(queue),
		answered: map[string]struct{}{},
	}
}

// cut ends the connection at once; nothing more is written.
func (c *conn) cut() {
	c.cancel() // first, so that the writer finds an end and not the last word
	c.out.close()
}

// Context implements signalr.Connection.
func (c *conn) Context() context.Context { return c.ctx }

// ConnectionID implements signalr.Connection.
func (c *conn) ConnectionID() string { c.mu.Lock(); defer c.mu.Unlock(); return c.name }

// SetConnectionID implements signalr.Connection.
func (c *conn) SetConnectionID(id string) { c.mu.Lock(); defer c.mu.Unlock(); c.name = id }

// Read gives the library at most one frame at a time: what follows the
// handshake in one message would be lost otherwise. Its errors never are
// io.EOF, on which the library would spin.
func (c *conn) Read(p []byte) (int, error) {
	for len(c.give) == 0 {
		if i := bytes.IndexByte(c.buf, separator); i >= 0 {
			frame := c.buf[:i+1]
			c.buf = c.buf[i+1:]
			if err := c.checkHandshake(frame[:i]); err != nil {
				return 0, err
			}
			if !c.stray(frame[:i]) {
				c.give = frame
			}
			continue
		}
		if len(c.buf) > maxReceive {
			return 0, fmt.Errorf("demo: a frame of more than %d bytes", maxReceive)
		}
		select {
		case <-c.ctx.Done():
			return 0, errClosed
		case b, ok := <-c.in:
			if !ok {
				return 0, errClosed
			}
			c.buf = append(c.buf, b...)
		}
	}
	n := copy(p, c.give)
	c.give = c.give[n:]
	return n, nil
}

// checkHandshake refuses a protocol other than JSON: events are written as
// JSON text whatever the library would agree to.
func (c *conn) checkHandshake(frame []byte) error {
	if c.took {
		return nil
	}
	c.took = true
	var h struct {
		Protocol string `json:"protocol"`
		Version  int    `json:"version"`
	}
	if err := json.Unmarshal(frame, &h); err != nil {
		return errHandshake
	}
	if h.Protocol == "json" {
		return nil
	}
	answer, err := json.Marshal(map[string]string{
		"error": fmt.Sprintf("The protocol '%s' is not supported.", h.Protocol),
	})
	if err == nil {
		_ = c.out.put(parcel{data: append(answer, separator)})
	}
	return errHandshake
}

// stray reports whether a frame is an answer to a call that the gateway did
// not make, or made in a raw frame. The library would close the connection;
// the real server ignores it if it names the call.
func (c *conn) stray(frame []byte) bool {
	if !bytes.Contains(frame, []byte(`"type":3`)) {
		return false
	}
	var m struct {
		Type int    `json:"type"`
		ID   string `json:"invocationId"`
	}
	return json.Unmarshal(frame, &m) == nil && m.Type == 3 && m.ID != ""
}

// Write queues one frame of the library's. It does not block; a full queue
// ends the connection.
func (c *conn) Write(p []byte) (int, error) {
	if c.swallow(p) {
		return len(p), nil
	}
	if err := c.out.put(parcel{data: bytes.Clone(p)}); err != nil {
		c.cancel()
		return 0, err
	}
	return len(p), nil
}

// swallow reports whether p is a completion that the library should not have
// written: an answer to a call that asked for none, or the second answer to a
// call that failed.
func (c *conn) swallow(p []byte) bool {
	if !bytes.HasPrefix(p, []byte(`{"type":3,`)) {
		return false
	}
	var m struct {
		ID    string `json:"invocationId"`
		Error string `json:"error"`
	}
	if json.Unmarshal(bytes.TrimSuffix(p, []byte{separator}), &m) != nil {
		return false
	}
	if m.ID == "" {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, twice := c.answered[m.ID]; twice {
		delete(c.answered, m.ID)
		return true
	}
	if m.Error != "" && len(c.answered) < maxAnswered {
		c.answered[m.ID] = struct{}{}
	}
	return false
}

// errHandshake wraps nothing, as no error of Read may.
var errHandshake = errors.New("demo: no handshake that could be read")

// maxAnswered bounds what a client that calls nonsense for hours can make us
// remember; beyond it a second answer passes, which clients ignore.
const maxAnswered = 1024

// maxReceive is the largest frame that is accepted from a client: that of a
// real server with default settings.
const maxReceive = 32 << 10
