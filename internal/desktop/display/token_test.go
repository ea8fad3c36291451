//go:build linux

package display

import (
	"bytes"
	"net"
	"path/filepath"
	"testing"
	"time"
)

// startCompositor listens where WAYLAND_DISPLAY says, and answers as one that
// offers these interfaces. It refuses requests in another order than they must
// have, by closing.
func startCompositor(t *testing.T, dir, token string, offers ...string) {
	t.Helper()
	t.Setenv("WAYLAND_DISPLAY", "wayland-7")
	l, err := net.Listen("unix", filepath.Join(dir, "wayland-7"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				c := &compositor{conn: conn}
				expect := func(object uint32, request int) bool {
					o, r, _, err := c.receive()
					return err == nil && o == object && r == request
				}
				if !expect(theDisplay, displayGetRegistry) || !expect(theDisplay, displaySync) {
					return
				}
				for i, name := range offers {
					_ = c.send(theRegistry, registryGlobal, append(append(words(uint32(40+i)), quoted(name)...), words(1)...))
				}
				_ = c.send(theCallback, 0, words(1))
				o, r, body, err := c.receive()
				if err != nil || o != theRegistry || r != registryBind || !bytes.HasPrefix(body, words(41)) || text(body[4:]) != activationInterface {
					return
				}
				if expect(theActivation, activationGetToken) && expect(theToken, tokenSetApp) && expect(theToken, tokenCommit) {
					_ = c.send(theToken, tokenDone, quoted(token))
				}
				_, _, _, _ = c.receive()
			}()
		}
	}()
}

// What the launcher gave comes first; a compositor is asked for the rest, and
// none that cannot answer holds a start up.
func TestATokenIsTheLaunchersOrTheCompositors(t *testing.T) {
	for name, c := range map[string]struct {
		offers  []string
		token   string
		given   map[string]string
		silent  bool
		backend string
		want    string
	}{
		"from the compositor":         {offers: []string{"wl_seat", activationInterface}, token: "abc1", want: "abc1"},
		"of whole words":              {offers: []string{"wl_seat", activationInterface}, token: "abc", want: "abc"},
		"the launcher's":              {offers: []string{"wl_seat", activationInterface}, token: "abc", given: map[string]string{"XDG_ACTIVATION_TOKEN": "x", "DESKTOP_STARTUP_ID": "y"}, want: "x"},
		"an X launcher's":             {given: map[string]string{"DESKTOP_STARTUP_ID": "y_TIME12"}, want: "y_TIME12"},
		"a compositor without them":   {offers: []string{"wl_seat"}},
		"a compositor that is mute":   {silent: true},
		"a window of X, all the same": {offers: []string{"wl_seat", activationInterface}, token: "abc", backend: "x11"},
		"neither":                     {},
	} {
		t.Run(name, func(t *testing.T) {
			dir := desk(t)
			t.Setenv("XDG_ACTIVATION_TOKEN", "")
			t.Setenv("DESKTOP_STARTUP_ID", "")
			for k, v := range c.given {
				t.Setenv(k, v)
			}
			t.Setenv("GDK_BACKEND", c.backend)
			switch {
			case c.silent:
				t.Setenv("WAYLAND_DISPLAY", "wayland-7")
				l, err := net.Listen("unix", filepath.Join(dir, "wayland-7"))
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = l.Close() }()
			case c.offers != nil:
				startCompositor(t, dir, c.token, c.offers...)
			}
			began := time.Now()
			if got := Token(t.Context()); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			if took := time.Since(began); took > 5*tokenDeadline {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// What a compositor sends is not believed to be whole.
func TestCutTextIsNoText(t *testing.T) {
	for _, b := range [][]byte{nil, {1, 0}, words(0), words(9), append(words(5), "abcd"...)} {
		if got := text(b); got != "" {
			t.Errorf("%v: %q", b, got)
		}
	}
	if got := text(quoted("abcdef")); got != "abcdef" {
		t.Errorf("%q", got)
	}
}
