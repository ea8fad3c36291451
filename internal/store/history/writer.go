package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"gatewatch/internal/core/event"
)

// writer owns the connection that writes. Its goroutine runs loop; everything
// below "goroutine" belongs to it alone.
type writer struct {
	opt      Options
	log      *slog.Logger
	reads    atomic.Pointer[file] // what is read; f, but for whoever is no goroutine of the writer
	q        *queue
	commands chan *command // unbuffered; received by loop only

	quit       chan struct{} // closed by stop
	done       chan struct{} // closed by loop
	err        error         // of closing; read after done
	cancel     context.CancelFunc
	background sync.WaitGroup // the maintainer
	kept       atomic.Int64   // events written
	spoiled    atomic.Int64   // events that SQLite refused
	duplicates atomic.Int64   // events that were recorded before
	failing    atomic.Bool
	touched    atomic.Int64 // Unix milliseconds of the last write
	retention  atomic.Pointer[Retention]
	// maintainNow wakes the maintainer; it holds one.
	maintainNow chan struct{}
	base        atomic.Int64 // SeqBase; -1 until known
	opened      int64        // the largest number when the file was opened

	// goroutine
	f            *file
	home         string      // where the file would be of a history in memory; else ""
	left         *file       // was in memory until now; somebody may still read it
	homeTimer    *time.Timer // when to look at home, or to close left
	homeBytes    int64       // how large that may get
	heldSince    time.Time   // since when nothing is kept
	raised       int64       // by which numbers were raised that were counted in memory
	raisedNotes  [2]int64    // up to which note of the notification log, and by how much
	timer        *time.Timer // when to write what waits; set iff waiting
	waiting      bool
	pending      writeBatch // taken from the queue, not yet on disk
	lastLoad     int        // how many events were in the last load
	lastSeq      int64      // the largest number in the file
	newest       int64      // the latest time of any event
	back         int64      // how far a later event's time was before an earlier one's
	storedBack   int64      // what of back the file knows
	unsynced     bool       // synchronous is FULL at the moment
	insert       *inserter
	fault        diskFault
	reportedLost int64
	reportedAt   time.Time
}

// command is something that its caller waits for.
type command struct {
	do      func(*sql.Tx) error
	durable bool         // must survive a power cut
	call    func() error // do is nil: runs outside a transaction
	err     error
	done    chan struct{}
}

// startWriter starts on f; path is where a file is wanted.
func startWriter(f *file, path string, o Options) *writer {
	w := &writer{
		opt: o, log: o.Log, f: f, q: newQueue(o), commands: make(chan *command),
		quit: make(chan struct{}), done: make(chan struct{}), maintainNow: make(chan struct{}, 1),
	}
	w.reads.Store(f)
	keep := o.retention()
	if f.path == "" {
		w.home, w.heldSince, w.homeBytes = path, o.Now(), keep.MaxBytes
		keep.MaxBytes = min(keep.MaxBytes, maxMemory)
	}
	w.retention.Store(keep)
	w.base.Store(-1)
	w.readClock()
	go w.loop()
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	w.background.Go(func() { w.maintainer(ctx) })
	return w
}

// stop writes what waits and waits for both goroutines.
func (w *writer) stop() error {
	w.cancel()
	w.background.Wait()
	w.q.close()
	close(w.quit)
	<-w.done
	return w.err
}

func (w *writer) record(env event.Envelope) {
	var s Spend
	booked := false
	if w.opt.SpendOf != nil {
		s, booked = w.opt.SpendOf(env)
	}
	w.q.putEvent(env.Clone(), s, booked)
}

// loop writes when a load is full, when it has waited long enough, and when a
// command comes.
func (w *writer) loop() {
	defer close(w.done)
	w.timer = time.NewTimer(time.Hour)
	w.timer.Stop()
	w.homeTimer = time.NewTimer(w.opt.RetryInterval)
	defer w.homeTimer.Stop()
	for {
		select {
		case c := <-w.commands:
			w.runCommands(c)
		case <-w.q.wake:
			n, anything := w.q.ready()
			switch {
			case n >= w.opt.BatchSize && !w.fault.active:
				w.flush()
			case anything && !w.waiting:
				w.wait(w.company())
			}
		case <-w.timer.C:
			w.waiting = false
			w.flush()
		case <-w.homeTimer.C:
			w.lookHome()
		case <-w.quit:
			w.err = w.finish()
			return
		}
	}
}

// In a storm, which begins at a thousand events a second and ends below 250, events wait for more
// company: rollups and the search index are written once a load.
const (
	stormLoad = 250
	stormWait = 4
)

// company is how long what begins to wait is to wait for more.
func (w *writer) company() time.Duration {
	if w.lastLoad > stormLoad {
		return stormWait * w.opt.FlushInterval
	}
	return w.opt.FlushInterval
}

// wait has flush called after d.
func (w *writer) wait(d time.Duration) {
	w.timer.Reset(d)
	w.waiting = true
}

// flush writes whole batches, and obeys commands in between. The rest waits for
// company, or, if the disk refuses, for a better time.
func (w *writer) flush() {
	for {
		if w.tryLoad() != nil {
			return
		}
		select {
		case c := <-w.commands:
			w.runCommands(c)
		default:
		}
		n, anything := w.q.ready()
		if n < w.opt.BatchSize {
			if anything {
				w.wait(w.company())
			}
			return
		}
	}
}

// writeAll writes until nothing waits.
func (w *writer) writeAll() error {
	for {
		if err := w.tryLoad(); err != nil {
			return err
		}
		if _, anything := w.q.ready(); !anything {
			return nil
		}
	}
}

