package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/rest"
	"gatewatch/internal/sources/wire"
)

// gatewayDiagnosis is a gateway that is being looked at.
type gatewayDiagnosis struct {
	Gateway
	env         *hub.Environment
	names       *net.Resolver
	scrub       *scrubber
	core, admin *planeDiagnosis
}

// planeDiagnosis is one of a gateway's two APIs and what was found of it so far. Only
// the goroutine that looks touches it.
type planeDiagnosis struct {
	*gatewayDiagnosis
	plane event.Plane
	base  string
	keys  []gateway.Key // the first one asks
	from  string        // where the keys were found
	more  func(...check)

	u            *url.URL                       // nil until the address was read
	proxy        *url.URL                       // nil: none
	refused      bool                           // the key was refused: nothing more is asked with it
	timedOut     bool                           // it did not answer in time
	granted      *gateway.Hub                   // the one that transports are tried at
	first        hub.NegotiateResult            // the last one of negotiate
	answers      map[string]hub.NegotiateResult // by hub
	trials       []hub.TransportTrial
	client       *rest.Client
	dialect      wire.Dialect
	known        bool // kind was asked for and answered
	absent       bool // what an API of this plane has is not found
	dropped      bool // a connection was granted, and dropped at once
	healthy      *bool
	pollOutcomes map[string]event.Polled // by source
}

func newGatewayDiagnosis(g Gateway, names *net.Resolver, scrub *scrubber) (*gatewayDiagnosis, error) {
	env, err := hub.NewEnvironment(g.Config.Network)
	if err != nil {
		return nil, err
	}
	p := &gatewayDiagnosis{Gateway: g, env: env, names: names, scrub: scrub}
	p.core = &planeDiagnosis{gatewayDiagnosis: p, plane: event.PlaneCore, base: g.Config.CoreURL, from: g.VirtualFrom}
	p.core.keys = slices.DeleteFunc(slices.Clone(g.Config.VirtualKeys), func(k gateway.Key) bool { return !k.Usable() })
	p.admin = &planeDiagnosis{gatewayDiagnosis: p, plane: event.PlaneAdmin, base: g.Config.AdminURL, from: g.MasterFrom}
	if g.Config.MasterKey.Set() {
		p.admin.keys = []gateway.Key{{Secret: g.Config.MasterKey}}
	}
	p.core.pollOutcomes, p.admin.pollOutcomes = map[string]event.Polled{}, map[string]event.Polled{}
	p.core.answers, p.admin.answers = map[string]hub.NegotiateResult{}, map[string]hub.NegotiateResult{}
	return p, nil
}

// key is the one that asks; not set if there is none.
func (h *planeDiagnosis) key() secret.String {
	if len(h.keys) == 0 {
		return secret.String{}
	}
	return h.keys[0].Secret
}

// keyName is what the key of the plane is called.
func (h *planeDiagnosis) keyName() string {
	if h.plane == event.PlaneAdmin {
		return "master key"
	}
	return "virtual key"
}

func (h *planeDiagnosis) apiName() string {
	if h.plane == event.PlaneAdmin {
		return "Admin API"
	}
	return "Core API"
}

// checks is the table of both planes.
func (h *planeDiagnosis) checks() []check {
	asks := []string{"address", "key", "connect", "tls"}
	list := []check{
		{name: "address", title: "address", run: h.address},
		{name: "key", title: "key", needs: []string{"address"}, run: h.checkKey},
		{name: "proxy", title: "proxy", needs: []string{"address"}, run: h.checkProxy},
		{name: "name", title: "name lookup", needs: []string{"proxy"}, run: h.lookUp},
		{name: "connect", title: "TCP", needs: []string{"name"}, run: h.connect},
		{name: "tls", title: "TLS", needs: []string{"connect"}, run: h.checkTLS},
		{name: "negotiate", title: "negotiate", needs: asks, run: h.negotiate},
	}
	for _, t := range []hub.Transport{hub.WebSockets, hub.ServerSentEvents, hub.LongPolling} {
		list = append(list, check{
			name: "transport-" + strings.ToLower(string(t)), title: transportName(t), needs: []string{"negotiate"}, unless: h.untried,
			run: func(ctx context.Context) Finding { return h.try(ctx, t) },
		})
	}
	return append(list,
		check{name: "transport", title: "transport", needs: []string{"negotiate"}, unless: h.untried, run: h.transport},
		check{name: "round-trip", title: "round trip", needs: []string{"transport"}, unless: h.untried, run: h.roundTrip},
		check{name: "hubs", title: "hubs", needs: []string{"negotiate"}, unless: h.untried, run: h.hubs},
		check{name: "clock", title: "clock", needs: asks, run: h.clock},
	)
}

