package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/config"
	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/history"
	"gatewatch/internal/run"
	"gatewatch/internal/state"
)

// statusCmd prints the alerts now.
type statusCmd struct {
	targetFlags
	JSON bool `help:"One JSON object."`
}

// status is what is printed with --json.
type status struct {
	V     int       `json:"v"` // 1
	State string    `json:"state"`
	At    time.Time `json:"at"` // as of when
	// AgeMS is how old that is: alerts that are read from the history are as
	// old as the last word of the process that wrote them.
	AgeMS  int64             `json:"ageMs"`
	Alerts []state.AlertLine `json:"alerts"`
}

// Exit statuses by the worst open alert.
const (
	exitWarning  exitCode = 10
	exitCritical exitCode = 20
)

// statusPatience is how long a gateway may take to be read.
const statusPatience = 20 * time.Second

// Run prints and returns the severity as exit status: 0 nothing or info, 10
// warning, 20 critical.
func (c *statusCmd) Run(e *env) error {
	s, err := c.read(e.ctx)
	if err != nil {
		return err
	}
	s.V, s.AgeMS = 1, max(0, time.Since(s.At).Milliseconds())
	slices.SortFunc(s.Alerts, func(a, b state.AlertLine) int {
		return cmp.Or(event.Severity(b.Severity).Rank()-event.Severity(a.Severity).Rank(), cmp.Compare(a.Since, b.Since))
	})
	if c.JSON {
		err = json.NewEncoder(e.opts.Stdout).Encode(s)
	} else {
		err = s.print(e.opts.Stdout)
	}
	if err != nil {
		return fault.New(fault.Internal, "The status cannot be printed.", err)
	}
	return s.exit()
}

// read finds the alerts: of the gateway named, by watching it until it was
// read once; else what the running or last Gatewatch has kept.
func (c *statusCmd) read(ctx context.Context) (status, error) {
	if t := c.target(); t != (run.Target{Seed: t.Seed}) {
		return look(ctx, t)
	}
	paths := config.DefaultPaths()
	settings, _, err := config.Load(paths.Settings)
	if err != nil {
		return status{}, fault.New(fault.Misconfigured, "The settings file cannot be read.", err)
	}
	s := status{State: "no gateway", At: time.Now(), Alerts: []state.AlertLine{}}
	if len(settings.Profiles) > 0 {
		s.State = "not watched yet"
	}
	db, err := history.OpenReadOnly(ctx, paths.History, history.Options{})
	if errors.Is(err, history.ErrNotFound) {
		return s, nil
	}
	if err != nil {
		return s, fault.New(fault.Internal, "The history cannot be read.", err)
	}
	defer db.Close() //nolint:errcheck // nothing was written
	return s, s.stored(ctx, db)
}

// stored fills in the alerts that were open when last written.
func (s *status) stored(ctx context.Context, db *history.DB) error {
	rows, err := db.Instances(ctx, history.InstanceQuery{Open: true})
	if err != nil {
		return fault.New(fault.Internal, "The history cannot be read.", err)
	}
	s.State, s.At = "stored", time.Time{}
	saved := alert.Saved{}
	for _, row := range rows {
		var a alert.Alert
		if json.Unmarshal(row.Body, &a) != nil || !a.Status.Open() {
			continue
		}
		saved.Open = append(saved.Open, a)
		if row.UpdatedAt.After(s.At) {
			s.At = row.UpdatedAt
		}
	}
	rules := alert.New(alert.DefaultConfig())
	rules.Load(saved)
	s.Alerts = rules.Lines(time.Now())
	if page, err := db.Events(ctx, history.Query{Limit: 1}); err == nil && len(page.Events) > 0 && page.Events[0].At.After(s.At) {
		s.At = page.Events[0].At
	}
	if s.At.IsZero() {
		s.At = time.Now()
	}
	return nil
}

// look watches a target until everything was read once.
func look(ctx context.Context, t run.Target) (s status, err error) {
	p, err := run.Start(ctx, run.Options{Target: t, Role: "status"})
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, p.Close(context.WithoutCancel(ctx))) }()
	ctx, cancel := context.WithTimeout(ctx, statusPatience)
	defer cancel()
	var refused refusals
	for began := time.Now(); ; {
		select {
		case <-ctx.Done():
			return s, fault.New(fault.Unreachable, "The gateway was not read within 20 s.", nil)
		case frame, open := <-p.Frames():
			if !open {
				return s, fault.New(fault.Internal, "The engine ended.", nil)
			}
			if err := refused.see(frame.Delta.Links); err != nil {
				return s, err
			}
		case <-time.After(500 * time.Millisecond): // quiet: what was to come has come
		}
		snap, err := p.Snapshot(ctx)
		if err != nil {
			return s, err
		}
		settled := run.Settled(&snap.Live)
		if settled && (!undecided(&snap.Live) || time.Since(began) > statusPatience/2) {
			return statusOf(&snap.Live), nil
		}
	}
}

// undecided reports whether an alert may be about to fire.
func undecided(live *state.Live) bool {
	for _, a := range live.Alerts {
		if a.Status == string(alert.StatusPending) && a.Severity != string(event.SeverityInfo) {
			return true
		}
	}
	return false
}

func statusOf(live *state.Live) status {
	s := status{State: "live", At: time.Now(), Alerts: []state.AlertLine{}}
	for _, a := range live.Alerts {
		if a.Status == string(alert.StatusFiring) || a.Status == string(alert.StatusRecovering) {
			s.Alerts = append(s.Alerts, a)
		}
	}
	return s
}

func (s status) exit() error {
	worst := 0
	for _, a := range s.Alerts {
		worst = max(worst, event.Severity(a.Severity).Rank())
	}
	switch worst {
	case event.SeverityCritical.Rank():
		return exitCritical
	case event.SeverityWarning.Rank():
		return exitWarning
	}
	return nil
}

// print writes for people.
func (s status) print(w io.Writer) error {
	switch {
	case s.State == "no gateway":
		_, err := fmt.Fprintln(w, "No gateway yet. Start gatewatch and connect one, or try: gatewatch status --demo")
		return err
	case len(s.Alerts) == 0:
		_, err := fmt.Fprintf(w, "All quiet (%s, %s ago).\n", s.State, time.Duration(s.AgeMS)*time.Millisecond)
		return err
	}
	for _, a := range s.Alerts {
		if _, err := fmt.Fprintf(w, "%-8s  %s  %s (since %s)\n", a.Severity, a.Title, a.Body,
			time.UnixMilli(a.Since).Local().Format("Jan 2 15:04")); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "As of %s ago (%s).\n", (time.Duration(s.AgeMS) * time.Millisecond).Round(time.Second), s.State)
	return err
}
