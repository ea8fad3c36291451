package hub

import (
	"context"
	"sync"
	"time"
)

// backpressureWindow is the time in which waits of the reader add up.
const backpressureWindow = 10 * time.Second

// A reader that runs far ahead of a busy dispatcher makes both slow: what it
// reads has left the processor's cache before it is dispatched. Above softLimitBytes
// it lets the dispatcher take something first, for easyWait at most, and not
// again until something was taken. More in hand is more memory, touched anew.
const (
	softLimitBytes = 1 << 20
	easyWait       = 5 * time.Millisecond
)

// A dispatcher takes at most this much at once: what it has in hand is beyond
// the queue's bounds and cannot be dropped any more.
const (
	takeMessages = 64
	takeBytes    = 256 << 10
)

// invocation is one event: a method name and its raw arguments.
type invocation struct {
	target *target
	args   []byte
}

// mark asks the dispatcher to call Handler.Connected, at its place in the order.
type mark struct {
	ctx context.Context // of the connection
	why ConnectInfo
}

// batch is what one message brought: events whose args lie in buf, or a mark.
type batch struct {
	buf    []byte
	events []invocation
	mark   *mark // if not nil there are no events
}

// queue is the bounded way from the reader to the dispatcher.
type queue struct {
	maxMessages, maxBytes int
	maxBackpressure       time.Duration
	ready                 chan struct{} // capacity 1: the idle dispatcher has something to take
	space                 chan struct{} // capacity 1: the waiting reader may look again

	mu       sync.Mutex
	in       []*batch // guarded by mu, as all below
	messages int
	bytes    int
	idle     bool // the dispatcher waits for ready
	inline   bool // the reader delivers itself
	waiting  bool // the reader waits for space
	eased    bool // the reader has waited at softLimitBytes and nothing was taken since
	waits    []wait
	waited   time.Duration
}

// wait is a time that the reader had to wait.
type wait struct {
	end  time.Time
	took time.Duration
}

func newQueue(messages, bytes int, patience time.Duration) *queue {
	return &queue{
		maxMessages: messages, maxBytes: bytes, maxBackpressure: patience,
		ready: make(chan struct{}, 1), space: make(chan struct{}, 1),
	}
}

// push hands b over. If the queue stays full for longer than the reader may
// wait, everything in it is dropped, a mark takes its place, and the number of
// dropped events is returned. deliver reports that the caller is to deliver b
// itself, at once. ctx is that of the connection.
func (q *queue) push(ctx context.Context, b *batch) (dropped int, deliver bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.inline && b.mark == nil {
		return 0, true
	}
	if b.mark == nil && q.bytes >= softLimitBytes && !q.eased {
		q.eased = true
		q.await(ctx, easyWait)
	}
	for b.mark == nil && !q.fits(b) {
		if ctx.Err() != nil {
			break // the last of this connection: one too many does not matter
		}
		left := q.backpressureLeft(time.Now())
		if left <= 0 {
			dropped = q.drop(ctx)
			break
		}
		q.wait(q.await(ctx, left))
	}
	q.add(b)
	return dropped, false
}

// fits reports whether b may be added. What is larger than the bounds may be
// added to an empty queue.
func (q *queue) fits(b *batch) bool {
	return q.messages == 0 || q.messages < q.maxMessages && q.bytes+len(b.buf) <= q.maxBytes
}

func (q *queue) add(b *batch) {
	q.in = append(q.in, b)
	if b.mark == nil {
		q.messages++
		q.bytes += len(b.buf)
	}
	q.inline = false // until this one was taken, nothing may overtake it
	if q.idle {
		q.idle = false
		signal(q.ready)
	}
}

// wait notes a wait that counts against the reader's MaxBackpressure.
func (q *queue) wait(w wait) {
	q.waits = append(q.waits, w)
	q.waited += w.took
}

// await waits for space, without the lock.
func (q *queue) await(ctx context.Context, atMost time.Duration) wait {
	q.waiting = true
	q.mu.Unlock()
	began := time.Now()
	timer := time.NewTimer(atMost)
	select {
	case <-q.space:
	case <-timer.C:
	case <-ctx.Done():
	}
	timer.Stop()
	end := time.Now()
	q.mu.Lock()
	q.waiting = false
	return wait{end, end.Sub(began)}
}

// backpressureLeft is how long the reader may still wait, given what it has waited
// in the last backpressureWindow.
func (q *queue) backpressureLeft(now time.Time) time.Duration {
	first := 0
	left := q.maxBackpressure
	for i, w := range q.waits {
		if now.Sub(w.end) > backpressureWindow {
			first = i + 1
			continue
		}
		left -= w.took
	}
	q.waits = append(q.waits[:0], q.waits[first:]...)
	return left
}

// drop empties the queue and puts one mark into it: that of a connect which
// the Handler does not know of yet, or one that says backlog dropped.
func (q *queue) drop(ctx context.Context) (dropped int) {
	m := &mark{ctx: ctx, why: ConnectInfo{Reason: BacklogDropped}}
	carried := 0 // dropped before, and not reported yet
	for _, b := range q.in {
		if b.mark == nil {
			dropped += len(b.events)
			b.release()
			continue
		}
		carried += b.mark.why.Dropped
		if b.mark.ctx.Err() == nil {
			m = b.mark
		}
	}
	m.why.Dropped = carried + dropped
	clear(q.in)
	q.in = append(q.in[:0], &batch{mark: m})
	q.messages, q.bytes = 0, 0
	return dropped
}

// take moves what waits, up to a bound, to into, which it returns. If nothing
// waits, ready will be signalled. mayInline lets the reader deliver from then on.
func (q *queue) take(into []*batch, mayInline bool) []*batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, bytes := 0, 0
	for n < len(q.in) && n < takeMessages && bytes < takeBytes {
		bytes += len(q.in[n].buf)
		if q.in[n].mark == nil {
			q.messages--
			q.bytes -= len(q.in[n].buf)
		}
		n++
	}
	into = append(into, q.in[:n]...)
	rest := copy(q.in, q.in[n:])
	clear(q.in[rest:])
	q.in = q.in[:rest]
	q.eased = false
	if n == 0 {
		q.idle = true
		q.inline = mayInline
	}
	if q.waiting {
		signal(q.space)
	}
	return into
}

// clear forgets what waits. Nobody pushes or takes any more.
func (q *queue) clear() {
	q.mu.Lock()
	defer q.mu.Unlock()
	clear(q.in)
	q.in = q.in[:0]
	q.messages, q.bytes, q.idle, q.inline = 0, 0, false, false
}

// depth reports what waits now and how long the reader has waited in all.
func (q *queue) depth() (messages, bytes int, waited time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.messages, q.bytes, q.waited
}

// blocked reports whether the reader waits for the Handler.
func (q *queue) blocked() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// keepBuffer is the largest buffer that is kept for the next message.
const keepBuffer = 64 << 10

var batches = sync.Pool{New: func() any { return &batch{buf: make([]byte, 0, 2<<10)} }}

func newBatch() *batch { return batches.Get().(*batch) }

// release gives b back. Nothing of it may be used afterwards.
func (b *batch) release() {
	if b.mark != nil || cap(b.buf) > keepBuffer {
		return
	}
	b.buf = b.buf[:0]
	clear(b.events)
	b.events = b.events[:0]
	batches.Put(b)
}
