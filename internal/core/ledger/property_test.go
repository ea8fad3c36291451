package ledger_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// gateway is a model of a gateway's books: calls that are logged at once and
// debited by the half minute, by sums; debits at once; caches that know too
// late where a key belongs.
type gateway struct {
	now     time.Time
	rows    []ledger.Row
	groups  []*account
	home    []int // of keys, by their lists
	caches  []int // of keys, where calls are debited
	stale   []time.Time
	owed    []map[int]event.NanoUSD // by group, of keys
	direct  map[event.KeyID]event.NanoUSD
	unsaid  event.NanoUSD // direct debits that no hub told
	adjust  event.NanoUSD
	lost    event.NanoUSD
	charges int
}

// account is a group.
type account struct {
	balance, spent event.NanoUSD
	books          []ledger.Transaction // oldest first
}

func (a *account) book(t ledger.Transaction) {
	if t.Credit {
		a.balance += t.Amount
	} else {
		a.balance -= t.Amount
		a.spent += t.Amount
	}
	t.After = a.balance
	a.books = append(a.books, t)
}

func newGateway(groups, keys int) *gateway {
	g := &gateway{now: time.Date(2026, 11, 29, 23, 30, 7, 0, time.UTC), direct: map[event.KeyID]event.NanoUSD{}}
	for range groups {
		a := &account{}
		a.book(ledger.Transaction{At: g.now, Credit: true, Amount: event.USD(100), Note: "Initial balance"})
		g.groups, g.owed = append(g.groups, a), append(g.owed, map[int]event.NanoUSD{})
	}
	for k := range keys {
		g.home, g.caches, g.stale = append(g.home, k%groups), append(g.caches, k%groups), append(g.stale, time.Time{})
	}
	g.pass(10 * time.Second)
	return g
}

func keyID(k int) event.KeyID     { return event.KeyID(fmt.Sprint(k + 1)) }
func groupID(g int) event.GroupID { return event.GroupID(fmt.Sprint(g + 1)) }

// pass lets time pass: each half minute what is owed is debited.
func (g *gateway) pass(d time.Duration) {
	const half = 30 * time.Second
	for end := g.now.Add(d); ; {
		next := g.now.Truncate(half).Add(half)
		if next.After(end) {
			g.now = end
			return
		}
		g.now = next
		g.flush()
	}
}

func (g *gateway) flush() {
	for i, owed := range g.owed {
		if len(owed) == 0 {
			continue
		}
		t := ledger.Transaction{At: g.now, Note: fmt.Sprintf("API usage by %d virtual keys", len(owed))}
		for k, n := range owed {
			t.Amount += n
			if len(owed) == 1 {
				t.Note = "API usage by virtual key #" + string(keyID(k))
			}
		}
		g.groups[i].book(t)
		clear(owed)
	}
}

func (g *gateway) call(k, model int, cost event.NanoUSD) {
	if !g.now.Before(g.stale[k]) {
		g.caches[k] = g.home[k]
	}
	g.rows = append(g.rows, ledger.Row{
		ID: int64(len(g.rows)) + 1, At: g.now, Key: keyID(k), Model: fmt.Sprint("m", model), Provider: fmt.Sprint("p", model%2), Amount: cost,
	})
	g.owed[g.caches[k]][k] += cost
}

func (g *gateway) move(k, group int) { g.home[k], g.stale[k] = group, g.now.Add(20*time.Second) }

// monitor is who reads and hears of a gateway, now and then.
type monitor struct {
	t       *rapid.T
	g       *gateway
	book    *ledger.Book
	saved   ledger.Saved
	waiting []func(*ledger.Book) // held back, to come in another order
	all     []func(*ledger.Book)
	holding bool
}

// see gives the book an observation, which keeps what it saw.
func (m *monitor) see(do func(*ledger.Book)) {
	m.all = append(m.all, do)
	if m.holding {
		m.waiting = append(m.waiting, do)
		return
	}
	do(m.book)
}

func (m *monitor) readGroups() {
	for i, a := range m.g.groups {
		x := ledger.Balance{At: m.g.now, Balance: a.balance, Spent: a.spent}
		m.see(func(b *ledger.Book) { b.Group(groupID(i), x) })
	}
}

