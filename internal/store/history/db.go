package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite" // registers the driver "sqlite"

	"gatewatch/internal/core/event"
)

// DB is one open history. Its methods may be called from any goroutine.
type DB struct {
	path string // of a read-only one
	opt  Options
	log  *slog.Logger
	read *sql.DB // of a read-only one

	w *writer // nil if read-only

	readOnlyLost atomic.Int64 // what a read-only DB was asked to record
	closeOnce    sync.Once
	closeErr     error
}

// Open opens the history at path for writing, makes it where there is none,
// and brings it to this version's schema. It starts the writer's and the
// maintainer's goroutines; Close ends them.
//
// Nothing that is wrong with the file or the disk stops it: a corrupt file, or
// one of another program or a later version, is renamed (never deleted) and a
// new one begun, which takes over what can still be read of alerts, the
// notification log and silences; if no file can be written, the history is kept in
// memory until one can. A HealthEvent says so. It fails only if ctx ends.
func Open(ctx context.Context, path string, o Options) (*DB, []HealthEvent, error) {
	o = o.withDefaults()
	var healthEvents []HealthEvent
	f, err := openFile(ctx, path, o)
	if isWrongFile(err) {
		var n HealthEvent
		f, n, err = replaceFile(ctx, path, o, err)
		healthEvents = append(healthEvents, n)
	}
	if err != nil && ctx.Err() == nil {
		o.Log.Warn("history in memory only", "cause", err)
		healthEvents = append(healthEvents, memoryOnlyEvent(path, err, o.Now(), o.Location))
		f, err = openMemory(ctx, o)
	}
	if err != nil {
		return nil, healthEvents, fmt.Errorf("history: open: %w", err)
	}
	db := &DB{opt: o, log: o.Log}
	db.w = startWriter(f, path, o)
	return db, healthEvents, nil
}

// reader is where questions are answered: another pool once a history that was
// in memory is kept in a file.
func (d *DB) reader() *sql.DB {
	if d.w == nil {
		return d.read
	}
	return d.w.reads.Load().read
}

// OpenReadOnly opens the history at path for questions alone, beside a process
// that writes it. It fails with ErrNotFound if there is no file, and with
// ErrCorrupt, ErrForeign or ErrNewer; it changes nothing in any case. A file
// that an older version wrote is refused with ErrNotFound wrapped too, as it
// lacks tables until a writer brought it up to date.
func OpenReadOnly(ctx context.Context, path string, o Options) (*DB, error) {
	o = o.withDefaults()
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	read := openPool(path)
	err := func() error {
		conn, err := read.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close() //nolint:errcheck // back to the pool
		version, err := checkOwner(ctx, conn)
		if err == nil && version < len(migrations) {
			err = fmt.Errorf("%w: the file is of the older version %d and no writer has opened it since", ErrNotFound, version)
		}
		return err
	}()
	if err != nil {
		return nil, fmt.Errorf("history: open for reading: %w", errors.Join(wrapSQLite(err), read.Close()))
	}
	return &DB{path: path, opt: o, log: o.Log, read: read}, nil
}

// Path is where the file is; "" while the history is in memory.
func (d *DB) Path() string {
	if d.w == nil {
		return d.path
	}
	return d.w.reads.Load().path
}

// ReadOnly reports whether the DB was opened by OpenReadOnly.
func (d *DB) ReadOnly() bool { return d.w == nil }

// Close writes what waits, ends both goroutines and closes the file. If the
// disk does not take what waits, it is lost and Close says so. It may be
// called twice.
func (d *DB) Close() error {
	d.closeOnce.Do(func() {
		if d.w != nil {
			d.closeErr = d.w.stop()
			return
		}
		d.closeErr = d.reader().Close()
	})
	return d.closeErr
}

// Record hands an event to the writer. It never blocks. If the writer is
// behind by a whole queue, env is not kept; that is counted, and a row of kind
// KindGap takes its place once there is room. Numbers must ascend: an env whose
// number is not above the last one's is a repeat and not stored again. env's
// body must not be changed afterwards. On a read-only or closed DB it only counts.
func (d *DB) Record(env event.Envelope) {
	if d.w == nil {
		d.readOnlyLost.Add(1)
		return
	}
	d.w.record(env)
}

// file is an open SQLite database: one connection to write, a pool to read.
type file struct {
	path  string // "" in memory
	uri   string // of one in memory
	pool  *sql.DB
	write *sql.Conn // the only one of pool
	read  *sql.DB
	// checked is false if Open had no time to look at all of it.
	checked bool
}

