package rest

import (
	"errors"
	"net/http"
	"time"

	"gatewatch/internal/core/event"
	texts "gatewatch/internal/core/text"
)

// refusedWaits are the waits until a refused key is tried once more: a gateway
// that was down for a while may take it again. A few refusals in a row ban our
// address, so they are long; the last one is repeated.
var refusedWaits = []time.Duration{5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour}

// refusedGap is the least time between two tries that were asked for by hand.
const refusedGap = 10 * time.Second

// byHandGap is the least time from a refusal to a try that was asked for by hand:
// what is saved is connected at once, and then once more.
const byHandGap = 2 * time.Second

// refuse notes that the key was refused, or that there is none (tried false).
func (w *Poller) refuse(tried bool) {
	w.refused, w.retryAt = true, time.Time{}
	cause := texts.CauseMasterKeyMissing
	if tried {
		w.refusedAt = time.Now()
		w.retryAt = w.refusedAt.Add(refusedWaits[min(w.refusals, len(refusedWaits)-1)])
		w.refusals++
		cause = texts.CauseMasterKeyRefused
	}
	w.opts.Log.Warn("the key is refused", "again", w.retryAt)
	w.emitLink(event.LinkError, "auth", cause, w.retryAt)
}

// tryAgain lets a refused key be asked with once more.
func (w *Poller) tryAgain(now time.Time) {
	w.opts.Client.TryAgain()
	w.tried = now
	w.refused, w.retryAt, w.blocked, w.refreshed = false, time.Time{}, time.Time{}, time.Time{}
	w.refreshAll(now)
}

// Accepted says that the gateway let a connection in with this very key: what
// was refused before is read at once.
func (w *Poller) Accepted() {
	w.requests.post(func(o *refreshRequests) { o.accepted, o.up = true, true })
}

// forbidden reports whether it is this list alone that the gateway, or what stands
// before it, does not let us read, as far as is known: it is if no other one was
// forbidden since a read succeeded. The others are read on.
func (w *Poller) forbidden(p *poll, err error) bool {
	if !forbidsOne(err) || w.forbade != "" && w.forbade != p.name {
		return false
	}
	w.forbade = p.name
	return true
}

// forbidsOne reports whether an error is a refusal that may be of one list alone: our
// address is not banned.
func forbidsOne(err error) bool {
	s, ok := errors.AsType[*StatusError](err)
	return ok && s.Status == http.StatusForbidden && !s.Banned
}

// stopped handles what concerns every read: a refused key, a banned address,
// too many requests. It reports whether err was one of them.
func (w *Poller) stopped(err error) bool {
	if errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrNoKey) {
		w.refuse(errors.Is(err, ErrUnauthorized))
		return true
	}
	s, ok := errors.AsType[*StatusError](err)
	switch {
	case !ok:
		return false
	case s.Status == http.StatusForbidden:
		w.blocked = time.Now().Add(banWait)
		cause := texts.CauseAdminForbidden
		if s.Banned {
			cause = texts.CauseBannedFor(s.Own)
		}
		w.emitLink(event.LinkError, "forbidden", cause, w.blocked)
		return true
	case s.Status == http.StatusTooManyRequests:
		w.blocked = time.Now().Add(max(s.RetryAfter, tooManyWait))
		if w.link.State != "" {
			w.emitLink(event.LinkReconnecting, "rate_limited", texts.CauseTooOften, w.blocked)
		}
		return true
	}
	return false
}
