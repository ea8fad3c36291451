package hub

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"gatewatch/internal/foundation/fault"
)

// Trouble is why certificates are not trusted.
type Trouble string

// The troubles. Only TroubleAuthority can be mended by trusting an authority.
const (
	TroubleNone      Trouble = ""          // they are trusted
	TroubleAuthority Trouble = "authority" // everything is right but that nobody here knows who signed
	TroubleHost      Trouble = "host"      // they are for other names
	TroubleExpired   Trouble = "expired"   // their time is over, or has not begun
	TroubleOther     Trouble = "other"
)

// Certificates is what a server shows of itself.
type Certificates struct {
	Chain   []*x509.Certificate // the server's own first
	Trouble Trouble
	// Authority is the certificate that would have to be trusted, with
	// TroubleAuthority only: an authority of the chain, or a server's own that
	// is signed by itself. Nil if the server does not send it.
	Authority *x509.Certificate
}

// errSeen ends a handshake once the certificates were seen.
var errSeen = errors.New("seen")

// Certificates looks at what the server at u shows, through the proxy if there
// is one. The handshake is broken off then: nothing is sent over it. If nothing
// is shown, the error is a fault that says what is in the way.
func (e *Environment) Certificates(ctx context.Context, u *url.URL) (c Certificates, err error) {
	t := e.transport()
	t.ForceAttemptHTTP2 = false
	roots := t.TLSClientConfig.RootCAs
	t.TLSClientConfig.InsecureSkipVerify = true //nolint:gosec // it is looked at below, and broken off in any case
	t.TLSClientConfig.ClientSessionCache = nil
	t.TLSClientConfig.VerifyConnection = func(s tls.ConnectionState) error {
		c = examine(s.PeerCertificates, u.Hostname(), roots, time.Now())
		return errSeen
	}
	defer t.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, u.String(), http.NoBody)
	if err != nil {
		return c, err
	}
	res, err := t.RoundTrip(req)
	if res != nil {
		err = errors.Join(err, res.Body.Close())
	}
	if len(c.Chain) > 0 {
		return c, nil
	}
	if err == nil {
		err = errors.New("the server shows no certificate")
	}
	why := (&Hub{redact: newRedactor()}).classify(err, &dialer{})
	return c, fault.New(fault.Unreachable, why.cause, err)
}

// examine says what is wrong with a chain.
func examine(chain []*x509.Certificate, host string, roots *x509.CertPool, now time.Time) Certificates {
	c := Certificates{Chain: chain}
	if len(chain) == 0 {
		return c
	}
	verify := func(roots *x509.CertPool, name string) error {
		o := x509.VerifyOptions{Roots: roots, DNSName: name, Intermediates: x509.NewCertPool(), CurrentTime: now}
		for _, ca := range chain[1:] {
			o.Intermediates.AddCert(ca)
		}
		_, err := chain[0].Verify(o)
		return err
	}
	err := verify(roots, host)
	if err == nil {
		return c
	}
	for _, one := range chain {
		if now.Before(one.NotBefore) || now.After(one.NotAfter) {
			c.Trouble = TroubleExpired
			return c
		}
	}
	if chain[0].VerifyHostname(host) != nil {
		c.Trouble = TroubleHost
		return c
	}
	c.Trouble = TroubleOther
	if _, unknown := errors.AsType[x509.UnknownAuthorityError](err); !unknown {
		return c
	}
	c.Trouble = TroubleAuthority
	last := chain[len(chain)-1]
	if !last.IsCA && (len(chain) > 1 || last.CheckSignatureFrom(last) != nil && string(last.RawIssuer) != string(last.RawSubject)) {
		return c
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(last)
	if verify(trusted, host) == nil { // with it, everything is right
		c.Authority = last
	}
	return c
}

// Fingerprint is the SHA-256 of a certificate, as people compare it.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	var text []string
	for _, b := range sum {
		text = append(text, fmt.Sprintf("%02X", b))
	}
	return strings.Join(text, ":")
}

// PEM is a certificate as a file holds it.
func PEM(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}
