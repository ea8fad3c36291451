package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/secret"
)

// Of the questions to the Core API.
const (
	pathNegotiate = "/hubs/notifications/negotiate?negotiateVersion=1"
	pathCoreWord  = "/health"

	// coreShown and coreHidden lie between two rounds while somebody looks, or
	// not. Each negotiation counts toward the gateway's limit per address.
	coreShown   = 30 * time.Second
	coreHidden  = 60 * time.Second
	coreWithin  = 5 * time.Second // with its Redis down a gateway lets calls hang
	coreRarely  = 5 * time.Minute // where an answer says that asking is of no use
	coreWakeGap = 5 * time.Second // between two rounds that were asked for
	maxWord     = 1 << 20
)

// CoreOptions says which Core API is asked how it is.
type CoreOptions struct {
	Base string
	// Key is the virtual key that the negotiation is asked with.
	Key  secret.String
	HTTP *http.Client
	// Tell takes what came of a question, from Run's goroutine; source is
	// event.SourceNegotiate or event.SourceCoreWord.
	Tell func(source string, a event.Asked)
	// Doubt is called, from Run's goroutine, when a negotiation is not answered
	// or is again: others may look at what hangs with it. nil is allowed.
	Doubt func()
	// Draw gives the chance in waits, a number in [0, 1), on Run's goroutine;
	// nil: math/rand.
	Draw func() float64
	Log  *slog.Logger
}

// Core asks a gateway's Core API now and then whether it works: a hub's
// negotiation, which goes through its keys and its Redis, and its own word.
// Its methods may be called from any goroutine and do not wait.
type Core struct {
	opts      CoreOptions
	negotiate *url.URL
	word      *url.URL
	wake      chan struct{}

	mu     sync.Mutex
	hidden bool // guarded by mu, as the next four
	paused bool
	again  bool // a round is wanted now
	retry  bool // also with a key that was refused
	key    secret.String

	// Only Run's goroutine touches what follows.
	last    event.Outcome // of the negotiation
	rarely  bool          // it need not be asked often
	refused bool
	ran     time.Time
}

// NewCore checks the address. It asks nothing.
func NewCore(o CoreOptions) (*Core, error) {
	u, err := url.Parse(strings.TrimSpace(o.Base))
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fault.New(fault.Misconfigured, "The address of the gateway must look like https://gateway.example.com.", nil)
	}
	if o.HTTP == nil {
		o.HTTP = http.DefaultClient
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Doubt == nil {
		o.Doubt = func() {}
	}
	path, query, _ := strings.Cut(pathNegotiate, "?")
	negotiate := u.JoinPath(path)
	negotiate.RawQuery = query
	return &Core{opts: o, key: o.Key, negotiate: negotiate, word: u.JoinPath(pathCoreWord), wake: make(chan struct{}, 1)}, nil
}

// Run asks until ctx ends. Without a key it asks nothing at all.
func (c *Core) Run(ctx context.Context) {
	if !c.opts.Key.Set() {
		return
	}
	due := time.Now().Add(spread(c.opts.Draw, startWithin, 0))
	for {
		t := time.NewTimer(time.Until(due))
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-c.wake:
			t.Stop()
		case <-t.C:
		}
		if due = c.obey(due); due.After(time.Now()) {
			continue
		}
		c.round(ctx)
		due = time.Now().Add(spread(c.opts.Draw, c.every(), 0.9))
	}
}

// idle is the wait while nothing may be asked; an order ends it.
const idle = time.Hour

// obey does what was ordered and says when the next round is due.
func (c *Core) obey(due time.Time) time.Time {
	every := c.every()
	c.mu.Lock()
	again, retry, paused := c.again, c.retry, c.paused
	c.again, c.retry = false, false
	c.mu.Unlock()
	if retry {
		c.refused = false
	}
	switch {
	case paused, c.refused:
		return time.Now().Add(idle)
	case again:
		return earliest(due, latest(time.Now(), c.ran.Add(coreWakeGap)))
	case !c.ran.IsZero(): // the interval may be shorter now
		return earliest(due, c.ran.Add(every))
	}
	return due
}

// every is the interval in force. While something is wrong it is the shorter
// one: an alert waits for it.
func (c *Core) every() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.rarely:
		return coreRarely
	case c.hidden && (c.last == event.OutcomeGood || c.last == ""):
		return coreHidden
	}
	return coreShown
}

