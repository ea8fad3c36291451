// Package cli is the command line: it parses it, builds the program with
// package run, and prints. The window is not its business: it is given a
// function that opens one.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"gatewatch/internal/core/engine"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
)

// Window opens the window and returns when the program ends. It fails with
// ErrNoWindow, before anything was started, if it cannot be opened.
type Window func(ctx context.Context, o WindowOptions) error

// WindowOptions says what the window shows.
type WindowOptions struct {
	Target run.Target
	Hidden bool // start in the tray
	Route  string
	Notify bool
}

// ErrNoWindow: this build or this machine has no window. Its text says why.
var ErrNoWindow = errors.New("there is no window here")

// Options is what main gives.
type Options struct {
	Version string
	Commit  string // of the source; empty: as the Go command noted
	Date    string // of the commit, RFC 3339; empty: as the Go command noted
	Window  Window // nil: this build has none
	Stdout  io.Writer
	Stderr  io.Writer
}

// Main runs the command line and returns the exit status: 0 ended as asked,
// 1 internal, 2 usage, 3 unreachable, 4 authentication, 5 forbidden, 6 TLS,
// 7 misconfigured; "status" and "doctor" have 0, 10 and 20 by severity.
func Main(args []string, o Options) int {
	engine.LimitMemory()
	out := &output{w: o.Stdout}
	o.Stdout = out
	g := grammar{}
	parser, err := kong.New(&g,
		kong.Name("gatewatch"),
		kong.Description("Watches Conduit LLM gateways: spend, provider health, tasks. Tells you when something needs you."),
		kong.Writers(o.Stdout, o.Stderr),
		kong.Vars{"version": o.Version},
		kong.UsageOnError(),
		kong.Exit(func(code int) { panic(exit(code)) }),
	)
	if err != nil {
		_, _ = fmt.Fprintln(o.Stderr, "gatewatch:", err)
		return 1
	}
	return parse(parser, args, o, out)
}

// exit is how kong ends the program early (help, version).
type exit int

// parse runs the chosen command.
func parse(parser *kong.Kong, args []string, o Options, out *output) (code int) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(exit)
			if !ok {
				panic(r)
			}
			code = int(e)
		}
	}()
	chosen, err := parser.Parse(args)
	if err != nil {
		_, _ = fmt.Fprintf(o.Stderr, "gatewatch: %s\nTry: gatewatch --help\n", usageSentence(err))
		return 2
	}
	ctx, stop := interrupted()
	defer stop()
	err = chosen.Run(&env{ctx: ctx, opts: o})
	if status, ok := errors.AsType[exitCode](err); ok {
		return int(status)
	}
	if err != nil && out.gone.Load() {
		return 0 // nobody reads what we say: it is over, and no failure
	}
	if err != nil {
		complain(o.Stderr, err)
	}
	return fault.ExitCode(err)
}

// exitCode is an exit status that is not a failure, such as a severity.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// interrupted ends at SIGINT, SIGTERM and, unless whoever started us had it
// ignored (nohup), SIGHUP: a closed terminal or a log-out loses nothing. Writing to a closed pipe gives an
// error instead of killing the process.
func interrupted() (context.Context, func()) {
	signal.Ignore(syscall.SIGPIPE)
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		ends = append(ends, syscall.SIGHUP)
	}
	return signal.NotifyContext(context.Background(), ends...)
}

// complain says what went wrong and why, each on a line of its own.
func complain(w io.Writer, err error) {
	f := fault.Of(err)
	_, _ = fmt.Fprintln(w, "gatewatch:", f.Message)
	if f.Cause != nil {
		_, _ = fmt.Fprintln(w, "  because:", f.Cause)
	}
}

// env is what commands run with.
type env struct {
	ctx  context.Context
	opts Options
}

