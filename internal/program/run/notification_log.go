package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"gatewatch/internal/desktop/notify"
	"gatewatch/internal/store/history"
)

// notificationLog keeps log entries in the history. What cannot be kept, such as
// on a full disk, is tried again: else the next run would tell it again. Its
// methods may be called from any goroutine.
type notificationLog struct {
	db *history.DB

	mu   sync.Mutex
	ids  map[string]int64           // of what was intended and not yet delivered; guarded by mu
	owed map[string]notify.LogEntry // what was delivered and could not be kept; guarded by mu
}

func newNotificationLog(db *history.DB) *notificationLog {
	return &notificationLog{db: db, ids: map[string]int64{}, owed: map[string]notify.LogEntry{}}
}

func logEntryID(s notify.LogEntry) string {
	return fmt.Sprintf("%s %d %s", s.Fingerprint, s.Life, s.Status)
}

// load reads the log entries of earlier runs.
func (w *notificationLog) load(ctx context.Context) []notify.LogEntry {
	if w.db == nil {
		return nil
	}
	rows, err := w.db.LastNotifications(ctx, time.Now().Add(-logLookback))
	if err != nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var entries []notify.LogEntry
	for _, row := range rows {
		var s notify.LogEntry
		if json.Unmarshal(row.Body, &s) != nil || row.GivenUp != "" {
			continue
		}
		s.DeliveredAt = row.DeliveredAt
		entries = append(entries, s)
		if row.DeliveredAt.IsZero() {
			w.ids[logEntryID(s)] = row.ID
		}
	}
	return entries
}

// LogIntended implements notify.Log.
func (w *notificationLog) LogIntended(ctx context.Context, entries []notify.LogEntry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var errs []error
	for _, s := range entries {
		_, err := w.intended(ctx, s)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// intended keeps an entry; w.mu is held.
func (w *notificationLog) intended(ctx context.Context, s notify.LogEntry) (int64, error) {
	if w.db == nil {
		return 0, nil
	}
	body, err := json.Marshal(s)
	if err != nil {
		return 0, fmt.Errorf("notification log entry: %w", err)
	}
	row, err := w.db.LogIntended(ctx, history.Notification{
		Fingerprint: s.Fingerprint, Severity: s.Severity, IntendedAt: s.IntendedAt, Body: body,
	})
	if err == nil {
		w.ids[logEntryID(s)] = row
	}
	return row, err
}

// LogDelivered implements notify.Log.
func (w *notificationLog) LogDelivered(ctx context.Context, entries []notify.LogEntry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var errs []error
	for _, s := range entries {
		if s.DeliveredAt.IsZero() {
			s.DeliveredAt = time.Now()
		}
		errs = append(errs, w.delivered(ctx, s))
	}
	return errors.Join(errs...)
}

// delivered keeps an entry as delivered, or remembers that it is to be; w.mu
// is held.
func (w *notificationLog) delivered(ctx context.Context, s notify.LogEntry) (err error) {
	if w.db == nil {
		return nil
	}
	id := logEntryID(s)
	row, known := w.ids[id]
	if !known {
		row, err = w.intended(ctx, s)
	}
	if err == nil {
		err = w.db.LogDelivered(ctx, row, s.DeliveredAt)
	}
	if err != nil {
		w.owed[id] = s
		return err
	}
	delete(w.ids, id)
	delete(w.owed, id)
	return nil
}

// retry keeps what could not be kept before, in the order in which it was told.
func (w *notificationLog) retry(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	byTime := func(a, b notify.LogEntry) int {
		if c := a.DeliveredAt.Compare(b.DeliveredAt); c != 0 {
			return c
		}
		return strings.Compare(a.Fingerprint, b.Fingerprint)
	}
	for _, s := range slices.SortedFunc(maps.Values(w.owed), byTime) {
		if err := w.delivered(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
