package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"gatewatch/internal/core/event"
	texts "gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
)

// The paths, intervals and bounds of the questions to the Core API.
const (
	pathNegotiate  = "/hubs/notifications/negotiate?negotiateVersion=1"
	pathCoreHealth = "/health"

	// coreVisibleInterval and coreHiddenInterval lie between two rounds while the window is visible, or
	// not. Each negotiation counts toward the gateway's limit per address.
	coreVisibleInterval = 30 * time.Second
	coreHiddenInterval  = 60 * time.Second
	coreWithin          = 5 * time.Second  // with its Redis down a gateway lets calls hang
	healthWithin        = 10 * time.Second // … and says after 5.8 s that it is not well
	coreRarely          = 5 * time.Minute  // where an answer says that asking is of no use
	coreWakeGap         = 5 * time.Second  // between two rounds that were asked for
	maxHealthBody       = 1 << 20
)

// CoreProberOptions says which Core API is asked how it is.
type CoreProberOptions struct {
	Base string
	// Key is the virtual key that the negotiation is asked with.
	Key  secret.String
	HTTP *http.Client
	// OnPoll takes what came of a question, from Run's goroutine; source is
	// event.SourceNegotiate or event.SourceCoreHealth.
	OnPoll func(source string, a event.Polled)
	// Recheck is called, from Run's goroutine, when a negotiation is not answered
	// or is again: others may check what depends on it. nil is allowed.
	Recheck func()
	// Jitter gives the chance in waits, a number in [0, 1), on Run's goroutine;
	// nil: math/rand.
	Jitter func() float64
	Log    *slog.Logger
}

// CoreProber asks a gateway's Core API now and then whether it works: a hub's
// negotiation, which goes through its keys and its Redis, and its health report.
// Its methods may be called from any goroutine and do not wait.
type CoreProber struct {
	opts      CoreProberOptions
	negotiate *url.URL
	healthURL *url.URL
	wake      chan struct{}

	mu     sync.Mutex
	hidden bool // guarded by mu, as the next four
	paused bool
	again  bool // a round is wanted now
	retry  bool // also with a key that was refused
	key    secret.String

	// Only Run's goroutine touches what follows.
	last    event.PollOutcome // of the negotiation
	rarely  bool              // it need not be asked often
	refused bool
	silent  int // rounds in a row in which nothing was answered at all
	ran     time.Time
}

// manySilent is after how many silent rounds everything was told that waits for
// the shorter interval.
const manySilent = 8

// NewCoreProber checks the address. It asks nothing.
func NewCoreProber(o CoreProberOptions) (*CoreProber, error) {
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
	if o.Recheck == nil {
		o.Recheck = func() {}
	}
	path, query, _ := strings.Cut(pathNegotiate, "?")
	negotiate := u.JoinPath(path)
	negotiate.RawQuery = query
	return &CoreProber{opts: o, key: o.Key, negotiate: negotiate, healthURL: u.JoinPath(pathCoreHealth), wake: make(chan struct{}, 1)}, nil
}

// Run asks until ctx ends. Without a key it asks nothing at all.
func (c *CoreProber) Run(ctx context.Context) {
	if !c.opts.Key.Set() {
		return
	}
	due := time.Now().Add(jittered(c.opts.Jitter, startWithin, 0))
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
		if due = c.applyRequests(due); due.After(time.Now()) {
			continue
		}
		c.round(ctx)
		every := c.every()
		due = time.Now().Add(jittered(c.opts.Jitter, evenly(every, every == coreHiddenInterval), 0.9))
	}
}

// idle is the wait while nothing may be asked; a request ends it.
const idle = time.Hour

// applyRequests does what was requested and says when the next round is due.
func (c *CoreProber) applyRequests(due time.Time) time.Time {
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
func (c *CoreProber) every() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.rarely:
		return coreRarely
	case c.hidden && (c.last == event.PollOK || c.last == "" || c.silent > manySilent):
		return coreHiddenInterval
	}
	return coreVisibleInterval
}

// round asks both questions.
func (c *CoreProber) round(ctx context.Context) {
	c.ran = time.Now()
	a, wait := c.probeNegotiate(ctx)
	if ctx.Err() != nil {
		return
	}
	was := c.last
	c.last, c.rarely, c.refused = a.Outcome, wait, a.Outcome == event.PollUnauthorized
	a.EveryMS = c.every().Milliseconds()
	if c.refused {
		a.EveryMS = 0 // it stays so
	}
	c.opts.OnPoll(event.SourceNegotiate, a)
	w := c.probeHealth(ctx, secret.String{}) // that needs no key, and none is sent
	if ctx.Err() != nil {
		return
	}
	c.silent++
	if a.Outcome != event.PollTimedOut || w.Outcome != event.PollTimedOut {
		c.silent = 0
	}
	w.EveryMS = a.EveryMS
	c.opts.OnPoll(event.SourceCoreHealth, w)
	if (a.Outcome == event.PollTimedOut) != (was == event.PollTimedOut) {
		c.opts.Recheck()
	}
}

