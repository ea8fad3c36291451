package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/foundation/secret"
)

const (
	maxHops       = 10        // of redirects in negotiation
	maxAnswer     = 1 << 20   // bytes of an answer to negotiate
	maxBodySample = 1 << 10   // bytes of an error's body
	maxRetryAfter = time.Hour // a server that asks for more is asked again then
)

// grant is what negotiation allowed: one connection.
type grant struct {
	url          *url.URL // of the hub, without id
	id           string   // for the query, a secret; empty if negotiation was skipped
	connectionID string   // public name
	offered      []Transport
	cred         credential
	host         string // of the hub's own address, before redirects
	direct       bool   // nothing was negotiated
}

// credential is how requests identify us.
type credential struct {
	header string // name; empty for "Authorization: Bearer"
	token  secret.String
	query  bool // into the query as well
	abroad bool // for another origin than the hub's: none of our own headers
}

// abroadIf returns what may be sent to another server: not our key.
func (c credential) abroadIf(other bool) credential {
	if !other {
		return c
	}
	return credential{abroad: true}
}

// apply adds the credential to a request's header.
func (c credential) apply(h http.Header) {
	switch {
	case !c.token.Set():
	case c.header == "":
		h.Set("Authorization", "Bearer "+c.token.Reveal())
	default:
		h.Set(c.header, c.token.Reveal())
	}
}

// address is the URL of the granted connection.
func (g *grant) address() string {
	u := *g.url
	q := u.Query()
	if g.id != "" {
		q.Set("id", g.id)
	}
	if g.cred.query && g.cred.token.Set() {
		q.Set("access_token", g.cred.token.Reveal())
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// negotiateAnswer is the body of an answer to negotiate.
type negotiateAnswer struct {
	Version         int    `json:"negotiateVersion"`
	ConnectionID    string `json:"connectionId"`
	ConnectionToken string `json:"connectionToken"`
	Transports      []struct {
		Transport string   `json:"transport"`
		Formats   []string `json:"transferFormats"`
	} `json:"availableTransports"`
	Error       string `json:"error"`
	URL         string `json:"url"`
	AccessToken string `json:"accessToken"`
}

// negotiate asks the server for a connection, following its redirects.
func (h *Hub) negotiate(ctx context.Context, client *http.Client, cred credential) (*grant, error) {
	at, err := url.Parse(h.opts.URL)
	if err != nil {
		return nil, errors.New("the hub's address cannot be read")
	}
	host := at.Host
	for range maxHops {
		ans, base, err := h.postNegotiate(ctx, client, at, cred)
		if err != nil {
			return nil, err
		}
		switch {
		case ans.Error != "":
			return nil, &NegotiateError{Text: h.redact.text(ans.Error)}
		case ans.URL == "":
			return granted(ans, base, cred.abroadIf(!sameOrigin(at, base)), host)
		}
		next, err := base.Parse(ans.URL)
		if err != nil || next.Host == "" || next.Scheme != "http" && next.Scheme != "https" {
			return nil, &NegotiateError{Text: "redirected to an address that cannot be read"}
		}
		other := cred.abroad || !sameOrigin(at, next)
		if ans.AccessToken != "" {
			cred = credential{token: secret.New(ans.AccessToken), query: cred.query, abroad: other}
			h.redact.learn(cred.token)
		} else {
			cred = cred.abroadIf(other)
		}
		at = next
	}
	return nil, &NegotiateError{Text: fmt.Sprintf("redirected more than %d times", maxHops)}
}

// postNegotiate sends one negotiate request. base is the hub's address as it turned out.
func (h *Hub) postNegotiate(ctx context.Context, client *http.Client, at *url.URL, cred credential) (*negotiateAnswer, *url.URL, error) {
	ctx, cancel := within(ctx, h.opts.NegotiateTimeout)
	defer cancel()
	u := *at
	u.Path = strings.TrimSuffix(u.Path, "/") + "/negotiate"
	u.RawPath = ""
	q := u.Query()
	q.Set("negotiateVersion", "1")
	if cred.query && cred.token.Set() {
		q.Set("access_token", cred.token.Reveal())
	}
	u.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), http.NoBody)
	if err != nil {
		return nil, nil, fmt.Errorf("negotiate: %w", err)
	}
	h.dress(req.Header, cred)
	res, err := client.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("negotiate: %w", err)
	}
	defer closeBody(res)
	if res.StatusCode != http.StatusOK {
		return nil, nil, statusError(opNegotiate, res)
	}
	var ans negotiateAnswer
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(&ans); err != nil {
		if ctx.Err() != nil {
			return nil, nil, fmt.Errorf("negotiate: %w", ctx.Err())
		}
		return nil, nil, &NegotiateError{Text: "the answer is not SignalR's"}
	}
	return &ans, baseOf(at, res.Request.URL), nil
}

// baseOf is the hub's address given the one that finally answered to
// negotiate: an HTTP redirect moves the hub, not only its negotiation.
func baseOf(asked, answered *url.URL) *url.URL {
	path, ok := strings.CutSuffix(answered.Path, "/negotiate")
	if !ok || answered.Host == asked.Host && path == strings.TrimSuffix(asked.Path, "/") {
		return asked
	}
	u := *asked
	u.Scheme, u.Host, u.Path, u.RawPath = answered.Scheme, answered.Host, path, ""
	return &u
}

func granted(ans *negotiateAnswer, base *url.URL, cred credential, host string) (*grant, error) {
	g := &grant{url: base, id: ans.ConnectionID, connectionID: ans.ConnectionID, cred: cred, host: host}
	if ans.Version >= 1 {
		g.id = ans.ConnectionToken
	}
	if g.id == "" {
		return nil, &NegotiateError{Text: "the answer has no connection in it"}
	}
	for _, t := range ans.Transports {
		if slices.Contains(t.Formats, "Text") {
			g.offered = append(g.offered, Transport(t.Transport))
		}
	}
	return g, nil
}

// dress adds our own headers and the credential to those of a request.
func (h *Hub) dress(to http.Header, cred credential) {
	if cred.abroad {
		cred.apply(to)
		return
	}
	for name, values := range h.opts.Header {
		to[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	cred.apply(to)
}

// statusError reads what is worth keeping of an unwanted answer.
func statusError(op string, res *http.Response) *StatusError {
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxBodySample)) // a sample: whatever came is enough
	return &StatusError{
		Op: op, Status: res.StatusCode, Body: string(body),
		RetryAfter: retryAfter(res.Header.Get("Retry-After"), time.Now()),
	}
}

// retryAfter reads a Retry-After header: seconds, or a date.
func retryAfter(v string, now time.Time) time.Duration {
	var d time.Duration
	if n, err := strconv.ParseInt(v, 10, 64); err == nil {
		d = time.Duration(min(n, int64(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(v); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), maxRetryAfter)
}

// closeBody reads a little of what is left, so that the connection can be used again.
func closeBody(res *http.Response) {
	_, _ = io.CopyN(io.Discard, res.Body, 4<<10)
	_ = res.Body.Close()
}
