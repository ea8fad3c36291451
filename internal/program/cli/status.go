package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/outlook"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/lock"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
)

// statusCmd prints the alerts now.
type statusCmd struct {
	targetFlags
	JSON    bool `help:"One JSON object."`
	Verbose bool `short:"v" help:"Also what each alert rests on and what would end it, what was spent today, by group and key, and when budgets are used up."`
}

// status is what is printed with --json.
type status struct {
	V int `json:"v"` // 1
	// State is "live" if the program that runs, or a look at the gateway, says so;
	// "stored" if it is what was kept, "no gateway" and "not watched yet" else.
	State string `json:"state"`
	// AgeMS is how old it is: alerts that are read from the history are as
	// old as the last line of the process that wrote them.
	AgeMS int64 `json:"ageMs"`
	// Note says why it is not what the program that runs has, if one runs.
	Note string `json:"note,omitempty"`
	// The outlook is empty where the alerts were stored; what is spent is then as
	// of when the gateway was watched last.
	run.Report

	unwatched bool // no gateway is in the settings
}

// Exit statuses by the worst open alert.
const (
	exitWarning  exitCode = 10
	exitCritical exitCode = 20
)

// The statuses where no alert is open and something as a whole is not known:
// "nothing" would be a claim.
var exitUnknown = map[string]fault.Code{
	outlook.Pending: fault.Unreachable, outlook.Unreachable: fault.Unreachable,
	outlook.Forbidden: fault.Forbidden, outlook.Unauthorized: fault.Unauthorized,
}

// statusTimeout is how long a gateway may take to be read.
const statusTimeout = 20 * time.Second

// lostTimeout is how long a gateway is tried that nobody answers at.
const lostTimeout = 5 * time.Second

// Run prints and returns the severity as exit status: 0 nothing or info, 10
// warning, 20 critical; or why nothing can be said of budgets, providers or
// connections, if no alert is open: 3, 4, 5.
func (c *statusCmd) Run(e *env) error {
	s, err := c.read(e.ctx, e.passphrase())
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
		err = s.print(e.opts.Stdout, c.Verbose)
	}
	if err != nil {
		return fault.New(fault.Internal, "The status cannot be printed.", err)
	}
	return s.exit()
}

// read finds how things are. The program that runs is asked first, so that both
// say the same; one that does not answer has kept something. Of a target that
// it does not watch, or if none runs, a look is taken.
func (c *statusCmd) read(ctx context.Context, ask passphrase) (status, error) {
	t, paths := c.target(), config.DefaultPaths()
	holder, running, err := lock.Current(paths.Lock)
	running = running && err == nil && !run.LooksOnce(holder.Role)
	if running && !t.Demo {
		r, err := run.Ask(ctx, paths, t)
		if err == nil {
			return status{State: "live", Report: r}, nil
		}
		if errors.Is(err, run.ErrNotWatched) {
			running = false
		}
	}
	if t != (run.Target{Seed: t.Seed}) {
		return look(ctx, t, ask, c.JSON || c.Verbose)
	}
	s, err := stored(ctx, paths)
	if running {
		s.Note = text.RunningIsSilent(holder.Role, holder.PID)
	}
	return s, err
}

