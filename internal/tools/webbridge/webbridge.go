// Package webbridge carries calls between a page in an ordinary browser and
// the services that the window binds: the page over HTTP, calls and events
// over one WebSocket for each page. What the page finds in its window is what
// the window toolkit would put there, so the page does not know the
// difference. Tests drive the whole program through it; no build that people
// run has it.
//
// It does not know what it carries. Serve owns a goroutine for each connected
// page, and Close waits for them.
package webbridge

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// script is put before the page's own; it makes window.go and window.runtime.
//
//go:embed bridge.js
var script string

// Options of a Server.
type Options struct {
	// Assets is the built page, with index.html at its root.
	Assets fs.FS
	// Services are pointers to structs whose exported methods the page may
	// call. Each method returns an error, perhaps after a value.
	Services []any
	// Format is what the page gets of an error; nil means its text.
	Format func(error) any
	// Loaded is called each time a page has loaded; nil means nobody asks.
	Loaded func()
	// Handle are further paths that are served, such as "POST /close".
	Handle map[string]http.HandlerFunc
}

// Server is a page with services behind it. Its methods may be called from any
// goroutine.
type Server struct {
	o        Options
	services map[string]reflect.Value
	http     *http.Server
	url      string
	cancel   context.CancelFunc
	ctx      context.Context // of all pages
	done     sync.WaitGroup

	mu    sync.Mutex
	pages map[*page]bool // guarded by mu
}

// Serve listens at an address of this computer, such as "127.0.0.1:0", and
// serves until Close.
func Serve(listen string, o Options) (*Server, error) {
	l, err := net.Listen("tcp", listen) //nolint:noctx // it does not block
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if o.Format == nil {
		o.Format = func(err error) any { return err.Error() }
	}
	if o.Loaded == nil {
		o.Loaded = func() {}
	}
	s := &Server{o: o, services: map[string]reflect.Value{}, url: "http://" + l.Addr().String() + "/", pages: map[*page]bool{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	for _, service := range o.Services {
		v := reflect.ValueOf(service)
		s.services[v.Elem().Type().Name()] = v
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.index)
	mux.HandleFunc("GET /bridge.js", s.bridge)
	mux.HandleFunc("GET /bridge", s.connect)
	mux.Handle("GET /", http.FileServerFS(o.Assets))
	for path, handle := range o.Handle {
		mux.HandleFunc(path, handle)
	}
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	s.done.Go(func() { _ = s.http.Serve(l) }) // it returns when Close closes it
	return s, nil
}

// URL is where the page is.
func (s *Server) URL() string { return s.url }

// Close ends all pages and waits for what they are doing.
func (s *Server) Close() error {
	s.cancel()
	err := s.http.Close()
	s.done.Wait()
	if err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}

// Emit sends an event to every page, in order. A page that does not read loses
// events; it never blocks the caller.
func (s *Server) Emit(name string, data any) {
	b, err := json.Marshal(message{Event: name, Data: data})
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := range s.pages {
		p.send(b)
	}
}

// index is the page with our script before its own.
func (s *Server) index(w http.ResponseWriter, _ *http.Request) {
	html, err := fs.ReadFile(s.o.Assets, "index.html")
	if err != nil {
		http.Error(w, "the page is not built", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(bytes.Replace(html, []byte("</title>"), []byte("</title><script src=\"./bridge.js\"></script>"), 1))
}

// bridge is our script with the names of what can be called.
func (s *Server) bridge(w http.ResponseWriter, _ *http.Request) {
	names := map[string][]string{}
	for name, v := range s.services {
		for i := range v.NumMethod() {
			names[name] = append(names[name], v.Type().Method(i).Name)
		}
	}
	b, err := json.Marshal(names)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	_, _ = fmt.Fprintf(w, "const BOUND = %s\n%s", b, script)
}

// maxCall is how long a call may be, in bytes.
const maxCall = 1 << 20

// connect serves one page until it or the server ends. Only pages that came
// from here get in: the library compares the origin.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	conn.SetReadLimit(maxCall)
	p := &page{server: s, conn: conn, out: make(chan []byte, 1024)}
	s.mu.Lock()
	s.pages[p] = true
	s.mu.Unlock()
	s.done.Add(1)
	defer s.done.Done()
	s.o.Loaded()
	p.run(s.ctx)
	s.mu.Lock()
	delete(s.pages, p)
	s.mu.Unlock()
}
