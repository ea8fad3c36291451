package history

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

// TestOverflow stops the writer, records more than fits, and finds a gap that
// says exactly what is missing, in its place.
func TestOverflow(t *testing.T) {
	var told healthEvents
	o := testOptions()
	o.QueueSize, o.BatchSize, o.OnHealthEvent = 50, 10, told.report
	db := openNew(t, o)
	release := holdWriter(t, db)
	for n := 1; n <= 80; n++ {
		db.Record(spent(n))
	}
	release()
	flush(t, db)
	db.Record(spent(81))
	flush(t, db)
	p := must[Page](t)(db.Events(t.Context(), Query{Limit: 1000}))
	if len(p.Events) != 52 { // 1–50, the gap, 81
		t.Fatalf("%d events", len(p.Events))
	}
	gap := p.Events[1]
	var got Gap
	if err := json.Unmarshal(gap.Body, &got); err != nil {
		t.Fatal(err)
	}
	want := Gap{Count: 30, FirstSeq: 51, LastSeq: 80, From: spent(51).At.UnixMilli(), To: spent(80).At.UnixMilli()}
	if diff := cmp.Diff(want, got); diff != "" || gap.Kind != KindGap || gap.Seq != 51 || p.Events[0].Seq != 81 {
		t.Errorf("gap %+v: %s", gap, diff)
	}
	s := must[Stats](t)(db.Stats(t.Context()))
	if s.Lost != 30 || s.Failing || s.Waiting != 0 {
		t.Errorf("stats: %+v", s)
	}
	if diff := cmp.Diff([]HealthCode{HealthOverflow}, told.codes()); diff != "" {
		t.Error(diff)
	}
	// The money of events that were not kept is.
	lines := must[[]SpendLine](t)(db.SpendSeries(t.Context(), SpendQuery{}))
	if want := event.USD(0.01) * 81 * 82 / 2; lines[0].Amount != want || lines[0].Requests != 81 {
		t.Errorf("spend %v of %d, want %v", lines[0].Amount, lines[0].Requests, want)
	}
}

// holdWriter keeps the writer busy until release is called.
func holdWriter(t *testing.T, db *DB) (release func()) {
	t.Helper()
	held, done := make(chan struct{}), make(chan struct{})
	result := make(chan error, 1)
	go func() {
		c := &command{call: func() error { close(held); <-done; return nil }, done: make(chan struct{})}
		result <- db.send(context.Background(), c)
	}()
	<-held
	return func() {
		t.Helper()
		close(done)
		if err := <-result; err != nil {
			t.Error(err)
		}
	}
}

