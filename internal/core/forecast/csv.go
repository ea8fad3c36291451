package forecast

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// BadLine is a line that cannot be used, and why.
type BadLine struct {
	Line int    `json:"line"`
	Why  string `json:"why"`
}

// Table is what was read of a file of "time,amount".
type Table struct {
	Points []Point // in order of time
	Lines  int     // with something in them, the header not counted
	Bad    int
	// BadLines are the first of them, at most maxBadLines.
	BadLines []BadLine
	// Duplicates were left out: the same time and amount as another line.
	Duplicates int
	// Watched is nil if nothing says that some time was not watched.
	Watched []Span
	gaps    []Span
}

const maxBadLines = 100

// ReadCSV reads lines of "time,amount": RFC 3339 or Unix seconds, milliseconds,
// microseconds or nanoseconds; dollars, negative ones are money back. A line with
// an empty amount says that nothing was watched from then until the next line. A
// header may name the columns. Lines that cannot be used are counted and named.
// With every, equal lines all count.
func ReadCSV(from io.Reader, every bool) (*Table, error) {
	buffered := bufio.NewReaderSize(from, 1<<16)
	if bom, err := buffered.Peek(3); err == nil && bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		_, _ = buffered.Discard(3)
	}
	r := csv.NewReader(buffered)
	r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord, r.Comment = -1, true, true, '#'
	t := &Table{}
	timeAt, amountAt := 0, 1
	var gapFrom []time.Time
	for first := true; ; first = false {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if parse, is := errors.AsType[*csv.ParseError](err); is {
			t.Lines++
			t.bad(parse.Line, parse.Err.Error())
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the lines: %w", err)
		}
		line, _ := r.FieldPos(0)
		if first {
			if a, b, is := header(record); is {
				timeAt, amountAt = a, b
				continue
			}
		}
		t.Lines++
		if len(record) <= max(timeAt, amountAt) {
			t.bad(line, "it has no "+[]string{"time", "amount"}[min(len(record), 1)])
			continue
		}
		at, err := ParseTime(strings.TrimSpace(record[timeAt]))
		if err != nil {
			t.bad(line, err.Error())
			continue
		}
		field := strings.TrimSpace(record[amountAt])
		if field == "" {
			gapFrom = append(gapFrom, at)
			continue
		}
		amount, _, err := event.ParseUSD([]byte(strings.TrimPrefix(field, "+")))
		if err != nil {
			t.bad(line, fmt.Sprintf("%.40q is no amount", field))
			continue
		}
		t.Points = append(t.Points, Point{at, amount})
	}
	t.Points = sorted(t.Points, time.Unix(1<<40, 0))
	if !every {
		t.dropDuplicates()
	}
	t.findGaps(gapFrom)
	return t, nil
}

func (t *Table) bad(line int, why string) {
	t.Bad++
	if len(t.BadLines) < maxBadLines {
		t.BadLines = append(t.BadLines, BadLine{line, why})
	}
}

// header finds the columns if a line names them.
func header(record []string) (timeAt, amountAt int, is bool) {
	if len(record) == 0 {
		return 0, 1, false
	}
	if _, err := ParseTime(strings.TrimSpace(record[0])); err == nil {
		return 0, 1, false
	}
	timeAt, amountAt = -1, -1
	for i, name := range record {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case timeAt < 0 && (strings.Contains(name, "time") || strings.Contains(name, "date") || name == "at" || name == "ts"):
			timeAt = i
		case amountAt < 0 && (strings.Contains(name, "amount") || strings.Contains(name, "cost") || strings.Contains(name, "spend") || strings.Contains(name, "usd")):
			amountAt = i
		}
	}
	if timeAt < 0 || amountAt < 0 {
		letters := strings.IndexFunc(record[0], func(r rune) bool { return r >= '0' && r <= '9' }) < 0
		return 0, 1, letters && strings.TrimSpace(record[0]) != ""
	}
	return timeAt, amountAt, true
}

