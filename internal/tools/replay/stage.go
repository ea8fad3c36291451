package replay

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatewatch/internal/sources/hub/hubtest"
)

// Addresses of a Stage's two halves. They are loopback addresses, so that no
// proxy is in between.
const (
	CoreURL  = "http://127.0.0.1:5000"
	AdminURL = "http://127.0.0.1:5002"
)

// Component is something of the gateway that is out of order for a while.
type Component string

// The parts that a recording puts out of order.
const (
	ComponentCore      Component = "core"      // the process is gone: connections break, new ones are refused
	ComponentAdmin     Component = "admin"     // the same of the other process
	ComponentRedis     Component = "redis"     // Core lets everything hang, Admin its failures of providers
	ComponentDatabase  Component = "database"  // lists answer 500, the request log nothing
	ComponentBan       Component = "ban"       // Admin refuses our address
	ComponentRateLimit Component = "ratelimit" // Core answers 429
)

// Outage is a part that is out of order from one time to another, both in
// milliseconds since the start.
type Outage struct {
	Component Component
	From, To  int64
}

// Hold makes the recorded time stand still at At milliseconds for a while:
// recorders act faster than lists are read.
type Hold struct {
	At  int64
	For time.Duration
}

// Script says how a recording is played.
type Script struct {
	Holds   []Hold
	Outages []Outage
	// Lead is how long the gateway is there before the recording begins.
	Lead time.Duration
}

// Stage is a gateway that plays a recording to whoever connects over its
// Network. It ends with its test.
type Stage struct {
	Net *Network

	rec    *Recording
	script Script
	began  time.Time // when T is zero; holds come on top
	conns  []conn
	pulse  string // a frame of statistics, for webhook hubs that were not recorded

	mu    sync.Mutex
	world *World // guarded by mu
}

// conn is a recorded connection.
type conn struct {
	name, hub, key string
	frames         []Line
	lost           int64 // when it broke without the recorder's doing; 0: never
	opened         int64
	again          bool // the recorder connected once more to see what happens
}

// Open puts a recording on stage and starts it Script.Lead from now, which
// must be the recording's own time: see Recording.Start.
func Open(t testing.TB, r *Recording, s Script) *Stage {
	st := &Stage{rec: r, script: s, began: time.Now().Add(s.Lead), world: NewWorld(r)}
	for _, name := range r.Conns() {
		st.conns = append(st.conns, connOf(r, name))
	}
	st.pulse = `{"type":1,"target":"DeliveryStatisticsUpdated","arguments":[{"period":"last_hour","totalDeliveries":0,"successfulDeliveries":0,"failedDeliveries":0,` +
		`"pendingDeliveries":0,"successRate":0,"averageResponseTimeMs":0,"urlStatistics":[],"timestamp":"NOW"}]}`
	st.Net = NewNetwork(func(address string) bool {
		return st.out(map[string]Component{CoreURL[7:]: ComponentCore, AdminURL[7:]: ComponentAdmin}[address])
	})
	for url, host := range map[string]string{CoreURL: "core", AdminURL: "admin"} {
		hubtest.Serve(t, st.Net.Listen(url[7:]), func(x *hubtest.Exchange) { st.serve(x, host) })
	}
	return st
}

func connOf(r *Recording, name string) conn {
	c := conn{name: name, opened: -1}
	c.hub, c.key = r.Hub(name)
	c.again = strings.Contains(name, "reconnect") || strings.Contains(name, "new-connection")
	closing := false
	for _, l := range r.Lines {
		if l.Conn != name {
			continue
		}
		if c.opened < 0 {
			c.opened = l.T
		}
		switch {
		case strings.HasPrefix(l.In, `{"type":1,`):
			c.frames = append(c.frames, l)
		case strings.HasPrefix(l.In, `{"type":7`):
			closing = true
		case l.Close == 1006, l.Close > 0 && closing:
			c.lost = l.T
		}
	}
	return c
}

// At is when something of the recording happens on stage.
func (s *Stage) At(ms int64) time.Time {
	at := s.began.Add(time.Duration(ms) * time.Millisecond)
	for _, h := range s.script.Holds {
		if h.At < ms {
			at = at.Add(h.For)
		}
	}
	return at
}

