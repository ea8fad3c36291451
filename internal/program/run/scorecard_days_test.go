package run

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gatewatch/internal/tools/scorecard"
)

// A composed day is an hour and a half of a gateway at which up to five causes
// happen: alone, at once, one inside the other, shorter than what rules wait
// for, again and again, at any offset to what is read. All of it follows from
// the seed.

// every is all sorts of causes.
var every = slices.Concat(kinds, moreKinds)

// plan is when a cause of a kind begins and ends.
type plan struct {
	kind       *kind
	begin, end time.Duration
}

// compose makes the plan of a day.
func compose(seed uint64) (plans []plan) {
	r := rand.New(rand.NewPCG(seed, 13))
	n := 1 + r.IntN(5)
	for range 40 {
		if len(plans) == n {
			break
		}
		k := &every[r.IntN(len(every))]
		if k.alone {
			continue
		}
		p := plan{kind: k, begin: time.Duration(r.Int64N(int64(50 * time.Minute)))}
		switch r.IntN(4) {
		case 0: // shorter than what rules wait for
			p.end = p.begin + time.Second + time.Duration(r.Int64N(int64(40*time.Second)))
		case 1: // just as long
			p.end = p.begin + 50*time.Second + time.Duration(r.Int64N(int64(time.Minute)))
		default:
			p.end = p.begin + 2*time.Minute + time.Duration(r.Int64N(int64(10*time.Minute)))
		}
		if len(plans) > 0 && r.IntN(2) == 0 { // inside another one, or across its end
			o := plans[r.IntN(len(plans))]
			d := p.end - p.begin
			p.begin = o.begin + time.Duration(r.Int64N(int64(o.end-o.begin)))
			p.end = p.begin + d
		}
		if !slices.ContainsFunc(plans, func(o plan) bool { return o.clashes(&p) }) {
			plans = append(plans, p)
		}
	}
	return plans
}

// apart is how long a thing is left alone between two causes of it.
const apart = 12 * time.Minute

func (p *plan) clashes(o *plan) bool {
	if p.begin >= o.end+apart || o.begin >= p.end+apart {
		return false
	}
	parts := []string{p.kind.part, o.kind.part}
	// Spends that the scripts make by batches fail without the bus.
	batch := slices.Contains(parts, "bus") && slices.Contains(parts, "budget") ||
		slices.Contains(parts, "bus") && slices.Contains(parts, "loop") || // a call may hang then
		slices.Contains(parts, "bus") && (p.kind.byBus || o.kind.byBus) ||
		slices.Contains(parts, "budget") && (p.kind.batchless || o.kind.batchless) ||
		slices.Contains(parts, "groq") && slices.Contains(parts, "core") || // calls that hang leave nothing
		slices.Contains(parts, "groq") && (p.kind.refuses || o.kind.refuses) // nobody could see that it serves again
	return p.kind.part == o.kind.part || p.kind.blind && o.kind.blind || batch
}

// playDay makes the causes of a plan happen, each for itself.
func playDay(plans []plan) func(d *day) {
	return func(d *day) {
		var all sync.WaitGroup
		for i := range plans {
			p := &plans[i]
			all.Go(func() {
				time.Sleep(time.Until(d.from.Add(p.begin)))
				end := d.cause(p.kind)
				time.Sleep(time.Until(d.from.Add(p.end)))
				end()
			})
		}
		all.Wait()
		d.blur()
	}
}

// readAfter is how long after a blind time everything was read again and has
// been looked at twice.
const readAfter = 150 * time.Second

// onceADay are causes that are told once a day, by alerting's own words.
var onceADay = []string{"uncharged traffic"}

// blur gives causes the time that others hide them for.
func (d *day) blur() {
	for i := range d.causes {
		c := &d.causes[i]
		if slices.Contains(onceADay, c.Name) && slices.ContainsFunc(d.causes, func(o scorecard.Cause) bool { return o.Name == c.Name && o.Begin.Before(c.Begin) }) {
			c.Tell = scorecard.May
		}
		for j := range d.causes {
			b := &d.causes[j]
			if i != j && d.deaf[j] && b.Begin.Before(c.Begin.Add(d.sign[i])) && b.End.Add(d.dark[j]).After(c.Begin) && d.sign[i] > 0 {
				c.Tell = scorecard.May // what was not pushed then need not have been
			}
			if i == j || !d.blind[j] || !b.End.Add(d.dark[j]).After(c.Begin) || !b.Begin.Before(c.End.Add(c.EndWithin)) {
				continue
			}
			over := b.End.Add(d.dark[j])
			hidden := minTime(c.End, over).Sub(maxTime(c.Begin, b.Begin))
			if hidden > 0 && c.End.Sub(c.Begin)-hidden < d.least[i] {
				c.Tell = scorecard.May
			}
			c.Within = max(c.Within, over.Sub(c.Begin)+c.Within)
			c.EndWithin = max(c.EndWithin, over.Sub(c.End)+c.EndWithin)
			c.Settle = max(c.Settle, over.Sub(c.End))
		}
	}
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// dayFile is where what became of a day is kept, if GATEWATCH_DAYS_KEPT says where:
// a run of a thousand days that was ended goes on, and may be several.
func dayFile(seed uint64) string {
	dir := os.Getenv("GATEWATCH_DAYS_KEPT")
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, fmt.Sprint(seed, ".json"))
}

// seedsOf are the days that are played: as many as manyDays says; with
// GATEWATCH_DAYS=kept those that were kept, to write the table of a long run that
// was ended.
func seedsOf(t *testing.T) (seeds []uint64) {
	t.Helper()
	if os.Getenv("GATEWATCH_DAYS") == "kept" {
		all, err := filepath.Glob(filepath.Join(os.Getenv("GATEWATCH_DAYS_KEPT"), "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range all {
			seed, err := strconv.ParseUint(strings.TrimSuffix(filepath.Base(file), ".json"), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			seeds = append(seeds, seed)
		}
		return seeds
	}
	for seed := range manyDays() {
		seeds = append(seeds, seed)
	}
	return seeds
}

// keptDay is what became of a day that was played before; nil if it was not.
func keptDay(t *testing.T, seed uint64) *scorecard.Judged {
	t.Helper()
	file := dayFile(seed)
	if file == "" {
		return nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var j scorecard.Judged
	if err := json.Unmarshal(b, &j); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return &j
}

// keepDay keeps what became of a day.
func keepDay(t *testing.T, seed uint64, j *scorecard.Judged) {
	t.Helper()
	file := dayFile(seed)
	if file == "" {
		return
	}
	b, err := json.Marshal(j)
	if err == nil {
		err = os.WriteFile(file+".new", b, 0o600)
	}
	if err == nil {
		err = os.Rename(file+".new", file)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// String tells a plan, to make a day again by hand.
func (p plan) String() string {
	return fmt.Sprintf("%s from %v to %v", p.kind.name, p.begin.Round(time.Millisecond), p.end.Round(time.Millisecond))
}
