package main

import (
	"bufio"
	"context"
	"crypto/sha1" //nolint:gosec // the WebSocket handshake is made of it
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// writeSize is how much the raw server gives to the kernel at once.
const writeSize = 64 << 10

// rawServer speaks just enough to be connected to, and then writes bytes that
// were made before: its own work is next to nothing.
type rawServer struct {
	events, perMessage int

	mu     sync.Mutex
	bytes  []byte        // guarded by mu; one client is served at a time
	waits  chan net.Conn // capacity 1: the client that has shaken hands
	server http.Server
}

func newRawServer(events, perMessage int) *rawServer {
	s := &rawServer{events: events, perMessage: perMessage, waits: make(chan net.Conn, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hubs/spend/negotiate", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"negotiateVersion":1,"connectionId":"c","connectionToken":"t",`+
			`"availableTransports":[{"transport":"WebSockets","transferFormats":["Text","Binary"]}]}`)
	})
	mux.HandleFunc("GET /hubs/spend", s.connect)
	mux.HandleFunc("POST /go", s.flood)
	s.server = http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return s
}

// serveMain is "bench serve": it serves until its standard input ends.
func serveMain(args []string, in io.Reader, out io.Writer) error {
	set := flag.NewFlagSet("serve", flag.ContinueOnError)
	events := set.Int("events", 0, "")
	perMessage := set.Int("per-message", 1, "")
	if err := set.Parse(args); err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	s := newRawServer(*events, *perMessage)
	ended := make(chan error, 1)
	go func() { ended <- s.server.Serve(l) }()
	fmt.Fprintf(out, "listening http://%s\n", l.Addr())
	_, _ = io.Copy(io.Discard, in) // until the parent is gone or has had enough
	_ = s.server.Close()
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// connect shakes hands, twice, and makes the bytes before the second one is
// answered.
func (s *rawServer) connect(w http.ResponseWriter, r *http.Request) {
	h, ok := w.(http.Hijacker)
	key := r.Header.Get("Sec-WebSocket-Key")
	if !ok || key == "" {
		http.Error(w, "WebSockets only", http.StatusBadRequest)
		return
	}
	conn, rw, err := h.Hijack()
	if err != nil {
		return
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) //nolint:gosec // as above
	_, err = fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	if err == nil {
		_, err = skipMessage(rw.Reader) // the protocol's handshake
	}
	if err != nil {
		_ = conn.Close()
		return
	}
	s.mu.Lock()
	s.bytes = stream(s.bytes[:0], s.events, s.perMessage, time.Now())
	s.mu.Unlock()
	if _, err := conn.Write(appendMessage(nil, []byte("{}\x1e"))); err != nil {
		_ = conn.Close()
		return
	}
	select {
	case old := <-s.waits: // a client that went before it was served
		_ = old.Close()
	default:
	}
	s.waits <- conn
	for closing := false; !closing && err == nil; { // pings, and in the end the close
		closing, err = skipMessage(rw.Reader)
	}
	_, _ = conn.Write([]byte{0x88, 0}) // the client waits for it, if it is still there
	_ = conn.Close()
}

// skipMessage reads one short message of the client; closing is true for the
// last.
func skipMessage(r *bufio.Reader) (closing bool, err error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return false, err
	}
	n := int64(head[1]&0x7f) + 4 // the mask
	if n > 125+4 {
		return false, errors.New("longer than clients send here")
	}
	_, err = io.CopyN(io.Discard, r, n)
	return head[0]&0x0f == 8, err
}

// flood writes everything to the client that waits.
func (s *rawServer) flood(w http.ResponseWriter, _ *http.Request) {
	var conn net.Conn
	select {
	case conn = <-s.waits:
	default:
		http.Error(w, "nobody is connected", http.StatusConflict)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for rest := s.bytes; len(rest) > 0; {
		n := min(len(rest), writeSize)
		if _, err := conn.Write(rest[:n]); err != nil {
			return // the client went, which its own numbers show
		}
		rest = rest[n:]
	}
}
