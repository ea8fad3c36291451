package state

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/core/text"
)

// The bounds of comparing a book with the gateway's own: how old what is
// compared must be, how much of it at least, when it is done again after a
// difference, and of what age a movement is that no transaction explains.
const (
	checkLag     ledger.Minute = 5
	checkLeast   ledger.Minute = 10
	checkSoon                  = int64(3 * minute)
	checkAgain                 = int64(10 * minute)
	checkHoleAge ledger.Minute = 30
)

// booksCheck is how a gateway's book compared with the gateway's own books.
type booksCheck struct {
	at       int64 // of the last comparison; 0: none yet
	day      int64 // local day of it
	filled   bool  // gaps were filled since
	suspects map[string]event.NanoUSD
	differ   string // a clause for a person; "" if they agree
}

// MoneyBack is how far back the money of a gateway is read again at a start, and
// asked for where it is not known: a little more than the day that must be known
// before a budget is foreseen.
const MoneyBack = 25 * time.Hour

// Wanted is what is not known of a gateway's money, and the span of its log
// that it is to add up itself, see CheckDue. Minutes that are newer than a few
// are read as they come.
func (s *State) Wanted(g event.GatewayID, now time.Time) (w ledger.Wants, check ledger.Span) {
	b := s.Book(g)
	if b == nil {
		return w, check
	}
	at := ledger.MinuteOf(now)
	w = b.Wants(ledger.MinuteOf(now.Add(-MoneyBack)), at)
	filling := slices.ContainsFunc(w.Log, func(x ledger.Span) bool { return x.From < int64(at-checkLag) })
	return w, s.CheckDue(g, filling, now)
}

// CheckDue is the span of minutes of which a gateway's log is to be added up by
// the gateway itself, to compare: once a day, after gaps were filled, and after
// a difference. It is empty while anything is read in the background (filling).
func (s *State) CheckDue(g event.GatewayID, filling bool, now time.Time) ledger.Span {
	p := s.money[string(g)]
	if p == nil || !p.logged {
		return ledger.Span{}
	}
	c, at := &p.check, ms(now)
	if filling {
		c.filled = true
		return ledger.Span{}
	}
	switch age := at - c.at; {
	case c.at == 0, c.filled, c.day != localDay(now):
	case len(c.suspects) > 0 && c.differ == "" && age >= checkSoon:
	case c.differ != "" && age >= checkAgain:
	default:
		return ledger.Span{}
	}
	to := ledger.MinuteOf(now) - checkLag
	run := p.book.WatchedRun(to-24*60, to)
	if run.To-run.From < int64(checkLeast) {
		return ledger.Span{}
	}
	return run
}

// booksChecked compares. Only what differs twice does: a row may be late.
func (s *State) booksChecked(env *event.Envelope, b event.BooksChecked) {
	g := env.Source.Gateway
	p := s.moneyOf(g)
	c, from, to := &p.check, ledger.MinuteOf(b.From), ledger.MinuteOf(b.To)
	found := map[string]event.NanoUSD{}
	told := map[string]string{}
	note := func(id string, n event.NanoUSD, words string) {
		if n == 0 {
			return
		}
		if found[id] = n; c.suspects[id] != 0 {
			told[id] = words
		}
	}
	logged := p.book.LoggedOf(from, to)
	for _, k := range b.Costs {
		is := logged[k.Key]
		delete(logged, k.Key)
		note("key "+string(k.Key), k.Amount-is, text.BooksOfKey(s.nameOfKey(g, k.Key, ""), k.Key, is, k.Amount))
	}
	for key, is := range logged {
		if !s.exists(g, key) {
			continue // a gateway leaves keys that were deleted out of its sums, not out of its log
		}
		note("key "+string(key), -is, text.BooksOfKey(s.nameOfKey(g, key, ""), key, is, 0))
	}
	settled := ledger.MinuteOf(env.At) - checkHoleAge
	for group, n := range p.book.Unexplained(from, settled) {
		if p.booksAt[group] < settled {
			continue // its transactions were not read since
		}
		note("group "+string(group), n, text.BooksOfGroup(s.nameOfGroup(g, group, ""), group, n))
	}
	c.at, c.day, c.filled, c.suspects = ms(env.At), localDay(env.At.Local()), false, found
	c.differ = text.BooksDiffer(sortedWords(told, found), b.From, b.To, env.At)
	s.spent(g, p)
}

// exists reports whether the list of keys had a key when it was read last.
func (s *State) exists(g event.GatewayID, key event.KeyID) bool {
	m := s.spend[id(g, string(key))]
	return m != nil && m.told && m.view.Status != "deleted"
}

// sortedWords are the words of the largest differences first.
func sortedWords(told map[string]string, by map[string]event.NanoUSD) (words []string) {
	ids := make([]string, 0, len(told))
	for id := range told {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y string) int {
		return cmp.Or(cmp.Compare(max(by[y], -by[y]), max(by[x], -by[x])), cmp.Compare(x, y))
	})
	for _, id := range ids {
		words = append(words, told[id])
	}
	return words
}
