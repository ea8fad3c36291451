package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/lock"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
)

// budgetsObject is what is printed with --json of budgets that are watched.
type budgetsObject struct {
	V         int            `json:"v"` // 1
	At        time.Time      `json:"at,omitzero"`
	Forecasts []budgetObject `json:"forecasts"`
	// BegunLater names the budgets whose period began after that time, of which nothing
	// is foreseen.
	BegunLater []string `json:"begunLater"`
}

type budgetObject struct {
	Gateway string `json:"gateway"`
	Kind    string `json:"kind"` // "key", "group" or "gateway"
	ID      string `json:"id"`
	Name    string `json:"name"`
	*forecastObject
}

// aMoment is by how much the clocks of this computer's users may differ.
const aMoment = time.Minute

// watched prints the forecasts of budgets that are watched.
func (c *forecastCmd) watched(e *env, loc *time.Location) (err error) {
	want := run.ForecastQuestion{Zone: c.Timezone}
	if c.At != "" {
		if want.At, err = timeOf(c.At, loc); err != nil {
			return fault.New(fault.Usage, "--at is a time, such as 2026-11-29T14:00:00Z, 2026-11-29 or Unix time.", err)
		}
		if want.At.After(time.Now().Add(aMoment)) {
			return fault.New(fault.Usage, "--at is in the future, of which no spending is known.", nil)
		}
	}
	all, err := c.foresee(e, want)
	if errors.Is(err, errNoGateway) {
		if !c.JSON {
			_, err = fmt.Fprintln(e.opts.Stdout, nothingIsWatched+"gatewatch forecast --csv FILE --limit USD")
			return printed(err)
		}
		err = nil
	}
	if err != nil {
		return err
	}
	o := budgetsObject{V: 1, At: want.At, Forecasts: []budgetObject{}, BegunLater: []string{}}
	if o.At.IsZero() {
		o.At = time.Now()
	}
	for i := range all {
		f := &all[i]
		if f.BegunLater {
			o.BegunLater = append(o.BegunLater, f.Gateway+", "+budgetName(f.Kind, f.Name))
			continue
		}
		o.Forecasts = append(o.Forecasts, budgetObject{Gateway: f.Gateway, Kind: f.Kind, ID: f.Subject, Name: f.Name, forecastObject: objectOf(f, loc)})
	}
	if c.JSON {
		return printed(json.NewEncoder(e.opts.Stdout).Encode(o))
	}
	return printed(o.print(e.opts.Stdout))
}

// print writes for people.
func (o *budgetsObject) print(w io.Writer) error {
	var out strings.Builder
	if len(o.Forecasts)+len(o.BegunLater) == 0 {
		fmt.Fprintln(&out, "No budget is known: no key has a limit and no group a balance.")
	}
	for _, b := range o.Forecasts {
		fmt.Fprintf(&out, "%s, %s: %s\n", b.Gateway, budgetName(b.Kind, b.Name), b.Says)
	}
	for _, name := range o.BegunLater {
		fmt.Fprintf(&out, "%s: not known. Its period began later.\n", name)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// budgetName names a budget in a list of all of them.
func budgetName(kind, name string) string {
	if kind == run.KindGateway {
		return "all of it"
	}
	return kind + " " + name
}

// errNoGateway means that there is nothing to look at.
var errNoGateway = errors.New("no gateway is watched")

// foresee asks the program that runs for its forecasts, so that both say the same. Where
// none runs, or it does not watch this or does not answer, a look is taken and they are
// made of the history.
func (c *forecastCmd) foresee(e *env, want run.ForecastQuestion) (all []run.Foreseen, err error) {
	t, paths := run.Target{Profile: c.Profile, Core: c.Core, Admin: c.Admin, Seed: 1}, config.DefaultPaths()
	if holder, running, err := lock.Current(paths.Lock); err == nil && running && !run.LooksOnce(holder.Role) {
		all, err := run.AskForecasts(e.ctx, paths, t, want)
		if err == nil {
			return all, nil
		}
		if !errors.Is(err, run.ErrNotWatched) {
			_, _ = fmt.Fprintln(e.opts.Stderr, "gatewatch: "+text.RunningTellsNoForecast(holder.Role, holder.PID))
		}
	}
	p, err := run.Start(e.ctx, run.Options{Target: t, Role: run.RoleForecast, Passphrase: e.passphrase()})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close(context.WithoutCancel(e.ctx))) }()
	if err := settle(e, p); err != nil {
		return nil, err
	}
	all, err = p.Forecasts(e.ctx, want)
	switch {
	case errors.Is(err, history.ErrNotFound):
		return nil, fault.New(fault.Unreachable, "There is no history yet that anything could be foreseen from.", nil)
	case err != nil:
		return nil, fault.New(fault.Internal, "The history cannot be read.", err)
	}
	return all, nil
}

// settle waits until everything was read once. Of several gateways those that cannot be
// read are named, and left.
func settle(e *env, p *run.Program) error {
	ctx, cancel := context.WithTimeout(e.ctx, statusTimeout)
	defer cancel()
	var refused refusals
	for {
		select {
		case <-ctx.Done():
			return unsettled(e, p)
		case frame, open := <-p.Frames():
			if !open {
				return fault.New(fault.Internal, "The engine ended.", nil)
			}
			if err := refused.see(frame.Delta.Links); err != nil {
				return err
			}
			continue
		case <-time.After(1500 * time.Millisecond): // quiet: what was to come has come
		}
		snap, err := p.Snapshot(ctx)
		switch {
		case ctx.Err() != nil:
			return unsettled(e, p)
		case err != nil:
			return err
		case len(snap.Live.Gateways) == 0:
			return errNoGateway
		case run.LinksReady(&snap.Live):
			return nil
		}
	}
}

// unsettled names the gateways that were not read in time; an error if none was.
func unsettled(e *env, p *run.Program) error {
	snap, err := p.Snapshot(e.ctx)
	if err != nil {
		return err
	}
	var missing []string
	for _, g := range snap.Live.Gateways {
		if g.Overall != string(event.LinkConnected) {
			missing = append(missing, gatewayName(&g))
		}
	}
	if len(missing) == len(snap.Live.Gateways) {
		return fault.New(fault.Unreachable, "The gateway was not read within 20 s.", nil)
	}
	for _, name := range missing {
		_, _ = fmt.Fprintf(e.opts.Stderr, "gatewatch: %s was not read within 20 s; what follows is without it.\n", name)
	}
	return nil
}

func gatewayName(g *state.Gateway) string {
	if g.Label != "" {
		return g.Label
	}
	return g.ID
}
