package demo

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// reply is what Core or Admin answers to a request.
type reply struct {
	status int
	body   any           // JSON; text is sent as it is, nil is no body
	wait   chan struct{} // not nil: ask again when it is closed
	late   time.Duration // after which it is sent

	problem bool // the body is a problem's details
}

// text is a body that is not JSON.
type text string

// healthText is the body of a health check.
type healthText string

// raw is a body that is JSON already.
type raw string

// query is a request to a path, as handlers see it.
type query struct {
	args   url.Values
	id     string // of the thing in the path, as written
	number int    // the same as a number; 0 if it is none
	body   []byte
}

// handler answers a request, on the stage.
type handler func(c *conduit, q query) reply

// endpoint is a path that is answered.
type endpoint struct {
	method, path string // {id} stands for one part of the path; lower case
	handle       handler
	// broken is the answer while the database is down; nil if handle knows.
	broken any
}

// unexpected is what many lists say while the database is down.
const unexpected = text("An unexpected error occurred.")

// adminEndpoints is what Admin answers to those who have the master key.
var adminEndpoints = []endpoint{
	{"GET", "/api/virtualkeys", (*conduit).listKeys, unexpected},
	{"GET", "/api/virtualkeys/{id}", (*conduit).oneKey, unexpected},
	{"GET", "/api/virtualkeys/{id}/group", (*conduit).groupOfKey, unexpected},
	{"POST", "/api/virtualkeys/validate", (*conduit).validate, unexpected},
	{"GET", "/api/virtualkeygroups", (*conduit).listGroups, raw(`{"message":"An error occurred while retrieving groups"}`)},
	{"GET", "/api/virtualkeygroups/{id}", (*conduit).oneGroup, raw(`{"message":"An error occurred while retrieving the group"}`)},
	{"GET", "/api/virtualkeygroups/{id}/keys", (*conduit).keysOfGroup, raw(`{"message":"An error occurred while retrieving the group"}`)},
	{
		"GET", "/api/virtualkeygroups/{id}/transactions", (*conduit).transactions,
		raw(`{"message":"An error occurred while retrieving the transaction history"}`),
	},
	{"GET", "/api/providercredentials", (*conduit).listProviders, unexpected},
	{"GET", "/api/providercredentials/{id}", (*conduit).oneProvider, unexpected},
	{"GET", "/api/providercredentials/{id}/keys", (*conduit).keysOfProvider, unexpected},
	{"GET", "/api/modelprovidermapping", (*conduit).listRoutes, text("An error occurred while retrieving model provider mappings")},
	{"GET", "/api/modelprovidermapping/{id}", (*conduit).oneRoute, text("An error occurred while retrieving model provider mappings")},
	{"GET", "/api/model", (*conduit).listModels, text("An error occurred while retrieving models")},
	{"GET", "/api/modelcosts", (*conduit).listCosts, unexpected},
	{"GET", "/api/globalsettings", (*conduit).listSettings, unexpected},
	{"GET", "/api/globalsettings/by-key/{id}", (*conduit).oneSetting, unexpected},
	{"GET", "/api/ipfilter", (*conduit).emptyList, nil},
	{"GET", "/api/notifications", (*conduit).listNotices, unexpected},
	{"GET", "/api/notifications/unread", (*conduit).listNotices, unexpected},
	{"GET", "/api/analytics/logs", (*conduit).listLog, nil},
	{"GET", "/api/analytics/costs/virtualkeys", (*conduit).costsOfKeys, unexpected},
	{"POST", "/api/audit/billing/query", (*conduit).listAudit, text("An error occurred while querying audit events")},
	{"GET", "/api/provider-errors/recent", (*conduit).recentFailures, raw(`{"error":"Failed to retrieve error data"}`)},
	{"GET", "/api/provider-errors/summary", (*conduit).failureSummary, raw(`{"error":"Failed to retrieve error summary"}`)},
	{"GET", "/api/provider-errors/keys/{id}", (*conduit).failuresOfKey, raw(`{"error":"Failed to retrieve error data"}`)},
	{"GET", "/api/systeminfo/info", (*conduit).systemInfo, nil},
	{"GET", "/api/systeminfo/health", (*conduit).systemHealth, nil},
}

// coreEndpoints is what Core answers to those who have a virtual key.
var coreEndpoints = []endpoint{
	{"GET", "/v1/models", func(*conduit, query) reply { return ok(raw(`{"data":[],"object":"list"}`)) }, nil},
	{"GET", "/v1/discovery/models", (*conduit).discover, nil},
	{"GET", "/v1/tasks/{id}", (*conduit).oneJob, nil},
	{"POST", "/v1/tasks/{id}/cancel", func(*conduit, query) reply { return reply{status: http.StatusNoContent} }, nil},
}

func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

func (c *conduit) rest(g *Gateway, a area) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxReceive))
		if err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		for {
			var answer reply
			if err := g.stage.ask(func() { answer = c.answer(r, a, body) }); err != nil {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			if answer.wait == nil {
				g.write(w, r, answer)
				return
			}
			if !g.hang(r, answer.wait) {
				return
			}
		}
	})
}

