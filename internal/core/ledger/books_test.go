package ledger_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"pgregory.net/rapid"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// The lines of the recording, and what of its answers is needed.
type (
	line struct {
		T      int64  `json:"t"`
		In     string `json:"in"`
		Note   string `json:"note"`
		Path   string `json:"path"`
		Answer string `json:"answer"`
	}
	groupRow struct {
		ID                     json.Number
		Balance, LifetimeSpent json.Number
		LifetimeCreditsAdded   json.Number
	}
	keyRow struct {
		ID, VirtualKeyGroupID json.Number
	}
	logRow struct {
		ID           int64
		VirtualKeyID json.Number
		ModelName    string
		Cost         json.Number
		Timestamp    time.Time
	}
	bookRow struct {
		ID              int64
		TransactionType int
		Amount          json.Number
		BalanceAfter    json.Number
		Description     string
		InitiatedBy     string
		CreatedAt       time.Time
	}
	spendUpdate struct {
		Timestamp            time.Time
		NewSpend, TotalSpend json.Number
		Budget               *json.Number
	}
)

// providers is who serves which model, by the gateway's mappings.
var providers = map[string]string{"demo-chat": "Fake OpenAI-compatible", "demo-chat-2": "Fake OpenAI"}

// recordedStart is when t was zero.
var recordedStart = time.Date(2026, 11, 29, 9, 54, 28, 538e6, time.UTC)

func nano(t *testing.T, n json.Number) event.NanoUSD {
	t.Helper()
	v, _, err := event.ParseUSD([]byte(n))
	if err != nil {
		t.Fatalf("%q: %v", n, err)
	}
	return v
}

func readLines(t *testing.T) (lines []line) {
	t.Helper()
	f, err := os.Open("testdata/books.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(z)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var l line
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	return lines
}

func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %.80s", err, text)
	}
	return v
}

// player gives a Book what a monitor read and heard.
type player struct {
	t        *testing.T
	book     *ledger.Book
	balances map[string]ledger.Balance // of groups, as last read
	rows     map[int64]logRow
	books    map[string]map[int64]bookRow // by group
	spent    map[string]event.NanoUSD     // of groups
}

func (p *player) play(l *line) {
	at := recordedStart.Add(time.Duration(l.T) * time.Millisecond)
	switch path, _, _ := strings.Cut(l.Path, "?"); {
	case l.In != "":
		p.push(l.In)
	case path == "/api/VirtualKeyGroups":
		for _, g := range decode[[]groupRow](p.t, l.Answer) {
			x := ledger.Balance{At: at, Balance: nano(p.t, g.Balance), Credits: nano(p.t, g.LifetimeCreditsAdded), Spent: nano(p.t, g.LifetimeSpent)}
			p.balances[g.ID.String()], p.spent[g.ID.String()] = x, x.Spent
			p.book.Group(event.GroupID(g.ID), x)
		}
	case path == "/api/VirtualKeys":
		for _, k := range decode[[]keyRow](p.t, l.Answer) {
			p.book.Join(event.KeyID(k.ID), event.GroupID(k.VirtualKeyGroupID), at)
		}
	case path == "/api/Analytics/logs":
		for _, r := range decode[struct{ Items []logRow }](p.t, l.Answer).Items {
			p.rows[r.ID] = r
			p.book.Log(ledger.Row{
				ID: r.ID, At: r.Timestamp, Key: event.KeyID(r.VirtualKeyID), Provider: providers[r.ModelName], Model: r.ModelName, Amount: nano(p.t, r.Cost),
			})
		}
	case strings.HasSuffix(path, "/transactions"):
		p.transactions(regexp.MustCompile(`\d+`).FindString(path), l.Answer)
	}
}

// push takes the second of the two announcements of a spend, which has the
// group's total.
func (p *player) push(frame string) {
	m := decode[struct{ Arguments []spendUpdate }](p.t, frame).Arguments[0]
	if m.Budget == nil {
		return
	}
	p.book.Push(ledger.Spend{
		At: m.Timestamp, Key: "1", Model: "demo-chat", Provider: providers["demo-chat"],
		Amount: nano(p.t, m.NewSpend), Total: nano(p.t, m.TotalSpend), OfGroup: true,
	})
}