// grammar is the command line.
type grammar struct {
	Version kong.VersionFlag `help:"Print the version and end."`

	Window   windowCmd   `cmd:"" default:"withargs" help:"Open the window (the default)."`
	Watch    watchCmd    `cmd:"" help:"Watch without a window: a line for every event, alert and notice."`
	Status   statusCmd   `cmd:"" help:"Print the alerts now; the exit status is the worst severity (0, 10, 20)."`
	Export   exportCmd   `cmd:"" help:"Write events, or one incident, to a file or standard output."`
	Mark     markCmd     `cmd:"" help:"Note that something was done, such as a deployment: it shows among the changes and before alerts."`
	Doctor   doctorCmd   `cmd:"" help:"Look once at this computer and at gateways, and say what is wrong; the exit status is the worst finding (0, 10, 20)."`
	Forecast forecastCmd `cmd:"" help:"Say when budgets are used up, as a range, from the history or from a file of time,amount."`
	Gateway  demoCmd     `cmd:"" name:"demo-gateway" help:"Serve a demo gateway that plays a scenario."`

	ForgetKeys forgetKeysCmd `cmd:"" help:"Remove all keys of Gatewatch from the keychain, before it is uninstalled."`

	Show       versionCmd    `cmd:"" name:"version" help:"Print which program this is."`
	Licences   licencesCmd   `cmd:"" help:"Print the licences of everything that the program is made of."`
	Completion completionCmd `cmd:"" help:"Print what a shell needs to complete our command line."`
	Manual     manualCmd     `cmd:"" hidden:"" help:"Print the manual page."`
}

// targetFlags choose what is watched.
type targetFlags struct {
	Demo     bool    `help:"Watch the built-in demo gateway."`
	Scenario string  `help:"What the demo plays (see demo-gateway --list)." placeholder:"NAME" ask:"demo-gateway --list"`
	Dialect  string  `help:"How the demo speaks: contract or conduit." placeholder:"NAME"`
	Seed     uint64  `help:"Seed of the demo; the same seed gives the same events." default:"1"`
	Rate     float64 `help:"Events a second of the demo's generators; 0: as the scenario says."`
	Profile  string  `help:"Watch one stored profile, by id or label." placeholder:"P"`
	Core     string  `help:"Watch the Core API at this address; key in $GATEWATCH_VIRTUAL_KEY." placeholder:"URL"`
	Admin    string  `help:"Watch the Admin API at this address; key in $GATEWATCH_MASTER_KEY." placeholder:"URL"`
}

func (t targetFlags) target() run.Target {
	return run.Target{
		Demo:     t.Demo || (t.Scenario != "" || t.Dialect != "") && t.Profile == "" && t.Core == "" && t.Admin == "",
		Scenario: t.Scenario, Dialect: t.Dialect, Seed: t.Seed, Rate: t.Rate,
		Profile: t.Profile, Core: t.Core, Admin: t.Admin,
	}
}

// windowCmd is the bare command.
type windowCmd struct {
	targetFlags
	Hidden   bool   `help:"Start in the tray."`
	NoNotify bool   `help:"Raise no native notifications."`
	Route    string `arg:"" optional:"" help:"A page or a gatewatch:// link to open."`
}

// Validate refuses what is neither a page nor a link: most likely a mistyped
// command.
func (c *windowCmd) Validate() error {
	if err := c.targetFlags.Validate(); err != nil {
		return err
	}
	if c.Route == "" || strings.HasPrefix(c.Route, "/") || strings.HasPrefix(c.Route, "gatewatch://") {
		return nil
	}
	return fmt.Errorf("there is no command %q", c.Route)
}

// Run opens the window, or watches in the terminal where there is none.
func (c *windowCmd) Run(e *env) error {
	why := error(fmt.Errorf("%w: this build was made without one", ErrNoWindow))
	if e.opts.Window != nil {
		why = e.opts.Window(e.ctx, WindowOptions{
			Target: c.target(), Hidden: c.Hidden, Route: c.Route, Notify: !c.NoNotify,
		})
	}
	if !errors.Is(why, ErrNoWindow) {
		return why
	}
	_, _ = fmt.Fprintf(e.opts.Stderr, "gatewatch: %v. Watching in the terminal instead; Ctrl-C ends it.\n", why)
	w := watchCmd{targetFlags: c.targetFlags, NoNotify: c.NoNotify}
	return w.Run(e)
}
