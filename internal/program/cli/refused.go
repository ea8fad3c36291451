package cli

import (
	"maps"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/fault"
)

// refusals watches for a start at which every link is refused. The zero value
// is ready.
type refusals struct {
	links map[string]*state.Link
	done  bool // some link was up once: from then on we go on for ever
}

// see takes changed links; it returns a fault once all are refused for a
// reason that trying again cannot mend.
func (r *refusals) see(changed map[string]*state.Link) error {
	if r.done || len(changed) == 0 {
		return nil
	}
	if r.links == nil {
		r.links = map[string]*state.Link{}
	}
	maps.Copy(r.links, changed)
	var worst *fault.Fault
	for _, l := range r.links {
		if l == nil || l.Class == "unsupported" {
			continue
		}
		if l.State == string(event.LinkConnected) {
			r.done = true
			return nil
		}
		f := refusedFor(l)
		if f == nil {
			return nil // this one may still come up
		}
		if worst == nil || fault.ExitCode(f) < fault.ExitCode(worst) {
			worst = f
		}
	}
	if worst == nil {
		return nil
	}
	return worst
}

// refusedFor is the fault of a link that is in the state error, else nil.
func refusedFor(l *state.Link) *fault.Fault {
	if l.State != string(event.LinkError) {
		return nil
	}
	switch l.Class {
	case "auth", "no_key":
		return fault.New(fault.Unauthorized, l.Cause, nil)
	case "forbidden":
		return fault.New(fault.Forbidden, l.Cause, nil)
	case "tls":
		return fault.New(fault.TLS, l.Cause, nil)
	case "misconfigured", "no_tls":
		return fault.New(fault.Misconfigured, l.Cause, nil)
	}
	return nil
}
