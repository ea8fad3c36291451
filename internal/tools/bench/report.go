package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// names of the clients.
var names = map[string]string{
	"a": "(a) Gatewatch: hub, decoder, engine, state",
	"b": "(b) its hub alone",
	"c": "(c) philippseith/signalr, plain",
	"d": "(d) @microsoft/signalr on Node",
	"h": "(h) as (a), with the history on",
}

// introduce says what is measured, and on what.
func introduce(out io.Writer) {
	fmt.Fprintf(out, "Median of the rounds (slowest–fastest). CPU is that of the client, kernel included, from before the first event to the last.\n"+
		"%s, %s/%s, %d processors.\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}

// row is what the table says of one client.
type row struct {
	kind                  string
	rate, slowest, fast   float64 // events a second
	cpu                   float64 // microseconds an event; 0 unknown
	received              int     // the worst round's
	disordered, wrongSums int     // the worst round's; rounds
	dropped               int
}

// summarise makes a client's row.
func summarise(f field, kind string, turns []turned) row {
	r := row{kind: kind, received: f.events}
	var rates, cpus []float64
	for _, t := range turns {
		rate := 0.0
		if t.Received > 0 {
			rate = float64(t.Received) / t.took.Seconds()
			cpus = append(cpus, float64(t.CPU)/1000/float64(t.Received))
		}
		rates = append(rates, rate)
		r.received = min(r.received, t.Received)
		r.disordered = max(r.disordered, t.Disordered)
		r.dropped += t.Dropped
		want := f.numberSum
		if kind == "a" || kind == "h" {
			want = f.keySum
		}
		if t.Sum != want {
			r.wrongSums++
		}
	}
	r.rate, r.cpu = median(rates), median(cpus)
	r.slowest, r.fast = slices.Min(rates), slices.Max(rates)
	return r
}

// median is the middle value, or the mean of the two in the middle; 0 of none.
func median(of []float64) float64 {
	if len(of) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(of))
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}

// report prints the table of one field and the verdicts. The error says that
// one of our clients was unsound.
func report(out io.Writer, f field, all map[string][]turned) error {
	rows := map[string]row{}
	for kind, turns := range all {
		rows[kind] = summarise(f, kind, turns)
	}
	fmt.Fprintf(out, "\n### %s (%s events)\n\n", f.name, thousands(float64(f.events)))
	fmt.Fprintf(out, "| client | events/s | CPU µs/event | rate, × (d) | CPU, (d) ÷ it | received | out of order |\n|---|---|---|---|---|---|---|\n")
	d := rows["d"]
	for _, r := range slices.SortedFunc(values(rows), func(x, y row) int { return cmp.Compare(x.kind, y.kind) }) {
		fmt.Fprintf(out, "| %s | %s (%s–%s) | %.2f | %s | %s | %s | %s |\n", names[r.kind],
			thousands(r.rate), thousands(r.slowest), thousands(r.fast), r.cpu,
			times(r.rate, d.rate), times(d.cpu, r.cpu), thousands(float64(r.received)), thousands(float64(r.disordered)))
	}
	comparison(out, f, rows)
	return sound(out, f, rows)
}

func values(rows map[string]row) func(func(row) bool) {
	return func(yield func(row) bool) {
		for _, r := range rows {
			if !yield(r) {
				return
			}
		}
	}
}

// comparison says whether the floor holds. It is not an error if it does not:
// the machine may have had other things to do.
func comparison(out io.Writer, f field, rows map[string]row) {
	a, d := rows["a"], rows["d"]
	if a.rate == 0 || d.rate == 0 {
		return
	}
	ratio := a.rate / d.rate
	word := "holds"
	switch {
	case ratio < f.floor:
		word = "does NOT hold"
	case ratio >= f.aim && f.aim > f.floor:
		word = "holds, the aim too"
	}
	fmt.Fprintf(out, "\n(a) is %.2f × (d); the floor of %g × (aim %g ×) %s.\n", ratio, f.floor, f.aim, word)
}

// sound checks (a) and (b) in every round: nothing lost, nothing out of order,
// the right sums.
func sound(out io.Writer, f field, rows map[string]row) error {
	bad := 0
	for _, kind := range []string{"a", "b", "h"} {
		r, ok := rows[kind]
		if !ok {
			continue
		}
		good := r.received == f.events && r.disordered == 0 && r.wrongSums == 0 && r.dropped == 0
		word := "nothing lost, nothing out of order, the sums right"
		if !good {
			bad++
			word = fmt.Sprintf("UNSOUND: %d of %d received, %d out of order, %d dropped, %d wrong sums", r.received, f.events, r.disordered, r.dropped, r.wrongSums)
		}
		fmt.Fprintf(out, "(%s): %s.\n", kind, word)
	}
	if bad > 0 {
		return fmt.Errorf("%s: %w", f.name, errUnsound)
	}
	return nil
}

// times is a ratio for people.
func times(x, y float64) string {
	if y == 0 || x == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", x/y)
}

// thousands writes a whole number with commas.
func thousands(f float64) string {
	s := strconv.FormatFloat(f, 'f', 0, 64)
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
