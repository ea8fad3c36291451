package notification

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"git.sr.ht/~jackmordaunt/go-toast/v2/wintoast"

	"gatewatch/internal/core/event"
	"gatewatch/internal/desktop/notify"
)

// activatorID is the COM class by which Windows reports clicks; ours alone.
const activatorID = "{6B1E4C0A-93F7-4C56-9B1B-0D6C7F2A5E31}"

var (
	errClosed = errors.New("desktop: the sender is closed")
	errStuck  = errors.New("desktop: Windows does not take the toast")
)

// toasts shows notifications as Windows toasts. They cannot be replaced or taken
// back: the library sets neither tag nor group.
//
// One goroutine, locked to its thread, makes every COM call: the apartment
// lives as long as the thread that entered it.
type toasts struct {
	o         Options
	jobs      chan func()
	stop      chan struct{}
	closing   sync.Once
	work      sync.WaitGroup
	mu        sync.Mutex // guards closed and sends on responses
	closed    bool
	responses chan notify.Response
}

func newToasts(o Options) *toasts {
	s := &toasts{
		o:         o,
		jobs:      make(chan func()),
		stop:      make(chan struct{}),
		responses: make(chan notify.Response, responseQueue),
	}
	s.work.Go(s.run)
	return s
}

func (s *toasts) run() {
	runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
	wintoast.SetActivationCallback(s.activated)
	err := wintoast.SetAppData(wintoast.AppData{
		AppID: s.o.App, GUID: activatorID, IconPath: s.picturePath(event.SeverityInfo),
	})
	if err != nil {
		s.o.Log.Warn("toasts have no name or icon", "err", err)
	}
	for {
		select {
		case job := <-s.jobs:
			job()
		case <-s.stop:
			return
		}
	}
}

// activated takes a click, on a thread of Windows. Dismissals do not come here.
func (s *toasts) activated(_, arguments string, _ []wintoast.UserData) {
	r, ok := toastResponse(arguments)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	select {
	case s.responses <- r:
	default:
		s.o.Log.Warn("a click on a notice is lost: nobody reads them")
	}
}

// picturePath writes a severity's picture where a toast can read it and says
// where; "" if that fails.
func (s *toasts) picturePath(severity event.Severity) string {
	folder, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	folder = filepath.Join(folder, "gatewatch")
	path := filepath.Join(folder, "notice-"+string(severity)+".png")
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return ""
	}
	if err := os.WriteFile(path, picture(severity), 0o600); err != nil {
		return ""
	}
	return path
}

func (s *toasts) Send(ctx context.Context, n notify.Notification) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	severity := n.Severity
	if severity == "" {
		severity = event.SeverityInfo
	}
	result := make(chan error, 1)
	job := func() { result <- wintoast.Push(s.o.App, toastXML(n, s.picturePath(severity))) }
	select {
	case s.jobs <- job:
	case <-s.stop:
		return errClosed
	case <-ctx.Done(): // the job before is stuck
		return fmt.Errorf("%w: %w", errStuck, ctx.Err())
	}
	select {
	case err := <-result:
		if err != nil {
			return fmt.Errorf("desktop: show a toast: %w: %w", notify.ErrNoService, err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", errStuck, ctx.Err())
	}
}

// Withdraw does nothing; see toasts.
func (s *toasts) Withdraw(context.Context, string) error { return nil }

func (s *toasts) Responses() <-chan notify.Response { return s.responses }

func (s *toasts) Capabilities(context.Context) (notify.Capabilities, error) {
	return notify.Capabilities{Driver: "toast", Server: "Windows", Actions: true, Sound: true}, nil
}

// Close waits for the toast that is being shown.
func (s *toasts) Close() error {
	s.closing.Do(func() {
		close(s.stop)
		s.work.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.closed = true
		close(s.responses)
	})
	return nil
}
