package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"gatewatch/internal/event"
	"gatewatch/internal/gateway"
	"gatewatch/internal/rest"
	"gatewatch/internal/wire"
)

// checks is the table of what only both halves together tell.
func (p *patient) checks() []check {
	return []check{
		{name: "addresses", title: "the two addresses", unless: p.oneAddress, run: p.addresses},
		{name: "why-refused", title: "the virtual key", unless: p.keyIsGood, run: p.whyRefused},
		{name: "database", title: "its database", run: p.database},
		{name: "redis", title: "its Redis", run: p.redis},
		{name: "event-bus", title: "its event bus", unless: p.noWord, run: p.eventBus},
		{name: "coverage", title: "what can be seen", unless: p.notKnown, run: p.coverage},
	}
}

// oneAddress is why addresses are not compared, as a clause.
func (p *patient) oneAddress() string {
	if p.core.u == nil || p.admin.u == nil {
		return "only one address is set"
	}
	return ""
}

// addresses finds out whether the two were exchanged: where a half has nothing
// of its own API, it is asked once for a hub of the other one.
func (p *patient) addresses(ctx context.Context) Finding {
	coreIsAdmin := p.core.absent && p.grants(ctx, p.core.u, p.admin)
	adminIsCore := p.admin.absent && !p.admin.hasLists() && p.grants(ctx, p.admin.u, p.core)
	const do = "Correct core_url and admin_url."
	switch {
	case coreIsAdmin && adminIsCore:
		return bad("swapped", "The two addresses are exchanged: at the Core API's address there is an Admin API, and the other way round.", "Exchange core_url and admin_url.")
	case coreIsAdmin:
		return bad("swapped", "At the address that is set for the Core API there is an Admin API.", do)
	case adminIsCore:
		return bad("swapped", "At the address that is set for the Admin API there is a Core API.", do)
	case p.core.absent || p.admin.absent && !p.admin.hasLists():
		return note("not_swapped", "They are not exchanged: neither answers as the other one's API.")
	}
	return fine("No sign that they are exchanged.")
}

func (h *half) hasLists() bool { return h.known && h.kind != wire.DialectUnknown }

// exposes reports whether a key that has only gone where it was encrypted
// would go in the clear.
func exposes(was, now *url.URL) bool {
	return was.Scheme == "https" && now.Scheme == "http" && !isLoopback(now.Hostname())
}

// grants asks at an address for the first hub of a half that is elsewhere
// said to be. It is not asked with a key that was refused already.
func (p *patient) grants(ctx context.Context, at *url.URL, as *half) bool {
	if !as.key().Set() || as.refused || exposes(as.u, at) {
		return false
	}
	name := "spend"
	if as.plane == event.PlaneAdmin {
		name = "admin-notifications"
	}
	for _, g := range gateway.Hubs() {
		if g.Name == name && g.Plane == as.plane {
			a, err := as.ask(ctx, g, at, as.key())
			return err == nil && a.Err == nil
		}
	}
	return false
}

// keyIsGood is why nobody is asked what is wrong with the virtual key.
func (p *patient) keyIsGood() string {
	switch {
	case !p.core.refused:
		return "the Core API did not refuse it"
	case !p.admin.hasLists() || p.admin.refused:
		return "the Admin API cannot be asked about it"
	case p.admin.kind != wire.DialectHead:
		return "a gateway of July 2025 does not say"
	case exposes(p.core.u, p.admin.u):
		return "the key would go to the Admin API unencrypted"
	}
	return ""
}

// maxVerdict bounds the answer about a key, in bytes.
const maxVerdict = 64 << 10

// whyRefused asks the Admin API what is wrong with the virtual key. The key
// goes to the gateway that it is for, in the body of the request.
func (p *patient) whyRefused(ctx context.Context) Finding {
	const cannot = "The Admin API does not say what is wrong with it"
	body, err := json.Marshal(map[string]string{"key": p.core.key().Reveal()})
	if err != nil {
		return note("key_unknown", cannot+".")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.admin.u.JoinPath("/api/VirtualKeys/validate").String(), bytes.NewReader(body))
	if err != nil {
		return note("key_unknown", cannot+".")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Master-Key", p.admin.key().Reveal())
	client := *p.env.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // nobody else may have it
	res, err := client.Do(req)
	if err != nil {
		return note("key_unknown", cannot+": "+plainError(err)+".")
	}
	defer res.Body.Close() //nolint:errcheck // only read
	var says struct {
		Valid *bool  `json:"isValid"`
		Name  string `json:"keyName"`
		Error string `json:"errorMessage"`
	}
	if res.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(res.Body, maxVerdict)).Decode(&says) != nil || says.Valid == nil {
		return note("key_unknown", cannot+" ("+statusLine(res.StatusCode)+").")
	}
	return verdict(*says.Valid, p.scrub.quote([]byte(says.Error), 100))
}

