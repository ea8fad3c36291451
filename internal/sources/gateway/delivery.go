package gateway

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
	"gatewatch/internal/sources/wire"
)

// DeliveryInputs is what is known of how a gateway can be seen: what Deliveries needs.
type DeliveryInputs struct {
	Dialect wire.Dialect
	// NoCore and NoAdmin say why a plane is not asked at all; "" if it is.
	NoCore, NoAdmin string
	// Hubs is the best connection of each hub that is tried; Polls is what came
	// of the last read of each list, by the name of its source.
	Hubs  map[string]HubCondition
	Polls map[string]event.Polled
}

// HubCondition is a hub's connection. Class and Cause are event.LinkChanged's.
type HubCondition struct {
	State        event.LinkState
	Class, Cause string
}

// Deliveries says of every topic and then of every hub how it can be seen. It is
// pure; At of what it returns is zero.
func Deliveries(s DeliveryInputs) []event.DeliveryChanged {
	var all []event.DeliveryChanged
	for _, r := range topicRows {
		all = append(all, r.cover(s))
	}
	for _, h := range hubs {
		all = append(all, s.hub(h))
	}
	return all
}

// cover says how one topic can be seen.
func (r topicRow) cover(s DeliveryInputs) event.DeliveryChanged {
	c := event.DeliveryChanged{Topic: r.topic, Delivery: event.DeliveryUnavailable}
	t, tells := r.at[s.Dialect]
	switch {
	case s.Dialect == wire.DialectUnknown:
		c.Reason = text.DeliveryDialectUnknown
		return c
	case !tells:
		c.Reason = text.DeliveryUntold(r.name)
		return c
	}
	list, listed := s.Polls[t.list]
	pushed := t.hub != "" && s.Hubs[t.hub].State == event.LinkConnected
	read := listed && t.list != "" && readable(list.Outcome)
	if pushed {
		c.Sources = append(c.Sources, "hub:"+t.hub)
	}
	if read {
		c.EveryMS, c.Sources = list.EveryMS, append(c.Sources, "rest:"+t.list)
	}
	switch {
	case pushed:
		c.Delivery, c.Reason = event.DeliveryPushed, t.note
		if !read && t.list != "" {
			c.Reason, c.Partly = text.Sentences(t.note, text.DeliveryPushOnly(s.unread(t.list))), t.part
		}
	case read:
		c.Delivery = event.DeliveryPolled
		c.Reason = text.Sentences(text.DeliveryChecked(s.unpushed(r, t), list.EveryMS), t.note)
		if list.Outcome != event.PollOK {
			c.Reason = text.Sentences(c.Reason, text.DeliveryReadFailed(list.Cause))
		}
	default:
		c.Delivery, c.Reason = s.neither(r, t)
	}
	return c
}

// readable reports whether a list is read at intervals, even if the last read
// failed.
func readable(o event.PollOutcome) bool {
	switch o {
	case event.PollOK, event.PollFailed, event.PollTimedOut, event.PollUnreadable:
		return true
	case event.PollUnsupported, event.PollUnauthorized, event.PollForbidden, event.PollSkipped:
	}
	return false
}

// unpushed says why a topic is not pushed, without a full stop.
func (s DeliveryInputs) unpushed(r topicRow, t topicSource) string {
	switch h := s.Hubs[t.hub]; {
	case t.hub == "":
		return text.DeliveryUnpushed(r.name)
	case s.no(t.hub) != "":
		return strings.TrimSuffix(s.no(t.hub), ".")
	case h.Class == "unsupported":
		return text.DeliveryNoHub(t.hub)
	case h.Cause != "":
		return text.DeliveryPaused(h.Cause)
	}
	return text.DeliveryUnconnected
}

// unread says why a list is not read.
func (s DeliveryInputs) unread(list string) string {
	a, asked := s.Polls[list]
	switch {
	case s.NoAdmin != "":
		return s.NoAdmin
	case asked && a.Cause != "":
		return a.Cause
	case asked:
		return text.DeliveryForbidden
	}
	for _, other := range slices.Sorted(maps.Keys(s.Polls)) { // who is refused is not asked for the rest
		a := s.Polls[other]
		if a.Outcome == event.PollUnauthorized && a.Cause != "" && other != event.SourceNegotiate && other != event.SourceCoreHealth {
			return a.Cause
		}
	}
	return text.DeliveryNotAsked
}

// neither says why a topic can be seen in no way.
func (s DeliveryInputs) neither(r topicRow, t topicSource) (event.Delivery, string) {
	a := s.Polls[t.list]
	barred := a.Outcome == event.PollUnauthorized || a.Outcome == event.PollForbidden
	switch h := s.Hubs[t.hub]; {
	case t.list != "" && s.NoAdmin != "" && t.hub == "":
		return event.DeliveryForbidden, text.Sentences(s.NoAdmin, text.DeliveryUnpushed(r.name)+".")
	case t.list != "" && s.NoAdmin != "" && s.no(t.hub) != "":
		return event.DeliveryForbidden, s.NoAdmin
	case t.list != "" && s.NoAdmin != "":
		return event.DeliveryForbidden, text.Sentences(s.NoAdmin, s.unpushed(r, t)+".")
	case t.list != "" && barred:
		return event.DeliveryForbidden, text.Sentences(a.Cause, s.unpushed(r, t)+".")
	case t.list != "":
		return event.DeliveryUnavailable, text.Sentences(s.unpushed(r, t)+".", text.DeliveryUnread(s.unread(t.list)))
	case s.no(t.hub) != "", h.Class == "auth", h.Class == "forbidden":
		return event.DeliveryForbidden, s.unpushed(r, t) + "."
	}
	return event.DeliveryUnavailable, s.unpushed(r, t) + "."
}

