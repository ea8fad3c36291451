package demo

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"
)

// The keys that the demo gateway accepts unless told otherwise. They open
// nothing but a demo gateway.
const (
	DefaultVirtualKey = "demo-virtual-key"
	DefaultMasterKey  = "demo-master-key"
)

// Transport is a SignalR transport by its name in negotiate.
type Transport string

// The transports that a demo gateway can offer.
const (
	WebSockets       Transport = "WebSockets"
	ServerSentEvents Transport = "ServerSentEvents"
)

// Options says what a demo gateway serves. The zero value is usable: the
// default scenario of the dialect Conduit, on free ports of the loopback
// address.
type Options struct {
	// Listen is the address, "127.0.0.1:0" if empty. Port 0 takes a free one.
	Listen string
	// ListenAdmin is the address of Admin where the dialect has one of its own,
	// "127.0.0.1:0" if empty.
	ListenAdmin string
	// Dialect is how the gateway speaks. Every scenario is in one dialect; if
	// this is another, the gateway is not served. Empty means the scenario's.
	Dialect Dialect
	// Scenario is the name of an embedded scenario. Empty means the default one
	// of the dialect: "calm" for Contract, else "office-hours".
	Scenario string
	// Script, if not nil, is played instead of Scenario.
	Script *Scenario
	// Seed fixes everything that is drawn by chance; 0 counts as 1. The same
	// scenario with the same seed tells the same events in the same order;
	// only timestamps, and the part of request and task ids that says when the
	// gateway was started, come from Now.
	Seed uint64
	// Rate replaces the rate, in events a second, of the scenario's "rate"
	// lines; 0 leaves them as written.
	Rate float64
	// Speed is how many seconds of the scenario pass in one second; 0 counts
	// as 1.
	Speed float64
	// VirtualKey opens the core hubs, MasterKey the admin hubs. Empty means
	// DefaultVirtualKey and DefaultMasterKey.
	VirtualKey, MasterKey string
	// KeepAlive is the time between pings to a client; 0 means 15 s, and 30 s
	// for a gateway of the dialect Conduit, as the real one. A client that is
	// silent for twice as long is disconnected.
	KeepAlive time.Duration
	// Transports are offered by negotiate, in this order; nil means both.
	Transports []Transport
	// Log hears of what the gateway does. No key is ever logged. Nil means
	// silence.
	Log *slog.Logger
	// Open opens an address to listen on; nil means a TCP port of this system. It
	// is for gateways on a network in memory.
	Open func(address string) (net.Listener, error)
	// Now gives the timestamps of events; nil means time.Now.
	Now func() time.Time
	// Mark hears of what a scenario says that people did beside the gateway, such as
	// a deployment; it must not block. Nil: nobody.
	Mark func(text string)

	queue int // bytes that one client may have waiting; 0 means maxQueued
}

// ErrOptions is wrapped by what Serve returns for options that cannot be.
var ErrOptions = errors.New("demo: bad options")

// withDefaults fills what is empty and checks the whole.
func (o Options) withDefaults() (Options, error) {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.ListenAdmin == "" {
		o.ListenAdmin = "127.0.0.1:0"
	}
	if o.Scenario == "" {
		o.Scenario = "office-hours"
		if o.Dialect == Contract {
			o.Scenario = "calm"
		}
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Speed == 0 {
		o.Speed = 1
	}
	if o.VirtualKey == "" {
		o.VirtualKey = DefaultVirtualKey
	}
	if o.MasterKey == "" {
		o.MasterKey = DefaultMasterKey
	}
	if len(o.Transports) == 0 {
		o.Transports = []Transport{WebSockets, ServerSentEvents}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Mark == nil {
		o.Mark = func(string) {}
	}
	if o.Open == nil {
		o.Open = func(address string) (net.Listener, error) { return net.Listen("tcp", address) }
	}
	if o.queue == 0 {
		o.queue = maxQueued
	}
	return o, o.check()
}

// withDialect takes the dialect from the scenario that is played.
func (o Options) withDialect(s *Scenario) (Options, error) {
	if o.Dialect != "" && o.Dialect != s.dialect {
		return o, fmt.Errorf("%w: the scenario %s is in the dialect %s, not %s", ErrOptions, s.name, s.dialect, o.Dialect)
	}
	o.Dialect = s.dialect
	if o.KeepAlive == 0 {
		o.KeepAlive = 15 * time.Second
		if o.Dialect == Conduit {
			o.KeepAlive = 30 * time.Second
		}
	}
	return o, nil
}

func (o Options) check() error {
	if o.Dialect != "" && o.Dialect != Contract && o.Dialect != Conduit {
		return fmt.Errorf("%w: no dialect %q", ErrOptions, o.Dialect)
	}
	for _, t := range o.Transports {
		if t != WebSockets && t != ServerSentEvents {
			return fmt.Errorf("%w: no transport %q", ErrOptions, t)
		}
	}
	if !(o.Rate >= 0 && o.Rate <= maxRate) {
		return fmt.Errorf("%w: rate %v is not between 0 and %d", ErrOptions, o.Rate, maxRate)
	}
	if !(o.Speed > 0 && o.Speed <= 10_000) {
		return fmt.Errorf("%w: speed %v is not between 0 and 10000", ErrOptions, o.Speed)
	}
	if o.KeepAlive < 0 {
		return fmt.Errorf("%w: keep-alive %v", ErrOptions, o.KeepAlive)
	}
	return nil
}

// maxRate is the fastest generator, in events a second: one interval is still
// many clock ticks.
const maxRate = 1_000_000
