package hub

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// How long a refusal of our key stands.
const (
	authRetry = 5 * time.Minute // then the key is tried once more
	// byHandGap is the least time from a refusal to a try that a person asks for:
	// what is saved is connected at once, and then once more.
	byHandGap = 2 * time.Second
	banLasts  = 30 * time.Minute // a gateway keeps an address out so long after wrong keys
	maxPaths  = 256              // remembered of each key and server
	// goodFor is how long a key that was let in is taken to be good. All connections go
	// at once when a gateway begins to refuse their key, and negotiate at once: the first
	// is the scout again. Others wait scoutPatience for it: what hangs is no refusal.
	goodFor       = 2 * time.Second
	scoutPatience = 3 * time.Second
)

// Refusals remembers where keys of ours were refused, beyond the life of an
// Environment: a ban that follows is our own doing. Its methods may be called
// from any goroutine.
type Refusals struct {
	mu sync.Mutex
	at map[string]time.Time // by origin; guarded by mu
}

// NewRefusals makes an empty one.
func NewRefusals() *Refusals { return &Refusals{at: map[string]time.Time{}} }

func (r *Refusals) note(origin string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at[origin] = time.Now()
}

// lately reports whether a key of ours was refused there within a ban's time.
func (r *Refusals) lately(origin string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, is := r.at[origin]
	return is && time.Since(at) < banLasts
}

// admission sees to it that a key which a server refuses is tried there once: the
// first request with it is the scout, others wait for what it is answered. A
// server bans an address for a few wrong keys, and every hub and list of a
// gateway begins at the same moment.
type admission struct {
	past *Refusals

	mu     sync.Mutex
	trials map[trial]*verdict // guarded by mu, and what it points to
}

// trial is a key at a server.
type trial struct {
	origin string
	key    [sha256.Size]byte
}

// verdict is what a server says of a key.
type verdict struct {
	scout   chan struct{}   // closed when the request that is under way was answered; nil if none is
	let     map[string]bool // paths that were let in since the last refusal
	good    time.Time       // when any of them was last
	refused time.Time       // zero: not
	says    []byte          // the beginning of that answer
}

func newAdmission(past *Refusals) *admission {
	return &admission{past: past, trials: map[trial]*verdict{}}
}

// trialOf says which key a request brings along; ok is false if none.
func trialOf(req *http.Request) (t trial, ok bool) {
	key := req.Header.Get("X-Master-Key")
	if key == "" {
		key = req.Header.Get("Authorization")
	}
	return trial{originOf(req.URL), sha256.Sum256([]byte(key))}, key != ""
}

func originOf(u *url.URL) string { return strings.ToLower(u.Hostname()) + ":" + portOf(u) }

// roundTrip makes a request, or waits for another one with the same key, or
// answers with the refusal that the key was given there.
func (a *admission) roundTrip(req *http.Request, do func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	t, ok := trialOf(req)
	if !ok || a == nil {
		return do(req)
	}
	scout, refusal, err := a.enter(req, t)
	if refusal != nil || err != nil {
		return refusal, err
	}
	res, err := do(req)
	a.judge(t, req.URL.Path, res, scout)
	return res, err
}

// enter waits for a scout that is under way. It returns the channel to close if
// this request is the scout, or a refusal that stands.
func (a *admission) enter(req *http.Request, t trial) (scout chan struct{}, refusal *http.Response, err error) {
	var patience <-chan time.Time
	for {
		a.mu.Lock()
		v := a.trials[t]
		if v == nil {
			v = &verdict{let: map[string]bool{}}
			a.trials[t] = v
		}
		switch {
		case !v.refused.IsZero() && time.Since(v.refused) < authRetry:
			res := refusalOf(req, v.says)
			a.mu.Unlock()
			return nil, res, nil
		case v.trusts(req):
			a.mu.Unlock()
			return nil, nil, nil
		case v.scout == nil:
			v.scout = make(chan struct{})
			scout = v.scout
			a.mu.Unlock()
			return scout, nil, nil
		}
		under := v.scout
		if patience == nil && len(v.let) > 0 {
			patience = time.After(scoutPatience)
		}
		a.mu.Unlock()
		select {
		case <-under:
		case <-patience:
			return nil, nil, nil
		case <-req.Context().Done():
			return nil, nil, req.Context().Err()
		}
	}
}

// trusts reports whether a request need not wait for a scout: its key was let in; to
// negotiate, a moment ago.
func (v *verdict) trusts(req *http.Request) bool {
	return len(v.let) > 0 && (!strings.HasSuffix(req.URL.Path, "/negotiate") || time.Since(v.good) < goodFor)
}

// refusalOf is the answer to a request that is not made.
func refusalOf(req *http.Request, says []byte) *http.Response {
	return &http.Response{
		Status: "401 Unauthorized", StatusCode: http.StatusUnauthorized,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader(says)), ContentLength: int64(len(says)), Request: req,
	}
}

// judge notes what a request was answered; res is nil if it was not. A key that is
// let in elsewhere is refused by this path alone, unless that let it in before.
func (a *admission) judge(t trial, path string, res *http.Response, scout chan struct{}) {
	var says []byte
	refused := res != nil && res.StatusCode == http.StatusUnauthorized
	if refused {
		says = sample(res)
		a.past.note(t.origin)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	v := a.trials[t]
	if scout != nil {
		close(scout)
		v.scout = nil
	}
	switch {
	case refused && (len(v.let) == 0 || v.let[path]):
		v.refused, v.says = time.Now(), says
		clear(v.let)
	case res == nil || res.StatusCode >= 300: // that says nothing of the key
	case len(v.let) < maxPaths:
		v.let[path], v.refused, v.good = true, time.Time{}, time.Now()
	}
}

// sample reads the beginning of an answer, which can then be read again.
func sample(res *http.Response) []byte {
	says, _ := io.ReadAll(io.LimitReader(res.Body, maxBodySample)) // whatever came is enough
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(says), res.Body), res.Body}
	return says
}

// TryRefused lets keys that were refused be tried once more; byHand leaves those
// alone that were refused a moment ago.
func (e *Environment) TryRefused(byHand bool) {
	a := e.admission
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, v := range a.trials {
		if !byHand || time.Since(v.refused) >= byHandGap {
			v.refused = time.Time{}
		}
	}
}

// RefusedLately reports whether a key of ours was refused at the server of an
// address, so that a ban is likely our own doing.
func (e *Environment) RefusedLately(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	return err == nil && e.admission != nil && e.admission.past.lately(originOf(u))
}
