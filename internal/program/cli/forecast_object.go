package cli

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/text"
	"gatewatch/internal/program/run"
)

// forecastObject is what is printed with --json. What is not known is null.
type forecastObject struct {
	V       int    `json:"v"` // 1
	Outcome string `json:"outcome"`
	Says    string `json:"says"`
	// At is as of when.
	At           time.Time  `json:"at,omitzero"`
	LimitUSD     *float64   `json:"limitUsd"`
	SpentUSD     float64    `json:"spentUsd"`
	Earliest     *time.Time `json:"earliest"`
	Likely       *time.Time `json:"likely"`
	Latest       *time.Time `json:"latest"`
	EarliestIn   *float64   `json:"earliestInHours"`
	LikelyIn     *float64   `json:"likelyInHours"`
	LatestIn     *float64   `json:"latestInHours"`
	RangePercent int        `json:"rangePercent"` // 80
	Reset        *time.Time `json:"reset"`
	BeforeReset  *bool      `json:"likelyBeforeReset"`

	LastHourUSD            float64  `json:"lastHourUsd"`
	LastHourWatchedMinutes float64  `json:"lastHourWatchedMinutes"`
	WatchedHours           float64  `json:"watchedHours"`
	ExpectedUSDPerHour     *float64 `json:"expectedUsdPerHour"`
	Tried                  int      `json:"tried"`
	TypicalErrorPercent    *float64 `json:"typicalErrorPercent"`

	Change         *changeObject `json:"change"`
	SinglesLeftOut int           `json:"singlesLeftOut"`
	Input          *inputObject  `json:"input,omitempty"`
}

// changeObject is a change of spending that is continued.
type changeObject struct {
	Since time.Time `json:"since,omitzero"`
	Times float64   `json:"times"`
}

// inputObject is what was read of a file.
type inputObject struct {
	Lines          int                `json:"lines"`
	BadLines       int                `json:"badLines"`
	Bad            []forecast.BadLine `json:"bad"` // the first hundred
	DuplicateLines int                `json:"duplicateLines"`
	LinesAfterAt   int                `json:"linesAfterAt"`
	UnwatchedHours float64            `json:"unwatchedHours"`
}

func (in *forecastInput) about() *inputObject {
	t := in.table
	o := &inputObject{
		Lines: t.Lines, BadLines: t.Bad, Bad: t.BadLines, DuplicateLines: t.Duplicates, LinesAfterAt: in.after,
		UnwatchedHours: round(t.Unwatched(in.Now).Hours(), 2),
	}
	if o.Bad == nil {
		o.Bad = []forecast.BadLine{}
	}
	return o
}

// objectOf is a forecast as it is printed.
func objectOf(f *run.Foreseen, loc *time.Location) *forecastObject {
	r, words := &f.Result, f.Words()
	o := &forecastObject{
		V: 1, Outcome: string(r.Outcome), At: f.At.In(loc), SpentUSD: f.Spent.Dollars(), RangePercent: 80,
		Says:        strings.TrimSpace(text.ForecastHead(words, f.At, loc) + " " + text.ForecastBasis(words, f.At, loc)),
		LastHourUSD: r.LastHour.Dollars(), LastHourWatchedMinutes: round(r.LastHourWatched.Minutes(), 1),
		WatchedHours: round(r.Watched.Hours(), 2), Tried: r.Tried, SinglesLeftOut: r.Singles,
	}
	if f.Limit > 0 {
		limit := f.Limit.Dollars()
		o.LimitUSD = &limit
	}
	for _, t := range []struct {
		at time.Time
		to **time.Time
		in **float64
	}{{r.Earliest, &o.Earliest, &o.EarliestIn}, {r.Likely, &o.Likely, &o.LikelyIn}, {r.Latest, &o.Latest, &o.LatestIn}, {f.Reset, &o.Reset, nil}} {
		if t.at.IsZero() {
			continue
		}
		at := t.at.In(loc)
		*t.to = &at
		if t.in != nil {
			hours := round(t.at.Sub(f.At).Hours(), 3)
			*t.in = &hours
		}
	}
	if !f.Reset.IsZero() && o.Likely != nil {
		o.BeforeReset = &r.BeforeReset
	}
	if r.Watched >= forecast.LeastWatched && r.Outcome != forecast.TooIrregular {
		rate, typical := r.PerHour.Dollars(), round(100*r.TypicalError, 2)
		o.ExpectedUSDPerHour = &rate
		if r.Tried > 0 {
			o.TypicalErrorPercent = &typical
		}
	}
	if !words.Since.IsZero() {
		o.Change = &changeObject{words.Since.In(loc).Truncate(time.Minute), round(words.Times, 2)}
	}
	return o
}

// backtestObject is what --backtest prints with --json. Shares that are of
// nothing are null.
type backtestObject struct {
	V                   int          `json:"v"` // 1
	At                  time.Time    `json:"at,omitzero"`
	LimitUSD            *float64     `json:"limitUsd"`
	Tries               int          `json:"tries"`
	Shown               int          `json:"rangesShown"`
	MedianErrorPercent  *float64     `json:"medianErrorPercent"`
	LatePercent         *float64     `json:"laterThan1.5TimesPercent"`
	CoveragePercent     *float64     `json:"coveragePercent"`
	TooIrregularPercent *float64     `json:"tooIrregularPercent"`
	Naive               naiveObject  `json:"naive"`
	Input               *inputObject `json:"input"`
}

// naiveObject is what the mean rate since the period began would have said.
type naiveObject struct {
	MedianErrorPercent *float64 `json:"medianErrorPercent"`
	LatePercent        *float64 `json:"laterThan1.5TimesPercent"`
}

func percent(share float64) *float64 {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return nil
	}
	v := round(100*share, 2)
	return &v
}

func round(v float64, decimals int) float64 {
	p := math.Pow(10, float64(decimals))
	return math.Round(v*p) / p
}

func (o *backtestObject) print(w io.Writer) error {
	said := func(p *float64) string {
		if p == nil {
			return "-"
		}
		return strconv.FormatFloat(*p, 'f', 1, 64) + " %"
	}
	_, err := fmt.Fprintf(w, `%d tries, a range shown in %d of them

                                   forecast   since the period began
median error of the time left      %8s   %8s
later than 1.5 × the time left     %8s   %8s
truth within the 80 %% range        %8s          -
"too irregular" instead of a range %8s          -
`, o.Tries, o.Shown, said(o.MedianErrorPercent), said(o.Naive.MedianErrorPercent), said(o.LatePercent), said(o.Naive.LatePercent),
		said(o.CoveragePercent), said(o.TooIrregularPercent))
	return err
}