func (f *file) close() error {
	return errors.Join(f.write.Close(), f.pool.Close(), f.read.Close())
}

// openFile opens, checks and migrates the file at path.
func openFile(ctx context.Context, path string, o Options) (*file, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := touch(path); err != nil {
		return nil, err
	}
	if err := checkHeader(path); err != nil {
		return nil, err
	}
	f := &file{path: path, read: openPool(path), pool: openWritePool(path)}
	return prepare(ctx, f, o)
}

// touch makes the file, for the user alone, before SQLite would make it for
// everybody.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the caller's own path
	if err != nil {
		return err
	}
	return f.Close()
}

// maxMemory is Options.MaxBytes of a history in memory.
const maxMemory = 64 << 20

// memories numbers databases in memory, so that two do not share one.
var memories atomic.Int64

func openMemory(ctx context.Context, o Options) (*file, error) {
	name := fmt.Sprintf("/gatewatch-history-%d", memories.Add(1))
	read := mustOpen("file:" + name + "?vfs=memdb&_pragma=busy_timeout(5000)&_pragma=query_only(1)")
	read.SetMaxOpenConns(readers)
	write := mustOpen("file:" + name + "?vfs=memdb&_txlock=immediate&_pragma=busy_timeout(5000)")
	write.SetMaxOpenConns(1)
	return prepare(ctx, &file{uri: "file:" + name + "?vfs=memdb", read: read, pool: write}, o)
}

// prepare takes the write connection, looks for corruption and migrates. It closes
// f if it fails.
func prepare(ctx context.Context, f *file, o Options) (_ *file, err error) {
	if f.write, err = f.pool.Conn(ctx); err != nil {
		return nil, errors.Join(wrapSQLite(err), f.pool.Close(), f.read.Close())
	}
	if f.checked, err = quickCheck(ctx, f.read, o.CheckTimeout); err == nil {
		err = migrate(ctx, f.write)
	}
	if err != nil {
		return nil, errors.Join(wrapSQLite(err), f.close())
	}
	return f, nil
}

// readers is how many queries run at a time: a page, an export, a status.
const readers = 4

func openPool(path string) *sql.DB {
	pool := mustOpen(fileURI(path) + "?mode=ro" +
		"&_pragma=busy_timeout(5000)&_pragma=query_only(1)&_pragma=cache_size(-8192)")
	pool.SetMaxOpenConns(readers)
	return pool
}

// openWritePool: auto_vacuum must come before the file has a page, WAL is what
// lets readers go on meanwhile, and NORMAL syncs at checkpoints alone (notification log
// commits raise it). A checkpoint each 4,000 pages (16 MB) rewrites busy index
// pages less often than the default of 1,000.
func openWritePool(path string) *sql.DB {
	pool := mustOpen(fileURI(path) + "?_txlock=immediate&_pragma=busy_timeout(5000)" +
		"&_auto_vacuum=incremental&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)" +
		"&_pragma=cache_size(-16384)&_pragma=wal_autocheckpoint(4000)&_pragma=journal_size_limit(33554432)" +
		"&_pragma=temp_store(MEMORY)")
	pool.SetMaxOpenConns(1)
	return pool
}

// mustOpen makes a pool; that does not touch the file yet.
func mustOpen(uri string) *sql.DB {
	pool, err := sql.Open("sqlite", uri)
	if err != nil {
		panic(err) // the driver is not registered
	}
	return pool
}

// fileURI is SQLite's form of a path, whatever characters are in it.
func fileURI(path string) string {
	p := filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" {
		p = "/" + p
	}
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(p)
}

// Result codes of SQLite that are told apart here (primary codes).
const (
	codePerm     = 3
	codeBusy     = 5
	codeLocked   = 6
	codeReadOnly = 8
	codeIOErr    = 10
	codeCorrupt  = 11
	codeFull     = 13
	codeCantOpen = 14
	codeNotADB   = 26
)

// codeOf is SQLite's primary result code in err's chain, or 0.
func codeOf(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}

// wrapSQLite adds our sentinel to an error of SQLite that has one.
func wrapSQLite(err error) error {
	switch codeOf(err) {
	case codeFull:
		return fmt.Errorf("%w: %w", ErrFull, err)
	case codeCorrupt, codeNotADB:
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return err
}

func isWrongFile(err error) bool {
	return errors.Is(err, ErrCorrupt) || errors.Is(err, ErrForeign) || errors.Is(err, ErrNewer)
}
