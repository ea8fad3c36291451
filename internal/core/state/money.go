package state

import (
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// moneyTracker is the money of one gateway: its book, and what is shown of it.
type moneyTracker struct {
	book *ledger.Book
	// all is what was spent, for the chart; keys' and groups' rates are of what
	// was used only.
	all rates
	// used is what of it no administrator took.
	used rates
	// today is what was spent since local midnight, noKey and adjusted of it
	// what no key is known of, and what administrators took.
	today, noKey, adjusted int64
	// undated is what of all and used nobody knows when it was spent: it is in the sums
	// of days and in none of minutes. The places have no amount.
	undated             map[ledger.Undated]event.NanoUSD
	awaited             map[event.KeyID]*awaitedKey // keys with money that nobody told of yet
	unlogged            int64                       // of today, debited for calls that no row of the log shows
	byGroup             map[event.GroupID]int64     // of today
	statedAt, restateAt int64                       // see showToday; restateAt: what came since is not in it, else 0
	check               booksCheck
	booksAt             map[event.GroupID]ledger.Minute // when a group's transactions were read last
	restored            bool                            // of an earlier run
	current             bool                            // what is spent now was watched in this run
	todayDay            int64                           // local day number of today
	partly              bool                            // what is pushed is not all, and the rest is not read
	day                 day                             // how far what is known of today can be relied on
	midnight            ledger.Minute
	logged              bool           // the request log is read: it alone says what was watched
	logFrom             ledger.Minute  // the minute since when the log is read as it comes; 0: not yet
	toldAt              int64          // when spend or a total was first told; 0: never
	pending             bool           // it is among the dirty
	taken               []ledger.Taken // to be kept, see Ledgers
	resyncs             int            // of its connections
	step                step           // see inStep
}

// Bounds of a gateway's book: how long money is kept by the minute in memory,
// and how many cells at most, some 60 MB.
const (
	bookSpan  = 26 * 60
	bookCells = 150_000
)

// foldMoney folds what was read of logs and books in.
func (s *State) foldMoney(env *event.Envelope) (known, news bool) {
	switch b := env.Body.(type) {
	case event.LogRead:
		s.logRead(env, b)
		return true, false
	case event.BooksRead:
		s.booksRead(env, b)
		return true, false
	case event.BooksChecked:
		s.booksChecked(env, b)
		return true, false
	case event.BooksBeganAnew:
		p := s.moneyOf(env.Source.Gateway)
		p.book.Renew()
		p.check, p.booksAt = booksCheck{}, nil
		s.spent(env.Source.Gateway, p)
		return true, true
	}
	return false, false
}

func moneySeverity(body event.Event) event.Severity {
	_, anew := body.(event.BooksBeganAnew)
	return warnIf(anew)
}

// moneyOf is a gateway's money, made where there is none.
func (s *State) moneyOf(g event.GatewayID) *moneyTracker {
	if s.recentMoney.p != nil && s.recentMoney.gateway == g {
		return s.recentMoney.p
	}
	p := s.money[string(g)]
	if p == nil {
		p = &moneyTracker{book: ledger.New()}
		s.money[string(g)] = p
	}
	s.recentMoney.gateway, s.recentMoney.p = g, p
	return p
}

// showAnew has what a gateway spent be shown anew, as who tells it changed.
func (s *State) showAnew(g string) { s.spent(event.GatewayID(g), s.moneyOf(event.GatewayID(g))) }

// spent notes that a gateway's money is to be shown anew.
func (s *State) spent(g event.GatewayID, p *moneyTracker) {
	if !p.pending {
		p.pending = true
		s.dirty.burn[string(g)] = true
	}
}

// told notes that spend or a total was told.
func (p *moneyTracker) told(at time.Time) {
	if p.toldAt == 0 {
		p.toldAt = ms(at)
	}
}

// book puts a spend into the gateway's book.
func (s *State) book(env *event.Envelope, m *keyTracker, b *event.SpendRecorded) {
	p := s.moneyOf(env.Source.Gateway)
	s.spent(env.Source.Gateway, p)
	when := dated(env, b.At)
	if row, ok := strings.CutPrefix(b.Request, "log:"); ok && env.Source.Via == event.ViaREST {
		id, _ := strconv.ParseInt(row, 10, 64)
		p.book.Log(ledger.Row{ID: id, At: when, Key: b.Key, Provider: b.Provider, Model: b.Model, Amount: b.Amount})
		return
	}
	p.told(env.At)
	m.tally.Add(p.book, &ledger.Spend{
		At: when, Key: b.Key, Provider: b.Provider, Model: b.Model, Amount: b.Amount,
		Total: b.Total, OfKey: b.HasTotal && !b.OfGroup, OfGroup: b.OfGroup,
	})
}

// logRead takes calls that were not told one by one.
func (s *State) logRead(env *event.Envelope, b event.LogRead) {
	p := s.moneyOf(env.Source.Gateway)
	for _, c := range b.Calls {
		at := dated(env, c.At)
		p.book.Log(ledger.Row{ID: c.ID, At: at, Key: c.Key, Provider: c.Provider, Model: c.Model, Amount: c.Amount})
		if m := s.spend[id(env.Source.Gateway, string(c.Key))]; m != nil && c.Amount > 0 && ms(at) > m.view.LastAt {
			m.view.last(c.Amount, c.Model, ms(at))
			s.touch(m)
		}
	}
	p.logged = true
	if b.Live {
		p.logFrom = ledger.MinuteOf(b.From)
	}
	if b.From.Before(b.To) {
		p.book.Watched(b.From, b.To)
		p.current = p.current || env.At.Sub(b.To) < lostAfter*time.Minute
	}
	s.spent(env.Source.Gateway, p)
}

// booksRead takes rows of a group's books.
func (s *State) booksRead(env *event.Envelope, b event.BooksRead) {
	rows := make([]ledger.Transaction, len(b.Lines))
	for i, l := range b.Lines {
		rows[i] = ledger.Transaction{At: dated(env, l.At), Credit: l.Credit, Amount: l.Amount, After: l.After, Note: l.Note, Admin: l.Admin}
	}
	p := s.moneyOf(env.Source.Gateway)
	if p.booksAt == nil {
		p.booksAt = map[event.GroupID]ledger.Minute{}
	}
	p.booksAt[b.Group] = ledger.MinuteOf(env.At)
	p.book.Transactions(b.Group, ledger.Balance{At: b.At, Balance: b.Balance, Spent: b.Spent}, rows)
	s.spent(env.Source.Gateway, p)
}

// groupBalance takes a group's totals.
func (s *State) groupBalance(env *event.Envelope, b *event.GroupRead) {
	balance, left := b.Balance.Get()
	spent, told := b.Spent.Get()
	if b.There.IsZero() || !left || !told {
		return
	}
	p := s.moneyOf(env.Source.Gateway)
	p.told(env.At)
	credits, added := b.Credits.Get()
	if id, ok := strings.CutPrefix(b.PeriodID, "topup:"); ok && added && !b.Began.IsZero() {
		id, _, _ = strings.Cut(id, "@") // the minute
		p.book.SetTopup(b.Group, ledger.Topup{ID: id, At: ledger.MinuteOf(b.Began), Base: b.OpeningBalance, Credits: credits})
	}
	p.book.Group(b.Group, ledger.Balance{At: b.There, Balance: balance, Credits: credits, Spent: spent})
	s.spent(env.Source.Gateway, p)
}

// keyTotal takes what a list or a hub says of a key beside its spends.
func (s *State) keyTotal(env *event.Envelope, m *keyTracker, b *event.KeyRead) {
	p, at := s.moneyOf(env.Source.Gateway), dated(env, b.At)
	m.tally.Flush(p.book, b.Key)
	p.book.Name(b.Key, m.view.Name)
	if b.Group != "" {
		p.book.Join(b.Key, b.Group, at)
	}
	if b.HasSpend && b.Since.IsZero() { // else it is our own sum
		p.book.Key(b.Key, b.Spend, at)
	}
	s.spent(env.Source.Gateway, p)
}

// flow brings what changed in a gateway's book to the rates and sums.
func (s *State) flow(g string, p *moneyTracker) {
	if !p.book.Pending() {
		return
	}
	t := p.book.Take()
	for i := range t.Changes {
		s.flowed(g, p, &t.Changes[i])
	}
	for _, u := range t.Unlogged {
		if u.Minute >= p.midnight {
			p.unlogged += int64(u.Nano)
		}
		s.sum(g, p, u.Minute, u.Key, int64(u.Nano))
		s.rated(g, p, u.Minute, u.Key, int64(u.Nano))
	}
	for _, key := range t.Shared {
		if m := s.spend[g+"/"+string(key)]; m != nil {
			s.touch(m)
		}
	}
	for _, x := range t.Groups {
		p.groupSpent(&x)
		if mem := s.groupOf(g + "/" + string(x.Group)); mem != nil {
			mem.rates.add(int64(x.Minute)*minute, int64(x.Nano))
		}
	}
	for _, u := range t.Undated {
		s.undate(g, p, u)
	}
	if s.keeps && (!t.Empty() || len(t.Unlogged)+len(t.Undated) > 0) {
		p.taken = append(p.taken, t)
	}
}

// flowed brings one change of a book to the sums, and to the rate of its key,
// if it was used, whether a row of the log shows it or not.
func (s *State) flowed(g string, p *moneyTracker, c *ledger.Change) {
	if !c.Counted() {
		return
	}
	if c.Kind == ledger.Adjusted {
		if c.Minute >= p.midnight {
			p.adjusted += int64(c.Nano)
			p.today += int64(c.Nano)
		}
		p.all.add(int64(c.Minute)*minute, int64(c.Nano))
		if mem := s.groupOf(g + "/" + string(c.Group)); mem != nil {
			mem.rates.add(int64(c.Minute)*minute, -int64(c.Nano)) // it is among what the group moved
		}
		return
	}
	s.sum(g, p, c.Minute, c.Key, int64(c.Nano))
	if c.Kind != ledger.Moved { // of what only a total tells, it is not known when
		s.rated(g, p, c.Minute, c.Key, int64(c.Nano))
	}
}

// rated adds what a key used to its rates.
func (s *State) rated(g string, p *moneyTracker, at ledger.Minute, key event.KeyID, n int64) {
	switch m := s.spend[g+"/"+string(key)]; {
	case key == "":
	case m == nil:
		p.await(key).rates.add(int64(at)*minute, n)
	default:
		m.rates.add(int64(at)*minute, n)
		s.touch(m)
	}
}

// sum adds to what was spent by the minute and today.
func (s *State) sum(g string, p *moneyTracker, at ledger.Minute, key event.KeyID, n int64) {
	p.all.add(int64(at)*minute, n)
	p.used.add(int64(at)*minute, n)
	if at < p.midnight {
		if key != "" && s.spend[g+"/"+string(key)] == nil {
			p.await(key)
		}
		return
	}
	p.today += n
	m := s.spend[g+"/"+string(key)]
	if key == "" || m == nil {
		p.noKey += n
		if key != "" {
			p.await(key).today += n
		}
		return
	}
	m.today += n
	s.touch(m)
}

// midnightAt begins the sums of today anew if the day is another.
func (s *State) midnightAt(g string, p *moneyTracker, now time.Time) {
	day := localDay(now)
	if day == p.todayDay {
		return
	}
	s.flow(g, p)
	y, m, d := now.Date()
	p.todayDay, p.midnight = day, ledger.MinuteOf(time.Date(y, m, d, 0, 0, 0, 0, now.Location()))
	st := p.book.Statement(p.midnight, 1<<40)
	p.today, p.noKey, p.adjusted, p.unlogged, p.statedAt = int64(st.Total), int64(st.NoKey), int64(st.Adjusted), int64(st.Unlogged), 0
	p.byGroup = map[event.GroupID]int64{}
	for id, n := range st.Groups {
		p.byGroup[id] = int64(n)
	}
	for _, mem := range s.spend {
		if mem.view.Gateway != g {
			continue
		}
		n := int64(st.Keys[event.KeyID(mem.view.Key)])
		delete(st.Keys, event.KeyID(mem.view.Key))
		if n != mem.today {
			mem.today = n
			s.touch(mem)
		}
	}
	for key, of := range p.awaited {
		of.today = int64(st.Keys[key])
	}
	for key, n := range st.Keys { // of keys that are not shown
		p.noKey += int64(n)
		p.await(key).today = int64(n)
	}
}

// KeepLedgers has what changes in books gathered for Ledgers.
func (s *State) KeepLedgers() { s.keeps = true }

// leave drops a gateway's money; what is to be kept of it still is.
func (s *State) leave(g string) {
	p := s.money[g]
	if p == nil {
		return
	}
	s.Book(event.GatewayID(g))
	s.flow(g, p)
	if len(p.taken) > 0 {
		s.left[event.GatewayID(g)] = append(s.left[event.GatewayID(g)], p.taken...)
	}
	delete(s.money, g)
	s.recentMoney.p = nil
}

// Ledgers gives out what changed in the gateways' books since the last call.
func (s *State) Ledgers(keep func(event.GatewayID, ledger.Taken)) {
	for g, all := range s.left {
		for _, t := range all {
			keep(g, t)
		}
	}
	clear(s.left)
	for g, p := range s.money {
		for _, t := range p.taken {
			keep(event.GatewayID(g), t)
		}
		p.taken = nil
	}
}

// RestoreLedger begins a gateway's book with what an earlier run saved. It is
// called before anything of the gateway is applied.
func (s *State) RestoreLedger(g event.GatewayID, saved ledger.Saved, now time.Time) {
	p := &moneyTracker{book: ledger.Restore(saved), restored: true}
	s.money[string(g)] = p
	s.recentMoney.p = nil
	for key, name := range p.book.Keys() {
		if m := s.keyOf(g, key); m != nil {
			m.view.Name = name
		}
	}
	p.book.Cells(ledger.MinuteOf(now)-24*60, func(c ledger.Change) {
		if c.Key == "" || s.keyOf(g, c.Key) != nil { // what no key is known of is none
			s.flowed(string(g), p, &c)
		}
	})
	s.flow(string(g), p)
	for i := range p.taken { // all else is kept; what is undated, by a version that knew of it
		p.taken[i] = ledger.Taken{Undated: p.taken[i].Undated}
	}
	s.midnightAt(string(g), p, now)
	s.spent(g, p)
}

// Book is the money of a gateway; nil if nothing is known of it. It is the
// state's own.
func (s *State) Book(g event.GatewayID) *ledger.Book {
	p := s.money[string(g)]
	if p == nil {
		return nil
	}
	for _, m := range s.pending {
		if m.view.Gateway == string(g) {
			m.tally.Flush(p.book, event.KeyID(m.view.Key))
		}
	}
	return p.book
}
