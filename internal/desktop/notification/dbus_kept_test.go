//go:build unix && !darwin

package notification

import (
	"path/filepath"
	"testing"

	"gatewatch/internal/core/event"
	"gatewatch/internal/desktop/notification/dbustest"
	"gatewatch/internal/desktop/notify"
)

// What a run that was killed left on the screen is taken away by the next one,
// and nothing of another service.
func TestTheNextRunTakesBackWhatAKilledOneLeft(t *testing.T) {
	b := dbustest.NewBus(t)
	service := b.Notifications(allCapabilities...)
	left := filepath.Join(t.TempDir(), "on-screen.json")
	run := func() *dbusSender {
		s := sender(t, b, 0)
		s.o.Left = left
		return s
	}
	killed := run()
	for _, id := range []string{"a", "b", "c"} {
		send(t, killed, notify.Notification{ID: id, Title: id, Severity: event.SeverityCritical, New: true})
	}
	if err := killed.Withdraw(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	if err := killed.Close(); err != nil { // which takes nothing off the screen
		t.Fatal(err)
	}
	gone := len(service.Closed())
	if _, err := run().Capabilities(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := len(service.Closed()) - gone; got != 2 {
		t.Errorf("%d of 2 notifications were taken back: %v", got, service.Closed())
	}
	gone = len(service.Closed())
	if _, err := run().Capabilities(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := len(service.Closed()) - gone; got != 0 {
		t.Errorf("%d were taken back a second time", got)
	}
}
