package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
	"gatewatch/internal/sources/hub"
)

// slowTrip is a round trip that makes pages feel late.
const slowTrip = time.Second

// virtualPrefix begins the virtual keys of a real gateway.
const virtualPrefix = "condt_"

// negotiate asks the first hub that this gateway has.
func (h *planeDiagnosis) negotiate(ctx context.Context) Finding {
	for _, g := range h.hubsOf() {
		a, err := h.ask(ctx, g, h.u, h.key())
		if err != nil {
			return bad("settings", "What is set for this gateway cannot be used: "+err.Error()+".", "Correct it in the settings.")
		}
		h.first, h.answers[g.Name] = a, a
		if a.Err == nil {
			h.granted = &g
			return h.grantedBy(a, g.Name)
		}
		if a.Status != http.StatusNotFound {
			return h.denied(ctx, a)
		}
	}
	return h.nothingThere()
}

func (h *planeDiagnosis) grantedBy(a hub.NegotiateResult, name string) Finding {
	f := fine("The gateway accepts the " + h.keyName() + " and grants a connection.")
	var offers []string
	for _, t := range a.Offered {
		offers = append(offers, transportName(t))
	}
	f = f.with("hub", name).with("offers", strings.Join(offers, ", "))
	if a.Host != h.u.Host {
		h.scrub.host(hostname(a.Host))
		f = f.with("sent on to", a.Host)
	}
	return f
}

func hostname(hostport string) string {
	if i := strings.LastIndexByte(hostport, ':'); i > 0 && !strings.HasSuffix(hostport, "]") {
		return strings.Trim(hostport[:i], "[]")
	}
	return strings.Trim(hostport, "[]")
}

// denied says why a negotiation was not granted, other than by "not found".
func (h *planeDiagnosis) denied(ctx context.Context, a hub.NegotiateResult) Finding {
	switch a.Class {
	case hub.ClassAuth:
		h.refused = true
		return h.refusal(a)
	case hub.ClassForbidden:
		h.refused = true
		if bytes.Contains(a.Sample, []byte("banned")) {
			return bad("banned", text.CauseBanned,
				"The ban ends by itself; until then stop every program that asks with a wrong key from here. This key may well be right.")
		}
		return bad("forbidden", "The gateway knows the key, but does not let it in (HTTP status 403).", "Have the key's rights or the gateway's address filter looked at.")
	case hub.ClassRateLimited:
		h.refused = true // not asked on: it said so
		return warn("rate_limited", "The gateway says that this address asks too often (HTTP status 429).", "Wait a minute; look for other programs that ask from here.").stop()
	case hub.ClassGatewayDown:
		if a.Status == http.StatusBadGateway || a.Status == http.StatusGatewayTimeout {
			return bad("gateway_down", fmt.Sprintf("Something in front of the gateway answers %s: the gateway itself does not.", statusLine(a.Status)), "Start the gateway, or look at the proxy in front of it.").with("it says", h.page(a))
		}
		return bad("gateway_down", fmt.Sprintf("The gateway does not serve at the moment (%s).", statusLine(a.Status)), "Look at the gateway's log.").with("it says", h.page(a))
	case hub.ClassMisconfigured:
		return h.notHub(a)
	case hub.ClassTLS, hub.ClassNoTLS:
		return bad("tls_fails", a.Cause, "See the row TLS.")
	case hub.ClassNetwork, hub.ClassServerClosed, hub.ClassRejected, hub.ClassTooBig, hub.ClassUnsupported, hub.ClassNotSticky:
		// Said below by what came.
	}
	if _, ok := errors.AsType[*hub.ProxyLoginError](a.Err); ok {
		return bad("proxy_login", a.Cause, "Put a user name and a password into HTTPS_PROXY or HTTP_PROXY in the environment, if that is what it wants.")
	}
	if a.Status == 0 && (ctx.Err() != nil || errors.Is(a.Err, context.DeadlineExceeded)) {
		h.timedOut = true
		f := bad("timeout", "The gateway took the connection, but did not answer in time.", "Look at the gateway's log.")
		if h.plane == event.PlaneCore {
			f.Do = "A gateway whose Redis is down hangs like this. " + f.Do
		}
		return f
	}
	return bad("network", a.Cause, "Look at the network between here and the gateway.")
}

