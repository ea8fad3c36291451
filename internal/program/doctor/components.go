package doctor

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/rest"
)

// whyNoSelfReport is why the Core API is not asked how it is.
func (h *planeDiagnosis) whyNoSelfReport() string {
	switch {
	case h.u == nil || h.first.Status == 0 && !h.timedOut:
		return "the Core API did not answer"
	case h.refused:
		return "the virtual key was refused, and nothing is asked after that"
	case h.absent:
		return "what answers is no Core API"
	}
	return ""
}

// coreSelfReport asks the Core API how it is. One without its Redis takes six
// seconds to say so.
func (h *planeDiagnosis) coreSelfReport(ctx context.Context) Finding {
	a, err := rest.CoreSelfReport(ctx, h.base, h.key(), h.env.Client())
	if err != nil {
		return bad("settings", err.Error(), "")
	}
	h.pollOutcomes[event.SourceCoreHealth] = a
	switch a.Outcome {
	case event.PollOK:
		for _, r := range a.SelfReports {
			if r.Health != event.HealthHealthy {
				return note("unwell", "It says that it is not well; what follows from that is said below.").with(string(r.Component), string(r.Health))
			}
		}
		return fine("It says that it is healthy.")
	case event.PollUnsupported, event.PollUnreadable:
		return note("no_health", "It does not say how it is.")
	case event.PollFailed, event.PollTimedOut, event.PollForbidden, event.PollUnauthorized, event.PollSkipped:
	}
	return warn("no_health", a.Cause, "")
}

// looked is what came of everything that was asked, by source.
func (p *gatewayDiagnosis) looked() map[string]event.Polled {
	all := map[string]event.Polled{}
	for _, h := range []*planeDiagnosis{p.core, p.admin} {
		maps.Copy(all, h.pollOutcomes)
	}
	if p.core.u != nil && p.core.first.Asked != (time.Time{}) {
		all[event.SourceNegotiate] = p.core.negotiated()
	}
	return all
}

// negotiated is what came of the first negotiation that this API answered.
func (h *planeDiagnosis) negotiated() event.Polled {
	a := event.Polled{Outcome: event.PollOK, At: time.Now(), LatencyMS: millis(h.first.Took), Cause: h.first.Cause}
	switch status := h.first.Status; {
	case h.first.Err == nil:
		a.Cause = ""
	case h.first.Class == hub.ClassAuth:
		a.Outcome = event.PollUnauthorized
	case status == http.StatusForbidden, status == http.StatusTooManyRequests:
		a.Outcome = event.PollForbidden
	case status == http.StatusNotFound:
		a.Outcome = event.PollUnsupported
	case status >= http.StatusInternalServerError:
		a.Outcome = event.PollFailed
	case status == 0 && (h.timedOut || errors.Is(h.first.Err, context.DeadlineExceeded)):
		a.Outcome = event.PollTimedOut
	default:
		a.Outcome = event.PollUnreadable
	}
	return a
}

// component is what the health checks say of a component, by everything that
// was asked: the same that a program which watches concludes from it.
func (p *gatewayDiagnosis) component(which event.Component) state.ComponentHealth {
	for _, c := range state.Diagnose(p.looked(), time.Now()) {
		if c.Component == string(which) {
			return c
		}
	}
	return state.ComponentHealth{}
}

// componentFinding puts a health check as a finding. code names what is down,
// well says what it means that it is well, and do is for who repairs it.
func componentFinding(c state.ComponentHealth, code, well, do string) Finding {
	switch event.Health(c.Health) {
	case event.HealthHealthy:
		return fine(well)
	case event.HealthUnhealthy:
		if c.CausedBy != "" {
			return note(code, c.Reason)
		}
		return bad(code+"_down", "It is down. "+c.Reason, do)
	case event.HealthDegraded:
		return warn(code, c.Reason, do)
	case event.HealthUnknown, event.HealthDisabled:
	}
	return note(code+"_unknown", "It is not known. "+c.Reason)
}

func (p *gatewayDiagnosis) database(context.Context) Finding {
	if len(p.admin.pollOutcomes) == 0 {
		return skip("only the Admin API with its lists tells")
	}
	return componentFinding(p.component(event.ComponentDatabase), "database", "The gateway says that it is healthy.",
		"Look at the gateway's database. Until it is back its request log looks empty, its lists fail, and its hubs drop every key.")
}

func (p *gatewayDiagnosis) redis(context.Context) Finding {
	if len(p.looked()) == 0 {
		return skip("nothing that tells was answered")
	}
	return componentFinding(p.component(event.ComponentRedis), "redis", "The Core API negotiates, which it cannot without it.",
		"Look at the gateway's Redis; if that is well, at the Core API itself.")
}

func (p *gatewayDiagnosis) eventBus(context.Context) Finding {
	if _, asked := p.core.pollOutcomes[event.SourceCoreHealth]; !asked {
		return skip("the Core API was not asked how it is")
	}
	c := p.component(event.ComponentEventBus)
	f := componentFinding(c, "event_bus", "The Core API calls itself healthy, which it does not without its event bus.",
		"Look at the event bus (RabbitMQ); without it a Core API goes on serving keys that were disabled, and pushes less.")
	if c.Reason == text.CauseBusOrRedis {
		f.Do = "Look at both: with either of them gone a Core API hangs."
	}
	return f
}

// revise takes back what a first look concluded and the whole explains
// otherwise: hubs that drop at once while the database is down say nothing of a
// balance.
func (p *gatewayDiagnosis) revise(sections []Section) {
	if p.component(event.ComponentDatabase).Health != string(event.HealthUnhealthy) {
		return
	}
	for _, s := range sections {
		for i := range s.Checks {
			if f := &s.Checks[i]; f.Code == "no_balance" {
				f.Result, f.Code, f.Because = Warning, "dropped", "database"
				f.Text, f.Do = "The gateway grants a connection and drops it at once, as it does with every key while its database is down.", "See the row its database."
			}
		}
	}
}
