package replay

import (
	"context"
	"fmt"
	"net"
	"sync"
	"syscall"
)

// Network is one in memory: whoever listens on it can be dialled on it, and
// nobody else. Its methods may be called from any goroutine; it owns none.
type Network struct {
	mu    sync.Mutex
	hosts map[string]*listener // by address; guarded by mu
	down  func(address string) bool
}

// NewNetwork returns an empty one. down says which addresses refuse a
// connection at the moment.
func NewNetwork(down func(address string) bool) *Network {
	return &Network{hosts: map[string]*listener{}, down: down}
}

// Listen takes an address such as "127.0.0.1:5000".
func (n *Network) Listen(address string) net.Listener {
	l := &listener{address: address, calls: make(chan net.Conn), closed: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hosts[address] = l
	return l
}

// Dial connects to who listens at the address, as net.Dialer.DialContext does.
func (n *Network) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	l := n.hosts[address]
	n.mu.Unlock()
	refused := &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	if l == nil || n.down(address) {
		return nil, refused
	}
	ours, theirs := net.Pipe()
	select {
	case l.calls <- theirs:
		return ours, nil
	case <-l.closed:
		return nil, refused
	case <-ctx.Done():
		return nil, fmt.Errorf("dial %s: %w", address, ctx.Err())
	}
}

type listener struct {
	address string
	calls   chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.calls:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *listener) Addr() net.Addr { return address(l.address) }

type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }
