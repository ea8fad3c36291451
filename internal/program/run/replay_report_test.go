package run

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	godiff "github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/tools/replay"
)

// report writes down how a recording ended: what is shown, what was told and
// why, and what was held back. Times are seconds since the recording began.
func (p *played) report(r *replay.Recording) []byte {
	w := &goldenReport{p: p}
	live := &p.snap.Live
	fmt.Fprintf(w, "%s %s, from %s\n", r.Gateway, r.Name, r.Start.Format("2006-01-02 15:04:05"))
	g := live.Gateways[string(the)]
	fmt.Fprintf(w, "gateway: core %s, admin %s, overall %s %s\n", g.Core, g.Admin, g.Overall, g.Cause)
	section(w, "links", live.Links, func(_ string, l state.Link) string {
		return fmt.Sprintf("%s %s %s %s; %d connects, %d resyncs, %d unrecognised, %d bad frames, %d dropped",
			strings.TrimPrefix(l.ID, string(the)+"/"), l.State, l.Class, l.Cause, l.Connects, l.Resyncs, l.Unrecognised, l.BadFrames, l.Dropped)
	})
	w.facts(live)
	w.alerts(live)
	w.decisions()
	w.counts()
	return w.Bytes()
}

// goldenReport is a report that is being written.
type goldenReport struct {
	bytes.Buffer
	p *played
}

// at is a time as seconds since the recording began, holds included.
func (w *goldenReport) at(t time.Time) string {
	return fmt.Sprintf("%+ds", int64(t.Sub(w.p.stage.At(0)).Round(time.Second).Seconds()))
}

func (w *goldenReport) atMS(ms int64) string {
	if ms == 0 {
		return "-"
	}
	return w.at(time.UnixMilli(ms))
}

// section writes one line for each thing, in the order of keys.
func section[T any](w *goldenReport, title string, things map[string]T, line func(id string, x T) string) {
	if len(things) == 0 {
		return
	}
	fmt.Fprintf(w, "%s:\n", title)
	for _, id := range slices.SortedFunc(maps.Keys(things), byID) {
		if s := line(id, things[id]); s != "" {
			fmt.Fprintf(w, "  %s\n", strings.TrimSpace(strings.ReplaceAll(s, "  ", " ")))
		}
	}
}

