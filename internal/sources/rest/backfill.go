package rest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/wire"
)

// Wants is what is not known of a gateway's money and its books may still tell.
type Wants struct {
	// Log are spans of time of which the request log was not read.
	Log []Span
	// Books are groups whose totals moved by what nothing explains, and since
	// when.
	Books map[event.GroupID]time.Time
	// Check is a span of which the gateway is asked what its log adds up to, where
	// nothing else is wanted; empty: none.
	Check Span
}

// Span is a time: From included, To not.
type Span struct{ From, To time.Time }

// Topup is a group's newest credit.
type Topup struct {
	ID      string
	At      time.Time
	Base    event.NanoUSD // the balance just after it
	Credits event.NanoUSD // ever added, with it
}

// The bounds of filling gaps: the time between two requests, which are beside those
// of the lists, between two looks for gaps, and after a failure.
const (
	fillEvery = 2 * time.Second
	fillLook  = time.Minute
	fillFirst = 5 * time.Second // the lists come first
	fillPages = 2000            // of one gap; there it is given up
)

// fill is what of the gateway's books is read in the background, a page at a
// time. The zero value is idle.
type fill struct {
	due     time.Time
	log     *logFill
	books   *booksFill
	tried   map[event.GroupID]time.Time // when a group's books were read last
	check   Span                        // to be added up by the gateway
	checked Span                        // that was last
	given   map[int64]bool              // spans of the log that were given up, by their beginning
}

// logFill is a span of the request log.
type logFill struct {
	Span
	page int
	rows int
}

// booksFill is a group's transactions back to a time.
type booksFill struct {
	group Group
	from  time.Time
	page  int
	chain chain
}

// filling reports whether gaps are looked for at this gateway.
func (w *Poller) filling() bool {
	return w.opts.Wants != nil && w.dialect == wire.DialectAugust && w.active.Load()
}

// fill does the next step: one request at most.
func (w *Poller) fillStep(ctx context.Context) {
	f := &w.fill
	if f.due.IsZero() {
		f.due = time.Now().Add(fillFirst)
		return
	}
	events, topic, err := w.fillPage(ctx)
	if ctx.Err() != nil {
		return
	}
	if len(events) > 0 {
		w.opts.Emit(topic, events)
	}
	switch {
	case err != nil:
		w.opts.Log.Debug("a gap cannot be filled", "cause", err)
		f.log, f.books, f.check = nil, nil, Span{}
		f.due = time.Now().Add(fillLook)
		if !forbidsOne(err) {
			w.stopped(err)
		}
	case f.log == nil && f.books == nil && f.check == (Span{}):
		f.due = time.Now().Add(fillEvery)
		if !w.plan(ctx) {
			f.due = time.Now().Add(fillLook)
		}
	default:
		f.due = time.Now().Add(fillEvery)
	}
}

// plan chooses what is read next; false if nothing is wanted.
func (w *Poller) plan(ctx context.Context) bool {
	f, wants := &w.fill, w.opts.Wants(ctx)
	if f.tried == nil {
		f.tried, f.given = map[event.GroupID]time.Time{}, map[int64]bool{}
	}
	live := w.observed.logFrom.Truncate(time.Minute).Add(time.Minute) // read as it comes, from then on
	for _, s := range wants.Log {
		if s.To.After(live) {
			s.To = live
		}
		if !s.From.Before(s.To) {
			continue
		}
		if !f.given[s.From.Unix()] && w.observed.log.known {
			f.log = &logFill{Span: s, page: 1}
			return true
		}
	}
	for g, from := range wants.Books {
		row, known := w.observed.groups.rows[string(g)]
		if !known || time.Since(f.tried[g]) < 5*fillLook || !row.Balance.ok || !row.Spent.ok {
			continue
		}
		f.tried[g] = time.Now()
		f.books = &booksFill{group: row, from: from, page: 1}
		return true
	}
	if f.check = wants.Check; f.check == f.checked {
		f.check = Span{} // what it said is not known yet
	}
	f.checked = cmp.Or(f.check, f.checked)
	return f.check != Span{}
}

