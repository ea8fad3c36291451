package demo

import (
	"context"
	"errors"
	"sync"
)

// How much one connection may have waiting. The real server stops everybody
// for a client that is behind; a demo gateway cuts it off, which a client has
// to survive just as well. The bound is above the largest message of a
// scenario, so that one big event does not end a connection.
const maxQueued = 64 << 20

// maxBatch is how many bytes of small events are put into one WebSocket
// message, as the real server does when events come faster than it writes.
const maxBatch = 64 << 10

var (
	errFull   = errors.New("demo: the client is too slow")
	errClosed = errors.New("demo: the connection has ended")
)

// parcel is bytes that leave together: one frame, which may share a message
// with its neighbours, or a whole message of its own.
type parcel struct {
	data  []byte // not changed by anybody once queued
	alone bool
}

// queue holds what one connection still has to write. Any goroutine may put,
// one takes.
type queue struct {
	most   int // bytes that may wait; one parcel alone may be larger
	mu     sync.Mutex
	items  []parcel
	bytes  int
	closed bool
	ready  chan struct{} // has a token if there may be something to take
	room   chan struct{} // is closed and replaced when something was taken
}

func newQueue(most int) *queue {
	return &queue{most: most, ready: make(chan struct{}, 1), room: make(chan struct{})}
}

// put adds p or fails at once: errFull or errClosed.
func (q *queue) put(p parcel) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return errClosed
	}
	if q.bytes > 0 && q.bytes+len(p.data) > q.most {
		return errFull
	}
	q.add(p)
	return nil
}

// putWait adds p as soon as less than limit bytes wait.
func (q *queue) putWait(ctx context.Context, p parcel, limit int) error {
	for {
		q.mu.Lock()
		if q.closed {
			q.mu.Unlock()
			return errClosed
		}
		if q.bytes < limit {
			q.add(p)
			q.mu.Unlock()
			return nil
		}
		room := q.room
		q.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-room:
		}
	}
}

func (q *queue) add(p parcel) {
	q.items = append(q.items, p)
	q.bytes += len(p.data)
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// close lets no more in. What waits can still be taken.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.closed = true
	close(q.room)
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// take waits for something to write and returns the next message, which may
// lie in buf, and whether there is more behind it. It fails with errClosed
// when the queue is closed and empty, and with ctx's error when that ends.
func (q *queue) take(ctx context.Context, buf []byte) (msg []byte, more bool, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		q.mu.Lock()
		if len(q.items) > 0 {
			msg, more = q.next(buf), len(q.items) > 0
			if !q.closed {
				close(q.room)
				q.room = make(chan struct{})
			}
			q.mu.Unlock()
			return msg, more, nil
		}
		closed := q.closed
		q.mu.Unlock()
		if closed {
			return nil, false, errClosed
		}
		select {
		case <-ctx.Done():
			return nil, false, ctx.Err()
		case <-q.ready:
		}
	}
}

// next removes the first message: one parcel, or several small ones together
// in buf.
func (q *queue) next(buf []byte) []byte {
	first, n := q.items[0], 1
	msg := first.data
	if !first.alone && len(q.items) > 1 && len(first.data) < maxBatch {
		msg = append(buf[:0], first.data...)
		for n < len(q.items) && !q.items[n].alone && len(msg)+len(q.items[n].data) <= maxBatch {
			msg = append(msg, q.items[n].data...)
			n++
		}
	}
	for i := range n {
		q.bytes -= len(q.items[i].data)
		q.items[i] = parcel{}
	}
	q.items = q.items[n:]
	if len(q.items) == 0 {
		q.items = nil
	}
	return msg
}
