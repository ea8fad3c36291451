package demo

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/philippseith/signalr"
)

// conduit is the dialect of the real gateway: two processes, virtual keys in
// groups with a prepaid balance, hubs that tell little of it, and lists to
// read. It holds the world of that gateway. All of it belongs to the stage,
// but for what its doc comments say.
//
// What it does not do is deliberate too: most events that the real gateway's
// sources define are never sent, so there is nothing here that sends them.
type conduit struct {
	s         *stage
	masterKey string
	firstKey  string // the secret of the first key of the scenario
	began     time.Time
	release   string    // which version of itself Admin says it is
	restarted time.Time // with another one; zero: it was not
	then      time.Time // while the past is told, a time of it; else zero

	groups    []*group
	keys      []*virtualKey // as Admin has them
	served    []*virtualKey // as Core has them
	providers []*upstream
	routes    []*route // model mappings
	models    []*model
	settings  []*globalSetting
	notices   []notice
	log       []logRow   // oldest first
	audit     []auditRow // oldest first; only what can be read already
	failures  []failure  // of upstream, oldest first
	jobs      []*job

	ids     map[string]int // the last id given, by kind
	calls   int            // numbers requests in the audit
	chance  *rand.Rand     // for what only the gateway draws: ids, delays
	strikes map[string]int // wrong keys by address
	bans    map[string]time.Time

	redis, database, bus outage
	hangs                outage    // Admin and the door of its hub, Redis being down where addresses are banned
	asks                 int       // how often Core was asked how it is since then
	busWanted            bool      // the bus is back, and Core has not caught up
	late                 []func()  // what Core has not heard of, the bus being down
	held                 []message // what was not pushed, Redis being down

	odd       []oddity       // what is answered otherwise than it is
	forbidden map[string]int // statuses by paths of Admin that are refused
}

// outage is whether a part behind the gateway is down.
type outage struct {
	over chan struct{} // closed when it is back; nil while it works
}

func (o outage) down() bool { return o.over != nil }

func newConduit(o Options) *conduit {
	return &conduit{
		masterKey: o.MasterKey, firstKey: o.VirtualKey, release: "0.1.3.0",
		ids: map[string]int{}, strikes: map[string]int{}, bans: map[string]time.Time{},
	}
}

// The hubs that the contract has no name for.
const (
	hubWebhooks  = "webhooks"
	hubKeys      = "virtual-key-management"
	hubAnalytics = "usage-analytics"
	hubEnhanced  = "enhanced-video-generation"
	hubPublic    = "public/video-generation"
)

// conduitHubs lists the hubs of the real gateway. Those that only its backend
// key would open (metrics, health-monitoring, security-monitoring) refuse
// everybody, as where that key is not set.
func conduitHubs() []hubSpec {
	return []hubSpec{
		{hubSpend, core, func(*hub) signalr.HubInterface { return &plainHub{} }},
		{hubTasks, core, func(h *hub) signalr.HubInterface { return &batchHub{caller{hub: h}} }},
		{hubImages, core, func(h *hub) signalr.HubInterface { return &jobHub{caller{hub: h}} }},
		{hubVideos, core, func(h *hub) signalr.HubInterface { return &jobHub{caller{hub: h}} }},
		{hubNotifications, core, func(h *hub) signalr.HubInterface { return &notificationHub{hub: h} }},
		{hubWebhooks, core, func(h *hub) signalr.HubInterface { return &webhookHub{caller{hub: h}} }},
		{hubKeys, core, func(h *hub) signalr.HubInterface { return &keyHub{caller{hub: h}} }},
		{hubAnalytics, core, func(h *hub) signalr.HubInterface { return &analyticsHub{caller{hub: h}} }},
		{hubEnhanced, core, func(h *hub) signalr.HubInterface { return &jobHub{caller{hub: h}} }},
		{hubPublic, core, func(*hub) signalr.HubInterface { return &plainHub{} }},
		{hubAdmin, admin, func(h *hub) signalr.HubInterface { return &inertAdminHub{adminHub{hub: h}} }},
	}
}

// The gateway's own clockwork.
const (
	flushEvery      = 30 * time.Second // charged calls reach the balance
	statisticsEvery = 60 * time.Second // of the webhooks hub
)

func (c *conduit) start(s *stage) {
	c.s, c.chance, c.began = s, s.chance(), s.clock()
	c.repeat(flushEvery, c.flush)
	c.repeat(statisticsEvery, c.statistics)
}

// repeat does something again and again for ever.
func (c *conduit) repeat(d time.Duration, do func()) {
	var turn action
	turn = func(s *stage) error {
		s.after(d, turn)
		do()
		return nil
	}
	c.s.after(d, turn)
}

// now is the time as the database keeps it.
func (c *conduit) now() time.Time {
	if !c.then.IsZero() {
		return c.then
	}
	return c.s.clock().UTC().Truncate(time.Microsecond)
}

// A world is so old when its scenario begins; its things were made one after
// the other.
const (
	worldAge  = 30 * 24 * time.Hour
	madeEvery = 7 * time.Minute
)

// before does something as if it had been done long ago.
func (c *conduit) before(do func() error) error {
	c.then = c.began.UTC().Truncate(time.Microsecond).Add(-worldAge + time.Duration(c.nextID("past"))*madeEvery)
	defer func() { c.then = time.Time{} }()
	return do()
}

// nextID gives the next id of a kind.
func (c *conduit) nextID(kind string) int {
	c.ids[kind]++
	return c.ids[kind]
}

