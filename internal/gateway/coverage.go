package gateway

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/wire"
)

// Seen is what is known of how a gateway can be seen: what Cover needs.
type Seen struct {
	Dialect wire.Dialect
	// NoCore and NoAdmin say why a half is not asked at all; "" if it is.
	NoCore, NoAdmin string
	// Hubs is the best connection of each hub that is tried; Lists is what came
	// of the last read of each list, by the name of its source.
	Hubs  map[string]SeenHub
	Lists map[string]event.Asked
}

// SeenHub is a hub's connection. Class and Cause are event.LinkChanged's.
type SeenHub struct {
	State        event.LinkState
	Class, Cause string
}

// Cover says of every topic and then of every hub how it can be seen. It is
// pure; At of what it returns is zero.
func Cover(s Seen) []event.CoverageFound {
	var all []event.CoverageFound
	for _, r := range topicRows {
		all = append(all, r.cover(s))
	}
	for _, h := range hubs {
		all = append(all, s.hub(h))
	}
	return all
}

// cover judges one topic.
func (r topicRow) cover(s Seen) event.CoverageFound {
	c := event.CoverageFound{Topic: r.topic, Way: event.WayNone}
	t, tells := r.at[s.Dialect]
	switch {
	case s.Dialect == wire.DialectUnknown:
		c.Reason = "Which kind of gateway it is is not known yet."
		return c
	case !tells:
		c.Reason = "This gateway does not tell " + r.name + "."
		return c
	}
	list, listed := s.Lists[t.list]
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
		c.Way, c.Reason = event.WayPushed, t.note
		if !read && t.list != "" {
			c.Reason = sentences(t.note, "It cannot be read as well: "+s.unread(t.list))
		}
	case read:
		c.Way = event.WayPolled
		c.Reason = sentences(s.unpushed(r, t)+"; checked every "+seconds(list.EveryMS)+".", t.note)
		if list.Outcome != event.OutcomeGood {
			c.Reason = sentences(c.Reason, "The last read failed: "+list.Cause)
		}
	default:
		c.Way, c.Reason = s.neither(r, t)
	}
	return c
}

// readable reports whether a list is read at intervals, even if the last read
// failed.
func readable(o event.Outcome) bool {
	switch o {
	case event.OutcomeGood, event.OutcomeError, event.OutcomeSilent, event.OutcomeShape:
		return true
	case event.OutcomeMissing, event.OutcomeRefused, event.OutcomeBarred, event.OutcomeNone:
	}
	return false
}

// unpushed says why a topic is not pushed, without a full stop.
func (s Seen) unpushed(r topicRow, t told) string {
	switch h := s.Hubs[t.hub]; {
	case t.hub == "":
		return "This gateway does not push " + r.name
	case s.no(t.hub) != "":
		return strings.TrimSuffix(s.no(t.hub), ".")
	case h.Class == "unsupported":
		return "This gateway has no hub " + t.hub
	case h.Cause != "":
		return "Live updates are paused: " + strings.TrimSuffix(h.Cause, ".")
	}
	return "Live updates are not connected"
}

// unread says why a list is not read.
func (s Seen) unread(list string) string {
	a, asked := s.Lists[list]
	switch {
	case s.NoAdmin != "":
		return s.NoAdmin
	case asked && a.Cause != "":
		return a.Cause
	case asked:
		return "The gateway does not let us."
	}
	return "It was not asked yet."
}

// neither says why a topic can be seen in no way.
func (s Seen) neither(r topicRow, t told) (event.Way, string) {
	a := s.Lists[t.list]
	barred := a.Outcome == event.OutcomeRefused || a.Outcome == event.OutcomeBarred
	switch h := s.Hubs[t.hub]; {
	case t.list != "" && s.NoAdmin != "" && t.hub == "":
		return event.WayForbidden, sentences(s.NoAdmin, "This gateway does not push "+r.name+".")
	case t.list != "" && s.NoAdmin != "" && s.no(t.hub) != "":
		return event.WayForbidden, s.NoAdmin
	case t.list != "" && s.NoAdmin != "":
		return event.WayForbidden, sentences(s.NoAdmin, s.unpushed(r, t)+".")
	case t.list != "" && barred:
		return event.WayForbidden, sentences(a.Cause, s.unpushed(r, t)+".")
	case t.list != "":
		return event.WayNone, sentences(s.unpushed(r, t)+".", "It is not read either: "+s.unread(t.list))
	case s.no(t.hub) != "", h.Class == "auth", h.Class == "forbidden":
		return event.WayForbidden, s.unpushed(r, t) + "."
	}
	return event.WayNone, s.unpushed(r, t) + "."
}

