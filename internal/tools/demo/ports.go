package demo

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// port is an address that the gateway answers: of one of its processes, or of
// both. All but server is set once.
type port struct {
	area   area   // "" for both
	addr   string // guarded by Gateway.mu until it listens for the first time
	mux    *http.ServeMux
	server *http.Server // guarded by Gateway.mu; nil while it does not listen
}

// openPorts makes the ports of a gateway, which do not listen yet.
func (g *Gateway) openPorts(speech dialect) {
	areas, addrs := []area{""}, []string{g.opts.Listen}
	if g.opts.Dialect == Conduit {
		areas, addrs = []area{core, admin}, []string{g.opts.Listen, g.opts.ListenAdmin}
	}
	for i, a := range areas {
		p := &port{area: a, addr: addrs[i], mux: http.NewServeMux()}
		p.mux.Handle("/", speech.rest(g, a))
		g.ports = append(g.ports, p)
	}
}

// openHubs makes the hubs and puts them behind their ports.
func (g *Gateway) openHubs(specs []hubSpec) error {
	for _, spec := range specs {
		h, err := g.newHub(spec)
		if err != nil {
			return err
		}
		g.hubs[spec.name] = h
		g.order = append(g.order, h)
		mux := g.portOf(spec.area).mux
		mux.Handle("/hubs/"+spec.name, h)
		mux.Handle("/hubs/"+spec.name+"/negotiate", h)
	}
	return nil
}

// portOf is the port that answers for an area.
func (g *Gateway) portOf(a area) *port {
	for _, p := range g.ports {
		if p.area == a {
			return p
		}
	}
	return g.ports[0]
}

// answer serves a request and counts it, so that Close can wait for it.
func (g *Gateway) answer(p *port, w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	if g.closing {
		g.mu.Unlock()
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	g.handlers.Add(1)
	g.mu.Unlock()
	defer g.handlers.Done()
	p.mux.ServeHTTP(w, r)
}

// hang waits until wait is closed; false if the client or the gateway has
// gone before.
func (g *Gateway) hang(r *http.Request, wait <-chan struct{}) bool {
	select {
	case <-wait:
		return true
	case <-r.Context().Done():
	case <-g.serving.Done():
	}
	return false
}

// listen begins to answer the port of an area, or every port for ""; again,
// after hush.
func (g *Gateway) listen(a area) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	var errs []error
	for _, p := range g.ports {
		if (a == "" || p.area == "" || p.area == a) && p.server == nil && !g.closing {
			errs = append(errs, g.listenOn(p))
		}
	}
	return errors.Join(errs...)
}

// listenOn begins to answer one port. The caller holds mu.
func (g *Gateway) listenOn(p *port) error {
	l, err := g.opts.Open(p.addr)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if first := l.Addr().String(); p.addr != first {
		p.addr = first // before anybody can ask; the port stays from now on
	}
	srv := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.answer(p, w, r) }),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(g.opts.Log.Handler(), slog.LevelDebug), ConnContext: withCork,
	}
	p.server = srv
	g.servers.Go(func() { _ = srv.Serve(corkListener{l}) }) // always ends with ErrServerClosed
	return nil
}

// hush stops answering the port of an area, or every port for "", and cuts
// every connection there, as a server that was stopped.
func (g *Gateway) hush(a area) {
	var servers []*http.Server
	g.mu.Lock()
	for _, p := range g.ports {
		if (a == "" || p.area == "" || p.area == a) && p.server != nil {
			servers = append(servers, p.server)
			p.server = nil
		}
	}
	g.mu.Unlock()
	for _, srv := range servers {
		_ = srv.Close()
	}
	for _, h := range g.order {
		if a == "" || h.area == a || len(g.ports) == 1 {
			h.drop()
		}
	}
}

// listening reports whether the port of an area is answered.
func (g *Gateway) listening(a area) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.portOf(a).server != nil && !g.closing
}
