package replay

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/sources/hub/hubtest"
)

// pingEvery is how often a hub says that it is there; pulseEvery how often an
// idle webhooks hub sends statistics, as each was recorded to do.
const (
	pingEvery  = 15 * time.Second
	pulseEvery = time.Minute
	// dropAfter is how long after the handshake a connection that is not wanted is
	// said to be closed, and how long after that it is. A client has then taken the
	// handshake in, always: at one instant, who runs first would decide.
	dropAfter = 2 * time.Millisecond
)

// negotiate answers as the gateway did the last time that this key asked.
func (s *Stage) negotiate(x *hubtest.Exchange, host string) {
	name := HubOf(x.Request.URL.Path)
	if !s.has(name, host) {
		x.Answer(http.StatusNotFound, "")
		return
	}
	if c := s.lastAsked(bearer(x.Request)); c != nil && c.Status >= 400 {
		x.Answer(c.Status, c.Answer)
		return
	}
	x.Negotiated()
}

// has reports whether the recorded gateway has a hub.
func (s *Stage) has(name, host string) bool {
	if host == "admin" {
		return name == "admin-notifications"
	}
	return name != "navigation-state" && name != "admin-notifications" && (name != "model-discovery" || s.rec.Gateway == July)
}

func bearer(r *http.Request) string {
	key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if key == "" {
		key = r.Header.Get("X-Master-Key")
	}
	return key
}

// lastAsked is the newest recorded negotiation with a key.
func (s *Stage) lastAsked(key string) *Call {
	now := s.Now()
	for i := len(s.rec.Lines) - 1; i >= 0; i-- {
		l := &s.rec.Lines[i]
		if l.Call != nil && l.T <= now && l.Conn != "" && l.Call.IsNegotiate() && l.Call.Key == key {
			return l.Call
		}
	}
	return nil
}

// dropped reports whether the gateway now closes connections of a key just
// after their handshake, as it did with the newest one.
func (s *Stage) dropped(key string) bool {
	now := s.Now()
	var last *conn
	for i := range s.conns {
		if c := &s.conns[i]; c.key == key && c.opened <= now && (last == nil || c.opened >= last.opened) {
			last = c
		}
	}
	return last != nil && last.lost > 0 && last.lost-last.opened < 1000 && len(last.frames) == 0
}

// socket plays what belongs to a connection until it is lost.
func (s *Stage) socket(x *hubtest.Exchange, host string) {
	name, key := HubOf(x.Request.URL.Path), bearer(x.Request)
	c := x.Accept()
	defer x.Drop()
	switch {
	case !c.Shake():
		return
	case s.dropped(key):
		time.Sleep(dropAfter)
		c.Send(`{"type":7}` + hubtest.End)
		time.Sleep(dropAfter)
		c.Close(1000)
		return
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		replies(c)
	}()
	part := map[string]Component{"core": ComponentCore, "admin": ComponentAdmin}[host]
	s.play(c, name, key, part, gone)
	x.Drop()
	<-gone
}

// replies answers every call with nothing.
func replies(c *hubtest.Socket) {
	for {
		m, err := c.ReadCall()
		if err != nil {
			return
		}
		for f := range strings.SplitSeq(m, hubtest.End) {
			var call struct {
				Type         int
				InvocationID string
			}
			if json.Unmarshal([]byte(f), &call) == nil && call.Type == 1 && call.InvocationID != "" {
				c.Send(`{"type":3,"invocationId":"` + call.InvocationID + `","result":null}` + hubtest.End)
			}
		}
	}
}

// segments is what a connection to a hub with a key gets, by time, and when it is
// lost. Hubs that are connected once get what any recorded connection to them
// got, so also what two replicas sent; what comes twice by that is one event.
func (s *Stage) segments(name, key string) (frames []Line, lost []int64, recorded bool) {
	perKey := name == "spend" || name == "virtual-key-management"
	first := true
	for i := range s.conns {
		c := &s.conns[i]
		if c.hub != name || perKey && c.key != key {
			continue
		}
		recorded = recorded || !c.again
		frames = append(frames, c.frames...)
		if c.again {
			lost = append(lost, c.opened)
		} else if first && c.lost > 0 {
			lost = append(lost, c.lost)
		}
		first = false
	}
	slices.SortStableFunc(frames, func(a, b Line) int { return int(a.T - b.T) })
	slices.Sort(lost)
	return frames, lost, recorded
}

func (s *Stage) play(c *hubtest.Socket, name, key string, part Component, gone <-chan struct{}) {
	frames, lost, recorded := s.segments(name, key)
	now := s.Now()
	frames = slices.DeleteFunc(frames, func(l Line) bool { return l.T < now })
	lost = slices.DeleteFunc(lost, func(t int64) bool { return t <= now })
	for _, o := range s.script.Outages {
		if o.Component == part && o.From > now {
			lost = append(lost, o.From)
		}
	}
	end := time.Now().Add(24 * time.Hour)
	if len(lost) > 0 {
		end = s.At(slices.Min(lost))
	}
	ping, pulse := time.Now().Add(pingEvery), time.Now().Add(pulseEvery/2)
	for {
		next := earliest(ping, end)
		if len(frames) > 0 {
			next = earliest(next, s.At(frames[0].T))
		}
		if name == "webhooks" {
			next = earliest(next, pulse)
		}
		select {
		case <-gone:
			return
		case <-time.After(time.Until(next)):
		}
		at := time.Now()
		switch {
		case len(frames) > 0 && !at.Before(s.At(frames[0].T)):
			if !c.Send(frames[0].In + hubtest.End) {
				return
			}
			frames = frames[1:]
		case !at.Before(end):
			return
		case name == "webhooks" && !at.Before(pulse):
			pulse = at.Add(pulseEvery)
			if t := s.Now(); recorded && t >= 0 && t < s.last() && !s.holding() || s.out(ComponentRedis) {
				continue // what was recorded comes by itself, or nothing
			}
			c.Send(strings.Replace(s.pulse, "NOW", at.UTC().Format(time.RFC3339Nano), 1) + hubtest.End)
		case !at.Before(ping):
			ping = at.Add(pingEvery)
			c.Send(hubtest.Ping)
		}
	}
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
