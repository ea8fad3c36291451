package history

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// oldFile makes a file of an older version from its dump in testdata.
func oldFile(t *testing.T, version int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "history.db")
	dump := must[[]byte](t)(os.ReadFile(fmt.Sprintf("testdata/version-%d.sql", version)))
	old := must[*sql.DB](t)(sql.Open("sqlite", fileURI(path)))
	if _, err := old.Exec(string(dump)); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func schemaOf(t *testing.T, db *DB) []string {
	t.Helper()
	all := must[[]string](t)(column[string](t.Context(), db.reader(),
		`SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1`))
	space := regexp.MustCompile(`\s+`)
	for i := range all {
		all[i] = space.ReplaceAllString(all[i], " ")
	}
	return all
}

// TestEveryOlderVersion opens a file of each older version and finds in it what
// that version kept. Adding a script makes this test ask for the dump of the
// version before.
func TestEveryOlderVersion(t *testing.T) {
	fresh := schemaOf(t, openNew(t, testOptions()))
	for version := 1; version < len(migrations); version++ {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			path := oldFile(t, version)
			if _, err := OpenReadOnly(t.Context(), path, testOptions()); err == nil {
				t.Error("a reader takes a file that no writer has brought up to date")
			}
			db := open(t, path, testOptions())
			if diff := cmp.Diff(fresh, schemaOf(t, db)); diff != "" {
				t.Errorf("schema (-fresh +migrated):\n%s", diff)
			}
			ctx := t.Context()
			if p := must[Page](t)(db.Events(ctx, Query{Text: "gpt-4o", Keys: []event.KeyID{"7"}})); len(p.Events) != 5 {
				t.Errorf("%d events are found by words", len(p.Events))
			}
			if p := must[Page](t)(db.Events(ctx, Query{Severities: []event.Severity{event.SeverityCritical}})); len(p.Events) != 1 {
				t.Errorf("%d critical events", len(p.Events))
			}
			lines := must[[]SpendLine](t)(db.SpendSeries(ctx, SpendQuery{Step: StepDay}))
			if len(lines) != 1 || lines[0].Amount != event.USD(0.15) || lines[0].Requests != 5 {
				t.Errorf("spend: %+v", lines)
			}
			if v := must[string](t)(db.Meta(ctx, "digest")); v != "{}" {
				t.Errorf("meta: %q", v)
			}
			if version >= 4 {
				if l := must[ledger.Saved](t)(db.Ledger(ctx, "prod", 0)); len(l.Changes) != 1 || len(l.Accounts) != 1 {
					t.Errorf("ledger: %+v", l)
				}
			}
			if c := must[[]Change](t)(db.Changes(ctx, "", Range{}, 0)); len(c) > 0 != (version >= 5) {
				t.Errorf("changes: %+v", c)
			}
			if _, _, err := db.FilmRange(ctx); !errors.Is(err, ErrNotFound) {
				t.Errorf("film that nobody made: %v", err)
			}
			if version >= 2 {
				checkOldAlerts(t, db)
			}
			db.Record(spent(7))
			flush(t, db)
			if p := must[Page](t)(db.Events(ctx, Query{Limit: 1})); p.Events[0].Seq != 7 {
				t.Errorf("the next event has number %d", p.Events[0].Seq)
			}
		})
	}
}

func checkOldAlerts(t *testing.T, db *DB) {
	t.Helper()
	ctx := t.Context()
	left := must[[]Notification](t)(db.UndeliveredNotifications(ctx))
	if len(left) != 1 || left[0].Fingerprint != "f2" {
		t.Errorf("undelivered: %+v", left)
	}
	in := must[Incident](t)(db.Incident(ctx, "prod|provider.0"))
	if len(in.Alerts) != 1 || len(in.Timeline) != 1 || len(in.Decisions) != 1 || in.Severity != event.SeverityCritical {
		t.Errorf("incident: %+v", in)
	}
	if s := must[[]Silence](t)(db.Silences(ctx)); len(s) != 1 || s[0].Note != "quiet please" {
		t.Errorf("silences: %+v", s)
	}
	id := must[int64](t)(db.LogIntended(ctx, Notification{Fingerprint: "f3"}))
	if id != 3 {
		t.Errorf("the next notification has number %d", id)
	}
	if err := db.LogDelivered(ctx, id, time.Now()); err != nil {
		t.Error(err)
	}
}

// TestLibcIsTheOneOfSQLite: the translated SQLite works with exactly the libc
// that its own go.mod names; another one has crashed other programs.
func TestLibcIsTheOneOfSQLite(t *testing.T) {
	list := func(format, module string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", format, module).Output()
		if errors.Is(err, exec.ErrNotFound) {
			t.Skip("there is no go command to ask")
		}
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	theirs := must[[]byte](t)(os.ReadFile(list("{{.GoMod}}", "modernc.org/sqlite")))
	want := regexp.MustCompile(`(?m)^\s*modernc.org/libc (v\S+)$`).FindSubmatch(theirs)
	if got := list("{{.Version}}", "modernc.org/libc"); want == nil || got != string(want[1]) {
		t.Errorf("go.mod has modernc.org/libc %s, SQLite wants %s", got, want)
	}
}

// TestNoStatistics: neither use nor tidying leaves statistics behind, which
// would be those of a small file when it is large.
func TestNoStatistics(t *testing.T) {
	c := newClock()
	o := testOptions()
	o.Now = c.Now
	db := openNew(t, o)
	for n := 1; n <= 100; n++ {
		db.Record(spent(n))
	}
	flush(t, db)
	c.add(time.Hour)
	if err := db.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := must[[]int](t)(column[int](t.Context(), db.reader(), "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'sqlite_stat%'")); n[0] != 0 {
		t.Errorf("%d tables of statistics", n[0])
	}
}

// TestFileIsMarked: other tools can tell whose the file is.
func TestFileIsMarked(t *testing.T) {
	db := openNew(t, testOptions())
	for pragma, want := range map[string]string{
		"application_id": fmt.Sprint(applicationID), "user_version": fmt.Sprint(len(migrations)),
		"journal_mode": "wal", "auto_vacuum": "2",
	} {
		if got := must[[]string](t)(column[string](t.Context(), db.reader(), "PRAGMA "+pragma)); got[0] != want {
			t.Errorf("%s is %s, want %s", pragma, got[0], want)
		}
	}
	if info := must[os.FileInfo](t)(os.Stat(db.Path())); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v", info.Mode())
	}
}
