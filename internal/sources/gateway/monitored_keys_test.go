package gateway

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub/hubtest"
)

// keyed is a gateway's Core API that knows who connects to what.
type keyed struct {
	*hubtest.Server
	mu     sync.Mutex
	refuse map[string]bool   // keys that are answered 401
	broke  map[string]bool   // keys that are dropped after the handshake
	up     map[string]int    // connections that stand, by hub and key
	calls  []string          // invocations, by hub
	bodies map[string]string // answers of REST, by path
	asked  map[string]int    // requests of REST, by path
}

func startKeyed(t *testing.T, hubs ...string) *keyed {
	k := &keyed{refuse: map[string]bool{}, broke: map[string]bool{}, up: map[string]int{}, bodies: map[string]string{}, asked: map[string]int{}}
	k.Server = hubtest.Start(t, func(x *hubtest.Exchange) {
		path := x.Request.URL.Path
		key := strings.TrimPrefix(x.Request.Header.Get("Authorization"), "Bearer ") + x.Request.Header.Get("X-Master-Key")
		name := strings.TrimSuffix(strings.TrimPrefix(path, "/hubs/"), "/negotiate")
		k.mu.Lock()
		body, known := k.bodies[path]
		refused, broke := k.refuse[key], k.broke[key]
		if !strings.HasPrefix(path, "/hubs/") {
			k.asked[path]++
		}
		k.mu.Unlock()
		switch {
		case refused:
			x.Answer(401, "")
		case known && body == "":
			x.Answer(204, "")
		case known:
			x.Answer(200, body)
		case !slices.Contains(hubs, name):
			x.Answer(404, "")
		case x.IsNegotiate():
			x.Negotiated()
		case x.IsSocket():
			s := x.Accept()
			if s.Shake() {
				k.serve(s, name, key, broke)
			}
			x.Drop()
		}
	})
	return k
}

func (k *keyed) serve(s *hubtest.Socket, name, key string, broke bool) {
	if broke {
		s.Send(`{"type":7}` + hubtest.End)
		return
	}
	k.note(func() { k.up[name+" "+key]++ })
	answer(s, func(c string) { k.note(func() { k.calls = append(k.calls, name+" "+c) }) }, func(call) bool { return false })
	k.note(func() { k.up[name+" "+key]-- })
}

func (k *keyed) note(do func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	do()
}

// standing lists the connections of a hub, by key.
func (k *keyed) standing(name string) (out []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for at, n := range k.up {
		if h, key, _ := strings.Cut(at, " "); h == name && n > 0 {
			out = append(out, strings.Repeat(key+" ", n))
		}
	}
	slices.Sort(out)
	return out
}

func (k *keyed) called(prefix string) (out []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range k.calls {
		if strings.HasPrefix(c, prefix) {
			out = append(out, c)
		}
	}
	return out
}

// howKeysDo is the last word on every key, as "slot state" and "*" for the one
// that holds the shared hubs.
func howKeysDo(to *sink) map[string]string {
	out := map[string]string{}
	for _, w := range of[event.MonitoredKeyChanged](to, "") {
		out[w.Slot] = string(w.State)
		if w.Primary {
			out[w.Slot] += "*"
		}
	}
	return out
}

func causeOf(to *sink, slot string) (cause string) {
	for _, w := range of[event.MonitoredKeyChanged](to, "") {
		if w.Slot == slot {
			cause = w.Cause
		}
	}
	return cause
}

func keysNamed(names ...string) (out []Key) {
	for _, n := range names {
		out = append(out, Key{Slot: n, Label: "the " + n, Secret: secret.New("key-" + n)})
	}
	return out
}

// The first key that works holds the hubs that all share: one that is refused,
// or dropped for want of a balance, hands them on, and every key says how it
// does and why.
func TestTheNextKeyTakesOver(t *testing.T) {
	k := startKeyed(t, "spend", "notifications", "tasks")
	k.refuse["key-a"], k.broke["key-b"] = true, true
	to := &sink{}
	c := coreOnly(k.URL)
	c.VirtualKeys = append(keysNamed("a", "b", "c", "d"), Key{Slot: "e", Secret: secret.New("key-e"), Paused: true}, Key{Slot: "f"})
	watch(t, c, to)
	want := map[string]string{"a": "refused", "b": "no_balance", "c": "live*", "d": "live", "e": "paused", "f": "missing"}
	await(t, "every key says how it does", func() bool { return cmp.Equal(want, howKeysDo(to)) })
	for _, name := range []string{"notifications", "tasks"} {
		await(t, name, func() bool { return cmp.Equal([]string{"key-c "}, k.standing(name)) })
	}
	if diff := cmp.Diff([]string{"key-c ", "key-d "}, k.standing("spend")); diff != "" {
		t.Errorf("spend (-want +got):\n%s", diff)
	}
	for slot, says := range map[string]string{"a": "Replace it", "b": "Add credit", "c": "because key the ", "e": "paused", "f": "Enter it again"} {
		if got := causeOf(to, slot); !strings.Contains(got, says) {
			t.Errorf("%s says %q, want %q", slot, got, says)
		}
	}
	for _, l := range of[event.LinkChanged](to, "") {
		if strings.Contains(l.Cause, "key-") {
			t.Errorf("a key is shown: %+v", l)
		}
	}
}

