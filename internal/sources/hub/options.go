package hub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/foundation/secret"
)

// Transport is how messages travel.
type Transport string

// The transports, in the order in which they are tried.
const (
	WebSockets       Transport = "WebSockets"
	ServerSentEvents Transport = "ServerSentEvents"
	LongPolling      Transport = "LongPolling"
)

// Options says how to keep one hub connection up. Start from DefaultOptions:
// a zero duration or size is refused by New, unless its comment says otherwise.
type Options struct {
	// Name is what logs call the hub, such as "spend".
	Name string
	// URL is the hub's address, http or https, without "/negotiate".
	URL string

	// Token gives the credential; it is called for every attempt, so it may
	// refresh. Nil means that none is sent. It must honour its context.
	Token func(context.Context) (secret.String, error)
	// TokenHeader is the header that carries the credential as it is, such as
	// "X-Master-Key". Empty means "Authorization: Bearer".
	TokenHeader string
	// Header is sent with every request. It is cloned, never changed.
	Header http.Header
	// AllowQueryToken puts the credential into the query of connections as
	// well, for gateways that look nowhere else. Servers log it there.
	AllowQueryToken bool

	// HTTP is shared by all hubs and REST calls of one gateway; nil makes one
	// with default NetworkOptions.
	HTTP *Environment
	// DialLimit limits how many hubs dial at the same time; nil makes one of 3.
	DialLimit *Semaphore

	// SkipNegotiation connects by WebSockets at once. Redirects and other
	// transports are then impossible.
	SkipNegotiation bool
	// Transports are those allowed, in order of preference.
	Transports []Transport

	// RetryDelays has the wait before reconnect attempt 1, 2, …. Each is
	// multiplied by 0.75–1.25; zero means 0.5–2 s, because a stopping server
	// still answers for a moment. After its end every wait is drawn from
	// 1 s–MaxDelay, and after ten such waits from one and a half to three MaxDelay, for ever.
	RetryDelays []time.Duration
	MaxDelay    time.Duration
	// Stable is how long a connection must last for the schedule to start
	// from the beginning when it is lost.
	Stable time.Duration

	AttemptTimeout   time.Duration // one attempt, all transports of it
	NegotiateTimeout time.Duration // one negotiation, of several at a redirect
	DialTimeout      time.Duration // opening one transport
	HandshakeTimeout time.Duration // the protocol's handshake
	// ConnectedAfter is how long a connection must be left open after the handshake
	// to be called connected: a server that refuses a key says so just after.
	ConnectedAfter time.Duration

	ServerTimeout   time.Duration // without a word from the server; at least twice its keep-alive
	KeepAlive       time.Duration // between our pings
	ProbeAfter      time.Duration // of silence; then we ask whether somebody is there
	ProbeTimeout    time.Duration // for the answer
	WriteTimeout    time.Duration // of one message
	PollTimeout     time.Duration // of one long poll; servers answer after 90 s
	CallTimeout     time.Duration // of Invoke, from the write; its context may end it sooner
	StopTimeout     time.Duration // for the Handler to return when Run ends
	UpgradeInterval time.Duration // between tries of a better transport while on a lesser one, the first after a minute; 0 never

	AuthRetry        time.Duration // after 401 and 403 with an unchanged credential
	BanRetry         time.Duration // after 403 that says that our address is banned: as long as a ban lasts
	FaultRetry       time.Duration // after an answer that only a person can mend
	UnsupportedRetry time.Duration // after "no such hub" from a gateway that is otherwise there

	MaxMessage    int64 // bytes; a longer message ends the connection
	QueueMessages int   // waiting for the Handler
	QueueBytes    int   // waiting for the Handler; one larger message is taken into an empty queue
	// MaxBackpressure is how long, within any 10 s, the reader may wait for the
	// Handler. Then the backlog is dropped: a client that does not read makes
	// a server wait with its broadcasts to everybody.
	MaxBackpressure time.Duration
	// Inline calls Handler.Event on the reading goroutine once Connected has
	// succeeded and the backlog is worked off. For handlers that only touch
	// memory: one that blocks then keeps the server waiting.
	Inline bool

	// Jitter gives the chance in waits, a number in [0, 1); nil: math/rand. It
	// must be safe for use by several goroutines.
	Jitter func() float64

	// Log receives what happens; nil discards. Never a credential.
	Log *slog.Logger
}

