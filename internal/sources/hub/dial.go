package hub

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"gatewatch/internal/foundation/secret"
)

// maxHandshake bounds the answer to the handshake.
const maxHandshake = 64 << 10

// dialer makes attempts. It belongs to the supervisor and remembers from one
// attempt to the next what did not work.
type dialer struct {
	h      *Hub
	used   secret.String // credential of the last attempt
	broken int           // attempts in a row that WebSockets failed without a clear answer
	stale  int           // in a row: the server did not know the connection it had allowed
	direct bool          // WebSockets without a negotiation got through where they did not with one
}

// transportError is a failure that another transport may not have.
type transportError struct {
	transport Transport
	clear     bool // the answer says so; else it may be the network
	err       error
}

func (e *transportError) Error() string { return e.err.Error() }
func (e *transportError) Unwrap() error { return e.err }

// attempt makes one connection, by the best transport that works.
func (d *dialer) attempt(ctx context.Context) (*session, error) {
	return d.attemptBy(ctx, d.h.opts.Transports)
}

// attemptBy makes one connection by one of the transports.
func (d *dialer) attemptBy(ctx context.Context, transports []Transport) (*session, error) {
	o := &d.h.opts
	if err := o.DialLimit.acquire(ctx); err != nil {
		return nil, err
	}
	defer o.DialLimit.release()
	ctx, cancel := context.WithTimeout(ctx, o.AttemptTimeout)
	defer cancel()
	d.h.count.attempts.Add(1)
	cred, err := d.h.credential(ctx)
	if err != nil {
		return nil, err
	}
	d.used = cred.token
	if o.SkipNegotiation {
		return d.skip(ctx, cred)
	}
	if d.direct {
		s, err := d.skip(ctx, cred)
		d.direct = !errors.As(err, new(*StatusError)) // what is there answers otherwise now
		if d.direct {
			return s, err
		}
	}
	s, err := d.tryTransports(ctx, cred, transports)
	if err == nil || d.stale < directAfter || !errors.Is(err, ErrStaleToken) || !slices.Contains(transports, WebSockets) {
		return s, err
	}
	straight, no := d.skip(ctx, cred)
	if no != nil {
		d.h.log.Info("nor without a negotiation", "cause", d.h.redact.error(no))
		return nil, err
	}
	d.direct = true
	return straight, nil
}

// directAfter is how often in a row a granted connection must be unknown until
// one is tried that needs no grant: a socket is one connection, which stays at
// the node that it reaches.
const directAfter = 2

// credential asks for the token.
func (h *Hub) credential(ctx context.Context) (credential, error) {
	c := credential{header: h.opts.TokenHeader, query: h.opts.AllowQueryToken}
	if h.opts.Token == nil {
		return c, nil
	}
	token, err := h.opts.Token(ctx)
	if err != nil {
		return c, fmt.Errorf("credential: %w", err)
	}
	h.redact.learn(token)
	c.token = token
	return c, nil
}

// skip dials by WebSockets without negotiating.
func (d *dialer) skip(ctx context.Context, cred credential) (*session, error) {
	u, err := url.Parse(d.h.opts.URL)
	if err != nil {
		return nil, errors.New("the hub's address cannot be read")
	}
	return d.connect(ctx, d.h.opts.HTTP.fresh(), &grant{url: u, cred: cred, host: u.Host, direct: true}, WebSockets)
}

// tryTransports tries the transports in order, each with a negotiation of its own,
// because what was granted is good for one connection. It goes on to the next
// one only where the failure is the transport's.
func (d *dialer) tryTransports(ctx context.Context, cred credential, transports []Transport) (*session, error) {
	var failed error
	for _, t := range transports {
		client := d.h.opts.HTTP.fresh()
		g, err := d.h.negotiate(ctx, client, cred)
		if err != nil {
			client.CloseIdleConnections()
			return nil, errors.Join(err, failed)
		}
		if !slices.Contains(g.offered, t) {
			client.CloseIdleConnections()
			continue
		}
		s, err := d.connect(ctx, client, g, t)
		if err == nil {
			return s, nil
		}
		if !d.goesOn(ctx, t, err) {
			return nil, err
		}
		d.h.log.Info("transport does not work", "transport", t, "cause", d.h.redact.error(err))
		failed = errors.Join(err, failed)
	}
	if failed == nil {
		failed = errNoneLeft
	}
	return nil, failed
}