// round asks both questions.
func (c *Core) round(ctx context.Context) {
	c.ran = time.Now()
	a, wait := c.askNegotiate(ctx)
	if ctx.Err() != nil {
		return
	}
	was := c.last
	c.last, c.rarely, c.refused = a.Outcome, wait, a.Outcome == event.OutcomeRefused
	a.EveryMS = c.every().Milliseconds()
	if c.refused {
		a.EveryMS = 0 // it stays so
	}
	c.opts.Tell(event.SourceNegotiate, a)
	w := c.askWord(ctx)
	if ctx.Err() != nil {
		return
	}
	w.EveryMS = a.EveryMS
	c.opts.Tell(event.SourceCoreWord, w)
	if (a.Outcome == event.OutcomeSilent) != (was == event.OutcomeSilent) {
		c.opts.Doubt()
	}
}

// ask makes one request and reads its answer.
func (c *Core) ask(ctx context.Context, method string, at *url.URL, key secret.String) (status int, body []byte, a event.Asked, err error) {
	ctx, cancel := context.WithTimeout(ctx, coreWithin)
	defer cancel()
	began := time.Now()
	a = event.Asked{LatencyMS: -1}
	req, err := http.NewRequestWithContext(ctx, method, at.String(), nil)
	if err == nil {
		if key.Set() {
			req.Header.Set("Authorization", "Bearer "+key.Reveal())
		}
		var res *http.Response
		if res, err = c.opts.HTTP.Do(req); err == nil {
			defer res.Body.Close()
			status = res.StatusCode
			body, err = io.ReadAll(io.LimitReader(res.Body, maxWord))
		}
	}
	a.At = time.Now()
	if err != nil {
		a.Outcome, a.Cause = OutcomeOf(plain(err), "Core API")
		return 0, nil, a, err
	}
	a.LatencyMS = float64(a.At.Sub(began).Microseconds()) / 1000
	return status, body, a, nil
}

// askNegotiate asks for a connection, which is then not made. rarely says that
// asking often would be of no use.
func (c *Core) askNegotiate(ctx context.Context) (a event.Asked, rarely bool) {
	c.mu.Lock()
	key := c.key
	c.mu.Unlock()
	status, body, a, err := c.ask(ctx, http.MethodPost, c.negotiate, key)
	if err != nil {
		return a, false
	}
	switch status {
	case http.StatusOK:
		var answer struct {
			ID  string `json:"connectionId"`
			URL string `json:"url"`
		}
		if json.Unmarshal(body, &answer) != nil || answer.ID == "" && answer.URL == "" {
			a.Outcome, a.Cause = event.OutcomeShape, "Core answers a new connection with something that cannot be read."
			return a, false
		}
		a.Outcome = event.OutcomeGood
	case http.StatusUnauthorized:
		a.Outcome, a.Cause = event.OutcomeRefused, "Core does not accept the virtual key, so it is not asked how it is."
	case http.StatusNotFound:
		a.Outcome, a.Cause = event.OutcomeMissing, "This gateway has no hub that Core could be asked by."
		return a, true
	case http.StatusForbidden, http.StatusTooManyRequests:
		a.Outcome, a.Cause = event.OutcomeBarred, fmt.Sprintf("Core does not let us ask now (HTTP status %d).", status)
		return a, true
	default:
		a.Outcome, a.Cause = event.OutcomeError, fmt.Sprintf("Core answers new connections with HTTP status %d.", status)
		if status == http.StatusServiceUnavailable && bytes.Contains(body, []byte("SERVICE_UNAVAILABLE")) { // its guard against a lost Redis
			a.Parts = []event.PartWord{{Part: event.PartRedis, Health: event.HealthUnhealthy, Text: "it refuses work without it"}}
		}
	}
	return a, false
}

// askWord asks Core how it is. That needs no key, and none is sent.
func (c *Core) askWord(ctx context.Context) event.Asked {
	status, body, a, err := c.ask(ctx, http.MethodGet, c.word, secret.String{})
	switch {
	case err != nil:
		return a
	case status == http.StatusNotFound:
		a.Outcome, a.Cause = event.OutcomeMissing, "This gateway's Core does not say how it is."
		return a
	case status == http.StatusForbidden, status == http.StatusUnauthorized, status == http.StatusTooManyRequests:
		a.Outcome, a.Cause = event.OutcomeBarred, fmt.Sprintf("Core does not say how it is (HTTP status %d).", status)
		return a
	}
	if a.Parts, err = readCoreWord(body); err != nil { // a word counts with any status
		a.Outcome, a.Cause = event.OutcomeShape, "What Core says of itself cannot be read."
		if status >= http.StatusInternalServerError {
			a.Outcome, a.Cause = event.OutcomeError, fmt.Sprintf("Core answers with HTTP status %d.", status)
		}
		return a
	}
	a.Outcome = event.OutcomeGood
	return a
}

