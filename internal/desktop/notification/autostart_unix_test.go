//go:build unix && !darwin

package notification

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

// What an installer or the desktop did to the entry is seen.
func TestStartsAtLogin(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "gatewatch.desktop")
	for text, want := range map[string][2]bool{
		"": {false, false}, "[Desktop Entry]\nExec=gatewatch\n": {true, true},
		"[Desktop Entry]\nHidden=true\n": {false, true}, "[Desktop Entry]\nX-GNOME-Autostart-enabled = false\n": {false, true},
	} {
		_ = os.Remove(file)
		if text != "" {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if on, there := StartsAtLogin(folder); on != want[0] || there != want[1] {
			t.Errorf("%q: %v, %v", text, on, there)
		}
	}
}

// The entry names the path that the program was started by, not what a link
// leads to today.
func TestStartAtLoginKeepsTheLink(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "gatewatch")
	if err := os.Symlink(exe, link); err != nil {
		t.Fatal(err)
	}
	was := os.Args[0]
	t.Cleanup(func() { os.Args[0] = was })
	folder := t.TempDir()
	for _, c := range [][2]string{{link, link}, {"/nonexistent/gatewatch", exe}} {
		os.Args[0] = c[0]
		if err := StartAtLogin(true, folder); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(folder, "gatewatch.desktop"))
		if err != nil || !strings.Contains(string(text), "Exec="+execArgument(c[1])+" --hidden") {
			t.Errorf("started by %s: %v\n%s", c[0], err, text)
		}
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
