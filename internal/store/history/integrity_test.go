package history

import (
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// fillAndClose makes a file with 3,000 events and something said.
func fillAndClose(t *testing.T, path string) {
	t.Helper()
	db, _, err := Open(t.Context(), path, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 3000; n++ {
		db.Record(spent(n))
	}
	for n := range 20 {
		id := must[int64](t)(db.LogIntended(t.Context(), Notification{Fingerprint: fmt.Sprint("alert", n), Severity: event.SeverityCritical}))
		if err := db.LogDelivered(t.Context(), id, start); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// overwrite puts text into the file at an offset; a negative one counts from
// the end.
func overwrite(t *testing.T, path string, offset int64, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // a test's file
	if offset < 0 {
		offset += sizeOf(path)
	}
	if _, err := f.WriteAt([]byte(text), offset); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedFileIsSetAside(t *testing.T) {
	tests := []struct {
		name    string
		damage  func(t *testing.T, path string)
		salvage bool // the notification log is expected to survive whole
		hidden  bool // only a look at every page shows it
	}{
		{"garbage header", func(t *testing.T, p string) { overwrite(t, p, 0, strings.Repeat("garbage!", 12)) }, false, false},
		{"text file", func(t *testing.T, p string) { write(t, p, "this is no database") }, false, false},
		{"half a header", func(t *testing.T, p string) { write(t, p, "SQLite format 3\x00 and no more") }, false, false},
		{"cut in the middle", func(t *testing.T, p string) { truncate(t, p, sizeOf(p)/2) }, true, true},
		{"cut within a page", func(t *testing.T, p string) { truncate(t, p, sizeOf(p)-1000) }, true, true},
		{"cut to the header", func(t *testing.T, p string) { truncate(t, p, 4096) }, false, false},
		{"garbage in the middle", func(t *testing.T, p string) {
			overwrite(t, p, sizeOf(p)/2/4096*4096, strings.Repeat("garbage!", 2048))
		}, true, true},
		{"another program's database", foreignDatabase, false, false},
		{"of a later version", func(t *testing.T, p string) {
			overwrite(t, p, 60, string(binary.BigEndian.AppendUint32(nil, 99)))
		}, true, false},
	}
	whole := filepath.Join(t.TempDir(), "history.db")
	fillAndClose(t, whole)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "history.db")
			copyFile(t, whole, path)
			tt.damage(t, path)
			before := must[[]byte](t)(os.ReadFile(path))
			if reader, err := OpenReadOnly(t.Context(), path, testOptions()); err == nil {
				if !tt.hidden {
					t.Error("a reader takes the file")
				}
				if err := reader.Close(); err != nil {
					t.Error(err)
				}
			}
			db, said, err := Open(t.Context(), path, testOptions())
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close() //nolint:errcheck // checked below
			if len(said) != 1 || said[0].Code != HealthSetAside || said[0].Title == "" {
				t.Fatalf("notices: %+v", said)
			}
			if kept, err := os.ReadFile(said[0].Path); err != nil || len(kept) != len(before) {
				t.Errorf("set aside as %s with %d bytes of %d (%v)", said[0].Path, len(kept), len(before), err)
			}
			delivered := must[[]Notification](t)(db.LastNotifications(t.Context(), time.Time{}))
			if tt.salvage && len(delivered) != 20 {
				t.Errorf("%d of 20 tellings were saved", len(delivered))
			}
			db.Record(spent(1))
			flush(t, db)
			if p := must[Page](t)(db.Events(t.Context(), Query{})); len(p.Events) != 1 {
				t.Errorf("the new file has %d events", len(p.Events))
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
			open(t, path, testOptions()) // is whole now
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func truncate(t *testing.T, path string, size int64) {
	t.Helper()
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

func foreignDatabase(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	other := must[*sql.DB](t)(sql.Open("sqlite", fileURI(path)))
	defer other.Close() //nolint:errcheck // a test's file
	for _, s := range []string{"PRAGMA application_id = 12345", "CREATE TABLE recipe (name TEXT)", "INSERT INTO recipe VALUES ('soup')"} {
		if _, err := other.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

// TestForeignFileIsNotTouched: the renamed file is the other program's to the
// last byte.
func TestForeignFileIsNotTouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	write(t, path, "")
	foreignDatabase(t, path)
	before := must[[]byte](t)(os.ReadFile(path))
	db, said, err := Open(t.Context(), path, testOptions())
	if err != nil || len(said) != 1 {
		t.Fatal(err, said)
	}
	defer db.Close() //nolint:errcheck // nothing is in it
	if after := must[[]byte](t)(os.ReadFile(said[0].Path)); string(after) != string(before) {
		t.Error("the file was changed")
	}
}

// TestCrashCopy copies the file with its log in the middle of a write, as a
// power cut would leave them, and opens the copy.
func TestCrashCopy(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "history.db")
	o := testOptions()
	o.BatchSize = 100
	db := open(t, path, o)
	stop, stopped := make(chan struct{}), make(chan struct{})
	var pause sync.Mutex // nothing is written while a copy is looked at
	go func() {
		defer close(stopped)
		for n := 1; ; n++ {
			select {
			case <-stop:
				return
			default:
				pause.Lock()
				db.Record(spent(n))
				pause.Unlock()
			}
			waitForRoom(db)
		}
	}()
	defer func() { close(stop); <-stopped }()
	for round := range 4 {
		id := must[int64](t)(db.LogIntended(t.Context(), Notification{Fingerprint: fmt.Sprint("alert", round)}))
		copied := filepath.Join(dir, fmt.Sprintf("copy%d.db", round))
		// The log last: what it lacks was not promised. A checkpoint in
		// between would make the pair one that no crash can leave, so none is
		// let through.
		withoutCheckpoint(t, db, func() {
			copyFile(t, path, copied)
			copyFile(t, path+"-wal", copied+"-wal")
		})
		lookAt := func() {
			pause.Lock()
			defer pause.Unlock()
			if round%2 == 1 { // the log's end was half written
				truncate(t, copied+"-wal", sizeOf(copied+"-wal")-1234)
			}
			again := open(t, copied, testOptions())
			if round%2 == 0 {
				left := must[[]Notification](t)(again.UndeliveredNotifications(t.Context()))
				if len(left) != round+1 || left[round].ID != id {
					t.Errorf("round %d: %d undelivered, want %d", round, len(left), round+1)
				}
			}
			checkEvents(t, again, 1+round)
		}
		lookAt()
	}
}

// withoutCheckpoint holds a reader's snapshot, which keeps the log from being
// written back and begun anew.
func withoutCheckpoint(t *testing.T, db *DB, do func()) {
	t.Helper()
	tx := must[*sql.Tx](t)(db.reader().BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true}))
	defer tx.Rollback() //nolint:errcheck // only read
	var n int
	if err := tx.QueryRow("SELECT count(*) FROM said").Scan(&n); err != nil {
		t.Fatal(err)
	}
	do()
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in := must[*os.File](t)(os.Open(from))
	defer in.Close() //nolint:errcheck // only read
	out := must[*os.File](t)(os.Create(to))
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestNoFileCanBeMade: without a place to write, the history is in memory.
func TestNoFileCanBeMade(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "file"), "")
	db, said, err := Open(t.Context(), filepath.Join(dir, "file", "history.db"), testOptions())
	if err != nil || len(said) != 1 || said[0].Code != HealthMemoryOnly || db.Path() != "" {
		t.Fatalf("%v, %+v", err, said)
	}
	other, _, err := Open(t.Context(), filepath.Join(dir, "file", "history.db"), testOptions())
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 500; n++ {
		db.Record(spent(n))
	}
	flush(t, db)
	if p := must[Page](t)(db.Events(t.Context(), Query{Text: "gpt-4o", Keys: []event.KeyID{"7"}, Limit: 1000})); len(p.Events) != 500 {
		t.Errorf("%d events", len(p.Events))
	}
	if p := must[Page](t)(other.Events(t.Context(), Query{})); len(p.Events) != 0 {
		t.Error("two histories share their memory")
	}
	for _, d := range []*DB{db, other} {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}
