package rest

import (
	"strconv"
	"time"

	"gatewatch/internal/core/event"
)

// status is the HTTP status of a failed call; 0 where it is not reported.
func (x *ProviderError) status() int {
	if m := statusInText.FindStringSubmatch(string(x.Message)); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

// refuses reports whether a provider refused the gateway's credential, or to
// serve it for want of money: the gateway calls just those failures fatal.
func (x *ProviderError) refuses() bool { return x.Fatal.on || x.status() == 403 }

// refusal adds up the refusals of late that say something about the provider
// as it is now: none since it served, or was changed. A provider that the
// gateway switched off was so for the last of them.
func (e *providerSignals) refusal(served, now time.Time) (event.CredentialRejected, bool) {
	from := e.provider.Updated.Time
	if !e.autoDisabledAt.IsZero() {
		from = from.Add(-beforeSwitch)
	}
	from = latest(from, served)
	r := event.CredentialRejected{Provider: event.ProviderID(e.provider.ID), Name: string(e.provider.Name)}
	for i := range e.errors {
		x := &e.errors[i]
		if !x.refuses() || now.Sub(x.At.Time) > healthSpan || !x.At.After(from) {
			continue
		}
		r.Count++
		if r.Since.IsZero() || x.At.Before(r.Since) {
			r.Since = x.At.Time
		}
		if !x.At.Before(r.At) {
			r.At, r.Reason, r.Status = x.At.Time, string(x.Type), x.status()
		}
	}
	return r, r.Count > 0
}

// credential reports what became of a provider's credential, where that is news.
func (w *Poller) credential(e *providerSignals) []event.Event {
	s := &w.observed
	if s.rejected == nil {
		s.rejected = map[string]event.CredentialRejected{}
	}
	id := e.provider.id()
	last, was := s.rejected[id]
	ok := s.succeeded(e.provider)
	if r, is := e.refusal(ok, s.now); is && (!was || r.Count > last.Count || r.At.After(last.At)) {
		s.rejected[id] = r
		return []event.Event{r}
	}
	if was && ok.After(last.At) {
		delete(s.rejected, id)
		return []event.Event{event.CredentialAccepted{Provider: last.Provider, Name: last.Name, At: ok}}
	}
	return nil
}

// succeeded is when a request to a provider last succeeded, as far as that is
// known; zero if it is not.
func (s *observedState) succeeded(p Provider) (at time.Time) {
	only := s.soleProviders()
	for _, r := range s.served {
		if only[string(r.Model)] == p.id() {
			at = latest(at, r.At.Time)
		}
	}
	return latest(at, s.charged(p))
}

// charged is when the billing audit last had a success of a provider; zero if
// it has none, or if other providers are of the same type.
func (s *observedState) charged(p Provider) time.Time {
	if s.typeShared(p) {
		return time.Time{}
	}
	return s.audit.used[p.typeName()]
}
