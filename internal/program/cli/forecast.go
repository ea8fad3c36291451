package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
)

// forecastCmd says when budgets are used up.
type forecastCmd struct {
	Profile  string `help:"Of one stored gateway, by id or label; without --csv and --profile, of all of them." placeholder:"P"`
	Core     string `help:"Of the Core API at this address; key in $GATEWATCH_VIRTUAL_KEY." placeholder:"URL"`
	Admin    string `help:"Of the Admin API at this address; key in $GATEWATCH_MASTER_KEY." placeholder:"URL"`
	CSV      string `name:"csv" help:"Of a file instead: lines of time,amount (RFC 3339 or Unix time; dollars; a header is optional); - is standard input." placeholder:"FILE"`
	Limit    string `help:"With --csv: the amount of the period. It is reached when the sum of all amounts since its beginning is at least this." placeholder:"USD"`
	Since    string `help:"With --csv: when the period began; the default is the first line." placeholder:"DATE"`
	Reset    string `help:"With --csv: when the period ends." placeholder:"DATE"`
	At       string `help:"Forecast as of this time (RFC 3339, a date, or Unix time): what is later is not looked at. The default is now, with --csv the time of the last line." placeholder:"TIME"`
	Timezone string `help:"Whose days and weekends to take, such as Europe/Berlin; the default is the system's." placeholder:"NAME"`
	Every    bool   `help:"With --csv: equal lines all count. Otherwise of lines with the same time and amount one does."`
	JSON     bool   `help:"One JSON object; its fields are in docs/forecast.md."`
	Backtest bool   `help:"With --csv: try the forecast over the file, from a day after its first line on, and print its errors; without --limit with what was really spent 12 h, 1, 3 and 7 days ahead."`
}

// forecastInput is what was read of the command line and the file.
type forecastInput struct {
	forecast.Input
	table *forecast.Table
	began time.Time
	after int // lines behind Now
}

// Run prints the forecast. The exit status is 0 whatever is foreseen, 2 if the
// command line or the file cannot be used.
func (c *forecastCmd) Run(e *env) error {
	loc := time.Local
	if c.Timezone != "" {
		var err error
		if loc, err = time.LoadLocation(c.Timezone); err != nil {
			return fault.New(fault.Usage, "There is no such time zone; one is Europe/Berlin.", err)
		}
	}
	if c.Profile != "" && c.Core+c.Admin != "" {
		return fault.New(fault.Usage, "Give --profile or the addresses of a gateway, not both.", nil)
	}
	switch {
	case c.CSV == "" && (c.Limit != "" || c.Since != "" || c.Reset != "" || c.Every || c.Backtest):
		return fault.New(fault.Usage, "--limit, --since, --reset, --every and --backtest need --csv FILE.", nil)
	case c.CSV == "":
		return c.watched(e, loc)
	case c.Profile+c.Core+c.Admin != "":
		return fault.New(fault.Usage, "Give --csv or a gateway, not both.", nil)
	case c.Limit == "" && !c.Backtest:
		return fault.New(fault.Usage, "Give --limit USD: the amount whose end is to be foreseen.", nil)
	}
	in, err := c.read(loc)
	if err != nil {
		return err
	}
	if c.Backtest {
		return c.backtest(e, in)
	}
	return c.once(e, in)
}

// read reads the file and what is to be foreseen of it.
func (c *forecastCmd) read(loc *time.Location) (*forecastInput, error) {
	in := &forecastInput{Input: forecast.Input{Location: loc}}
	if c.Limit != "" {
		limit, _, err := event.ParseUSD([]byte(c.Limit))
		if err != nil || limit <= 0 {
			return nil, fault.New(fault.Usage, "--limit is an amount of dollars, such as 250 or 99.50.", err)
		}
		in.Limit = limit
	}
	from := io.Reader(os.Stdin)
	if c.CSV != "-" {
		f, err := os.Open(c.CSV)
		if err != nil {
			return nil, fault.New(fault.Usage, "The file cannot be read.", err)
		}
		defer f.Close() //nolint:errcheck // nothing was written
		from = f
	}
	table, err := forecast.ReadCSV(from, c.Every)
	if err != nil {
		return nil, fault.New(fault.Usage, "The file cannot be read.", err)
	}
	if len(table.Points) == 0 {
		var why error
		if len(table.BadLines) > 0 {
			why = fmt.Errorf("line %d: %s", table.BadLines[0].Line, table.BadLines[0].Why)
		}
		return nil, fault.New(fault.Usage, "No line of the file is a time and an amount, such as 2026-11-29T14:00:00Z,0.25.", why)
	}
	in.table, in.Points, in.Watched = table, table.Points, table.Watched
	in.began, in.Now = table.Points[0].At, table.Points[len(table.Points)-1].At
	for _, f := range []struct {
		flag, value string
		to          *time.Time
	}{{"--since", c.Since, &in.began}, {"--reset", c.Reset, &in.Reset}, {"--at", c.At, &in.Now}} {
		if f.value == "" {
			continue
		}
		if *f.to, err = timeOf(f.value, loc); err != nil {
			return nil, fault.New(fault.Usage, f.flag+" is a time, such as 2026-11-29T14:00:00Z, 2026-11-29 or Unix time.", err)
		}
	}
	for _, p := range in.Points {
		switch {
		case p.At.After(in.Now):
			in.after++
		case !p.At.Before(in.began):
			in.Spent += p.Amount
		}
	}
	return in, nil
}

