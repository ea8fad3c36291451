package run

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/store/history"
)

// spentHistory is a history in which keys spent for so many days until now, a
// dollar an hour each.
func spentHistory(tb testing.TB, keys, days int, now time.Time) *history.DB {
	tb.Helper()
	db, _, err := history.Open(tb.Context(), filepath.Join(tb.TempDir(), "history.db"), history.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	for hour := range days * 24 {
		at := now.Add(-time.Duration(hour)*time.Hour - 10*time.Minute)
		for key := range keys {
			db.AddSpend(history.Spend{
				Gateway: "prod", Key: event.KeyID(fmt.Sprint(key + 1)), Model: "m", Provider: "p", At: at, Amount: event.USD(1 + 0.1*float64((hour*7+key)%5)), Requests: 3,
			})
		}
		if hour%48 == 0 {
			if err := db.Flush(tb.Context()); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if err := db.Flush(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return db
}

// TestARehearsalKnowsWhatTheRuleKnew: the most that a key spent in ten minutes is for the
// past what it was for the running rule, a burst of a minute among it.
func TestARehearsalKnowsWhatTheRuleKnew(t *testing.T) {
	db, _, err := history.Open(t.Context(), filepath.Join(t.TempDir(), "history.db"), history.Options{MaintenanceInterval: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // a test's
	now := time.Now().Truncate(time.Hour).Add(44 * time.Minute)
	spend := func(ago time.Duration, dollars float64) {
		db.PutLedger("prod", ledger.Taken{Saved: ledger.Saved{Changes: []ledger.Change{{
			Cell: ledger.Cell{Minute: ledger.MinuteOf(now.Add(-ago)), Key: "1", Model: "m"}, Amount: ledger.Amount{Nano: event.USD(dollars), Count: 1},
		}}}})
		if err := db.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	spend(30*time.Hour, 1)
	spend(30*time.Hour-20*time.Minute, 1.5)
	spend(80*time.Minute, 3)
	spend(10*time.Minute, 9) // has not settled
	running := func(at time.Time) map[string]event.NanoUSD {
		s, err := readSpending(t.Context(), db, at, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s.peaks(at)
	}
	at := now.Add(-3 * time.Hour)
	before, is := running(at), running(now)
	spend(-time.Hour, 20) // later
	past, err := peaksOfPast(t.Context(), db, now.Add(2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if got := past(now); !maps.Equal(got, is) || is["prod/1"] != event.USD(3) {
		t.Errorf("%v, and the running rule had %v", got, is)
	}
	if got := past(at); !maps.Equal(got, before) {
		t.Errorf("three hours before: %v, and the running rule had %v", got, before)
	}
}

func TestABudgetIsForeseenFromTheHistory(t *testing.T) {
	now := time.Now().Truncate(time.Hour)
	db := spentHistory(t, 2, 10, now)
	// Minutes are kept by the ledger: the hours of forecastMinutes have none here.
	s, err := readSpending(t.Context(), db, now.Add(forecastMinutes), nil)
	if err != nil {
		t.Fatal(err)
	}
	cal := forecast.NewCalendar(now.Add(-forecast.History-48*time.Hour), now.AddDate(1, 0, 10), time.UTC)
	b := Budget{Gateway: "prod", Kind: "group", Subject: "prod/9", Keys: []event.KeyID{"1", "2"}, Spent: event.USD(52), Limit: event.USD(100)}
	f := foresee(b, s, spansOf(nil, s.hours["prod"]), cal, asOf{at: now, loc: time.Local})
	if left := f.Result.Likely.Sub(now).Hours(); f.Result.Outcome != forecast.Foreseen || left < 19 || left > 21 {
		t.Errorf("%s in %.1f h, want 20", f.Result.Outcome, left)
	}
	if len(f.Past) < 200 {
		t.Errorf("%d hours are shown", len(f.Past))
	}
	if line := f.line(time.UTC); line.ID != "group:prod/9" || line.Likely != f.Result.Likely.UnixMilli() || line.Head == "" || line.Range == "" || line.Basis == "" {
		t.Errorf("%+v", line)
	}
}

// TestWhatNoKeyIsKnownOfIsNoSilenceOfKeys: a group's debits of before the log was read are
// of no key; that keys spent nothing then is not known, and is not what is usual of them.
func TestWhatNoKeyIsKnownOfIsNoSilenceOfKeys(t *testing.T) {
	now := time.Now().Truncate(time.Hour)
	db := spentHistory(t, 1, 1, now)
	for hour := 25; hour < 49; hour++ {
		db.AddSpend(history.Spend{Gateway: "prod", At: now.Add(-time.Duration(hour)*time.Hour - 10*time.Minute), Amount: event.USD(3), Requests: 3})
	}
	if err := db.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := readSpending(t.Context(), db, now.Add(forecastMinutes), nil)
	if err != nil {
		t.Fatal(err)
	}
	watched := spansOf(nil, s.hours["prod"])
	if len(watched) != 1 || now.Sub(watched[0].From) > 25*time.Hour {
		t.Errorf("watched: %v", watched)
	}
	cal := forecast.NewCalendar(now.Add(-forecast.History-48*time.Hour), now.AddDate(1, 0, 10), time.UTC)
	b := Budget{Gateway: "prod", Kind: "key", Subject: "prod/1", Keys: []event.KeyID{"1"}, Spent: event.USD(30), Limit: event.USD(100)}
	if f := foresee(b, s, watched, cal, asOf{at: now, loc: time.UTC}); f.Result.Change != nil {
		t.Errorf("%s, spending changed: %+v", f.Result.Outcome, f.Result.Change)
	}
}

// TestABudgetOfEarlier: what was spent since is taken off, and where that is more than
// the period's, it had not begun.
func TestABudgetOfEarlier(t *testing.T) {
	now := time.Now().Truncate(time.Hour)
	s, err := readSpending(t.Context(), spentHistory(t, 1, 10, now), now.Add(forecastMinutes), nil)
	if err != nil {
		t.Fatal(err)
	}
	for hours, later := range map[int]bool{0: false, 20: false, 60: true} {
		b := Budget{Gateway: "prod", Keys: []event.KeyID{"1"}, Spent: event.USD(50), Limit: event.USD(100)}
		b.goBack(s, now.Add(-time.Duration(hours)*time.Hour))
		if want := event.USD(50 - 1.2*float64(hours)); b.BegunLater != later || !later && math.Abs((b.Spent-want).Dollars()) > 1 {
			t.Errorf("%d h ago %s were spent, want %s; begun later: %t", hours, b.Spent, want, b.BegunLater)
		}
	}
}

// TestAnotherTimeIsNotWatched: to ask for another time keeps nothing of when it was watched.
func TestAnotherTimeIsNotWatched(t *testing.T) {
	now := time.Now().Truncate(time.Hour)
	p := &Program{db: spentHistory(t, 1, 1, now), writer: true, log: slog.New(slog.DiscardHandler)}
	for _, past := range []bool{true, false} {
		p.watchedOf(t.Context(), "prod", &spending{}, true, asOf{at: now.Add(-9 * time.Hour), past: past})
		if err := p.db.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if kept, err := p.db.Meta(t.Context(), watchedMeta+"prod"); (err != nil) != past {
			t.Errorf("past %t: %s is kept, %v", past, kept, err)
		}
	}
}

// TestMinutesAfterTheStart: a gateway that is watched for three minutes was not watched
// for five, whatever it told of money in these.
func TestMinutesAfterTheStart(t *testing.T) {
	now := time.Now()
	p := &Program{db: spentHistory(t, 1, 1, now.AddDate(-1, 0, 0)), log: slog.New(slog.DiscardHandler), began: now.Add(-3 * time.Minute)}
	spent := &spending{hours: map[event.GatewayID][]int32{"prod": {int32(p.began.Unix() / 3600)}}}
	spans := p.watchedOf(t.Context(), "prod", spent, true, asOf{at: now})
	points := []forecast.Point{{At: now.Add(-time.Minute), Amount: event.USD(1)}}
	r := forecast.Of(forecast.Input{Points: points, Now: now, Spent: event.USD(1), Limit: event.USD(9), Watched: spans, Location: time.UTC})
	if r.LastHourWatched < time.Minute || r.LastHourWatched > 5*time.Minute {
		t.Errorf("watched %s of the last hour: %v", r.LastHourWatched, spans)
	}
}

// TestAShortFirstRunIsNotJoined: of a first run of less than two whole minutes nobody says what was
// watched; the minutes after it, in which the program was ended, were not watched all the same.
func TestAShortFirstRunIsNotJoined(t *testing.T) {
	now := time.Now().Truncate(time.Minute)
	db := spentHistory(t, 1, 1, now.AddDate(-1, 0, 0))
	begun := func(ago time.Duration) *Program {
		return &Program{db: db, writer: true, log: slog.New(slog.DiscardHandler), began: now.Add(-ago)}
	}
	begun(9*time.Minute).watchedOf(t.Context(), "prod", &spending{}, true, asOf{at: now.Add(-8 * time.Minute)})
	if err := db.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	spans := begun(time.Minute).watchedOf(t.Context(), "prod", &spending{}, true, asOf{at: now})
	var watched time.Duration
	for _, s := range spans {
		watched += s.To.Sub(s.From)
	}
	if watched < 2*time.Minute || watched > 5*time.Minute {
		t.Errorf("watched for %s, want some four minutes: %v", watched, spans)
	}
}

func TestAGatewayIsForeseenAsAWhole(t *testing.T) {
	live := state.New().Live()
	for _, id := range []string{"groups", "limits", "open", "unread", "empty", "untold", "boundless"} {
		live.Gateways[id] = state.Gateway{ID: id, Label: id}
	}
	group := func(gateway, id string, credits, left float64) {
		g := state.Group{Gateway: gateway, Group: id, Credits: event.Known(event.USD(credits)), Balance: event.Known(event.USD(left))}
		if left < 0 {
			g.Balance = event.Reading[event.NanoUSD]{}
		}
		live.Groups[gateway+"/"+id] = g
	}
	key := func(gateway, id string, limit, spent float64, ends int64) {
		k := state.KeySpend{Gateway: gateway, Key: id, Total: event.Known(event.USD(spent)), PeriodEnd: ends}
		switch {
		case limit > 0:
			k.Limit = event.Known(event.USD(limit))
		case gateway != "untold":
			k.Limit = event.NotKnown[event.NanoUSD](event.ReadingNone, "")
		}
		live.Keys[gateway+"/"+id] = k
	}
	group("groups", "1", 100, 60)
	group("groups", "2", 10, 9)
	key("groups", "1", 0, 0, 0)
	key("limits", "1", 50, 20, 1_800_000_000_000)
	key("limits", "2", 5, 1, 1_800_000_000_000)
	key("open", "1", 50, 20, 0)
	key("open", "2", 0, 3, 0)
	key("untold", "1", 50, 20, 0) // whether the other has a limit is not known
	key("untold", "2", 0, 3, 0)
	key("boundless", "1", 0, 3, 0)
	group("unread", "1", 10, 3)
	group("unread", "2", 10, -1)
	key("unread", "1", 0, 0, 0)
	budgets, _ := budgetsOf(live)
	got := map[string]string{}
	for _, b := range budgets {
		if b.Kind == KindGateway {
			got[b.Subject] = fmt.Sprintf("%s of %s by %d keys, reset %t", b.Spent, b.Limit, len(b.Keys), !b.Reset.IsZero())
			if f := (&Foreseen{Budget: b, Result: forecast.Of(forecast.Input{Spent: b.Spent, Limit: b.Limit})}); b.Limit == 0 {
				got[b.Subject] = text.ForecastHead(f.Words(), time.Now(), time.UTC)
			}
		}
	}
	want := map[string]string{
		"groups":    fmt.Sprintf("%s of %s by 1 keys, reset false", event.USD(41), event.USD(110)),
		"limits":    fmt.Sprintf("%s of %s by 2 keys, reset true", event.USD(21), event.USD(55)),
		"open":      "There is no limit to reach together: some keys have one, and others have none.",
		"boundless": "There is no limit to reach.",
	}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestWhatWasNotWatchedIsAGap(t *testing.T) {
	at := func(hour int) time.Time { return time.Unix(int64(hour)*3600, 0) }
	hours := []int32{100, 101, 103, 140, 141, 170}
	want := []forecast.Span{{From: at(100), To: at(104)}, {From: at(140), To: at(142)}, {From: at(170), To: at(171)}}
	if d := cmp.Diff(want, spansOf(nil, hours)); d != "" {
		t.Error(d)
	}
	// From when on it is kept, only what was kept counts.
	want = []forecast.Span{{From: at(100), To: at(104)}, {From: at(140), To: at(142)}, {From: at(160), To: at(165)}}
	if d := cmp.Diff(want, spansOf(ledger.Spans{{From: 160 * 60, To: 165 * 60}}, hours)); d != "" {
		t.Error(d)
	}
	// Of an hour in which the watching began, what came before that is not known.
	began := time.Unix(170*3600+40*60, 0)
	want = []forecast.Span{{From: at(100), To: at(104)}, {From: at(140), To: at(142)}, {From: began, To: began.Add(3 * time.Minute)}}
	if d := cmp.Diff(want, spansOf(ledger.Spans{{From: 170*60 + 40, To: 170*60 + 43}}, hours)); d != "" {
		t.Error(d)
	}
	now := at(2000)
	joined := joinSpans(ledger.Spans{{From: 119_000, To: 119_010}, {From: 118_000, To: 118_500}, {From: 118_400, To: 118_600}, {From: 119_015, To: 119_020}, {From: 10, To: 20}}, now, false, 0)
	if d := cmp.Diff(ledger.Spans{{From: 118_000, To: 118_600}, {From: 119_000, To: 119_020}}, joined); d != "" {
		t.Error(d)
	}
}

// TestAChartKnowsWhatWasNotWatched: what is between the spans, and what is after the
// last one, of an hour or more; where nothing is known of when it was watched, no gap is.
func TestAChartKnowsWhatWasNotWatched(t *testing.T) {
	at := func(hour float64) time.Time { return time.Unix(int64(hour*3600), 0) }
	spans := []forecast.Span{{From: at(90), To: at(104)}, {From: at(104.5), To: at(110)}, {From: at(114), To: at(118)}, {From: at(130), To: at(140)}}
	want := []forecast.Span{{From: at(110), To: at(114)}, {From: at(118), To: at(122)}}
	if d := cmp.Diff(want, unwatched(spans, at(100), at(122))); d != "" {
		t.Error(d)
	}
	if gaps := unwatched(spans[:1], at(100), at(104.5)); gaps != nil {
		t.Errorf("half an hour is %v", gaps)
	}
	if gaps := unwatched(nil, at(100), at(122)); gaps != nil {
		t.Errorf("nothing is known: %v", gaps)
	}
	now := time.Now().Truncate(time.Hour)
	db := spentHistory(t, 1, 10, now)
	s, err := readSpending(t.Context(), db, now.Add(forecastMinutes), nil)
	if err != nil {
		t.Fatal(err)
	}
	watched := []forecast.Span{{From: now.AddDate(0, 0, -10), To: now.Add(-5 * time.Hour)}, {From: now.Add(-2 * time.Hour), To: now}}
	b := Budget{Gateway: "prod", Kind: "key", Subject: "prod/1", Keys: []event.KeyID{"1"}, Spent: event.USD(52), Limit: event.USD(100)}
	f := foresee(b, s, watched, forecast.NewCalendar(now.Add(-forecast.History-48*time.Hour), now.AddDate(1, 0, 10), time.UTC), asOf{at: now, loc: time.UTC})
	if len(f.Unwatched) != 1 || f.Unwatched[0].To.Sub(f.Unwatched[0].From) != 3*time.Hour {
		t.Errorf("unwatched: %v", f.Unwatched)
	}
}

// TestWhenItWasWatchedIsNotForgotten: what cannot be read, as while everything
// stops, is not written over.
func TestWhenItWasWatchedIsNotForgotten(t *testing.T) {
	now := time.Now().Truncate(time.Hour)
	p := &Program{db: spentHistory(t, 1, 1, now), writer: true, log: slog.New(slog.DiscardHandler)}
	minute := now.Unix() / 60
	kept := fmt.Sprintf(`[{"From":%d,"To":%d}]`, minute-9000, minute-8000)
	if err := p.db.SetMeta(t.Context(), watchedMeta+"prod", kept); err != nil {
		t.Fatal(err)
	}
	before, err := p.db.Meta(t.Context(), watchedMeta+"prod")
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for range 50 { // whether a write begins after the end is chance
		p.watchedOf(ended, "prod", &spending{}, true, asOf{at: now})
	}
	if err := p.db.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, err := p.db.Meta(t.Context(), watchedMeta+"prod"); err != nil || after != before {
		t.Errorf("%s became %s, %v", before, after, err)
	}
}

// BenchmarkForecasts foresees 500 keys with 400 days of history: time and memory
// of one refresh.
func BenchmarkForecasts(b *testing.B) {
	now := time.Now().Truncate(time.Hour)
	db := spentHistory(b, 500, 400, now)
	b.ReportAllocs()
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		began := time.Now()
		s, err := readSpending(context.Background(), db, now, nil)
		if err != nil {
			b.Fatal(err)
		}
		read := time.Since(began)
		runtime.GC()
		runtime.ReadMemStats(&after)
		cal := forecast.NewCalendar(now.Add(-forecast.History-48*time.Hour), now.AddDate(1, 0, 10), time.UTC)
		watched := spansOf(nil, s.hours["prod"])
		began = time.Now()
		var longest time.Duration
		for key := range 500 {
			one := time.Now()
			f := foresee(Budget{Gateway: "prod", Keys: []event.KeyID{event.KeyID(fmt.Sprint(key + 1))}, Spent: event.USD(50), Limit: event.USD(100)}, s, watched, cal, asOf{at: now, loc: time.Local})
			longest = max(longest, time.Since(one))
			if f.Result.Likely.IsZero() {
				b.Fatal("nothing is foreseen")
			}
		}
		b.ReportMetric(read.Seconds(), "read-s")
		b.ReportMetric(time.Since(began).Seconds(), "foresee-s")
		b.ReportMetric(float64(longest.Microseconds())/1000, "longest-ms")
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "spending-MB")
	}
}

// TestAGroupIsForeseenWithWhatItPaid: for a key that was deleted, too, and no more
// for one that was moved away.
func TestAGroupIsForeseenWithWhatItPaid(t *testing.T) {
	now := time.Now().Truncate(time.Hour).Add(50 * time.Minute)
	s, err := readSpending(t.Context(), spentHistory(t, 3, 1, now), now, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := ledger.New()
	at := now.Add(-20 * time.Minute)
	for key, group := range map[event.KeyID]event.GroupID{"1": "9", "2": "9", "3": "8"} {
		b.Join(key, group, at.Add(-time.Hour))
		b.Log(ledger.Row{ID: int64(key[0]), At: at, Key: key, Amount: event.USD(2)})
	}
	b.Join("1", "8", at.Add(10*time.Minute)) // 2 is deleted: nobody lists it
	s.take("prod", b)
	live := &state.Live{
		Gateways: map[string]state.Gateway{"prod": {ID: "prod"}},
		Keys: map[string]state.KeySpend{
			"prod/1": {ID: "prod/1", Gateway: "prod", Key: "1", Group: "8"}, "prod/2": {ID: "prod/2", Gateway: "prod", Key: "2", Status: "deleted"},
			"prod/3": {ID: "prod/3", Gateway: "prod", Key: "3", Group: "8"},
		},
		Groups: map[string]state.Group{
			"prod/8": {ID: "prod/8", Gateway: "prod", Group: "8", Credits: event.Known(event.USD(9)), Balance: event.Known(event.USD(9))},
			"prod/9": {ID: "prod/9", Gateway: "prod", Group: "9", Credits: event.Known(event.USD(9)), Balance: event.Known(event.USD(9)), Former: []state.GroupShare{{Key: "2"}}},
		},
	}
	budgets, _ := budgetsOf(live)
	got := map[string]event.NanoUSD{}
	for i := range budgets {
		for _, x := range s.of(&budgets[i]) {
			if now.Sub(x.At) < time.Hour {
				got[budgets[i].Subject] += x.Amount
			}
		}
	}
	if got["prod/9"] != event.USD(4) || got["prod/8"] != event.USD(2) {
		t.Errorf("in the last hour %v, want what each group paid", got)
	}
	if keys := budgets[slices.IndexFunc(budgets, func(b Budget) bool { return b.Subject == "prod/9" })].Keys; !slices.Equal(keys, []event.KeyID{"2"}) {
		t.Errorf("of group 9: %v", keys)
	}
}

// TestAGroupIsForeseenWithWhatIsOfNoKey: what a group was debited at once for nobody
// knows which of its keys uses its balance up as well, and is of no other group.
func TestAGroupIsForeseenWithWhatIsOfNoKey(t *testing.T) {
	now := time.Now().Truncate(time.Hour).Add(50 * time.Minute)
	db := spentHistory(t, 1, 1, now)
	cell := func(group event.GroupID, kind ledger.Kind, usd float64) ledger.Change {
		return ledger.Change{
			Cell:   ledger.Cell{Minute: ledger.MinuteOf(now.Add(-20 * time.Minute)), Group: group, Kind: kind},
			Amount: ledger.Amount{Nano: event.USD(usd), Count: 1},
		}
	}
	db.PutLedger("prod", ledger.Taken{Saved: ledger.Saved{Changes: []ledger.Change{
		cell("9", ledger.Direct, 7), cell("8", ledger.Direct, 5), cell("9", ledger.Adjusted, 3),
	}}})
	if err := db.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := readSpending(t.Context(), db, now, nil)
	if err != nil {
		t.Fatal(err)
	}
	var sum event.NanoUSD
	for _, x := range s.of(&Budget{Gateway: "prod", Groups: []event.GroupID{"9"}}) {
		sum += x.Amount
	}
	if sum != event.USD(7) {
		t.Errorf("of group 9: %s", sum)
	}
}

// TestForecastsPause: what is done in the background takes a quarter of the time, and no
// pause is longer than the program may take to end.
func TestForecastsPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		r := &rests{ctx: ctx}
		began := time.Now()
		for range 100 {
			time.Sleep(2 * time.Millisecond) // the work
			r.rest()
		}
		if took := time.Since(began); took < 700*time.Millisecond || took > 900*time.Millisecond || took-r.rested != 200*time.Millisecond {
			t.Errorf("200 ms of work took %v, of which %v were pauses", took, r.rested)
		}
		time.Sleep(time.Minute)
		cancel()
		before := time.Now()
		r.rest()
		if took := time.Since(before); took != 0 {
			t.Errorf("it pauses for %v when everything ends", took)
		}
	})
}

// TestAJumpHasBudgetsForeseenAgain: a key that begins to run away is said once until it is heard.
func TestAJumpHasBudgetsForeseenAgain(t *testing.T) {
	f := forecasts{jumped: make(chan struct{}, 1)}
	f.heardJump([]alert.Change{{Kind: alert.Fired, Alert: alert.Alert{Rule: "spend.spike"}}, {Kind: alert.Resolved, Alert: alert.Alert{Rule: "spend.runaway"}}})
	select {
	case <-f.jumped:
		t.Error("another alert is heard as one of a key that runs away")
	default:
	}
	begins := []alert.Change{{Kind: alert.BecamePending, Alert: alert.Alert{Rule: "spend.runaway"}}}
	f.heardJump(begins)
	f.heardJump(begins)
	<-f.jumped
	select {
	case <-f.jumped:
		t.Error("it is said twice")
	default:
	}
}