// coreChecks maps the names of Core's checks to parts. What it says of
// providers is not about itself.
var coreChecks = map[string]event.Part{
	"masstransit-bus": event.PartEventBus, "rabbitmq": event.PartEventBus, "redis": event.PartRedis, "database": event.PartDatabase,
}

// readCoreWord reads what Core says of itself: a word, which an August gateway
// turns by its event bus alone, or a list of checks, whose overall word also
// counts providers and is not used.
func readCoreWord(body []byte) ([]event.PartWord, error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || body[0] != '{' {
		h, ok := healthWord(string(body))
		if !ok {
			return nil, ErrShape
		}
		return []event.PartWord{{Part: event.PartEventBus, Health: h, Text: string(body)}}, nil
	}
	var w struct {
		Checks *[]json.RawMessage `json:"checks"`
	}
	if json.Unmarshal(body, &w) != nil || w.Checks == nil {
		return nil, ErrShape
	}
	found := map[event.Part]event.PartWord{}
	for _, raw := range *w.Checks {
		var c struct {
			Name   text `json:"name"`
			Status text `json:"status"`
			Text   text `json:"description"`
		}
		if json.Unmarshal(raw, &c) != nil { // one odd check does not lose the others
			continue
		}
		p, ours := coreChecks[strings.ToLower(string(c.Name))]
		h, ok := healthWord(string(c.Status))
		if old, said := found[p]; ours && ok && (!said || old.Health == event.HealthHealthy) {
			found[p] = event.PartWord{Part: p, Health: h, Text: string(c.Text)}
		}
	}
	var words []event.PartWord
	for _, p := range []event.Part{event.PartEventBus, event.PartRedis, event.PartDatabase} {
		if x, said := found[p]; said {
			words = append(words, x)
		}
	}
	return words, nil
}

func healthWord(s string) (event.Health, bool) {
	switch strings.ToLower(s) {
	case "healthy":
		return event.HealthHealthy, true
	case "degraded":
		return event.HealthDegraded, true
	case "unhealthy":
		return event.HealthUnhealthy, true
	}
	return event.HealthUnknown, false
}

// OutcomeOf sorts the error of a read; who names what was asked.
func OutcomeOf(err error, who string) (event.Outcome, string) {
	s, isStatus := errors.AsType[*StatusError](err)
	netErr, isNet := errors.AsType[net.Error](err)
	switch {
	case err == nil:
		return event.OutcomeGood, ""
	case errors.Is(err, ErrRefused), errors.Is(err, ErrNoKey):
		return event.OutcomeRefused, "The gateway does not accept the key for its " + who + "."
	case isStatus && s.Banned:
		return event.OutcomeBarred, "The gateway banned our address for up to 30 minutes, after too many wrong keys."
	case isStatus && s.Status == http.StatusNotFound:
		return event.OutcomeMissing, "This gateway has no such list."
	case isStatus && (s.Status == http.StatusForbidden || s.Status == http.StatusTooManyRequests):
		return event.OutcomeBarred, fmt.Sprintf("The gateway's %s does not let us read this now (HTTP status %d).", who, s.Status)
	case isStatus && s.Status >= http.StatusInternalServerError:
		return event.OutcomeError, fmt.Sprintf("The gateway's %s answers with HTTP status %d.", who, s.Status)
	case isStatus, errors.Is(err, ErrShape), errors.Is(err, ErrTooBig):
		return event.OutcomeShape, "The gateway's " + who + " answers what cannot be read."
	case errors.Is(err, context.DeadlineExceeded), isNet && netErr.Timeout():
		return event.OutcomeSilent, "The gateway's " + who + " does not answer in time."
	}
	return event.OutcomeError, "The gateway's " + who + " cannot be reached."
}

// order changes what is wanted and wakes Run.
func (c *Core) order(set func()) {
	c.mu.Lock()
	set()
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// SetShown says whether somebody looks; it is then asked more often.
func (c *Core) SetShown(shown bool) { c.order(func() { c.hidden = !shown }) }

// Look asks at once: something else hints at trouble. A refused key is left
// alone.
func (c *Core) Look() { c.order(func() { c.again = true }) }

// Up says that the gateway let a connection in: a key that was refused before
// is asked with once more.
func (c *Core) Up() { c.order(func() { c.again, c.retry = true, true }) }

// SetKey gives another virtual key, and asks with it at once.
func (c *Core) SetKey(k secret.String) { c.order(func() { c.key, c.again, c.retry = k, true, true }) }

// Pause ends asking until Resume.
func (c *Core) Pause() { c.order(func() { c.paused = true }) }

// Resume ends a pause and asks at once.
func (c *Core) Resume() { c.order(func() { c.paused, c.again = false, true }) }