// DefaultOptions suits an ASP.NET Core server with its defaults. Name and URL
// are left to fill in.
func DefaultOptions() Options {
	return Options{
		Transports:  []Transport{WebSockets, ServerSentEvents, LongPolling},
		RetryDelays: []time.Duration{0, 2 * time.Second, 10 * time.Second, 30 * time.Second},
		MaxDelay:    30 * time.Second,
		Stable:      10 * time.Second,

		AttemptTimeout:   15 * time.Second,
		NegotiateTimeout: 5 * time.Second,
		DialTimeout:      5 * time.Second,
		HandshakeTimeout: 5 * time.Second,
		ConnectedAfter:   time.Second,

		ServerTimeout:   75 * time.Second, // 2.5 × a keep-alive of 30 s
		KeepAlive:       15 * time.Second,
		ProbeAfter:      10 * time.Second,
		ProbeTimeout:    5 * time.Second,
		WriteTimeout:    10 * time.Second,
		PollTimeout:     105 * time.Second,
		CallTimeout:     30 * time.Second,
		StopTimeout:     2 * time.Second,
		UpgradeInterval: time.Hour,

		AuthRetry:        authRetry,
		BanRetry:         30 * time.Minute,
		FaultRetry:       time.Minute,
		UnsupportedRetry: time.Hour,

		MaxMessage:      32 << 20,
		QueueMessages:   16 << 10,
		QueueBytes:      32 << 20, // a burst of 100,000 events of 300 bytes
		MaxBackpressure: 2 * time.Second,
	}
}

// check reports what is wrong with o, all of it.
func (o *Options) check() error {
	var errs []error
	if err := checkURL(o.URL); err != nil {
		errs = append(errs, err)
	}
	if len(o.Transports) == 0 && !o.SkipNegotiation {
		errs = append(errs, errors.New("no transport is allowed"))
	}
	for _, t := range o.Transports {
		if !slices.Contains([]Transport{WebSockets, ServerSentEvents, LongPolling}, t) {
			errs = append(errs, fmt.Errorf("unknown transport %q", t))
		}
	}
	for _, d := range o.required() {
		if d.is <= 0 {
			errs = append(errs, fmt.Errorf("%s must be positive", d.name))
		}
	}
	if o.ConnectedAfter < 0 || o.UpgradeInterval < 0 {
		errs = append(errs, errors.New("the times Settle and Upward must not be negative"))
	}
	return errors.Join(errs...)
}

type requirement struct {
	name string
	is   int64
}

func (o *Options) required() []requirement {
	return []requirement{
		{"MaxDelay", int64(o.MaxDelay)},
		{"Stable", int64(o.Stable)},
		{"AttemptTimeout", int64(o.AttemptTimeout)},
		{"NegotiateTimeout", int64(o.NegotiateTimeout)},
		{"DialTimeout", int64(o.DialTimeout)},
		{"HandshakeTimeout", int64(o.HandshakeTimeout)},
		{"ServerTimeout", int64(o.ServerTimeout)},
		{"KeepAlive", int64(o.KeepAlive)},
		{"ProbeAfter", int64(o.ProbeAfter)},
		{"ProbeTimeout", int64(o.ProbeTimeout)},
		{"WriteTimeout", int64(o.WriteTimeout)},
		{"PollTimeout", int64(o.PollTimeout)},
		{"CallTimeout", int64(o.CallTimeout)},
		{"StopTimeout", int64(o.StopTimeout)},
		{"AuthRetry", int64(o.AuthRetry)},
		{"BanRetry", int64(o.BanRetry)},
		{"FaultRetry", int64(o.FaultRetry)},
		{"UnsupportedRetry", int64(o.UnsupportedRetry)},
		{"MaxMessage", o.MaxMessage},
		{"QueueMessages", int64(o.QueueMessages)},
		{"QueueBytes", int64(o.QueueBytes)},
		{"Patience", int64(o.MaxBackpressure)},
	}
}

func checkURL(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return errors.New("the hub's address cannot be read") // the parser's error repeats the address, which may hold a key
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("the hub's address must begin with http:// or https://, not %q", u.Scheme)
	case u.Host == "":
		return errors.New("the hub's address names no host")
	case strings.HasSuffix(u.Path, "/negotiate"):
		return errors.New("the hub's address must not end in /negotiate")
	}
	return nil
}