// tryLoad is writeNext that says how it went, and comes back if it went wrong.
func (w *writer) tryLoad() error {
	err := w.writeNext()
	if err != nil {
		w.wait(w.recordFault(err))
		return err
	}
	w.clearFault()
	return nil
}

// writeNext brings the next load to the disk, in one transaction. If that
// fails, the load stays pending and the next call tries it again.
func (w *writer) writeNext() error {
	if w.pending.empty() {
		w.pending = w.q.take()
		w.pending.events = w.assignSeq(w.pending.events)
	}
	if w.pending.empty() {
		return nil
	}
	err := w.transact(false, w.store)
	if err != nil && !isDiskFault(err) {
		// Not the disk: some row is at fault. The others must not suffer.
		w.log.Warn("history refused a batch", "cause", err)
		err = w.transact(false, w.storeSingly)
	}
	if err != nil {
		return err
	}
	w.lastLoad = len(w.pending.events)
	w.kept.Add(int64(w.lastLoad))
	if !w.pending.background() {
		w.touched.Store(w.opt.Now().UnixMilli())
	}
	w.storedBack = w.back
	w.pending = writeBatch{}
	return nil
}

// transact runs do in a transaction. The context is never cancelled: a
// statement that is interrupted in a transaction would undo its neighbours.
func (w *writer) transact(durable bool, do func(*sql.Tx) error) error {
	if err := w.setSync(durable); err != nil {
		return wrapSQLite(err)
	}
	tx, err := w.f.write.BeginTx(context.Background(), nil)
	if err != nil {
		return wrapSQLite(err)
	}
	if err := do(tx); err != nil {
		if rerr := tx.Rollback(); rerr != nil {
			w.log.Warn("history could not roll back", "cause", rerr)
		}
		return wrapSQLite(err)
	}
	return wrapSQLite(tx.Commit())
}

// setSync chooses whether a commit waits for the disk.
func (w *writer) setSync(durable bool) error {
	if durable == w.unsynced {
		return nil
	}
	mode := "NORMAL"
	if durable {
		mode = "FULL"
	}
	if _, err := w.f.write.ExecContext(context.Background(), "PRAGMA synchronous = "+mode); err != nil {
		return err
	}
	w.unsynced = durable
	return nil
}

// maxGroupCommit is how many waiting commands share one commit.
const maxGroupCommit = 64

// runCommands runs c, and what else waits by now, in one transaction. One that fails
// is undone alone.
func (w *writer) runCommands(c *command) {
	if c.do == nil {
		w.runAlone(c)
		return
	}
	all, durable := []*command{c}, c.durable
	var alone *command
collect:
	for len(all) < maxGroupCommit {
		select {
		case more := <-w.commands:
			if more.do == nil {
				alone = more
				break collect
			}
			all, durable = append(all, more), durable || more.durable
		default:
			break collect
		}
	}
	err := w.transact(durable, func(tx *sql.Tx) error {
		for _, c := range all {
			if c.err = inSavepoint(tx, c.do); isDiskFault(c.err) {
				return c.err // SQLite has rolled back everything
			}
		}
		return nil
	})
	for _, c := range all {
		if err != nil {
			c.err = err
		}
		close(c.done)
	}
	if alone != nil {
		w.runAlone(alone)
	}
}

// runAlone is runCommands for a command that is no part of a transaction.
func (w *writer) runAlone(c *command) {
	c.err = c.call()
	close(c.done)
}

func inSavepoint(tx *sql.Tx, do func(*sql.Tx) error) error {
	if _, err := tx.Exec("SAVEPOINT command"); err != nil {
		return err
	}
	err := do(tx)
	if isDiskFault(err) {
		return err
	}
	if err != nil {
		if _, rerr := tx.Exec("ROLLBACK TO command"); rerr != nil {
			return rerr
		}
	}
	if _, rerr := tx.Exec("RELEASE command"); rerr != nil {
		return rerr
	}
	return err
}

// run has the writer do something in a transaction, and waits for it. If ctx
// ends first, it may still be done.
func (d *DB) run(ctx context.Context, durable bool, do func(*sql.Tx) error) error {
	if d.w == nil {
		return ErrReadOnly
	}
	return d.send(ctx, &command{do: do, durable: durable, done: make(chan struct{})})
}

func (d *DB) send(ctx context.Context, c *command) error {
	select {
	case d.w.commands <- c:
	case <-d.w.done:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("history: not begun: %w", ctx.Err())
	}
	select {
	case <-c.done:
		return wrapSQLite(c.err)
	case <-ctx.Done():
		return fmt.Errorf("history: not waited for: %w", ctx.Err())
	}
}

// finish writes the last loads, tidies up and closes the file. Readers go first:
// the last connection to close removes the log, and theirs cannot.
func (w *writer) finish() error {
	if w.home != "" {
		w.lookHome() // the last occasion
	}
	rerr := w.f.read.Close()
	if w.left != nil {
		rerr = errors.Join(rerr, w.left.close())
	}
	err := w.writeAll()
	if err != nil {
		n, _ := w.q.ready()
		err = fmt.Errorf("history: %d events did not get to the disk: %w", len(w.pending.events)+n, err)
	}
	w.insert.close()
	if err == nil && w.f.path != "" {
		w.compact(context.Background())
	}
	if cerr := w.f.write.Close(); err == nil {
		err = cerr
	}
	if cerr := w.f.pool.Close(); err == nil {
		err = cerr
	}
	return errors.Join(err, rerr)
}
