//go:build unix && !darwin

package desktop

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"gatewatch/internal/desktop/dbustest"
	"gatewatch/internal/event"
	"gatewatch/internal/notify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// allCapabilities are dunst's and GNOME's together.
var allCapabilities = []string{"actions", "body", "body-markup", "icon-static", "persistence", "sound"}

// sender opens the D-Bus driver alone on b; it ends with the test.
func sender(t *testing.T, b *dbustest.Bus, timeout time.Duration) *dbusSender {
	t.Helper()
	s := newDBus(Options{Address: b.Address, Timeout: timeout}.withDefaults())
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func send(t *testing.T, s notify.Sender, n notify.Notice) {
	t.Helper()
	if err := s.Send(t.Context(), n); err != nil {
		t.Fatalf("Send %q: %v", n.ID, err)
	}
}

var outage = notify.Notice{
	ID:       "provider.unhealthy/openai",
	Title:    "OpenAI is unhealthy — prod",
	Body:     "31 % of 214 requests failed in 5 min.",
	Severity: event.SeverityCritical,
	Route:    "/alerts?id=provider.unhealthy/openai",
	Actions:  []notify.Action{notify.ActionAcknowledge, notify.ActionSnooze},
}

func TestSendTellsTheServiceEverything(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 0)
	send(t, s, outage)

	got := service.WaitCalls(1)[0]
	want := dbustest.Call{
		App: "Gatewatch", Icon: "gatewatch", Title: outage.Title, Body: outage.Body,
		Actions: []string{"default", "Open", "acknowledge", "Acknowledge", "snooze", "Snooze 1 h"},
		Timeout: -1, Number: 1,
	}
	hints := got.Hints
	got.Hints = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Notify (-want +got):\n%s", diff)
	}
	got.Hints = hints
	if u := got.Urgency(); u != 2 {
		t.Errorf("urgency %d, want 2", u)
	}
	if e := got.Text("desktop-entry"); e != "gatewatch" {
		t.Errorf("desktop-entry %q", e)
	}
	if sound := got.Text("sound-name"); sound != "dialog-error" || got.Silent() {
		t.Errorf("sound-name %q, silent %v", sound, got.Silent())
	}
}

func TestSeverities(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 0)
	for _, tt := range []struct {
		severity event.Severity
		silent   bool
		urgency  byte
		sound    string
	}{
		{event.SeverityCritical, false, 2, "dialog-error"},
		{event.SeverityWarning, false, 1, "dialog-warning"},
		{event.SeverityInfo, false, 1, "dialog-information"},
		{"", false, 1, "dialog-information"},
		{event.SeverityInfo, true, 1, ""},
		{event.SeverityCritical, true, 2, ""},
	} {
		send(t, s, notify.Notice{ID: "x", Title: "x", Severity: tt.severity, Silent: tt.silent, New: true})
		calls := service.Calls()
		c := calls[len(calls)-1]
		if c.Urgency() != tt.urgency || c.Text("sound-name") != tt.sound || c.Silent() != tt.silent {
			t.Errorf("%q silent=%v: urgency %d sound %q suppressed %v", tt.severity, tt.silent,
				c.Urgency(), c.Text("sound-name"), c.Silent())
		}
		var p pixels
		if err := dbus.Store([]any{c.Hints["image-data"].Value()}, &p); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(picture(tt.severity)))
		if err != nil {
			t.Fatal(err)
		}
		if size := img.Bounds().Size(); int(p.Width) != size.X || int(p.Height) != size.Y ||
			p.Stride != 4*p.Width || len(p.Data) != int(p.Stride*p.Height) || !p.Alpha || p.Channels != 4 || p.BitsPerSample != 8 {
			t.Errorf("%q: image-data %dx%d stride %d, %d bytes", tt.severity, p.Width, p.Height, p.Stride, len(p.Data))
		}
	}
}