func (m *monitor) readKeys() {
	for k, group := range slices.Clone(m.g.home) {
		at := m.g.now
		m.see(func(b *ledger.Book) { b.Join(keyID(k), groupID(group), at) })
	}
}

func (m *monitor) readLog(n int) {
	rows := slices.Clone(m.g.rows[max(0, len(m.g.rows)-n):])
	m.see(func(b *ledger.Book) {
		for _, r := range rows {
			b.Log(r)
		}
	})
}

func (m *monitor) readBooks(i, pages, size int) {
	a := m.g.groups[i]
	x := ledger.Balance{At: m.g.now, Balance: a.balance, Spent: a.spent}
	rows := slices.Clone(a.books)
	slices.Reverse(rows)
	m.see(func(b *ledger.Book) {
		x, rest := x, rows
		for range pages {
			n := min(size, len(rest))
			placed := 0
			if x, placed = b.Transactions(groupID(i), x, rest[:n]); placed < n {
				return
			}
			rest = rest[n:]
		}
	})
}

// charge debits a key at once, which the hub tells or does not.
func (m *monitor) charge(k int, n event.NanoUSD, told bool) {
	g := m.g
	// Two debits at one place of two groups' totals in one minute cannot be told
	// apart; no gateway is expected to have them.
	g.charges++
	n += event.NanoUSD(g.charges)
	a := g.groups[g.home[k]]
	a.book(ledger.Transaction{At: g.now, Amount: n, Note: "Usage deducted"})
	if !told {
		g.unsaid += n
		return
	}
	g.direct[keyID(k)] += n
	p := ledger.Spend{At: g.now.Add(200 * time.Millisecond), Key: keyID(k), Model: "m0", Provider: "p0", Amount: n, Total: a.spent, OfGroup: true}
	m.see(func(b *ledger.Book) { b.Push(p) })
}

// save adds what changed to what was written down, as a disk would.
func save(t rapid.TB, into *ledger.Saved, book *ledger.Book) {
	taken := book.Take()
	text, err := json.Marshal(taken.Saved)
	if err != nil {
		t.Fatal(err)
	}
	var s ledger.Saved
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	into.Changes = append(into.Changes, s.Changes...)
	for _, x := range s.Accounts {
		into.Accounts = slices.DeleteFunc(into.Accounts, func(o ledger.Account) bool { return o.Group == x.Group && o.Key == x.Key })
		into.Accounts = append(into.Accounts, x)
	}
	if s.Marks {
		into.Rows, into.Watched, into.Claims = s.Rows, s.Watched, s.Claims
	}
}

// restart ends the program and starts it anew: nothing that can be asked is
// another then, but that what may still be debited is not told from what never
// will be until the next debit.
func (m *monitor) restart() {
	before := m.book.Statement(-1<<40, 1<<40)
	save(m.t, &m.saved, m.book)
	m.book = ledger.Restore(m.saved)
	after := m.book.Statement(-1<<40, 1<<40)
	before.Undebited, before.Pending = before.Undebited+before.Pending, 0
	after.Undebited, after.Pending = after.Undebited+after.Pending, 0
	if a, b := fmt.Sprintf("%+v", before), fmt.Sprintf("%+v", after); a != b {
		m.t.Fatalf("before the restart\n%s\nafter it\n%s", a, b)
	}
}

