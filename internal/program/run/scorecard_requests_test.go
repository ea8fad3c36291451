package run

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Write implements net.Conn; it counts requests, each of which begins a write.
func (x *wire) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte("GET /")) || bytes.HasPrefix(p, []byte("POST /")) {
		x.town.asked.Add(1)
	}
	return x.Conn.Write(p)
}

// asking is how often a gateway is asked in one state of things, and at most.
type asking struct {
	State  string  `json:"state"`
	Rate   float64 `json:"rate"` // a minute, attempts to connect that fail included
	AtMost float64 `json:"atMost"`
	hidden bool
	make   func(d *day)
}

// states are the states of things that it is measured in, for an hour each.
var states = []asking{
	{State: "all is well, window shown", AtMost: 24},
	{State: "all is well, window hidden", AtMost: 9, hidden: true},
	{State: "master key refused, shown", AtMost: 24, make: func(d *day) { d.town.do("listen off admin", "master another", "listen on admin") }},
	{State: "master key refused, hidden", AtMost: 9, hidden: true, make: func(d *day) { d.town.do("listen off admin", "master another", "listen on admin") }},
	{State: "address banned, shown", AtMost: 24, make: func(d *day) { d.town.do("ban 100h", "admin-notifications drop") }},
	{State: "address banned, hidden", AtMost: 9, hidden: true, make: func(d *day) { d.town.do("ban 100h", "admin-notifications drop") }},
	{State: "database down, shown", AtMost: 24, make: func(d *day) { d.town.do("database off") }},
	{State: "Redis down where addresses are banned, shown", AtMost: 24, make: func(d *day) { d.town.do("redis off ban") }},
	{State: "gateway down, shown", AtMost: 24, make: func(d *day) { d.town.do("listen off") }},
	{State: "gateway down, hidden", AtMost: 9, hidden: true, make: func(d *day) { d.town.do("listen off") }},
}

// requests measures how often the gateway is asked.
func (c *cards) requests(t *testing.T) {
	c.Asked = make([]asking, len(states))
	for i, s := range states {
		t.Run(s.State, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &day{t: t, town: openTown(t, office+traffic), witness: newWitness()}
				d.start()
				if s.hidden {
					d.program.Load().SetVisible(false)
				}
				time.Sleep(lead)
				if s.make != nil {
					s.make(d)
				}
				time.Sleep(5 * time.Minute)
				before := d.town.asked.Load()
				time.Sleep(time.Hour)
				s.Rate = float64(d.town.asked.Load()-before) / 60
				d.stop()
				if err := d.town.gate.Close(); err != nil {
					t.Error(err)
				}
			})
			c.mu.Lock()
			c.Asked[i] = s
			c.mu.Unlock()
			t.Logf("%.1f a minute", s.Rate)
			if s.Rate > s.AtMost {
				t.Errorf("%s: asked %.1f times a minute, more than %v", s.State, s.Rate, s.AtMost)
			}
		})
	}
}

// askedTable writes it as Markdown.
func askedTable(all []asking) string {
	var b strings.Builder
	b.WriteString("| state | requests a minute | at most |\n|---|---|---|\n")
	for _, s := range all {
		fmt.Fprintf(&b, "| %s | %.1f | %.0f |\n", s.State, s.Rate, s.AtMost)
	}
	return b.String()
}
