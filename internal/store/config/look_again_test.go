package config

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

func TestAFileThatCannotBeWatchedIsLookedAt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	ctx, cancel := context.WithCancel(t.Context())
	var told atomic.Int32
	done := make(chan struct{})
	go func() {
		defer close(done)
		lookAgain(ctx, path, func() { told.Add(1) })
	}()
	for end := time.Now().Add(20 * time.Second); told.Load() < 2; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("told %d times", told.Load())
		}
		if told.Load() == 1 {
			if err := os.WriteFile(path, []byte("[alerts]\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	cancel()
	<-done
}