// ask makes one request and reads its answer.
func (c *CoreProber) ask(ctx context.Context, method string, at *url.URL, key secret.String, within time.Duration) (status int, body []byte, a event.Polled, err error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	began := time.Now()
	a = event.Polled{LatencyMS: -1}
	req, err := http.NewRequestWithContext(ctx, method, at.String(), nil)
	if err == nil {
		if key.Set() {
			req.Header.Set("Authorization", "Bearer "+key.Reveal())
		}
		var res *http.Response
		if res, err = c.opts.HTTP.Do(req); err == nil {
			defer res.Body.Close()
			status = res.StatusCode
			body, err = io.ReadAll(io.LimitReader(res.Body, maxHealthBody))
		}
	}
	a.At = time.Now()
	if err != nil {
		a.Outcome, a.Cause = PollOutcomeOf(plain(err), "Core API")
		return 0, nil, a, err
	}
	a.LatencyMS = float64(a.At.Sub(began).Microseconds()) / 1000
	return status, body, a, nil
}

// probeNegotiate asks for a connection, which is then not made. rarely says that
// asking often would be of no use.
func (c *CoreProber) probeNegotiate(ctx context.Context) (a event.Polled, rarely bool) {
	c.mu.Lock()
	key := c.key
	c.mu.Unlock()
	status, body, a, err := c.ask(ctx, http.MethodPost, c.negotiate, key, coreWithin)
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
			a.Outcome, a.Cause = event.PollUnreadable, texts.CauseCoreConnectionUnreadable
			return a, false
		}
		a.Outcome = event.PollOK
	case http.StatusUnauthorized:
		a.Outcome, a.Cause = event.PollUnauthorized, texts.CauseCoreKeyRefused
	case http.StatusNotFound:
		a.Outcome, a.Cause = event.PollUnsupported, texts.CauseCoreNoHub
		return a, true
	case http.StatusForbidden, http.StatusTooManyRequests:
		a.Outcome, a.Cause = event.PollForbidden, texts.CauseCoreForbids(status)
		return a, true
	default:
		a.Outcome, a.Cause = event.PollFailed, texts.CauseCoreConnectionFails(status)
		if status == http.StatusServiceUnavailable && bytes.Contains(body, []byte("SERVICE_UNAVAILABLE")) { // its guard against a lost Redis
			a.SelfReports = []event.SelfReport{{Component: event.ComponentRedis, Health: event.HealthUnhealthy, Text: "it refuses work without it"}}
		}
	}
	return a, false
}

// CoreSelfReport asks a Core API once how it is, with a key or without. It
// waits as long as one without its Redis takes to say so. An error is that the
// address cannot be used.
func CoreSelfReport(ctx context.Context, base string, key secret.String, client *http.Client) (event.Polled, error) {
	c, err := NewCoreProber(CoreProberOptions{Base: base, HTTP: client})
	if err != nil {
		return event.Polled{}, err
	}
	return c.probeHealth(ctx, key), nil
}

// probeHealth asks Core how it is.
func (c *CoreProber) probeHealth(ctx context.Context, key secret.String) event.Polled {
	status, body, a, err := c.ask(ctx, http.MethodGet, c.healthURL, key, healthWithin)
	switch {
	case err != nil:
		return a
	case status == http.StatusNotFound:
		a.Outcome, a.Cause = event.PollUnsupported, texts.CauseCoreSaysNothing
		return a
	case status == http.StatusForbidden, status == http.StatusUnauthorized, status == http.StatusTooManyRequests:
		a.Outcome, a.Cause = event.PollForbidden, texts.CauseCoreForbidsReport(status)
		return a
	}
	if a.SelfReports, err = parseCoreHealth(body); err != nil { // a report counts with any status
		a.Outcome, a.Cause = event.PollUnreadable, texts.CauseCoreUnreadable
		if status >= http.StatusInternalServerError {
			a.Outcome, a.Cause = event.PollFailed, texts.CauseCoreFails(status)
		}
		return a
	}
	a.Outcome = event.PollOK
	return a
}

