package alert

import "gatewatch/internal/core/event"

// refusing reports whether the last try still says what an alert on a refused
// key says: nothing that is only remembered may hold back what is seen. A try
// that goes on proves nothing.
func (v *evalContext) refusing(auth *trackedAlert) bool {
	for _, l := range v.live.Links {
		if l.Gateway == auth.Gateway && l.Plane == auth.Dimension &&
			(linkState(l) == linkRefused || l.State == string(event.LinkConnecting)) {
			return true
		}
	}
	return false
}

// fedBy reports whether what an alert rests on comes from a half of its
// gateway.
func (v *evalContext) fedBy(in *trackedAlert, plane string) bool {
	switch in.Rule {
	case "gateway.impaired":
		fromAdmin := in.Dimension == string(event.ComponentDatabase) || in.Dimension == string(event.ComponentAdmin)
		return fromAdmin == (plane == string(event.PlaneAdmin))
	case "hub.down", "hub.silent":
		if in.Dimension == wholePlane {
			return in.Entity == plane
		}
		return v.live.Links[in.StateID].Plane == plane
	}
	hub, pushed := cutPrefix(v.sourceOf(in), "hub:")
	if !pushed {
		return plane == string(event.PlaneAdmin)
	}
	for _, l := range v.live.Links {
		if l.Gateway == in.Gateway && l.Hub == hub {
			return l.Plane == plane
		}
	}
	return true
}

// sourceOf is where what an alert rests on came from.
func (v *evalContext) sourceOf(in *trackedAlert) string {
	switch in.EntityKind {
	case "provider":
		return v.live.Providers[in.StateID].Source
	case "task":
		return v.live.Tasks[in.StateID].Source
	}
	return in.source
}

// stillReported reports whether what an alert rests on is still told by its gateway: a
// gateway that refuses one of two keys goes on telling what the other opens,
// and what that shows is no consequence of the refusal.
func (v *evalContext) stillReported(in *trackedAlert) bool {
	source := v.sourceOf(in)
	if _, read := cutPrefix(source, "rest:"); read {
		return v.live.Links[in.Gateway+"/"+restLink].State == string(event.LinkConnected)
	}
	hub, pushed := cutPrefix(source, "hub:")
	if !pushed {
		return false
	}
	for _, l := range v.live.Links {
		if l.Gateway == in.Gateway && l.Hub == hub && l.State == string(event.LinkConnected) {
			return true
		}
	}
	return false
}
