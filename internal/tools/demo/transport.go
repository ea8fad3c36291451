package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// tokens are the connections that were negotiated and have not come, or are
// here. One token serves one connection.
type tokens struct {
	mu   sync.Mutex
	free map[string]grant
	used map[string]*conn
}

// grant is what negotiate promised.
type grant struct {
	connectionID string
	until        time.Time
}

// A negotiated connection that does not come is forgotten after this time, as
// by the real server; so many may be open at once.
const (
	grantFor  = 15 * time.Second
	maxGrants = 1000
)

func newTokens() *tokens {
	return &tokens{free: map[string]grant{}, used: map[string]*conn{}}
}

// grant issues a connection id and, from version 1 on, a token that is not the
// id. It fails if too many are open.
func (t *tokens) grant(version int, now time.Time) (id, token string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, g := range t.free {
		if now.After(g.until) {
			delete(t.free, k)
		}
	}
	if len(t.free) >= maxGrants {
		return "", "", false
	}
	id = newID()
	token = id
	if version >= 1 {
		token = newID()
	}
	t.free[token] = grant{id, now.Add(grantFor)}
	return id, token, true
}

// redeem turns a token into its connection id; status is 200, 404 or 409. An
// empty token is a client that skipped negotiation.
func (t *tokens) redeem(token string, now time.Time, make func(id string) *conn) (c *conn, status int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if token == "" {
		token = newID()
		t.free[token] = grant{token, now.Add(grantFor)}
	}
	if t.used[token] != nil {
		return nil, http.StatusConflict
	}
	g, ok := t.free[token]
	delete(t.free, token)
	if !ok || now.After(g.until) {
		return nil, http.StatusNotFound
	}
	c = make(g.connectionID)
	t.used[token] = c
	return c, http.StatusOK
}

func (t *tokens) find(token string) *conn {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.used[token]
}

func (t *tokens) release(token string, c *conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, v := range t.used {
		if v == c || k == token {
			delete(t.used, k)
		}
	}
}

func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// ServeHTTP answers for one hub: negotiate, WebSocket, event stream, sends.
func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d := h.currentDoor(); d.status != 0 {
		h.refused()
		if d.retryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(d.retryAfter.Seconds()))))
		}
		w.WriteHeader(d.status)
		return
	}
	who, ok := h.authorized(w, r)
	if !ok {
		return
	}
	switch {
	case strings.HasSuffix(r.URL.Path, "/negotiate"):
		h.negotiate(w, r)
	case r.Method == http.MethodPost:
		h.receive(w, r)
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case headerHas(r, "Connection", "upgrade") && headerHas(r, "Upgrade", "websocket"):
		h.serveWebSocket(w, r, who)
	case headerHas(r, "Accept", "text/event-stream"):
		h.serveEvents(w, r, who)
	default:
		w.WriteHeader(http.StatusBadRequest)
	}
}

// authorized asks the dialect whether a request may come in, and answers it if
// not. It blocks while the gateway hangs.
func (h *hub) authorized(w http.ResponseWriter, r *http.Request) (who int, ok bool) {
	for {
		var v admission
		s := h.g.stage
		if err := s.ask(func() { v = s.speech.authorize(r, h.name, h.area) }); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return 0, false
		}
		switch {
		case v.wait != nil:
			if !h.g.hang(r, v.wait) {
				return 0, false
			}
		case v.status == http.StatusOK:
			return v.who, true
		default:
			h.refused()
			if v.body != "" {
				w.Header().Set("Content-Type", jsonType)
			}
			w.WriteHeader(v.status)
			_, _ = io.WriteString(w, v.body) // the client has gone, if anything
			return 0, false
		}
	}
}

const jsonType = "application/json; charset=utf-8"

func (h *hub) negotiate(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	version := 0
	if v, err := strconv.Atoi(r.URL.Query().Get("negotiateVersion")); err == nil {
		version = max(0, min(v, 1))
	}
	id, token, ok := h.tokens.grant(version, time.Now())
	if !ok {
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	type transport struct {
		Transport       Transport `json:"transport"`
		TransferFormats []string  `json:"transferFormats"`
	}
	answer := struct {
		Version    int         `json:"negotiateVersion"`
		Token      string      `json:"connectionToken,omitempty"`
		ID         string      `json:"connectionId"`
		Transports []transport `json:"availableTransports"`
	}{Version: version, ID: id}
	if version >= 1 {
		answer.Token = token
	}
	for _, t := range h.g.opts.Transports {
		answer.Transports = append(answer.Transports, transport{t, []string{"Text"}})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer) // the client has gone, if anything
}

// open makes the connection for a dial request, or answers why not.
func (h *hub) open(w http.ResponseWriter, r *http.Request, t Transport, who int) (c *conn, done func()) {
	if !h.g.offers(t) {
		http.Error(w, string(t)+" transport not supported by the end point type", http.StatusNotFound)
		return nil, nil
	}
	token := r.URL.Query().Get("id")
	c, status := h.tokens.redeem(token, time.Now(), func(id string) *conn {
		return newConn(h.g.serving, id, who, t, h.g.opts.queue)
	})
	switch status {
	case http.StatusNotFound:
		http.Error(w, "No Connection with that ID", status)
		return nil, nil
	case http.StatusConflict:
		w.WriteHeader(status)
		return nil, nil
	}
	done = func() {
		c.cut()
		h.leave(c)
		h.tokens.release(token, c)
	}
	if err := h.enter(c); err != nil {
		done()
		w.WriteHeader(http.StatusServiceUnavailable)
		return nil, nil
	}
	return c, done
}

// serveWebSocket is one client's WebSocket from upgrade to end.
func (h *hub) serveWebSocket(w http.ResponseWriter, r *http.Request, who int) {
	c, done := h.open(w, r, WebSockets, who)
	if c == nil {
		return
	}
	defer done()
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(4 * maxReceive)
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { c.readFrom(ws) })
	written := make(chan struct{})
	wg.Go(func() {
		defer close(written)
		c.writeTo(ws, corkOf(r.Context()))
	})
	h.serve(c)
	c.out.close()
	select {
	case <-written:
	case <-time.After(closeTimeout):
	}
	c.cancel()
}

