package life_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/foundation/life"
)

func TestUnwindReversesTheOrder(t *testing.T) {
	var s life.Stack
	var got []string
	for _, name := range []string{"history", "engine", "gateway"} {
		s.PushFunc(name, func() { got = append(got, name) })
	}
	if err := s.Unwind(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"gateway", "engine", "history"}, got); diff != "" {
		t.Error(diff)
	}
	if s.Len() != 0 {
		t.Errorf("%d steps left", s.Len())
	}
	if err := s.Unwind(t.Context()); err != nil || len(got) != 3 {
		t.Errorf("a second Unwind stopped again: %v, %v", err, got)
	}
}

func TestUnwindJoinsNamedErrorsAndSparesNobody(t *testing.T) {
	errDisk := errors.New("disk full")
	var s life.Stack
	stopped := 0
	s.PushFunc("first", func() { stopped++ })
	s.Push("history", func(context.Context) error { stopped++; return errDisk })
	s.Push("tray", func(context.Context) error { stopped++; panic("no bus") })
	s.PushFunc("last", func() { stopped++ })

	var observed []string
	s.Observe = func(name string, _ time.Duration, err error) {
		if err != nil {
			observed = append(observed, name)
		}
	}
	err := s.Unwind(t.Context())
	if stopped != 4 {
		t.Errorf("stopped %d of 4", stopped)
	}
	if !errors.Is(err, errDisk) {
		t.Errorf("the cause is lost: %v", err)
	}
	for _, want := range []string{"stop history: disk full", "stop tray: panic: no bus"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
	if diff := cmp.Diff([]string{"tray", "history"}, observed); diff != "" {
		t.Error(diff)
	}
}

func TestUnwindSharesOneDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s life.Stack
		waits := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		s.Push("a", waits)
		s.Push("b", waits)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		err := s.Unwind(ctx)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("two hanging parts took %v together, want the one deadline of 5s", took)
		}
	})
}
