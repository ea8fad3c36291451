package hub

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"gatewatch/internal/core/text"
)

// ErrNotOffered: the server does not offer this transport.
var ErrNotOffered = errors.New("the server does not offer this transport")

// Proxy is the proxy that requests to u go through, nil if none. It may hold
// a user name and a password.
func (e *Environment) Proxy(u *url.URL) (*url.URL, error) {
	if e.proxy == nil {
		return nil, nil //nolint:nilnil // as http.Transport has it: no proxy, and no fault
	}
	return e.proxy(&http.Request{URL: u})
}

// TLS is a copy of how this gateway's certificates are checked.
func (e *Environment) TLS() *tls.Config { return e.tls.Clone() }

// NegotiateResult is what a server said to one negotiation, made to be looked at.
type NegotiateResult struct {
	// Class and Cause are as in Status; both are empty if a connection was
	// granted.
	Class Class
	Cause string
	Err   error // nil if granted

	Status  int         // of HTTP; 0 if no answer came
	Offered []Transport // those that speak text
	Host    string      // that granted it: another one after a redirect
	Type    string      // Content-Type
	Sample  []byte      // the beginning of the body, at most 1 KiB, as it came
	Asked   time.Time   // when the request was sent
	Took    time.Duration
	Date    time.Time // the server's clock, whole seconds; zero if it is not reported
}

// Negotiate negotiates once and makes no connection: the server forgets what it
// granted. It does not need Run, nor disturb it. ctx bounds it, as does
// NegotiateTimeout.
func (h *Hub) Negotiate(ctx context.Context) NegotiateResult {
	client := h.opts.HTTP.fresh()
	defer client.CloseIdleConnections()
	w := &responseRecorder{next: client.Transport}
	client.Transport = w
	cred, err := h.credential(ctx)
	var g *grant
	if err == nil {
		g, err = h.negotiate(ctx, client, cred)
	}
	a := w.answer
	a.Sample = w.sample.Bytes()
	if err != nil {
		v := h.classify(err, &dialer{h: h})
		a.Class, a.Cause, a.Err = v.class, v.cause, err
		return a
	}
	a.Offered, a.Host = g.offered, g.url.Host
	return a
}

// responseRecorder notes the last answer that passes.
type responseRecorder struct {
	next   http.RoundTripper
	answer NegotiateResult
	sample bytes.Buffer
}

// RoundTrip implements http.RoundTripper.
func (w *responseRecorder) RoundTrip(req *http.Request) (*http.Response, error) {
	began := time.Now()
	w.answer = NegotiateResult{Asked: began}
	w.sample.Reset()
	res, err := w.next.RoundTrip(req)
	w.answer.Took = time.Since(began)
	if err != nil {
		return nil, err
	}
	w.answer.Status, w.answer.Type = res.StatusCode, res.Header.Get("Content-Type")
	if at, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		w.answer.Date = at
	}
	res.Body = &noted{ReadCloser: res.Body, to: &w.sample}
	return res, nil
}

// CloseIdleConnections lets http.Client close those of next.
func (w *responseRecorder) CloseIdleConnections() {
	if c, ok := w.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// noted is a body whose beginning is kept.
type noted struct {
	io.ReadCloser
	to *bytes.Buffer
}

// Read implements io.Reader.
func (n *noted) Read(p []byte) (int, error) {
	k, err := n.ReadCloser.Read(p)
	n.to.Write(p[:min(k, max(maxBodySample-n.to.Len(), 0))])
	return k, err
}

// TransportTrial is what one connection by one transport came to. Times are 0 for what
// was not reached.
type TransportTrial struct {
	Transport Transport
	Class     Class // as in Status; empty if it worked
	Cause     string
	Err       error // nil if it worked

	Negotiate, Open, Handshake time.Duration
	RoundTrip                  time.Duration // the quickest of some probes
}

// probes is how often a round trip is measured.
const probes = 3

// TryTransport makes one connection by t, holds it for the time ConnectedAfter, measures a
// round trip, and takes leave. Nothing is subscribed to; what the server sends
// is not looked at, but for a Close. It does not need Run, nor disturb it.
func (h *Hub) TryTransport(ctx context.Context, t Transport) TransportTrial {
	out := TransportTrial{Transport: t}
	d := &dialer{h: h}
	if err := h.try(ctx, d, &out); err != nil {
		if ctx.Err() != nil {
			err = errors.Join(err, ctx.Err())
		}
		out.Err = err
		if errors.Is(err, ErrNotOffered) {
			out.Class, out.Cause = ClassUnsupported, text.CauseHubNotOffered
			return out
		}
		v := h.classify(err, d)
		out.Class, out.Cause = v.class, v.cause
	}
	return out
}

func (h *Hub) try(ctx context.Context, d *dialer, out *TransportTrial) error {
	cred, err := h.credential(ctx)
	if err != nil {
		return err
	}
	client := h.opts.HTTP.fresh()
	defer client.CloseIdleConnections()
	began := time.Now()
	g, err := h.negotiate(ctx, client, cred)
	out.Negotiate = time.Since(began)
	if err != nil {
		return err
	}
	if !slices.Contains(g.offered, out.Transport) {
		return ErrNotOffered
	}
	began = time.Now()
	w, err := d.open(ctx, client, g, out.Transport)
	out.Open = time.Since(began)
	if err != nil {
		return d.sort(out.Transport, g, err)
	}
	began = time.Now()
	hctx, cancel := within(ctx, h.opts.HandshakeTimeout)
	defer cancel()
	rest, err := h.handshake(hctx, w)
	out.Handshake = time.Since(began)
	if err != nil {
		w.close()
		return err
	}
	out.RoundTrip, err = h.measureRoundTrip(ctx, w, rest)
	return err
}

// measureRoundTrip waits for ConnectedAfter whether the server ends the connection, measures,
// and leaves.
func (h *Hub) measureRoundTrip(ctx context.Context, w transportConn, rest []byte) (best time.Duration, err error) {
	ended := make(chan error, 1)
	go func() { ended <- h.untilClose(w, rest) }()
	over := false
	defer func() {
		if err == nil {
			parting, cancel := context.WithTimeout(ctx, partingWait)
			w.leave(parting)
			cancel()
		}
		w.close()
		if !over {
			<-ended
		}
	}()
	settle := time.NewTimer(h.opts.ConnectedAfter)
	defer settle.Stop()
	select {
	case err = <-ended:
		over = true
		return 0, err
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-settle.C:
	}
	for range probes {
		began := time.Now()
		if err := w.probe(ctx); err != nil {
			return best, errors.Join(ErrServerSilent, err)
		}
		if d := time.Since(began); best == 0 || d < best {
			best = d
		}
	}
	return best, nil
}

// untilClose reads until the connection ends and returns why.
func (h *Hub) untilClose(w transportConn, buf []byte) error {
	buf = slices.Clone(buf)
	var split splitter
	for {
		for {
			frame, rest, ok := split.next(buf)
			if !ok {
				break
			}
			var e hubMessage
			if json.Unmarshal(frame, &e) == nil && e.Type != nil && *e.Type == typeClose {
				return &CloseError{Text: h.redact.text(e.Error), AllowReconnect: e.AllowReconnect}
			}
			buf = rest
		}
		var err error
		if buf, err = w.read(buf); err != nil {
			return err
		}
	}
}
