package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// group is a prepaid account that virtual keys share.
type group struct {
	id                      int
	name, external          string
	balance, credits, spent usd
	base                    usd // the balance just after the newest credit
	created, updated        time.Time
	entries                 []entry // transactions, oldest first
}

// entry is a transaction of a group.
type entry struct {
	id            int
	kind, ref     int
	amount, after usd
	what          string
	by            string // who did it
	at            time.Time
}

// Kinds of transactions and what they refer to, as on the wire.
const (
	credited = 1
	debited  = 2

	usageDeducted = "Usage deducted" // of what no log shows

	byHand    = 1
	atFirst   = 4
	bySystem  = "System"
	byAdmin   = "AdminUser"
	byAnAdmin = "Admin"
)

// virtualKey is a customer's credential.
type virtualKey struct {
	id                    int
	name, secret          string
	group                 *group
	models                string // between commas; "" means all
	rpm                   int    // 0 means no limit
	metadata, description string
	admin                 bool
	disabled              bool // as Admin has it
	offAtCore             bool // as Core has it
	expires               time.Time
	created, updated      time.Time
	pending               usd // charged, and not yet taken from the balance
	alerts                int // budget alerts that were sent since usage was low
}

func (k *virtualKey) expired(now time.Time) bool { return !k.expires.IsZero() && now.After(k.expires) }

// hash is what the gateway keeps of a key instead of the key.
func (k *virtualKey) hash() string {
	sum := sha256.Sum256([]byte(k.secret))
	return hex.EncodeToString(sum[:])
}

// upstream is a provider.
type upstream struct {
	id, kind         int
	name, url        string
	disabled         bool
	created, updated time.Time
	keys             []*upstreamKey
	answers          int // the status that it answers calls with
	latency          int // ms
	warnings, fatals int // ever
	unpaid           int // 402 since it was enabled
	lastError        time.Time
}

// upstreamKey is a credential of the gateway with a provider.
type upstreamKey struct {
	id               int
	name             string
	primary, off     bool
	turns            int // how often the key itself was replaced
	created, updated time.Time
	fatal            *fatality
	warnings         []warning
}

// fatality is the last kind of fatal failure of a provider's key.
type fatality struct {
	kind, text  string
	status      int
	count       int
	first, last time.Time
}

type warning struct {
	kind, text string
	at         time.Time
}

// route is a model mapping.
type route struct {
	id               int
	alias, target    string
	model            *model
	provider         *upstream
	disabled         bool
	in, out          usd       // price of a million tokens
	priced           time.Time // when it was last altered
	created, updated time.Time
}

type model struct {
	id      int
	name    string
	created time.Time
}

type globalSetting struct {
	id                      int
	key, value, description string
	created, updated        time.Time
}

type notice struct {
	id, kind, severity int
	key                *virtualKey
	text               string
	at                 time.Time
}

// logRow is a served and charged call.
type logRow struct {
	id, key   int
	user      string
	model     string
	kind      string
	in, out   int
	cost      usd
	took      float64 // ms
	path      string
	timestamp time.Time
}

// auditRow is a call as the billing audit has it.
type auditRow struct {
	id, kind  string
	key       int
	model     string
	request   string
	cost      usd
	charged   bool // cost is known
	why       string
	provider  string
	status    int
	path      string
	timestamp time.Time
}

// failure is a call that a provider did not serve.
type failure struct {
	provider *upstream
	key      *upstreamKey
	kind     string
	text     string
	fatal    bool
	at       time.Time
}

// The gateway keeps all of its log and audit; a demo that runs for days keeps
// so many rows of each, the newest.
const maxRows = 20_000

// newest drops what is too old of a list.
func newest[T any](list []T, most int) []T {
	if len(list) > most+most/10 {
		return slices.Clone(list[len(list)-most:])
	}
	return list
}

// providerTypes are the kinds of providers by their number.
var providerTypes = []string{
	"", "OpenAI", "Groq", "Replicate", "Fireworks", "OpenAICompatible", "MiniMax",
	"Ultravox", "ElevenLabs", "Cerebras", "SambaNova", "DeepInfra",
}

func (u *upstream) typeName() string { return providerTypes[u.kind] }

// named finds a thing by its name.
func named[T any](list []T, what, name string, of func(T) string) (found T, err error) {
	for _, x := range list {
		if of(x) == name {
			return x, nil
		}
	}
	return found, fmt.Errorf("%w: %s %q", errUnknown, what, name)
}

func (c *conduit) group(name string) (*group, error) {
	return named(c.groups, "group", name, func(g *group) string { return g.name })
}

func (c *conduit) key(name string) (*virtualKey, error) {
	return named(c.keys, "key", name, func(k *virtualKey) string { return k.name })
}

func (c *conduit) provider(name string) (*upstream, error) {
	return named(c.providers, "provider", name, func(u *upstream) string { return u.name })
}

func (c *conduit) route(alias string) (*route, error) {
	return named(c.routes, "mapping", alias, func(r *route) string { return r.alias })
}

// claim notes that an id is in use, so that no new thing gets it.
func (c *conduit) claim(kind string, id int) { c.ids[kind] = max(c.ids[kind], id) }

