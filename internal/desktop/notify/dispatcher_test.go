package notify

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
)

// screen is a Sender that remembers.
type screen struct {
	mu        sync.Mutex
	shown     []Notification
	withdrawn []string
	err       error
	slow      time.Duration
	responses chan Response
}

func newScreen() *screen { return &screen{responses: make(chan Response)} }

func (s *screen) Send(ctx context.Context, n Notification) error {
	if s.slow > 0 {
		select {
		case <-time.After(s.slow):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.shown = append(s.shown, n)
	}
	return s.err
}

func (s *screen) Withdraw(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.withdrawn = append(s.withdrawn, id)
	return nil
}

func (s *screen) Responses() <-chan Response { return s.responses }

func (s *screen) Capabilities(context.Context) (Capabilities, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Capabilities{Replace: true}, s.err
}

func (s *screen) Close() error { close(s.responses); return nil }

func (s *screen) titles() (ts []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.shown {
		ts = append(ts, n.Title)
	}
	return ts
}

// fakeLog is a Log and a Recorder that remembers.
type fakeLog struct {
	mu        sync.Mutex
	lines     []string
	decisions []Decision
}

func (b *fakeLog) LogIntended(_ context.Context, entries []LogEntry) error {
	return b.write("intend", entries)
}

func (b *fakeLog) LogDelivered(_ context.Context, entries []LogEntry) error {
	return b.write("deliver", entries)
}

func (b *fakeLog) write(what string, entries []LogEntry) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range entries {
		b.lines = append(b.lines, what+" "+w.Fingerprint)
	}
	return nil
}

func (b *fakeLog) Decided(d Decision) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.decisions = append(b.decisions, d)
}

func unhealthy(fp string) alert.Change {
	now := time.Now()
	return alert.Change{Kind: alert.Fired, From: alert.StatusPending, At: now, Alert: alert.Alert{
		Fingerprint: fp, Life: 1, Rule: "provider.unhealthy", Category: alert.CategoryProvider, Severity: event.SeverityCritical,
		Gateway: "prod", Label: "prod", Status: alert.StatusFiring, Since: now, FiredAt: now, OnFiring: alert.NotifyNow,
		OnResolved: alert.NotifyNow, Annotations: alert.Annotations{Name: fp},
	}}
}

