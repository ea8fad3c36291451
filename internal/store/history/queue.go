package history

import (
	"slices"
	"sync"
	"time"

	"gatewatch/internal/core/event"
)

// Limits of what waits beside events. They are far above what a gateway with
// hundreds of providers causes in the seconds that a disk may hang, and keep
// memory bounded if it hangs for good.
const (
	maxRows    = 65_536 // decisions, and timeline entries
	maxAlerts  = 65_536
	maxRollups = 16_384 // distinct rollups of one hour
)

// queued is an event, or a gap where events are missing.
type queued struct {
	env   event.Envelope
	gap   *Gap
	spend *Spend // goes to the disk with env; nil if it is none
}

// rollupKey is a row of spend_hour and, by day, of spend_day.
type rollupKey struct {
	hour, day       int64
	gateway         event.GatewayID
	key             event.KeyID
	model, provider string
}

type rollup struct {
	nano     event.NanoUSD
	requests int64
}

// alertTime is an alert at one of the times at which it was open: each is kept as it was last.
type alertTime struct {
	fingerprint string
	spell       int64
}

// writeBatch is what one transaction takes to the disk.
type writeBatch struct {
	events    []queued
	rollups   map[rollupKey]rollup
	alerts    map[alertTime]Alert
	decisions []Decision
	timeline  []TimelineEntry
	ledgers   map[event.GatewayID]*ledgerLoad
	changes   []Change
	kept      map[[2]string]Kept // by gateway and name
	film      []FilmPiece
	filmBytes int // of their bodies
}

// background reports whether all of it is what is kept over and over, so that a
// file that gets nothing else counts as idle.
func (l *writeBatch) background() bool {
	rest := *l
	rest.film = nil
	return rest.empty()
}

func (l *writeBatch) empty() bool {
	return len(l.events)+len(l.rollups)+len(l.alerts)+len(l.decisions)+len(l.timeline)+len(l.ledgers)+len(l.changes)+len(l.kept)+len(l.film) == 0
}

// queue is what waits for the writer. Events that find no room are folded into
// a gap, which takes their place in the order as soon as there is room. Rollups
// and alerts are merged as they wait, so they need no gap.
type queue struct {
	limit, batch int
	maxRows      int
	maxCells     int // of one gateway's ledger
	loc          *time.Location
	skip         map[event.Kind]bool
	// wake has a signal when a load begins or is full. Never closed.
	wake chan struct{}

	mu       sync.Mutex
	closed   bool
	chunks   [][]queued // events, a batch each but the last
	count    int        // of events in chunks
	waiting  writeBatch // all else; its events are unused
	gap      *Gap       // being built; nil while there is room
	lost     int64      // events in gaps
	lostRows int64      // decisions, timeline entries and alerts
}

func newQueue(o Options) *queue {
	q := &queue{
		limit: o.QueueSize, batch: o.BatchSize, maxRows: maxRows, maxCells: maxLedgerCells, loc: o.Location,
		wake: make(chan struct{}, 1), skip: map[event.Kind]bool{},
	}
	for _, k := range o.Skip {
		q.skip[k] = true
	}
	return q
}

// put runs add under the lock and wakes the writer if it should look.
func (q *queue) put(add func()) {
	q.mu.Lock()
	wasEmpty, before := q.empty(), q.count
	add()
	signal := wasEmpty || q.count >= q.batch && before < q.batch
	q.mu.Unlock()
	if signal {
		select {
		case q.wake <- struct{}{}:
		default:
		}
	}
}

// empty reports whether nothing waits. Caller holds mu.
func (q *queue) empty() bool { return q.count == 0 && q.waiting.empty() }

// push queues e. Caller holds mu.
func (q *queue) push(e queued) {
	last := len(q.chunks) - 1
	if last < 0 || len(q.chunks[last]) >= q.batch {
		q.chunks = append(q.chunks, nil)
		last++
	}
	q.chunks[last] = append(q.chunks[last], e)
	q.count++
}