// ParseTime reads RFC 3339, or Unix seconds, milliseconds, microseconds or
// nanoseconds, which differ in their size.
func ParseTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) || n <= 0 || n > 9e18 {
		return time.Time{}, fmt.Errorf("%.40q is no time: RFC 3339 or Unix time is one", s)
	}
	unit := int64(time.Second)
	for limit := 1e11; n >= limit && unit > 1; limit *= 1000 {
		unit /= 1000
	}
	if whole, err := strconv.ParseInt(s, 10, 64); err == nil {
		per := int64(time.Second) / unit
		return time.Unix(whole/per, whole%per*unit).UTC(), nil
	}
	return time.UnixMicro(int64(n * float64(unit) / 1000)).UTC(), nil
}

// dropDuplicates leaves out lines that say the same as another, unless equal
// amounts come as often one step of the clock later: then they are spends of one
// price, and no duplicates.
func (t *Table) dropDuplicates() {
	step := int64(time.Second)
	for i := range t.Points {
		if t.Points[i].At.UnixNano()%int64(time.Second) != 0 {
			step = int64(time.Millisecond)
			break
		}
	}
	type line struct{ at, amount int64 }
	seen := make(map[line]int, len(t.Points))
	same, next := 0, 0
	for _, p := range t.Points {
		l := line{p.At.UnixNano(), int64(p.Amount)}
		if p.Amount == 0 {
			continue
		}
		if seen[l] > 0 {
			same++
		} else if seen[line{l.at - step, l.amount}] > 0 {
			next++
		}
		seen[l]++
	}
	if same == 0 || same < 3*next {
		return
	}
	before := len(t.Points)
	t.Points = slices.CompactFunc(t.Points, func(a, b Point) bool { return a.At.Equal(b.At) && a.Amount == b.Amount })
	t.Duplicates = before - len(t.Points)
}

// findGaps finds out what was not watched: after lines without an amount; in a
// file that writes zeros out, where a line of its even times is missing; and where
// nothing came for many times the longest usual silence, between spending.
func (t *Table) findGaps(from []time.Time) {
	if len(t.Points) < 2 {
		return
	}
	for _, at := range from {
		i, _ := slices.BinarySearchFunc(t.Points, at, func(p Point, at time.Time) int { return p.At.Compare(at) })
		if i < len(t.Points) && t.Points[i].At.After(at) {
			t.gaps = append(t.gaps, Span{at, t.Points[i].At})
		}
	}
	grid := gridOf(t.Points)
	zeros := slices.ContainsFunc(t.Points, func(p Point) bool { return p.Amount == 0 })
	longest := t.silence()
	for i := 1; i < len(t.Points); i++ {
		a, b := t.Points[i-1].At, t.Points[i].At
		switch d := b.Sub(a); {
		case grid > 0 && zeros && d > grid:
			t.gaps = append(t.gaps, Span{a.Add(grid), b})
		case grid > 0 && grid < 24*time.Hour && d > max(longest, 4*grid):
			t.gaps = append(t.gaps, Span{a.Add(grid), b})
		case grid == 0 && d > longest:
			t.gaps = append(t.gaps, Span{a, b})
		}
	}
	if len(t.gaps) == 0 {
		return
	}
	slices.SortFunc(t.gaps, func(a, b Span) int { return a.From.Compare(b.From) })
	begin := t.Points[0].At
	for _, g := range t.gaps {
		if g.From.After(begin) {
			t.Watched = append(t.Watched, Span{begin, g.From})
		}
		if g.To.After(begin) {
			begin = g.To
		}
	}
	t.Watched = append(t.Watched, Span{begin, time.Unix(1<<40, 0)})
}

// silence is the longest silence that belongs to the spending: ten times the
// longest but few, and three hours at least.
func (t *Table) silence() time.Duration {
	all := make([]time.Duration, 0, len(t.Points))
	for i := 1; i < len(t.Points); i++ {
		all = append(all, t.Points[i].At.Sub(t.Points[i-1].At))
	}
	slices.Sort(all)
	few := max(1, len(all)/200)
	return max(3*time.Hour, 10*all[max(0, len(all)-1-few)])
}

// Unwatched is how much of the time until an end was not watched.
func (t *Table) Unwatched(until time.Time) (sum time.Duration) {
	for _, g := range t.gaps {
		if g.From.Before(until) {
			to := g.To
			if to.After(until) {
				to = until
			}
			sum += to.Sub(g.From)
		}
	}
	return sum
}