// hub says how one hub can be seen.
func (s DeliveryInputs) hub(h Hub) event.DeliveryChanged {
	c := event.DeliveryChanged{Topic: "hub:" + h.Name, Delivery: event.DeliveryUnavailable}
	no := s.no(h.Name)
	l, tried := s.Hubs[h.Name]
	switch {
	case no != "":
		c.Delivery, c.Reason = event.DeliveryForbidden, no
	case !tried:
		c.Reason = text.DeliveryNotTried
	case l.Class == "unsupported":
		c.Reason = text.DeliveryNoSuchHub
	case l.Class == "auth", l.Class == "forbidden":
		c.Delivery, c.Reason = event.DeliveryForbidden, l.Cause
	case l.State != event.LinkConnected:
		c.Reason = text.Sentences(text.DeliveryHubDown, l.Cause)
	case slices.Contains(silentHubs[s.Dialect], h.Name):
		c.Reason = text.DeliverySilentHub
	default:
		c.Delivery, c.Sources = event.DeliveryPushed, []string{"hub:" + h.Name}
	}
	return c
}

// no says why a hub's plane is not watched; "" if it is.
func (s DeliveryInputs) no(hub string) string {
	for _, h := range hubs {
		if h.Name == hub && h.Plane == event.PlaneAdmin {
			return s.NoAdmin
		}
	}
	return s.NoCore
}

// deliveryTracker collects what Deliveries needs of one gateway and remembers what was reported
// of it. Its methods may be called from any goroutine.
type deliveryTracker struct {
	mu     sync.Mutex
	inputs DeliveryInputs                   // guarded by mu, as all below
	links  map[*link]HubCondition           // several for a hub with one connection per key
	found  wire.Dialect                     // by the lists
	asked  bool                             // the lists were asked which gateway it is
	word   wire.Dialect                     // by what hubs sent
	last   map[string]event.DeliveryChanged // as reported
	moved  bool                             // since take
}

func newDeliveryTracker(noCore, noAdmin string) *deliveryTracker {
	return &deliveryTracker{
		inputs: DeliveryInputs{NoCore: noCore, NoAdmin: noAdmin, Polls: map[string]event.Polled{}},
		links:  map[*link]HubCondition{}, last: map[string]event.DeliveryChanged{}, moved: true,
	}
}

// read notes what came of reading a source.
func (c *deliveryTracker) read(source string, a event.Polled) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.inputs.Polls[source]
	c.moved = c.moved || old.Outcome != a.Outcome || old.EveryMS != a.EveryMS || old.Cause != a.Cause
	c.inputs.Polls[source] = a
}

// link notes the state of a connection.
func (c *deliveryTracker) link(l *link, s HubCondition) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = c.moved || c.links[l] != s
	c.links[l] = s
}

// is notes which gateway its lists say it is; Unknown is one without lists.
func (c *deliveryTracker) is(d wire.Dialect) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = c.moved || !c.asked || c.found != d
	c.found, c.asked = d, true
}

// take returns what is to be reported: what became another since the last call.
// word is the dialect that its hubs' events show.
func (c *deliveryTracker) take(word wire.Dialect, now time.Time) (news []event.DeliveryChanged) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.moved && word == c.word {
		return nil
	}
	c.moved, c.word = false, word
	for _, f := range Deliveries(c.now()) {
		if !reflect.DeepEqual(c.last[f.Topic], f) {
			c.last[f.Topic] = f
			f.At = now
			news = append(news, f)
		}
	}
	return news
}

// emitDeliveries publishes every delivery that became another.
func (g *Gateway) emitDeliveries(ctx context.Context, now time.Time) {
	word := wire.DialectUnknown
	for _, l := range g.links {
		if d := l.dialect(); d != wire.DialectUnknown {
			word = d
		}
	}
	batch := g.to.Buffer()
	for _, f := range g.delivery.take(word, now) {
		src := &event.Source{Gateway: g.conf.ID, Via: event.ViaComputed}
		batch.Add(event.Envelope{At: now, Source: src, Body: f})
	}
	if len(batch.Events) > 0 {
		_ = g.to.Publish(ctx, batch) // fails only when everything stops
	}
}

// now is what is known; mu is held.
func (c *deliveryTracker) now() DeliveryInputs {
	s := c.inputs
	s.Hubs = map[string]HubCondition{}
	for l, is := range c.links {
		if old, other := s.Hubs[l.desc.Name]; !other || old.State != event.LinkConnected {
			s.Hubs[l.desc.Name] = is
		}
	}
	discovery := s.Hubs["model-discovery"]
	switch {
	case c.found != wire.DialectUnknown:
		s.Dialect = c.found
	case c.word != wire.DialectUnknown:
		s.Dialect = c.word
	case c.asked: // it has no lists
		s.Dialect = wire.DialectContract
	case discovery.Class == "unsupported": // gone since August
		s.Dialect = wire.DialectAugust
	case discovery.State == event.LinkConnected:
		s.Dialect = wire.DialectJuly
	}
	return s
}
