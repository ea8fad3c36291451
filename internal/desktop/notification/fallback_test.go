package notification

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/desktop/notify"
)

// recorder is a Sender that keeps what it is given.
type recorder struct {
	name      string
	err       error // what Send and Capabilities return
	sent      []string
	withdrawn []string
	responses chan notify.Response
	closed    int
}

func newRecorder(name string, err error) *recorder {
	return &recorder{name: name, err: err, responses: make(chan notify.Response, 1)}
}

func (r *recorder) Send(_ context.Context, n notify.Notification) error {
	if r.err == nil {
		r.sent = append(r.sent, n.ID)
	}
	return r.err
}

func (r *recorder) Withdraw(_ context.Context, id string) error {
	r.withdrawn = append(r.withdrawn, id)
	return r.err
}
func (r *recorder) Responses() <-chan notify.Response { return r.responses }
func (r *recorder) Capabilities(context.Context) (notify.Capabilities, error) {
	return notify.Capabilities{Driver: r.name}, r.err
}
func (r *recorder) Close() error { r.closed++; close(r.responses); return nil }

func TestFallback(t *testing.T) {
	none := fmt.Errorf("first: %w", notify.ErrNoService)
	broken := errors.New("broken")
	tests := []struct {
		name          string
		first, second error
		want          error // that Send wraps
		sent          string
	}{
		{"first works", nil, nil, nil, "first"},
		{"first lacks a service", none, nil, nil, "second"},
		{"first fails otherwise", broken, nil, broken, ""}, // it may be on the screen
		{"first is forbidden", notify.ErrNotPermitted, nil, notify.ErrNotPermitted, ""},
		{"both lack one", none, none, notify.ErrNoService, ""},
		{"second fails", none, broken, broken, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			first, second := newRecorder("first", tt.first), newRecorder("second", tt.second)
			f := Fallback(first, second)
			defer f.Close()
			if err := f.Send(t.Context(), plain); !errors.Is(err, tt.want) {
				t.Errorf("Send: %v, want %v", err, tt.want)
			}
			for _, r := range []*recorder{first, second} {
				if got := len(r.sent) > 0; got != (r.name == tt.sent) {
					t.Errorf("%s was given %q", r.name, r.sent)
				}
			}
			c, err := f.Capabilities(t.Context())
			if !errors.Is(err, tt.want) || err == nil && c.Driver != tt.sent {
				t.Errorf("Capabilities: %+v, %v", c, err)
			}
		})
	}
}

var plain = notify.Notification{ID: "x", Title: "x"}

func TestFallbackReturnsToTheFirst(t *testing.T) {
	first, second := newRecorder("first", notify.ErrNoService), newRecorder("second", nil)
	f := Fallback(first, second)
	defer f.Close()
	give(t, f)
	first.err = nil
	give(t, f)
	if diff := cmp.Diff([][]string{{"x"}, {"x"}}, [][]string{first.sent, second.sent}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	first.err = notify.ErrNoService
	if err := f.Withdraw(t.Context(), "x"); err != nil {
		t.Errorf("Withdraw: %v", err)
	}
	if len(first.withdrawn) != 1 || len(second.withdrawn) != 1 {
		t.Errorf("withdrawn from %q and %q", first.withdrawn, second.withdrawn)
	}
	first.err = errors.New("broken")
	if err := f.Withdraw(t.Context(), "x"); !errors.Is(err, first.err) {
		t.Errorf("Withdraw: %v", err)
	}
}

func give(t *testing.T, s notify.Sender) {
	t.Helper()
	if err := s.Send(t.Context(), plain); err != nil {
		t.Fatal(err)
	}
}

func TestFallbackMergesResponsesAndCloses(t *testing.T) {
	first, second := newRecorder("first", nil), newRecorder("second", nil)
	f := Fallback(first, second)
	seen := map[string]bool{}
	first.responses <- notify.Response{ID: "1"}
	second.responses <- notify.Response{ID: "2"}
	seen[(<-f.Responses()).ID] = true
	seen[(<-f.Responses()).ID] = true
	if !seen["1"] || !seen["2"] {
		t.Errorf("seen %v", seen)
	}
	for range 2 {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, ok := <-f.Responses(); ok || first.closed != 1 || second.closed != 1 {
		t.Errorf("open %v, closed %d and %d times", ok, first.closed, second.closed)
	}
}

func TestFallbackOfNothing(t *testing.T) {
	f := Fallback()
	defer f.Close()
	if err := f.Send(t.Context(), plain); !errors.Is(err, notify.ErrNoService) {
		t.Errorf("Send: %v", err)
	}
}
