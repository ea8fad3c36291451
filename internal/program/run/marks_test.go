package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/foundation/lock"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
)

// TestMarks: a mark goes into the history where nobody writes it, else to the process
// that does; what is none is refused, and a file that is none is removed.
func TestMarks(t *testing.T) {
	paths := config.PathsIn(t.TempDir())
	ctx := t.Context()
	m, running, err := SetMark(ctx, paths, "deploy\tweb\u202e 1.4\n", "", time.Now().Add(-time.Hour))
	if err != nil || running || m.Text != "deploy web  1.4" && m.Text != "deploy web 1.4" {
		t.Fatalf("%+v, %v, %v", m, running, err)
	}
	db, _, err := history.Open(ctx, paths.History, history.Options{MaintenanceInterval: -1})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := db.Changes(ctx, "any", history.Range{}, 0)
	if err != nil || len(rows) != 1 || rows[0].ID != m.ID {
		t.Errorf("in the history: %+v, %v", rows, err)
	}
	if c, ok := changeOf(&rows[0]); !ok || c.Name != m.Text || c.Entity != "mark" {
		t.Errorf("as a change: %+v", c)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := lock.Acquire(ctx, paths.Lock, "watch")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release() //nolint:errcheck // the test is over
	m, running, err = SetMark(ctx, paths, strings.Repeat("x", 500), "", time.Now())
	if err != nil || !running || len(m.Text) != maxMarkText {
		t.Fatalf("%v, %v", running, err)
	}
	for name, body := range map[string]string{"a.json": "{", "b.json": strings.Repeat("x", maxMarkFile+1), "c.json": `{"id":"c","text":"late","at":"2001-01-01T00:00:00Z"}`} {
		if err := os.WriteFile(filepath.Join(marksIn(paths), name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := takeMarks(marksIn(paths)); len(got) != 1 || got[0].ID != m.ID {
		t.Errorf("taken: %+v", got)
	}
	if left, _ := filepath.Glob(filepath.Join(marksIn(paths), "*")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	for _, bad := range []struct {
		text string
		at   time.Time
	}{{" \n", time.Now()}, {"x", time.Now().Add(time.Hour)}, {"x", time.Now().Add(-60 * 24 * time.Hour)}} {
		if _, _, err := SetMark(ctx, paths, bad.text, "", bad.at); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
	if _, _, err := SetMark(ctx, paths, "x", "nobody", time.Now()); err == nil {
		t.Error("a gateway that there is not")
	}
	paths = config.PathsIn(t.TempDir())
	if err := os.MkdirAll(paths.Lock, 0o700); err != nil { // no file: nobody can have it
		t.Fatal(err)
	}
	if _, running, err := SetMark(ctx, paths, "x", "", time.Now()); err == nil || running {
		t.Errorf("left with another process that there is not: %v", err)
	}
}