func (p *player) transactions(group, answer string) {
	if p.books[group] == nil {
		p.books[group] = map[int64]bookRow{}
	}
	var rows []ledger.Transaction
	for _, r := range decode[struct{ Items []bookRow }](p.t, answer).Items {
		p.books[group][r.ID] = r
		rows = append(rows, ledger.Transaction{
			At: r.CreatedAt, Credit: r.TransactionType == 1, Amount: nano(p.t, r.Amount), After: nano(p.t, r.BalanceAfter),
			Note: r.Description, Admin: r.InitiatedBy == "AdminUser",
		})
	}
	if _, n := p.book.Transactions(event.GroupID(group), p.balances[group], rows); n != len(rows) {
		p.t.Errorf("group %s: %d of %d transactions were placed", group, n, len(rows))
	}
}

// TestBooks plays what a monitor saw of a real gateway, and holds the book
// against the gateway's complete books: once without having read them, once
// with them.
func TestBooks(t *testing.T) {
	p := &player{
		t: t, book: ledger.New(), balances: map[string]ledger.Balance{}, rows: map[int64]logRow{},
		books: map[string]map[int64]bookRow{}, spent: map[string]event.NanoUSD{},
	}
	// A monitor begins after the first reading of the complete books and has
	// not yet read those at the end.
	lines := readLines(t)
	begin := slices.IndexFunc(lines, func(l line) bool { return strings.HasPrefix(l.Note, "90 s of chats") })
	end := slices.IndexFunc(lines, func(l line) bool { return l.Note == "complete books: after" })
	if begin < 0 || end < 0 {
		t.Fatal("the recording has no such notes")
	}
	for i := range lines[:begin] {
		if lines[i].Path == "/api/VirtualKeyGroups" || lines[i].Path == "/api/VirtualKeys" || lines[i].Path == "/api/Analytics/logs?page=1&pageSize=100" {
			p.play(&lines[i])
		}
	}
	for i := range lines[begin:end] {
		p.play(&lines[begin+i])
	}
	from, to := ledger.MinuteOf(recordedStart), ledger.MinuteOf(recordedStart)+10
	t.Run("watched", func(t *testing.T) { p.watched(t, from, to) })
	for i := range lines[end:] {
		p.play(&lines[end+i])
	}
	t.Run("all read", func(t *testing.T) { p.complete(t) })
	t.Run("read twice", func(t *testing.T) {
		before := fmt.Sprint(p.book.Statement(-1<<40, 1<<40))
		for i := range lines[end:] {
			p.play(&lines[end+i])
		}
		if after := fmt.Sprint(p.book.Statement(-1<<40, 1<<40)); after != before {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
	})
}

// watched checks the minutes that were watched, of which no transaction was
// read: batches of other keys and adjustments are only seen as movements.
func (p *player) watched(t *testing.T, from, to ledger.Minute) {
	st := p.book.Statement(from, to)
	consistent(t, &st)
	for id, want := range map[event.GroupID]string{"1": "5.575", "2": "1.333"} { // of the lists before and after
		if got := st.DebitedOf[id].String(); got != want {
			t.Errorf("group %s was debited %s, by its lists %s", id, got, want)
		}
	}
	// Two items of the batch and the adjustment: nobody said whose they were.
	if st.NoKey != event.USD(1.5+0.75+1) || st.Total != event.USD(5.575+1.333) {
		t.Errorf("not attributed to a key: %s of %s", st.NoKey, st.Total)
	}
	t.Logf("while watched, no transaction read:\n%s", table(&st, nil))
}

// complete checks every key, group, provider, model and minute of all time
// against the complete books.
func (p *player) complete(t *testing.T) {
	st := p.book.Statement(-1<<40, 1<<40)
	consistent(t, &st)
	want := p.oracle()
	t.Logf("with the complete books:\n%s", table(&st, want))
	same(t, "key", st.Keys, want.Keys)
	same(t, "model", st.Models, want.Models)
	same(t, "provider", st.Providers, want.Providers)
	same(t, "debited of group", st.DebitedOf, want.DebitedOf)
	for _, x := range []struct {
		name      string
		got, want event.NanoUSD
	}{
		{"not attributed to a key", st.NoKey, want.NoKey},
		{"adjusted", st.Adjusted, want.Adjusted},
		{"debited", st.Debited, want.Debited},
		{"logged but not debited", st.Undebited + st.Pending, want.Undebited},
		{"debited but not logged", st.Unlogged, 0},
		{"total", st.Total, want.Total},
		{"not attributed to a group", st.NoGroup, 0},
	} {
		if x.got != x.want {
			t.Errorf("%s: %s, in the books %s", x.name, x.got, x.want)
		}
	}
	for g, n := range p.spent { // the lists' own sums
		if st.DebitedOf[event.GroupID(g)] != n {
			t.Errorf("group %s: debited %s, its list says %s", g, st.DebitedOf[event.GroupID(g)], n)
		}
	}
	p.minutes(t)
}

// oracle adds the complete books up without a Book. The one item of a batch
// that the hub told is key 1's.
func (p *player) oracle() *ledger.Statement {
	w := &ledger.Statement{
		Keys: map[event.KeyID]event.NanoUSD{}, Models: map[string]event.NanoUSD{},
		Providers: map[string]event.NanoUSD{}, DebitedOf: map[event.GroupID]event.NanoUSD{},
	}
	var logged, flushed event.NanoUSD
	for _, r := range p.rows {
		n := nano(p.t, r.Cost)
		logged += n
		w.Keys[event.KeyID(r.VirtualKeyID)] += n
		w.Models[r.ModelName] += n
		w.Providers[providers[r.ModelName]] += n
	}
	for g, rows := range p.books {
		for _, r := range rows {
			n := nano(p.t, r.Amount)
			if r.TransactionType != 2 {
				continue
			}
			w.Debited += n
			w.DebitedOf[event.GroupID(g)] += n
			switch {
			case r.InitiatedBy == "AdminUser":
				w.Adjusted += n
			case r.Description == "Usage deducted" && n == event.USD(2.25):
				w.Keys["1"] += n
				w.Models["demo-chat"] += n
				w.Providers[providers["demo-chat"]] += n
			case r.Description == "Usage deducted":
				w.NoKey += n
			default:
				flushed += n
			}
		}
	}
	w.Undebited = logged - flushed
	w.Total = w.Debited + w.Undebited
	return w
}

// minutes checks what each key spent in each minute, by model, and what was
// debited at once and adjusted.
func (p *player) minutes(t *testing.T) {
	type cell struct {
		minute     ledger.Minute
		who, model string
	}
	want, got := map[cell]event.NanoUSD{}, map[cell]event.NanoUSD{}
	for _, r := range p.rows {
		want[cell{ledger.MinuteOf(r.Timestamp), "key " + r.VirtualKeyID.String(), r.ModelName}] += nano(t, r.Cost)
	}
	for g, rows := range p.books {
		for _, r := range rows {
			who := "group " + g
			switch {
			case r.TransactionType != 2:
				continue
			case r.Description == "Usage deducted" && nano(t, r.Amount) == event.USD(2.25):
				want[cell{ledger.MinuteOf(r.CreatedAt), "key 1", "demo-chat"}] += nano(t, r.Amount)
				continue
			case r.InitiatedBy == "AdminUser":
				who += " adjusted"
			case r.Description == "Usage deducted":
				who += " direct"
			default:
				who += " flushed"
			}
			want[cell{ledger.MinuteOf(r.CreatedAt), who, ""}] += nano(t, r.Amount)
		}
	}
	p.book.Cells(-1<<40, func(c ledger.Change) {
		who := "key " + string(c.Key)
		switch c.Kind {
		case ledger.Adjusted:
			who = "group " + string(c.Group) + " adjusted"
		case ledger.Flushed:
			who = "group " + string(c.Group) + " flushed"
		case ledger.Moved:
			who = "group " + string(c.Group) + " moved" // none is left
		case ledger.Direct:
			if c.Key == "" {
				who = "group " + string(c.Group) + " direct"
			}
		case ledger.Logged, ledger.Pushed, ledger.Claimed:
		}
		got[cell{c.Minute, who, c.Model}] += c.Nano
	})
	for c := range union(want, got) {
		if want[c] != got[c] {
			t.Errorf("%s %s %q: %s, in the books %s", c.minute.Time().Format("15:04"), c.who, c.model, got[c], want[c])
		}
	}
	t.Logf("%d minutes of keys and groups are as in the books", len(want))
}

func union[K comparable, V any](a, b map[K]V) map[K]bool {
	all := map[K]bool{}
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return all
}

func same[K ~string](t *testing.T, what string, got, want map[K]event.NanoUSD) {
	t.Helper()
	for k := range union(got, want) {
		if got[k] != want[k] {
			t.Errorf("%s %s: %s, in the books %s", what, k, got[k], want[k])
		}
	}
}

// consistent checks that the total is the sum of its parts, each way.
func consistent(t rapid.TB, st *ledger.Statement) {
	t.Helper()
	for _, x := range []struct {
		by    string
		parts event.NanoUSD
	}{
		{"keys", sum(st.Keys) + st.NoKey + st.Adjusted},
		{"groups", sum(st.Groups) + st.NoGroup},
		{"models", sum(st.Models) + st.NoModel + st.Adjusted},
		{"providers", sum(st.Providers) + st.NoProvider + st.Adjusted},
	} {
		if x.parts != st.Total {
			t.Errorf("by %s: parts and what is not attributed are %s, the total is %s", x.by, x.parts, st.Total)
		}
	}
}

func sum[K comparable](m map[K]event.NanoUSD) (n event.NanoUSD) {
	for v := range maps.Values(m) {
		n += v
	}
	return n
}

// table writes a statement, beside the books if they are given.
func table(st, books *ledger.Statement) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(what, name string, n event.NanoUSD, want func() event.NanoUSD) {
		fmt.Fprintf(w, "%s\t%s\t%s", what, name, n)
		if books != nil && want != nil {
			fmt.Fprintf(w, "\t%s", want())
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, "\t\tledger\tbooks")
	for _, k := range slices.Sorted(maps.Keys(st.Keys)) {
		row("key", string(k), st.Keys[k], func() event.NanoUSD { return books.Keys[k] })
	}
	row("not attributed", "to a key", st.NoKey, func() event.NanoUSD { return books.NoKey })
	row("adjustment", "by an admin", st.Adjusted, func() event.NanoUSD { return books.Adjusted })
	row("total", "", st.Total, func() event.NanoUSD { return books.Total })
	for _, k := range slices.Sorted(maps.Keys(st.Models)) {
		row("model", k, st.Models[k], func() event.NanoUSD { return books.Models[k] })
	}
	for _, k := range slices.Sorted(maps.Keys(st.Providers)) {
		row("provider", k, st.Providers[k], func() event.NanoUSD { return books.Providers[k] })
	}
	row("not attributed", "to a model", st.NoModel, nil)
	for _, k := range slices.Sorted(maps.Keys(st.Groups)) {
		row("group", string(k), st.Groups[k], nil)
	}
	for _, k := range slices.Sorted(maps.Keys(st.DebitedOf)) {
		row("debited of group", string(k), st.DebitedOf[k], func() event.NanoUSD { return books.DebitedOf[k] })
	}
	row("debited", "", st.Debited, func() event.NanoUSD { return books.Debited })
	row("debited but not logged", "", st.Unlogged, nil)
	row("logged but not debited", "", st.Undebited+st.Pending, func() event.NanoUSD { return books.Undebited })
	_ = w.Flush()
	return b.String()
}
