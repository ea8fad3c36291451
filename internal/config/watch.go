package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long the file must be left alone before it is read: editors
// write in several steps.
const settle = 200 * time.Millisecond

// Watch calls changed, on its own caller's goroutine, whenever the content of
// the settings file has become another one, with what Load returns then. It
// does not call for the content at its start. It blocks until ctx ends and then
// returns nil, or until the folder cannot be watched. ready, if not nil, is
// closed once changes are noticed.
//
// The folder is watched, not the file, since editors and Save replace the file.
func Watch(ctx context.Context, path string, ready chan<- struct{}, changed func(Settings, []Problem, error)) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("config: watch: %w", err)
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("config: watch: %w", err)
	}
	defer func() {
		if closeErr := w.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("config: watch: %w", closeErr)
		}
	}()
	if err := w.Add(dir); err != nil {
		return fmt.Errorf("config: watch %s: %w", dir, err)
	}
	last, _ := readFile(path) // unreadable: like empty, and told when it changes
	if ready != nil {
		close(ready)
	}
	calm := time.NewTimer(settle)
	calm.Stop() // until something happens
	for {
		select {
		case <-ctx.Done():
			return nil
		case e, ok := <-w.Events:
			if !ok {
				return errors.New("config: watch: the watcher ended")
			}
			if filepath.Base(e.Name) == filepath.Base(path) && !e.Has(fsnotify.Chmod) {
				calm.Reset(settle)
			}
		case _, ok := <-w.Errors: // an overflow: something may be missed
			if !ok {
				return errors.New("config: watch: the watcher ended")
			}
			calm.Reset(settle)
		case <-calm.C:
			now, err := readFile(path)
			if err == nil && bytes.Equal(now, last) {
				continue
			}
			last = now
			changed(Load(path))
		}
	}
}
