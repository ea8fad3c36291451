package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/rest"
	"gatewatch/internal/sources/wire"
)

// adminChecks is the table of the Admin plane: the common rows, and its lists.
func (h *planeDiagnosis) adminChecks() []check {
	return append(h.checks(), check{
		name: "kind", title: "which gateway", needs: []string{"address", "key", "connect", "tls"},
		unless: h.whyNotPolled, run: h.detectDialect,
	})
}

// whyNotPolled is why lists are not read, as a clause.
func (h *planeDiagnosis) whyNotPolled() string {
	switch {
	case h.refused:
		return "the key was refused"
	case h.first.Status >= http.StatusInternalServerError:
		return "the gateway does not serve"
	case h.first.Err != nil && h.first.Status != http.StatusNotFound && !h.timedOut:
		return "what answers is no Admin API"
	}
	return ""
}

// reader asks this plane for lists; nothing is repeated.
func (h *planeDiagnosis) reader(limit time.Duration, bearer bool) (*rest.Client, error) {
	return rest.NewClient(rest.ClientOptions{
		Base: h.base, Key: h.key(), Bearer: bearer, HTTP: h.env.Client(), Timeout: limit, Tries: 1,
	})
}

// listLimit bounds the reading of one list: with its Redis down a gateway lets
// calls hang.
const listLimit = 5 * time.Second

// detectDialect finds out which gateway it is, and adds a row for each of its lists.
func (h *planeDiagnosis) detectDialect(ctx context.Context) Finding {
	c, err := h.reader(listLimit, false)
	if err != nil {
		return bad("settings", err.Error(), "")
	}
	h.client = c
	kind, err := rest.DetectDialect(ctx, c)
	if err != nil {
		f := h.noKind(err)
		if !h.refused { // how its database is may be why
			h.recordPoll("groups", err)
			h.more(check{name: "health", title: "its own word", unless: h.whyNotPolled, run: h.selfReport})
		}
		return f
	}
	h.dialect, h.known = kind, true
	h.more(check{name: "health", title: "its own word", needs: []string{"kind"}, unless: h.whyNotPolled, run: h.selfReport})
	for _, l := range rest.Lists(kind) {
		h.more(check{
			name: "list-" + strings.ReplaceAll(l.Name, " ", "-"), title: l.Name, needs: []string{"kind"}, unless: h.whyNotPolled,
			run: func(ctx context.Context) Finding { return h.list(ctx, l) },
		})
	}
	switch kind {
	case wire.DialectAugust:
		return fine("A gateway of August 2025 or later: it has groups with a balance.")
	case wire.DialectJuly:
		return fine("A gateway of July 2025: it has budgets of keys and checks of providers.")
	case wire.DialectContract, wire.DialectUnknown:
	}
	if h.absent {
		return bad("not_gateway", "Neither a hub nor a list of an Admin API is found at this address (HTTP status 404).",
			"Is it the address of a gateway's Admin API, with the right path? Gatewatch appends /hubs/… and /api/….").with("it says", h.page(h.first))
	}
	return note("no_lists", "This gateway has none of the lists that are read; what its hubs do not tell is not known.").stop()
}

// noKind says why that could not be found out.
func (h *planeDiagnosis) noKind(err error) Finding {
	if f, ok := h.refusedList(err); ok {
		return f
	}
	if s, ok := errors.AsType[*rest.StatusError](err); ok && h.absent && s.Status >= http.StatusInternalServerError {
		return bad("swapped", fmt.Sprintf("There is no hub of an Admin API at this address, and its lists answer %s.", statusLine(s.Status)),
			"A Core API of July 2025 answers like this: this may be its address; exchange the two addresses.")
	}
	f := h.listFails(err)
	f.Result = Critical
	return f.stop()
}