func (m *monitor) step() {
	t, g := m.t, m.g
	key := func() int { return rapid.IntRange(0, len(g.home)-1).Draw(t, "key") }
	group := func() int { return rapid.IntRange(0, len(g.groups)-1).Draw(t, "group") }
	cost := func() event.NanoUSD {
		return event.NanoUSD(rapid.IntRange(1, 40).Draw(t, "cost")) * event.PerUSD / 1000
	}
	switch rapid.IntRange(0, 18).Draw(t, "what") {
	case 0, 1, 2:
		g.call(key(), rapid.IntRange(0, 2).Draw(t, "model"), cost())
	case 3, 4, 5:
		g.pass(time.Duration(rapid.IntRange(1, 50).Draw(t, "seconds")) * time.Second)
	case 6:
		m.charge(key(), cost()*100, rapid.Bool().Draw(t, "told"))
	case 7:
		n := cost()
		g.adjust += n
		g.groups[group()].book(ledger.Transaction{At: g.now, Amount: n, Note: "correction", Admin: true})
	case 8:
		g.groups[group()].book(ledger.Transaction{At: g.now, Credit: true, Amount: cost() * 50, Note: "top-up", Admin: true})
	case 9:
		g.move(key(), group())
	case 10: // an outage swallows what is owed
		for _, owed := range g.owed {
			for _, n := range owed {
				g.lost += n
			}
			clear(owed)
		}
	case 11:
		m.readGroups()
	case 12:
		m.readLog(rapid.IntRange(1, 8).Draw(t, "rows"))
	case 13:
		m.readKeys()
	case 14:
		m.readBooks(group(), rapid.IntRange(1, 3).Draw(t, "pages"), rapid.IntRange(1, 5).Draw(t, "size"))
	case 15: // again
		if len(m.all) > 0 {
			m.see(m.all[rapid.IntRange(0, len(m.all)-1).Draw(t, "again")])
		}
	case 16:
		m.restart()
	case 17:
		m.holding = !m.holding
		m.release()
	case 18: // asleep
		for range rapid.IntRange(1, 4).Draw(t, "calls") {
			g.pass(time.Duration(rapid.IntRange(1, 40).Draw(t, "minutes")) * time.Minute)
			g.call(key(), 0, cost())
		}
	}
	st := m.book.Statement(-1<<40, 1<<40)
	consistent(t, &st)
}

// release lets what was held back come in another order.
func (m *monitor) release() {
	if m.holding {
		return
	}
	for _, do := range rapid.Permutation(m.waiting).Draw(m.t, "order") {
		do(m.book)
	}
	m.waiting = nil
}

// readAll reads everything that the gateway has.
func (m *monitor) readAll() {
	m.holding = false
	m.release()
	m.g.pass(40 * time.Second)
	m.readKeys()
	m.readGroups()
	m.readLog(len(m.g.rows))
	for i := range m.g.groups {
		m.readBooks(i, len(m.g.groups[i].books), 3)
	}
}

// TestHistories is the property of random histories: the total is always the
// sum of its parts and of what is not attributed, a restart changes nothing,
// and once everything can be read the book is the gateway's.
func TestHistories(t *testing.T) {
	check(t, func(t *rapid.T) {
		g := newGateway(rapid.IntRange(1, 3).Draw(t, "groups"), rapid.IntRange(1, 5).Draw(t, "keys"))
		m := &monitor{t: t, g: g, book: ledger.New()}
		if rapid.Bool().Draw(t, "read at first") {
			m.readKeys()
			m.readGroups()
		}
		for range rapid.IntRange(5, 60).Draw(t, "steps") {
			m.step()
		}
		m.readAll()
		m.restart()
		m.agrees()
		m.restart()
		m.agrees()
	})
}

// agrees holds the book against the gateway's.
func (m *monitor) agrees() {
	t, g := m.t, m.g
	st := m.book.Statement(-1<<40, 1<<40)
	consistent(t, &st)
	keys, models := map[event.KeyID]event.NanoUSD{}, map[string]event.NanoUSD{}
	for k, n := range g.direct {
		keys[k] += n
		models["m0"] += n
	}
	for _, r := range g.rows {
		keys[r.Key] += r.Amount
		models[r.Model] += r.Amount
	}
	var debited event.NanoUSD
	for i, a := range g.groups {
		debited += a.spent
		if got := st.DebitedOf[groupID(i)]; got != a.spent {
			t.Errorf("group %d: debited %s, in its books %s", i+1, got, a.spent)
		}
	}
	for k := range g.home {
		if id := keyID(k); st.Keys[id] != keys[id] {
			t.Errorf("key %s: %s, in the books %s", id, st.Keys[id], keys[id])
		}
	}
	for model, n := range models {
		if st.Models[model] != n {
			t.Errorf("model %s: %s, in the books %s", model, st.Models[model], n)
		}
	}
	for _, x := range []struct {
		what      string
		got, want event.NanoUSD
	}{
		{"debited", st.Debited, debited},
		{"not attributed to a key", st.NoKey, g.unsaid},
		{"adjusted", st.Adjusted, g.adjust},
		{"logged but not debited", st.Undebited + st.Pending, g.lost},
		{"debited but not logged", st.Unlogged, 0},
		{"total", st.Total, debited + g.lost},
	} {
		if x.got != x.want {
			t.Errorf("%s: %s, in the books %s", x.what, x.got, x.want)
		}
	}
	if t.Failed() {
		t.Fatalf("the book:\n%s", m.dump())
	}
}