// coreChecks is the table of the Core plane: the common rows, and its other keys.
func (h *planeDiagnosis) coreChecks() []check {
	return append(h.checks(),
		check{name: "keys", title: "other keys", needs: []string{"negotiate"}, unless: h.oneKey, run: h.otherKeys},
		check{name: "health", title: "its own word", needs: []string{"address", "key", "connect", "tls"}, unless: h.whyNoSelfReport, run: h.coreSelfReport, slow: true},
	)
}

func (h *planeDiagnosis) address(context.Context) Finding {
	if h.base == "" {
		return note("address_none", "No address is set for the "+h.apiName()+", so this half is not watched.").stop()
	}
	u, err := url.Parse(strings.TrimSpace(h.base))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return bad("address_wrong", "The address of the "+h.apiName()+" cannot be used.", "It must look like https://gateway.example.com.")
	case u.User != nil:
		return bad("address_user", "The address of the "+h.apiName()+" holds a user name or password.", "Take it out; keys are kept in the keychain.")
	}
	h.u = u
	f := fine(h.base)
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		f = note("address_plain", h.base+" is not encrypted: whoever sees the network sees the key.")
		if h.Production {
			f.Result, f.Do = Warning, "Use an https address."
		}
	}
	return f
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() || strings.EqualFold(host, "localhost")
}

func (h *planeDiagnosis) checkKey(context.Context) Finding {
	k := h.key()
	other := h.admin.key()
	if h.plane == event.PlaneAdmin {
		other = h.core.key()
	}
	switch {
	case !k.Set() && other.Set():
		return note("key_none", "There is no "+h.keyName()+", so the "+h.apiName()+" is not asked and this half is not watched.").stop()
	case !k.Set():
		return bad("key_none", "There is no "+h.keyName()+", nor any other key; a gateway is asked nothing without one.",
			"Enter one in the window, or give GATEWATCH_VIRTUAL_KEY or GATEWATCH_MASTER_KEY.")
	case k.Equal(other):
		return warn("key_same", "The same key is given as virtual key and as master key; one of them is wrong.",
			"Virtual keys begin with condt_; the master key is what the gateway's administrator set.")
	}
	if plain := k.Reveal(); strings.Trim(plain, " \t\r\n\"'") != plain {
		return warn("key_quoted", "The "+h.keyName()+" begins or ends with a space or a quotation mark.", "Enter it again without.")
	}
	f := fine("There is a " + h.keyName() + ".")
	if n := len(h.keys); n > 1 {
		f.Text = fmt.Sprintf("There are %d virtual keys; the first one asks.", n)
	}
	return f.with("from", h.from)
}

func (h *planeDiagnosis) checkProxy(context.Context) Finding {
	p, err := h.env.Proxy(h.u)
	if err != nil {
		return bad("proxy_wrong", "The proxy's address cannot be used.", "Correct network.proxy, or HTTPS_PROXY and HTTP_PROXY in the environment.")
	}
	h.proxy = p
	if p == nil {
		return fine("No proxy is used.")
	}
	h.scrub.address(p)
	said := "the environment"
	if h.Config.Network.Proxy != "" {
		said = "the settings"
	}
	f := note("proxy_used", fmt.Sprintf("Requests go through the proxy %s://%s, as %s says.", p.Scheme, p.Host, said))
	if p.User != nil {
		f = f.with("log-in", "with a user name")
	}
	return f
}

// door is where the first TCP connection goes: the proxy's, else the API's.
func (h *planeDiagnosis) door() *url.URL {
	if h.proxy != nil {
		return h.proxy
	}
	return h.u
}

func (h *planeDiagnosis) lookUp(ctx context.Context) Finding {
	host := h.door().Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		return fine(ip.String() + " is an address; there is no name to look up.")
	}
	ips, err := h.names.LookupNetIP(ctx, "ip", host)
	if err != nil {
		var dns *net.DNSError
		switch {
		case errors.As(err, &dns) && dns.IsNotFound:
			return bad("name_unknown", "The name "+host+" is not known to this computer's name server.",
				"Look for a typing error; behind a VPN, is it connected?")
		case ctx.Err() != nil || errors.As(err, &dns) && dns.IsTimeout:
			return bad("name_timeout", "The name server did not answer in time for "+host+".", "Look at this computer's network.")
		}
		return bad("name_fails", "The name "+host+" cannot be looked up: "+plainError(err)+".", "Look at this computer's network and name server.")
	}
	var list []string
	for _, ip := range ips {
		ip = ip.Unmap()
		h.scrub.host(ip.String())
		list = append(list, ip.String())
	}
	slices.Sort(list)
	list = slices.Compact(list)
	return fine(fmt.Sprintf("%s is %s.", host, strings.Join(list[:min(len(list), 8)], ", ")))
}

