package history

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// bookOf makes a book that has seen something of every sort.
func bookOf(at time.Time) *ledger.Book {
	b := ledger.New()
	b.Join("7", "1", at)
	b.Group("1", ledger.Balance{At: at, Balance: event.USD(10), Spent: event.USD(1)})
	b.Log(ledger.Row{ID: 5, At: at, Key: "7", Provider: "openai", Model: "gpt-5", Amount: event.USD(0.25)})
	b.Log(ledger.Row{ID: 6, At: at.Add(time.Hour), Key: "8", Model: "gpt-5", Amount: event.USD(0.5)})
	b.Push(ledger.Spend{At: at, Key: "9", Amount: event.USD(2), Total: event.USD(40), OfKey: true})
	b.Push(ledger.Spend{At: at, Key: "7", Amount: event.USD(3), Total: event.USD(50), OfGroup: true})
	b.Group("1", ledger.Balance{At: at.Add(time.Minute), Balance: event.USD(9), Spent: event.USD(2)})
	b.Watched(at, at.Add(2*time.Hour))
	return b
}

const ever = ledger.Minute(1) << 40

// TestLedgerIsKept: a book that is read back says what it said, counts nothing
// twice, and its money is in the sums of hours and days.
func TestLedgerIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	db := open(t, path, testOptions())
	at := start.Add(-3 * time.Hour)
	book := bookOf(at)
	// What may still be debited is told by calls of this run: read back, all of it may.
	said := func(b *ledger.Book) string {
		st := b.Statement(-ever, ever)
		st.Undebited, st.Pending = 0, st.Undebited+st.Pending
		return fmt.Sprintf("%+v", st)
	}
	want := said(book)
	total := book.Statement(-ever, ever).Total
	db.PutLedger("prod", book.Take())
	db.PutLedger("other", bookOf(at).Take())
	flush(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path, testOptions())
	saved := must[ledger.Saved](t)(db.Ledger(t.Context(), "prod", -ever))
	again := ledger.Restore(saved)
	if got := said(again); got != want {
		t.Errorf("before\n%s\nread back\n%s", want, got)
	}
	if again.Log(ledger.Row{ID: 5, At: at, Key: "7", Amount: event.USD(0.25)}) {
		t.Error("a row of the log is counted again")
	}
	for _, step := range []Step{StepMinute, StepHour, StepDay} {
		lines := must[[]SpendLine](t)(db.SpendSeries(t.Context(), SpendQuery{Gateway: "prod", Step: step}))
		if len(lines) != 1 || lines[0].Amount != total || lines[0].Requests != 4 {
			t.Errorf("by %s: %+v, want %v", step, lines, total)
		}
	}
	if none := must[ledger.Saved](t)(db.Ledger(t.Context(), "nobody", -ever)); !none.Empty() {
		t.Errorf("of nobody: %+v", none)
	}
}

// TestLedgerGrows: what is told later is added, takes back what it corrects,
// and leaves no empty cells to be read.
func TestLedgerGrows(t *testing.T) {
	db := openNew(t, testOptions())
	at := start.Add(-time.Hour)
	book := ledger.New()
	read := func(spent float64, after time.Duration) ledger.Balance {
		x := ledger.Balance{At: at.Add(after), Balance: event.USD(100 - spent), Spent: event.USD(spent)}
		book.Group("1", x)
		db.PutLedger("prod", book.Take())
		flush(t, db)
		return x
	}
	read(1, 0)
	x := read(3, 10*time.Minute) // $2 that nothing explains yet
	rows := []ledger.Transaction{{At: at.Add(5 * time.Minute), Amount: event.USD(2), After: event.USD(97), Note: "Usage deducted"}}
	if _, n := book.Transactions("1", x, rows); n != 1 {
		t.Fatalf("%d rows were placed", n)
	}
	db.PutLedger("prod", book.Take())
	flush(t, db)
	saved := must[ledger.Saved](t)(db.Ledger(t.Context(), "prod", -ever))
	if len(saved.Changes) != 1 || saved.Changes[0].Kind != ledger.Direct || saved.Changes[0].Minute != ledger.MinuteOf(rows[0].At) {
		t.Errorf("%+v", saved.Changes)
	}
	lines := must[[]SpendLine](t)(db.SpendSeries(t.Context(), SpendQuery{Gateway: "prod"}))
	if len(lines) != 1 || lines[0].Amount != event.USD(2) || lines[0].Requests != 1 {
		t.Errorf("%+v", lines)
	}
}

// TestLedgerWaits: while the disk is busy nothing blocks, what waits is merged,
// and no money is lost where places are too many.
func TestLedgerWaits(t *testing.T) {
	db := openNew(t, testOptions())
	release := holdWriter(t, db)
	book := ledger.New()
	const most = 2000
	db.w.q.maxCells = most
	const n = most + 1000
	for i := range n {
		book.Log(ledger.Row{ID: int64(i) + 1, At: start, Key: "7", Model: fmt.Sprint(i), Amount: 1})
		if i%500 == 0 {
			db.PutLedger("prod", book.Take())
		}
	}
	db.PutLedger("prod", book.Take())
	release()
	flush(t, db)
	again := ledger.Restore(must[ledger.Saved](t)(db.Ledger(t.Context(), "prod", -ever)))
	if st := again.Statement(-ever, ever); st.Keys["7"] != n || st.NoModel == 0 || st.Requests != n {
		t.Errorf("%v of %d, %v of no model, %d spends", st.Keys["7"], n, st.NoModel, st.Requests)
	}
}

// TestLedgerIsForgotten: minutes go after a week, the sums of their days stay.
func TestLedgerIsForgotten(t *testing.T) {
	db := openNew(t, testOptions())
	book := ledger.New()
	for i, age := range []time.Duration{9, 7, 0} {
		book.Log(ledger.Row{ID: int64(i) + 1, At: start.Add(-age * 24 * time.Hour), Key: "7", Amount: 1})
	}
	db.PutLedger("prod", book.Take())
	flush(t, db)
	if err := db.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := must[ledger.Saved](t)(db.Ledger(t.Context(), "prod", -ever)); len(s.Changes) != 2 {
		t.Errorf("%d cells are left", len(s.Changes))
	}
	if lines := must[[]SpendLine](t)(db.SpendSeries(t.Context(), SpendQuery{Step: StepDay})); len(lines) != 1 || lines[0].Amount != 3 {
		t.Errorf("%+v", lines)
	}
}

// TestLedgerOfAReader: a second process reads and does not write.
func TestLedgerOfAReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	db := open(t, path, testOptions())
	db.PutLedger("prod", bookOf(start).Take())
	flush(t, db)
	r := must[*DB](t)(OpenReadOnly(t.Context(), path, testOptions()))
	before := must[ledger.Saved](t)(r.Ledger(t.Context(), "prod", -ever))
	r.PutLedger("prod", bookOf(start).Take())
	after := must[ledger.Saved](t)(r.Ledger(t.Context(), "prod", -ever))
	if before.Empty() || len(before.Changes) != len(after.Changes) {
		t.Errorf("%d cells, then %d", len(before.Changes), len(after.Changes))
	}
	if err := errors.Join(r.Close()); err != nil {
		t.Error(err)
	}
}
