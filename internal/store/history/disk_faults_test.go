package history

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// limitPages makes SQLite take the file for full at n pages; it asks the
// writer's own goroutine, which owns the connection.
func limitPages(t *testing.T, db *DB, n int) {
	t.Helper()
	c := &command{call: func() error {
		_, err := db.w.f.write.ExecContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", n))
		return err
	}, done: make(chan struct{})}
	if err := db.send(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("timed out waiting until %s", what)
		}
	}
}

// TestFullFile: nothing blocks, everybody is told once, what waited is written
// when there is room, and what found no place is a gap.
func TestFullFile(t *testing.T) {
	var told healthEvents
	o := testOptions()
	o.OnHealthEvent, o.QueueSize, o.BatchSize = told.report, 2000, 100
	db := openNew(t, o)
	db.Record(spent(1))
	flush(t, db)
	limitPages(t, db, 1) // SQLite raises it to what is in use
	for n := 2; n <= 5000; n++ {
		db.Record(spent(n))
	}
	waitFor(t, "the disk is told to be full", func() bool { return slices.Contains(told.codes(), HealthDiskFull) })
	if err := db.Flush(t.Context()); !errors.Is(err, ErrFull) {
		t.Errorf("Flush: %v", err)
	}
	tooMuch := make([]byte, 100_000)
	for i := range tooMuch {
		tooMuch[i] = '1'
	}
	if _, err := db.LogIntended(t.Context(), Notification{Fingerprint: "a", Body: tooMuch}); !errors.Is(err, ErrFull) {
		t.Errorf("Intend: %v", err)
	}
	if s := must[Stats](t)(db.Stats(t.Context())); !s.Failing || s.Lost == 0 {
		t.Errorf("stats while full: %+v", s)
	}
	if p := must[Page](t)(db.Events(t.Context(), Query{})); len(p.Events) != 1 {
		t.Errorf("%d events can be read while full", len(p.Events))
	}
	limitPages(t, db, 1_000_000)
	waitFor(t, "it works again", func() bool { return slices.Contains(told.codes(), HealthRecovered) })
	flush(t, db) // so that there is room for one more
	db.Record(spent(5001))
	flush(t, db)
	if got := told.codes(); !slices.Equal(got, []HealthCode{HealthDiskFull, HealthRecovered}) {
		t.Errorf("told: %v", got)
	}
	if _, err := db.LogIntended(t.Context(), Notification{Fingerprint: "a"}); err != nil {
		t.Error(err)
	}
	checkEvents(t, db, 1)
	gaps := must[Page](t)(db.Events(t.Context(), Query{Kinds: []event.Kind{KindGap}}))
	// What came faster than the disk takes it, before it was full, is a gap of its own.
	if n := len(gaps.Events); n == 0 || n > 2 || slices.ContainsFunc(gaps.Events, func(r Event) bool { return r.Severity != event.SeverityWarning }) {
		t.Fatalf("gaps: %+v", gaps.Events)
	}
}

// TestFailedFlushIsTriedAgain: what a caller's Flush could not write is written
// later without anybody asking.
func TestFailedFlushIsTriedAgain(t *testing.T) {
	var told healthEvents
	o := testOptions()
	o.OnHealthEvent, o.FlushInterval, o.BatchSize = told.report, time.Hour, 10_000 // nothing but Flush and its retries writes
	db := openNew(t, o)
	limitPages(t, db, 1)
	for n := 1; n <= 3000; n++ {
		db.Record(spent(n))
	}
	if err := db.Flush(t.Context()); !errors.Is(err, ErrFull) {
		t.Fatalf("Flush: %v", err)
	}
	limitPages(t, db, 1_000_000)
	waitFor(t, "it works again", func() bool { return slices.Contains(told.codes(), HealthRecovered) })
	if s := must[Stats](t)(db.Stats(t.Context())); s.Events != 3000 || s.Failing {
		t.Errorf("%+v", s)
	}
}

// TestFullDisk is the same on a real disk: a tmpfs of one megabyte.
func TestFullDisk(t *testing.T) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("mounting a small disk needs root on Linux")
	}
	dir := t.TempDir()
	if err := mountSmallDisk(dir); err != nil {
		t.Skipf("this system does not let us mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := unmount(dir); err != nil {
			t.Error(err)
		}
	})
	var told healthEvents
	o := testOptions()
	o.OnHealthEvent = told.report
	path := filepath.Join(dir, "history.db")
	db, said, err := Open(t.Context(), path, o)
	if err != nil || len(said) > 0 {
		t.Fatal(err, said)
	}
	ballast := filepath.Join(dir, "ballast")
	write(t, ballast, string(make([]byte, 400_000)))
	for n := 1; n <= 8000; n++ {
		db.Record(spent(n))
	}
	waitFor(t, "the disk is told to be full", func() bool { return slices.Contains(told.codes(), HealthDiskFull) })
	if err := remount(dir, "8m"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "it works again", func() bool { return slices.Contains(told.codes(), HealthRecovered) })
	flush(t, db)
	checkEvents(t, db, 1)
	if s := must[Stats](t)(db.Stats(t.Context())); s.Events != 8000 || s.Lost != 0 {
		t.Errorf("stats: %+v", s)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	again, said, err := Open(t.Context(), path, testOptions())
	if err != nil || len(said) > 0 {
		t.Fatal(err, said)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// TestFullDiskFromTheStart: on a full disk the program starts nevertheless.
func TestFullDiskFromTheStart(t *testing.T) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("mounting a small disk needs root on Linux")
	}
	dir := t.TempDir()
	if err := mountSmallDisk(dir); err != nil {
		t.Skipf("this system does not let us mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := unmount(dir); err != nil {
			t.Error(err)
		}
	})
	_ = os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, 2_000_000), 0o600) // fails when it is full
	db, said, err := Open(t.Context(), filepath.Join(dir, "history.db"), testOptions())
	if err != nil || len(said) != 1 || said[0].Code != HealthMemoryOnly {
		t.Fatalf("%v, %+v", err, said)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