// announce runs a Dispatcher in a bubble of synctest and gives it to f.
func announce(t *testing.T, o Options, f func(*Dispatcher)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		if sc, ok := o.Sender.(*screen); ok {
			sc.responses = make(chan Response) // of this bubble
		}
		ctx, cancel := context.WithCancel(t.Context())
		a := NewDispatcher(o)
		ended := make(chan error)
		go func() { ended <- a.Run(ctx) }()
		f(a)
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func TestAnnouncerIntendsThenDelivers(t *testing.T) {
	sc, b := newScreen(), &fakeLog{}
	announce(t, Options{Sender: sc, Settings: DefaultSettings(), NotificationLog: b, Recorder: b}, func(a *Dispatcher) {
		a.Enqueue([]alert.Change{unhealthy("OpenAI")})
		time.Sleep(400 * time.Millisecond)
		synctest.Wait()
		if got := sc.titles(); len(got) != 0 {
			t.Errorf("told before it was gathered: %q", got)
		}
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
	})
	if got := sc.titles(); !slices.Equal(got, []string{"OpenAI is unhealthy"}) {
		t.Errorf("%q", got)
	}
	if want := []string{"intend OpenAI", "deliver OpenAI"}; !slices.Equal(b.lines, want) {
		t.Errorf("%q", b.lines)
	}
	if len(b.decisions) != 1 || b.decisions[0].Reason != SentFirst || b.decisions[0].Outcome != OutcomeDelivered {
		t.Errorf("%+v", b.decisions)
	}
}

// Without a sender the same is decided, and nothing is said.
func TestAnnouncerWithoutSender(t *testing.T) {
	b := &fakeLog{}
	announce(t, Options{Settings: DefaultSettings(), NotificationLog: b, Recorder: b}, func(a *Dispatcher) {
		a.Enqueue([]alert.Change{unhealthy("OpenAI")})
		time.Sleep(time.Second)
		synctest.Wait()
	})
	if len(b.lines) != 0 || len(b.decisions) != 1 || b.decisions[0].Reason != SentFirst ||
		b.decisions[0].Outcome != OutcomeOff || b.decisions[0].Title == "" {
		t.Errorf("%q %+v", b.lines, b.decisions)
	}
}

// A slow or dead service never blocks who announces.
func TestAnnounceNeverBlocks(t *testing.T) {
	sc := newScreen()
	sc.slow = time.Minute // longer than a notification may take
	announce(t, Options{Sender: sc, Settings: DefaultSettings()}, func(a *Dispatcher) {
		began := time.Now()
		for range 1000 {
			a.Enqueue([]alert.Change{unhealthy("OpenAI")})
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("took %v", took)
		}
		time.Sleep(5 * time.Second)
	})
}

func TestAnnouncerTellsThatItIsBlocked(t *testing.T) {
	sc, b := newScreen(), &fakeLog{}
	sc.err = ErrNoService
	var states []Blocked
	announce(t, Options{
		Sender: sc, Settings: DefaultSettings(), Recorder: b,
		Blocked: func(s Blocked) { states = append(states, s) },
	}, func(a *Dispatcher) {
		a.Enqueue([]alert.Change{unhealthy("OpenAI")})
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(states) != 1 || states[0].Reason != FailedNoService {
			t.Errorf("%+v", states)
		}
		sc.mu.Lock()
		sc.err = nil
		sc.mu.Unlock()
		a.Test(event.SeverityWarning)
		time.Sleep(time.Minute)
		synctest.Wait()
	})
	if len(states) != 2 || states[1].Reason != "" {
		t.Errorf("%+v", states)
	}
	// The critical alert that could not be shown is told after all.
	if got := sc.titles(); !slices.Equal(got, []string{"Test: this is how an alert looks", "OpenAI is unhealthy"}) {
		t.Errorf("%q", got)
	}
	if b.decisions[0].Reason != FailedNoService || b.decisions[0].Outcome != OutcomeFailed {
		t.Errorf("%+v", b.decisions)
	}
}

// What the user does with a notification comes back with the alerts it was about.
func TestAnnouncerResponses(t *testing.T) {
	sc := newScreen()
	var got []string
	synctest.Test(t, func(t *testing.T) {
		sc.responses = make(chan Response)
		ctx, cancel := context.WithCancel(t.Context())
		a := NewDispatcher(Options{
			Sender: sc, Settings: DefaultSettings(),
			Responded: func(r Response, fps []string) { got = append([]string{string(r.Action)}, fps...) },
		})
		ended := make(chan error)
		go func() { ended <- a.Run(ctx) }()
		a.Enqueue([]alert.Change{unhealthy("OpenAI"), unhealthy("Groq")})
		time.Sleep(time.Second)
		synctest.Wait()
		sc.responses <- Response{ID: sc.shown[0].ID, Action: ActionAcknowledge}
		synctest.Wait()
		if err := sc.Close(); err != nil { // the sender is closed early: no spinning
			t.Error(err)
		}
		time.Sleep(time.Hour)
		cancel()
		<-ended
	})
	if want := []string{"acknowledge", "Groq", "OpenAI"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestAnnouncerClearsTheScreen: what is over, acknowledged or shown by a
// program that ends does not stay on the screen.
func TestAnnouncerClearsTheScreen(t *testing.T) {
	sc := newScreen()
	announce(t, Options{Sender: sc, Settings: DefaultSettings()}, func(a *Dispatcher) {
		for _, fp := range []string{"a", "b", "c"} {
			a.Enqueue([]alert.Change{unhealthy(fp)})
			time.Sleep(2 * time.Minute)
		}
		acked, over := unhealthy("a"), unhealthy("b")
		acked.Kind, acked.Alert.Acked = alert.Acknowledged, true
		over.Kind, over.Alert.Status, over.Alert.EndReason = alert.Resolved, alert.StatusResolved, alert.EndDeleted // no news
		a.Enqueue([]alert.Change{acked, over})
		time.Sleep(time.Minute)
		sc.mu.Lock()
		defer sc.mu.Unlock()
		if got := slices.Sorted(slices.Values(sc.withdrawn)); !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("withdrawn: %q", got)
		}
	})
	if got := slices.Sorted(slices.Values(sc.withdrawn)); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("withdrawn at the end: %q", got)
	}
}

// watchedScreen is a screen that knows what is on it.
type watchedScreen struct {
	screen
	gone bool
}

func (s *watchedScreen) Shows(string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.gone
}

// What the user dismissed is not shown again, worded anew, when one of its alerts ends.
func TestWhatWasDismissedStaysAway(t *testing.T) {
	for _, gone := range []bool{false, true} {
		sc := &watchedScreen{}
		announce(t, Options{Sender: sc, Settings: DefaultSettings()}, func(a *Dispatcher) {
			groq, mistral := unhealthy("groq"), unhealthy("mistral")
			a.Enqueue([]alert.Change{groq, mistral})
			time.Sleep(time.Minute)
			sc.mu.Lock()
			sc.gone = gone
			sc.mu.Unlock()
			groq.Kind, groq.From = alert.Resolved, alert.StatusRecovering
			groq.Alert.Status, groq.Alert.EndReason, groq.Alert.ResolvedAt = alert.StatusResolved, alert.EndCleared, time.Now()
			a.Enqueue([]alert.Change{groq})
			time.Sleep(time.Minute)
			synctest.Wait()
		})
		want := []string{"2 providers unhealthy", "mistral is unhealthy", "groq is healthy again"}
		if gone {
			want = slices.Delete(want, 1, 2)
		}
		if got := sc.titles(); !slices.Equal(got, want) {
			t.Errorf("dismissed %v: %q, want %q", gone, got, want)
		}
	}
}
