package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
)

// Errors of Get. What they say holds neither the key nor the answer's text.
var (
	// ErrNoKey: there is no key, so nothing was asked.
	ErrNoKey = errors.New("rest: no key")
	// ErrUnauthorized: the gateway does not accept the key. Nothing more is asked
	// before SetKey gives another one, or TryAgain: a few refusals ban our
	// address.
	ErrUnauthorized = errors.New("rest: the key is refused")
	// ErrTooBig: the answer is larger than Options.MaxBody.
	ErrTooBig = errors.New("rest: the answer is too big")
	// ErrUnreadable: the answer is not JSON of the expected shape.
	ErrUnreadable = errors.New("rest: the answer cannot be read")
)

// StatusError is an answer with a status other than 200.
type StatusError struct {
	Status int
	// Banned is true if the gateway says that it banned our address.
	Banned bool
	// Own is true if a key of ours was refused there lately: the ban is likely
	// our own doing.
	Own bool
	// RetryAfter is how long it asks us to wait; 0 where it does not say.
	RetryAfter time.Duration
}

// Error implements error.
func (e *StatusError) Error() string {
	if e.Banned {
		return "rest: the gateway banned our address"
	}
	return fmt.Sprintf("rest: HTTP status %d", e.Status)
}

// NotFound reports whether err says that the gateway has no such path.
func NotFound(err error) bool {
	s, ok := errors.AsType[*StatusError](err)
	return ok && s.Status == http.StatusNotFound
}

// ClientOptions says whom to ask, and with what.
type ClientOptions struct {
	// Base is the address of the API, such as https://gateway.example.com:5002.
	Base string
	// Key opens it; without one nothing is ever asked.
	Key secret.String
	// Bearer sends the key as "Authorization: Bearer" rather than as
	// "X-Master-Key", which is what the Admin API wants.
	Bearer bool
	// HTTP does the requests; nil means http.DefaultClient.
	HTTP *http.Client
	// Timeout bounds a call with its repeats; 0 means 5 s: with its Redis down
	// a gateway lets calls hang.
	Timeout time.Duration
	// MaxBody bounds an answer in bytes; 0 means 16 MiB.
	MaxBody int64
	// Tries is how often a call is made that fails by the network or by the
	// gateway; 0 means 3.
	Tries uint
	// RefusedLately reports whether a key of ours was refused by the server of an
	// address lately; nil: not known.
	RefusedLately func(address string) bool
	// NoJitter leaves chance out of the waits between tries.
	NoJitter bool
}

// Client asks one API of a gateway. Its methods may be called from any
// goroutine; it owns none.
type Client struct {
	opts ClientOptions
	base *url.URL

	mu      sync.Mutex
	key     secret.String // guarded by mu, as all below
	refused bool
	asked   uint64
	ahead   time.Duration // the gateway's clock before ours, as of the last answer
}

// NewClient checks the address. It asks nothing.
func NewClient(o ClientOptions) (*Client, error) {
	u, err := url.Parse(strings.TrimSpace(o.Base))
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fault.New(fault.Misconfigured, "The address of the gateway must look like https://gateway.example.com.", nil)
	}
	if o.HTTP == nil {
		o.HTTP = http.DefaultClient
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	if o.MaxBody == 0 {
		o.MaxBody = 16 << 20
	}
	if o.Tries == 0 {
		o.Tries = maxTries
	}
	return &Client{opts: o, base: u, key: o.Key}, nil
}

// Base is the address that c asks, without user and query.
func (c *Client) Base() string { return c.base.Scheme + "://" + c.base.Host + c.base.Path }

// SetKey gives another key, and reports whether it is another one: a refusal of
// the same one is not forgotten.
func (c *Client) SetKey(k secret.String) (changed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.key.Equal(k) {
		return false
	}
	c.key, c.refused = k, false
	return true
}

// TryAgain forgets that the key was refused: it is asked with once more.
func (c *Client) TryAgain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused = false
}

// Requests counts the requests made so far, repeats included.
func (c *Client) Requests() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}

// note notes what time an answer says it is.
func (c *Client) note(res *http.Response) {
	t, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = time.Until(t)
}

// GatewayTime is what time it is at the gateway when it is at here, as far as its
// last answer reported.
func (c *Client) GatewayTime(at time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ahead.Abs() < 2*time.Second { // the header's grain, and the way here
		return at
	}
	return at.Add(c.ahead)
}

// allow hands out the key for one more request.
func (c *Client) allow() (secret.String, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !c.key.Set():
		return secret.String{}, ErrNoKey
	case c.refused:
		return secret.String{}, ErrUnauthorized
	}
	c.asked++
	return c.key, nil
}

// refuse notes that a key was refused, if it is still the one in use.
func (c *Client) refuse(k secret.String) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.key.Equal(k) {
		c.refused = true
	}
}

// The bounds of a call: the wait before it is first tried again, and how often it is tried.
const (
	firstWait = 250 * time.Millisecond
	maxTries  = 3
)

