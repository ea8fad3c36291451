package app

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
)

// The least and the first size of the window, and what of it must be on the
// screen so that a hand can reach it; in pixels.
const (
	leastWidth, leastHeight = 720, 480
	firstWidth, firstHeight = 1280, 820
	reachable               = 80
)

// windowState is what this computer remembers of the window. The zero value is
// a window that was never there.
type windowState struct {
	Width     int  `json:"width"` // 0: not known
	Height    int  `json:"height"`
	X         int  `json:"x"`
	Y         int  `json:"y"`
	Maximised bool `json:"maximised"`
	// Explained: that it keeps watching when it is closed was said once.
	Explained bool `json:"explained"`
}

// loadWindowState reads what is remembered; what cannot be read is as if it had
// never been there.
func loadWindowState(path string) (s windowState) {
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &s) != nil {
		return windowState{}
	}
	return s
}

// save writes it, whole or not at all.
func (s windowState) save(path string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".window-*.tmp")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// size is how large the window opens: as it was, but never too small to be used.
func (s windowState) size() (width, height int) {
	if s.Width == 0 || s.Height == 0 {
		return firstWidth, firstHeight
	}
	return max(s.Width, leastWidth), max(s.Height, leastHeight)
}

// on fits the window to a screen of a size: the monitor that it was on may be
// gone, or smaller now. placed is false if its place was not known.
func (s windowState) on(width, height int) (x, y, w, h int, placed bool) {
	w, h = s.size()
	w, h = min(w, max(width, leastWidth)), min(h, max(height, leastHeight))
	x = min(max(s.X, reachable-w), width-reachable)
	y = min(max(s.Y, 0), height-reachable) // its title bar is at its top
	return x, y, w, h, s.Width != 0
}
