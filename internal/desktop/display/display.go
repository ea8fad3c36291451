//go:build unix && !darwin

// Package display tells whether a window could be opened, before a toolkit
// panics over it or waits for ever: it connects to the display as a client
// does, with the user's cookie, and says in words why that fails.
package display

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// deadline is how long a display may take to let us in; a dead forward of a
// remote session accepts connections and never answers.
const deadline = 5 * time.Second

// Hold reports why no window can be opened; nil if one can. It reads the
// environment as GTK does: a Wayland socket first, else an X display. Until
// release the display has a client: an X server that loses its last one begins
// anew, and refuses the next for a moment.
func Hold(ctx context.Context) (release func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	var why []error
	backend := os.Getenv("GDK_BACKEND")
	if name := os.Getenv("WAYLAND_DISPLAY"); name != "" && !strings.HasPrefix(backend, "x11") {
		conn, err := wayland(ctx, name)
		if err == nil {
			return closing(conn), nil
		}
		why = append(why, err)
	}
	if name := os.Getenv("DISPLAY"); name != "" && backend != "wayland" {
		conn, err := x11(ctx, name)
		if err == nil {
			return closing(conn), nil
		}
		why = append(why, err)
	}
	if len(why) == 0 {
		return nil, errors.New("neither DISPLAY nor WAYLAND_DISPLAY is set")
	}
	return nil, errors.Join(why...)
}

func closing(conn net.Conn) func() { return func() { _ = conn.Close() } }

// wayland connects to the compositor's socket.
func wayland(ctx context.Context, name string) (net.Conn, error) {
	path := name
	if !filepath.IsAbs(name) {
		dir := os.Getenv("XDG_RUNTIME_DIR")
		if dir == "" {
			return nil, fmt.Errorf("the Wayland display %s cannot be found, because XDG_RUNTIME_DIR is not set", name)
		}
		path = filepath.Join(dir, name)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("the Wayland display %s does not answer (%w)", name, err)
	}
	return conn, nil
}

// address is where an X display is.
type address struct {
	name   string // as the user wrote it
	host   string // "" or "unix" for this machine
	number string
}

// parse reads host:number.screen.
func parse(name string) (a address, err error) {
	i := strings.LastIndexByte(name, ':')
	if i < 0 {
		return a, fmt.Errorf("the display %q has no number", name)
	}
	a.name, a.host = name, strings.TrimSuffix(strings.TrimPrefix(name[:i], "["), "]")
	a.number, _, _ = strings.Cut(name[i+1:], ".")
	if n, err := strconv.Atoi(a.number); err != nil || n < 0 || n > 65535-6000 {
		return a, fmt.Errorf("the display %q has no number", name)
	}
	return a, nil
}

func (a address) local() bool { return a.host == "" || a.host == "unix" }

// dial connects to the X server.
func (a address) dial(ctx context.Context) (conn net.Conn, err error) {
	if !a.local() {
		n, _ := strconv.Atoi(a.number)
		return (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(a.host, strconv.Itoa(6000+n)))
	}
	socket := filepath.Join("/tmp/.X11-unix", "X"+a.number)
	for _, at := range []string{"@" + socket, socket} {
		if conn, err = (&net.Dialer{}).DialContext(ctx, "unix", at); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// x11 connects to an X display with each cookie that may fit it, and without.
func x11(ctx context.Context, name string) (net.Conn, error) {
	a, err := parse(name)
	if err != nil {
		return nil, err
	}
	var refused error
	for _, c := range append(cookies(a), cookie{}) {
		conn, err := a.dial(ctx)
		if err != nil {
			return nil, fmt.Errorf("the display %s does not answer (%w)", name, err)
		}
		if end, ok := ctx.Deadline(); ok {
			_ = conn.SetDeadline(end)
		}
		if err = setUp(conn, c); err == nil {
			return conn, nil
		}
		_ = conn.Close()
		if refused == nil {
			refused = err // of the likeliest cookie
		}
	}
	return nil, fmt.Errorf("the display %s %w", name, refused)
}
