package hub

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"time"
)

// verdict is what follows from the end of an attempt or of a connection.
type verdict struct {
	class Class
	cause string // for a person, redacted
	state State  // Failed, or empty for an ordinary wait
	// after is the wait until the next attempt; 0 means the schedule.
	after time.Duration
	least time.Duration // the server asks to wait at least so long
	now   bool          // once more at once, if that was not done already
	host  bool          // a hub that connects at the same host is a reason to try again
}

// judge sorts err. The first rule that fits decides.
func (h *Hub) judge(err error, d *dialer) verdict {
	for _, rule := range []func(error, *dialer) (verdict, bool){
		h.judgeClose, h.judgeStatus, h.judgeAnswer, h.judgeTLS, h.judgeSilence,
	} {
		if v, ok := rule(err, d); ok {
			return v
		}
	}
	return h.judgeNetwork(err)
}

func (h *Hub) judgeClose(err error, _ *dialer) (verdict, bool) {
	var c *CloseError
	if !errors.As(err, &c) {
		return verdict{}, false
	}
	said := ""
	if c.Text != "" {
		said = ": " + h.redact.text(c.Text)
	}
	if c.Text == "" && !c.AllowReconnect {
		return verdict{
			class: ClassRejected, state: Failed, after: h.opts.FaultRetry,
			cause: "The gateway ended the connection for good and gave no reason; a key without balance is one.",
		}, true
	}
	return verdict{class: ClassServerClosed, cause: "The gateway closed the connection" + said + "."}, true
}

func (h *Hub) judgeStatus(err error, d *dialer) (verdict, bool) {
	var s *StatusError
	if !errors.As(err, &s) {
		return verdict{}, false
	}
	if errors.Is(err, ErrStaleToken) {
		v := verdict{class: ClassNetwork, now: true, cause: "The gateway does not know the connection that it had just allowed."}
		if d.stale >= staleHint {
			v.cause += " Several nodes without sticky sessions behave like this."
		}
		return v, true
	}
	switch {
	case s.Status == http.StatusUnauthorized:
		return verdict{class: ClassAuth, state: Failed, after: h.opts.AuthRetry, cause: "The gateway does not accept this key."}, true
	case s.Status == http.StatusForbidden:
		return verdict{class: ClassForbidden, state: Failed, after: h.opts.AuthRetry, cause: "The key may not use this hub."}, true
	case s.Status == http.StatusNotFound && (s.Op == opNegotiate || s.Op == opConnect && h.opts.SkipNegotiation):
		return h.judgeMissing(), true
	case s.Status == http.StatusTooManyRequests:
		return verdict{class: ClassRateLimited, least: s.RetryAfter, cause: "The gateway says that we ask too often."}, true
	case s.Status >= 500:
		return verdict{
			class: ClassGatewayDown, least: s.RetryAfter,
			cause: fmt.Sprintf("The gateway does not serve at the moment (HTTP status %d).", s.Status),
		}, true
	case s.Op == opSend, s.Op == opPoll:
		return verdict{class: ClassNetwork, cause: "The gateway forgot the connection."}, true
	}
	return verdict{
		class: ClassMisconfigured, state: Failed, after: h.opts.FaultRetry,
		cause: fmt.Sprintf("The address does not answer like a hub (HTTP status %d).", s.Status),
	}, true
}

// staleHint is how often in a row a connection must be unknown for sticky
// sessions to be the likely reason.
const staleHint = 5

// judgeMissing is for "not found": the gateway has no such hub, or it is no gateway.
func (h *Hub) judgeMissing() verdict {
	if h.opts.HTTP.hosts.alive(h.host) {
		return verdict{
			class: ClassUnsupported, state: Failed, after: h.opts.UnsupportedRetry, host: true,
			cause: "This gateway does not have this hub.",
		}
	}
	return verdict{
		class: ClassMisconfigured, state: Failed, after: h.opts.FaultRetry, host: true,
		cause: "Nothing is found at the hub's address.",
	}
}

// judgeAnswer is for answers that are not what the protocol says.
func (h *Hub) judgeAnswer(err error, _ *dialer) (verdict, bool) {
	var n *NegotiateError
	var r *HandshakeRefusal
	wrong := verdict{class: ClassMisconfigured, state: Failed, after: h.opts.FaultRetry}
	switch {
	case errors.As(err, &n):
		wrong.cause = "The gateway refuses to negotiate: " + h.redact.text(n.Text) + "."
	case errors.As(err, &r):
		wrong.cause = "The gateway refuses the handshake: " + h.redact.text(r.Text) + "."
	case errors.Is(err, errNoneLeft):
		wrong.cause = "The gateway offers no transport that we may use."
	case errors.Is(err, ErrMessageTooBig):
		return verdict{
			class: ClassTooBig,
			cause: fmt.Sprintf("The gateway sent a message of more than %d bytes.", h.opts.MaxMessage),
		}, true
	default:
		return verdict{}, false
	}
	return wrong, true
}

func (h *Hub) judgeTLS(err error, _ *dialer) (verdict, bool) {
	v := verdict{class: ClassTLS, state: Failed, after: h.opts.FaultRetry}
	var (
		verify  *tls.CertificateVerificationError
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
		remote  *net.OpError
	)
	switch {
	case errors.As(err, &unknown):
		v.cause = "The gateway's certificate is signed by nobody that this computer trusts."
	case errors.As(err, &name):
		v.cause = "The gateway's certificate is for another name."
	case errors.As(err, &invalid):
		v.cause = "The gateway's certificate is not valid (expired, or not for this use)."
	case errors.As(err, &verify):
		v.cause = "The gateway's certificate cannot be trusted."
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		v.cause = "The address begins with https, but the gateway does not speak TLS there."
	case errors.As(err, &remote) && remote.Op == "remote error": // so crypto/tls calls an alert that the other side sent
		v.cause = "The gateway refuses the TLS connection; it may want a client certificate."
	default:
		return verdict{}, false
	}
	return v, true
}

func (h *Hub) judgeSilence(err error, _ *dialer) (verdict, bool) {
	switch {
	case errors.Is(err, ErrServerSilent):
		return verdict{class: ClassNetwork, cause: "Nothing was heard from the gateway any more."}, true
	case errors.Is(err, errLibrary):
		return verdict{class: ClassNetwork, cause: "The connection's protocol loop ended."}, true
	}
	return verdict{}, false
}

// judgeNetwork is for what is left: the connection was not made, or broke.
func (h *Hub) judgeNetwork(err error) verdict {
	v := verdict{class: ClassNetwork}
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &op) && op.Op == "proxyconnect":
		v.cause = "The proxy cannot be reached, or does not let us through."
	case errors.As(err, &dns):
		v.cause = "The gateway's name cannot be found."
	case errors.Is(err, syscall.ECONNREFUSED):
		v.class, v.cause = ClassGatewayDown, "Nobody listens at the gateway's address."
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		v.cause = "The gateway did not answer in time."
	case errors.Is(err, ErrConnectionLost), errors.Is(err, ErrHandshake),
		errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		v.cause = "The connection broke off."
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		v.cause = "There is no way to the gateway's network."
	default:
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // the address is not news
		}
		v.cause = "The gateway cannot be reached: " + h.redact.error(err) + "."
	}
	return v
}