// readFrom takes what a WebSocket brings until it ends.
func (c *conn) readFrom(ws *websocket.Conn) {
	defer close(c.in)
	for {
		_, b, err := ws.Read(c.ctx)
		if err != nil {
			return
		}
		select {
		case c.in <- b:
		case <-c.ctx.Done():
			return
		}
	}
}

// writeTo writes what is queued to a WebSocket. If everything could be said it
// closes the WebSocket in the proper way.
func (c *conn) writeTo(ws *websocket.Conn, socket *corkConn) {
	defer c.cancel()
	err := c.drain(func(ctx context.Context, msg []byte, more bool) error {
		if more {
			_ = socket.cork(true) // fails only when it writes
		}
		if err := ws.Write(ctx, websocket.MessageText, msg); err != nil || more {
			return err
		}
		return socket.cork(false)
	})
	if errors.Is(err, errClosed) {
		_ = ws.Close(websocket.StatusNormalClosure, "")
	}
}

// closeTimeout is how long a connection that ends properly may take to write what
// is queued.
const closeTimeout = 2 * time.Second

// serve runs the library's server on c until the client has gone.
func (h *hub) serve(c *conn) {
	if err := h.server.Serve(c); err != nil {
		h.g.opts.Log.Debug("demo connection ended", "hub", h.name, "cause", err)
	}
}

// drain writes what is queued until there is no more to come; more says that
// the next message is there already. It returns errClosed if it wrote
// everything.
func (c *conn) drain(write func(ctx context.Context, msg []byte, more bool) error) error {
	buf := make([]byte, 0, maxBatch)
	for {
		msg, more, err := c.out.take(c.ctx, buf)
		if err != nil {
			return err
		}
		if err := write(c.ctx, msg, more); err != nil {
			return fmt.Errorf("demo: write: %w", err)
		}
	}
}

// serveEvents is one client's event stream from request to end.
func (h *hub) serveEvents(w http.ResponseWriter, r *http.Request, who int) {
	c, done := h.open(w, r, ServerSentEvents, who)
	if c == nil {
		return
	}
	defer done()
	stop := context.AfterFunc(r.Context(), c.cancel) // the client went away
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache, no-store")
	w.WriteHeader(http.StatusOK)
	rc := http.NewResponseController(w)
	if _, err := io.WriteString(w, ":\r\n"); err != nil || rc.Flush() != nil {
		return
	}
	// A write to a client that does not read is given up when we cut it.
	giveUp := context.AfterFunc(c.ctx, func() { _ = rc.SetWriteDeadline(time.Now()) })
	var wg sync.WaitGroup
	wg.Go(func() {
		defer c.out.close()
		h.serve(c)
	})
	err := c.drain(func(_ context.Context, msg []byte, _ bool) error {
		if bytes.IndexByte(msg, '\n') >= 0 { // hostile text only: JSON has none
			msg = bytes.ReplaceAll(msg, []byte("\n"), []byte("\r\ndata: "))
		}
		for _, part := range [][]byte{[]byte("data: "), msg, []byte("\r\n\r\n")} {
			if _, err := w.Write(part); err != nil {
				return err
			}
		}
		return rc.Flush()
	})
	giveUp()
	c.cut()
	wg.Wait()
	if !errors.Is(err, errClosed) {
		panic(http.ErrAbortHandler) // ends the stream in the middle, not properly
	}
}

// receive takes what a client of an event stream sends.
func (h *hub) receive(w http.ResponseWriter, r *http.Request) {
	c := h.tokens.find(r.URL.Query().Get("id"))
	if c == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if c.kind != ServerSentEvents { // a WebSocket is not sent to by POST
		w.WriteHeader(http.StatusConflict)
		return
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 4*maxReceive))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	select {
	case c.in <- b:
	case <-c.ctx.Done():
		w.WriteHeader(http.StatusNotFound)
	case <-r.Context().Done():
	}
}

func headerHas(r *http.Request, name, word string) bool {
	for _, v := range r.Header.Values(name) {
		for part := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(part), word) {
				return true
			}
		}
	}
	return false
}
