//go:build unix && !darwin

package desktop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStartAtLogin(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "autostart")
	file := filepath.Join(folder, "gatewatch.desktop")
	for range 2 {
		if err := StartAtLogin(true, folder); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), " --hidden\n") || !strings.HasPrefix(string(text), "[Desktop Entry]\n") {
		t.Errorf("%v\n%s", err, text)
	}
	for range 2 { // to take it back twice is no error
		if err := StartAtLogin(false, folder); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Error("the entry is still there")
	}
}

func TestExecArgument(t *testing.T) {
	for in, want := range map[string]string{
		`/usr/bin/gatewatch`: `"/usr/bin/gatewatch"`,
		`/home/a b/100%/g`:   `"/home/a b/100%%/g"`,
		`/x/$HOME"q`:         `"/x/\\$HOME\\"q"`,
	} {
		if got := execArgument(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