// Get reads path, such as "/api/VirtualKeys?x=1". A call that failed because
// of the network or of the gateway (5xx) is repeated within the timeout; the
// errors are those of this package, else the network's.
func (c *Client) Get(ctx context.Context, path string) ([]byte, error) {
	return c.ask(ctx, http.MethodGet, path, nil)
}

// queries are the paths that change nothing although they are asked by POST.
var queries = []string{pathAudit, pathValidate}

// Query is Get of a path that takes what is asked for as a JSON body. Only
// paths that are known to change nothing are asked: any other is ErrUnreadable.
func (c *Client) Query(ctx context.Context, path string, body []byte) ([]byte, error) {
	if !slices.Contains(queries, path) {
		return nil, fmt.Errorf("%w: path", ErrUnreadable)
	}
	return c.ask(ctx, http.MethodPost, path, body)
}

// withoutRepeats marks a context in which calls are made once: whoever is gone is
// asked again later anyway.
type withoutRepeats struct{}

// ask makes a call with its repeats.
func (c *Client) ask(ctx context.Context, method, path string, send []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval = firstWait
	if c.opts.NoJitter {
		wait.RandomizationFactor = 0
	}
	tries := c.opts.Tries
	if ctx.Value(withoutRepeats{}) != nil {
		tries = 1
	}
	body, err := backoff.Retry(ctx, func() ([]byte, error) { return c.once(ctx, method, path, send) },
		backoff.WithBackOff(wait), backoff.WithMaxTries(tries), backoff.WithMaxElapsedTime(c.opts.Timeout))
	if err != nil {
		return nil, plain(err)
	}
	return body, nil
}

// Once is Get without repeats and with another time limit: for what may take
// long where it would not help to ask again.
func (c *Client) Once(ctx context.Context, path string, within time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	body, err := c.once(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, plain(err)
	}
	return body, nil
}

// once makes one request and says whether another try is worth it.
func (c *Client) once(ctx context.Context, method, path string, send []byte) ([]byte, error) {
	key, err := c.allow()
	if err != nil {
		return nil, backoff.Permanent(err)
	}
	ref, err := url.Parse(strings.TrimPrefix(path, "/"))
	if err != nil {
		return nil, backoff.Permanent(fmt.Errorf("%w: path", ErrUnreadable))
	}
	at := c.base.JoinPath(ref.Path)
	at.RawQuery = ref.RawQuery
	req, err := http.NewRequestWithContext(ctx, method, at.String(), bytes.NewReader(send))
	if err != nil {
		return nil, backoff.Permanent(err)
	}
	req.Header.Set("Accept", "application/json")
	if send != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.opts.Bearer {
		req.Header.Set("Authorization", "Bearer "+key.Reveal())
	} else {
		req.Header.Set("X-Master-Key", key.Reveal())
	}
	res, err := c.opts.HTTP.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	c.note(res)
	body, err := io.ReadAll(io.LimitReader(res.Body, c.opts.MaxBody+1))
	if res.StatusCode == http.StatusOK {
		switch {
		case err != nil:
			return nil, err
		case int64(len(body)) > c.opts.MaxBody:
			return nil, backoff.Permanent(ErrTooBig)
		}
		return body, nil
	}
	return nil, c.responseError(res, body, key)
}

// responseError makes an error of an answer that is none.
func (c *Client) responseError(res *http.Response, body []byte, key secret.String) error {
	s := &StatusError{Status: res.StatusCode, RetryAfter: retryAfter(res.Header.Get("Retry-After"))}
	switch {
	case s.Status == http.StatusUnauthorized:
		c.refuse(key)
		return backoff.Permanent(ErrUnauthorized)
	case s.Status == http.StatusForbidden:
		s.Banned = bytes.Contains(body, []byte("banned"))
		s.Own = c.opts.RefusedLately != nil && c.opts.RefusedLately(c.opts.Base)
		return backoff.Permanent(s)
	case s.Status < 500:
		return backoff.Permanent(s)
	case s.RetryAfter > 0:
		return errors.Join(s, &backoff.RetryAfterError{Duration: s.RetryAfter})
	}
	return s
}

// maxRetryAfter bounds what a gateway may ask us to wait.
const maxRetryAfter = 10 * time.Minute

// retryAfter reads the header: seconds or a date; 0 if it is neither.
func retryAfter(h string) time.Duration {
	d := time.Duration(0)
	if n, err := strconv.ParseUint(strings.TrimSpace(h), 10, 32); err == nil {
		d = time.Duration(n) * time.Second
	} else if t, err := http.ParseTime(h); err == nil {
		d = time.Until(t)
	}
	return min(max(d, 0), maxRetryAfter)
}

// plain takes what only matters to repeats off an error, and its address.
func plain(err error) error {
	if s, ok := errors.AsType[*StatusError](err); ok {
		return s
	}
	if p, ok := errors.AsType[*backoff.PermanentError](err); ok {
		err = p.Unwrap()
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return err
}
