// Package lock lets one process at a time write the data folder and notify,
// and says to the others who that is. The system releases a lock when its
// process ends, however it ends, so there is nothing to clean up by hand. It is
// not a lock between goroutines, and it runs none.
package lock

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Holder says who has a lock.
type Holder struct {
	PID   int       `json:"pid"`
	Role  string    `json:"role"` // such as "window" or "watch"
	Since time.Time `json:"since,omitzero"`
}

// ErrHeld is wrapped by the error of Acquire if another process has the lock.
var ErrHeld = errors.New("lock: held by another process")

// HeldError says which process has the lock. Its Holder is the zero value if
// that process has not said who it is.
type HeldError struct{ Holder Holder }

// Error names the holder.
func (e *HeldError) Error() string {
	if e.Holder.PID == 0 {
		return "another Gatewatch has the data folder"
	}
	return fmt.Sprintf("another Gatewatch (%s, process %d) has had the data folder since %s",
		e.Holder.Role, e.Holder.PID, e.Holder.Since.Local().Format(time.DateTime))
}

// Unwrap gives ErrHeld.
func (e *HeldError) Unwrap() error { return ErrHeld }

// Lock is a lock that this process has, until Release or its end.
type Lock struct{ file *os.File }

// patience is how long Acquire tries: another process that only looks
// (Current) has the lock for a moment.
const patience = 300 * time.Millisecond

// Acquire takes the lock file at path, which is created with its folder if need
// be, and writes into it who we are. If another process has it, the error is a
// *HeldError. It blocks for less than half a second, or until ctx ends.
func Acquire(ctx context.Context, path, role string) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := take(ctx, f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := write(f, Holder{PID: os.Getpid(), Role: role, Since: time.Now().Truncate(time.Second)}); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Lock{file: f}, nil
}

func take(ctx context.Context, f *os.File) error {
	for deadline := time.Now().Add(patience); ; {
		got, err := tryLock(f)
		switch {
		case err != nil:
			return fmt.Errorf("lock: %w", err)
		case got:
			return nil
		case time.Now().After(deadline):
			return &HeldError{Holder: read(f)}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("lock: %w", ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Release gives the lock up. The file stays, empty: removing it would let two
// processes lock two files of the same name.
func (l *Lock) Release() error {
	if err := errors.Join(l.file.Truncate(0), l.file.Close()); err != nil {
		return fmt.Errorf("lock: release: %w", err)
	}
	return nil
}

// Current reports who has the lock at path; held is false if nobody has.
func Current(path string) (holder Holder, held bool, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		return Holder{}, false, nil
	}
	if err != nil {
		return Holder{}, false, fmt.Errorf("lock: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }() // which also unlocks
	got, err := tryLock(f)
	if err != nil {
		return Holder{}, false, fmt.Errorf("lock: %w", err)
	}
	if got {
		return Holder{}, false, nil
	}
	return read(f), true, nil
}

func write(f *os.File, h Holder) error {
	text, err := json.Marshal(h)
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = f.WriteAt(text, 0)
	}
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	return nil
}

// read gives what the holder wrote; the zero value if that is not complete.
func read(f *os.File) Holder {
	var h Holder
	text, err := io.ReadAll(io.NewSectionReader(f, 0, 4096))
	if err != nil || json.Unmarshal(text, &h) != nil {
		return Holder{}
	}
	return h
}
