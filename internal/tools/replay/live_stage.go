package replay

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatewatch/internal/sources/hub/hubtest"
)

// LiveStage is a gateway that plays a live recording to whoever connects over
// its Net: every question is answered as the recorder's newest one before it
// was. It ends with its test.
type LiveStage struct {
	Net *Network

	drops Outage // see DropNew
	rec   *Live
	books *Live // of the same database: what rec does not have
	rest  map[string]Call
	began time.Time // when T is zero

	mu      sync.Mutex
	missing map[string]int // questions that no recording answers; guarded by mu
}

// OpenLive puts a live recording on stage, to begin a lead from now, which must
// be the recording's own time. What it does not have is answered by books, then
// by rest, then not at all.
func OpenLive(t testing.TB, r, books *Live, rest []Call, lead time.Duration) *LiveStage {
	st := &LiveStage{rec: r, books: books, rest: map[string]Call{}, began: time.Now().Add(lead), missing: map[string]int{}}
	for _, c := range rest {
		k := keyOfCall(&c)
		if old, known := st.rest[k]; c.Status == http.StatusOK && (!known || len(old.Path) > len(c.Path)) {
			st.rest[k] = c
		}
	}
	st.Net = NewNetwork(func(address string) bool { return address == CoreURL[7:] && st.refuses() })
	for base, host := range map[string]string{CoreURL: "core", AdminURL: "admin"} {
		hubtest.Serve(t, st.Net.Listen(base[7:]), func(x *hubtest.Exchange) { st.serve(x, host) })
	}
	return st
}

// DropNew makes hubs drop who connects in a part of the recording, at once and
// without a reason, as the gateway does while its database is down: the
// recorder was connected before, and did not see that. Call it before the first
// connection.
func (s *LiveStage) DropNew(o Outage) { s.drops = o }

// At is when something of the recording happens on stage.
func (s *LiveStage) At(ms int64) time.Time { return s.began.Add(time.Duration(ms) * time.Millisecond) }

// End is when the last line was played.
func (s *LiveStage) End() time.Time { return s.At(s.rec.last) }

// Missing are the questions that no recording answers, with how often.
func (s *LiveStage) Missing() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.missing)
}

func (s *LiveStage) now() int64 { return min(time.Since(s.began).Milliseconds(), s.rec.last) }

func (s *LiveStage) refuses() bool {
	now := s.now()
	return slices.ContainsFunc(s.rec.lost, func(o Outage) bool { return now >= o.From && now < o.To })
}

func (s *LiveStage) serve(x *hubtest.Exchange, host string) {
	name := HubOf(x.Request.URL.Path)
	_, has := s.rec.frames[name]
	has = has || slices.Contains(liveHubs, name)
	switch {
	case (x.IsNegotiate() || x.IsSocket()) && !has:
		x.Answer(http.StatusNotFound, "")
	case x.IsNegotiate():
		s.negotiate(x, host)
	case x.IsSocket():
		s.socket(x, name)
	default:
		s.answer(x, host)
	}
}

// liveHubs are the hubs that the recorder held.
var liveHubs = []string{"notifications", "virtual-key-management", "spend", "tasks", "webhooks", "admin-notifications"}

// negotiate grants what the recorder's own was granted: Core's by that of
// notifications, Admin's as long as Admin answers at all.
func (s *LiveStage) negotiate(x *hubtest.Exchange, host string) {
	key := "core POST /hubs/notifications/negotiate"
	if host == "admin" {
		key = "admin GET /health"
	}
	if s.wait(x, key) {
		x.Negotiated()
	}
}

// wait lets a question hang as long as the recorder's did; it reports whether
// it is to be answered then.
func (s *LiveStage) wait(x *hubtest.Exchange, key string) bool {
	for {
		c, _, known := s.rec.at(key, s.now())
		if !known || c.Status != 0 {
			return true
		}
		gone := x.Gone()
		again := s.overAt(key, c.At)
		if again < 0 {
			<-gone
			return false
		}
		select {
		case <-gone:
			return false
		case <-time.After(time.Until(s.At(again))):
		}
	}
}

// overAt is when what hung was answered again; -1 if never.
func (s *LiveStage) overAt(key string, from int64) int64 {
	for _, c := range s.rec.answers[key] {
		if c.At > from && c.Status != 0 {
			return c.At
		}
	}
	return -1
}

func (s *LiveStage) answer(x *hubtest.Exchange, host string) {
	path := x.Request.URL.RequestURI()
	c := Call{Host: host, Method: x.Request.Method, Path: path}
	key := keyOfCall(&c)
	if _, known := s.rec.answers[key]; !known {
		s.answerOther(x, &c, key)
		return
	}
	if !s.wait(x, key) {
		return
	}
	now := s.now()
	c, _, _ = s.rec.at(key, now)
	switch body := c.Answer; {
	case c.Status != http.StatusOK:
	case c.Bare() == pathLog:
		c.Answer = s.page(path, now)
	case c.Bare() == pathBilling:
		c.Answer = s.billing(x.Body, now)
	case c.Cut():
		c.Answer = wholeRows(body).json()
	}
	s.send(x, &c)
}

