//go:build linux

package app

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"gatewatch/internal/desktop/notification/dbustest"
)

// A second start gives its link to the first window and is done; once the
// first has ended, the next one is the first.
func TestASecondStartHandsItsLinkOver(t *testing.T) {
	bus := dbustest.NewBus(t)
	bus.Setenv()
	var mu sync.Mutex
	var heard []string
	ending := false
	release, handed, err := claim(t.Context(), wish{link: "gatewatch://now"}, func(w wish) error {
		mu.Lock()
		defer mu.Unlock()
		if ending {
			return errEnding
		}
		heard = append(heard, w.link)
		return nil
	})
	if err != nil || handed {
		t.Fatalf("the first: %v, %v", handed, err)
	}
	never := func(wish) error { t.Error("a second start was given a link"); return nil }
	long := "gatewatch://" + strings.Repeat("x", 10<<10)
	sent := []string{"gatewatch://events", "", "gatewatch://a\xff\x00\x1b[2J<b>", long}
	for _, link := range sent {
		if _, handed, err := claim(t.Context(), wish{link: link}, never); err != nil || !handed {
			t.Errorf("%.40q: %v, %v", link, handed, err)
		}
	}
	want := []string{"gatewatch://events", "", "gatewatch://a\uFFFD\uFFFD\x1b[2J<b>", long[:linkMost+1]}
	mu.Lock()
	if !slices.Equal(heard, want) {
		t.Errorf("heard %.60q", heard)
	}
	ending = true
	mu.Unlock()
	time.AfterFunc(2*handAgain, release) // while the next one asks
	next, handed, err := claim(t.Context(), wish{link: "gatewatch://spend"}, func(wish) error { return nil })
	if err != nil || handed {
		t.Errorf("after the first has ended: %v, %v", handed, err)
	}
	next()
}

// Without a session bus a window opens all the same.
func TestWithoutABusEachWindowIsOnItsOwn(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/gatewatch-test-bus")
	for range 2 {
		release, handed, err := claim(t.Context(), wish{}, func(wish) error { return nil })
		if err != nil || handed {
			t.Errorf("%v, %v", handed, err)
		}
		release()
	}
}

// What a launcher or the display gave a second start, so that a window may come in
// front, goes to the first one, whatever its name is there.
func TestASecondStartBringsWhatLetsTheWindowComeInFront(t *testing.T) {
	bus := dbustest.NewBus(t)
	bus.Setenv()
	t.Setenv("WAYLAND_DISPLAY", "")
	heard := make(chan string, 9)
	first := func(w wish) error { heard <- w.token; return nil }
	release, _, err := claim(t.Context(), wish{}, first)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for _, c := range []struct {
		with         wish
		wayland, x11 string
		want         string
	}{
		{wish{}, "token-1", "token-2", "token-1"},
		{wish{link: "gatewatch://now", hidden: true}, "", "host-2_TIME77", "host-2_TIME77"},
		{wish{hidden: true}, "token-1", "", ""}, // it stays where it is
		{wish{}, "a\xff", "", "a\uFFFD"},
		{wish{}, "", "", ""},
	} {
		t.Setenv("XDG_ACTIVATION_TOKEN", c.wayland)
		t.Setenv("DESKTOP_STARTUP_ID", c.x11)
		if _, handed, err := claim(t.Context(), c.with, first); err != nil || !handed {
			t.Fatalf("%+v: %v, %v", c, handed, err)
		}
		if got := <-heard; got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	only := map[string]dbus.Variant{"desktop-startup-id": dbus.MakeVariant("x")}
	if err := (application{first}).Activate(only); err != nil || <-heard != "x" {
		t.Errorf("of another program: %v", err)
	}
}

// Homes do not share a window, and what a window cannot do is refused with a
// sentence, by the window itself.
func TestASecondStartIsHonouredOrRefused(t *testing.T) {
	bus := dbustest.NewBus(t)
	bus.Setenv()
	var mu sync.Mutex
	var heard []wish // guarded by mu
	prod := wish{home: "/homes/prod/settings.toml", profile: "prod"}
	release, handed, err := claim(t.Context(), prod, func(other wish) error {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, other)
		return prod.refuses(other)
	})
	if err != nil || handed {
		t.Fatalf("the first: %v, %v", handed, err)
	}
	defer release()
	elsewhere, handed, err := claim(t.Context(), wish{home: "/homes/lab/settings.toml"}, func(wish) error { return nil })
	if err != nil || handed {
		t.Errorf("another home: %v, %v", handed, err)
	}
	elsewhere()
	for _, c := range []struct {
		with wish
		want string // "" is honoured
	}{
		{wish{}, ""},
		{wish{hidden: true}, ""},
		{wish{profile: "prod"}, ""},
		{wish{profile: "lab"}, `watches the profile "prod". End it first to watch the profile "lab".`},
		{wish{core: "https://a.example"}, "End it first to watch https://a.example."},
		{wish{silent: true}, "End it first to start it with --no-notify"},
	} {
		c.with.home = prod.home
		_, handed, err := claim(t.Context(), c.with, func(wish) error { return nil })
		if handed != (c.want == "") || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, %v", c.with, handed, err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(heard) != 6 || !heard[1].hidden || heard[3].profile != "lab" || !heard[5].silent {
		t.Errorf("heard %+v", heard)
	}
}
