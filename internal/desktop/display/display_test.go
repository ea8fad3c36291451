//go:build linux

package display

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// desk clears what the environment says of displays.
func desk(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "display") //nolint:usetesting // a socket's path has 108 bytes; TempDir's holds the test's name
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	for _, name := range []string{"WAYLAND_DISPLAY", "DISPLAY", "GDK_BACKEND"} {
		t.Setenv(name, "")
	}
	t.Setenv("XDG_RUNTIME_DIR", dir)
	t.Setenv("XAUTHORITY", filepath.Join(dir, "cookies"))
	return dir
}

// writeCookie writes a file of cookies with one for every display.
func writeCookie(t *testing.T, path, data string) {
	t.Helper()
	b := []byte{0xff, 0xff, 0, 0, 0, 0}
	for _, s := range []string{"MIT-MAGIC-COOKIE-1", data} {
		b = binary.BigEndian.AppendUint16(b, uint16(len(s)))
		b = append(b, s...)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// startX starts an X server that lets those in who know a cookie.
func startX(t *testing.T, cookies string) {
	t.Helper()
	if _, err := exec.LookPath("Xvfb"); err != nil {
		t.Skip("Xvfb is not installed (Debian: xvfb)")
	}
	x := exec.Command("Xvfb", "-displayfd", "1", "-screen", "0", "64x64x8", "-nolisten", "tcp", "-noreset", "-auth", cookies)
	out, err := x.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = x.Process.Kill()
		_ = x.Wait()
	})
	number, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DISPLAY", ":"+strings.TrimSpace(number))
}

func reachable(t *testing.T) error {
	release, err := Hold(t.Context())
	if err == nil {
		release()
	}
	return err
}

func TestADisplayIsOpenedWithItsCookieAlone(t *testing.T) {
	dir := desk(t)
	right := filepath.Join(dir, "right")
	writeCookie(t, right, "0123456789abcdef")
	startX(t, right)
	for _, c := range []struct{ cookie, want string }{
		{"0123456789abcdef", ""},
		{"fedcba9876543210", "does not let us in (Invalid MIT-MAGIC-COOKIE-1 key)"},
		{"", "does not let us in (Authorization required"},
	} {
		if c.cookie == "" {
			_ = os.Remove(os.Getenv("XAUTHORITY"))
		} else {
			writeCookie(t, os.Getenv("XAUTHORITY"), c.cookie)
		}
		err := reachable(t)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("cookie %q: %v", c.cookie, err)
		}
	}
}

// forward listens as the end of a remote session's forward does, and treats
// each connection as given.
func forward(t *testing.T, each func(net.Conn)) {
	t.Helper()
	var l net.Listener
	var err error
	number := 200
	for ; number < 300; number++ {
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 6000+number)); err == nil { //nolint:noctx // it does not block
			break
		}
	}
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
			each(conn)
		}
	}()
	t.Setenv("DISPLAY", fmt.Sprintf("127.0.0.1:%d.0", number))
}

func TestDeadForwardsAreNotWaitedFor(t *testing.T) {
	desk(t)
	forward(t, func(c net.Conn) { _ = c.Close() })
	if err := reachable(t); err == nil || !strings.Contains(err.Error(), "closed the connection") {
		t.Errorf("one that closes: %v", err)
	}
	forward(t, func(c net.Conn) { t.Cleanup(func() { _ = c.Close() }) })
	began := time.Now()
	err := reachable(t)
	if err == nil || !strings.Contains(err.Error(), "accepts connections and does not answer") {
		t.Errorf("one that hangs: %v", err)
	}
	if took := time.Since(began); took > 2*deadline {
		t.Errorf("it took %v", took)
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	dir := desk(t)
	expect := func(want string) {
		t.Helper()
		err := reachable(t)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	expect("neither DISPLAY nor WAYLAND_DISPLAY is set")
	t.Setenv("WAYLAND_DISPLAY", "wayland-7")
	expect("the Wayland display wayland-7 does not answer")
	t.Setenv("DISPLAY", ":64123")
	expect(`has no number`)
	t.Setenv("DISPLAY", ":59123")
	expect("the display :59123 does not answer")
	l, err := net.Listen("unix", filepath.Join(dir, "wayland-7")) //nolint:noctx // it does not block
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	expect("")
	t.Setenv("GDK_BACKEND", "x11")
	expect("the display :59123 does not answer")
}