// fillCheck asks the gateway what its log of a span adds up to, by key.
func (w *Poller) fillCheck(ctx context.Context, s Span) ([]event.Event, error) {
	w.fill.check = Span{}
	q := url.Values{
		"startDate": {s.From.UTC().Format(time.RFC3339Nano)}, "endDate": {s.To.Add(-time.Millisecond).UTC().Format(time.RFC3339Nano)},
		"topN": {fmt.Sprint(costsOf)},
	}
	costs, err := w.readCostsOf(ctx, q)
	if err == nil && len(costs) == 0 {
		if !w.healthy(ctx) {
			return nil, errNoDatabase
		}
		costs, err = w.readCostsOf(ctx, q) // it may just have come back
	}
	if err != nil {
		return nil, err
	}
	told := event.BooksChecked{From: s.From, To: s.To}
	for _, k := range costs {
		if k.Key != "" && k.Cost.ok {
			told.Costs = append(told.Costs, event.KeyCost{Key: event.KeyID(k.Key), Amount: k.Cost.nano})
		}
	}
	return []event.Event{told}, nil
}

// errNoDatabase is what an empty list is worth while a gateway's database may be
// gone: it shows an empty log then.
var errNoDatabase = errors.New("the log may be empty for want of the database")

// readCostsOf reads a report of costs.
func (w *Poller) readCostsOf(ctx context.Context, q url.Values) ([]KeyCost, error) {
	body, err := w.opts.Client.Get(ctx, pathCosts+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	return readCosts(body)
}

func (w *Poller) fillPage(ctx context.Context) (events []event.Event, topic string, err error) {
	switch {
	case w.fill.log != nil:
		events, err = w.fillLog(ctx, w.fill.log)
		return events, topicLogs, err
	case w.fill.books != nil:
		events, err = w.fillBooks(ctx, w.fill.books)
		return events, topicGroups, err
	case w.fill.check != (Span{}):
		events, err = w.fillCheck(ctx, w.fill.check)
		return events, topicLogs, err
	}
	return nil, "", nil
}

// fillLog reads a page of a span of the log. The span is over, so its pages do
// not move.
func (w *Poller) fillLog(ctx context.Context, l *logFill) ([]event.Event, error) {
	q := url.Values{
		"startDate": {l.From.UTC().Format(time.RFC3339Nano)}, "endDate": {l.To.UTC().Format(time.RFC3339Nano)},
		"pageSize": {"100"}, "page": {fmt.Sprint(l.page)},
	}
	path := "/api/Analytics/logs?" + q.Encode()
	body, err := w.opts.Client.Get(ctx, path)
	if err != nil {
		return nil, err
	}
	read, err := readList[LogRow](body)
	if err != nil {
		return nil, err
	}
	if !read.more && len(read.rows) == 0 && !w.stillEmpty(ctx, path) {
		return nil, errNoDatabase
	}
	told := event.LogRead{Calls: w.callsOf(read.rows)}
	l.page++
	l.rows += len(read.rows)
	switch {
	case read.more && len(read.rows) > 0 && l.page <= fillPages:
		return []event.Event{told}, nil
	case read.more:
		w.fill.given[l.From.Unix()] = true
	default:
		told.From, told.To = l.From, l.To
	}
	w.fill.log = nil
	return []event.Event{told}, nil
}

// stillEmpty reports whether a page of the log that was empty is truly so: without
// its database a gateway shows an empty one. It is read again after the gateway
// said that its database is well, which may have come back only just then.
func (w *Poller) stillEmpty(ctx context.Context, path string) bool {
	if !w.healthy(ctx) {
		return false
	}
	body, err := w.opts.Client.Get(ctx, path)
	if err != nil {
		return false
	}
	read, err := readList[LogRow](body)
	return err == nil && len(read.rows) == 0 && !read.more
}

// callsOf is rows of the log as events.
func (w *Poller) callsOf(rows []LogRow) (calls []event.LoggedCall) {
	only := w.observed.soleProviders()
	for _, r := range rows {
		if r.Key == "" || !r.Cost.ok || !r.ID.ok || r.At.IsZero() {
			continue
		}
		calls = append(calls, event.LoggedCall{
			ID: r.ID.n, At: r.At.Time, Key: event.KeyID(r.Key), Model: string(r.Model), Amount: r.Cost.nano,
			Provider: string(w.observed.providers.rows[only[string(r.Model)]].Name),
		})
	}
	return calls
}

// fillBooks reads a page of a group's books.
func (w *Poller) fillBooks(ctx context.Context, b *booksFill) ([]event.Event, error) {
	if b.page == 1 {
		b.chain = w.chainOf(b.group)
	}
	read, err := w.transactions(ctx, b.group, b.page)
	if err != nil {
		return nil, err
	}
	b.page++
	events := b.chain.read(read.rows)
	last := len(read.rows) - 1
	if !read.more || last < 0 || b.page > fillPages || b.chain.broken || read.rows[last].Created.Before(b.from.Add(-fillLook)) {
		w.fill.books = nil
	}
	return events, nil
}

// chain makes events of the pages of a group's books, newest first. They are
// placed by the group's balance as it was before the first of them.
type chain struct {
	group   Group
	at      time.Time     // by the gateway's clock
	credits event.NanoUSD // that were read so far
	last    string        // the oldest transaction that was told
	broken  bool          // the group was credited since
}

func (w *Poller) chainOf(g Group) chain { return chain{group: g, at: w.observed.groupsThere} }

// creditSlack is how much older than the group's balance a credit must be to be
// in it for sure.
const creditSlack = 2 * time.Second

// read tells a page. Rows that the page before had, because newer ones came
// meanwhile, are left out.
func (c *chain) read(rows []Transaction) []event.Event {
	if c.broken || !c.group.Balance.ok || !c.group.Spent.ok || c.at.IsZero() {
		return nil
	}
	told := event.BooksRead{
		Group: event.GroupID(c.group.ID), Balance: c.group.Balance.nano - c.credits, Spent: c.group.Spent.nano, At: c.at,
	}
	for _, t := range rows {
		if !t.Amount.ok || !t.After.ok || t.ID == "" || t.Created.IsZero() {
			c.broken = true // what is older cannot be placed
			break
		}
		if c.last != "" && !t.older(c.last) {
			continue
		}
		credit := t.Type.n == typeCredit
		if credit && t.Created.After(c.at.Add(-creditSlack)) {
			c.broken = true
			return nil
		}
		if credit {
			c.credits += t.Amount.nano
		}
		c.last = string(t.ID)
		told.Lines = append(told.Lines, event.BookLine{
			At: t.Created.Time, Credit: credit, Amount: t.Amount.nano, After: t.After.nano, Note: string(t.Note), Admin: t.By == "AdminUser",
		})
	}
	if len(told.Lines) == 0 {
		return nil
	}
	return []event.Event{told}
}

// older reports whether a transaction came before the one with that id.
func (t Transaction) older(id string) bool { return compareIDs(string(t.ID), id) < 0 }

// recalled is the newest top-up of a group as an earlier run knew it, if it is
// still the newest.
func (w *Poller) recalled(g Group) (e budgetPeriod, ok bool) {
	if w.opts.Recall == nil || !g.Credits.ok {
		return e, false
	}
	t, ok := w.opts.Recall(event.GroupID(g.ID))
	if !ok || t.Credits != g.Credits.nano {
		return e, false
	}
	return budgetPeriod{name: topup + t.ID, openingBalance: t.Base, began: t.At, credits: t.Credits, partly: true}, true
}
