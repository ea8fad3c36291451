package doctor

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/refusal"
)

// expiresSoon is how long before its end a certificate is warned of.
const expiresSoon = 14 * 24 * time.Hour

// notReached says why no TCP connection was made.
func (h *planeDiagnosis) notReached(ctx context.Context, err error) Finding {
	at, do := h.door().Host, "Is the gateway running there, and is the port right?"
	what := "The gateway's host"
	if h.proxy != nil {
		what, do = "The proxy", "Is the proxy's address right? network.proxy = \"direct\" uses none."
	}
	switch {
	case refusal.Refused(err):
		return bad("refused", fmt.Sprintf("%s is there, but nobody listens at %s.", what, at), do)
	case ctx.Err() != nil, errors.Is(err, os.ErrDeadlineExceeded), refusal.TimedOut(err):
		return bad("timeout", fmt.Sprintf("%s does not answer at %s.", what, at), "A firewall that swallows packets looks like this, and so does a host that is off. "+do)
	case refusal.NoWay(err):
		return bad("unreachable", fmt.Sprintf("This computer knows no way to %s.", at), "Look at its network; behind a VPN, is it connected?")
	}
	return bad("connect_fails", fmt.Sprintf("No connection to %s can be made: %s.", at, plainError(err)), do)
}

// plainError is the innermost text of an error, without addresses.
func plainError(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Err != nil {
		err = op.Err
	}
	return strings.TrimSuffix(err.Error(), ".")
}

// proxyRefusal is a proxy's answer other than a tunnel.
type proxyRefusal struct{ status int }

func (e *proxyRefusal) Error() string { return "the proxy answers " + statusLine(e.status) }

// checkTLS makes a TLS connection and looks at the certificates. Nothing is
// sent over it.
func (h *planeDiagnosis) checkTLS(ctx context.Context) Finding {
	switch {
	case h.u.Scheme != "https":
		return fine("Not used: the address begins with http.")
	case h.proxy != nil && strings.HasPrefix(h.proxy.Scheme, "socks"):
		return note("tls_later", "Behind a SOCKS proxy certificates are looked at with the first request.")
	}
	raw, err := h.dial(ctx)
	if err != nil {
		return h.notReached(ctx, err)
	}
	defer func() { _ = raw.Close() }()
	defer context.AfterFunc(ctx, func() { _ = raw.Close() })()
	c := raw
	if h.proxy != nil {
		if c, err = h.tunnel(ctx, raw); err != nil {
			return h.noTunnel(ctx, err)
		}
	}
	conf := h.env.TLS()
	conf.ServerName, conf.ClientSessionCache = h.u.Hostname(), nil // a resumed session shows no fresh check
	conf.NextProtos = []string{"h2", "http/1.1"}
	secure := tls.Client(c, conf)
	if err := secure.HandshakeContext(ctx); err != nil {
		return h.notTrusted(ctx, err)
	}
	return h.trusted(secure.ConnectionState())
}

// tunnel asks the proxy for a way through c.
func (h *planeDiagnosis) tunnel(ctx context.Context, c net.Conn) (net.Conn, error) {
	if h.proxy.Scheme == "https" {
		conf := h.env.TLS()
		conf.ServerName = h.proxy.Hostname()
		secure := tls.Client(c, conf)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		c = secure
	}
	target := net.JoinHostPort(h.u.Hostname(), portOf(h.u))
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: target}, Host: target, Header: http.Header{}}
	if u := h.proxy.User; u != nil {
		password, _ := u.Password()
		req.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(u.Username()+":"+password)))
	}
	if err := req.WithContext(ctx).Write(c); err != nil {
		return nil, err
	}
	res, err := http.ReadResponse(bufio.NewReader(c), req)
	if err != nil {
		return nil, err
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, &proxyRefusal{res.StatusCode}
	}
	return c, nil // a TLS server does not speak first, so nothing is left in the reader
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

func (h *planeDiagnosis) noTunnel(ctx context.Context, err error) Finding {
	refusal, ok := errors.AsType[*proxyRefusal](err)
	at := h.proxy.Host
	switch {
	case ok && refusal.status == http.StatusProxyAuthRequired:
		return bad("proxy_login", "The proxy "+at+" wants a user name and a password.",
			"Put them into HTTPS_PROXY in the environment (http://user:password@host:port); the settings file holds no password.")
	case ok:
		return bad("proxy_refuses", fmt.Sprintf("The proxy %s does not let us through to the gateway (it answers %s).", at, statusLine(refusal.status)),
			"Have the gateway allowed there, or go around it with network.proxy = \"direct\".")
	case ctx.Err() != nil:
		return bad("proxy_timeout", "The proxy "+at+" did not answer in time.", "Is it a proxy? network.proxy = \"direct\" uses none.")
	}
	return bad("proxy_fails", "The proxy "+at+" does not answer like one: "+plainError(err)+".", "Is it a proxy? network.proxy = \"direct\" uses none.")
}

