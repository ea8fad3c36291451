package hub

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/refusal"
)

// failure is what follows from the end of an attempt or of a connection.
type failure struct {
	class Class
	cause string // for a person, redacted
	state State  // Failed, or empty for an ordinary wait
	// after is the wait until the next attempt; 0 means the schedule.
	after time.Duration
	least time.Duration // the server asks to wait at least so long
	now   bool          // once more at once, if that was not done already
	host  bool          // a hub that connects at the same host is a reason to try again
}

// classify says what err means. The first rule that fits decides.
func (h *Hub) classify(err error, d *dialer) failure {
	for _, rule := range []func(error, *dialer) (failure, bool){
		h.classifyClose, h.classifyStatus, h.classifyAnswer, h.classifyTLS, h.classifySilence,
	} {
		if v, ok := rule(err, d); ok {
			return v
		}
	}
	return h.classifyNetwork(err)
}

func (h *Hub) classifyClose(err error, _ *dialer) (failure, bool) {
	var c *CloseError
	if !errors.As(err, &c) {
		return failure{}, false
	}
	if c.Text == "" && !c.AllowReconnect {
		return failure{
			class: ClassRejected, state: Failed, after: h.opts.FaultRetry,
			cause: text.CauseEndedForGood,
		}, true
	}
	return failure{class: ClassServerClosed, cause: text.CauseClosed(h.redact.text(c.Text))}, true
}

func (h *Hub) classifyStatus(err error, d *dialer) (failure, bool) {
	var s *StatusError
	if !errors.As(err, &s) {
		return failure{}, false
	}
	if errors.Is(err, ErrStaleToken) {
		v := failure{class: ClassNetwork, now: true, cause: text.CauseConnectionUnknown}
		if d.stale >= staleHint {
			v.class, v.cause = ClassNotSticky, v.cause+" "+text.CauseHintSticky
		}
		return v, true
	}
	switch {
	case s.Status == http.StatusUnauthorized:
		return failure{class: ClassAuth, state: Failed, after: h.opts.AuthRetry, cause: h.refusedCause(s)}, true
	case s.Banned():
		return failure{class: ClassForbidden, state: Failed, after: h.opts.BanRetry, cause: text.CauseBannedFor(h.opts.HTTP.RefusedLately(h.opts.URL))}, true
	case s.Status == http.StatusForbidden:
		return failure{class: ClassForbidden, state: Failed, after: h.opts.AuthRetry, cause: text.CauseHubForbidden}, true
	case s.Status == http.StatusNotFound && (s.Op == opNegotiate || s.Op == opConnect && h.opts.SkipNegotiation):
		return h.classifyNotFound(), true
	case s.Status == http.StatusTooManyRequests:
		return failure{class: ClassRateLimited, least: s.RetryAfter, cause: text.CauseTooOften}, true
	case s.Status >= 500:
		return failure{
			class: ClassGatewayDown, least: s.RetryAfter,
			cause: text.CauseNotServing(s.Status),
		}, true
	case s.Op == opSend, s.Op == opPoll:
		return failure{class: ClassNetwork, cause: text.CauseForgotten}, true
	}
	return failure{
		class: ClassMisconfigured, state: Failed, after: h.opts.FaultRetry,
		cause: text.CauseNoHubThere(s.Status),
	}, true
}

// refusedCause says why a key is refused. Core says nothing beside the status;
// words are the Admin API's, which knows no virtual keys.
func (h *Hub) refusedCause(s *StatusError) string {
	if h.opts.TokenHeader == "" && strings.Contains(s.Body, "Invalid or missing API key") {
		return text.CauseKeyRefusedByAdmin
	}
	return text.CauseKeyRefused
}

// staleHint is how often in a row a connection must be unknown for sticky
// sessions to be the likely reason.
const staleHint = 3

// classifyNotFound is for "not found": the gateway has no such hub, or it is no gateway.
func (h *Hub) classifyNotFound() failure {
	if h.opts.HTTP.hosts.alive(h.host) {
		return failure{
			class: ClassUnsupported, state: Failed, after: h.opts.UnsupportedRetry, host: true,
			cause: text.CauseNoSuchHub,
		}
	}
	return failure{
		class: ClassMisconfigured, state: Failed, after: h.opts.FaultRetry, host: true,
		cause: text.CauseNothingThere,
	}
}

// classifyAnswer is for answers that are not what the protocol says.
func (h *Hub) classifyAnswer(err error, _ *dialer) (failure, bool) {
	var n *NegotiateError
	var r *HandshakeError
	wrong := failure{class: ClassMisconfigured, state: Failed, after: h.opts.FaultRetry}
	switch {
	case errors.As(err, &n):
		wrong.cause = text.CauseNegotiate(h.redact.text(n.Text))
	case errors.As(err, &r):
		wrong.cause = text.CauseHandshake(h.redact.text(r.Text))
	case errors.Is(err, errNoneLeft):
		wrong.cause = text.CauseNoTransport
	case errors.Is(err, ErrMessageTooBig):
		return failure{
			class: ClassTooBig,
			cause: text.CauseTooBig(int64(h.opts.MaxMessage)),
		}, true
	default:
		return failure{}, false
	}
	return wrong, true
}

func (h *Hub) classifyTLS(err error, _ *dialer) (failure, bool) {
	v := failure{class: ClassTLS, state: Failed, after: h.opts.FaultRetry}
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
		v.cause = text.CauseCertificateSigner
	case errors.As(err, &name):
		v.cause = text.CauseCertificateName
	case errors.As(err, &invalid):
		v.cause = text.CauseCertificateInvalid
	case errors.As(err, &verify):
		v.cause = text.CauseCertificateUntrusted
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		v.class, v.cause = ClassNoTLS, text.CauseNoTLS
	case errors.As(err, &remote) && remote.Op == "remote error": // so crypto/tls calls an alert that the other side sent
		v.cause = text.CauseTLSRefused
	default:
		return failure{}, false
	}
	return v, true
}

func (h *Hub) classifySilence(err error, _ *dialer) (failure, bool) {
	switch {
	case errors.Is(err, ErrServerSilent):
		return failure{class: ClassNetwork, cause: text.CauseServerSilent}, true
	case errors.Is(err, errLibrary):
		return failure{class: ClassNetwork, cause: text.CauseProtocolEnded}, true
	}
	return failure{}, false
}

// classifyNetwork is for what is left: the connection was not made, or broke.
func (h *Hub) classifyNetwork(err error) failure {
	v := failure{class: ClassNetwork}
	var dns *net.DNSError
	var op *net.OpError
	var login *ProxyLoginError
	switch {
	case errors.As(err, &login):
		v.cause = login.Cause()
	case errors.As(err, &op) && op.Op == "proxyconnect":
		v.cause = text.CauseProxy
	case errors.As(err, &dns):
		v.cause = text.CauseNameUnknown
	case refusal.Refused(err):
		v.class, v.cause = ClassGatewayDown, text.CauseNobodyListens
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		v.cause = text.CauseTimeout
	case errors.Is(err, ErrConnectionLost), errors.Is(err, ErrHandshake),
		errors.Is(err, io.EOF), refusal.Reset(err):
		v.cause = text.CauseBrokenOff
	case refusal.NoWay(err):
		v.cause = text.CauseNoRoute
	default:
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // the address is not news
		}
		v.cause = text.CauseUnreachable(h.redact.error(err))
	}
	return v
}
