package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/sources/wire"
)

// checks is the table of what only both planes together tell.
func (p *gatewayDiagnosis) checks() []check {
	return []check{
		{name: "addresses", title: "the two addresses", unless: p.oneAddress, run: p.addresses},
		{name: "why-refused", title: "the virtual key", unless: p.keyIsGood, run: p.whyRefused},
		{name: "database", title: "its database", run: p.database},
		{name: "redis", title: "its Redis", run: p.redis},
		{name: "event-bus", title: "its event bus", run: p.eventBus},
		{name: "coverage", title: "what can be seen", unless: p.notKnown, run: p.deliveries},
	}
}

// oneAddress is why addresses are not compared, as a clause.
func (p *gatewayDiagnosis) oneAddress() string {
	if p.core.u == nil || p.admin.u == nil {
		return "only one address is set"
	}
	return ""
}

// addresses finds out whether the two were exchanged: where a plane has nothing
// of its own API, it is asked once for a hub of the other one.
func (p *gatewayDiagnosis) addresses(ctx context.Context) Finding {
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

func (h *planeDiagnosis) hasLists() bool { return h.known && h.dialect != wire.DialectUnknown }

// exposes reports whether a key that has only gone where it was encrypted
// would go in the clear.
func exposes(was, now *url.URL) bool {
	return was.Scheme == "https" && now.Scheme == "http" && !isLoopback(now.Hostname())
}

// grants asks at an address for the first hub of a plane that is elsewhere
// said to be. It is not asked with a key that was refused already.
func (p *gatewayDiagnosis) grants(ctx context.Context, at *url.URL, as *planeDiagnosis) bool {
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
func (p *gatewayDiagnosis) keyIsGood() string {
	switch {
	case p.core.dropped && p.component(event.ComponentDatabase).Health == string(event.HealthUnhealthy):
		return "without its database a gateway drops every key"
	case !p.core.refused && !p.core.dropped:
		return "the Core API did not refuse it"
	case !p.admin.hasLists() || p.admin.refused || p.admin.dropped:
		return "the Admin API cannot be asked about it"
	case p.admin.dialect != wire.DialectAugust:
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
func (p *gatewayDiagnosis) whyRefused(ctx context.Context) Finding {
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
	return validationFinding(*says.Valid, p.scrub.quote([]byte(says.Error), 100))
}

// validationFinding puts what the Admin API says of a key as a finding.
func validationFinding(valid bool, said string) Finding {
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
