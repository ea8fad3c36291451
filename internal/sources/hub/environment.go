package hub

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"gatewatch/internal/foundation/secret"
)

// NetworkOptions says how to reach a gateway. The zero value is the usual way:
// the proxy of the environment, the system's certificates.
type NetworkOptions struct {
	// Proxy is a URL (http, https, socks5), "" for what the environment says,
	// or "direct" for none.
	Proxy string
	// RootCA has PEM certificates that are trusted as well as the system's.
	RootCA []byte
	// ClientCert and ClientKey are a PEM pair for gateways that ask for one.
	ClientCert []byte
	ClientKey  secret.String
	// UserAgent is sent with every request; empty means "gatewatch".
	UserAgent string
	// Dial opens connections in place of the system's network, as
	// net.Dialer.DialContext does; nil: the system's.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Refusals, if it is given, has each key tried once at a server that refuses
	// it, whoever asks, and remembers that; nil: every request is made.
	Refusals *Refusals
}

// Environment is what all connections to one gateway share: the way to it,
// its cookies (sticky sessions live in them), and which of its hosts answer.
// Its methods may be called from any goroutine; it owns none.
type Environment struct {
	proxy  func(*http.Request) (*url.URL, error)
	tls    *tls.Config
	agent  string
	jar    http.CookieJar
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	client *http.Client
	hosts  *hosts
	hidden atomic.Bool // nobody looks

	admission *admission // nil: every request is made
}

// SetHidden says whether nobody looks at the gateway: where it has been gone for
// long its hubs are then tried rarely, as who asks how it is finds it first.
func (e *Environment) SetHidden(hidden bool) { e.hidden.Store(hidden) }

// NewEnvironment reads the certificates and the proxy's address.
func NewEnvironment(o NetworkOptions) (*Environment, error) {
	proxy, err := proxyOf(o.Proxy)
	if err != nil {
		return nil, err
	}
	conf, err := tlsOf(o)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("cookies: %w", err)
	}
	e := &Environment{proxy: proxy, tls: conf, agent: o.UserAgent, jar: jar, dial: o.Dial, hosts: newHosts()}
	if o.Refusals != nil {
		e.admission = newAdmission(o.Refusals)
	}
	if e.agent == "" {
		e.agent = "gatewatch"
	}
	if e.dial == nil {
		e.dial = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	}
	rest := e.transport()
	rest.ResponseHeaderTimeout = 30 * time.Second
	e.client = e.clientOver(rest)
	return e, nil
}

// Client is for ordinary requests to the same gateway. What it is answered
// also says to the hubs which hosts are there. It keeps connections open; end
// them with CloseIdle.
func (e *Environment) Client() *http.Client { return e.client }

// CloseIdle closes the idle connections of Client.
func (e *Environment) CloseIdle() { e.client.CloseIdleConnections() }

// clientOver returns a client that shares everything but its TCP connections.
func (e *Environment) clientOver(t *http.Transport) *http.Client {
	return &http.Client{
		Transport:     &roundTripper{Transport: t, env: e},
		Jar:           e.jar,
		CheckRedirect: checkRedirect,
	}
}

// fresh returns a client with no TCP connection yet, for one attempt: a
// server that is about to stop still answers on the connections it has.
func (e *Environment) fresh() *http.Client { return e.clientOver(e.transport()) }

func (e *Environment) transport() *http.Transport {
	return &http.Transport{
		Proxy: e.proxy,

		OnProxyConnectResponse: refusedByProxy,
		DialContext:            dialBig(e.dial),
		TLSClientConfig:        e.tls.Clone(),
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        90 * time.Second,
	}
}

// roundTripper adds the agent and notes which hosts answer.
type roundTripper struct {
	*http.Transport
	env *Environment
}

// RoundTrip implements http.RoundTripper.
func (r *roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header.Get("User-Agent") == "" {
		req = req.Clone(req.Context())
		req.Header.Set("User-Agent", r.env.agent)
	}
	res, err := r.env.admission.roundTrip(req, r.Transport.RoundTrip)
	if err == nil && res.StatusCode == http.StatusProxyAuthRequired {
		return nil, errors.Join(loginOf(res), res.Body.Close()) // it is the proxy's word, not the gateway's
	}
	if err == nil && (res.StatusCode < 300 || res.StatusCode == http.StatusSwitchingProtocols) {
		r.env.hosts.answered(req.URL.Host)
	}
	return res, err
}

// checkRedirect follows 307 and 308 (the method stays), at most 10 of them,
// and keeps every header of ours from other origins.
func checkRedirect(req *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) >= 10 {
		return errors.New("redirected more than 10 times")
	}
	if req.Method != first.Method {
		return http.ErrUseLastResponse // 301, 302, 303 made a GET of it: useless to us
	}
	if !sameOrigin(first.URL, req.URL) {
		for name := range first.Header {
			if !harmless[name] {
				req.Header.Del(name)
			}
		}
	}
	return nil
}

// harmless are the headers that may go to another origin.
var harmless = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Content-Type": true, "Content-Length": true, "User-Agent": true,
}

// sameOrigin reports whether what a may know b may know: the same
// scheme, host and port, or the same host with TLS added.
func sameOrigin(a, b *url.URL) bool {
	if !strings.EqualFold(a.Hostname(), b.Hostname()) {
		return false
	}
	if a.Scheme == b.Scheme {
		return portOf(a) == portOf(b)
	}
	return a.Scheme == "http" && b.Scheme == "https"
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https", u.Scheme == "wss":
		return "443"
	}
	return "80"
}

func tlsOf(o NetworkOptions) (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(32)}
	if len(o.RootCA) > 0 {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool() // a system without certificates of its own
		}
		if !pool.AppendCertsFromPEM(o.RootCA) {
			return nil, errors.New("the certificate authority's file holds no certificate")
		}
		conf.RootCAs = pool
	}
	if len(o.ClientCert) > 0 || o.ClientKey.Set() {
		pair, err := tls.X509KeyPair(o.ClientCert, []byte(o.ClientKey.Reveal()))
		if err != nil {
			return nil, fmt.Errorf("client certificate: %w", err)
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	return conf, nil
}

// within bounds ctx by d, unless d is not positive.
func within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}