// goesOn reports whether err is a reason to try the next transport.
func (d *dialer) goesOn(ctx context.Context, t Transport, err error) bool {
	var te *transportError
	if !errors.As(err, &te) || ctx.Err() != nil {
		return false
	}
	if te.clear {
		return true
	}
	if t == WebSockets {
		d.broken++
	}
	return d.broken > 1 // once may be the network
}

// connect opens the granted connection and shakes hands. client is closed
// with it.
func (d *dialer) connect(ctx context.Context, client *http.Client, g *grant, t Transport) (*session, error) {
	w, err := d.open(ctx, client, g, t)
	if err != nil {
		client.CloseIdleConnections()
		return nil, d.sort(t, g, err)
	}
	hctx, cancel := within(ctx, d.h.opts.HandshakeTimeout)
	defer cancel()
	rest, err := d.h.handshake(hctx, w)
	if err != nil {
		w.close()
		if errors.As(err, new(*HandshakeError)) || errors.As(err, new(*CloseError)) {
			return nil, err
		}
		return nil, &transportError{t, false, err}
	}
	if t == WebSockets {
		d.broken = 0
	}
	d.stale = 0
	d.h.count.connects.Add(1)
	d.h.opts.HTTP.hosts.connected(g.host)
	return d.h.newSession(w, g, rest), nil
}

// open dials by t.
func (d *dialer) open(ctx context.Context, client *http.Client, g *grant, t Transport) (transportConn, error) {
	ctx, cancel := within(ctx, d.h.opts.DialTimeout)
	defer cancel()
	switch t {
	case ServerSentEvents:
		return d.h.dialEvents(ctx, client, g)
	case LongPolling:
		return d.h.dialPoll(ctx, client, g)
	case WebSockets:
	}
	return d.h.dialSocket(ctx, client, g)
}

// sort says what a failure to open means: the transport's, the connection's, ours.
func (d *dialer) sort(t Transport, g *grant, err error) error {
	var status *StatusError
	if !errors.As(err, &status) {
		return &transportError{t, false, err}
	}
	switch status.Status {
	case http.StatusNotFound:
		if g.direct {
			return err // nothing was granted that could be forgotten
		}
		if !bytes.Contains([]byte(status.Body), []byte("not supported")) {
			d.stale++
			return fmt.Errorf("%w: %w", ErrStaleToken, err)
		}
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return err
	case http.StatusConflict:
		d.stale++
		return fmt.Errorf("%w: %w", ErrStaleToken, err)
	}
	return &transportError{t, true, err}
}

// HandshakeError is the server's "error" in its answer to the handshake.
type HandshakeError struct{ Text string }

// Error repeats the server's words.
func (e *HandshakeError) Error() string { return "handshake refused: " + e.Text }

// handshake makes the protocol's handshake on w and returns what came behind its
// answer: usually the first events, or a Close.
func (h *Hub) handshake(ctx context.Context, w transportConn) (rest []byte, err error) {
	stop := context.AfterFunc(ctx, w.close) // read has no deadline of its own
	defer stop()
	if err := w.write(ctx, frameHandshake); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrHandshake, err)
	}
	var buf []byte
	var split splitter
	for {
		if buf, err = w.read(buf); err != nil {
			if ctx.Err() != nil {
				return nil, fmt.Errorf("%w: no answer: %w", ErrHandshake, ctx.Err())
			}
			return nil, fmt.Errorf("%w: %w", ErrHandshake, err)
		}
		answer, rest, ok := split.next(buf)
		if !ok && len(buf) > maxHandshake {
			return nil, &HandshakeError{Text: "the answer is not SignalR's"}
		}
		if !ok {
			continue
		}
		if !stop() {
			return nil, fmt.Errorf("%w: no answer: %w", ErrHandshake, context.DeadlineExceeded)
		}
		return rest, h.readHandshake(answer)
	}
}

func (h *Hub) readHandshake(answer []byte) error {
	var a struct {
		Type           int    `json:"type"`
		Error          string `json:"error"`
		AllowReconnect bool   `json:"allowReconnect"`
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return &HandshakeError{Text: "the answer is not SignalR's"}
	}
	switch {
	case a.Type == typeClose:
		return &CloseError{Text: h.redact.text(a.Error), AllowReconnect: a.AllowReconnect}
	case a.Error != "":
		return &HandshakeError{Text: h.redact.text(a.Error)}
	}
	return nil
}
