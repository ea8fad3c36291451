package outlook

import (
	"slices"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// Links that are no hubs: what reads the lists, and what stands for a gateway
// that could not be started.
const (
	restLink  = "rest"
	startLink = "all"
)

// hubs is which hubs a gateway offers. One that is connected once for each key is up
// if it is for every one of them, and partly if it is for some.
type hubs struct{ up, partly, down []string }

// hubs sorts a gateway's hubs by how they are. What is counted and what is named
// as not connected is both of this.
func (v *view) hubs(gateway string) (of hubs) {
	type hub struct{ plane, name string }
	links, up := map[hub]int{}, map[hub]int{}
	for _, l := range v.live.Links {
		if l.Gateway != gateway || !counts(&l) || l.Hub == restLink || l.Hub == startLink {
			continue
		}
		is := hub{l.Plane, l.Hub}
		links[is]++
		if l.State == string(event.LinkConnected) {
			up[is]++
		}
	}
	for is, all := range links {
		switch up[is] {
		case all:
			of.up = append(of.up, is.name)
		case 0:
			of.down = append(of.down, is.name)
		default:
			of.partly = append(of.partly, is.name)
		}
	}
	for _, some := range [][]string{of.up, of.partly, of.down} {
		slices.Sort(some)
	}
	return of
}

// countHubs counts the hubs of all that are judged.
func (v *view) countHubs(o *state.Outlook) {
	for _, id := range v.ids {
		of := v.hubs(id)
		o.Hubs.Offered += len(of.up) + len(of.partly) + len(of.down)
		o.Hubs.Connected += len(of.up)
		o.Hubs.Partly += len(of.partly)
	}
}
