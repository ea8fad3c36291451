package config

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// debounce is how long the file must be left alone before it is read: editors
// write in several steps. One that is written again and again is read after
// patience all the same.
const (
	debounce = 200 * time.Millisecond
	patience = 2 * time.Second
)

// WatchFile calls touched, on its own caller's goroutine, once it notices
// changes of the settings file, and whenever the file was written since: what
// was written before the first call has not been noticed. The content may be
// the one of before: who calls compares it with what is in force. It blocks
// until ctx ends and then returns nil, or until the folder cannot be watched.
//
// The folder is watched, not the file, since editors and Save replace the file.
// Where the system has no watcher left to give, the file is looked at instead.
func WatchFile(ctx context.Context, path string, touched func()) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("config: watch: %w", err)
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		lookAgain(ctx, path, touched)
		return nil
	}
	defer func() {
		if closeErr := w.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("config: watch: %w", closeErr)
		}
	}()
	if err := w.Add(dir); err != nil {
		return fmt.Errorf("config: watch %s: %w", dir, err)
	}
	touched()
	calm := time.NewTimer(debounce)
	calm.Stop()         // until something happens
	var since time.Time // of the first change that was not told; zero: there is none
	wait := func() {
		if since.IsZero() {
			since = time.Now()
		}
		if time.Since(since) < patience {
			calm.Reset(debounce)
		}
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case e, ok := <-w.Events:
			if !ok {
				return errors.New("config: watch: the watcher ended")
			}
			if filepath.Base(e.Name) == filepath.Base(path) && !e.Has(fsnotify.Chmod) {
				wait()
			}
		case _, ok := <-w.Errors: // an overflow: something may be missed
			if !ok {
				return errors.New("config: watch: the watcher ended")
			}
			wait()
		case <-calm.C:
			since = time.Time{}
			touched()
		}
	}
}

// lookEvery is the time between two looks at a file that cannot be watched.
const lookEvery = time.Second

// lookAgain is WatchFile without a watcher, until ctx ends.
func lookAgain(ctx context.Context, path string, touched func()) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	before := stampOf(path)
	touched()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if now := stampOf(path); now != before {
			before = now
			touched()
		}
	}
}

// stamp is what changes of a file when it is written; zero without one.
type stamp struct {
	at   time.Time
	size int64
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime(), info.Size()}
}
