//go:build linux

package app

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatewatch/internal/desktop/dbustest"
)

// A second start gives its link to the first window and is done; once the
// first has ended, the next one is the first.
func TestASecondStartHandsItsLinkOver(t *testing.T) {
	bus := dbustest.NewBus(t)
	bus.Setenv()
	var mu sync.Mutex
	var heard []string
	ending := false
	release, handed, err := claim(t.Context(), "gatewatch://now", func(link string) bool {
		mu.Lock()
		defer mu.Unlock()
		if ending {
			return false
		}
		heard = append(heard, link)
		return true
	})
	if err != nil || handed {
		t.Fatalf("the first: %v, %v", handed, err)
	}
	never := func(string) bool { t.Error("a second start was given a link"); return true }
	long := "gatewatch://" + strings.Repeat("x", 10<<10)
	sent := []string{"gatewatch://events", "", "gatewatch://a\xff\x00\x1b[2J<b>", long}
	for _, link := range sent {
		if _, handed, err := claim(t.Context(), link, never); err != nil || !handed {
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
	next, handed, err := claim(t.Context(), "gatewatch://spend", func(string) bool { return true })
	if err != nil || handed {
		t.Errorf("after the first has ended: %v, %v", handed, err)
	}
	next()
}

// Without a session bus a window opens all the same.
func TestWithoutABusEachWindowIsOnItsOwn(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/gatewatch-test-bus")
	for range 2 {
		release, handed, err := claim(t.Context(), "", func(string) bool { return true })
		if err != nil || handed {
			t.Errorf("%v, %v", handed, err)
		}
		release()
	}
}
