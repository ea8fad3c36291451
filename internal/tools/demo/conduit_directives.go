package demo

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// conduitDirectives reads what can stand at the beginning of a line of a
// scenario in the dialect of the real gateway, apart from the hubs (parseWire)
// and the course of the scenario (parser).
var conduitDirectives = map[string]func([]word) (action, error){
	"have":     parseConduitHave,
	"credit":   parseCredit,
	"chat":     parseChat,
	"upstream": parseUpstream,
	"batch":    parseBatch,
	"key":      parseConduitKey,
	"provider": parseConduitProvider,
	"mapping":  parseConduitMapping,
	"setting":  parseConduitSetting,
	"release":  parseRelease,
	"mark":     parseMark,
	"notice":   parseNotice,
	"task":     parseConduitTask,
	"redis":    parseRedis,
	"database": parseOutage((*conduit).setDatabase),
	"bus":      parseOutage((*conduit).setBus),
	"unban":    parseUnban,
	"ban":      parseBan,
	"master":   parseMaster,
	"every":    parseConduitEvery,
	"flush":    parseFlush,
	"odd":      parseOdd,
	"forbid":   parseForbid,
	"still":    parseStill,
	"listen":   parseConduitListen,
}

// inConduit makes an action of a change to the world of the real gateway.
func inConduit(do func(*conduit) error) action {
	return func(s *stage) error {
		c, ok := s.speech.(*conduit)
		if !ok { // cannot happen: the parser gives each dialect its own
			return errors.New("this is for the dialect conduit")
		}
		return do(c)
	}
}

func onGroup(name string, do func(*conduit, *group) error) action {
	return inConduit(func(c *conduit) error {
		g, err := c.group(name)
		if err != nil {
			return err
		}
		return do(c, g)
	})
}

func onVirtualKey(name string, do func(*conduit, *virtualKey) error) action {
	return inConduit(func(c *conduit) error {
		k, err := c.key(name)
		if err != nil {
			return err
		}
		return do(c, k)
	})
}

func onUpstream(name string, do func(*conduit, *upstream) error) action {
	return inConduit(func(c *conduit) error {
		u, err := c.provider(name)
		if err != nil {
			return err
		}
		return do(c, u)
	})
}

func onRoute(alias string, do func(*conduit, *route) error) action {
	return inConduit(func(c *conduit) error {
		r, err := c.route(alias)
		if err != nil {
			return err
		}
		return do(c, r)
	})
}

func parseCredit(words []word) (action, error) {
	a := newArgs(words, "to")
	name := a.word("the group")
	if to, share := a.named["to"]; share {
		goal := a.money("to=", strings.TrimSuffix(to, "%"))
		return onGroup(name, func(c *conduit, g *group) error {
			amount, err := g.upTo(goal)
			if err == nil {
				c.adjust(g, amount, "correction")
			}
			return err
		}), a.end()
	}
	text, taken := strings.CutPrefix(a.word("the amount"), "-")
	amount := a.sum("the amount", text)
	return onGroup(name, func(c *conduit, g *group) error {
		if taken {
			c.adjust(g, amount, "correction")
			return nil
		}
		c.credit(g, amount, byHand, "Credits added")
		return nil
	}), a.end()
}

// answers reads what a provider answers calls with.
func (a *args) answers(what string) int {
	w := a.word(what)
	if w == "ok" {
		return 200
	}
	n := a.number(what, w, 400, 599)
	if _, known := upstreamFailures[n]; !known {
		a.fail("%s is %s; the gateway was seen with ok, 401, 402, 403, 404, 429 and 500", what, w)
	}
	return n
}

func parseUpstream(words []word) (action, error) {
	a := newArgs(words)
	name := a.word("the provider")
	status := a.answers("what it answers")
	return onUpstream(name, func(_ *conduit, u *upstream) error { u.answers = status; return nil }), a.end()
}

