package demo

import (
	"net/http"
	"time"
)

// everybody stands for every address among those that are banned.
const everybody = "*"

// unhealthyAfter is how long Core takes to say that it is not well, from the
// second time on: its check of Redis runs into its time limit.
const unhealthyAfter = 5800 * time.Millisecond

// unhealthy is what Core says of itself with its Redis down.
func (c *conduit) unhealthy() reply {
	c.asks++
	r := reply{status: http.StatusServiceUnavailable, body: healthText("Unhealthy")}
	if c.asks > 1 {
		r.late = unhealthyAfter
	}
	return r
}

// parseRedis reads redis; where addresses are banned, each call of Admin looks
// them up there, and hangs.
func parseRedis(words []word) (action, error) {
	a := newArgs(words)
	down := a.oneOf("what happens to it", "off", "on") == "off"
	ban, empty := a.flag("ban"), a.flag("empty")
	return inConduit(func(c *conduit) error {
		turn(&c.hangs, down && ban)
		c.asks = 0
		c.setRedis(down)
		if empty { // the list of failures is kept there
			c.failures = nil
		}
		return nil
	}), a.end()
}

func parseBan(words []word) (action, error) {
	a := newArgs(words)
	text := a.word("for how long")
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		a.fail("for how long is %s, which is no duration", text)
	}
	return inConduit(func(c *conduit) error {
		c.bans[everybody] = c.s.clock().Add(d)
		return nil
	}), a.end()
}

func parseMaster(words []word) (action, error) {
	a := newArgs(words)
	key := a.word("the key")
	return inConduit(func(c *conduit) error { c.masterKey = key; return nil }), a.end()
}