// checkComponents maps the names of Core's checks to components. What it says of
// providers is not about itself.
var checkComponents = map[string]event.Component{
	"masstransit-bus": event.ComponentEventBus, "rabbitmq": event.ComponentEventBus, "redis": event.ComponentRedis, "database": event.ComponentDatabase,
}

// parseCoreHealth reads what Core says of itself: a word, which an August gateway
// turns to Degraded by its event bus alone, and to Unhealthy by a bus that was
// never reached or by its Redis; or a list of checks, whose overall word also
// counts providers and is not used.
func parseCoreHealth(body []byte) ([]event.SelfReport, error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || body[0] != '{' {
		h, ok := parseHealth(string(body))
		if !ok {
			return nil, ErrUnreadable
		}
		return []event.SelfReport{{Component: event.ComponentEventBus, Health: h, Text: string(body)}}, nil
	}
	var w struct {
		Checks *[]json.RawMessage `json:"checks"`
	}
	if json.Unmarshal(body, &w) != nil || w.Checks == nil {
		return nil, ErrUnreadable
	}
	found := map[event.Component]event.SelfReport{}
	for _, raw := range *w.Checks {
		var c struct {
			Name   text `json:"name"`
			Status text `json:"status"`
			Text   text `json:"description"`
		}
		if json.Unmarshal(raw, &c) != nil { // one odd check does not lose the others
			continue
		}
		p, ours := checkComponents[strings.ToLower(string(c.Name))]
		h, ok := parseHealth(string(c.Status))
		if old, said := found[p]; ours && ok && (!said || old.Health == event.HealthHealthy) {
			found[p] = event.SelfReport{Component: p, Health: h, Text: string(c.Text)}
		}
	}
	var words []event.SelfReport
	for _, p := range []event.Component{event.ComponentEventBus, event.ComponentRedis, event.ComponentDatabase} {
		if x, said := found[p]; said {
			words = append(words, x)
		}
	}
	return words, nil
}

func parseHealth(s string) (event.Health, bool) {
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

// PollOutcomeOf classifies the error of a read; who names what was asked.
func PollOutcomeOf(err error, who string) (event.PollOutcome, string) {
	s, isStatus := errors.AsType[*StatusError](err)
	netErr, isNet := errors.AsType[net.Error](err)
	switch {
	case err == nil:
		return event.PollOK, ""
	case errors.Is(err, ErrUnauthorized), errors.Is(err, ErrNoKey):
		return event.PollUnauthorized, texts.CausePollKeyRefused(who)
	case isStatus && s.Banned:
		return event.PollForbidden, texts.CauseBannedFor(s.Own)
	case isStatus && s.Status == http.StatusNotFound:
		return event.PollUnsupported, texts.CauseNoSuchList
	case isStatus && (s.Status == http.StatusForbidden || s.Status == http.StatusTooManyRequests):
		return event.PollForbidden, texts.CausePollForbidden(who, s.Status)
	case isStatus && s.Status >= http.StatusInternalServerError:
		return event.PollFailed, texts.CausePollFails(who, s.Status)
	case isStatus, errors.Is(err, ErrUnreadable), errors.Is(err, ErrTooBig):
		return event.PollUnreadable, texts.CausePollUnreadable(who)
	case errors.Is(err, context.DeadlineExceeded), isNet && netErr.Timeout():
		return event.PollTimedOut, texts.CausePollTimeout(who)
	}
	return event.PollTimedOut, texts.CausePollUnreachable(who) // only who answers can accuse a part
}

// update changes what is wanted and wakes Run.
func (c *CoreProber) update(set func()) {
	c.mu.Lock()
	set()
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// SetVisible says whether the window is visible; it is then asked more often.
func (c *CoreProber) SetVisible(shown bool) { c.update(func() { c.hidden = !shown }) }

// Recheck asks at once: something else hints at a failure. A refused key is left
// alone.
func (c *CoreProber) Recheck() { c.update(func() { c.again = true }) }

// HubConnected says that the gateway let a connection in: a key that was refused before
// is asked with once more.
func (c *CoreProber) HubConnected() { c.update(func() { c.again, c.retry = true, true }) }

// SetKey gives another virtual key, and asks with it at once.
func (c *CoreProber) SetKey(k secret.String) {
	c.update(func() { c.key, c.again, c.retry = k, true, true })
}

// Pause ends asking until Resume.
func (c *CoreProber) Pause() { c.update(func() { c.paused = true }) }

// Resume ends a pause and asks at once, also with a key that was refused.
func (c *CoreProber) Resume() { c.update(func() { c.paused, c.again, c.retry = false, true, true }) }