func parseChat(words []word) (action, error) {
	a := newArgs(words, "model", "cost", "in", "out", "took", "answers")
	name, alias := a.word("the key"), a.named["model"]
	x := call{
		in: a.int("in", 1200, 0, 10_000_000), out: a.int("out", 800, 0, 10_000_000),
		took: float64(a.int("took", 620, 1, 600_000)), cost: a.namedSum("cost"), stream: a.flag("stream"),
	}
	if text, ok := a.named["answers"]; ok {
		a.words = append([]word{{text: text}}, a.words...)
		x.status = a.answers("answers=")
	}
	return onVirtualKey(name, func(c *conduit, k *virtualKey) error {
		x := x
		x.key = k
		if alias == "" && len(c.routes) > 0 {
			x.route = c.routes[0]
		}
		for _, r := range c.routes {
			if r.alias == alias {
				x.route = r
			}
		}
		c.call(x)
		return nil
	}), a.end()
}

func parseConduitKey(words []word) (action, error) {
	a := newArgs(words, "group", "models", "rpm", "expires", "description")
	verb := a.oneOf("what is done", "create", "update", "delete", "disable", "enable", "expire")
	if verb == "create" {
		return newVirtualKey(a), a.end()
	}
	name := a.word("the key")
	rpm, models, description := a.int("rpm", -1, 1, 1_000_000), a.named["models"], a.named["description"]
	in, expires := a.named["group"], time.Duration(0)
	if text, ok := a.named["expires"]; ok {
		_, expires = a.durations("expires=", text)
	}
	return onVirtualKey(name, func(c *conduit, k *virtualKey) error {
		switch verb {
		case "delete":
			c.removeKey(k)
			return nil
		case "disable", "enable":
			k.disabled = verb == "disable"
		case "expire":
			k.expires = c.now()
		}
		if rpm > 0 {
			k.rpm = rpm
		}
		if expires > 0 {
			k.expires = c.now().Add(expires)
		}
		k.models, k.description = orText(models, k.models), orText(description, k.description)
		if in != "" {
			g, err := c.group(in)
			if err != nil {
				return err
			}
			k.group = g // what it charged and is not flushed goes with it
		}
		c.changeKey(k)
		return nil
	}), a.end()
}

func parseConduitProvider(words []word) (action, error) {
	a := newArgs(words, "type", "keys", "latency", "url")
	verb := a.oneOf("what is done", "create", "delete", "disable", "enable", "add-key", "drop-key", "rotate-key")
	if verb == "create" {
		return newUpstream(a), a.end()
	}
	return onUpstream(a.word("the provider"), func(c *conduit, u *upstream) error {
		switch verb {
		case "delete":
			c.removeProvider(u)
			return nil
		case "rotate-key":
			if len(u.keys) > 0 {
				u.keys[0].turns, u.keys[0].updated, u.updated = u.keys[0].turns+1, c.now(), c.now()
			}
			return nil
		case "add-key":
			id := c.nextID("provider key")
			u.keys = append(u.keys, &upstreamKey{
				id: id, name: fmt.Sprintf("key-%d", id), primary: len(u.keys) == 0, created: c.now(), updated: c.now(),
			})
			return nil
		case "drop-key":
			if len(u.keys) > 0 {
				u.keys = u.keys[:len(u.keys)-1]
			}
			return nil
		}
		c.setEnabled(u, verb == "enable")
		return nil
	}), a.end()
}

func parseConduitMapping(words []word) (action, error) {
	a := newArgs(words, "provider", "model", "price")
	verb := a.oneOf("what is done", "create", "update", "delete", "disable", "enable")
	if verb == "create" {
		return newRoute(a, true), a.end()
	}
	to, price := a.named, a.price()
	return onRoute(a.word("the alias"), func(c *conduit, r *route) error {
		if verb == "delete" {
			c.removeRoute(r)
			return nil
		}
		if verb != "update" {
			r.disabled = verb == "disable"
		}
		if name, ok := to["provider"]; ok {
			u, err := c.provider(name)
			if err != nil {
				return err
			}
			r.provider = u
		}
		if name, ok := to["model"]; ok {
			r.target, r.model = name, c.modelFor(name)
		}
		if price != nil {
			r.in, r.out, r.priced = price[0], price[1], c.now()
			if len(to) == 1 { // the mapping itself stays as it is
				return nil
			}
		}
		r.updated = c.now()
		c.tellRoute(r, "Updated")
		return nil
	}), a.end()
}