// refusal is for "401": whose key might it be.
func (h *planeDiagnosis) refusal(a hub.NegotiateResult) Finding {
	f := bad("key_refused", "The gateway refuses the "+h.keyName()+" (HTTP status 401).", "")
	looksVirtual := strings.HasPrefix(h.key().Reveal(), virtualPrefix)
	if h.plane == event.PlaneAdmin {
		f.Do = "It may have been changed; the gateway's administrator has the one in force."
		if looksVirtual || h.key().Equal(h.core.key()) {
			f.Code = "key_is_virtual"
			f.Text += " It is a virtual key; the Admin API wants the master key."
			f.Do = "Enter the master key."
		}
		f.Do += " Nothing more was asked with this key: five refusals ban this computer's address."
		return f
	}
	f.Do = "It may be disabled, expired, deleted or mistyped, or (gateways until July 2025) over its budget. See the gateway's list of keys."
	switch {
	case isAdminAnswer(a):
		f.Code = "swapped"
		f.Text += " It answers as an Admin API does."
		f.Do = "This may be the address of the Admin API; exchange the two addresses."
		h.absent = true
	case h.key().Equal(h.admin.key()):
		f.Code = "key_is_master"
		f.Text += " It is the master key; the Core API wants a virtual key."
		f.Do = "Enter a virtual key (condt_…)."
	case !looksVirtual:
		f.Code = "key_is_master"
		f.Text += " It does not begin with " + virtualPrefix + " as virtual keys do."
		f.Do = "Is it the master key? The Core API wants a virtual key (condt_…)."
	}
	return f
}

// isAdminAnswer recognises how an Admin API refuses; a Core API's refusal is empty.
func isAdminAnswer(a hub.NegotiateResult) bool {
	return a.Status == http.StatusUnauthorized && bytes.Contains(a.Sample, []byte("Invalid or missing API key"))
}

// nothingThere is for a plane that has none of the hubs.
func (h *planeDiagnosis) nothingThere() Finding {
	h.absent = true
	if h.plane == event.PlaneAdmin {
		return note("no_hub", "There is no hub of an Admin API at this address; its lists are looked for.").stop()
	}
	f := bad("not_gateway", "None of a Core API's hubs is found at this address (HTTP status 404).",
		"Is it the address of a gateway's Core API, with the right path? Gatewatch appends /hubs/….")
	return f.with("it says", h.page(h.first))
}

// notHub is for answers that no hub gives.
func (h *planeDiagnosis) notHub(a hub.NegotiateResult) Finding {
	said := h.page(a)
	switch {
	case a.Status >= 300 && a.Status < 400:
		return bad("redirected", fmt.Sprintf("The address sends us elsewhere (%s), as a log-in page in front does.", statusLine(a.Status)),
			"Use the address that it leads to, or have the paths /hubs and /api let through.").with("it says", said)
	case bytes.Contains(a.Sample, []byte("HTTPS server")), bytes.Contains(a.Sample, []byte("plain HTTP request")):
		return bad("tls_wanted", "TLS is spoken at this address, but it begins with http.", "Use https://.")
	case isPage(a):
		return bad("not_gateway", fmt.Sprintf("A web page answers instead of a gateway (%s).", statusLine(a.Status)),
			"Is it the gateway's address? A proxy's notice or the gateway's web interface looks like this.").with("it says", said)
	}
	return bad("not_gateway", a.Cause, "Is it the gateway's address?").with("it says", said)
}

func isPage(a hub.NegotiateResult) bool {
	return strings.Contains(a.Type, "html") || bytes.Contains(bytes.ToLower(a.Sample), []byte("<html"))
}

var titleOf = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// page is what an unexpected answer says: its title, else its beginning.
func (h *planeDiagnosis) page(a hub.NegotiateResult) string {
	if m := titleOf.FindSubmatch(a.Sample); m != nil {
		return h.scrub.quote(m[1], 100)
	}
	return h.scrub.quote(a.Sample, 100)
}

// untried is why transports are not tried, as a clause.
func (h *planeDiagnosis) untried() string {
	switch {
	case h.refused:
		return "the key was refused"
	case h.dropped:
		return "a connection was dropped at once"
	case h.granted == nil:
		return "no hub granted a connection"
	}
	return ""
}

// try holds a connection by t for a moment.
func (h *planeDiagnosis) try(ctx context.Context, t hub.Transport) Finding {
	x, err := hub.New(h.hubOptions(*h.granted, h.u, h.key()))
	if err != nil {
		return bad("settings", err.Error(), "")
	}
	r := x.TryTransport(ctx, t)
	h.trials = append(h.trials, r)
	switch r.Class {
	case "":
		return fine("Works.").with("negotiated in", took(r.Negotiate)).with("opened in", took(r.Open)).
			with("handshake in", took(r.Handshake)).with("round trip", took(r.RoundTrip))
	case hub.ClassUnsupported:
		return note("not_offered", r.Cause)
	case hub.ClassRejected:
		h.dropped = true // why is said when the lists were looked at
		return bad("no_balance", "The gateway grants a connection and then drops it at once, without a reason.",
			"This is what it does with a key whose group has no balance left: add to the balance of the key's group.")
	case hub.ClassAuth, hub.ClassForbidden:
		h.refused = true
		return bad("key_refused", "The "+h.keyName()+" was accepted when negotiating and refused when connecting: "+r.Cause, "Does something in front of the gateway take headers away?")
	case hub.ClassNetwork, hub.ClassGatewayDown, hub.ClassRateLimited, hub.ClassMisconfigured, hub.ClassTLS, hub.ClassNoTLS,
		hub.ClassServerClosed, hub.ClassTooBig, hub.ClassNotSticky:
		// Said below by the error.
	}
	f := note("does_not_work", r.Cause)
	if errors.Is(r.Err, hub.ErrStaleToken) {
		f.Code = "not_sticky"
		return f
	}
	if s, ok := errors.AsType[*hub.StatusError](r.Err); ok {
		f.Code = "refused_by_status"
		f.Text = fmt.Sprintf("Refused: %s.", statusLine(s.Status))
		f = f.with("it says", h.scrub.quote([]byte(s.Body), 100))
	}
	return f
}