// timeOf reads a time of the command line; one without a zone is of loc.
func timeOf(s string, loc *time.Location) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, loc); err == nil {
			return t, nil
		}
	}
	return forecast.ParseTime(s)
}

// once prints one forecast.
func (c *forecastCmd) once(e *env, in *forecastInput) error {
	if !in.Reset.IsZero() && !in.Reset.After(in.Now) {
		return fault.New(fault.Usage, "--reset is when the period ends, and must be after "+text.DayClock(in.Now, in.Location)+", as of which the forecast is.", nil)
	}
	if in.began.After(in.Now) {
		return fault.New(fault.Usage, "--since is when the period began, and must not be after "+text.DayClock(in.Now, in.Location)+", as of which the forecast is.", nil)
	}
	f := run.Foreseen{Budget: run.Budget{Spent: in.Spent, Limit: in.Limit, Reset: in.Reset}, At: in.Now, Result: forecast.Of(in.Input)}
	o := objectOf(&f, in.Location)
	o.Input = in.about()
	var err error
	if c.JSON {
		err = json.NewEncoder(e.opts.Stdout).Encode(o)
	} else {
		in.complain(e.opts.Stderr)
		_, err = fmt.Fprintf(e.opts.Stdout, "%s\n%s of %s used as of %s.\n", o.Says, text.Money(in.Spent), text.Money(in.Limit), text.DayClock(in.Now, in.Location))
	}
	return printed(err)
}

func printed(err error) error {
	if err != nil {
		return fault.New(fault.Internal, "The forecast cannot be printed.", err)
	}
	return nil
}

// complain names lines that cannot be used.
func (in *forecastInput) complain(w io.Writer) {
	const most = 5
	t := in.table
	for i, b := range t.BadLines {
		if i == most {
			break
		}
		_, _ = fmt.Fprintf(w, "gatewatch: line %d is left out: %s\n", b.Line, b.Why)
	}
	if t.Bad > most {
		_, _ = fmt.Fprintf(w, "gatewatch: %d more lines are left out\n", t.Bad-most)
	}
	if t.Duplicates > 0 {
		_, _ = fmt.Fprintf(w, "gatewatch: %s left out that say the same as another (--every counts them)\n", text.Plural(t.Duplicates, "line"))
	}
	if d := t.Unwatched(in.Now); d > 0 {
		_, _ = fmt.Fprintf(w, "gatewatch: %s of the file are taken as not watched\n", text.Duration(d))
	}
}

// backtest tries the forecast over the file.
func (c *forecastCmd) backtest(e *env, in *forecastInput) error {
	tries := forecast.Backtest(in.Input, in.began)
	s := forecast.ScoreOf(tries)
	o := backtestObject{
		V: 1, At: in.Now, Tries: s.Tries, Shown: s.Shown,
		MedianErrorPercent: percent(s.MedianError), LatePercent: percent(s.LateShare), CoveragePercent: percent(s.Coverage),
		TooIrregularPercent: percent(s.TooIrregular), Input: in.about(),
		Naive: naiveObject{percent(s.NaiveMedianError), percent(s.NaiveLateShare)},
	}
	if in.Limit > 0 {
		limit := in.Limit.Dollars()
		o.LimitUSD = &limit
	}
	if c.JSON {
		return printed(json.NewEncoder(e.opts.Stdout).Encode(o))
	}
	in.complain(e.opts.Stderr)
	return printed(o.print(e.opts.Stdout))
}
