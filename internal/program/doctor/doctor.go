// Package doctor looks once at this computer and at gateways, from the name in
// an address to the lists behind it, and says in sentences what is wrong and
// what to do about it. Its report is made to be passed on: it holds no key.
//
// It harms nothing: it changes nothing anywhere, subscribes to nothing, asks a
// gateway nothing without a key, and after one refused key asks nothing more
// with that key. It does not watch (package run does), repairs nothing, and
// does not decide which gateways there are.
//
// A look is a table of checks (check in runner.go). Run owns the goroutines
// that it starts, one for each gateway and one for the computer, and waits for
// them.
package doctor

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"sync"
	"time"

	"gatewatch/internal/sources/gateway"
)

// Gateway is one gateway to look at.
type Gateway struct {
	Label string // for people
	// Production asks for more care: what is a remark elsewhere is a warning.
	Production bool
	// Config is what would be watched. Unlike there, keys may be missing.
	Config gateway.Config
	// VirtualFrom and MasterFrom say where the keys were found, for people;
	// "" where there is none.
	VirtualFrom, MasterFrom string
	// Fault is why Config could not be made; nil if it could. Nothing is asked
	// of the gateway then.
	Fault error
}

// Options says what to look at.
type Options struct {
	Version  string // of the program
	Machine  Machine
	Gateways []Gateway
	// Note is said at the top of the report, such as why there is no gateway
	// in it; "" for nothing.
	Note string
	// Redact also hides the names and addresses of hosts.
	Redact bool
	// Limit bounds a single check, 0 means 5 s; Whole bounds all of them
	// together, 0 means 60 s. What was not looked at by then is skipped.
	Limit, Whole time.Duration

	names *net.Resolver // nil: the system's
}

// Run looks at everything and reports. It blocks for no longer than
// Options.Whole, or until ctx ends; the report is complete either way and says
// what was skipped, and why.
func Run(ctx context.Context, o Options) Report {
	if o.Limit <= 0 {
		o.Limit = 5 * time.Second
	}
	if o.Whole <= 0 {
		o.Whole = time.Minute
	}
	if o.names == nil {
		o.names = net.DefaultResolver
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, o.Whole)
	defer cancel()
	r := Report{
		V: 1, At: began.UTC().Truncate(time.Second), Version: o.Version, System: runtime.GOOS + "/" + runtime.GOARCH, Note: o.Note,
	}
	parts := make([][]Section, len(o.Gateways)+1)
	var work sync.WaitGroup
	work.Go(func() { parts[0] = []Section{o.Machine.look(ctx, o.Limit)} })
	scrub := newScrubber(o.Redact)
	for i, g := range o.Gateways {
		scrub.learn(g)
		work.Go(func() { parts[i+1] = lookAt(ctx, g, o, scrub) })
	}
	work.Wait()
	for _, p := range parts {
		r.Sections = append(r.Sections, p...)
	}
	r.TookMS = millis(time.Since(began))
	r.Result = r.worst()
	scrub.report(&r)
	return r
}

// lookAt examines one gateway: each plane of it, and then both together.
func lookAt(ctx context.Context, g Gateway, o Options, scrub *scrubber) []Section {
	if g.Fault != nil {
		s := newSection(g.Label, o.Limit)
		s.add(check{name: "settings", title: "settings", run: func(context.Context) Finding {
			return bad("settings", fmt.Sprintf("What is set for this gateway cannot be used: %v.", g.Fault), "Correct it in the settings; nothing was asked of the gateway.")
		}})
		return []Section{s.look(ctx)}
	}
	p, err := newGatewayDiagnosis(g, o.names, scrub)
	if err != nil {
		g.Fault = err
		return lookAt(ctx, g, o, scrub)
	}
	defer p.env.CloseIdle()
	var out []Section
	for _, checks := range []struct {
		title  string
		checks []check
	}{
		{g.Label + ", Core API", p.core.coreChecks()},
		{g.Label + ", Admin API", p.admin.adminChecks()},
		{g.Label + ", as a whole", p.checks()},
	} {
		s := newSection(checks.title, o.Limit)
		p.core.more, p.admin.more = s.add, s.add
		s.add(checks.checks...)
		out = append(out, s.look(ctx))
	}
	p.revise(out)
	return out
}
