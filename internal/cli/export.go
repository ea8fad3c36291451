package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/config"
	"gatewatch/internal/fault"
	"gatewatch/internal/history"
)

// exportCmd writes stored events.
type exportCmd struct {
	Since    string `help:"How far back: 24h, 7d, or a date such as 2026-11-01." default:"24h"`
	Until    string `help:"Up to when, in the same forms; the default is now."`
	Format   string `help:"csv, jsonl or md." enum:"csv,jsonl,md" default:"jsonl"`
	Incident string `help:"Write one incident instead, by the id of its alert."`
	Text     string `help:"Only events with these words."`
	Redact   bool   `help:"Replace the names of keys and people, to pass the file on."`
	Output   string `short:"o" help:"Write to this file instead of standard output." type:"path"`
}

// Run writes the export.
func (c *exportCmd) Run(e *env) (err error) {
	now := time.Now()
	since, err1 := moment(c.Since, now)
	until, err2 := moment(c.Until, now)
	if err := errors.Join(err1, err2); err != nil {
		return fault.New(fault.Usage, "Times are such as 24h, 7d or 2026-11-01.", err)
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
			return fault.New(fault.Usage, "The file cannot be written.", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	n, err := db.Export(e.ctx, out, history.ExportQuery{
		Since: since, Until: until, Events: history.Query{Text: c.Text},
		Incident: c.Incident, Format: history.Format(c.Format), Redact: c.Redact,
	})
	return c.done(e.opts.Stderr, n, err)
}

// done says how much was written.
func (c *exportCmd) done(w io.Writer, n int, err error) error {
	if errors.Is(err, history.ErrNotFound) {
		return fault.New(fault.Usage, "There is no such incident.", err)
	}
	if err != nil {
		return fault.New(fault.Internal, "The export is not complete.", err)
	}
	if c.Output != "" {
		_, _ = fmt.Fprintf(w, "%d entries written to %s\n", n, c.Output)
	}
	return nil
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