func transportName(t hub.Transport) string {
	switch t {
	case hub.ServerSentEvents:
		return "Server-Sent Events"
	case hub.LongPolling:
		return "long polling"
	case hub.WebSockets:
	}
	return "WebSockets"
}

func took(d time.Duration) string { return text.Latency(millis(d)) }

// used is the trial of the transport that would be used; nil if none works.
func (h *planeDiagnosis) used() *hub.TransportTrial {
	for _, t := range h.allowed() {
		for i := range h.trials {
			if h.trials[i].Transport == t && h.trials[i].Err == nil {
				return &h.trials[i]
			}
		}
	}
	return nil
}

// transport says what will be used.
func (h *planeDiagnosis) transport(context.Context) Finding {
	u := h.used()
	works := slices.ContainsFunc(h.trials, func(t hub.TransportTrial) bool { return t.Err == nil })
	const sticky = "Give the load balancer sticky sessions (a cookie is enough), or set network.skip_negotiation."
	torn := slices.ContainsFunc(h.trials, func(t hub.TransportTrial) bool { return errors.Is(t.Err, hub.ErrStaleToken) })
	switch {
	case torn && !works:
		return bad("not_sticky", "Negotiations and connections reach different nodes of the gateway, so no transport works.", sticky)
	case torn:
		return warn("not_sticky", "Negotiations and connections reach different nodes of the gateway now and then, so connecting takes several attempts.", sticky)
	case u == nil && works:
		return bad("transport_not_allowed", "None of the transports that the settings allow works, but others do.", "Allow more in network.transports.")
	case u == nil:
		return bad("transport_none", "No transport works.", "Something between here and the gateway breaks connections that last; see the rows above.")
	case u.Transport == h.allowed()[0]:
		return fine(transportName(u.Transport) + " is used.")
	}
	f := warn("transport_fallback", fmt.Sprintf("%s does not work, so %s is used instead.", transportName(h.allowed()[0]), transportName(u.Transport)),
		"Have the proxy in front let WebSocket upgrades through (Connection: Upgrade).")
	return f
}

func (h *planeDiagnosis) roundTrip(context.Context) Finding {
	u := h.used()
	how := fmt.Sprintf("%s by %s.", took(u.RoundTrip), transportName(u.Transport))
	if u.RoundTrip > slowTrip {
		return warn("slow", how, "Look at the network between here and the gateway.")
	}
	return fine(how)
}

// hubs asks those hubs that were not asked yet.
func (h *planeDiagnosis) hubs(ctx context.Context) Finding {
	var lacks, fails []string
	var rows []Detail
	all := h.hubsOf()
	for _, g := range all {
		a, asked := h.answers[g.Name]
		switch {
		case asked:
		case h.refused:
			rows = append(rows, Detail{g.Name, "not asked, because the key was refused"})
			continue
		default:
			a, _ = h.ask(ctx, g, h.u, h.key()) // its options were good for another hub
			h.answers[g.Name] = a
		}
		switch {
		case a.Err == nil:
			rows = append(rows, Detail{g.Name, "granted, " + took(a.Took)})
		case a.Status == http.StatusNotFound:
			lacks = append(lacks, g.Name)
			rows = append(rows, Detail{g.Name, "this gateway does not have it"})
		default:
			fails = append(fails, g.Name)
			rows = append(rows, Detail{g.Name, a.Cause})
			h.refused = h.refused || a.Class == hub.ClassAuth || a.Class == hub.ClassRateLimited
		}
	}
	f := fine(fmt.Sprintf("All %d hubs grant a connection.", len(all)))
	switch {
	case len(fails) > 0:
		f = warn("hubs_fail", "Some hubs do not grant a connection: "+strings.Join(fails, ", ")+".", "What they tell is not seen; see their causes.")
	case len(lacks) > 0:
		f = note("hubs_missing", fmt.Sprintf("%d of %d hubs grant a connection; this version of the gateway does not have the others: %s.",
			len(all)-len(lacks), len(all), strings.Join(lacks, ", ")))
	}
	f.Details = rows
	return f
}
