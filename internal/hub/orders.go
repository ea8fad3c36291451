package hub

import "sync"

// order is what somebody wants of the supervisor.
type order struct {
	want  bool // a connection
	hurry bool // now, not when the wait is over
	again bool // a new one, even if one is up
}

// orders keeps the newest wish until the supervisor takes it.
type orders struct {
	bell chan struct{} // capacity 1: there is something to take
	mu   sync.Mutex
	now  order // guarded by mu
}

func newOrders() *orders {
	return &orders{bell: make(chan struct{}, 1), now: order{want: true}}
}

func (o *orders) give(n order) {
	o.mu.Lock()
	if n.want && o.now.want { // wishes for a connection add up; one against it replaces them
		n.hurry = n.hurry || o.now.hurry
		n.again = n.again || o.now.again
	}
	o.now = n
	o.mu.Unlock()
	select {
	case o.bell <- struct{}{}:
	default:
	}
}

// take returns the wish; what is to be done once is then forgotten.
func (o *orders) take() order {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := o.now
	o.now = order{want: n.want}
	return n
}

// peek returns the wish and leaves it.
func (o *orders) peek() order {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}
