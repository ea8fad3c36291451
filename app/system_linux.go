//go:build linux

package app

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatewatch/internal/cli"
)

// displayReachable reports, before GTK panics over it, whether there is a display.
func displayReachable() error {
	if os.Getenv("WAYLAND_DISPLAY") != "" {
		return nil
	}
	display := os.Getenv("DISPLAY")
	if display == "" {
		return fmt.Errorf("%w: neither DISPLAY nor WAYLAND_DISPLAY is set", cli.ErrNoWindow)
	}
	number, local := strings.CutPrefix(display, ":")
	if !local {
		return nil // another host's display: GTK will find out
	}
	number, _, _ = strings.Cut(number, ".")
	socket := filepath.Join("/tmp/.X11-unix", "X"+number)
	for _, address := range []string{socket, "@" + socket} {
		if conn, err := net.DialTimeout("unix", address, 2*time.Second); err == nil {
			return conn.Close()
		}
	}
	return fmt.Errorf("%w: the display %s does not answer", cli.ErrNoWindow, display)
}

// guardSystem sets what WebKitGTK needs before it starts: its DMA-BUF renderer
// shows a blank window on some graphics drivers.
func guardSystem() {
	if os.Getenv("WEBKIT_DISABLE_DMABUF_RENDERER") == "" {
		_ = os.Setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
	}
}
