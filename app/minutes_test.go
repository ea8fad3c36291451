package app

import (
	"path/filepath"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/store/history"
)

// debited is a gateway of which three calls are in the request log, and whose
// group was debited for more: for streamed calls, for a batch, and by an administrator.
func debited(began time.Time) *ledger.Book {
	b := ledger.New()
	at := func(minutes, seconds int) time.Time {
		return began.Add(time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second)
	}
	b.Join("7", "1", began)
	b.Group("1", ledger.Balance{At: began, Balance: event.USD(90), Spent: event.USD(10)})
	for i, provider := range []string{"openai", "anthropic", "groq"} {
		b.Log(ledger.Row{ID: int64(i + 1), At: at(i, 20), Key: "7", Provider: provider, Model: "m", Amount: event.USD(1)})
	}
	b.Transactions("1", ledger.Balance{At: at(9, 0), Balance: event.USD(80.75), Spent: event.USD(19.25)}, []ledger.Transaction{
		{At: at(0, 50), Amount: event.USD(1), After: event.USD(89), Note: "API usage by virtual key #7"},
		{At: at(1, 50), Amount: event.USD(3.5), After: event.USD(85.5), Note: "API usage by virtual key #7"}, // 2.50 of it streamed
		{At: at(2, 50), Amount: event.USD(1), After: event.USD(84.5), Note: "API usage by virtual key #7"},
		{At: at(4, 0), Amount: event.USD(3.25), After: event.USD(81.25), Note: "Usage deducted"},
		{At: at(5, 0), Amount: event.USD(0.5), After: event.USD(80.75), Note: "correction", Admin: true},
	})
	b.Watched(began, at(10, 0))
	return b
}

// TestSeriesAddUp: what a chart shows of each minute, hour and day is what was
// spent in it, whatever it is split by and however many lines it has; what no
// line has a name for is one of its own. So it is after a restart.
func TestSeriesAddUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	began := time.Now().UTC().Truncate(time.Hour).Add(-time.Hour)
	open := func() *history.DB {
		db, _, err := history.Open(t.Context(), path, history.Options{Location: time.UTC})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	db, total := open(), event.NanoUSD(0)
	for _, gateway := range []event.GatewayID{"prod", "stage"} {
		book := debited(began)
		total += book.Statement(0, 1<<40).Total
		db.PutLedger(gateway, book.Take())
	}
	if total != 2*event.USD(9.25) {
		t.Fatalf("the books have %v", total)
	}
	check := func(db *history.DB) {
		for _, by := range []string{"provider", "model", "key", ""} {
			for _, top := range []int{0, 1, 5} {
				addUp(t, db, began, SpendQuery{By: by, Top: top})
			}
		}
	}
	if err := db.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	check(db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open()
	check(db)
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func addUp(t *testing.T, db *history.DB, began time.Time, q SpendQuery) {
	t.Helper()
	q.From, q.To = began.UnixMilli(), began.Add(time.Hour).UnixMilli()
	q.StepMS = time.Minute.Milliseconds()
	got, err := minutes(t.Context(), db, q, nil, titles{live: state.New().Live(), known: map[[2]string]string{}})
	if err != nil {
		t.Fatal(err)
	}
	each := []float64{1, 3.5, 1, 0, 3.25, 0.5, 0}
	rest := map[string][]float64{
		"provider": {0, 2.5, 0, 0, 3.25, 0.5, 0}, "model": {0, 2.5, 0, 0, 3.25, 0.5, 0}, "key": {0, 0, 0, 0, 3.25, 0.5, 0}, "": make([]float64, 7),
	}[q.By]
	for k, usd := range each {
		var sum, none int64
		for i, l := range got.Series {
			sum += max(l.Values[k], 0)
			if l.Name == text.NotAttributed {
				none = l.Values[k]
				if i != len(got.Series)-1 || l.ID != "" {
					t.Errorf("by %q, at most %d: line %d of %d is not attributed, with id %q", q.By, q.Top, i, len(got.Series), l.ID)
				}
			}
		}
		if sum != int64(event.USD(2*usd)) || none != int64(event.USD(2*rest[k])) {
			t.Errorf("by %q, at most %d: minute %d is %v and %v of it not attributed, want %v and %v",
				q.By, q.Top, k, event.NanoUSD(sum), event.NanoUSD(none), event.USD(2*usd), event.USD(2*rest[k]))
		}
	}
}
