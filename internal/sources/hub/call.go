package hub

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"
)

// maxCall is the longest frame, separator included, that a server with its
// defaults accepts: one byte more, and it closes the connection.
const maxCall = 32768

// completion is a completion.
type completion struct {
	result json.RawMessage
	err    error
}

// calls are the invocations of one connection that wait for their completion.
type calls struct {
	spawned sync.WaitGroup // writes that outlive their caller

	mu      sync.Mutex
	waiting map[string]chan<- completion // by id; capacity 1 each; guarded by mu
	over    bool                         // the connection has ended; guarded by mu
}

// call is an invocation as it is written.
type call struct {
	Type         int    `json:"type"`
	InvocationID string `json:"invocationId,omitempty"`
	Target       string `json:"target"`
	Arguments    []any  `json:"arguments"`
}

func (c call) frame() ([]byte, error) {
	c.Type = typeInvocation
	if c.Arguments == nil {
		c.Arguments = []any{} // a server ends the connection if they are missing
	}
	b, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBadRequest, err)
	}
	b = append(b, separator)
	if len(b) > maxCall {
		return nil, fmt.Errorf("%w: %d bytes of at most %d", ErrCallTooBig, len(b), maxCall)
	}
	return b, nil
}

// add makes id wait for its completion, and counts a goroutine that writes.
func (c *calls) add(id string) (<-chan completion, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return nil, false
	}
	ch := make(chan completion, 1)
	if id != "" {
		c.waiting[id] = ch
	}
	c.spawned.Add(1)
	return ch, true
}

// forget ends the wait for id. It reports whether it still waited.
func (c *calls) forget(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.waiting[id]
	delete(c.waiting, id)
	return ok
}

// complete gives a completion to its caller. It reports false if nobody waits.
func (c *calls) complete(e *hubMessage, redact *redactor) bool {
	c.mu.Lock()
	ch, ok := c.waiting[e.InvocationID]
	delete(c.waiting, e.InvocationID)
	c.mu.Unlock()
	if !ok {
		return false
	}
	a := completion{result: e.Result}
	switch {
	case e.Error != "":
		a = completion{err: &CallError{Text: redact.text(e.Error)}}
	case a.result == nil:
		a.result = json.RawMessage("null")
	}
	ch <- a
	return true
}

// end makes further calls fail. Those that wait notice the end of the connection.
func (c *calls) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
}

// spawn writes frame on a goroutine of its own, because a write must not be
// broken off with its caller: the connection would be lost. calls.add counted it.
func (s *session) spawn(frame []byte) <-chan error {
	written := make(chan error, 1)
	go func() {
		defer s.calls.spawned.Done()
		written <- s.write(frame)
	}()
	return written
}

func (s *session) invoke(ctx context.Context, target string, args []any) (json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	id := callPrefix + strconv.FormatUint(s.h.callID.Add(1), 10)
	frame, err := call{InvocationID: id, Target: target, Arguments: args}.frame()
	if err != nil {
		return nil, err
	}
	ch, ok := s.calls.add(id)
	if !ok {
		return nil, ErrConnectionLost
	}
	s.h.count.calls.Add(1)
	res, err := s.await(ctx, id, ch, s.spawn(frame))
	if err != nil {
		s.h.count.callsFailed.Add(1)
	}
	return res, err
}

// await waits for the write, then for the completion of id.
func (s *session) await(ctx context.Context, id string, ch <-chan completion, written <-chan error) (json.RawMessage, error) {
	defer s.calls.forget(id)
	var late <-chan time.Time
	for {
		select {
		case a := <-ch:
			return a.result, a.err
		case err := <-written:
			if err != nil {
				return nil, ErrConnectionLost
			}
			written = nil
			timer := time.NewTimer(s.h.opts.CallTimeout) // counted from the write: calls of a connection run one after another
			defer timer.Stop()
			late = timer.C
		case <-ctx.Done():
			s.cancelCall(id)
			return nil, ctx.Err()
		case <-late:
			s.cancelCall(id)
			return nil, context.DeadlineExceeded
		case <-s.ctx.Done():
			select {
			case a := <-ch: // it came just before the end
				return a.result, a.err
			default:
				return nil, ErrConnectionLost
			}
		}
	}
}

// cancelCall says to the server that the result is not wanted any more.
func (s *session) cancelCall(id string) {
	if !s.calls.forget(id) {
		return
	}
	if _, ok := s.calls.add(""); ok {
		s.spawn([]byte(`{"type":5,"invocationId":"` + id + `"}` + "\x1e"))
	}
}

func (s *session) send(ctx context.Context, target string, args []any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	frame, err := call{Target: target, Arguments: args}.frame()
	if err != nil {
		return err
	}
	if _, ok := s.calls.add(""); !ok {
		return ErrConnectionLost
	}
	s.h.count.calls.Add(1)
	select {
	case err = <-s.spawn(frame):
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		s.h.count.callsFailed.Add(1)
	}
	return err
}
