package state

import (
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// Diagnose runs the health checks of a gateway's components on what one look
// at it brought: what came of each question, by the name of its source. It is
// how the live state is judged, so who asks once and who watches agree. The
// components come in the order in which they are shown.
func Diagnose(polls map[string]event.Polled, at time.Time) []ComponentHealth {
	const gateway = "g"
	s := New()
	s.live.Gateways[gateway] = Gateway{}
	for _, name := range slices.Sorted(maps.Keys(polls)) {
		env := event.Envelope{At: at, Source: &event.Source{Gateway: gateway, Via: event.ViaREST, Name: name}}
		s.polled(&env, polls[name])
	}
	list := make([]ComponentHealth, 0, len(componentOrder))
	for _, c := range componentOrder {
		list = append(list, s.live.Components[gateway+"/"+string(c)])
	}
	return list
}