func (q *queue) putEvent(env event.Envelope, s Spend, booked bool) {
	q.put(func() {
		skip := q.skip[env.Body.Kind()]
		full := q.closed || q.count >= q.limit
		if booked && (skip || full) {
			q.waiting.addRollup(s, q.loc)
		}
		switch {
		case skip:
		case full:
			q.miss(env)
		default:
			q.endGap()
			e := queued{env: env}
			if booked {
				e.spend = &s
			}
			q.push(e)
		}
	})
}

// miss counts an event that is not kept. Caller holds mu.
func (q *queue) miss(env event.Envelope) {
	at := env.At.UnixMilli()
	if q.gap == nil {
		q.gap = &Gap{FirstSeq: env.Seq, From: at}
	}
	q.gap.Count++
	q.gap.LastSeq, q.gap.To = env.Seq, at
	q.lost++
}

// endGap queues the gap, if there is one. Caller holds mu; there is room.
func (q *queue) endGap() {
	if q.gap != nil {
		q.push(queued{gap: q.gap})
		q.gap = nil
	}
}

func (q *queue) putSpend(s Spend) { q.put(func() { q.waiting.addRollup(s, q.loc) }) }

// addRollup merges a spend into what waits. If spends of an unreasonable
// number of models come in one hour, the rest loses model and provider, not
// the money.
func (l *writeBatch) addRollup(s Spend, loc *time.Location) {
	s.Requests = max(s.Requests, 1)
	l.addTo(s, loc)
}

// addTo merges an amount into what waits, which may take some back.
func (l *writeBatch) addTo(s Spend, loc *time.Location) {
	k := rollupKey{
		hour: floorDiv(s.At.Unix(), 3600), day: civilDay(s.At, loc),
		gateway: s.Gateway, key: event.KeyID(clip(string(s.Key))), model: clip(s.Model), provider: clip(s.Provider),
	}
	if l.rollups == nil {
		l.rollups = map[rollupKey]rollup{}
	}
	old, known := l.rollups[k]
	if !known && len(l.rollups) >= maxRollups {
		k.model, k.provider, k.key = "", "", ""
		old = l.rollups[k]
	}
	old.nano += s.Amount
	old.requests += s.Requests
	l.rollups[k] = old
}

func (q *queue) putAlert(in Alert) {
	key := alertTime{in.Fingerprint, in.Spell}
	q.put(func() {
		if q.waiting.alerts == nil {
			q.waiting.alerts = map[alertTime]Alert{}
		}
		if _, known := q.waiting.alerts[key]; !known && len(q.waiting.alerts) >= maxAlerts {
			q.lostRows++
			return
		}
		q.waiting.alerts[key] = in
	})
}

func (q *queue) putDecision(d Decision) {
	q.put(func() {
		if len(q.waiting.decisions) >= q.maxRows {
			q.lostRows++
			return
		}
		q.waiting.decisions = append(q.waiting.decisions, d)
	})
}

func (q *queue) putTimeline(e TimelineEntry) {
	q.put(func() {
		if len(q.waiting.timeline) >= q.maxRows {
			q.lostRows++
			return
		}
		q.waiting.timeline = append(q.waiting.timeline, e)
	})
}

// take removes the next load: all that waits, but of events one batch at most.
func (q *queue) take() writeBatch {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.waiting
	q.waiting = writeBatch{}
	if len(q.chunks) > 0 {
		l.events = q.chunks[0]
		q.count -= len(l.events)
		q.chunks = slices.Delete(q.chunks, 0, 1)
	}
	if q.count < q.limit {
		q.endGap()
	}
	return l
}

// ready reports how many events wait, and whether anything does.
func (q *queue) ready() (events int, anything bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.count, !q.empty()
}

// close makes what comes from now on count as lost.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
}

func (q *queue) losses() (events, rows int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lost, q.lostRows
}

// civilDay is the user's date at t, as days since 1970-01-01.
func civilDay(t time.Time, loc *time.Location) int64 {
	y, m, d := t.In(loc).Date()
	return floorDiv(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix(), 86_400)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// maxName is how much of a name is kept, in bytes.
const maxName = 256

// clip shortens a name that came from a gateway, and drops what SQLite's text
// functions would stop at.
func clip(s string) string {
	if len(s) > maxName {
		s = s[:maxName]
	}
	return cleanText(s)
}
