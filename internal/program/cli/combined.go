package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/foundation/fault"
)

// Options that are understood and would be ignored beside another one are refused:
// who gives one means it.

// given is an option, and whether it is on the command line.
type given struct {
	option string
	is     bool
}

// first is the first option that is given; "" if none is.
func first(of []given) string {
	i := slices.IndexFunc(of, func(g given) bool { return g.is })
	if i < 0 {
		return ""
	}
	return of[i].option
}

// beside refuses an option of others beside that: what they say is not used there.
func beside(that string, others ...given) error {
	option := first(others)
	if option == "" {
		return nil
	}
	return fmt.Errorf("the option %s is not used beside %s: leave one of them out", option, that)
}

// Validate refuses more than one thing to watch, and options of the demo for what is no demo.
func (t targetFlags) Validate() error {
	var targets []string
	for _, g := range []given{{"--demo", t.Demo}, {"--profile", t.Profile != ""}, {"--core/--admin", t.Core != "" || t.Admin != ""}} {
		if g.is {
			targets = append(targets, g.option)
		}
	}
	if len(targets) > 1 {
		return fmt.Errorf("give only one of --demo, --profile and --core/--admin: %s are given", strings.Join(targets, " and "))
	}
	ofDemo := []given{{"--scenario", t.Scenario != ""}, {"--dialect", t.Dialect != ""}, {"--seed", t.Seed > 1}, {"--rate", t.Rate != 0}}
	if len(targets) == 1 && !t.Demo {
		return beside(targets[0], ofDemo...)
	}
	if option := first(ofDemo[2:]); option != "" && !t.target().Demo {
		return fmt.Errorf("the option %s is of the demo alone: give --demo too", option)
	}
	return nil
}

// Validate refuses what would be ignored: an incident and a day have their own times.
func (c *exportCmd) Validate() error {
	ofEvents := []given{{"--since", c.Since != ""}, {"--until", c.Until != ""}, {"--text", c.Text != ""}}
	switch {
	case c.Incident != "":
		return beside("--incident", append([]given{{"--today", c.Today}}, ofEvents...)...)
	case c.Today:
		return beside("--today", ofEvents...)
	}
	return nil
}

// span reads from when on events are written, and up to when.
func (c *exportCmd) span(now time.Time) (since, until time.Time, err error) {
	if since, err = momentOf("--since", cmp.Or(c.Since, "24h"), now); err != nil {
		return since, until, err
	}
	if until, err = momentOf("--until", c.Until, now); err != nil {
		return since, until, err
	}
	switch {
	case until.IsZero() && since.After(now):
		err = fault.New(fault.Usage, "The option --since names a time that is still to come: nothing was heard after it.", nil)
	case !until.IsZero() && !since.Before(until):
		err = fault.New(fault.Usage, "Nothing lies between --since and --until: the one must be earlier than the other. --since is 24h if it is not given.", nil)
	}
	return since, until, err
}

// Validate refuses what a list of scenarios does not look at.
func (c *demoCmd) Validate() error {
	if !c.List {
		return nil
	}
	return beside("--list", given{"--scenario", c.Scenario != ""}, given{"--script", c.Script != ""}, given{"--seed", c.Seed != 1},
		given{"--rate", c.Rate != 0}, given{"--speed", c.Speed != 1}, given{"--obey", c.Obey})
}
