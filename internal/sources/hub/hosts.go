package hub

import "sync"

// hosts knows which hosts of a gateway answer. A "not found" for one hub means
// "this gateway has no such hub" if its host answers others, else that the
// address is wrong.
type hosts struct {
	mu   sync.Mutex
	seen map[string]*host // guarded by mu
}

type host struct {
	alive bool
	news  chan struct{} // closed, and replaced, when a hub connects there
}

func newHosts() *hosts { return &hosts{seen: map[string]*host{}} }

// at returns the entry of name; mu is held.
func (h *hosts) at(name string) *host {
	x := h.seen[name]
	if x == nil {
		x = &host{news: make(chan struct{})}
		h.seen[name] = x
	}
	return x
}

// answered notes that something at name was found.
func (h *hosts) answered(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at(name).alive = true
}

// connected notes that a hub at name is up, and wakes who waits for that.
func (h *hosts) connected(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	x := h.at(name)
	x.alive = true
	close(x.news)
	x.news = make(chan struct{})
}

// alive reports whether anything at name ever answered.
func (h *hosts) alive(name string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at(name).alive
}

// news is closed when the next hub connects at name.
func (h *hosts) news(name string) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at(name).news
}
