package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
)

// exportCmd writes stored events.
type exportCmd struct {
	Since    string `help:"How far back: 24h, 7d, or a date such as 2026-11-01; the default is 24h."`
	Until    string `help:"Up to when, in the same forms; the default is now."`
	Format   string `help:"csv, jsonl, md, html or json." enum:"csv,jsonl,md,html,json" default:"jsonl"`
	Incident string `help:"Write one incident instead, by the id of its alert."`
	Today    bool   `help:"Write what was spent today instead, by gateway, group and key."`
	Text     string `help:"Only events with these words."`
	Redact   bool   `help:"Replace the names of keys and people, to pass the file on."`
	Amounts  bool   `help:"Leave amounts of money out with --no-amounts." default:"true" negatable:""`
	Output   string `short:"o" help:"Write to this file instead of standard output." type:"path"`
}

// Run writes the export.
func (c *exportCmd) Run(e *env) (err error) {
	now := time.Now()
	since, until, err := c.span(now)
	if err != nil {
		return err
	}
	db, err := history.OpenReadOnly(e.ctx, config.DefaultPaths().History, history.Options{})
	if errors.Is(err, history.ErrNotFound) {
		return fault.New(fault.Misconfigured, "There is no history yet. Watch a gateway first.", err)
	}
	if err != nil {
		return fault.New(fault.Internal, "The history cannot be read.", err)
	}
	defer db.Close() //nolint:errcheck // nothing was written
	out := e.opts.Stdout
	if c.Output != "" {
		f, err := os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return fault.New(fault.Usage, "The file cannot be written. Name one with --output in a folder that is there and that you may write to.", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	sums, err := c.sums(e.ctx, db, now)
	if err != nil {
		return err
	}
	n, err := db.Export(e.ctx, out, history.ExportQuery{
		Since: since, Until: until, Events: history.Query{Text: c.Text},
		Incident: c.Incident, Format: history.Format(c.Format), Redact: c.Redact,
		HideAmounts: !c.Amounts, Today: sums,
	})
	return c.done(e.opts.Stderr, n, err)
}

// sums is what was spent today, as the program that runs has it, else of what the
// history has; nil if events are asked for.
func (c *exportCmd) sums(ctx context.Context, db *history.DB, now time.Time) ([]history.Sum, error) {
	if !c.Today {
		return nil, nil
	}
	settings, _, err := config.Load(config.DefaultPaths().Settings)
	if err != nil {
		return nil, fault.New(fault.Misconfigured, "The settings file cannot be read.", err)
	}
	money, err := run.StoredMoney(ctx, db, settings.Profiles, now)
	if err != nil {
		return nil, fault.New(fault.Internal, "The history cannot be read.", err)
	}
	if r, err := run.Ask(ctx, config.DefaultPaths(), run.Target{}); err == nil { // else none runs, or it does not answer
		kept := slices.DeleteFunc(money, func(m state.Money) bool {
			return slices.ContainsFunc(r.Money, func(now state.Money) bool { return now.Gateway == m.Gateway })
		})
		money = slices.Concat(r.Money, kept)
	}
	sums := []history.Sum{}
	for i := range money {
		sums = append(sums, sumsOf(&money[i], now)...)
	}
	return sums, nil
}

// sumsOf is a gateway's day and its parts. What is not known has none.
func sumsOf(m *state.Money, now time.Time) []history.Sum {
	sum := func(of, name string, today event.Reading[event.NanoUSD]) history.Sum {
		return history.Sum{At: now, Gateway: event.GatewayID(m.Gateway), Of: of, Name: name, Today: today}
	}
	all := []history.Sum{sum("gateway", cmp.Or(m.Label, m.Gateway), m.Today)}
	if !m.Today.Known() {
		return all
	}
	for _, p := range m.Groups {
		s := sum("group", cmp.Or(p.Name, "Group "+p.ID), m.Today.With(p.Nano))
		s.Group = event.GroupID(p.ID)
		all = append(all, s)
	}
	if m.NoGroup != 0 && len(m.Groups) > 0 {
		all = append(all, sum("no group", text.SpendNoGroup, m.Today.With(m.NoGroup)))
	}
	for _, p := range m.Keys {
		s := sum("key", cmp.Or(p.Name, "Key "+p.ID), m.Today.With(p.Nano))
		s.Key = event.KeyID(p.ID)
		all = append(all, s)
	}
	if m.NoKey != 0 {
		all = append(all, sum("no key", text.SpendNoKey, m.Today.With(m.NoKey)))
	}
	if m.Adjusted != 0 {
		all = append(all, sum("administrators", text.SpendAdjusted, m.Today.With(m.Adjusted)))
	}
	return all
}

// done says how much was written.
func (c *exportCmd) done(w io.Writer, n int, err error) error {
	if errors.Is(err, history.ErrNotFound) {
		return fault.New(fault.Usage, "There is no such incident. Its id is that of its alert, which gatewatch status --json prints.", err)
	}
	if err != nil {
		return fault.New(fault.Internal, "The export is not complete.", err)
	}
	if c.Output != "" {
		_, _ = fmt.Fprintf(w, "%d entries written to %s\n", n, c.Output)
	}
	return nil
}

// momentOf is moment for an option, with a refusal that names it.
func momentOf(option, s string, now time.Time) (time.Time, error) {
	at, err := moment(s, now)
	if err != nil {
		return at, fault.New(fault.Usage, fmt.Sprintf("The option %s does not take %q: it is no time. Give it one such as 24h, 7d or 2026-11-01.", option, s), nil)
	}
	return at, nil
}

// moment reads "24h", "7d", a date or a time; "" is the zero time.
func moment(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, now.Location()); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time", s)
}
