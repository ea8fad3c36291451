// Package hubtest has the two servers that hub connections are tested against:
// a scripted one, which speaks HTTP and WebSockets by hand over raw TCP and so
// can do everything that a good server would not, and a real ASP.NET Core
// SignalR server, where one is installed. It is not a SignalR server itself: a
// test says byte by byte what is sent.
//
// Every Server and Peer owns its goroutines and processes, and ends them when
// its test ends.
package hubtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a step of a script may take before the test fails.
const patience = 20 * time.Second

// Script is called for each request, on a goroutine of its own.
type Script func(x *Exchange)

// Server is a scripted one.
type Server struct {
	URL    string // http://127.0.0.1:port
	Script Script

	t        testing.TB
	listener net.Listener
	work     sync.WaitGroup

	mu       sync.Mutex
	conns    map[net.Conn]bool // open; guarded by mu, as all below
	requests []Request
	counts   map[string]int
	stopped  bool
}

// Request is what a client asked.
type Request struct {
	Method, Path, Query string
	Header              http.Header
	Body                string
	Upgrade             bool   // to WebSockets
	Conn                string // the client's address: equal means the same TCP connection
}

// Start serves script until the test ends.
func Start(t testing.TB, script Script) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	return Serve(t, l, script)
}

// Serve is Start on a listener of the caller's, which the Server closes.
func Serve(t testing.TB, l net.Listener, script Script) *Server {
	s := &Server{
		t: t, listener: l, Script: script, URL: "http://" + l.Addr().String(),
		conns: map[net.Conn]bool{}, counts: map[string]int{},
	}
	s.work.Go(s.accept)
	t.Cleanup(s.Stop)
	return s
}

// Stop closes the listener and every connection, and waits for the scripts.
func (s *Server) Stop() {
	s.mu.Lock()
	s.stopped = true
	for c := range s.conns {
		reset(c)
	}
	s.mu.Unlock()
	_ = s.listener.Close()
	s.work.Wait()
}

// Requests are those so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Count is the number of requests so far that kind names: "negotiate",
// "socket", or a method such as "GET" for the others.
func (s *Server) Count(kind string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[kind]
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.stopped {
			reset(c)
			s.mu.Unlock()
			return
		}
		s.conns[c] = true
		s.work.Go(func() { s.serve(c) })
		s.mu.Unlock()
	}
}

func (s *Server) serve(c net.Conn) {
	defer func() {
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
		_ = c.Close()
	}()
	br := bufio.NewReader(c)
	for {
		req, err := http.ReadRequest(br)
		if err != nil {
			if !errors.Is(err, io.EOF) { // such as TLS, met by a server without it
				_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
			}
			return
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		x := &Exchange{Server: s, Request: req, Body: string(body), conn: c, br: br}
		x.Nth = s.note(x)
		s.Script(x)
		if x.over {
			return
		}
	}
}

func (s *Server) note(x *Exchange) int {
	r := Request{
		Method: x.Request.Method, Path: x.Request.URL.Path, Query: x.Request.URL.RawQuery,
		Header: x.Request.Header, Body: x.Body, Conn: x.conn.RemoteAddr().String(),
		Upgrade: x.IsSocket(),
	}
	kind := r.Method
	switch {
	case x.IsNegotiate():
		kind = "negotiate"
	case x.IsSocket():
		kind = "socket"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r)
	s.counts[kind]++
	return s.counts[kind]
}

// Exchange is one request, to be answered by the script.
type Exchange struct {
	Server  *Server
	Request *http.Request
	Body    string
	Nth     int // of its kind, from 1; see Server.Count

	conn net.Conn
	br   *bufio.Reader
	over bool // the TCP connection is not for HTTP any more
}

// IsNegotiate reports whether a connection is asked for.
func (x *Exchange) IsNegotiate() bool { return strings.HasSuffix(x.Request.URL.Path, "/negotiate") }

// IsSocket reports whether the request is one to upgrade to WebSockets.
func (x *Exchange) IsSocket() bool {
	return strings.EqualFold(x.Request.Header.Get("Upgrade"), "websocket")
}

// Answer sends status, "Name: value" headers and body.
func (x *Exchange) Answer(status int, body string, headers ...string) {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\nContent-Length: %d\r\n", status, http.StatusText(status), len(body))
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	b.WriteString("\r\n" + body)
	x.Raw(b.String())
}

// Negotiated allows a connection by the given transports, WebSockets if none.
func (x *Exchange) Negotiated(transports ...string) {
	if len(transports) == 0 {
		transports = []string{"WebSockets"}
	}
	var offers []string
	for _, t := range transports {
		offers = append(offers, `{"transport":"`+t+`","transferFormats":["Text","Binary"]}`)
	}
	x.Answer(200, fmt.Sprintf(`{"negotiateVersion":1,"connectionId":"public-%d","connectionToken":"token-%d","availableTransports":[%s]}`,
		x.Nth, x.Nth, strings.Join(offers, ",")), "Content-Type: application/json")
}

// Raw writes bytes. It reports whether that worked.
func (x *Exchange) Raw(b string) bool {
	_ = x.conn.SetWriteDeadline(time.Now().Add(patience))
	_, err := io.WriteString(x.conn, b)
	return err == nil
}

// Drop closes the TCP connection in order (FIN).
func (x *Exchange) Drop() {
	x.over = true
	_ = x.conn.Close()
}

// Reset breaks the TCP connection (RST).
func (x *Exchange) Reset() {
	x.over = true
	reset(x.conn)
}

// Hang does nothing until the client or the server's end closes the connection.
func (x *Exchange) Hang() {
	x.over = true
	_, _ = io.Copy(io.Discard, x.br)
}

// Gone is closed when the client has closed the connection. To be used when
// nothing more is read from it.
func (x *Exchange) Gone() <-chan struct{} {
	x.over = true
	gone := make(chan struct{})
	x.Server.work.Go(func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, x.br)
	})
	return gone
}

func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