// verdict puts the Admin API's word about a key into ours.
func verdict(valid bool, said string) Finding {
	if valid {
		return warn("key_valid", "The Admin API calls the key valid, but the Core API refuses it.",
			"Do both addresses belong to the same gateway? With its event bus down a Core API may not know of a change.")
	}
	for _, known := range []struct{ word, code, text, do string }{
		{"not found", "key_unknown", "The gateway does not have this key.", "It was deleted or mistyped, or belongs to another gateway. Enter another one."},
		{"disabled", "key_disabled", "The key is disabled.", "Enable it, or enter another one."},
		{"expired", "key_expired", "The key has expired.", "Give it a later expiry date, or enter another one."},
		{"budget", "no_balance", "The balance of the key's group is used up.", "Add to the group's balance, or enter a key of another group."},
	} {
		if strings.Contains(strings.ToLower(said), known.word) {
			return bad(known.code, known.text, known.do).with("the gateway says", said)
		}
	}
	return bad("key_refused", "The gateway does not call the key valid.", "See the gateway's list of keys.").with("the gateway says", said)
}

// database is what one look tells of it.
func (p *patient) database(context.Context) Finding {
	switch {
	case p.admin.healthy == nil && !p.admin.hasLists():
		return skip("only the Admin API with its lists tells")
	case p.admin.healthy == nil:
		return note("database_unknown", "It is not known: the gateway did not say.")
	case !*p.admin.healthy:
		return bad("database_down", "The gateway says that it is not healthy. Its request log then looks empty.", "Look at the gateway's database.")
	}
	return fine("The gateway says that it is healthy.")
}

// redis is what one look tells of it: without it a Core API hangs while the
// Admin API goes on.
func (p *patient) redis(context.Context) Finding {
	switch {
	case p.core.mute && p.admin.hasLists():
		return bad("redis_down", "The Core API hangs while the Admin API answers, as it does when Redis is down.", "Look at the gateway's Redis; if that is well, at the Core API itself.")
	case p.core.granted != nil && p.admin.hasLists():
		return fine("The Core API negotiates, which it cannot without it.")
	}
	return skip("one look at what answered does not tell")
}

// noWord is why the Core API is not asked how it is.
func (p *patient) noWord() string {
	switch {
	case p.core.u == nil || p.core.first.Status == 0:
		return "the Core API did not answer"
	case p.core.refused:
		return "the virtual key was refused"
	case p.core.absent:
		return "what answers is no Core API"
	}
	return ""
}

// eventBus takes the Core API's word for it. A Core API of July tells part by
// part; a later one has one word, which only the bus makes worse.
func (p *patient) eventBus(ctx context.Context) Finding {
	c, err := p.core.reader(listLimit, true)
	if err != nil {
		return bad("settings", err.Error(), "")
	}
	body, err := c.Get(ctx, "/health")
	s, isStatus := errors.AsType[*rest.StatusError](err)
	switch {
	case rest.NotFound(err):
		return note("no_health", "The Core API does not say how it is.")
	case isStatus:
		return warn("event_bus", "The Core API says that it is not well ("+statusLine(s.Status)+").", "Look at the gateway's event bus (RabbitMQ).")
	case err != nil:
		return warn("event_bus_unknown", "The Core API does not say how it is: "+plainError(err)+".", "")
	}
	word, lame := coreWord(body)
	switch {
	case len(lame) > 0:
		return warn("event_bus", "The Core API says that these parts are not well: "+strings.Join(lame, ", ")+".", "Look at them; with the event bus down a Core API goes on serving keys that were disabled.")
	case strings.EqualFold(word, "degraded"), strings.EqualFold(word, "unhealthy"):
		return warn("event_bus", "The Core API calls itself "+word+": its event bus (RabbitMQ) is not there.",
			"Look at the event bus; without it a Core API goes on serving keys that were disabled, and pushes less.")
	case strings.EqualFold(word, "healthy"):
		return fine("The Core API calls itself healthy, which it does not without its event bus.")
	}
	return note("event_bus_unknown", "The Core API does not say how it is in a way that this version knows.")
}

// told are the parts that a Core API of July names.
var told = map[string]string{
	"masstransit-bus": "event bus", "rabbitmq": "event bus", "redis": "Redis", "database": "database",
}

// coreWord reads what a Core API says of itself: a word, and the parts that
// are not well where it names parts.
func coreWord(body []byte) (word string, lame []string) {
	if b := bytes.TrimSpace(body); len(b) == 0 || b[0] != '{' {
		return quote(b, 40), nil
	}
	var w struct {
		Status string `json:"status"`
		Checks []struct {
			Name   string `json:"name"`
			Status string `json:"status"`
		} `json:"checks"`
	}
	if json.Unmarshal(body, &w) != nil {
		return "", nil
	}
	seen := map[string]bool{}
	for _, c := range w.Checks {
		part := told[c.Name]
		if part != "" && !strings.EqualFold(c.Status, "healthy") && !seen[part] {
			seen[part] = true
			lame = append(lame, part)
		}
	}
	if len(w.Checks) > 0 {
		return "healthy", lame // the parts count; the overall word is about providers, too
	}
	return quote([]byte(w.Status), 40), lame
}