func (h *planeDiagnosis) connect(ctx context.Context) Finding {
	c, err := h.dial(ctx)
	if err != nil {
		return h.notReached(ctx, err)
	}
	at := c.RemoteAddr().String()
	_ = c.Close()
	return fine("A connection to " + at + " is made.")
}

// dial connects to the door.
func (h *planeDiagnosis) dial(ctx context.Context) (net.Conn, error) {
	u := h.door()
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	case strings.HasPrefix(u.Scheme, "socks"):
		port = "1080"
	default:
		port = "80"
	}
	if dial := h.Config.Network.Dial; dial != nil {
		return dial(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	}
	d := net.Dialer{Resolver: h.names}
	return d.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
}

// The bounds of the clock: beyond which difference times in alerts mislead, and what a Date
// header leaves open, as it has whole seconds.
const (
	maxSkew  = 30 * time.Second
	dateGrid = time.Second
)

// clock compares the gateway's clock with ours. A Date header is cut to whole
// seconds, so its true time is half a second later, give or take half of one;
// the request's way adds half of its time to the error.
func (h *planeDiagnosis) clock(context.Context) Finding {
	a := h.first
	if a.Status == 0 {
		return skip("nothing was answered")
	}
	if a.Date.IsZero() {
		return note("clock_unknown", "The gateway does not say what time it has.")
	}
	skew := a.Date.Add(dateGrid / 2).Sub(a.Asked.Add(a.Took / 2))
	bound := (dateGrid + a.Took) / 2
	way := "ahead of"
	if skew < 0 {
		way = "behind"
	}
	how := fmt.Sprintf("The gateway's clock is %s (± %s) %s this computer's.", took(skew.Abs()), took(bound), way)
	switch {
	case skew.Abs()-bound > maxSkew:
		return warn("clock_skew", how, "Set the clock that is wrong (NTP): times of events and expiry dates of keys are off by this much.")
	case skew.Abs() <= bound:
		return fine(fmt.Sprintf("The gateway's clock agrees with this computer's (± %s).", took(bound)))
	}
	return fine(how)
}

// hubOptions are for the hub g of this plane.
func (h *planeDiagnosis) hubOptions(g gateway.Hub, base *url.URL, k secret.String) hub.Options {
	o := hub.DefaultOptions()
	if h.Config.Hub != nil {
		o = *h.Config.Hub
	}
	o.Name, o.URL, o.HTTP, o.DialLimit, o.Log = g.Name, base.JoinPath(g.Path).String(), h.env, nil, nil
	o.Token = func(context.Context) (secret.String, error) { return k, nil }
	o.TokenHeader = ""
	if g.Plane == event.PlaneAdmin {
		o.TokenHeader = "X-Master-Key"
	}
	o.SkipNegotiation = false
	o.Transports = []hub.Transport{hub.WebSockets, hub.ServerSentEvents, hub.LongPolling}
	return o
}

// ask negotiates once at a hub.
func (h *planeDiagnosis) ask(ctx context.Context, g gateway.Hub, base *url.URL, k secret.String) (hub.NegotiateResult, error) {
	x, err := hub.New(h.hubOptions(g, base, k))
	if err != nil {
		return hub.NegotiateResult{}, err
	}
	return x.Negotiate(ctx), nil
}

// allowed are the transports that the settings allow, in order.
func (h *planeDiagnosis) allowed() []hub.Transport {
	if h.Config.Hub != nil && len(h.Config.Hub.Transports) > 0 {
		return h.Config.Hub.Transports
	}
	return hub.DefaultOptions().Transports
}

// hubsOf lists the hubs of this plane.
func (h *planeDiagnosis) hubsOf() []gateway.Hub {
	return slices.DeleteFunc(slices.Clone(gateway.Hubs()), func(g gateway.Hub) bool { return g.Plane != h.plane })
}

// statusLine names a status: "404 Not Found".
func statusLine(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}