// refusedList is for errors after which nothing more is asked.
func (h *planeDiagnosis) refusedList(err error) (Finding, bool) {
	s, _ := errors.AsType[*rest.StatusError](err)
	switch {
	case errors.Is(err, rest.ErrUnauthorized):
		h.refused = true
		return h.refusal(hub.NegotiateResult{Status: http.StatusUnauthorized}), true
	case s != nil && s.Status == http.StatusForbidden:
		h.refused = true
		a := hub.NegotiateResult{Status: s.Status, Class: hub.ClassForbidden}
		if s.Banned {
			a.Sample = []byte("banned")
		}
		return h.denied(context.Background(), a), true
	case s != nil && s.Status == http.StatusTooManyRequests:
		h.refused = true
		return h.denied(context.Background(), hub.NegotiateResult{Status: s.Status, Class: hub.ClassRateLimited}), true
	}
	return Finding{}, false
}

// listFails is a list that cannot be read.
func (h *planeDiagnosis) listFails(err error) Finding {
	s, ok := errors.AsType[*rest.StatusError](err)
	switch {
	case ok && s.Status == http.StatusNotFound:
		return warn("list_missing", "This gateway does not have it (HTTP status 404).", "Is the path let through by the proxy in front?")
	case ok:
		return warn("list_fails", "It cannot be read ("+statusLine(s.Status)+").", "With the gateway's database or Redis down its lists answer like this; see its log.")
	case errors.Is(err, context.DeadlineExceeded):
		return warn("list_hangs", "It was not answered in time.", "A gateway whose Redis is down lets calls hang; see its log.")
	case errors.Is(err, rest.ErrUnreadable), errors.Is(err, rest.ErrTooBig):
		return warn("list_unreadable", "What is answered is not a list that this version can read.", "Is something else answering in the gateway's place?")
	}
	return warn("list_fails", "It cannot be read: "+plainError(err)+".", "Look at the network between here and the gateway.")
}

// list reads one list once.
func (h *planeDiagnosis) list(ctx context.Context, l rest.List) Finding {
	n, err := l.Read(ctx, h.client)
	h.recordPoll(l.Source, err)
	if err == nil {
		return fine(text.Plural(n, "row") + ".")
	}
	if f, ok := h.refusedList(err); ok {
		return f
	}
	return h.listFails(err)
}

// recordPoll notes what came of reading a source, for the table of what can be seen.
func (h *planeDiagnosis) recordPoll(source string, err error) {
	if source == "" {
		return
	}
	a := event.Polled{EveryMS: rest.PollInterval(h.dialect, source).Milliseconds(), At: time.Now()}
	a.Outcome, a.Cause = rest.PollOutcomeOf(err, h.apiName())
	h.pollOutcomes[source] = a
}

// selfReport asks the gateway how its database is.
func (h *planeDiagnosis) selfReport(ctx context.Context) Finding {
	ok, err := rest.DatabaseHealthy(ctx, h.client)
	h.recordPoll(event.SourceAdminHealth, err)
	if err != nil {
		if f, stop := h.refusedList(err); stop {
			return f
		}
		if rest.NotFound(err) && h.dialect == wire.DialectUnknown {
			return note("no_health", "It does not say how it is.")
		}
		return h.listFails(err)
	}
	h.healthy = &ok
	h.reportDatabase(ok)
	if ok {
		return fine("It says that it is healthy, its database included.")
	}
	return bad("database_down", "The gateway says that its database is not healthy; its lists may be empty or fail.", "Look at the gateway's database.")
}

// reportDatabase notes what the gateway says of its database.
func (h *planeDiagnosis) reportDatabase(well bool) {
	a := h.pollOutcomes[event.SourceAdminHealth]
	r := event.SelfReport{Component: event.ComponentDatabase, Health: event.HealthHealthy}
	if !well {
		r.Health = event.HealthUnhealthy
	}
	a.SelfReports = []event.SelfReport{r}
	h.pollOutcomes[event.SourceAdminHealth] = a
}