// write sends a reply, after its delay.
func (g *Gateway) write(w http.ResponseWriter, r *http.Request, a reply) {
	if a.late > 0 {
		over := make(chan struct{})
		t := time.AfterFunc(g.stage.scaled(a.late), func() { close(over) })
		defer t.Stop()
		if !g.hang(r, over) {
			return
		}
	}
	var body []byte
	kind := jsonType
	if a.problem {
		kind = "application/problem+json; charset=utf-8"
	}
	switch b := a.body.(type) {
	case nil:
		w.WriteHeader(a.status)
		return
	case text:
		body, kind = []byte(b), "text/plain; charset=utf-8"
	case healthText:
		body, kind = []byte(b), "text/plain"
	case raw:
		body = []byte(b)
	case json.RawMessage:
		body = b
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // the client has gone, if anything
}

// answer answers a request to no hub. What it returns holds nothing of the
// world.
func (c *conduit) answer(r *http.Request, a area, body []byte) reply {
	path := strings.ToLower(strings.TrimSuffix(r.URL.Path, "/"))
	var answer reply
	if a == admin {
		answer = c.answerAdmin(r, path, body)
	} else {
		answer = c.answerCore(r, path, body)
	}
	switch answer.body.(type) {
	case nil, text, healthText, raw:
		return answer
	}
	b, err := json.Marshal(answer.body)
	if err != nil { // a field of ours that has no JSON form; a test would show
		c.s.log.Error("demo answer has no form", "path", path, "cause", err)
		return reply{status: http.StatusInternalServerError}
	}
	answer.body = json.RawMessage(c.oddly(path, b))
	return answer
}

func (c *conduit) answerAdmin(r *http.Request, path string, body []byte) reply {
	if c.hangs.down() {
		return reply{wait: c.hangs.over}
	}
	switch banned := c.banned(r); {
	case strings.HasPrefix(path, "/health"):
		switch {
		case banned:
			return reply{status: http.StatusForbidden, body: raw(bannedText)}
		case path == "/health" && c.database.down():
			return reply{status: http.StatusServiceUnavailable, body: healthText("Unhealthy")}
		case path == "/health" || path == "/health/ready" || path == "/health/live":
			return ok(healthText("Healthy"))
		}
		return reply{status: http.StatusNotFound}
	case r.Header.Get("X-API-Key") != c.masterKey && r.Header.Get("X-Master-Key") != c.masterKey:
		c.strike(r)
		return reply{status: http.StatusUnauthorized, body: raw(refusedText)}
	case banned:
		return reply{status: http.StatusForbidden, body: raw(bannedText)}
	}
	if status := c.refusal(path); status != 0 {
		return reply{status: status}
	}
	return c.dispatch(adminEndpoints, r, path, body)
}

// backendHubs are hubs that only the backend key opens, which is not set.
var backendHubs = []string{"/hubs/metrics", "/hubs/health-monitoring", "/hubs/security-monitoring"}

func (c *conduit) answerCore(r *http.Request, path string, body []byte) reply {
	switch path {
	case "/health", "/health/ready":
		if c.hangs.down() {
			return c.unhealthy()
		}
		if c.bus.down() {
			return ok(healthText("Degraded"))
		}
		return ok(healthText("Healthy"))
	case "/health/live":
		return ok(healthText("Healthy"))
	}
	for _, h := range backendHubs {
		if path == h || path == h+"/negotiate" {
			return reply{status: http.StatusUnauthorized}
		}
	}
	switch {
	case !strings.HasPrefix(path, "/v1/"):
		return reply{status: http.StatusNotFound}
	case credential(r, core) == "":
		return reply{status: http.StatusUnauthorized}
	case c.redis.down():
		return reply{wait: c.redis.over}
	case c.keyBySecret(credential(r, core)) == nil:
		return reply{status: http.StatusUnauthorized}
	}
	return c.dispatch(coreEndpoints, r, path, body)
}

// dispatch finds the endpoint of a path.
func (c *conduit) dispatch(list []endpoint, r *http.Request, path string, body []byte) reply {
	for _, e := range list {
		id, ok := match(e.path, path, r.URL.Path)
		if !ok || e.method != r.Method {
			continue
		}
		if c.database.down() && e.broken != nil {
			return reply{status: http.StatusInternalServerError, body: e.broken}
		}
		q := query{args: lowerNames(r.URL.Query()), id: id, body: body}
		q.number, _ = strconv.Atoi(id) // 0 is nothing's id
		return e.handle(c, q)
	}
	return reply{status: http.StatusNotFound}
}

// match compares a path with a pattern and takes the id out of it, as it was
// written.
func match(pattern, path, written string) (id string, ok bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return "", false
	}
	for i := range want {
		switch want[i] {
		case got[i]:
		case "{id}":
			id = strings.Split(written, "/")[i]
		default:
			return "", false
		}
	}
	return id, true
}

// lowerNames makes names of a query equal whatever their case.
func lowerNames(v url.Values) url.Values {
	out := url.Values{}
	for name, values := range v {
		out[strings.ToLower(name)] = values
	}
	return out
}

// int reads a number of a query; otherwise if it is none.
func (q query) int(name string, otherwise int) int {
	if n, err := strconv.Atoi(q.args.Get(name)); err == nil {
		return n
	}
	return otherwise
}

// missing is the answer where a thing is not found; each kind has its own.
func missing(body any) reply { return reply{status: http.StatusNotFound, body: body} }

// problem is a body by which a thing that is missing is told.
type problem struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Status  int    `json:"status"`
	TraceID string `json:"traceId"`
}

// details is another one.
type details struct {
	Error   string  `json:"error"`
	Details *string `json:"details"`
	Code    *string `json:"code"`
}

func (c *conduit) problem() reply {
	g := strings.ReplaceAll(c.guid(), "-", "")
	return reply{status: http.StatusNotFound, problem: true, body: problem{
		"https://tools.ietf.org/html/rfc9110#section-15.5.5", "Not Found",
		http.StatusNotFound, "00-" + g + "-" + g[:16] + "-00",
	}}
}
