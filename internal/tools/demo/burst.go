package demo

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// BurstResult says what a burst was.
type BurstResult struct {
	Events  int           // made, whether there were clients or not
	Bytes   int64         // of all frames, separators included, to one client
	Clients int           // that were there when it began
	Took    time.Duration // until the last one was in every client's queue
}

// Burst sends n SpendUpdate events of about 300 bytes to the clients that a
// hub has now, as fast as they take them, with perMessage events in each
// WebSocket message. Event i of n, from 1, has totalSpend i and requestId
// "burst-i", so that a client can check order and completeness. It blocks
// until the last event is queued for everybody; a client that does not read
// holds it up until ctx ends. The world is not changed. Other events may come
// between the messages.
func (g *Gateway) Burst(ctx context.Context, hub string, n, perMessage int) (BurstResult, error) {
	h := g.hubs[hub]
	if h == nil {
		return BurstResult{}, fmt.Errorf("%w: %q", ErrNoHub, hub)
	}
	if n < 0 || perMessage < 1 {
		return BurstResult{}, fmt.Errorf("%w: a burst of %d by %d", ErrOptions, n, perMessage)
	}
	to := h.everyone()
	res := BurstResult{Clients: len(to)}
	began := time.Now()
	ts := stamp(g.opts.Now())
	size := 320
	for res.Events < n {
		if g.serving.Err() != nil {
			return res, ErrClosed
		}
		count := min(perMessage, n-res.Events)
		msg := make([]byte, 0, size*count)
		for i := range count {
			msg = appendBurstFrame(msg, res.Events+i+1, ts)
		}
		size = len(msg)/count + 16
		if err := h.post(ctx, to, parcel{data: msg, alone: true}, uint64(count)); err != nil {
			return res, fmt.Errorf("demo: burst: %w", err)
		}
		res.Events += count
		res.Bytes += int64(len(msg))
	}
	res.Took = time.Since(began)
	return res, nil
}

// appendBurstFrame makes event i without reflection: the server must not be
// what a benchmark of clients measures.
func appendBurstFrame(b []byte, i int, ts string) []byte {
	b = append(b, `{"type":1,"target":"SpendUpdate","arguments":[{"virtualKeyId":"`...)
	b = strconv.AppendInt(b, int64(i%12+1), 10)
	b = append(b, `","virtualKeyName":"team-burst","amount":0.004215,"totalSpend":`...)
	b = strconv.AppendInt(b, int64(i), 10)
	b = append(b, `,"limit":1000000000,"model":"gpt-5.2-mini","provider":"openai","requestId":"burst-`...)
	b = strconv.AppendInt(b, int64(i), 10)
	b = append(b, `","timestamp":"`...)
	b = append(b, ts...)
	return append(b, "\"}]}\x1e"...)
}
