package history

import (
	"context"
	"fmt"
	"os"
	"time"
)

// Stats says how the history is.
type Stats struct {
	Path       string    `json:"path"`      // "" in memory
	FileBytes  int64     `json:"fileBytes"` // with the write-ahead log
	FreeBytes  int64     `json:"freeBytes"` // of those, reusable
	Events     int64     `json:"events"`    // rows
	FirstEvent time.Time `json:"firstEvent,omitzero"`
	LastEvent  time.Time `json:"lastEvent,omitzero"`
	Version    int       `json:"version"`  // of the schema
	Recorded   int64     `json:"recorded"` // events written in this run
	Waiting    int64     `json:"waiting"`  // events not yet written
	// Lost counts events of this run that were not kept since the disk was too
	// slow or full; LostRows decisions and timeline entries; Refused events
	// that the database would not take.
	Lost     int64 `json:"lost"`
	LostRows int64 `json:"lostRows"`
	Refused  int64 `json:"refused"`
	// Duplicates counts events that were recorded twice, and are kept once.
	Duplicates int64 `json:"duplicates"`
	// Failing is true while nothing can be written.
	Failing  bool `json:"failing"`
	ReadOnly bool `json:"readOnly"`
}

// Stats counts. Events is exact while no more than some millions.
func (d *DB) Stats(ctx context.Context) (Stats, error) {
	s := Stats{Path: d.Path(), ReadOnly: d.w == nil, Version: len(migrations)}
	var first, last, pages, free, size int64
	err := d.reader().QueryRowContext(ctx, `SELECT (SELECT count(*) FROM event),
		(SELECT coalesce(min(at), 0) FROM event), (SELECT coalesce(max(at), 0) FROM event),
		(SELECT page_count FROM pragma_page_count), (SELECT freelist_count FROM pragma_freelist_count),
		(SELECT page_size FROM pragma_page_size)`).
		Scan(&s.Events, &first, &last, &pages, &free, &size)
	if err != nil {
		return s, fmt.Errorf("history: count: %w", wrapSQLite(err))
	}
	s.FirstEvent, s.LastEvent = fromMillis(first), fromMillis(last)
	s.FileBytes, s.FreeBytes = pages*size, free*size
	if s.Path != "" {
		s.FileBytes = sizeOf(s.Path) + sizeOf(s.Path+"-wal")
	}
	if d.w == nil {
		s.Lost = d.readOnlyLost.Load()
		return s, nil
	}
	s.Duplicates = d.w.duplicates.Load()
	s.Recorded, s.Refused, s.Failing = d.w.kept.Load(), d.w.spoiled.Load(), d.w.failing.Load()
	s.Lost, s.LostRows = d.w.q.losses()
	n, _ := d.w.q.ready()
	s.Waiting = int64(n)
	return s, nil
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// LastSeq is the largest number that the file held when it was opened: an
// engine that counts on from it gives every event the same number here.
func (d *DB) LastSeq() int64 {
	if d.w == nil {
		return 0
	}
	return d.w.opened
}

// SeqBase is what an envelope's Seq is raised by to be an Event's: 0 if the
// engine counts on from LastSeq, else LastSeq. It is LastSeq until the first
// event of this run was written.
func (d *DB) SeqBase() int64 {
	if d.w == nil {
		return 0
	}
	if base := d.w.base.Load(); base >= 0 {
		return base
	}
	return d.w.opened
}