// guid is an id as the gateway makes them for events and operations.
func (c *conduit) guid() string {
	var b [16]byte
	for i := range b {
		b[i] = byte(c.chance.UintN(256))
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// jitter is a duration drawn from a range.
func (c *conduit) jitter(least, most time.Duration) time.Duration {
	return between(c.chance, least, most)
}

// secretOf makes up the plaintext of a virtual key from its name. It has the
// form of a real one, and opens nothing but a demo gateway.
func secretOf(name string) string {
	a, b := sha256.Sum256([]byte("demo "+name)), sha256.Sum256([]byte("demo again "+name))
	return "condt_" + base64.StdEncoding.EncodeToString(append(a[:], b[0]))
}

// push sends an event through Redis: with that down it is lost, or held back
// if the bus will bring it again.
func (c *conduit) push(m message, again bool) {
	switch {
	case !c.redis.down():
		c.s.send(m)
	case again:
		c.held = append(c.held, m)
	}
}

// toCore does what Core does when it hears of something from Admin; while the
// bus is down that is later.
func (c *conduit) toCore(do func()) {
	if c.bus.down() {
		c.late = append(c.late, do)
		return
	}
	do()
}

// bannedText and refusedText are Admin's answers to those that it knows and
// those that it does not.
const (
	bannedText  = `{"error":"IP is banned due to excessive failed authentication attempts","statusCode":403}`
	refusedText = `{"error":"Invalid or missing API key","statusCode":401}`
)

// Wrong or missing keys ban an address.
const (
	maxStrikes = 5
	banFor     = 30 * time.Minute
)

func (c *conduit) authorize(r *http.Request, hub string, a area) admission {
	if a == admin {
		switch {
		case c.hangs.down():
			return admission{wait: c.hangs.over}
		case c.banned(r):
			return admission{status: http.StatusForbidden, body: bannedText}
		case adminCredential(r) != c.masterKey: // does not count toward the ban
			return admission{status: http.StatusUnauthorized}
		}
		return admission{status: http.StatusOK}
	}
	if hub != hubPublic && credential(r, core) == "" {
		return admission{status: http.StatusUnauthorized}
	}
	if c.redis.down() {
		return admission{wait: c.redis.over}
	}
	k := c.keyBySecret(credential(r, core))
	switch {
	case k != nil:
		return admission{status: http.StatusOK, who: k.id}
	case hub == hubPublic: // comes in, and is sent away
		return admission{status: http.StatusOK}
	}
	return admission{status: http.StatusUnauthorized}
}

// adminCredential finds the key of a request to Admin's hub.
func adminCredential(r *http.Request) string {
	if q := r.URL.Query(); q.Has("access_token") {
		return q.Get("access_token")
	}
	for _, name := range []string{"X-API-Key", "X-Master-Key"} {
		if k := r.Header.Get(name); k != "" {
			return k
		}
	}
	k, _ := cutFold(r.Header.Get("Authorization"), "Bearer ")
	return strings.TrimSpace(k)
}

// addressOf is where a request comes from, as Admin sees it.
func addressOf(r *http.Request) string {
	if f := r.Header.Get("X-Forwarded-For"); f != "" {
		first, _, _ := strings.Cut(f, ",")
		return strings.TrimSpace(first)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func (c *conduit) banned(r *http.Request) bool {
	if until, all := c.bans[everybody]; all && c.s.clock().Before(until) {
		return true
	}
	until, ok := c.bans[addressOf(r)]
	if ok && !c.s.clock().Before(until) {
		delete(c.bans, addressOf(r))
		delete(c.strikes, addressOf(r))
		return false
	}
	return ok
}

// strike counts a wrong key.
func (c *conduit) strike(r *http.Request) {
	from := addressOf(r)
	if c.strikes[from]++; c.strikes[from] == maxStrikes {
		c.bans[from] = c.s.clock().Add(banFor)
	}
}

// keyBySecret finds a key that Core serves.
func (c *conduit) keyBySecret(secret string) *virtualKey {
	for _, k := range c.served {
		if k.secret == secret && !k.offAtCore && !k.expired(c.s.clock()) {
			return k
		}
	}
	return nil
}

// receive sends a key away whose group has no balance; open connections stay.
func (c *conduit) receive(hub string, who int, at time.Time) welcome {
	if hub == hubAdmin {
		return welcome{groups: []string{"admin"}}
	}
	k := c.servedByID(who)
	if k == nil || k.group.balance <= 0 {
		return welcome{away: true}
	}
	w := welcome{groups: []string{keyGroup(who)}}
	if hub == hubKeys {
		w.first = []message{event(hubKeys, "VirtualKeyStatus", statusOf(k, at))}
	}
	return w
}

func (c *conduit) servedByID(id int) *virtualKey {
	for _, k := range c.served {
		if k.id == id {
			return k
		}
	}
	return nil
}

// keyGroup is the group of all connections of a key on a hub.
func keyGroup(id int) string { return "vkey-" + strconv.Itoa(id) }

// VirtualKeySecret is a virtual key that opens Core.
type VirtualKeySecret struct {
	ID           int
	Name, Secret string
	Enabled      bool
}

// VirtualKeys lists the virtual keys that a gateway of the dialect Conduit has
// now, in order of creation; nil for one of the contract.
func (g *Gateway) VirtualKeys() (all []VirtualKeySecret) {
	c, ok := g.stage.speech.(*conduit)
	if !ok {
		return nil
	}
	_ = g.stage.ask(func() { // else there is none any more
		for _, k := range c.keys {
			all = append(all, VirtualKeySecret{k.id, k.name, k.secret, !k.disabled})
		}
	})
	return all
}
