//go:build unix && !darwin

package notification

import (
	"bytes"
	"image/png"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"gatewatch/internal/core/event"
	"gatewatch/internal/desktop/notification/dbustest"
	"gatewatch/internal/desktop/notify"
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

func send(t *testing.T, s notify.Sender, n notify.Notification) {
	t.Helper()
	if err := s.Send(t.Context(), n); err != nil {
		t.Fatalf("Send %q: %v", n.ID, err)
	}
}

var outage = notify.Notification{
	ID:       "provider.unhealthy/openai",
	Title:    "OpenAI is unhealthy — prod",
	Body:     "31 % of 214 requests failed in 5 min.",
	Severity: event.SeverityCritical,
	Route:    "/alerts?id=provider.unhealthy/openai",
	Actions:  []notify.Action{notify.ActionAcknowledge, notify.ActionSilence},
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
		{event.SeverityWarning, false, 1, ""},
		{event.SeverityInfo, false, 1, ""},
		{"", false, 1, ""},
		{event.SeverityInfo, true, 1, ""},
		{event.SeverityCritical, true, 2, ""},
	} {
		send(t, s, notify.Notification{ID: "x", Title: "x", Severity: tt.severity, Silent: tt.silent, New: true})
		calls := service.Calls()
		c := calls[len(calls)-1]
		if c.Urgency() != tt.urgency || c.Text("sound-name") != tt.sound || c.Silent() != (tt.sound == "") {
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
	n := notify.Notification{ID: "x", Title: "a < b", Body: `<b>&</b> "q"`, Actions: []notify.Action{notify.ActionAcknowledge}}
	tests := []struct {
		name         string
		capabilities []string
		want         dbustest.Call
	}{
		{"markup", []string{"actions", "body", "body-markup"}, dbustest.Call{
			Title: "a < b", Body: `&lt;b&gt;&amp;&lt;/b&gt; "q"`,
			Actions: []string{"default", "Open", "acknowledge", "Acknowledge"},
		}},
		{"plain", []string{"actions", "body"}, dbustest.Call{
			Title: "a < b", Body: `‹b›&‹/b› "q"`,
			Actions: []string{"default", "Open", "acknowledge", "Acknowledge"},
		}},
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
	send(t, s, notify.Notification{ID: "a", Title: "one"})
	send(t, s, notify.Notification{ID: "b", Title: "other"})
	send(t, s, notify.Notification{ID: "a", Title: "two"})
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
	send(t, s, notify.Notification{ID: "a", Title: "warning"})
	send(t, s, notify.Notification{ID: "a", Title: "critical", New: true})
	if last := service.Calls()[1]; last.Replaces != 0 || last.Number != 2 {
		t.Errorf("replaces_id %d, number %d, want 0 and 2", last.Replaces, last.Number)
	}
	if diff := cmp.Diff([]uint32{1}, service.Closed()); diff != "" {
		t.Errorf("closed (-want +got):\n%s", diff)
	}
	send(t, s, notify.Notification{ID: "a", Title: "update"})
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
	send(t, s, notify.Notification{ID: "a", Title: "one"})
	send(t, s, notify.Notification{ID: "b", Title: "two"})
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
		"snooze":      notify.ActionSilence,
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

// Nothing but a click on our own notification, told by the service itself, counts.
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
		{"another program's notification", func(_ *testing.T, _ *dbustest.Bus, service *dbustest.Notifications, _ uint32) {
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
			send(t, s, notify.Notification{ID: "other", Title: "other"})
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

// A notification that expired is off the screen, so an update needs a new one; but
// desktops with a list still report clicks on it.
func TestExpiredBubble(t *testing.T) {
	bus := dbustest.NewBus(t)
	service := bus.Notifications(allCapabilities...)
	s := sender(t, bus, 0)
	shows := &fallback{members: []notify.Sender{s, newBeeep(Options{}.withDefaults(), nil)}}
	send(t, s, outage)
	if !shows.Shows(outage.ID) || shows.Shows("another") {
		t.Error("what is shown is not known")
	}
	service.Expire(1)
	service.InvokeListed(1, "default")
	if r := await(t, s); r.ID != outage.ID {
		t.Errorf("response %+v", r)
	}
	if shows.Shows(outage.ID) {
		t.Error("it expired, and is said to be shown")
	}
	send(t, s, outage)
	if last := service.Calls()[1]; last.Replaces != 0 {
		t.Errorf("replaces_id %d for a notification that is gone", last.Replaces)
	}
}