// TestNothingBlocks: with the writer stuck, all that the engine calls returns;
// what waits for a commit ends with its context.
func TestNothingBlocks(t *testing.T) {
	o := testOptions()
	o.QueueSize = 10
	db := openNew(t, o)
	db.w.q.maxRows = 500
	release := holdWriter(t, db)
	for n := range 20_000 {
		db.Record(spent(n + 1))
		db.AddSpend(Spend{At: start, Amount: 1})
		db.AddDecision(Decision{Fingerprint: "f"})
		db.AddTimeline(TimelineEntry{Incident: "i"})
		db.PutAlert(Alert{Fingerprint: "f"})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := db.LogIntended(ctx, Notification{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if _, err := db.Events(t.Context(), Query{}); err != nil { // readers do not need the writer
		t.Error(err)
	}
	release()
	flush(t, db)
	s := must[Stats](t)(db.Stats(t.Context()))
	if s.Lost != 20_000-10 || s.LostRows != 2*(20_000-500) {
		t.Errorf("%+v", s)
	}
}

// TestBatchesWaitForCompany: a lone event is written after Every, without
// anybody asking.
func TestBatchesWaitForCompany(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	synctest.Test(t, func(t *testing.T) {
		o := testOptions()
		o.Now = time.Now
		db, _, err := Open(context.Background(), path, o)
		if err != nil {
			t.Fatal(err)
		}
		db.Record(spent(1))
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		if n := db.w.kept.Load(); n != 0 {
			t.Errorf("%d events were written after 200 ms", n)
		}
		time.Sleep(60 * time.Millisecond)
		synctest.Wait()
		if n := db.w.kept.Load(); n != 1 {
			t.Errorf("%d events were written after 260 ms", n)
		}
		for n := 2; n <= 1+o.withDefaults().BatchSize; n++ { // a full batch does not wait
			db.Record(spent(n))
		}
		synctest.Wait()
		if n := db.w.kept.Load(); n != int64(1+o.withDefaults().BatchSize) {
			t.Errorf("%d events were written at once", n)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestMaintainerComesByItself, on a virtual clock.
func TestMaintainerComesByItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	synctest.Test(t, func(t *testing.T) {
		o := testOptions()
		o.Now, o.MaintenanceInterval = time.Now, 10*time.Minute
		db, _, err := Open(context.Background(), path, o)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		db.Record(event.Envelope{Seq: 1, At: now.Add(-91 * 24 * time.Hour), Source: hub("prod"), Body: event.Heartbeat{}})
		db.Record(event.Envelope{Seq: 2, At: now, Source: hub("prod"), Body: event.Heartbeat{}})
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if s, err := db.Stats(context.Background()); err != nil || s.Events != 1 {
			t.Errorf("%+v, %v", s, err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestRetention(t *testing.T) {
	c := newClock()
	o := testOptions()
	o.Now = c.Now
	db := openNew(t, o)
	ctx := t.Context()
	day := 24 * time.Hour
	for n := 1; n <= 5000; n++ { // one each 20 days, the first 5,000 × 20 s ago… in order
		at := start.Add(-100*day + time.Duration(n)*28*time.Minute + 48*time.Second*time.Duration(n%2))
		db.Record(event.Envelope{Seq: uint64(n), At: at, Source: hub("prod"), Body: &event.SpendRecorded{Key: "7", Amount: 1}})
	}
	for _, age := range []time.Duration{401 * day, 399 * day, day} {
		at := start.Add(-age)
		db.AddSpend(Spend{Gateway: "old", At: at, Amount: 1})
		db.AddDecision(Decision{Fingerprint: "f", At: at})
		db.AddTimeline(TimelineEntry{Incident: "i", At: at})
		db.PutAlert(Alert{Fingerprint: age.String(), Since: at, EndedAt: at})
		if _, err := db.LogIntended(ctx, Notification{Fingerprint: age.String(), IntendedAt: at}); err != nil {
			t.Fatal(err)
		}
	}
	db.PutAlert(Alert{Fingerprint: "lasts", Since: start.Add(-500 * day)})
	flush(t, db)
	if err := db.Maintain(ctx); err != nil {
		t.Fatal(err)
	}
	first := must[Stats](t)(db.Stats(ctx)).FirstEvent
	if first.Before(start.Add(-90*day)) || first.After(start.Add(-90*day+time.Hour)) {
		t.Errorf("the oldest event is of %v", first)
	}
	for table, want := range map[string]int{"decision": 2, "timeline": 2, "said": 2, "instance": 3} {
		if got := must[[]int](t)(column[int](ctx, db.reader(), "SELECT count(*) FROM "+table)); got[0] != want {
			t.Errorf("%s has %d rows, want %d", table, got[0], want)
		}
	}
	if lines := must[[]SpendLine](t)(db.SpendSeries(ctx, SpendQuery{Gateway: "old", Step: StepDay})); lines[0].Requests != 2 {
		t.Errorf("old days: %+v", lines)
	}
	if lines := must[[]SpendLine](t)(db.SpendSeries(ctx, SpendQuery{Gateway: "old"})); lines[0].Requests != 2 {
		t.Errorf("old hours: %+v", lines)
	}
	checkIndex(t, db)
}

// checkIndex compares the search index with the events, word for word.
func checkIndex(t *testing.T, db *DB) {
	t.Helper()
	c := &command{call: func() error {
		_, err := db.w.f.write.ExecContext(context.Background(), "INSERT INTO event_fts (event_fts, rank) VALUES ('integrity-check', 1)")
		return err
	}, done: make(chan struct{})}
	if err := db.send(t.Context(), c); err != nil {
		t.Errorf("search index: %v", err)
	}
}

// TestSizeCap: the oldest go until the file is small enough, and the disk gets
// its pages back once nothing is written.
func TestSizeCap(t *testing.T) {
	c := newClock()
	o := testOptions()
	o.Now, o.MaxBytes = c.Now, 2<<20
	db := openNew(t, o)
	for n := 1; n <= 12_000; n++ {
		db.Record(event.Envelope{Seq: uint64(n), At: start, Source: hub("prod"), Body: event.TaskProgressed{Task: "t", Error: "words to be kept"}})
	}
	flush(t, db)
	ctx := t.Context()
	before := must[Stats](t)(db.Stats(ctx))
	if err := db.Maintain(ctx); err != nil {
		t.Fatal(err)
	}
	after := must[Stats](t)(db.Stats(ctx))
	if used := must[int64](t)(db.usedBytes(ctx)); used > o.MaxBytes || after.Events == 0 || after.Events >= before.Events {
		t.Errorf("%d bytes, %d of %d events", used, after.Events, before.Events)
	}
	if p := must[Page](t)(db.Events(ctx, Query{Limit: 1})); p.Events[0].Seq != 12_000 {
		t.Errorf("the newest is %d", p.Events[0].Seq)
	}
	checkIndex(t, db)
	c.add(time.Minute) // idle
	if err := db.Maintain(ctx); err != nil {
		t.Fatal(err)
	}
	tidied := must[Stats](t)(db.Stats(ctx))
	if tidied.FreeBytes != 0 || tidied.FileBytes > o.MaxBytes {
		t.Errorf("tidied: %+v", tidied)
	}
}

// TestReader: a second process reads while the first writes, and after it.
func TestReader(t *testing.T) {
	folder := "a folder with % and ?"
	if runtime.GOOS == "windows" { // no name has a question mark there
		folder = "a folder with % and #"
	}
	path := filepath.Join(t.TempDir(), folder, "history.db")
	ctx := t.Context()
	if _, err := OpenReadOnly(ctx, path, testOptions()); !errors.Is(err, ErrNotFound) {
		t.Errorf("no file: %v", err)
	}
	w := open(t, path, testOptions())
	w.Record(spent(1))
	flush(t, w)
	r := must[*DB](t)(OpenReadOnly(ctx, path, testOptions()))
	if !r.ReadOnly() || w.ReadOnly() {
		t.Error("who is the reader?")
	}
	w.Record(spent(2))
	flush(t, w)
	if p := must[Page](t)(r.Events(ctx, Query{Text: "gpt-4o"})); len(p.Events) != 2 {
		t.Errorf("%d events", len(p.Events))
	}
	r.Record(spent(3))
	r.AddSpend(Spend{})
	r.AddDecision(Decision{})
	r.AddTimeline(TimelineEntry{})
	r.PutAlert(Alert{})
	_, err := r.LogIntended(ctx, Notification{})
	for _, err := range []error{
		err, r.LogDelivered(ctx, 1, start), r.LogGivenUp(ctx, 1, ""),
		r.ReplaceSilences(ctx, nil), r.SetMeta(ctx, "a", "b"), r.Maintain(ctx), r.Flush(ctx),
	} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("a reader writes: %v", err)
		}
	}
	if s := must[Stats](t)(r.Stats(ctx)); s.Lost != 1 || !s.ReadOnly || s.Events != 2 {
		t.Errorf("%+v", s)
	}
	if err := errors.Join(r.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	r = must[*DB](t)(OpenReadOnly(ctx, path, testOptions())) // no writer, no log
	if p := must[Page](t)(r.Events(ctx, Query{})); len(p.Events) != 2 {
		t.Errorf("%d events", len(p.Events))
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestClose: what waits is written, twice is once, and later calls do no harm.
func TestClose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	db := open(t, path, testOptions())
	for n := 1; n <= 2500; n++ {
		db.Record(spent(n))
	}
	if err := errors.Join(db.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
	db.Record(spent(2501))
	if _, err := db.LogIntended(t.Context(), Notification{}); !errors.Is(err, ErrClosed) {
		t.Errorf("Intend: %v", err)
	}
	if _, err := db.Events(t.Context(), Query{}); err == nil {
		t.Error("a closed history answers")
	}
	if _, err := os.Stat(path + "-wal"); !os.IsNotExist(err) {
		t.Errorf("the log is left: %v", err)
	}
	again := open(t, path, testOptions())
	if s := must[Stats](t)(again.Stats(t.Context())); s.Events != 2500 {
		t.Errorf("%d events", s.Events)
	}
}

// TestAtTheSameTime is for the race detector: all of it at once.
func TestAtTheSameTime(t *testing.T) {
	o := testOptions()
	o.MaintenanceInterval, o.FlushInterval = time.Millisecond, time.Millisecond
	db := openNew(t, o)
	ctx := t.Context()
	var all sync.WaitGroup
	all.Go(func() {
		for n := 1; n <= 3000; n++ {
			db.Record(spent(n))
		}
	})
	for range 2 {
		all.Go(func() {
			for range 20 {
				if _, err := db.Events(ctx, Query{Text: "gpt-4o", Keys: []event.KeyID{"7"}}); err != nil {
					t.Error(err)
				}
				if _, err := db.Stats(ctx); err != nil {
					t.Error(err)
				}
				outage(db)
				if _, err := db.Incidents(ctx, IncidentQuery{}); err != nil {
					t.Error(err)
				}
				id, err := db.LogIntended(ctx, Notification{Fingerprint: "f"})
				if err != nil || db.LogDelivered(ctx, id, start) != nil {
					t.Error(err)
				}
				db.SeqBase()
			}
		})
	}
	all.Wait()
	flush(t, db)
	checkEvents(t, db, 1)
	checkIndex(t, db)
}
