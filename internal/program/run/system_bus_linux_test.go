package run

import (
	"context"
	"testing"
	"time"

	"gatewatch/internal/desktop/notification/dbustest"
)

// TestTheSystemTellsOfSleepAndNetwork plays logind and NetworkManager.
func TestTheSystemTellsOfSleepAndNetwork(t *testing.T) {
	bus := dbustest.NewBus(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.Address)
	ctx, cancel := context.WithCancel(t.Context())
	woke, moved := make(chan struct{}, 8), make(chan struct{}, 8)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		followSystem(ctx, func() { woke <- struct{}{} }, func() { moved <- struct{}{} })
	}()
	system := bus.Connect()
	emit := func(say func() error, heard <-chan struct{}) {
		t.Helper()
		for end := time.Now().Add(dbustest.Patience); ; {
			if err := say(); err != nil {
				t.Fatal(err)
			}
			select {
			case <-heard:
				return
			case <-time.After(50 * time.Millisecond): // it may not listen yet
			}
			if time.Now().After(end) {
				t.Fatal("nothing was heard")
			}
		}
	}
	emit(func() error { return system.Emit(networkPath, networkName+".StateChanged", uint32(70)) }, moved)
	if err := system.Emit(logindPath, logindInterface+".PrepareForSleep", true); err != nil {
		t.Fatal(err)
	}
	emit(func() error { return system.Emit(logindPath, logindInterface+".PrepareForSleep", false) }, woke)
	if len(woke) != 0 {
		t.Error("going to sleep was told as waking up")
	}
	cancel()
	<-ended
}

// A sleep that the system tells of counts, however short; what it does not tell
// is known by the clock.
func TestAToldSleepCountsAtOnce(t *testing.T) {
	now, ran := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), time.Duration(0)
	s := &systemMonitor{online: func() bool { return true }, now: func() time.Time { return now }, ran: func() time.Duration { return ran }}
	s.poll()
	step := func(wall, mono time.Duration) systemEvent {
		now, ran = now.Add(wall), ran+mono
		c, _ := s.poll()
		return c
	}
	if c := step(5*time.Second, 5*time.Second); c != same {
		t.Errorf("nothing happened: %d", c)
	}
	s.woke()
	if c := step(4*time.Second, time.Second); c != cameBack {
		t.Errorf("a short sleep that was told: %d", c)
	}
	if c := step(4*time.Second, time.Second); c != same {
		t.Errorf("it was told once: %d", c)
	}
	if c := step(time.Hour, time.Second); c != cameBack {
		t.Errorf("a long sleep that nobody told: %d", c)
	}
}