// hub judges one hub.
func (s Seen) hub(h Hub) event.CoverageFound {
	c := event.CoverageFound{Topic: "hub:" + h.Name, Way: event.WayNone}
	no := s.no(h.Name)
	l, tried := s.Hubs[h.Name]
	switch {
	case no != "":
		c.Way, c.Reason = event.WayForbidden, no
	case !tried:
		c.Reason = "It is not tried."
	case l.Class == "unsupported":
		c.Reason = "This gateway has no such hub."
	case l.Class == "auth", l.Class == "forbidden":
		c.Way, c.Reason = event.WayForbidden, l.Cause
	case l.State != event.LinkConnected:
		c.Reason = sentences("It is not connected.", l.Cause)
	case slices.Contains(mute[s.Dialect], h.Name):
		c.Reason = "It is connected, but this gateway sends nothing on it by itself."
	default:
		c.Way, c.Sources = event.WayPushed, []string{"hub:" + h.Name}
	}
	return c
}

// no says why a hub's half is not watched; "" if it is.
func (s Seen) no(hub string) string {
	for _, h := range hubs {
		if h.Name == hub && h.Plane == event.PlaneAdmin {
			return s.NoAdmin
		}
	}
	return s.NoCore
}

// sentences joins those that are not empty.
func sentences(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " ")
}

func seconds(ms int64) string {
	return fmt.Sprintf("%d s", max(1, (time.Duration(ms)*time.Millisecond).Round(time.Second)/time.Second))
}

// coverage collects what Cover needs of one gateway and remembers what was told
// of it. Its methods may be called from any goroutine.
type coverage struct {
	mu    sync.Mutex
	seen  Seen                           // guarded by mu, as all below
	links map[*link]SeenHub              // several for a hub with one connection per key
	found wire.Dialect                   // by the lists
	asked bool                           // the lists were asked which gateway it is
	word  wire.Dialect                   // by what hubs sent
	last  map[string]event.CoverageFound // as told
	moved bool                           // since tell
}

func newCoverage(noCore, noAdmin string) *coverage {
	return &coverage{
		seen:  Seen{NoCore: noCore, NoAdmin: noAdmin, Lists: map[string]event.Asked{}},
		links: map[*link]SeenHub{}, last: map[string]event.CoverageFound{}, moved: true,
	}
}

// read notes what came of reading a source.
func (c *coverage) read(source string, a event.Asked) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.seen.Lists[source]
	c.moved = c.moved || old.Outcome != a.Outcome || old.EveryMS != a.EveryMS || old.Cause != a.Cause
	c.seen.Lists[source] = a
}

// link notes the state of a connection.
func (c *coverage) link(l *link, s SeenHub) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = c.moved || c.links[l] != s
	c.links[l] = s
}

// is notes which gateway its lists say it is; Unknown is one without lists.
func (c *coverage) is(d wire.Dialect) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = c.moved || !c.asked || c.found != d
	c.found, c.asked = d, true
}

// take returns what is to be told: what became another since the last call.
// word is the kind of gateway that its hubs' events show.
func (c *coverage) take(word wire.Dialect, now time.Time) (news []event.CoverageFound) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.moved && word == c.word {
		return nil
	}
	c.moved, c.word = false, word
	for _, f := range Cover(c.now()) {
		if !reflect.DeepEqual(c.last[f.Topic], f) {
			c.last[f.Topic] = f
			f.At = now
			news = append(news, f)
		}
	}
	return news
}

// tellCoverage publishes what became another way of seeing something.
func (g *Gateway) tellCoverage(ctx context.Context, now time.Time) {
	word := wire.DialectUnknown
	for _, l := range g.links {
		if d := l.dialect(); d != wire.DialectUnknown {
			word = d
		}
	}
	batch := g.to.Buffer()
	for _, f := range g.cover.take(word, now) {
		src := &event.Source{Gateway: g.conf.ID, Via: event.ViaComputed}
		batch.Add(event.Envelope{At: now, Source: src, Body: f})
	}
	if len(batch.Facts) > 0 {
		_ = g.to.Publish(ctx, batch) // fails only when everything stops
	}
}

// now is what is known; mu is held.
func (c *coverage) now() Seen {
	s := c.seen
	s.Hubs = map[string]SeenHub{}
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
		s.Dialect = wire.DialectHead
	case discovery.State == event.LinkConnected:
		s.Dialect = wire.DialectJuly
	}
	return s
}
