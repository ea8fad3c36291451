package demo

import (
	"fmt"
	"net/http"
	"time"
)

// call is one request of a customer.
type call struct {
	key     *virtualKey
	route   *route // nil: the model is unknown
	stream  bool
	status  int // that upstream answers with; 0: as the provider does now
	in, out int // tokens
	cost    usd // 0: by the price of the route
	took    float64
}

// call plays a request through Core, with all that is left of it afterwards. A
// call that hangs, Redis being down, leaves nothing.
func (c *conduit) call(x call) {
	switch {
	case c.redis.down(), c.keyBySecret(x.key.secret) == nil:
		return
	case x.key.group.balance <= 0:
		c.audited(x, auditRow{kind: "MissingUsageData", provider: "unknown", status: http.StatusPaymentRequired})
		return
	case x.route == nil || x.route.disabled:
		c.audited(x, auditRow{kind: "MissingUsageData", provider: "unknown", status: http.StatusInternalServerError})
		return
	}
	u := x.route.provider
	status := x.status
	if status == 0 {
		status = u.answers
	}
	switch {
	case u.disabled:
		c.audited(x, auditRow{kind: "MissingUsageData", status: http.StatusInternalServerError})
	case status != http.StatusOK:
		c.fail(u, status)
		c.audited(x, auditRow{kind: "MissingUsageData", status: http.StatusInternalServerError})
	case x.stream:
		c.audited(x, auditRow{kind: "StreamingUsageMissing", status: http.StatusOK, why: unmetered})
	default:
		c.charge(x)
	}
}

// unmetered is what the audit says of a streaming call, which nobody pays for.
const unmetered = "No StreamingUsage in HttpContext.Items - estimation service may not be configured"

const chatPath = "/v1/chat/completions"

// charge writes a served call into the log at once. The balance follows at the
// next flush.
func (c *conduit) charge(x call) {
	cost := x.cost
	if cost == 0 {
		cost = price(x.in, x.route.in) + price(x.out, x.route.out)
	}
	cost -= cost % 1000 // six decimals
	x.key.pending += cost
	if !c.database.down() {
		c.log = newest(append(c.log, logRow{
			id: c.nextID("log"), key: x.key.id, user: x.key.name, model: x.route.alias, kind: "chat",
			in: x.in, out: x.out, cost: cost, took: x.took, path: chatPath, timestamp: c.now(),
		}), maxRows)
	}
	c.audited(x, auditRow{kind: "UsageTracked", model: x.route.alias, cost: cost, charged: true, status: http.StatusOK})
}

// price is what so many tokens cost, rounded down to the nano-dollar.
func price(tokens int, million usd) usd { return usd(int64(tokens) * (int64(million) / 1_000_000)) }

// audited puts a call into the billing audit, where it can be read some
// seconds later.
func (c *conduit) audited(x call, a auditRow) {
	c.calls++
	a.id, a.key, a.timestamp, a.path = c.guid(), x.key.id, c.now(), chatPath
	a.request = fmt.Sprintf("0HNQ8TLGAQHBK:%08X", c.calls)
	if a.provider == "" {
		a.provider = x.route.provider.typeName()
	}
	c.s.after(c.jitter(8*time.Second, 9*time.Second), func(*stage) error {
		if !c.database.down() {
			c.audit = newest(append(c.audit, a), maxRows)
		}
		return nil
	})
}

// flush takes from the balances what was charged since the last time: a row for
// each group, which names its key if it is one.
func (c *conduit) flush() {
	if c.redis.down() || c.database.down() {
		return
	}
	for _, g := range c.groups {
		sum, keys, last := usd(0), 0, 0
		for _, k := range c.served {
			if k.group == g && k.pending > 0 {
				sum, keys, last = sum+k.pending, keys+1, k.id
				k.pending = 0
			}
		}
		switch keys {
		case 0:
		case 1:
			c.debit(g, sum, fmt.Sprintf("API usage by virtual key #%d", last))
		default:
			c.debit(g, sum, fmt.Sprintf("API usage by %d virtual keys", keys))
		}
	}
}

// upstreamFailures is what the gateway makes of what a provider answers.
var upstreamFailures = map[int]struct {
	kind, name, body string
	fatal            bool
}{
	http.StatusUnauthorized:        {"InvalidApiKey", "Unauthorized", `{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}`, true},
	http.StatusPaymentRequired:     {"InsufficientBalance", "PaymentRequired", `{"error":{"message":"Insufficient balance","type":"insufficient_quota","code":"insufficient_quota"}}`, true},
	http.StatusForbidden:           {"AccessForbidden", "Forbidden", `{"error":{"message":"Access forbidden","type":"permission_error"}}`, true},
	http.StatusNotFound:            {"ModelNotFound", "NotFound", `{"error":{"message":"The model does not exist","type":"invalid_request_error","code":"model_not_found"}}`, false},
	http.StatusTooManyRequests:     {"RateLimitExceeded", "TooManyRequests", `{"error":{"message":"Rate limit reached","type":"rate_limit_error","code":"rate_limit_exceeded"}}`, false},
	http.StatusInternalServerError: {"ServiceUnavailable", "InternalServerError", `{"error":{"message":"Internal error","type":"server_error"}}`, false},
}

// fail counts a failure of a provider. One refused key, or the second unpaid
// bill, and the gateway switches the whole provider off, without a word.
func (c *conduit) fail(u *upstream, status int) {
	kind := upstreamFailures[status]
	if len(u.keys) == 0 {
		return
	}
	at := c.s.clock().UTC()
	k := u.keys[0]
	f := failure{
		provider: u, key: k, kind: kind.kind, fatal: kind.fatal, at: at,
		text: fmt.Sprintf("API returned an error: %d %s - %s", status, kind.name, kind.body),
	}
	c.failures = newest(append(c.failures, f), 1000)
	u.lastError = at
	if !kind.fatal {
		u.warnings++
		k.warnings = newest(append(k.warnings, warning{f.kind, f.text, at}), 50)
		return
	}
	u.fatals++
	if k.fatal == nil || k.fatal.kind != f.kind {
		k.fatal = &fatality{kind: f.kind, first: at}
	}
	k.fatal.count, k.fatal.last, k.fatal.text, k.fatal.status = k.fatal.count+1, at, f.text, status
	if status == http.StatusPaymentRequired {
		u.unpaid++
	}
	if status == http.StatusUnauthorized || u.unpaid >= 2 && status == http.StatusPaymentRequired {
		u.disabled = true
		u.updated = at.Add(c.jitter(8*time.Millisecond, 51*time.Millisecond)).Truncate(time.Microsecond)
	}
}

// setEnabled is an administrator switching a provider on or off.
func (c *conduit) setEnabled(u *upstream, on bool) {
	u.disabled, u.updated, u.unpaid = !on, c.now(), 0
}
