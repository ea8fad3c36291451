package rest

import (
	"strconv"
	"time"

	"gatewatch/internal/event"
)

// status is the HTTP status of a failed call; 0 where it is not told.
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

// refusal sums up the refusals of late that say something about the provider
// as it is now. A provider that the gateway switched off was so for the last
// of them.
func (e *evidence) refusal(now time.Time) (event.CredentialRejected, bool) {
	from := e.provider.Updated.Time
	if !e.offAt.IsZero() {
		from = from.Add(-beforeSwitch)
	}
	r := event.CredentialRejected{Provider: event.ProviderID(e.provider.ID), Name: string(e.provider.Name)}
	for i := range e.errors {
		x := &e.errors[i]
		if !x.refuses() || now.Sub(x.At.Time) > window || !x.At.After(from) {
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

// credential tells what became of a provider's credential, where that is news.
func (w *Watcher) credential(e *evidence) []event.Event {
	s := &w.world
	if s.rejected == nil {
		s.rejected = map[string]event.CredentialRejected{}
	}
	id := e.provider.id()
	last, was := s.rejected[id]
	if r, is := e.refusal(s.now); is && (!was || r.Count > last.Count || r.At.After(last.At)) {
		s.rejected[id] = r
		return []event.Event{r}
	}
	if ok := s.succeeded(e.provider); was && ok.After(last.At) {
		delete(s.rejected, id)
		return []event.Event{event.CredentialAccepted{Provider: last.Provider, Name: last.Name, At: ok}}
	}
	return nil
}

// succeeded is when a request to a provider last succeeded, as far as that is
// known; zero if it is not.
func (s *world) succeeded(p Provider) (at time.Time) {
	only := s.only()
	for _, r := range s.served {
		if only[string(r.Model)] == p.id() {
			at = latest(at, r.At.Time)
		}
	}
	return latest(at, s.charged(p))
}

// charged is when the billing audit last had a success of a provider; zero if
// it has none, or if other providers are of the same sort.
func (s *world) charged(p Provider) time.Time {
	if s.shared(p) {
		return time.Time{}
	}
	return s.audit.used[p.sort()]
}