func (c *conduit) addGroup(g *group, credit, spent usd) error {
	if _, err := c.group(g.name); err == nil {
		return fmt.Errorf("there is a group %s already", g.name)
	}
	c.claim("group", g.id)
	g.created = c.now()
	c.groups = append(c.groups, g)
	c.credit(g, credit, atFirst, "Initial balance")
	if spent > 0 {
		c.debit(g, spent, usageDeducted)
	}
	return nil
}

// credit adds to a group's balance: what was used of it counts from here.
func (c *conduit) credit(g *group, amount usd, ref int, what string) {
	g.balance += amount
	g.credits += amount
	g.base = g.balance
	who := bySystem
	if ref == byHand {
		who = byAdmin
	}
	c.book(g, entry{kind: credited, ref: ref, amount: amount, what: what, by: who})
}

func (c *conduit) debit(g *group, amount usd, what string) {
	g.balance -= amount
	g.spent += amount
	c.book(g, entry{kind: debited, ref: byHand, amount: amount, what: what, by: bySystem})
}

// adjust is an administrator taking from a group's balance: a debit, as of what
// was used.
func (c *conduit) adjust(g *group, amount usd, what string) {
	g.balance -= amount
	g.spent += amount
	c.book(g, entry{kind: debited, ref: byHand, amount: amount, what: what, by: byAdmin})
}

func (c *conduit) book(g *group, e entry) {
	g.updated = c.now()
	e.id, e.after, e.at = c.nextID("transaction"), g.balance, g.updated
	g.entries = newest(append(g.entries, e), maxRows)
}

// usedRatio is how much of a group's balance is used since its newest credit, in
// percent.
func (g *group) usedRatio() float64 { return (g.base - g.balance).share(g.base) }

func (c *conduit) addKey(k *virtualKey) error {
	if _, err := c.key(k.name); err == nil {
		return fmt.Errorf("there is a key %s already", k.name)
	}
	c.claim("key", k.id)
	k.secret = secretOf(k.name)
	if len(c.keys) == 0 {
		k.secret = c.firstKey
	}
	k.created, k.updated, k.offAtCore = c.now(), c.now(), k.disabled
	c.keys, c.served = append(c.keys, k), append(c.served, k)
	return nil
}

// changeKey notes that Admin changed k; Core hears of it.
func (c *conduit) changeKey(k *virtualKey) {
	k.updated = c.now()
	off := k.disabled
	c.toCore(func() { k.offAtCore = off })
}

func (c *conduit) removeKey(k *virtualKey) {
	c.keys = slices.DeleteFunc(slices.Clone(c.keys), func(o *virtualKey) bool { return o == k })
	c.toCore(func() {
		c.served = slices.DeleteFunc(slices.Clone(c.served), func(o *virtualKey) bool { return o == k })
	})
}

func (c *conduit) addProvider(u *upstream, keys int) error {
	if _, err := c.provider(u.name); err == nil {
		return fmt.Errorf("there is a provider %s already", u.name)
	}
	c.claim("provider", u.id)
	u.created, u.updated = c.now(), c.now()
	for i := range keys {
		id := c.nextID("provider key")
		name := "primary"
		if i > 0 {
			name = fmt.Sprintf("backup-%d", i)
		}
		u.keys = append(u.keys, &upstreamKey{id: id, name: name, primary: i == 0, created: u.created, updated: u.created})
	}
	c.providers = append(c.providers, u)
	return nil
}

// addRoute makes a mapping, and the model that it leads to if that is new.
func (c *conduit) addRoute(r *route) error {
	if _, err := c.route(r.alias); err == nil {
		return fmt.Errorf("there is a mapping %s already", r.alias)
	}
	c.claim("mapping", r.id)
	r.model = c.modelFor(r.target)
	r.created, r.updated, r.priced = c.now(), c.now(), c.now()
	c.routes = append(c.routes, r)
	return nil
}

func (c *conduit) modelFor(name string) *model {
	for _, m := range c.models {
		if m.name == name {
			return m
		}
	}
	m := &model{id: c.nextID("model"), name: name, created: c.now()}
	c.models = append(c.models, m)
	return m
}

// removeProvider removes a provider and its mappings.
func (c *conduit) removeProvider(u *upstream) {
	for _, r := range slices.Clone(c.routes) {
		if r.provider == u {
			c.removeRoute(r)
		}
	}
	c.providers = slices.DeleteFunc(slices.Clone(c.providers), func(o *upstream) bool { return o == u })
}

func (c *conduit) removeRoute(r *route) {
	c.routes = slices.DeleteFunc(slices.Clone(c.routes), func(o *route) bool { return o == r })
	c.tellRoute(r, "Deleted")
}

// setSetting gives a setting another value, or makes it.
func (c *conduit) setSetting(key, value, description string) {
	for _, s := range c.settings {
		if s.key == key {
			s.value, s.updated = value, c.now()
			return
		}
	}
	c.settings = append(c.settings, &globalSetting{
		id: c.nextID("setting"), key: key, value: value, description: description,
		created: c.now(), updated: c.now(),
	})
}
