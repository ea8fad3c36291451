package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/refusal"
	"gatewatch/internal/tools/demo"
)

// demoCmd serves a demo gateway.
type demoCmd struct {
	Listen      string  `help:"Address to listen on; port 0 takes a free one." default:"127.0.0.1:0"`
	ListenAdmin string  `help:"Address of the Admin API, where the dialect has it apart." default:"127.0.0.1:0"`
	Dialect     string  `help:"How it speaks: contract or conduit." placeholder:"NAME"`
	Scenario    string  `help:"What to play; office-hours, or calm in the dialect contract, if not given." placeholder:"NAME" xor:"play" ask:"demo-gateway --list"`
	Script      string  `help:"Play the scenario in this file instead." type:"existingfile" placeholder:"FILE" xor:"play"`
	Seed        uint64  `help:"The same seed gives the same events." default:"1"`
	Rate        float64 `help:"Events a second of generators; 0: as the scenario says."`
	Speed       float64 `help:"Seconds of the scenario that pass in a second." default:"1"`
	Obey        bool    `help:"Play the lines of scenario text on standard input too, each at once, and answer each with a line."`
	List        bool    `help:"List the scenarios and end."`
}

// Run serves until interrupted. It prints the addresses and keys on stdout.
func (c *demoCmd) Run(e *env) error {
	out := e.opts.Stdout
	if c.List {
		for _, name := range demo.Scenarios(demo.Dialect(c.Dialect)) {
			_, _ = fmt.Fprintln(out, name)
		}
		return nil
	}
	script, err := c.script()
	if err != nil {
		return fault.New(fault.Usage, "The scenario cannot be played.", err)
	}
	g, err := demo.Serve(e.ctx, demo.Options{
		Listen: c.Listen, ListenAdmin: c.ListenAdmin, Dialect: demo.Dialect(c.Dialect), Script: script,
		Scenario: c.Scenario, Seed: c.Seed, Rate: c.Rate, Speed: c.Speed,
	})
	if err != nil {
		what := "The demo gateway cannot be started."
		if refusal.Taken(err) {
			what = "The demo gateway cannot be started: another program listens at that address."
		}
		return fault.New(fault.Usage, what, err)
	}
	_, _ = fmt.Fprintf(out, "core URL    %s\nadmin URL   %s\nvirtual key %s\nmaster key  %s\n",
		g.CoreURL(), g.AdminURL(), g.VirtualKey(), g.MasterKey())
	for i, k := range g.VirtualKeys() {
		if i > 0 { // the first was printed
			_, _ = fmt.Fprintf(out, "also opens  %s (key %d, %s)\n", k.Secret, k.ID, shown(k.Name))
		}
	}
	_, _ = fmt.Fprintln(out, "playing", g.Scenario(), "- Ctrl-C ends it")
	if c.Obey {
		go obey(g, os.Stdin, out) // ends with the input, or with the program
	}
	g.Wait()
	return g.Close()
}

// shown is a name as a terminal may print it: what would steer it is replaced.
func shown(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return unicode.ReplacementChar
		}
		return r
	}, name)
}

// obey plays lines until there are no more.
func obey(g *demo.Gateway, lines io.Reader, out io.Writer) {
	in := bufio.NewScanner(lines)
	for in.Scan() {
		if strings.HasPrefix(strings.TrimSpace(in.Text()), "have ") { // the books would not add up
			_, _ = fmt.Fprintln(out, "refused: what a gateway has from the beginning is said in its scenario (--script)")
			continue
		}
		if err := g.Do(in.Text()); err != nil {
			_, _ = fmt.Fprintln(out, "refused:", err)
			continue
		}
		_, _ = fmt.Fprintln(out, "played")
	}
}

// script reads the file that is played, or returns nil if there is none.
func (c *demoCmd) script() (*demo.Scenario, error) {
	if c.Script == "" {
		return nil, nil //nolint:nilnil // there is none
	}
	text, err := os.ReadFile(c.Script)
	if err != nil {
		return nil, err
	}
	return demo.Parse(c.Script, string(text))
}
