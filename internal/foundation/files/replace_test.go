package files_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"gatewatch/internal/foundation/files"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOneThatSomebodyReadsIsReplacedAllTheSame(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "new"), filepath.Join(dir, "settings")
	write(t, from, "new")
	write(t, to, "old")
	reader, err := os.Open(to)
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan error, 1)
	time.AfterFunc(200*time.Millisecond, func() { read <- reader.Close() })
	if err := files.Replace(from, to); err != nil {
		t.Error(err)
	}
	if err := <-read; err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(to); err != nil || string(text) != "new" {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := os.Stat(from); !os.IsNotExist(err) {
		t.Errorf("it is still there by its old name: %v", err)
	}
}

func TestWhatCannotBeReplacedIsAnError(t *testing.T) {
	dir := t.TempDir()
	if err := files.Replace(filepath.Join(dir, "nothing"), filepath.Join(dir, "settings")); !os.IsNotExist(err) {
		t.Errorf("got %v", err)
	}
}