// stored is what the Gatewatch that ran last has kept.
func stored(ctx context.Context, paths config.Paths) (status, error) {
	settings, _, err := config.Load(paths.Settings)
	if err != nil {
		return status{}, fault.New(fault.Misconfigured, "The settings file cannot be read.", err)
	}
	s := status{State: "no gateway", Report: run.Report{At: time.Now(), Alerts: []state.AlertLine{}, Money: []state.Money{}, Forecasts: []state.Forecast{}}}
	s.unwatched = len(settings.Profiles) == 0
	if !s.unwatched {
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
	if s.Money, err = run.StoredMoney(ctx, db, settings.Profiles, time.Now()); err != nil {
		return s, fault.New(fault.Internal, "The history cannot be read.", err)
	}
	return s, s.stored(ctx, db)
}

// stored fills in the alerts that were open when last written.
func (s *status) stored(ctx context.Context, db *history.DB) error {
	rows, err := db.Alerts(ctx, history.AlertQuery{Open: true})
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

// foreseeTimeout is for how long a look tries to foresee budgets.
const foreseeTimeout = 5 * time.Second

// look watches a target until everything was read once, and with foresee says when its
// budgets are used up.
func look(ctx context.Context, t run.Target, ask passphrase, foresee bool) (s status, err error) {
	p, err := run.Start(ctx, run.Options{Target: t, Role: run.RoleStatus, Passphrase: ask})
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, p.Close(context.WithoutCancel(ctx))) }()
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	var refused refusals
	last := status{}
	for began := time.Now(); ; {
		select {
		case <-ctx.Done():
			return unread(last)
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
		if ctx.Err() != nil {
			return unread(last)
		}
		if err != nil {
			return s, err
		}
		last = status{State: "live", Report: run.ReportOf(&snap.Live)}
		last.Says = strings.TrimSpace(strings.TrimSuffix(last.Says, text.OutlookTried)) // it is not: this ends
		settled := run.LinksReady(&snap.Live) || len(last.Lost) == len(snap.Live.Gateways) && time.Since(began) > lostTimeout
		open := undecided(&snap.Live) || dayIsRead(&snap.Live) || snap.Live.Outlooks[outlook.All].Hindrance == outlook.Pending
		if settled && (!open || time.Since(began) > statusTimeout/2) {
			return last.foreseen(ctx, p, foresee), nil
		}
	}
}

// foreseen adds when budgets are used up, if that is wanted and can be said in time.
func (s status) foreseen(ctx context.Context, p *run.Program, wanted bool) status {
	if !wanted {
		return s
	}
	ctx, cancel := context.WithTimeout(ctx, foreseeTimeout)
	defer cancel()
	p.Foresee(ctx)
	if snap, err := p.Snapshot(ctx); err == nil {
		s.Forecasts = run.ReportOf(&snap.Live).Forecasts
	}
	return s
}

// unread is what is told of a gateway that was not read in time: what is known of
// it, if anything is.
func unread(last status) (status, error) {
	const says = "The gateway was not read within 20 s."
	if last.State == "" {
		return last, fault.New(fault.Unreachable, says, nil)
	}
	last.Note, last.Hindrance = says, cmp.Or(last.Hindrance, outlook.Pending)
	return last, nil
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

// dayIsRead reports whether what a gateway booked earlier today is being read: its
// log is answered, and not all of the day is known of it yet.
func dayIsRead(live *state.Live) bool {
	for _, g := range live.Gateways {
		log := live.PollTargets[g.ID+"/rest:logs"]
		if log.Outcome == string(event.PollOK) && g.Today.Status() != event.ReadingKnown {
			return true
		}
	}
	return false
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
	if code, unknown := exitUnknown[s.Hindrance]; unknown {
		return exitCode(fault.ExitCode(fault.New(code, "", nil)))
	}
	return nil
}

// nothingIsWatched goes on with what can be tried.
const nothingIsWatched = "Nothing is watched: there is no gateway. Start gatewatch and connect one, or try: "

// print writes for people.
func (s status) print(w io.Writer, verbose bool) error {
	if s.State == "no gateway" || s.unwatched && len(s.Alerts) == 0 && s.Note == "" {
		_, err := fmt.Fprintln(w, nothingIsWatched+"gatewatch status --demo")
		return err
	}
	var out strings.Builder
	if s.Note != "" {
		fmt.Fprintln(&out, s.Note)
	}
	age := text.Age(time.Duration(s.AgeMS) * time.Millisecond)
	says := s.Says
	if says == "" && len(s.Alerts) == 0 { // what was stored is alerts, and nothing of what else is known
		says = "No alert is open."
	}
	if says != "" {
		fmt.Fprintf(&out, "%s (%s)\n", says, s.asOf(age))
	}
	for _, a := range worstOfEach(s.Alerts) {
		fmt.Fprintf(&out, "%-8s  %s  %s (since %s%s)\n", a.Severity, a.Title, a.Body, text.Clock(time.UnixMilli(a.Since), time.Now(), time.Local), seenTo(&a, time.Now()))
		if verbose {
			printEvidence(&out, &a)
		}
	}
	for _, l := range s.Lost {
		if !strings.Contains(says, strings.TrimSuffix(l.Says, ".")) {
			fmt.Fprint(&out, l.Says, " ")
		}
		fmt.Fprintln(&out, l.Do)
	}
	if len(s.Unknown) > 0 && len(s.Alerts) > 0 {
		fmt.Fprintf(&out, "Not known: %s.\n", strings.Join(s.Unknown, "; "))
	}
	for _, m := range s.Money {
		printMoney(&out, &m, verbose)
		if verbose {
			printBudgets(&out, s.Forecasts, m.Gateway)
		}
	}
	if says == "" {
		fmt.Fprintf(&out, "As of %s (%s).\n", age, s.State)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// asOf says how old it is and, where that is not the program that runs or the
// gateway, whose it is. "live" is left out: a gateway that is not reached is not.
func (s *status) asOf(age string) string {
	if s.State == "live" {
		return age
	}
	return s.State + ", " + age
}

// printEvidence writes what an alert rests on, and what would end it.
func printEvidence(w io.Writer, a *state.AlertLine) {
	for line := range strings.SplitSeq(a.Evidence, "\n") {
		if line != "" {
			_, _ = fmt.Fprintf(w, "          seen: %s\n", line)
		}
	}
	if a.Ends != "" {
		_, _ = fmt.Fprintf(w, "          end:  %s\n", a.Ends)
	}
}

// printMoney writes what a gateway spends, and with verbose on what.
func printMoney(w io.Writer, m *state.Money, verbose bool) {
	_, _ = fmt.Fprintln(w, text.SpendSummary(cmp.Or(m.Label, m.Gateway), m.Today, m.PerHour, m.OverMinutes, time.Now(), time.Local))
	if !verbose || !m.Today.Known() {
		return
	}
	line := func(what string, parts []state.MoneyPart, rest ...string) {
		for _, p := range parts {
			rest = append(rest, text.SpendPart(p.Name, p.ID, "", p.Nano))
		}
		if len(rest) > 0 {
			_, _ = fmt.Fprintf(w, "  %s: %s\n", what, strings.Join(rest, " · "))
		}
	}
	if len(m.Groups) > 0 { // a gateway without groups has nothing to attribute to one
		line("groups", m.Groups, named(m.NoGroup, text.SpendNoGroup)...)
	}
	line("keys", m.Keys, append(named(m.NoKey, text.SpendNoKey), named(m.Adjusted, text.SpendAdjusted)...)...)
	line("of it", nil, append(append(named(m.Unlogged, text.SpendUnlogged), named(m.Undebited, text.SpendUndebited)...), named(m.Pending, text.SpendPending)...)...)
}

// named is an amount by its name, if there is any.
func named(n event.NanoUSD, what string) []string {
	if n == 0 {
		return nil
	}
	return []string{text.SpendPart("", "", what, n)}
}
