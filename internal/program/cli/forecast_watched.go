package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatewatch/internal/core/forecast"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
)

// budgetsObject is what is printed with --json of budgets that are watched.
type budgetsObject struct {
	V         int            `json:"v"` // 1
	At        time.Time      `json:"at,omitzero"`
	Forecasts []budgetObject `json:"forecasts"`
}

type budgetObject struct {
	Gateway string `json:"gateway"`
	Kind    string `json:"kind"` // "key" or "group"
	ID      string `json:"id"`
	Name    string `json:"name"`
	*forecastObject
}

// watched forecasts the budgets of stored gateways: it reads them once, and their
// spending from the history.
func (c *forecastCmd) watched(e *env, loc *time.Location) (err error) {
	at := time.Now()
	if c.At != "" {
		if at, err = timeOf(c.At, loc); err != nil {
			return fault.New(fault.Usage, "--at is a time, such as 2026-11-29T14:00:00Z, 2026-11-29 or Unix time.", err)
		}
	}
	p, err := run.Start(e.ctx, run.Options{Target: run.Target{Profile: c.Profile, Core: c.Core, Admin: c.Admin, Seed: 1}, Role: "forecast", Passphrase: e.passphrase()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close(context.WithoutCancel(e.ctx))) }()
	if err := settle(e.ctx, p); err != nil {
		return err
	}
	all, err := p.Forecasts(e.ctx, at)
	if err != nil {
		return fault.New(fault.Internal, "The history cannot be read.", err)
	}
	o := budgetsObject{V: 1, At: at, Forecasts: []budgetObject{}}
	for i := range all {
		f := &all[i]
		one := objectOf(&f.Result, &forecast.Input{Now: f.At, Spent: f.Spent, Limit: f.Limit, Reset: f.Reset, Location: loc})
		one.V = 1
		o.Forecasts = append(o.Forecasts, budgetObject{Gateway: f.Gateway, Kind: f.Kind, ID: f.Subject, Name: f.Name, forecastObject: one})
	}
	if c.JSON {
		return printed(json.NewEncoder(e.opts.Stdout).Encode(o))
	}
	if len(all) == 0 {
		_, err = fmt.Fprintln(e.opts.Stdout, "No budget is known: no key has a limit and no group a balance.")
		return printed(err)
	}
	for _, b := range o.Forecasts {
		if _, err := fmt.Fprintf(e.opts.Stdout, "%s, %s %s: %s\n", b.Gateway, b.Kind, b.Name, b.Says); err != nil {
			return printed(err)
		}
	}
	return nil
}

// settle waits until everything was read once.
func settle(ctx context.Context, p *run.Program) error {
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	var refused refusals
	for {
		select {
		case <-ctx.Done():
			return fault.New(fault.Unreachable, "The gateway was not read within 20 s.", nil)
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
		if err != nil {
			return err
		}
		if run.LinksReady(&snap.Live) {
			return nil
		}
	}
}