// notTrusted says what is wrong with TLS there.
func (h *planeDiagnosis) notTrusted(ctx context.Context, err error) Finding {
	var (
		verify  *tls.CertificateVerificationError
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
		remote  *net.OpError
	)
	var chain []*x509.Certificate
	if errors.As(err, &verify) {
		chain = verify.UnverifiedCertificates
	}
	switch {
	case errors.As(err, &name):
		return h.about(bad("tls_wrong_host", "The certificate is not for "+h.u.Hostname()+" but for other names.",
			"Use a name that the certificate has, or have the certificate made anew."), chain)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return h.about(h.outOfTime(chain), chain)
	case errors.As(err, &invalid):
		return h.about(bad("tls_invalid", "The certificate cannot be used: "+invalid.Error()+".", "Have it made anew."), chain)
	case errors.As(err, &unknown):
		return h.about(h.unknownIssuer(chain), chain)
	case errors.As(err, &verify):
		return h.about(bad("tls_untrusted", "The certificate is not trusted: "+plainError(verify.Err)+".", "Look at the certificate."), chain)
	case errors.As(err, &record):
		return bad("tls_not_spoken", "The address begins with https, but TLS is not spoken there.", "Use an http address, or the port that speaks TLS.")
	case errors.As(err, &remote) && remote.Op == "remote error":
		return bad("tls_refused", "The gateway refuses the TLS connection: "+plainError(remote.Err)+".", "It may want a client certificate: network.client_cert and network.client_key.")
	case ctx.Err() != nil:
		return bad("tls_timeout", "The TLS handshake did not end in time.", "A firewall that looks into connections can do this.")
	}
	return bad("tls_fails", "The TLS handshake fails: "+plainError(err)+".", "Does this port speak TLS?")
}

func (h *planeDiagnosis) unknownIssuer(chain []*x509.Certificate) Finding {
	if len(chain) == 0 {
		return bad("tls_untrusted", "The certificate is signed by nobody that this computer trusts.", "")
	}
	leaf, last := chain[0], chain[len(chain)-1]
	issuer := nameOf(last.Issuer.String())
	f := bad("tls_untrusted", fmt.Sprintf("The certificate is not trusted: it is issued by %q, whom this computer does not know.", issuer),
		"If that is your organisation's authority (or a proxy that looks into connections), put its certificate into a PEM file and name it in network.ca_file.")
	switch {
	case leaf.Issuer.String() == leaf.Subject.String():
		f.Text = "The certificate is not trusted: it is signed by itself."
		f.Do = "If it is the right one, put it into a PEM file and name that in network.ca_file."
	case len(chain) == 1:
		f.Do += " It came alone: a server that leaves out its intermediate certificates looks like this, too."
	}
	return f
}

func (h *planeDiagnosis) outOfTime(chain []*x509.Certificate) Finding {
	now := time.Now()
	for _, c := range chain {
		if now.After(c.NotAfter) {
			return bad("tls_expired", fmt.Sprintf("The certificate of %q has expired on %s, %s ago.",
				nameOf(c.Subject.String()), day(c.NotAfter), text.Duration(now.Sub(c.NotAfter))), "Have it renewed, or look at this computer's clock.")
		}
		if now.Before(c.NotBefore) {
			return bad("tls_not_yet", fmt.Sprintf("The certificate is valid only from %s on.", day(c.NotBefore)), "Look at this computer's clock.")
		}
	}
	return bad("tls_expired", "The certificate has expired.", "Have it renewed, or look at this computer's clock.")
}

// trusted looks at certificates that are.
func (h *planeDiagnosis) trusted(st tls.ConnectionState) Finding {
	chain := st.PeerCertificates
	if len(st.VerifiedChains) > 0 {
		chain = st.VerifiedChains[0]
	}
	if len(chain) == 0 {
		return warn("tls_no_certificate", "The server showed no certificate.", "")
	}
	first := chain[0]
	for _, c := range chain {
		if c.NotAfter.Before(first.NotAfter) {
			first = c
		}
	}
	left := time.Until(first.NotAfter)
	f := fine(fmt.Sprintf("The certificate is trusted and valid until %s.", day(first.NotAfter)))
	if left < expiresSoon {
		f = warn("tls_expires_soon", fmt.Sprintf("The certificate of %q expires in %s, on %s.", nameOf(first.Subject.String()), text.Duration(left), day(first.NotAfter)),
			"Have it renewed before then.")
	}
	return h.about(f, chain).with("protocol", tls.VersionName(st.Version)+" "+st.NegotiatedProtocol)
}

// about adds what a chain of certificates says.
func (h *planeDiagnosis) about(f Finding, chain []*x509.Certificate) Finding {
	if len(chain) == 0 {
		return f
	}
	leaf := chain[0]
	names := leaf.DNSNames
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	for _, n := range names {
		h.scrub.host(n)
	}
	if len(names) > 5 {
		names = append(names[:5:5], fmt.Sprintf("and %d more", len(names)-5))
	}
	f = f.with("for", strings.Join(names, ", ")).with("valid", day(leaf.NotBefore)+" to "+day(leaf.NotAfter))
	for i, c := range chain[:min(len(chain), 5)] {
		f = f.with(fmt.Sprintf("chain %d", i+1), nameOf(c.Subject.String())+", issued by "+nameOf(c.Issuer.String()))
	}
	return f
}

// nameOf shortens a name of a certificate; one without any is said so.
func nameOf(dn string) string {
	if dn == "" {
		return "(no name)"
	}
	return quote([]byte(dn), 100)
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }
