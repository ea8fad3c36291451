package ledger_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// TestWhatWasSpentWhileNobodyWatched: of a total that was read before and after 34
// minutes it is known how much was spent and not when, until a source says it; after a
// restart, too.
func TestWhatWasSpentWhileNobodyWatched(t *testing.T) {
	at := time.Date(2026, 12, 1, 9, 0, 10, 0, time.UTC)
	after := func(minutes int) time.Time { return at.Add(time.Duration(minutes) * time.Minute) }
	from := ledger.MinuteOf(at)
	b := ledger.New()
	var kept []ledger.Undated
	take := func() (saved ledger.Saved) {
		t.Helper()
		x := b.Take()
		kept = x.Undated
		return x.Saved
	}
	is := func(what string, want ...ledger.Undated) {
		t.Helper()
		take()
		if d := cmp.Diff(want, kept); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
	b.Join("7", "1", at)
	b.Key("7", event.USD(10), at)
	b.Key("7", event.USD(12), after(3))
	is("three minutes")
	b.Key("7", event.USD(72), after(37))
	whole := ledger.Undated{Group: "1", Key: "7", After: from + 3, Until: from + 37, Nano: event.USD(60)}
	is("34 minutes", whole)
	is("nothing new")
	if st := b.Statement(from, from+38); st.Total != event.USD(62) || st.Keys["7"] != event.USD(62) {
		t.Errorf("spent in all: %s, of the key %s", st.Total, st.Keys["7"])
	}

	// A hub's message that was late says when half of it was.
	b.Push(ledger.Spend{At: after(20), Key: "7", Amount: event.USD(30), Total: event.USD(42), OfKey: true})
	gone, left := whole, ledger.Undated{Group: "1", Key: "7", After: from + 20, Until: from + 37, Nano: event.USD(30)}
	gone.Nano = 0
	is("half of it is dated", gone, left)
	if d := cmp.Diff([]ledger.Undated{left}, b.Undated(from)); d != "" {
		t.Error(d)
	}
	b.Renew()
	left.Nano = 0
	is("other books", left)
}

// TestUndatedOverARestart: a book that is read back says it once more, as it says what
// groups spent.
func TestUndatedOverARestart(t *testing.T) {
	at := time.Date(2026, 12, 1, 9, 0, 10, 0, time.UTC)
	b := ledger.New()
	b.Key("7", event.USD(10), at)
	b.Key("7", event.USD(70), at.Add(34*time.Minute))
	x := b.Take()
	again := ledger.Restore(x.Saved)
	if d := cmp.Diff(x.Undated, again.Take().Undated); d != "" || len(x.Undated) != 1 {
		t.Error(d)
	}
	again.Forget(ledger.MinuteOf(at.Add(27*time.Hour)), 1000)
	again.Key("7", event.USD(71), at.Add(27*time.Hour))
	for _, u := range again.Take().Undated {
		if u.Until < ledger.MinuteOf(at.Add(26*time.Hour)) {
			t.Errorf("what is forgotten changed: %+v", u)
		}
	}
}

// TestUndatedOfAGroup: of what a group's total grew by, calls of the log that were read
// later say when; what no call explains stays undated.
func TestUndatedOfAGroup(t *testing.T) {
	at := time.Date(2026, 12, 1, 9, 0, 10, 0, time.UTC)
	end := at.Add(34 * time.Minute)
	b := ledger.New()
	b.Join("7", "1", at)
	b.Group("1", ledger.Balance{At: at, Balance: event.USD(100), Spent: event.USD(10)})
	b.Group("1", ledger.Balance{At: end, Balance: event.USD(40), Spent: event.USD(70)})
	want := ledger.Undated{Group: "1", After: ledger.MinuteOf(at), Until: ledger.MinuteOf(end), Nano: event.USD(60)}
	if d := cmp.Diff([]ledger.Undated{want}, b.Take().Undated); d != "" {
		t.Error(d)
	}
	b.Log(ledger.Row{ID: 1, At: at.Add(10 * time.Minute), Key: "7", Amount: event.USD(45)})
	want.Nano = event.USD(15)
	if d := cmp.Diff([]ledger.Undated{want}, b.Take().Undated); d != "" {
		t.Error(d)
	}
	b.Log(ledger.Row{ID: 2, At: at.Add(11 * time.Minute), Key: "7", Amount: event.USD(15)})
	want.Nano = 0
	if d := cmp.Diff([]ledger.Undated{want}, b.Take().Undated); d != "" {
		t.Error(d)
	}
}
