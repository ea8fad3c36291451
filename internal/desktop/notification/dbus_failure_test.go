//go:build unix && !darwin

package notification

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/desktop/notification/dbustest"
	"gatewatch/internal/desktop/notify"
)

func TestCapabilities(t *testing.T) {
	bus := dbustest.NewBus(t)
	bus.Notifications("actions", "body")
	got, err := sender(t, bus, 0).Capabilities(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := notify.Capabilities{Driver: "dbus", Server: "test service 1.0", Replace: true, Actions: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// quick is how long "at once" may take on a busy machine; a hang would be
// DefaultTimeout or for ever.
const quick = DefaultTimeout / 2

func TestNoService(t *testing.T) {
	empty := dbustest.NewBus(t)
	gone := dbustest.NewBus(t)
	gone.Stop()
	for name, address := range map[string]string{
		"bus without a service": empty.Address,
		"bus that is gone":      gone.Address,
		"not an address":        "nonsense",
		"no bus":                noBus,
	} {
		t.Run(name, func(t *testing.T) {
			s := newDBus(Options{Address: address}.withDefaults())
			defer s.Close()
			began := time.Now()
			if err := s.Send(t.Context(), outage); !errors.Is(err, notify.ErrNoService) {
				t.Errorf("Send: %v, want ErrNoService", err)
			}
			if _, err := s.Capabilities(t.Context()); !errors.Is(err, notify.ErrNoService) {
				t.Errorf("Capabilities: %v, want ErrNoService", err)
			}
			if err := s.Withdraw(t.Context(), outage.ID); err != nil {
				t.Errorf("Withdraw: %v", err)
			}
			if took := time.Since(began); took > quick {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestServiceThatComesLater(t *testing.T) {
	bus := dbustest.NewBus(t)
	s := sender(t, bus, 0)
	if err := s.Send(t.Context(), outage); !errors.Is(err, notify.ErrNoService) {
		t.Fatalf("Send: %v, want ErrNoService", err)
	}
	service := bus.Notifications(allCapabilities...)
	send(t, s, outage)
	service.WaitCalls(1)
}

// Another daemon takes over while we run: its numbers are not the former's,
// and its capabilities are asked for anew.
func TestServiceReplaced(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 0)
	send(t, s, outage)
	service.Vanish()
	service.Return()
	asked := service.Asked()
	send(t, s, notify.Notification{ID: outage.ID, Title: "again"})
	last := service.Calls()[1]
	if last.Replaces != 0 {
		t.Errorf("replaces_id %d, which another daemon gave", last.Replaces)
	}
	if service.Asked() <= asked {
		t.Error("the new daemon was not asked for its capabilities")
	}
	service.Invoke(last.Number, "default")
	if r := await(t, s); r.ID != outage.ID {
		t.Errorf("response %+v", r)
	}
}

// The daemon dies with our notification unanswered and another comes up: the one
// goes to that one.
func TestServiceReplacedInMidCall(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, dbustest.Patience)
	send(t, s, notify.Notification{ID: "a", Title: "before"})
	service.Freeze()
	result := make(chan error)
	go func() { result <- s.Send(t.Context(), notify.Notification{ID: "a", Title: "after"}) }()
	select {
	case err := <-result:
		t.Fatalf("a frozen service took the notice: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	service.Vanish()
	if err := <-result; !errors.Is(err, notify.ErrNoService) {
		t.Errorf("with no daemon at all: %v, want ErrNoService", err)
	}
	service.Thaw()
	service.Return()
	send(t, s, notify.Notification{ID: "a", Title: "after"})
	if got := titles(service.Screen()); len(got) != 1 || got[0] != "after" {
		t.Errorf("screen %q", got)
	}
}

func TestBusRestart(t *testing.T) {
	bus := dbustest.NewBus(t)
	bus.Notifications(allCapabilities...)
	s := sender(t, bus, 0)
	send(t, s, outage)
	bus.Stop()
	if err := s.Send(t.Context(), outage); !errors.Is(err, notify.ErrNoService) {
		t.Errorf("without a bus: %v, want ErrNoService", err)
	}
	bus.Start()
	service := bus.Notifications(allCapabilities...)
	send(t, s, outage)
	service.Invoke(service.WaitCalls(1)[0].Number, "snooze")
	if r := await(t, s); r.Action != notify.ActionSilence {
		t.Errorf("response %+v", r)
	}
}

// A service that has stopped costs the deadline, not more; and when it goes on,
// the notification it was slow with and its repetition do not both stay.
func TestFrozenService(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 300*time.Millisecond)
	send(t, s, notify.Notification{ID: "first", Title: "first"})
	service.Freeze()
	for range 3 {
		err := s.Send(t.Context(), notify.Notification{ID: "a", Title: "old"})
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, notify.ErrNoService) {
			t.Fatalf("frozen service: %v, want only DeadlineExceeded", err)
		}
	}
	service.Thaw()
	service.WaitCalls(4)
	service.WaitScreen(2) // "first" and one of the three
	send(t, s, notify.Notification{ID: "a", Title: "new"})
	if got := titles(service.WaitScreen(2)); got[1] != "new" {
		t.Errorf("screen %q", got)
	}
}

// A service that stays frozen is not sent ever more.
func TestFrozenServiceIsNotBuried(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 0)
	send(t, s, notify.Notification{ID: "first", Title: "first"})
	s.o.Timeout = 30 * time.Millisecond
	service.Freeze()
	var err error
	for range maxUnanswered + 3 {
		if err = s.Send(t.Context(), outage); err == nil {
			t.Fatal("a frozen service took a notice")
		}
	}
	if !errors.Is(err, errStuck) {
		t.Errorf("last error %v, want errStuck", err)
	}
	service.Thaw()
	if n := len(service.WaitCalls(1 + maxUnanswered)); n != 1+maxUnanswered {
		t.Errorf("%d notices reached the service, want %d", n, 1+maxUnanswered)
	}
}

func TestFrozenBus(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 200*time.Millisecond)
	fresh := sender(t, bus, 200*time.Millisecond)
	send(t, s, outage)
	bus.Freeze()
	defer bus.Thaw()
	for _, s := range []*dbusSender{s, fresh} {
		if err := s.Send(t.Context(), outage); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("frozen bus: %v, want DeadlineExceeded", err)
		}
	}
	bus.Thaw()
	for i, s := range []*dbusSender{s, fresh} {
		for deadline := time.Now().Add(dbustest.Patience); ; {
			err := s.Send(t.Context(), notify.Notification{ID: "after", Title: "after"})
			if err == nil {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("sender %d after the thaw: %v", i, err)
			}
		}
	}
	service.WaitScreen(3) // outage, and "after" of each of the two
}

func TestContextEndsSend(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, dbustest.Patience)
	service.Freeze()
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() { result <- s.Send(ctx, outage) }()
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("Send: %v, want Canceled", err)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := newDBus(Options{Address: bus.Address, Timeout: dbustest.Patience}.withDefaults())
	send(t, s, outage)
	service.Freeze()
	result := make(chan error)
	go func() { result <- s.Send(t.Context(), outage) }()
	time.Sleep(20 * time.Millisecond) // most likely in the call by now; right either way
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := <-result; err == nil {
		t.Error("a Send that Close overtook succeeded")
	}
	if _, ok := <-s.Responses(); ok {
		t.Error("a response after Close")
	}
	if err := s.Send(t.Context(), outage); !errors.Is(err, errClosed) {
		t.Errorf("Send after Close: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if n := len(service.Screen()); n != 1 {
		t.Errorf("%d notifications after Close, want the one that was shown", n)
	}
}

func TestBubblesAreBounded(t *testing.T) {
	var bs shownNotifications
	for i := range uint32(3 * maxShown) {
		bs.add(&shownNotification{id: "x", number: i + 1})
	}
	if len(bs.all) != maxShown {
		t.Errorf("%d notifications remembered, want %d", len(bs.all), maxShown)
	}
	if bs.numbered(3*maxShown) == nil {
		t.Error("the newest was forgotten")
	}
}

// The one lock stands many callers, and Close in between.
func TestManyCallers(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := newDBus(Options{Address: bus.Address, Timeout: dbustest.Patience}.withDefaults())
	const callers, each = 8, 10
	var work sync.WaitGroup
	for c := range callers {
		work.Go(func() {
			id := fmt.Sprint("notice ", c)
			for i := range each {
				if err := s.Send(t.Context(), notify.Notification{ID: id, Title: id, New: i%3 == 0}); err != nil {
					t.Error(err)
				}
				if _, err := s.Capabilities(t.Context()); err != nil {
					t.Error(err)
				}
			}
			if c%2 == 0 {
				if err := s.Withdraw(t.Context(), id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	if n := len(service.Calls()); n != callers*each {
		t.Errorf("%d calls, want %d", n, callers*each)
	}
	service.WaitScreen(callers / 2)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// Whenever a caller gives up, in the midst of connecting or calling, Close
// finds nothing that lasts for ever.
func TestGivingUpAtAnyMoment(t *testing.T) {
	bus := dbustest.NewBus(t)
	bus.Notifications(allCapabilities...)
	began := time.Now()
	send(t, sender(t, bus, 0), outage)
	whole := time.Since(began)
	const moments = 60
	for i := range moments {
		s := newDBus(Options{Address: bus.Address}.withDefaults())
		ctx, cancel := context.WithTimeout(t.Context(), whole*time.Duration(i)/moments)
		if err := s.Send(ctx, outage); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("gave up after %d/%d: %v", i, moments, err)
		}
		cancel()
		closed := make(chan error)
		go func() { closed <- s.Close() }()
		select {
		case err := <-closed:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(dbustest.Patience):
			t.Fatalf("gave up after %d/%d: Close hangs", i, moments)
		}
	}
}

// A connection that broke before anybody listened still ends the listener.
func TestListenEndsWithItsConnection(t *testing.T) {
	bus := dbustest.NewBus(t)
	s := sender(t, bus, 0)
	conn, err := s.dial(t.Context(), bus.Address)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	signals := make(chan *dbus.Signal)
	conn.Signal(signals) // is not kept, nor ever closed
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.listen(conn, signals)
	}()
	select {
	case <-ended:
	case <-time.After(dbustest.Patience):
		t.Fatal("listen goes on")
	}
}
