package hub

import "sync"

// command is what somebody wants of the supervisor.
type command struct {
	connect     bool // a connection
	immediately bool // now, not when the wait is over
	restart     bool // a new one, even if one is up
}

// commands keeps the newest command until the supervisor takes it.
type commands struct {
	bell    chan struct{} // capacity 1: there is something to take
	mu      sync.Mutex
	pending command // guarded by mu
}

func newCommands() *commands {
	return &commands{bell: make(chan struct{}, 1), pending: command{connect: true}}
}

func (o *commands) post(n command) {
	o.mu.Lock()
	if n.connect && o.pending.connect { // those for a connection add up; one against it replaces them
		n.immediately = n.immediately || o.pending.immediately
		n.restart = n.restart || o.pending.restart
	}
	o.pending = n
	o.mu.Unlock()
	select {
	case o.bell <- struct{}{}:
	default:
	}
}

// take returns the command; what is to be done once is then forgotten.
func (o *commands) take() command {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := o.pending
	o.pending = command{connect: n.connect}
	return n
}

// peek returns the command and leaves it.
func (o *commands) peek() command {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.pending
}
