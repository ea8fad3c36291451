package ledger

import (
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// Book is the money of one gateway. Make it with New; it belongs to one
// goroutine.
type Book struct {
	slots   map[Minute]*slot
	order   []Minute // of slots, ascending
	floor   Minute   // see Forget
	groups  map[event.GroupID]*axis
	keys    map[event.KeyID]*axis
	claims  []Piece // debits that a hub told and no books have, newest last
	items   []Piece // of batches that ended, and no books have yet; see Item
	recent  recent
	rows    Spans // of the request log: ids that were counted
	watched Spans // minutes of which all is known that can be
	homes   map[event.KeyID][]Home
	names   map[event.KeyID]string
	moved   map[event.KeyID]Minute // keys that came to another group, and when; see Share
	quiet   bool                   // what is settled is in the shares already

	undated      map[undatedPlace]event.NanoUSD // as Take said
	undatedStale bool

	stale                 Minute          // the earliest minute that must be compared again; see settle
	fresh                 map[Cell]Amount // since Take
	groupsMoved, unlogged []Move
	shared                map[event.KeyID]bool // keys of which a share changed
	touched               touched
}

// Home says that a key belongs to a group from a minute on.
type Home struct {
	From  Minute
	Group event.GroupID
}

// Move is what was concluded of a minute since it was last told; negative
// where it turned out otherwise.
type Move struct {
	Minute Minute
	Group  event.GroupID
	Key    event.KeyID // "" where it is not known, or of all
	Nano   event.NanoUSD
}

// touched is what of a Book is to be written down, beside its cells.
type touched struct {
	groups map[event.GroupID]bool
	keys   map[event.KeyID]bool
	marks  bool // rows, watched, claims
}

// slot is one minute.
type slot struct {
	cells map[Cell]Amount
	// What follows is for the comparison of calls with debits, see settle.
	calls           map[event.KeyID]*calls
	callers         []event.KeyID // of calls, in order
	open            int           // how many of calls have money that no debit took
	debits          []debit
	uses            [passes][]use
	changed         bool // since it was emitted
	unlogged        map[payer]event.NanoUSD
	emitted         map[event.GroupID]event.NanoUSD // what each group spent, as Taken said
	emittedUnlogged map[payer]event.NanoUSD         // unlogged, as Taken said
	roaming         map[payer]event.NanoUSD         // see roamingIn, as the shares have it
	beside          map[payer]event.NanoUSD         // see besideIn, as the shares have it
}

// never is later than every minute.
const never = Minute(1) << 40

// New returns an empty Book.
func New() *Book {
	b := &Book{
		slots: map[Minute]*slot{}, floor: -never, stale: never,
		groups: map[event.GroupID]*axis{}, keys: map[event.KeyID]*axis{}, homes: map[event.KeyID][]Home{}, names: map[event.KeyID]string{}, fresh: map[Cell]Amount{},
		moved: map[event.KeyID]Minute{}, shared: map[event.KeyID]bool{},
	}
	b.clean()
	return b
}

func (b *Book) clean() {
	b.touched = touched{groups: map[event.GroupID]bool{}, keys: map[event.KeyID]bool{}}
}

// Row is a row of a gateway's request log.
type Row struct {
	ID              int64 // of the row; 0: unknown, then it is counted each time
	At              time.Time
	Key             event.KeyID
	Provider, Model string
	Amount          event.NanoUSD
}

// Log counts a row of the request log, and reports whether it is news.
func (b *Book) Log(r Row) bool {
	if r.ID > 0 {
		if b.rows.add(r.ID, r.ID+1) == 0 {
			return false
		}
		b.rows.fewer(maxRuns)
		b.touched.marks = true
	}
	b.recent.add(call{r.At, r.Key, r.Amount})
	b.add(Cell{MinuteOf(r.At), "", r.Key, r.Provider, r.Model, Logged}, r.Amount, 1)
	return true
}

// maxRuns bounds how many runs of ids are told apart: the oldest ids that are
// missing then count as seen.
const maxRuns = 10_000

// Spend is what a hub told of a key's spend.
type Spend struct {
	At              time.Time
	Key             event.KeyID
	Provider, Model string
	Amount          event.NanoUSD
	// Total is the total with this spend included: of the key, or of the
	// group that it belongs to. Both flags are false where it is not known.
	Total          event.NanoUSD
	OfKey, OfGroup bool
}

// Push counts a spend that a hub told, and reports whether it is news.
// Without a total a repeat cannot be told from news: the caller knows repeats.
func (b *Book) Push(p Spend) bool {
	at := MinuteOf(p.At)
	switch {
	case p.OfGroup:
		return b.pushDirect(p, at)
	case p.OfKey && p.Amount == 0:
		b.Key(p.Key, p.Total, p.At)
		return false
	case !p.OfKey && p.Amount > 0:
		return b.pushLoose(p, at)
	case !p.OfKey || p.Amount < 0:
		b.add(Cell{at, "", p.Key, p.Provider, p.Model, Pushed}, p.Amount, 1)
		return true
	}
	a := b.keyAxis(p.Key)
	b.touched.keys[p.Key] = true
	if a.anew(p.Total-p.Amount, p.Total, p.At) {
		a.begin(p.Total-p.Amount, p.Total-p.Amount, at)
	}
	a.newest = later(a.newest, p.At)
	fresh := a.fill(p.Total-p.Amount, p.Total, at, b.movedKey(p.Key))
	if fresh == 0 {
		return false
	}
	b.add(Cell{at, "", p.Key, p.Provider, p.Model, Pushed}, fresh, 1)
	return true
}

// pushDirect counts a debit of a key's group that a hub told: the group's
// total tells which one of its books' it is, and they whose group.
func (b *Book) pushDirect(p Spend, at Minute) bool {
	c := Piece{From: p.Total - p.Amount, To: p.Total, Minute: at, Key: p.Key, Provider: p.Provider, Model: p.Model}
	if g, x := b.pieceOf(&c); x != nil {
		if x.Key == "" {
			b.debited(g, x, -p.Amount, -1)
			x.Key, x.Provider, x.Model = p.Key, p.Provider, p.Model
			b.debited(g, x, p.Amount, 1)
			b.touched.groups[g] = true
		}
		return false
	}
	if slices.ContainsFunc(b.claims, func(x Piece) bool { return !x.Loose && x.From == c.From && x.To == c.To && x.Key == c.Key }) {
		return false
	}
	b.claim(c)
	return true
}

// claim counts a debit that a hub told and no books show yet.
func (b *Book) claim(c Piece) {
	b.claims = append(b.claims, c)
	if len(b.claims) > 2*maxPieces { // seldom, so that a storm is not moved for each
		b.claims = slices.Delete(b.claims, 0, len(b.claims)-maxPieces)
	}
	b.touched.marks = true
	b.add(c.claim(), c.To-c.From, 1)
}

// pieceOf finds a debit in the books that is what a hub told, which may have
// been said already: in the key's group, else in any, for lists are late.
func (b *Book) pieceOf(c *Piece) (event.GroupID, *Piece) {
	fits := func(x *Piece) bool { return x != nil && c.near(x.Minute) && (x.Key == "" || x.Key == c.Key) }
	if g := b.home(c.Key, c.Minute); b.groups[g] != nil {
		if x := b.groups[g].piece(c.From, c.To); fits(x) {
			return g, x
		}
	}
	for _, g := range slices.Sorted(maps.Keys(b.groups)) {
		if x := b.groups[g].piece(c.From, c.To); fits(x) {
			return g, x
		}
	}
	return "", nil
}

// near reports whether a debit of a minute may be this one: hubs and books say
// the same time but for a second.
func (p *Piece) near(m Minute) bool { return max(p.Minute-m, m-p.Minute) <= 2 }

func (p *Piece) cell(g event.GroupID) Cell {
	if p.Admin {
		return Cell{Minute: p.Minute, Group: g, Kind: Adjusted}
	}
	return Cell{p.Minute, g, p.Key, p.Provider, p.Model, Direct}
}

func (p *Piece) claim() Cell {
	if p.Homeless {
		return Cell{p.Minute, "", p.Key, p.Provider, p.Model, Pushed}
	}
	return Cell{p.Minute, "", p.Key, p.Provider, p.Model, Claimed}
}

// Key takes a total that a gateway keeps of a key itself.
func (b *Book) Key(key event.KeyID, total event.NanoUSD, at time.Time) {
	a := b.keyAxis(key)
	top, when := a.top, a.topAt
	a.read(total, MinuteOf(at), b.movedKey(key))
	if a.top != top || a.topAt != when {
		b.touched.keys[key] = true
	}
}

// Join says that a list showed a key in a group.
func (b *Book) Join(key event.KeyID, g event.GroupID, at time.Time) {
	m, homes := MinuteOf(at), b.homes[key]
	if n := len(homes); g == "" || n > 0 && (homes[n-1].Group == g || homes[n-1].From > m) {
		return
	}
	h := Home{m, g}
	if len(homes) == 0 {
		h.From = 0 // as far as is known it always did
	} else {
		b.leaves(key, homes[len(homes)-1].Group, g, m)
	}
	b.homes[key] = append(homes, h)
	b.undatedStale = true
	b.touched.keys[key] = true
	b.stale = min(b.stale, h.From)
	if len(homes) == 0 {
		b.housed(key, g)
	}
}

// home is the group that a key belonged to, as the lists had it.
func (b *Book) home(key event.KeyID, at Minute) event.GroupID {
	for _, h := range slices.Backward(b.homes[key]) {
		if h.From <= at {
			return h.Group
		}
	}
	return ""
}

// Watched says that everything which the gateway books by the minute was seen
// from one time to another. Minutes that are only partly between them do not
// count, so a run that goes on is told from its beginning each time.
func (b *Book) Watched(from, to time.Time) {
	first := MinuteOf(from.Add(time.Minute - 1))
	if b.watched.add(int64(first), int64(MinuteOf(to))) > 0 {
		b.watched.fewer(maxRuns)
		b.touched.marks = true
		b.stale = min(b.stale, max(first, b.floor)) // see besideIn
	}
}

// WatchedIn is how many minutes of [from, to) were watched.
func (b *Book) WatchedIn(from, to Minute) int { return int(b.watched.within(int64(from), int64(to))) }

// WatchedUntil is the end of the newest minute that was watched; 0: none was.
func (b *Book) WatchedUntil() int64 {
	if n := len(b.watched); n > 0 {
		return b.watched[n-1].To
	}
	return 0
}

// Known reports whether a minute was watched: if nothing was booked in it,
// nothing was spent.
func (b *Book) Known(m Minute) bool { return b.watched.Has(int64(m)) }

// HasRow reports whether a row of the request log was counted.
func (b *Book) HasRow(id int64) bool { return b.rows.Has(id) }

func (b *Book) groupAxis(g event.GroupID) *axis {
	a := b.groups[g]
	if a == nil {
		a = &axis{}
		b.groups[g] = a
	}
	return a
}

func (b *Book) keyAxis(key event.KeyID) *axis {
	a := b.keys[key]
	if a == nil {
		a = &axis{}
		b.keys[key] = a
	}
	return a
}

func (b *Book) movedKey(key event.KeyID) moved {
	return func(at Minute, n event.NanoUSD) {
		b.undatedStale = true
		b.add(Cell{Minute: at, Key: key, Kind: Moved}, n, 0)
	}
}

func (b *Book) movedGroup(g event.GroupID) moved {
	return func(at Minute, n event.NanoUSD) { b.add(Cell{Minute: at, Group: g, Kind: Moved}, n, 0) }
}

// add puts money into a cell.
func (b *Book) add(c Cell, n event.NanoUSD, count int64) {
	b.booked(c, n)
	b.keep(c, n, count)
}

// debited puts a debit made at once, or a part of one, into its cell; what came
// before its group's top-up is of no share.
func (b *Book) debited(g event.GroupID, x *Piece, n event.NanoUSD, count int64) {
	if !b.groupAxis(g).topup.after(x) {
		b.booked(x.cell(g), n)
	}
	b.keep(x.cell(g), n, count)
}

func (b *Book) keep(c Cell, n event.NanoUSD, count int64) {
	put(b.fresh, c, n, count)
	if c.Minute < b.floor {
		return
	}
	b.place(c, n, count)
}

// place puts money into the slot of its minute.
func (b *Book) place(c Cell, n event.NanoUSD, count int64) {
	s := b.slot(c.Minute)
	s.changed = true
	put(s.cells, c, n, count)
	if c.called() {
		s.free(s.callsOf(c.Key), n)
	}
	if c.called() || c.Group != "" {
		b.stale = min(b.stale, c.Minute)
	}
}

func put(cells map[Cell]Amount, c Cell, n event.NanoUSD, count int64) {
	old := cells[c]
	old.Nano, old.Count = old.Nano+n, old.Count+count
	if old == (Amount{}) {
		delete(cells, c)
		return
	}
	cells[c] = old
}

func (b *Book) slot(m Minute) *slot {
	s := b.slots[m]
	if s == nil {
		s = &slot{cells: map[Cell]Amount{}}
		b.slots[m] = s
		i, _ := slices.BinarySearch(b.order, m)
		b.order = slices.Insert(b.order, i, m)
	}
	return s
}

// Newest is the newest minute in which anything was booked; 0: none is known.
func (b *Book) Newest() (newest Minute) {
	for m := range b.slots {
		newest = max(newest, m)
	}
	return newest
}
