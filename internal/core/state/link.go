package state

import (
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// foldLink folds what our own connections do in.
func (s *State) foldLink(env *event.Envelope) (known, news bool) {
	switch b := env.Body.(type) {
	case event.LinkChanged:
		s.linkChanged(env, b)
	case event.LinksReset:
		s.linksReset(string(env.Source.Gateway))
		return true, false // of the program's own making
	case event.LinkMeasured:
		s.linkMeasured(env, b)
		return true, false // counters, not news
	case event.Resynchronised:
		s.resynchronised(env, b)
	case event.BacklogDropped, event.Unrecognised:
		// only listed: their counters come with LinkMeasured
	default:
		return false, false
	}
	return true, true
}

func linkSeverity(body event.Event) event.Severity {
	switch b := body.(type) {
	case event.BacklogDropped, event.Unrecognised:
		return event.SeverityWarning
	case event.LinkChanged:
		return warnIf((b.State == event.LinkError || b.State == event.LinkReconnecting) && b.Class != "unsupported")
	}
	return ""
}

// linkID is the link that an event came by.
func linkID(env *event.Envelope) string { return LinkOf(env.Source, env.Source.Name) }

// LinkOf is the id of the link of a hub by which events with the credentials of
// from come.
func LinkOf(from *event.Source, hub string) string {
	lid := id(from.Gateway, hub)
	switch { // one connection per watched key
	case from.Slot != "":
		lid += "@" + from.Slot
	case from.Key != "":
		lid += "@" + string(from.Key)
	}
	return lid
}

// link is the link that an event is about.
func (s *State) link(env *event.Envelope, hub string, p event.Plane) Link {
	lid := LinkOf(env.Source, hub)
	l, known := s.live.Links[lid]
	if !known {
		l = Link{
			ID: lid, Gateway: string(env.Source.Gateway), Hub: hub, Plane: string(p),
			State: string(event.LinkDisconnected), RoundTripMS: -1, Since: ms(env.At), Slot: env.Source.Slot,
		}
	}
	return l
}

// unsupported is the class of a hub that the gateway does not have. It does
// not count: see summarise.
const unsupported = "unsupported"

// idle is the class of a hub that is not connected because nothing is wanted
// of it at the moment. It does not count either.
const idle = "idle"

func (s *State) putLink(l Link) {
	s.live.Links[l.ID] = l
	s.dirty.links[l.ID] = true
}

func (s *State) linkChanged(env *event.Envelope, b event.LinkChanged) {
	l := s.link(env, b.Hub, b.Plane)
	at := eventTime(env, b.At)
	if l.Class == unsupported && b.Class == "" && b.State == event.LinkConnecting {
		b.State, b.Class, b.Cause = event.LinkError, unsupported, l.Cause // asked again: until it answers nothing is new
	}
	was := event.LinkState(l.State)
	if was != b.State {
		l.Since = at
		switch {
		case b.State == event.LinkConnected:
			l.ConnectedAt = at
		case was == event.LinkConnected:
			l.LostAt = at
			s.tasksLost(&l)
		}
	}
	l.State, l.Class, l.Cause = string(b.State), b.Class, b.Cause
	if b.State != event.LinkConnected && !b.NextAt.IsZero() {
		l.FailedAt = ms(env.At) // it waits for another attempt
	}
	l.Attempt, l.NextAt, l.Transport = b.Attempt, ms(b.NextAt), b.Transport
	s.putLink(l)
	if l.Hub == restLink && was != b.State {
		s.listsRefused(l.Gateway)
	}
	s.summarise(l.Gateway)
	if l.Hub == webhooks && was != b.State {
		s.awaitHeartbeat(l.Gateway, ms(env.At), false)
	}
}

// listsRefused has what lists told be as of when they were read last, if they may not
// be read any more.
func (s *State) listsRefused(gateway string) {
	why, refused := s.refused(gateway)
	if !refused {
		return
	}
	for _, t := range s.live.PollTargets {
		if t.Gateway == gateway && t.Outcome == string(event.PollOK) {
			t.Cause = why
			s.aged(t)
		}
	}
	s.showAnew(gateway)
}

// linksReset forgets the connections of a gateway and how keys were monitored by
// them: whoever watches anew reports both of every one.
func (s *State) linksReset(gateway string) {
	drop(s.live.Links, s.dirty.links, func(l Link) bool { return l.Gateway == gateway })
	drop(s.live.MonitoredKeys, s.dirty.monitoredKeys, func(w MonitoredKey) bool { return w.Gateway == gateway })
	s.summarise(gateway)
}

func (s *State) linkMeasured(env *event.Envelope, b event.LinkMeasured) {
	l := s.link(env, b.Hub, b.Plane)
	l.Events, l.Bytes, l.Unrecognised = int64(b.Events), int64(b.Bytes), int64(b.Unrecognised)
	l.BadFrames, l.Dropped, l.Connects = int64(b.BadFrames), int64(b.Dropped), int64(b.Connects)
	l.RoundTripMS, l.LastReceived, l.AnyEventAt = b.RoundTripMS, ms(b.LastReceived), ms(b.LastEvent)
	s.putLink(l)
}

func (s *State) resynchronised(env *event.Envelope, b event.Resynchronised) {
	l := s.link(env, b.Hub, b.Plane)
	if !b.First {
		l.Resyncs++
		s.moneyOf(env.Source.Gateway).resyncs++
	}
	s.putLink(l)
}

// summarise sets a gateway's core, admin and overall state from its links.
// Hubs that the gateway does not have do not count.
func (s *State) summarise(gateway string) {
	g, ok := s.live.Gateways[gateway]
	if !ok {
		return
	}
	var core, admin, all planeSummary
	for _, l := range s.live.Links {
		if l.Gateway != gateway || l.Class == unsupported || l.Class == idle {
			continue
		}
		all.add(l)
		if event.Plane(l.Plane) == event.PlaneAdmin {
			admin.add(l)
		} else {
			core.add(l)
		}
	}
	g.Core, g.Admin, g.Overall = core.state(), admin.state(), all.overall()
	if g.Overall == "" {
		g.Overall = string(event.LinkDisconnected)
	}
	g.Cause, g.NextAt = all.cause, all.nextAt
	if core.cause != "" && admin.cause != "" && core.cause != admin.cause {
		g.Cause = text.CauseOfHalves(core.cause, admin.cause)
	}
	if g.Overall == string(event.LinkConnected) {
		g.Cause, g.NextAt = "", 0
	}
	s.live.Gateways[gateway] = g
	s.dirty.gateways[gateway] = true
}

// planeSummary sums links up.
type planeSummary struct {
	count  map[event.LinkState]int
	total  int
	cause  string
	worst  int
	nextAt int64
}

// attentionRank orders states by how much they need attention.
var attentionRank = map[event.LinkState]int{
	event.LinkConnected: 0, event.LinkDisconnected: 1, event.LinkConnecting: 2,
	event.LinkReconnecting: 3, event.LinkError: 4,
}

func (h *planeSummary) add(l Link) {
	if h.count == nil {
		h.count = map[event.LinkState]int{}
	}
	st := event.LinkState(l.State)
	h.count[st]++
	h.total++
	rank := attentionRank[st] // of several as bad the same is said, whatever their order
	if rank > h.worst || rank == h.worst && l.Cause != "" && (h.cause == "" || l.Cause < h.cause) {
		h.worst, h.cause = rank, l.Cause
	}
	if l.NextAt > 0 && (h.nextAt == 0 || l.NextAt < h.nextAt) {
		h.nextAt = l.NextAt
	}
}

// state of a plane is its links' worst, except that one being up beats others
// still connecting for the first time.
func (h *planeSummary) state() string {
	for _, st := range []event.LinkState{
		event.LinkError, event.LinkReconnecting, event.LinkConnecting,
		event.LinkConnected, event.LinkDisconnected,
	} {
		if h.count[st] > 0 {
			return string(st)
		}
	}
	return ""
}

// overall is "partial" where some links are up and some are not.
func (h *planeSummary) overall() string {
	if up := h.count[event.LinkConnected]; up > 0 && up < h.total {
		return "partial"
	}
	return h.state()
}
