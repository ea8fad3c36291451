package rest

import (
	"context"
	"time"

	"gatewatch/internal/event"
)

// adminAPI is the half of a gateway that lists come from, in sentences.
const adminAPI = "Admin API"

// asked tells what came of a read of a source, which began at a time and is
// made at an interval.
func (w *Watcher) asked(source string, err error, began time.Time, every time.Duration) {
	a := event.Asked{LatencyMS: -1, EveryMS: every.Milliseconds(), At: time.Now()}
	a.Outcome, a.Cause = OutcomeOf(err, adminAPI)
	switch a.Outcome {
	case event.OutcomeGood:
		a.LatencyMS = float64(a.At.Sub(began).Microseconds()) / 1000
	case event.OutcomeRefused, event.OutcomeMissing: // it stays so
		a.EveryMS = 0
	default:
	}
	w.opts.Asked(source, a)
}

// unknownYet tells what can be told of a gateway of which it is not known yet
// what it is: how its database is, as that may be why.
func (w *Watcher) unknownYet(ctx context.Context, cause error) {
	began := time.Now()
	w.world.now = began
	facts, _, err := readParts(ctx, w)
	if ctx.Err() != nil {
		return
	}
	if NotFound(err) { // not its answer that tells how it is
		err = cause
	}
	if len(facts) > 0 {
		w.opts.Tell(topicParts, facts)
	}
	w.asked(topicParts, err, began, time.Until(w.probeAt))
}

// listless tells that a gateway has no lists to read.
func (w *Watcher) listless() {
	w.opts.Asked(topicParts, event.Asked{
		Outcome: event.OutcomeNone, Cause: "This gateway has no lists: its Admin API is not asked.", LatencyMS: -1, At: time.Now(),
	})
}

// Doubt says that something else hints at trouble behind the gateway, or at its
// end: the list that hangs with it is read soon.
func (w *Watcher) Doubt() { w.orders.give(func(o *orders) { o.doubt = true }) }

// Of the list of failures. The gateway keeps it in its Redis and answers with
// an error only after ten seconds once that is gone. It is asked again at
// least each minute: the light of Redis hangs on it.
const (
	failuresWithin = 15 * time.Second
	failuresSlow   = time.Minute
)

// failuresTold notes what came of reading the list of failures; trouble with
// it is a reason for others to look.
func (w *Watcher) failuresTold(err error, began time.Time, every time.Duration) {
	if err != nil {
		every = failuresSlow
	}
	w.asked(event.SourceFailures, err, began, every)
	if bad := err != nil; bad != w.world.failing {
		w.world.failing = bad
		w.opts.Doubt()
	}
}

// everyOf is the interval in force of a topic; 0 if it is not read.
func (w *Watcher) everyOf(name string) time.Duration {
	for _, p := range w.polls {
		if p.name == name {
			return w.every(p)
		}
	}
	return 0
}
