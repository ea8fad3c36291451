package hub

import (
	"sync/atomic"
	"time"
)

// Stats counts since New.
type Stats struct {
	Attempts uint64 // to connect
	Connects uint64 // handshakes completed
	Bytes    uint64 // received in messages
	Messages uint64 // received; one may hold many frames
	Events   uint64 // frames that went to the queue for the Handler
	ByTarget map[string]uint64
	// Dropped is the number of events given up because the Handler was slow,
	// Backlogs how often.
	Dropped, Backlogs uint64
	// Bad frames, by what is wrong with them.
	Empty, Malformed, UnknownType, UnknownID, TooLong uint64
	Panics                                            uint64 // of the Handler, each one event lost
	SlowEvents                                        uint64 // batches in which an event took over 50 ms on average
	Calls, CallsFailed                                uint64
	QueueMessages, QueueBytes                         int           // waiting now
	Waited                                            time.Duration // reader for the queue, altogether
	// LastReceived is when anything came last; zero if nothing did.
	LastReceived time.Time
	// LastEvent is when an event came last; zero if none did.
	LastEvent time.Time
	// RoundTrip is of the last probe; negative if there was none.
	RoundTrip time.Duration
}

// BadFrames is the sum of the frames that could not be used.
func (s Stats) BadFrames() uint64 {
	return s.Empty + s.Malformed + s.UnknownType + s.UnknownID + s.TooLong
}

// counters is what Stats is read from.
type counters struct {
	attempts, connects, bytes, messages, events, dropped, backlogs atomic.Uint64
	empty, malformed, unknownType, unknownID, tooLong              atomic.Uint64
	panics, slow, calls, callsFailed                               atomic.Uint64
	lastReceived, lastEvent, roundTrip                             atomic.Int64 // unix ns, twice; ns+1, so that 0 is none
}

func (h *Hub) stats() Stats {
	c := &h.count
	s := Stats{
		Attempts: c.attempts.Load(), Connects: c.connects.Load(),
		Bytes: c.bytes.Load(), Messages: c.messages.Load(), Events: c.events.Load(),
		ByTarget: h.targets.counts(),
		Dropped:  c.dropped.Load(), Backlogs: c.backlogs.Load(),
		Empty: c.empty.Load(), Malformed: c.malformed.Load(), UnknownType: c.unknownType.Load(),
		UnknownID: c.unknownID.Load(), TooLong: c.tooLong.Load(),
		Panics: c.panics.Load(), SlowEvents: c.slow.Load(),
		Calls: c.calls.Load(), CallsFailed: c.callsFailed.Load(),
		RoundTrip: time.Duration(c.roundTrip.Load() - 1),
	}
	s.QueueMessages, s.QueueBytes, s.Waited = h.queue.depth()
	if ns := c.lastReceived.Load(); ns != 0 {
		s.LastReceived = time.Unix(0, ns)
	}
	if ns := c.lastEvent.Load(); ns != 0 {
		s.LastEvent = time.Unix(0, ns)
	}
	return s
}
