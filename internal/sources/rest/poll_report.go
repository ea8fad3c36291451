package rest

import (
	"context"
	"time"

	"gatewatch/internal/core/event"
	texts "gatewatch/internal/core/text"
)

// adminAPI is the API of a gateway that lists come from, in sentences.
const adminAPI = "Admin API"

// reportPoll reports what came of a read of a source, which began at a time and is
// made at an interval.
func (w *Poller) reportPoll(source string, err error, began time.Time, every time.Duration) {
	a := event.Polled{LatencyMS: -1, EveryMS: every.Milliseconds(), At: time.Now()}
	a.Outcome, a.Cause = PollOutcomeOf(err, adminAPI)
	switch a.Outcome {
	case event.PollOK:
		a.LatencyMS = float64(a.At.Sub(began).Microseconds()) / 1000
	case event.PollUnauthorized, event.PollUnsupported: // it stays so
		a.EveryMS = 0
	default:
	}
	w.opts.OnPoll(source, a)
}

// reportUnidentified reports what can be said of a gateway of which it is not known yet
// what it is: how its database is, as that may be why.
func (w *Poller) reportUnidentified(ctx context.Context, cause error) {
	began := time.Now()
	w.observed.now = began
	events, _, err := readAdminHealth(ctx, w)
	if ctx.Err() != nil {
		return
	}
	if NotFound(err) { // not its answer that says how it is
		err = cause
	}
	if len(events) > 0 {
		w.opts.Emit(topicAdminHealth, events)
	}
	w.reportPoll(topicAdminHealth, err, began, time.Until(w.probeAt))
}

// reportNoLists reports that a gateway has no lists to read.
func (w *Poller) reportNoLists() {
	w.opts.OnPoll(topicAdminHealth, event.Polled{
		Outcome: event.PollSkipped, Cause: texts.CauseNoLists, LatencyMS: -1, At: time.Now(),
	})
}

// Recheck says that something else hints at a failure behind the gateway, or at its
// end: the list that hangs with it is read soon.
func (w *Poller) Recheck() { w.requests.post(func(o *refreshRequests) { o.recheck = true }) }

// The bounds of reading the list of failures. The gateway keeps it in its Redis and answers with
// an error only after ten seconds once that is gone. It is asked again at
// least each minute: the health check of Redis depends on it.
const (
	providerErrorsTimeout     = 15 * time.Second
	providerErrorsMaxInterval = time.Minute
)

// reportProviderErrors notes what came of reading the list of failures; a failure of
// it is a reason for others to check.
func (w *Poller) reportProviderErrors(err error, began time.Time, every time.Duration) {
	if err != nil {
		every = providerErrorsMaxInterval
	}
	w.reportPoll(event.SourceFailures, err, began, every)
	if bad := err != nil; bad != w.observed.failing {
		w.observed.failing = bad
		w.opts.Recheck()
	}
}

// everyOf is the interval in force of a topic; 0 if it is not read.
func (w *Poller) everyOf(name string) time.Duration {
	for _, p := range w.polls {
		if p.name == name {
			return w.every(p)
		}
	}
	return 0
}