// byID orders numbers as numbers.
func byID(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

func usd(n int64) string {
	if n < 0 {
		return "?"
	}
	return event.NanoUSD(n).String()
}

func share(x float64) string {
	if x < 0 {
		return "? %"
	}
	return fmt.Sprintf("%.4g %%", x*100)
}

func (w *goldenReport) facts(live *state.Live) {
	section(w, "keys", live.Keys, func(_ string, k state.KeySpend) string {
		return fmt.Sprintf("%s %q group %q %s: %s of %s, %s used; gateway says %s %s; %s; %d bookings of %s in all, last %s %s; %s, %d refused",
			k.Key, k.Name, k.Group, k.Status, usd(int64(k.Total.Or(-1))), usd(int64(k.Limit.Or(0))), share(k.UsedRatio.Or(-1)), share(k.ReportedRatio), k.ReportedLevel, k.Trust,
			k.Requests, usd(k.ObservedTotal), usd(k.LastAmount), k.LastModel, k.Source, k.StaleTotals)
	})
	section(w, "groups", live.Groups, func(_ string, g state.Group) string {
		return fmt.Sprintf("%s %q: balance %s, %s added, %s spent; %s used of %s since %s; %d keys",
			g.Group, g.Name, g.Balance, usd(int64(g.Credits.Or(-1))), usd(int64(g.Spent.Or(-1))), share(g.UsedRatio.Or(-1)), usd(g.OpeningBalance), g.PeriodID, g.KeyCount)
	})
	section(w, "providers", live.Providers, func(_ string, x state.Provider) string {
		return fmt.Sprintf("%s %q %s switched off %v, %.1f ms, %q; %d changes; models %q, new %q",
			x.Provider, x.Name, x.Health, x.SwitchedOff, x.LatencyMS, x.Error, x.Changes, x.Models, x.NewModels)
	})
	section(w, "tasks", live.Tasks, func(_ string, x state.Task) string {
		return fmt.Sprintf("%s %s %s %.0f %% key %q model %q error %q message %q result %q",
			x.Task, x.Medium, x.Status, x.Progress, x.Key, x.Model, x.Error, x.Message, x.ResultURL)
	})
	section(w, "navigation", live.Nav, func(_ string, n state.Nav) string {
		return fmt.Sprintf("%s: %d; %d created, %d updated, %d deleted", n.Entity, n.Count, n.Created, n.Updated, n.Deleted)
	})
	section(w, "bookings", live.Transactions, func(_ string, x state.Transaction) string {
		return fmt.Sprintf("key %s %s %s %s, %s in all", x.Key, usd(x.Amount), x.Model, x.Provider, usd(x.Total))
	})
	section(w, "discoveries", live.Discoveries, func(_ string, x state.Discovery) string {
		return fmt.Sprintf("%s %q: %q, new %q", x.Provider, x.Name, x.Models, x.New)
	})
	section(w, "changes", live.Changes, func(_ string, x state.Change) string {
		return fmt.Sprintf("%s %s %s %q %q %q → %q", x.Entity, x.Subject, x.Action, x.Name, x.Details, x.Old, x.New)
	})
	section(w, "about ourselves", live.App, func(_ string, x state.AppCondition) string {
		return fmt.Sprintf("%s %s %s %s", x.ID, x.Severity, x.Title, x.Text)
	})
}

func (w *goldenReport) alerts(live *state.Live) {
	list := slices.SortedFunc(maps.Values(live.Alerts), func(a, b state.AlertLine) int {
		return cmp.Or(strings.Compare(a.Rule, b.Rule), byID(a.Entity, b.Entity), strings.Compare(a.Severity, b.Severity), cmp.Compare(a.Since, b.Since))
	})
	fmt.Fprintln(w, "alerts:")
	for _, a := range list {
		fmt.Fprintf(w, "  %s %s of %s %s, %s since %s until %s: %s", a.Rule, a.Severity, a.EntityKind, a.Entity, a.Status, w.atMS(a.Since), w.atMS(a.EndedAt), a.Title)
		fmt.Fprintf(w, " [told %q, %d times", a.NotifyReason, a.Count)
		for _, note := range []string{a.Trust, a.InhibitedBy} {
			if note != "" {
				fmt.Fprintf(w, ", %s", note)
			}
		}
		if a.Flapping || a.Stale {
			fmt.Fprintf(w, ", flapping %v, stale %v", a.Flapping, a.Stale)
		}
		fmt.Fprintln(w, "]")
	}
}

func (w *goldenReport) decisions() {
	fmt.Fprintln(w, "notices:")
	for _, n := range w.p.said {
		how := "in place"
		if n.New {
			how = "new"
		}
		if n.Silent {
			how += ", silent"
		}
		fmt.Fprintf(w, "  %s %s (%s): %s\n    %s\n", w.at(n.at), n.Severity, how, n.Title, strings.ReplaceAll(n.Body, "\n", "\n    "))
	}
	held := map[string]int{}
	for _, d := range w.p.told {
		if a := w.p.snap.Live.Alerts[d.Alert]; !d.Shown {
			held[fmt.Sprintf("%s %s of %s: %s", d.Rule, d.Severity, cmp.Or(a.Entity, "what is gone"), d.Reason)]++
		}
	}
	fmt.Fprintln(w, "held back:")
	for _, what := range slices.Sorted(maps.Keys(held)) {
		fmt.Fprintf(w, "  %d %s\n", held[what], what)
	}
}

// again are the kinds of facts that are told now and then although nothing
// changed, or as connections go up and down: how often depends on the clock, and
// on who ran first.
var again = []string{"link.", "coverage.", "asked", "key.read", "group.read", "provider.health_changed", "navigation.counted"}

func (w *goldenReport) counts() {
	fmt.Fprintln(w, "facts:")
	for _, k := range slices.Sorted(maps.Keys(w.p.tally.kinds)) {
		if !slices.ContainsFunc(again, func(kind string) bool { return strings.HasPrefix(string(k), kind) }) {
			fmt.Fprintf(w, "  %d %s\n", w.p.tally.kinds[k], k)
		}
	}
	fmt.Fprintf(w, "unrecognised: %d\n", len(w.p.tally.unrecognised))
	for _, u := range w.p.tally.unrecognised {
		fmt.Fprintf(w, "  %s %s: %s\n", u.Hub, u.Target, u.Reason)
	}
}

// checkGolden compares with a golden file; GATEWATCH_UPDATE=1 writes it.
func checkGolden(t *testing.T, file string, got []byte) {
	t.Helper()
	if os.Getenv("GATEWATCH_UPDATE") == "1" {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := godiff.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n"), godiff.Comparer(sameLine)); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// times finds seconds since the beginning. Who runs first of what is due at one
// time is not decided, so they differ by up to slack.
var times = regexp.MustCompile(`[+-]\d+s\b`)

const slack = 5

func sameLine(a, b string) bool {
	if times.ReplaceAllString(a, "T") != times.ReplaceAllString(b, "T") {
		return false
	}
	x, y := times.FindAllString(a, -1), times.FindAllString(b, -1)
	for i := range x {
		m, _ := strconv.Atoi(strings.TrimSuffix(x[i], "s"))
		n, _ := strconv.Atoi(strings.TrimSuffix(y[i], "s"))
		if max(m-n, n-m) > slack {
			return false
		}
	}
	return true
}
