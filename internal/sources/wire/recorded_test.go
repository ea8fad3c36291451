package wire

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

// recorded is one hub frame of a real gateway, as it came.
type recorded struct {
	Hub   string `json:"hub"` // scenario and connection
	Frame string `json:"frame"`
}

// invocation is what a frame says.
type invocation struct {
	Target    string          `json:"target"`
	Arguments json.RawMessage `json:"arguments"`
}

// recordings are the files of testdata, with the dialect they are in.
var recordings = []struct {
	file    string
	dialect Dialect
}{
	{"testdata/frames-july.jsonl", DialectJuly},
	{"testdata/frames-head.jsonl", DialectAugust},
}

func readRecorded(t testing.TB, file string) []recorded {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []recorded
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r recorded
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if err := lines.Err(); err != nil || len(all) < 100 {
		t.Fatalf("%s: %d frames, error %v", file, len(all), err)
	}
	return all
}

func (r recorded) invocation(t testing.TB) invocation {
	t.Helper()
	var i invocation
	if err := json.Unmarshal([]byte(r.Frame), &i); err != nil {
		t.Fatalf("%s: %v", r.Frame, err)
	}
	return i
}

var timestamp = regexp.MustCompile(`"(?:timestamp|timestampUtc|triggeredAt|startedAt|completedAt|failedAt|discoveredAt|requestedAt)":"([^"]+)"`)

// now is when a frame came: its own time, zero where it says none.
func (r recorded) now() time.Time {
	if m := timestamp.FindStringSubmatch(r.Frame); m != nil {
		if at, err := time.Parse(time.RFC3339Nano, m[1]); err == nil {
			return at
		}
	}
	return time.Time{}
}

// TestRecordedFrames: nothing that a real gateway was seen to send is left
// unrecognised or needs encoding/json's help with its structure, both ways of
// reading agree, and each target gives the events that it should.
func TestRecordedFrames(t *testing.T) {
	for _, rec := range recordings {
		t.Run(rec.dialect.String(), func(t *testing.T) {
			kinds := map[string]int{}
			links := map[string]*recordedLink{}
			for _, r := range readRecorded(t, rec.file) {
				l := links[r.Hub]
				if l == nil {
					l = newRecordedLink(rec.dialect)
					links[r.Hub] = l
				}
				l.decode(t, r, kinds)
			}
			for name, l := range links {
				l.fast.Drain(l.now, func(e event.Event) { kinds["(held back) "+string(e.Kind())]++ })
				if c := l.fast.Counts(); c.Fallbacks+c.Unrecognised+c.BadTimes+c.Skewed != 0 {
					t.Errorf("%s: counts %+v", name, c)
				}
			}
			checkGolden(t, strings.TrimSuffix(rec.file, ".jsonl")+".golden", lines(kinds))
		})
	}
}

// recordedLink is one connection of a recording, read in both ways.
type recordedLink struct {
	fast, std *Decoder
	now       time.Time
}

func newRecordedLink(dialect Dialect) *recordedLink {
	l := &recordedLink{
		fast: New(Options{Key: "7", Dialect: dialect}), std: New(Options{Key: "7", Dialect: dialect}),
	}
	l.std.useStd = true
	return l
}

func (l *recordedLink) decode(t *testing.T, r recorded, kinds map[string]int) {
	t.Helper()
	in := r.invocation(t)
	if at := r.now(); at.After(l.now) {
		l.now = at
	}
	got := collect(l.fast, r.Hub, in.Target, in.Arguments, l.now)
	if diff := cmp.Diff(collect(l.std, r.Hub, in.Target, in.Arguments, l.now), got); diff != "" {
		t.Errorf("%s: encoding/json and scanner differ (-std +scanner):\n%s", in.Target, diff)
	}
	for _, e := range got {
		if u, ok := e.(event.Unrecognised); ok {
			t.Errorf("%s: unrecognised: %s\n%s", in.Target, u.Reason, r.Frame)
		}
		kinds[in.Target+" → "+string(e.Kind())]++
	}
	if len(got) == 0 {
		kinds[in.Target+" → nothing"]++
	}
}

func lines(counts map[string]int) []byte {
	var all []string
	for k, n := range counts {
		all = append(all, fmt.Sprintf("%4d %s\n", n, k))
	}
	slices.SortFunc(all, func(a, b string) int { return strings.Compare(a[5:], b[5:]) })
	return []byte(strings.Join(all, ""))
}

// checkGolden compares with a golden file; GATEWATCH_UPDATE=1 writes it.
func checkGolden(t *testing.T, file string, got []byte) {
	t.Helper()
	if os.Getenv("GATEWATCH_UPDATE") == "1" {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("%s (-want +got):\n%s", file, cmp.Diff(string(want), string(got)))
	}
}

func collect(d *Decoder, hub, target string, args []byte, now time.Time) []event.Event {
	var all []event.Event
	d.Decode(hub, target, args, now, func(e event.Event) { all = append(all, e) })
	return all
}

// TestRecordedBookings: two scenarios whose amounts and percentages are known
// from what was posted to the gateway.
func TestRecordedBookings(t *testing.T) {
	for _, c := range []struct {
		file, hub string
		dialect   Dialect
		want      []string
	}{
		{recordings[0].file, "batch-spend-crossing-budget/spend(budget-010)", DialectJuly, []string{
			"0.02 demo-chat openai, 0.02 in all",
			"55 % of 0.1: info", "0.035 demo-chat openai, 0.055 in all",
			"76 % of 0.1: warning", "0.021 demo-chat openai, 0.076 in all",
			"92 % of 0.1: critical", "0.016 demo-chat openai, 0.092 in all",
			"102 % of 0.1: critical", "0.01 demo-chat openai, 0.102 in all",
			"0.06 demo-chat openai, 0.06 in all", // after a reset
		}},
		{recordings[0].file, "batch-spend-crossing-budget/spend(platform-api)", DialectJuly, []string{
			"1.25 demo-chat openai, 1.25 in all", "0.75 demo-chat-2 openai-compatible, 2 in all",
		}},
		{recordings[1].file, "batch-spend-updates/spend@research-notebook", DialectAugust, []string{
			"21 demo-chat OpenAICompatible", "10 demo-chat OpenAICompatible", // four alerts say nothing
		}},
		{recordings[1].file, "two-core-replicas/spend#B", DialectAugust, []string{"0.01 demo-chat", "0.01 demo-chat"}},
	} {
		t.Run(c.hub, func(t *testing.T) {
			var got []string
			d := New(Options{Key: "7", Dialect: c.dialect})
			for _, r := range readRecorded(t, c.file) {
				if in := r.invocation(t); r.Hub == c.hub {
					d.Decode("spend", in.Target, in.Arguments, r.now(), func(e event.Event) { got = say(got, e) })
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func say(lines []string, e event.Event) []string {
	switch b := e.(type) {
	case *event.SpendRecorded:
		s := strings.TrimSpace(fmt.Sprintf("%s %s %s", b.Amount, b.Model, b.Provider))
		if b.HasTotal {
			s += fmt.Sprintf(", %s in all", b.Total)
		}
		return append(lines, s)
	case event.SpendLimitReported:
		return append(lines, fmt.Sprintf("%.0f %% of %s: %s", b.Ratio*100, b.Limit, b.Severity))
	}
	return lines
}
