package demo

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// contractDirectives reads what can stand at the beginning of a line of a
// scenario in the contract's dialect, apart from the hubs (parseWire) and the
// course of the scenario (parser).
var contractDirectives = map[string]func([]word) (action, error){
	"have":     parseHave,
	"spend":    spendOrHub, // the name of a hub as well
	"limit":    parseLimit,
	"key":      parseKey,
	"provider": parseProvider,
	"mapping":  parseMapping,
	"discover": parseDiscover,
	"setting":  parseSetting,
	"task":     parseTask,
	"every":    parseEvery,
	"rate":     parseRate,
	"still":    parseStill,
	"listen":   parseListen,
}

// tell makes an action of a change to the world.
func tell(change func(*world) ([]fact, error)) action {
	return func(s *stage) error {
		facts, err := change(&s.world)
		if err != nil {
			return err
		}
		s.tell(facts)
		return nil
	}
}

// silent makes an action of a change that nobody is told of.
func silent(change func(*world) ([]fact, error)) action {
	return func(s *stage) error {
		_, err := change(&s.world)
		return err
	}
}

// spendOrHub tells the spending of money from the hub of that name: a line for
// the hub has a word of the wire after it.
func spendOrHub(words []word) (action, error) {
	if len(words) > 0 && !words[0].quoted && slices.Contains(wireVerbs, words[0].text) {
		return parseWire(hubSpend, []string{hubSpend}, words)
	}
	a := newArgs(words, "to", "model")
	name, model := a.word("the key"), a.named["model"]
	to, has := a.named["to"]
	if !has {
		amount := a.money("the amount", a.word("the amount"))
		return onKey(name, func(w *world, k *key) ([]fact, error) {
			return w.spend(k, amount, modelOr(w, model), providerOf(w, model))
		}), a.end()
	}
	share := strings.HasSuffix(to, "%")
	goal := a.money("to=", strings.TrimSuffix(to, "%"))
	return onKey(name, func(w *world, k *key) ([]fact, error) {
		total := goal
		if share {
			var err error
			if total, err = k.limit.percent(goal); err != nil {
				return nil, err
			}
		}
		if total < k.total {
			return nil, fmt.Errorf("%s has spent %v, more than %v", k.name, k.total, total)
		}
		return w.spend(k, total-k.total, modelOr(w, model), providerOf(w, model))
	}), a.end()
}

// modelOr is the model of a spend: the one that was named or the first that
// there is.
func modelOr(w *world, model string) string {
	if model == "" && len(w.mappings) > 0 {
		return w.mappings[0].alias
	}
	return model
}

func providerOf(w *world, model string) string {
	if m, err := w.mapping(modelOr(w, model)); err == nil {
		return m.provider
	}
	return ""
}

func onKey(name string, change func(*world, *key) ([]fact, error)) action {
	return tell(func(w *world) ([]fact, error) {
		k, err := w.key(name)
		if err != nil {
			return nil, err
		}
		return change(w, k)
	})
}

func onProvider(name string, change func(*world, *provider) ([]fact, error)) action {
	return tell(func(w *world) ([]fact, error) {
		p, err := w.provider(name)
		if err != nil {
			return nil, err
		}
		return change(w, p)
	})
}

func onMapping(alias string, change func(*world, *mapping) []fact) action {
	return tell(func(w *world) ([]fact, error) {
		m, err := w.mapping(alias)
		if err != nil {
			return nil, err
		}
		return change(w, m), nil
	})
}

func parseLimit(words []word) (action, error) {
	a := newArgs(words)
	name := a.word("the key")
	limit := a.money("the limit", a.word("the limit"))
	return onKey(name, func(w *world, k *key) ([]fact, error) { return w.setLimit(k, limit), nil }), a.end()
}

// newKey reads what describes a key.
func newKey(a *args) key {
	k := key{id: a.word("the id"), name: a.word("the name")}
	if text, ok := a.named["limit"]; ok {
		k.limit = a.money("limit=", text)
	}
	if text, ok := a.named["spent"]; ok {
		k.total = a.money("spent=", text)
	}
	k.disabled = a.flag("disabled")
	k.told = levelOf(k.total, k.limit)
	return k
}