// dump writes every cell of the book.
func (m *monitor) dump() string {
	var b strings.Builder
	m.book.Cells(-1<<40, func(c ledger.Change) {
		fmt.Fprintf(&b, "%s kind %d group %q key %q %s: %s\n", c.Minute.Time().Format("15:04"), c.Kind, c.Group, c.Key, c.Model, c.Nano)
	})
	return b.String()
}

// check is rapid.Check with 10,000 histories in the long run, else 2,500, if the
// command line does not say another number.
func check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		n := "2500"
		if os.Getenv("GATEWATCH_LONG") != "" {
			n = "10000"
		}
		if err := flag.Set("rapid.checks", n); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = flag.Set("rapid.checks", f.DefValue) }()
	}
	rapid.Check(t, property)
}

// TestKeyTotals is the property of gateways that keep a total of each key and
// have no log: spends are lost, repeated and late, totals are read now and
// then, budgets begin anew. What a key spent is what its totals grew by; what
// was not heard of is known to be the key's, and of no model.
func TestKeyTotals(t *testing.T) {
	check(t, func(t *rapid.T) {
		now := time.Date(2026, 11, 29, 23, 50, 0, 0, time.UTC)
		book, saved := ledger.New(), ledger.Saved{}
		var total, base, heard, past event.NanoUSD
		var waiting []ledger.Spend
		push := func(p ledger.Spend) {
			if book.Push(p) {
				heard += p.Amount
			}
		}
		book.Key("7", total, now)
		for range rapid.IntRange(5, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "seconds")) * time.Second)
			n := event.NanoUSD(rapid.IntRange(1, 999).Draw(t, "cost")) * 1000
			switch rapid.IntRange(0, 8).Draw(t, "what") {
			case 0, 1, 2, 3: // heard, held back or lost
				total += n
				p := ledger.Spend{At: now, Key: "7", Model: "m", Provider: "p", Amount: n, Total: total, OfKey: true}
				switch rapid.IntRange(0, 3).Draw(t, "way") {
				case 0:
					waiting = append(waiting, p)
				case 1: // lost
				default:
					push(p)
				}
			case 4:
				book.Key("7", total, now)
			case 5:
				for _, p := range rapid.Permutation(waiting).Draw(t, "order") {
					push(p)
				}
			case 6: // a restart
				before := book.Statement(-1<<40, 1<<40)
				save(t, &saved, book)
				book = ledger.Restore(saved)
				if after := book.Statement(-1<<40, 1<<40); fmt.Sprint(after) != fmt.Sprint(before) {
					t.Fatalf("before the restart\n%+v\nafter it\n%+v", before, after)
				}
			case 7: // all is heard, and a new period begins
				waiting = nil
				book.Key("7", total, now)
				past, base, total = past+total-base, 0, 0
				now = now.Add(5 * time.Minute)
				book.Key("7", total, now)
			}
			st := book.Statement(-1<<40, 1<<40)
			consistent(t, &st)
		}
		book.Key("7", total, now)
		st := book.Statement(-1<<40, 1<<40)
		consistent(t, &st)
		if want := past + total - base; st.Total != want || st.Keys["7"] != want {
			t.Fatalf("total %s, of the key %s, by its totals %s", st.Total, st.Keys["7"], want)
		}
		if st.Models["m"] != heard || st.NoModel != st.Total-heard {
			t.Fatalf("of the model %s, heard %s; of none %s", st.Models["m"], heard, st.NoModel)
		}
	})
}