// answerOther answers what the recorder did not ask for, as long as the lists
// are answered at all.
func (s *LiveStage) answerOther(x *hubtest.Exchange, c *Call, key string) {
	lists := "admin GET /api/VirtualKeyGroups"
	if c.Host == "core" {
		lists = "core POST /hubs/notifications/negotiate"
	}
	if !s.wait(x, lists) {
		return
	}
	if like, _, _ := s.rec.at(lists, s.now()); like.Status != http.StatusOK {
		like.MS = 20
		s.send(x, &like)
		return
	}
	other, known := s.rest[key]
	if found, _, booked := s.books.at(key, 0); booked {
		other, known = found, true
		other.Answer = strings.Replace(other.Answer, rowsIn(other.Answer), wholeRows(other.Answer).until(s.At(s.now())).json(), 1)
	}
	if !known {
		s.mu.Lock()
		s.missing[key]++
		s.mu.Unlock()
		other = Call{Status: http.StatusNotFound}
	}
	other.MS = 5
	s.send(x, &other)
}

func (s *LiveStage) send(x *hubtest.Exchange, c *Call) {
	time.Sleep(min(time.Duration(c.MS*float64(time.Millisecond)), 20*time.Second))
	x.Answer(c.Status, c.Answer, "Content-Type: application/json")
}

// page is the newest page of the request log.
func (s *LiveStage) page(path string, now int64) string {
	rows := s.rec.rowsUntil("admin GET "+pathLog, now)
	if c, _, _ := s.rec.at("admin GET "+pathLog, now); len(wholeRows(c.Answer)) == 0 {
		rows = nil // without its database
	}
	if u, err := url.Parse(path); err != nil || u.Query().Get("page") > "1" {
		rows = nil
	}
	n, _ := json.Marshal(len(rows))
	return `{"items":` + rows.json() + `,"totalCount":` + string(n) + `,"currentPage":1,"pageSize":100,"totalPages":1,"hasPreviousPage":false,"hasNextPage":false}`
}

// billing are the events that were asked for, of all that were read until now.
func (s *LiveStage) billing(ask string, now int64) string {
	var a struct{ From, To time.Time }
	_ = json.Unmarshal([]byte(ask), &a) // else there are none
	rows := s.rec.rowsUntil("admin POST "+pathBilling, now)
	rows = slices.DeleteFunc(rows, func(r row) bool { return r.dated().Before(a.From) || r.dated().After(a.To) })
	n, _ := json.Marshal(len(rows))
	return `{"events":` + rows.json() + `,"totalCount":` + string(n) + `,"pageNumber":1,"pageSize":` + string(n) + `,"totalPages":1}`
}

// socket plays what the recorder's connection to a hub got.
func (s *LiveStage) socket(x *hubtest.Exchange, name string) {
	c := x.Accept()
	defer x.Drop()
	if !c.Shake() {
		return
	}
	if now := s.now(); now >= s.drops.From && now < s.drops.To {
		c.Send(`{"type":7}` + hubtest.End)
		c.Close(1000)
		c.Drain()
		return
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		replies(c)
	}()
	s.play(c, name, gone)
	x.Drop()
	<-gone
}

func (s *LiveStage) play(c *hubtest.Socket, name string, gone <-chan struct{}) {
	now := s.now()
	frames := s.due(name)
	frames = slices.DeleteFunc(frames, func(l Line) bool { return l.T < now })
	end := time.Now().Add(24 * time.Hour)
	if name != "admin-notifications" {
		for _, o := range s.rec.lost {
			if o.From > now {
				end = earliest(end, s.At(o.From))
			}
		}
	}
	ping := time.Now().Add(pingEvery)
	for {
		next := earliest(ping, end)
		if len(frames) > 0 {
			next = earliest(next, s.At(frames[0].T))
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
		case !at.Before(ping):
			ping = at.Add(pingEvery)
			c.Send(hubtest.Ping)
		}
	}
}

// due is what a hub sends: as recorded, and the report of each minute also
// before and after.
func (s *LiveStage) due(name string) []Line {
	frames := slices.Clone(s.rec.frames[name])
	if name == "virtual-key-management" { // it tells a key of itself at once
		frames = slices.DeleteFunc(frames, func(l Line) bool { return strings.Contains(l.In, `"VirtualKeyStatus"`) })
	}
	if name != "webhooks" || len(frames) == 0 {
		return frames
	}
	first, last := frames[0], frames[len(frames)-1]
	minute := time.Minute.Milliseconds()
	for range 120 {
		last.T += minute
		frames = append(frames, last)
	}
	for at := first; at.T > -10*minute; at.T -= minute {
		if at.T < 0 { // from then on the recorder was there, and heard none
			frames = append(frames, at)
		}
	}
	slices.SortStableFunc(frames, func(a, b Line) int { return int(a.T - b.T) })
	return frames
}