func newProvider(a *args) provider {
	return provider{
		id: a.word("the id"), name: a.word("the name"), status: "healthy",
		latency: a.int("latency", 0, 0, 1_000_000), models: a.list("models"),
	}
}

func newMapping(a *args) mapping {
	return mapping{a.word("the id"), a.word("the alias"), a.word("the provider"), a.word("the model")}
}

func parseHave(words []word) (action, error) {
	a := newArgs(words, "limit", "spent", "latency", "models")
	switch a.oneOf("what there is", "key", "provider", "mapping", "setting") {
	case "key":
		k := newKey(a)
		return silent(func(w *world) ([]fact, error) { return w.addKey(k) }), a.end()
	case "provider":
		p := newProvider(a)
		return silent(func(w *world) ([]fact, error) { return w.addProvider(p) }), a.end()
	case "mapping":
		m := newMapping(a)
		return silent(func(w *world) ([]fact, error) { return w.addMapping(m) }), a.end()
	}
	category, name, value := a.word("the category"), a.word("the setting"), a.word("the value")
	return silent(func(w *world) ([]fact, error) { return w.set(category, name, value), nil }), a.end()
}

func parseKey(words []word) (action, error) {
	a := newArgs(words, "limit", "spent", "changes")
	verb := a.oneOf("what is done", "create", "update", "delete", "disable", "enable")
	if verb == "create" {
		k := newKey(a)
		return tell(func(w *world) ([]fact, error) { return w.addKey(k) }), a.end()
	}
	name, changes := a.word("the key"), a.list("changes")
	return onKey(name, func(w *world, k *key) ([]fact, error) {
		if verb == "delete" {
			return w.removeKey(k), nil
		}
		return w.changeKey(k, verb+"d", changes), nil
	}), a.end()
}

func parseProvider(words []word) (action, error) {
	a := newArgs(words, "latency", "models")
	if a.flag("create") {
		p := newProvider(a)
		return tell(func(w *world) ([]fact, error) { return w.addProvider(p) }), a.end()
	}
	if a.flag("delete") {
		return onProvider(a.word("the provider"), func(w *world, p *provider) ([]fact, error) {
			return w.removeProvider(p), nil
		}), a.end()
	}
	name := a.word("the provider")
	status := a.oneOf("the status", "healthy", "degraded", "unhealthy")
	why, latency := a.optional(), a.int("latency", 0, 0, 1_000_000)
	return onProvider(name, func(w *world, p *provider) ([]fact, error) {
		return w.setHealth(p, status, why, latency), nil
	}), a.end()
}

func parseMapping(words []word) (action, error) {
	a := newArgs(words, "provider", "model")
	switch a.oneOf("what is done", "create", "update", "delete") {
	case "create":
		m := newMapping(a)
		return tell(func(w *world) ([]fact, error) { return w.addMapping(m) }), a.end()
	case "delete":
		return onMapping(a.word("the alias"), func(w *world, m *mapping) []fact {
			return w.removeMapping(m)
		}), a.end()
	}
	to := a.named
	return onMapping(a.word("the alias"), func(w *world, m *mapping) []fact {
		if v, ok := to["provider"]; ok {
			m.provider = v
		}
		if v, ok := to["model"]; ok {
			m.model = v
		}
		return w.updateMapping(m)
	}), a.end()
}

func parseDiscover(words []word) (action, error) {
	a := newArgs(words)
	name := a.word("the provider")
	models := a.commas("the models", a.word("the models"))
	return onProvider(name, func(w *world, p *provider) ([]fact, error) { return w.discover(p, models), nil }), a.end()
}

func parseSetting(words []word) (action, error) {
	a := newArgs(words)
	category, name, value := a.word("the category"), a.word("the setting"), a.word("the value")
	return tell(func(w *world) ([]fact, error) { return w.set(category, name, value), nil }), a.end()
}

