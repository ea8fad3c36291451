package history

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// homeless opens a history whose folder is not there, and returns what puts the
// folder there: a file stands in its place meanwhile.
func homeless(t *testing.T, path string, told *healthEvents) (*DB, func()) {
	t.Helper()
	dir := filepath.Dir(path)
	aside := dir + ".aside"
	had := os.Rename(dir, aside) == nil
	write(t, dir, "")
	o := testOptions()
	o.OnHealthEvent, o.RetryInterval = told.report, 20*time.Millisecond
	db, said, err := Open(t.Context(), path, o)
	if err != nil || len(said) != 1 || said[0].Code != HealthMemoryOnly || db.Path() != "" {
		t.Fatalf("%v, %+v", err, said)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db, func() {
		if err := os.Remove(dir); err != nil {
			t.Fatal(err)
		}
		if had {
			if err := os.Rename(aside, dir); err != nil {
				t.Fatal(err)
			}
		}
		waitFor(t, "the history is kept again", func() bool { return slices.Contains(told.codes(), HealthRecovered) })
		if db.Path() != path {
			t.Errorf("it is at %q", db.Path())
		}
	}
}

// TestKeptAgain: what was held in memory gets into the file as soon as there can
// be one, and what comes then, too; questions and notes go on meanwhile.
func TestKeptAgain(t *testing.T) {
	var told healthEvents
	path := filepath.Join(t.TempDir(), "home", "history.db")
	db, home := homeless(t, path, &told)
	for n := 1; n <= 500; n++ {
		db.Record(spent(n))
	}
	note := must[int64](t)(db.LogIntended(t.Context(), Notification{Fingerprint: "a"}))
	flush(t, db)
	stop, asked := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			select {
			case <-stop:
				asked <- nil
				return
			default:
			}
			if _, err := db.Events(context.Background(), Query{}); err != nil {
				asked <- err
				return
			}
		}
	}()
	home()
	close(stop)
	if err := <-asked; err != nil {
		t.Errorf("a question meanwhile: %v", err)
	}
	db.Record(spent(501))
	if err := db.LogDelivered(t.Context(), note, start); err != nil {
		t.Error(err)
	}
	flush(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path, testOptions())
	checkEvents(t, db, 1)
	if p := must[Page](t)(db.Events(t.Context(), Query{Text: "gpt-4o", Limit: 1000})); len(p.Events) != 501 {
		t.Errorf("%d events are found", len(p.Events))
	}
	if list := must[[]Notification](t)(db.NotificationsOf(t.Context(), "a")); len(list) != 1 || list[0].DeliveredAt.IsZero() {
		t.Errorf("%+v", list)
	}
}

// TestKeptAgainWithAPast: the file has a past, whose numbers the memory's begin
// with anew. Both are there afterwards, and money that both know counts once.
func TestKeptAgainWithAPast(t *testing.T) {
	var told healthEvents
	path := filepath.Join(t.TempDir(), "home", "history.db")
	at := start.Truncate(time.Hour)
	change := func(id, subject string) Change {
		return Change{ID: id, At: at, Subject: subject, Body: json.RawMessage(`{"id":"` + id + `","subject":"` + subject + `"}`)}
	}
	past := open(t, path, testOptions())
	for n := 1; n <= 10; n++ {
		past.Record(spent(n))
	}
	before := must[int64](t)(past.LogIntended(t.Context(), Notification{Fingerprint: "before"}))
	past.PutMemory([]Change{change("3", "before"), change("mark-1", "mark")}, nil)
	past.PutLedger("books", bookOf(at).Take())
	flush(t, past)
	sum := func(db *DB, gateway event.GatewayID) (n event.NanoUSD) {
		for _, line := range must[[]SpendLine](t)(db.SpendSeries(t.Context(), SpendQuery{Gateway: gateway})) {
			n += line.Amount
		}
		return n
	}
	want, cents := sum(past, "books"), sum(past, "prod")
	if err := past.Close(); err != nil {
		t.Fatal(err)
	}
	db, home := homeless(t, path, &told)
	for n := 1; n <= 20; n++ {
		db.Record(spent(n))
	}
	db.PutMemory([]Change{change("3", "meanwhile")}, nil)
	db.PutLedger("books", bookOf(at).Take())
	note := must[int64](t)(db.LogIntended(t.Context(), Notification{Fingerprint: "meanwhile"}))
	if note != before {
		t.Fatalf("the notes are %d and %d: nothing is tried", before, note)
	}
	flush(t, db)
	meanwhile := sum(db, "prod")
	home()
	db.Record(spent(21))
	db.PutMemory([]Change{change("4", "after")}, nil)
	if err := db.LogDelivered(t.Context(), note, start); err != nil {
		t.Error(err)
	}
	flush(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path, testOptions())
	if p := must[Page](t)(db.Events(t.Context(), Query{Text: "gpt-4o", Limit: 1000})); len(p.Events) != 31 || p.Events[0].Seq != 31 {
		t.Errorf("%d events are found", len(p.Events))
	}
	for name, delivered := range map[string]bool{"before": false, "meanwhile": true} {
		if list := must[[]Notification](t)(db.NotificationsOf(t.Context(), name)); len(list) != 1 || list[0].DeliveredAt.IsZero() == delivered {
			t.Errorf("%s: %+v", name, list)
		}
	}
	var changes []string
	for _, c := range must[[]Change](t)(db.Changes(t.Context(), "", Range{}, 0)) {
		changes = append(changes, c.ID+" "+c.Subject+" "+string(c.Body))
	}
	slices.Sort(changes)
	if wanted := []string{
		`13 meanwhile {"id":"13","subject":"meanwhile"}`, `14 after {"id":"14","subject":"after"}`,
		`3 before {"id":"3","subject":"before"}`, `mark-1 mark {"id":"mark-1","subject":"mark"}`,
	}; !slices.Equal(changes, wanted) {
		t.Errorf("changes: %q", changes)
	}
	if got := sum(db, "books"); got != want || want == 0 {
		t.Errorf("what both books have is %s, want %s", got, want)
	}
	if got := sum(db, "prod"); got != cents+meanwhile+event.USD(0.21) {
		t.Errorf("what was told is %s, want %s", got, cents+meanwhile+event.USD(0.21))
	}
	book := bookOf(at)
	saved := must[ledger.Saved](t)(db.Ledger(t.Context(), "books", -ever))
	again := ledger.Restore(saved)
	if a, b := book.Statement(-ever, ever).Total, again.Statement(-ever, ever).Total; a != b {
		t.Errorf("the book says %v, was %v", b, a)
	}
}

// TestMayNotKeepYet: who may not write the file stays in memory.
func TestMayNotKeepYet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "home", "history.db")
	write(t, filepath.Dir(path), "")
	o := testOptions()
	asked := make(chan struct{}, 1000)
	o.RetryInterval = time.Millisecond
	o.MayKeep = func() error {
		select {
		case asked <- struct{}{}:
		default:
		}
		return os.ErrPermission
	}
	db, _, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		<-asked
	}
	if err := db.Close(); err != nil || db.Path() != "" {
		t.Errorf("%v, %q", err, db.Path())
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("there is a file")
	}
}
