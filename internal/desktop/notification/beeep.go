//go:build !windows

package notification

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/gen2brain/beeep"

	"gatewatch/internal/desktop/notify"
)

// errBusy is returned while beeep has not come back from an earlier notification.
var errBusy = errors.New("desktop: the notification command does not return")

// beeepSender shows notifications with beeep: one shot each, no replacing, no
// buttons, no clicks, and off the screen after the five seconds that beeep
// fixes. Not for Windows: there beeep may paste the text, unescaped, into a
// PowerShell script.
type beeepSender struct {
	o         Options
	available func() error // nil error if beeep has something to work with
	show      func(title, body string, icon any) error
	alert     func(title, body string, icon any) error
	slot      chan struct{} // holds one token while beeep runs
	responses chan notify.Response
	closing   sync.Once
}

// ourName guards beeep's name for us, which is the whole process's: the first
// Sender's stands.
var ourName sync.Once

func newBeeep(o Options, available func() error) *beeepSender {
	ourName.Do(func() { beeep.AppName = o.App })
	return &beeepSender{
		o:         o,
		available: available,
		show:      beeep.Notify,
		alert:     loud,
		slot:      make(chan struct{}, 1),
		responses: make(chan notify.Response),
	}
}

// Send runs beeep in a goroutine of its own, because beeep has no deadline. If
// it hangs, that one goroutine stays until beeep returns, and further notifications
// fail at once.
func (s *beeepSender) Send(ctx context.Context, n notify.Notification) error {
	if err := s.available(); err != nil {
		return err
	}
	select {
	case s.slot <- struct{}{}:
	default:
		return errBusy
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	show := s.show
	if n.HasSound() {
		show = s.alert
	}
	t, result := textOf(n), make(chan error, 1)
	t.title, t.body = argument(t.title), argument(t.body)
	go func() {
		err := show(t.title, t.body, picture(n.Severity))
		<-s.slot
		result <- err
	}()
	select {
	case err := <-result:
		if err != nil {
			return fmt.Errorf("desktop: beeep: %w: %w", notify.ErrNoService, err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("desktop: beeep: %w", ctx.Err())
	}
}

// Withdraw does nothing: beeep cannot, and its notifications leave by themselves.
func (s *beeepSender) Withdraw(context.Context, string) error { return nil }

// Shows implements notify.Screen: what beeep shows cannot be replaced, and when it goes
// nobody tells.
func (s *beeepSender) Shows(string) bool { return false }

func (s *beeepSender) Responses() <-chan notify.Response { return s.responses }

func (s *beeepSender) Capabilities(context.Context) (notify.Capabilities, error) {
	if err := s.available(); err != nil {
		return notify.Capabilities{}, err
	}
	return notify.Capabilities{Driver: "beeep", Sound: beeepSounds}, nil
}

func (s *beeepSender) Close() error {
	s.closing.Do(func() { close(s.responses) })
	return nil
}