func parseTask(words []word) (action, error) {
	a := newArgs(words, "progress", "eta", "error", "model", "key", "fail")
	t := task{
		medium: a.oneOf("the medium", "image", "video"), id: a.word("the id"),
		model: a.named["model"], err: a.named["error"],
		progress: a.int("progress", 0, 0, 100), eta: a.int("eta", -1, 0, 1_000_000),
	}
	name := a.named["key"]
	status := a.oneOf("the status", "queued", "processing", "completed", "failed", "run")
	if status != "run" {
		t.status = status
		return func(s *stage) error { return s.moveTask(t, name) }, a.end()
	}
	life, err := time.ParseDuration(a.word("how long it runs"))
	if err != nil || life < time.Second || life > maxTime {
		a.fail("a task runs from 1s to %v", maxTime)
	}
	fail := a.named["fail"]
	return func(s *stage) error { return s.runTask(t, name, life, fail) }, a.end()
}

func parseStill(words []word) (action, error) {
	return func(s *stage) error { s.still(); return nil }, newArgs(words).end()
}

func parseListen(words []word) (action, error) {
	a := newArgs(words)
	verb, which := a.oneOf("what to do", "on", "off"), area(a.optional())
	if which != "" && which != core && which != admin {
		a.fail("%q is neither core nor admin", which)
	}
	if verb == "on" {
		return listenOn(which), a.end()
	}
	return func(s *stage) error { s.wire.hush(which); return nil }, a.end()
}

// listenOn tries again after a second if somebody else took the port.
func listenOn(a area) action {
	return func(s *stage) error {
		err := s.wire.listen(a)
		if err != nil {
			s.after(time.Second, listenOn(a))
		}
		return err
	}
}

// wireVerbs are the words that can follow a hub.
var wireVerbs = []string{
	"send", "raw", "bytes", "deep", "big", "close", "drop", "refuse", "accept", "mute", "speak",
}

// Limits of what a scenario can make: a big message is larger than any client
// has to take, and a deep one deeper than any decoder goes.
const (
	maxDeep = 1_000_000
	maxBig  = 64 << 20
)

var errOneHub = errors.New("this goes to one hub, not to several")

// parseWire reads a line about a hub or several.
func parseWire(name string, hubs []string, words []word) (action, error) {
	a := newArgs(words, "retry-after")
	verb := a.oneOf("what is done on "+name, wireVerbs...)
	switch verb {
	case "drop":
		return onHubs(hubs, func(w wire, h string) { w.drop(h) }), a.end()
	case "mute", "speak":
		return onHubs(hubs, func(w wire, h string) { w.mute(h, verb == "mute") }), a.end()
	case "accept":
		return onHubs(hubs, func(w wire, h string) { w.setDoor(h, door{}) }), a.end()
	case "refuse":
		d := door{status: a.number("the status", a.word("the status"), 400, 599)}
		d.retryAfter = time.Duration(a.int("retry-after", 0, 0, 86_400)) * time.Second
		return onHubs(hubs, func(w wire, h string) { w.setDoor(h, d) }), a.end()
	}
	if len(hubs) != 1 {
		a.fail("%w", errOneHub)
	}
	frame := wireFrame(verb, a)
	if err := a.end(); err != nil {
		return nil, err
	}
	if verb == "close" {
		return onHubs(hubs, func(w wire, h string) { w.finish(h, frame()) }), nil
	}
	return onHubs(hubs, func(w wire, h string) { w.broadcast(h, frame()) }), nil
}

func onHubs(hubs []string, do func(wire, string)) action {
	return func(s *stage) error {
		for _, h := range hubs {
			do(s.wire, h)
		}
		return nil
	}
}

// wireFrame reads what is sent. The bytes are made when they are needed: a big
// message is not kept.
func wireFrame(verb string, a *args) func() []byte {
	switch verb {
	case "raw":
		text := a.text("the text")
		return func() []byte { return append([]byte(text), separator) }
	case "bytes":
		text := a.text("the text")
		return func() []byte { return []byte(text) }
	case "deep":
		target := a.word("the target")
		n := a.number("the depth", a.word("the depth"), 1, maxDeep)
		return func() []byte {
			return encode(target, []byte(strings.Repeat("[", n)+strings.Repeat("]", n)))
		}
	case "big":
		target := a.word("the target")
		n := a.number("the size", a.word("the size"), 1, maxBig)
		return func() []byte { return encode(target, []byte(`{"filler":"`+strings.Repeat("x", n)+`"}`)) }
	case "close":
		return closeFrame(a)
	}
	target := a.text("the target")
	frame := sendFrame(target, a)
	return func() []byte { return frame }
}