func parseConduitSetting(words []word) (action, error) {
	a := newArgs(words)
	key, value := a.word("the setting"), a.text("the value")
	return inConduit(func(c *conduit) error { c.setSetting(key, value, ""); return nil }), a.end()
}

// parseMark reads mark: somebody did something beside the gateway.
func parseMark(words []word) (action, error) {
	a := newArgs(words)
	what := a.text("the text")
	return func(s *stage) error {
		if s.mark != nil {
			s.mark(what)
		}
		return nil
	}, a.end()
}

// parseRelease reads release: Admin is started anew with another version of itself.
func parseRelease(words []word) (action, error) {
	a := newArgs(words)
	version := a.word("the version")
	return inConduit(func(c *conduit) error { c.release, c.restarted = version, c.now(); return nil }), a.end()
}

func parseNotice(words []word) (action, error) {
	a := newArgs(words, "severity")
	what, severity := a.word("the text"), a.int("severity", 0, 0, 2)
	return inConduit(func(c *conduit) error { c.notify(what, severity); return nil }), a.end()
}

// notify puts a notification up that nobody has read.
func (c *conduit) notify(what string, severity int) {
	const system = 2
	c.notices = newest(append(c.notices, notice{id: c.nextID("notice"), kind: system, severity: severity, text: what, at: c.now()}), 100)
}

func parseConduitTask(words []word) (action, error) {
	a := newArgs(words, "key", "model", "fail")
	medium, id := a.oneOf("the medium", "image", "video"), a.word("the id")
	a.oneOf("what it does", "run")
	life := time.Duration(0)
	if w := a.optional(); w != "" {
		_, life = a.durations("how long it runs", w)
	}
	if life == 0 && medium == "video" {
		life = 30 * time.Second
	}
	name, model, fail := a.named["key"], a.named["model"], a.named["fail"]
	if of := mediaModels[medium]; model == "" && len(of) > 0 {
		model = of[0]
	}
	return inConduit(func(c *conduit) error {
		if len(c.keys) == 0 {
			return errors.New("there is no key to run a task for")
		}
		k := c.keys[0]
		if name != "" {
			var err error
			if k, err = c.key(name); err != nil {
				return err
			}
		}
		return c.addJob(&job{id: id, medium: medium, key: k, model: model}, life, fail)
	}), a.end()
}

// parseOutage reads "off" and "on" of a part behind the gateway.
func parseOutage(set func(*conduit, bool)) func([]word) (action, error) {
	return func(words []word) (action, error) {
		a := newArgs(words)
		down := a.oneOf("what happens to it", "off", "on") == "off"
		return inConduit(func(c *conduit) error { set(c, down); return nil }), a.end()
	}
}

func parseUnban(words []word) (action, error) {
	return inConduit(func(c *conduit) error {
		clear(c.bans)
		clear(c.strikes)
		return nil
	}), newArgs(words).end()
}

// parseFlush reads "flush": what was charged reaches the balances now.
func parseFlush(words []word) (action, error) {
	return inConduit(func(c *conduit) error {
		c.flush()
		return nil
	}), newArgs(words).end()
}

// parseConduitListen reads listen; a Core that was stopped has forgotten which
// budget alerts it sent.
func parseConduitListen(words []word) (action, error) {
	listen, err := parseListen(words)
	if err != nil {
		return nil, err
	}
	return func(s *stage) error {
		if len(words) == 1 || words[1].text == string(core) {
			_ = inConduit(func(c *conduit) error {
				for _, k := range c.served {
					k.alerts = 0
				}
				return nil
			})(s)
		}
		return listen(s)
	}, nil
}
