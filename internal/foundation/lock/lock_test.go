package lock_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"gatewatch/internal/foundation/lock"
)

// TestMain lets the test binary also be the other process: it takes the lock,
// says so, and keeps it until its standard input ends.
func TestMain(m *testing.M) {
	if path := os.Getenv("LOCK_TEST_PATH"); path != "" {
		ctx := context.Background()
		l, err := lock.Acquire(ctx, path, "watch")
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("locked")
		_, _ = os.Stdin.Read(make([]byte, 1))
		if err := l.Release(); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// other starts another process that has the lock.
func other(t *testing.T, path string) (*exec.Cmd, func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LOCK_TEST_PATH="+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if line != "locked\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	return cmd, func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
}

func TestOneProcessAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "writer.lock")
	if _, held, err := lock.Current(path); held || err != nil {
		t.Errorf("a file that is not there is held: %v, %v", held, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd, release := other(t, path)

	_, err := lock.Acquire(t.Context(), path, "window")
	held, ok := errors.AsType[*lock.HeldError](err)
	if !ok || !errors.Is(err, lock.ErrHeld) {
		t.Fatalf("got %v", err)
	}
	if held.Holder.PID != cmd.Process.Pid || held.Holder.Role != "watch" || time.Since(held.Holder.Since) > time.Hour {
		t.Errorf("the holder is said to be %+v", held.Holder)
	}
	if who, is, err := lock.Current(path); !is || err != nil || who.PID != cmd.Process.Pid {
		t.Errorf("Current: %+v, %v, %v", who, is, err)
	}

	release()
	if _, is, err := lock.Current(path); is || err != nil {
		t.Errorf("still held: %v, %v", is, err)
	}
	l, err := lock.Acquire(t.Context(), path, "window")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Release(); err != nil {
		t.Error(err)
	}
}

func TestAKilledProcessLeavesNoLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "writer.lock")
	cmd, _ := other(t, path)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	l, err := lock.Acquire(t.Context(), path, "window")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Release(); err != nil {
		t.Error(err)
	}
}

func TestUnreadableHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "writer.lock")
	_, release := other(t, path)
	defer release()
	if err := os.WriteFile(path, []byte(`{"pid":`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := lock.Acquire(t.Context(), path, "window")
	held, ok := errors.AsType[*lock.HeldError](err)
	if !ok || held.Holder.PID != 0 || held.Error() != "another Gatewatch has the data folder" {
		t.Errorf("got %v", err)
	}
}
