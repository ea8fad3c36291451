//go:build linux && !wired

package app

import (
	"context"
	"fmt"
	"os"

	"gatewatch/internal/desktop/display"
	"gatewatch/internal/program/cli"
)

// holdDisplay reports, before GTK panics over it, whether there is a display,
// and keeps a client of its own there until release.
func holdDisplay() (release func(), err error) {
	release, err = display.Hold(context.Background())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", cli.ErrNoWindow, err)
	}
	return release, nil
}

// guardSystem sets what WebKitGTK needs before it starts: its DMA-BUF renderer
// shows a blank window on some graphics drivers.
func guardSystem() {
	if os.Getenv("WEBKIT_DISABLE_DMABUF_RENDERER") == "" {
		_ = os.Setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
	}
}
