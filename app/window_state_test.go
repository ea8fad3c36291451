package app

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWindowStateIsRemembered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "window.json")
	if got := loadWindowState(path); got != (windowState{}) {
		t.Errorf("there is none: %+v", got)
	}
	want := windowState{Width: 900, Height: 700, X: 40, Y: 30, Maximised: true, Explained: true}
	if err := want.save(path); err != nil {
		t.Fatal(err)
	}
	if got := loadWindowState(path); got != want {
		t.Errorf("%+v", got)
	}
	if err := os.WriteFile(path, []byte(`{"width": 90`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := loadWindowState(path); got != (windowState{}) {
		t.Errorf("written half: %+v", got)
	}
}

func TestAWindowStaysWithinReach(t *testing.T) {
	for _, c := range []struct {
		what       string
		s          windowState
		x, y, w, h int
		placed     bool
	}{
		{"never seen", windowState{}, 0, 0, 1280, 820, false},
		{"as it was", windowState{Width: 900, Height: 700, X: 40, Y: 30}, 40, 30, 900, 700, true},
		{"its monitor to the right is gone", windowState{Width: 900, Height: 700, X: 2500, Y: 30}, 1840, 30, 900, 700, true},
		{"its monitor to the left is gone", windowState{Width: 900, Height: 700, X: -2500, Y: -900}, -820, 0, 900, 700, true},
		{"larger than the screen", windowState{Width: 3000, Height: 2000}, 0, 0, 1920, 1080, true},
		{"too small to be used", windowState{Width: 3, Height: 2, X: 10, Y: 10}, 10, 10, 720, 480, true},
	} {
		x, y, w, h, placed := c.s.on(1920, 1080)
		if x != c.x || y != c.y || w != c.w || h != c.h || placed != c.placed {
			t.Errorf("%s: %d,%d %d×%d %v", c.what, x, y, w, h, placed)
		}
	}
}
