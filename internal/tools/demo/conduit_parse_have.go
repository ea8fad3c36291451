package demo

import (
	"slices"
	"strings"
	"time"
)

// id takes the next word as a number by which a thing is known.
func (a *args) id() int { return a.number("the id", a.word("the id"), 1, 1_000_000) }

// parseConduitHave reads what there was before anybody looked.
func parseConduitHave(words []word) (action, error) {
	have, err := parseThing(words)
	if err != nil {
		return nil, err
	}
	return func(s *stage) error {
		return inConduit(func(c *conduit) error {
			return c.before(func() error { return have(s) })
		})(s)
	}, nil
}

func parseThing(words []word) (action, error) {
	a := newArgs(words, "credit", "spent", "external", "group", "models", "rpm", "expires", "secret", "type", "keys",
		"latency", "price", "over", "url")
	switch a.oneOf("what there is", "group", "key", "provider", "mapping", "setting", "notice", "log", "debits") {
	case "group":
		g := &group{id: a.id(), name: a.word("the name"), external: a.named["external"]}
		credit, spent := a.namedSum("credit"), a.namedSum("spent")
		return inConduit(func(c *conduit) error {
			fresh := *g // a scenario may be played many times
			return c.addGroup(&fresh, credit, spent)
		}), a.end()
	case "key":
		return newVirtualKey(a), a.end()
	case "provider":
		return newUpstream(a), a.end()
	case "mapping":
		return newRoute(a, false), a.end()
	case "notice":
		what := a.word("the text")
		return inConduit(func(c *conduit) error { c.notify(what, 0); return nil }), a.end()
	case "debits":
		n, name := a.number("how many debits", a.word("how many debits"), 1, maxRows), a.word("the group")
		amount := a.sum("the amount", a.word("the amount"))
		return onGroup(name, func(c *conduit, g *group) error {
			for range n {
				c.debit(g, amount, usageDeducted)
			}
			return nil
		}), a.end()
	case "log":
		n := a.number("how many calls", a.word("how many calls"), 1, maxRows)
		_, over := a.durations("over=", orText(a.named["over"], "1h"))
		return inConduit(func(c *conduit) error { return c.invent(n, over) }), a.end()
	}
	key, value, about := a.word("the setting"), a.text("the value"), a.optional()
	return inConduit(func(c *conduit) error { c.setSetting(key, value, about); return nil }), a.end()
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// sum reads an amount of dollars that adds up for long without going beyond
// what can be kept.
func (a *args) sum(what, text string) usd {
	const most = 1_000_000 * dollar
	u := a.money(what, text)
	if u > most {
		a.fail("%s is more than %v dollars", what, most)
		return 0
	}
	return u
}

func (a *args) namedSum(name string) usd {
	if text, ok := a.named[name]; ok {
		return a.sum(name+"=", text)
	}
	return 0
}

// newVirtualKey reads what describes a key.
func newVirtualKey(a *args) action {
	k := virtualKey{id: a.id(), name: a.word("the name")}
	k.disabled, k.admin = a.flag("disabled"), a.flag("admin")
	k.rpm, k.models = a.int("rpm", 0, 1, 1_000_000), a.named["models"]
	if k.admin {
		k.metadata = `{"isAdmin":"true"}`
	}
	in, expires := a.named["group"], time.Duration(0)
	if in == "" {
		a.fail("a key has a group=")
	}
	if text, ok := a.named["expires"]; ok {
		_, expires = a.durations("expires=", text)
	}
	return onGroup(in, func(c *conduit, g *group) error {
		fresh := k
		fresh.group = g
		if expires > 0 {
			fresh.expires = c.s.clock().UTC().Truncate(time.Second).Add(expires)
		}
		return c.addKey(&fresh)
	})
}

// newUpstream reads what describes a provider.
func newUpstream(a *args) action {
	u := upstream{
		id: a.id(), name: a.word("the name"), answers: 200,
		url: a.named["url"], latency: a.int("latency", 400, 1, 600_000),
	}
	u.disabled = a.flag("disabled")
	kind := orText(a.named["type"], "OpenAICompatible")
	u.kind = slices.IndexFunc(providerTypes, func(name string) bool { return name != "" && strings.EqualFold(name, kind) })
	if u.kind < 0 {
		a.fail("type= is %q, not one of %s", kind, strings.Join(providerTypes[1:], ", "))
	}
	keys := a.int("keys", 1, 0, 100)
	return inConduit(func(c *conduit) error {
		fresh := u
		return c.addProvider(&fresh, keys)
	})
}

// maxPrice bounds the price of a million tokens.
const maxPrice = 10_000 * dollar

// price reads price=, of a million tokens in and out; nil if it is not there.
func (a *args) price() []usd {
	text, ok := a.named["price"]
	if !ok {
		return nil
	}
	in, out, ok := strings.Cut(text, "/")
	if !ok {
		a.fail("price= is like 2.5/10")
	}
	price := []usd{a.sum("price=", in), a.sum("price=", orText(out, "0"))}
	if price[0] > maxPrice || price[1] > maxPrice {
		a.fail("price= is more than %v dollars", maxPrice)
	}
	return price
}

// newRoute reads what describes a mapping; price= is of a million tokens in
// and out. With news everybody is told.
func newRoute(a *args, news bool) action {
	r := route{id: a.id(), alias: a.word("the alias")}
	to := a.word("the provider")
	r.target = a.word("the model")
	r.in, r.out = 2*dollar+dollar/2, 10*dollar
	if price := a.price(); price != nil {
		r.in, r.out = price[0], price[1]
	}
	return onUpstream(to, func(c *conduit, u *upstream) error {
		fresh := r
		fresh.provider = u
		if err := c.addRoute(&fresh); err != nil || !news {
			return err
		}
		c.tellRoute(&fresh, "Created")
		return nil
	})
}