// Now is how far the recording is, in milliseconds since the start; negative
// before it.
func (s *Stage) Now() int64 {
	now := time.Now()
	ms := now.Sub(s.began).Milliseconds()
	for _, h := range s.script.Holds {
		if ms > h.At {
			ms = max(h.At, ms-h.For.Milliseconds())
		}
	}
	return ms
}

// holding reports whether the recorded time stands still.
func (s *Stage) holding() bool {
	now := time.Now()
	return slices.ContainsFunc(s.script.Holds, func(h Hold) bool {
		at := s.At(h.At)
		return !now.Before(at) && now.Before(at.Add(h.For))
	})
}

// recorded is the recording's own time, without holds.
func (s *Stage) recorded() time.Time {
	return s.rec.Start.Add(time.Duration(s.Now()) * time.Millisecond)
}

// End is when the last line was played.
func (s *Stage) End() time.Time { return s.At(s.last()) }

func (s *Stage) last() int64 { return s.rec.Lines[len(s.rec.Lines)-1].T }

// out reports whether a part is out of order now.
func (s *Stage) out(p Component) bool {
	now := s.Now()
	return slices.ContainsFunc(s.script.Outages, func(o Outage) bool { return o.Component == p && now >= o.From && now < o.To })
}

func (s *Stage) serve(x *hubtest.Exchange, host string) {
	path := x.Request.URL.Path
	switch {
	case host == "core" && s.out(ComponentRedis) && path != "/health" && path != "/health/ready" && !x.IsSocket():
		x.Hang()
	case host == "core" && s.out(ComponentRateLimit) && !strings.HasPrefix(path, "/health"):
		x.Answer(http.StatusTooManyRequests, `{"error":"Rate limit exceeded for path `+path+`","code":429}`, "Retry-After: 60")
	case host == "admin" && s.out(ComponentBan):
		x.Answer(http.StatusForbidden, `{"error":"IP is banned due to excessive failed authentication attempts","statusCode":403}`)
	case x.IsNegotiate():
		s.negotiate(x, host)
	case x.IsSocket():
		s.socket(x, host)
	default:
		s.answer(x, host)
	}
}

func (s *Stage) answer(x *hubtest.Exchange, host string) {
	path := x.Request.URL.RequestURI()
	if host == "admin" && s.out(ComponentDatabase) {
		s.answerWithout(x, path)
		return
	}
	if host == "admin" && s.out(ComponentRedis) && strings.HasPrefix(path, "/api/provider-errors/") {
		time.Sleep(11 * time.Second)
		x.Answer(http.StatusInternalServerError, `{"error":"Failed to retrieve error data"}`)
		return
	}
	s.mu.Lock()
	s.world.Advance(s.Now())
	c := s.world.Answer(host, x.Request.Method, path, []byte(x.Body), s.recorded())
	s.mu.Unlock()
	if c.Status == 0 {
		x.Hang()
		return
	}
	time.Sleep(min(time.Duration(c.MS*float64(time.Millisecond)), 2*time.Second))
	x.Answer(c.Status, c.Answer, "Content-Type: application/json")
}

// answerWithout answers as an Admin API does whose database is away: as was
// recorded of both scenarios in which it was.
func (s *Stage) answerWithout(x *hubtest.Exchange, path string) {
	bare, _, _ := strings.Cut(path, "?")
	switch bare {
	case pathLog:
		x.Answer(http.StatusOK, `{"items":[],"totalCount":0,"currentPage":1,"pageSize":100,"totalPages":0,"hasPreviousPage":false,"hasNextPage":false,"page":1,"totalItems":0}`)
	case "/api/IpFilter":
		x.Answer(http.StatusOK, `[]`)
	case "/api/SystemInfo/health":
		x.Answer(http.StatusOK, `{"status":"unhealthy","timestamp":"2026-11-22T23:08:35.0026497Z","checks":{"database":{"status":"unhealthy","description":"Database connection failed"}},"totalDuration":3.1}`)
	case "/health":
		x.Answer(http.StatusServiceUnavailable, "Unhealthy")
	case "/health/ready", "/health/live":
		x.Answer(http.StatusOK, "Healthy")
	default:
		x.Answer(http.StatusInternalServerError, "An unexpected error occurred.")
	}
}