// What a service does not announce it must not get.
func TestCapabilitiesDecideTheForm(t *testing.T) {
	n := notify.Notice{ID: "x", Title: "a < b", Body: `<b>&</b> "q"`, Actions: []notify.Action{notify.ActionAcknowledge}}
	tests := []struct {
		name         string
		capabilities []string
		want         dbustest.Call
	}{
		{"markup", []string{"actions", "body", "body-markup"}, dbustest.Call{
			Title: "a < b", Body: `&lt;b&gt;&amp;&lt;/b&gt; "q"`,
			Actions: []string{"default", "Open", "acknowledge", "Acknowledge"}}},
		{"plain", []string{"actions", "body"}, dbustest.Call{
			Title: "a < b", Body: `‹b›&‹/b› "q"`,
			Actions: []string{"default", "Open", "acknowledge", "Acknowledge"}}},
		{"no actions", []string{"body"}, dbustest.Call{Title: "a < b", Body: `‹b›&‹/b› "q"`, Actions: []string{}}},
		{"title only", nil, dbustest.Call{Title: `a < b — <b>&</b> "q"`, Actions: []string{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bus := dbustest.NewBus(t)
			service := bus.Notifications(tt.capabilities...)
			send(t, sender(t, bus, 0), n)
			c := service.WaitCalls(1)[0]
			got := dbustest.Call{Title: c.Title, Body: c.Body, Actions: c.Actions}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSameIDReplaces(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 0)
	send(t, s, notify.Notice{ID: "a", Title: "one"})
	send(t, s, notify.Notice{ID: "b", Title: "other"})
	send(t, s, notify.Notice{ID: "a", Title: "two"})
	got := titles(service.Screen())
	if diff := cmp.Diff([]string{"two", "other"}, got); diff != "" {
		t.Errorf("screen (-want +got):\n%s", diff)
	}
	if last := service.Calls()[2]; last.Replaces != 1 {
		t.Errorf("replaces_id %d, want 1", last.Replaces)
	}
}

func TestNewIsAFreshBubbleAndTheOldOneGoes(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 0)
	send(t, s, notify.Notice{ID: "a", Title: "warning"})
	send(t, s, notify.Notice{ID: "a", Title: "critical", New: true})
	if last := service.Calls()[1]; last.Replaces != 0 || last.Number != 2 {
		t.Errorf("replaces_id %d, number %d, want 0 and 2", last.Replaces, last.Number)
	}
	if diff := cmp.Diff([]uint32{1}, service.Closed()); diff != "" {
		t.Errorf("closed (-want +got):\n%s", diff)
	}
	send(t, s, notify.Notice{ID: "a", Title: "update"})
	if diff := cmp.Diff([]string{"update"}, titles(service.Screen())); diff != "" {
		t.Errorf("screen (-want +got):\n%s", diff)
	}
}

func TestWithdraw(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 0)
	if err := s.Withdraw(t.Context(), "never sent"); err != nil {
		t.Errorf("before any notice: %v", err)
	}
	send(t, s, notify.Notice{ID: "a", Title: "one"})
	send(t, s, notify.Notice{ID: "b", Title: "two"})
	for range 2 { // the second time there is nothing to do
		if err := s.Withdraw(t.Context(), "a"); err != nil {
			t.Errorf("Withdraw: %v", err)
		}
	}
	if diff := cmp.Diff([]uint32{1}, service.Closed()); diff != "" {
		t.Errorf("closed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"two"}, titles(service.Screen())); diff != "" {
		t.Errorf("screen (-want +got):\n%s", diff)
	}
}

func titles(calls []dbustest.Call) (all []string) {
	for _, c := range calls {
		all = append(all, c.Title)
	}
	return all
}

// await reads one response.
func await(t *testing.T, s notify.Sender) notify.Response {
	t.Helper()
	select {
	case r, ok := <-s.Responses():
		if !ok {
			t.Fatal("Responses is closed")
		}
		return r
	case <-time.After(dbustest.Patience):
		t.Fatal("no response")
		return notify.Response{}
	}
}

func TestClicksBecomeResponses(t *testing.T) {
	for key, want := range map[string]notify.Action{
		"default":     notify.ActionOpen,
		"open":        notify.ActionOpen,
		"acknowledge": notify.ActionAcknowledge,
		"snooze":      notify.ActionSnooze,
	} {
		t.Run(key, func(t *testing.T) {
			bus := dbustest.NewBus(t)
			service := bus.Notifications(allCapabilities...)
			s := sender(t, bus, 0)
			send(t, s, outage)
			service.Invoke(service.WaitCalls(1)[0].Number, key)
			if diff := cmp.Diff(notify.Response{ID: outage.ID, Action: want, Route: outage.Route}, await(t, s)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Nothing but a click on our own bubble, told by the service itself, counts.
// Each case ends with a true click: only that one may come out.
func TestOnlyClicksAreResponses(t *testing.T) {
	tests := []struct {
		name string
		do   func(t *testing.T, bus *dbustest.Bus, service *dbustest.Notifications, other uint32)
	}{
		{"dismissed", func(_ *testing.T, _ *dbustest.Bus, service *dbustest.Notifications, other uint32) {
			service.Dismiss(other)
		}},
		{"expired", func(_ *testing.T, _ *dbustest.Bus, service *dbustest.Notifications, other uint32) {
			service.Expire(other)
		}},
		{"unknown key", func(_ *testing.T, _ *dbustest.Bus, service *dbustest.Notifications, other uint32) {
			service.InvokeListed(other, "format-disk")
		}},
		{"another program's bubble", func(_ *testing.T, _ *dbustest.Bus, service *dbustest.Notifications, _ uint32) {
			service.Invoke(4711, "default")
		}},
		{"forged by another program", func(t *testing.T, bus *dbustest.Bus, _ *dbustest.Notifications, other uint32) {
			forger := bus.Connect()
			err := forger.Emit("/org/freedesktop/Notifications", "org.freedesktop.Notifications.ActionInvoked", other, "acknowledge")
			if err != nil {
				t.Fatal(err)
			}
			// The bus keeps the order of what one client sends: when this
			// answer is here, the forgery has been passed on.
			if err := forger.BusObject().Call("org.freedesktop.DBus.GetId", 0).Err; err != nil {
				t.Fatal(err)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bus := dbustest.NewBus(t)
			service := bus.Notifications(allCapabilities...)
			s := sender(t, bus, 0)
			send(t, s, notify.Notice{ID: "other", Title: "other"})
			send(t, s, outage)
			calls := service.WaitCalls(2)
			tt.do(t, bus, service, calls[0].Number)
			service.Invoke(calls[1].Number, "acknowledge")
			if r := await(t, s); r.ID != outage.ID || r.Action != notify.ActionAcknowledge {
				t.Errorf("got %+v first", r)
			}
		})
	}
}

// A bubble that expired is off the screen, so an update needs a new one; but
// desktops with a list still report clicks on it.
func TestExpiredBubble(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 0)
	send(t, s, outage)
	service.Expire(1)
	service.InvokeListed(1, "default")
	if r := await(t, s); r.ID != outage.ID {
		t.Errorf("response %+v", r)
	}
	send(t, s, outage)
	if last := service.Calls()[1]; last.Replaces != 0 {
		t.Errorf("replaces_id %d for a bubble that is gone", last.Replaces)
	}
}

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
	send(t, s, notify.Notice{ID: outage.ID, Title: "again"})
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

// The daemon dies with our notice unanswered and another comes up: the notice
// goes to that one.
func TestServiceReplacedInMidCall(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, dbustest.Patience)
	send(t, s, notify.Notice{ID: "a", Title: "before"})
	service.Freeze()
	result := make(chan error)
	go func() { result <- s.Send(t.Context(), notify.Notice{ID: "a", Title: "after"}) }()
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
	send(t, s, notify.Notice{ID: "a", Title: "after"})
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
	if r := await(t, s); r.Action != notify.ActionSnooze {
		t.Errorf("response %+v", r)
	}
}

// A service that has stopped costs the deadline, not more; and when it goes on,
// the notice it was slow with and its repetition do not both stay.
func TestFrozenService(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 300*time.Millisecond)
	send(t, s, notify.Notice{ID: "first", Title: "first"})
	service.Freeze()
	for range 3 {
		err := s.Send(t.Context(), notify.Notice{ID: "a", Title: "old"})
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, notify.ErrNoService) {
			t.Fatalf("frozen service: %v, want only DeadlineExceeded", err)
		}
	}
	service.Thaw()
	service.WaitCalls(4)
	service.WaitScreen(2) // "first" and one of the three
	send(t, s, notify.Notice{ID: "a", Title: "new"})
	if got := titles(service.WaitScreen(2)); got[1] != "new" {
		t.Errorf("screen %q", got)
	}
}

// A service that stays frozen is not sent ever more.
func TestFrozenServiceIsNotBuried(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 0)
	send(t, s, notify.Notice{ID: "first", Title: "first"})
	s.o.Timeout = 30 * time.Millisecond
	service.Freeze()
	var err error
	for range maxLate + 3 {
		if err = s.Send(t.Context(), outage); err == nil {
			t.Fatal("a frozen service took a notice")
		}
	}
	if !errors.Is(err, errStuck) {
		t.Errorf("last error %v, want errStuck", err)
	}
	service.Thaw()
	if n := len(service.WaitCalls(1 + maxLate)); n != 1+maxLate {
		t.Errorf("%d notices reached the service, want %d", n, 1+maxLate)
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
			err := s.Send(t.Context(), notify.Notice{ID: "after", Title: "after"})
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
		t.Errorf("%d bubbles after Close, want the one that was shown", n)
	}
}

func TestBubblesAreBounded(t *testing.T) {
	var bs bubbles
	for i := range uint32(3 * maxBubbles) {
		bs.add(&bubble{id: "x", number: i + 1})
	}
	if len(bs.all) != maxBubbles {
		t.Errorf("%d bubbles remembered, want %d", len(bs.all), maxBubbles)
	}
	if bs.numbered(3*maxBubbles) == nil {
		t.Error("the newest was forgotten")
	}
}
