package run

import (
	"net"
	"testing"
	"time"

	"gatewatch/internal/store/config"
)

func TestSurroundings(t *testing.T) {
	start := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	on, wall, ran := true, time.Duration(0), time.Duration(0)
	s := &systemMonitor{
		online: func() bool { return on },
		now:    func() time.Time { return start.Add(wall) },
		ran:    func() time.Duration { return ran },
	}
	pass := func(w, r time.Duration, want systemEvent) time.Time {
		t.Helper()
		wall, ran = wall+w, ran+r
		got, since := s.poll()
		if got != want {
			t.Errorf("at %v: %d, want %d", wall, got, want)
		}
		return since
	}
	const tick = 5 * time.Second
	pass(0, 0, same)
	pass(tick, tick, same)
	on = false
	pass(tick, tick, wentOffline)
	pass(tick, tick, same)
	on = true
	if since := pass(tick, tick, cameBack); !since.Equal(start.Add(2 * tick)) {
		t.Errorf("back since %v", since)
	}
	pass(tick, tick, same)
	if since := pass(8*time.Hour, tick, cameBack); !since.Equal(start.Add(5 * tick)) {
		t.Errorf("slept since %v", since)
	}
	pass(-2*time.Hour, tick, same) // the clock was set back: no sleep
}

func TestOnThisMachine(t *testing.T) {
	for address, want := range map[string]bool{
		"http://127.0.0.1:5000": true, "http://[::1]:5000": true, "http://localhost": true,
		"https://gateway.example.com": false, "": false, "http://10.0.0.1": false,
	} {
		if got := onThisMachine(config.Profile{CoreURL: address}); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
}

func TestUsable(t *testing.T) {
	for text, want := range map[string]bool{
		"192.168.1.5/24": true, "169.254.3.4/16": false, "fe80::1/64": false, "127.0.0.1/8": false, "2001:db8::1/64": true,
	} {
		ip, network, err := net.ParseCIDR(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := usable([]net.Addr{&net.IPNet{IP: ip, Mask: network.Mask}}); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