// A holder that is refused while it is connected hands on as soon as its own
// connection is gone, too.
func TestTheHolderIsLost(t *testing.T) {
	k := startKeyed(t, "spend", "notifications")
	to := &sink{}
	c := coreOnly(k.URL)
	c.VirtualKeys = keysNamed("a", "b")
	g := watch(t, c, to)
	await(t, "both live", func() bool { return cmp.Equal(map[string]string{"a": "live*", "b": "live"}, howKeysDo(to)) })
	await(t, "notifications", func() bool { return cmp.Equal([]string{"key-a "}, k.standing("notifications")) })
	k.note(func() { k.refuse["key-a"] = true })
	g.Reconnect()
	await(t, "b holds", func() bool { return cmp.Equal(map[string]string{"a": "refused", "b": "live*"}, howKeysDo(to)) })
	await(t, "notifications of b", func() bool { return cmp.Equal([]string{"key-b "}, k.standing("notifications")) })
}

// Keys beyond the limit have no connections and say so; the same key twice is
// connected once.
func TestKeysBeyondTheLimit(t *testing.T) {
	k := startKeyed(t, "spend")
	var keys []Key
	for i := range maxDedicated + 2 {
		keys = append(keys, keysNamed(fmt.Sprintf("k%02d", i))...)
	}
	keys = append(keys, Key{Slot: "again", Secret: keys[0].Secret})
	to := &sink{}
	c := coreOnly(k.URL)
	c.VirtualKeys = keys
	watch(t, c, to)
	await(t, "as many as may are live", func() bool {
		n := 0
		for _, s := range howKeysDo(to) {
			if strings.HasPrefix(s, "live") {
				n++
			}
		}
		return n == maxDedicated
	})
	if got := k.standing("spend"); len(got) != maxDedicated || slices.ContainsFunc(got, func(s string) bool { return strings.Count(s, "key-") > 1 }) {
		t.Errorf("%d connections: %q", len(got), got)
	}
	do := howKeysDo(to)
	for slot, says := range map[string]string{"k32": "More than 32", "k33": "More than 32", "again": "the same key as the k00"} {
		if do[slot] != "polled" || !strings.Contains(causeOf(to, slot), says) {
			t.Errorf("%s: %s, %q", slot, do[slot], causeOf(to, slot))
		}
	}
}

// head answers as an August gateway with these lists; the first is asked to
// know it.
func (k *keyed) head(keys, groups string) {
	k.note(func() {
		k.bodies["/api/VirtualKeyGroups"], k.bodies["/api/VirtualKeys"] = groups, keys
	})
}

// Whose a key is and why it is refused is asked of the Admin API, once known
// to have that; what is read later lets a key in again at once.
func TestTheAdminAPIKnowsWhy(t *testing.T) {
	k := startKeyed(t, "spend", "notifications")
	row := `{"id":7,"keyName":"billing","virtualKeyGroupId":2,"isEnabled":%t,"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}`
	k.head("["+fmt.Sprintf(row, false)+"]", `[{"id":2,"groupName":"g","balance":5,"lifetimeCreditsAdded":9,"lifetimeSpent":4,"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","virtualKeyCount":1}]`)
	k.note(func() {
		k.refuse["key-a"] = true
		k.bodies["/api/VirtualKeys/validate"] = `{"isValid":false,"virtualKeyId":null,"keyName":null,"allowedModels":null,"errorMessage":"Key is disabled"}`
	})
	to := &sink{}
	c := both(k.URL)
	c.VirtualKeys = keysNamed("a")
	w := watch(t, c, to)
	await(t, "the reason", func() bool { return howKeysDo(to)["a"] == "disabled*" })
	if n := k.askedFor("/api/VirtualKeys/validate"); n != 1 {
		t.Errorf("asked %d times", n)
	}
	await(t, "the list", func() bool { return len(of[event.KeyRead](to, "keys")) > 0 })
	// Its id is known from another time: then the list itself says so.
	w.learn(secret.New("key-a"), "7", "")
	k.note(func() { k.refuse["key-a"] = false })
	w.poller.learn(event.KeyRead{Key: "7", Name: "billing", Group: "2", Enabled: event.Known(true)})
	await(t, "live at once, not in five minutes", func() bool { return howKeysDo(to)["a"] == "live*" })
}

func (k *keyed) askedFor(path string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.asked[path]
}

// After one refusal of the master key nothing more is asked: not for keys
// either.
func TestNothingIsAskedWithARefusedMasterKey(t *testing.T) {
	k := startKeyed(t, "spend", "notifications")
	k.refuse["key-a"], k.refuse[masterKey] = true, true
	to := &sink{}
	c := both(k.URL)
	c.VirtualKeys = keysNamed("a", "b")
	g := watch(t, c, to)
	await(t, "the other key is live", func() bool { return howKeysDo(to)["b"] == "live*" && howKeysDo(to)["a"] == "refused" })
	await(t, "the lists are refused", func() bool { return slices.Contains(states(to), "error auth") })
	for range 3 {
		g.enqueue(g.validateKeys)
	}
	await(t, "the errands are done", func() bool { return len(g.background.queue) == 0 })
	if n := k.askedFor("/api/VirtualKeys/validate"); n != 0 || k.askedFor("/api/VirtualKeyGroups") > 1 {
		t.Errorf("asked %d times about a key, %d times for a list", n, k.askedFor("/api/VirtualKeyGroups"))
	}
}
