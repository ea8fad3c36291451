// Package life stops what was started, in reverse order. It is not a
// supervisor: it starts nothing, restarts nothing and runs no goroutine. A
// Stack belongs to one goroutine, the one that starts the program's parts.
package life

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Stack remembers how to stop what was started. The zero value is empty and
// ready. It is not safe for concurrent use.
type Stack struct {
	undo []step
	// Observe, if not nil, hears of every step that was stopped: its name, how
	// long it took and its error, nil if it went well.
	Observe func(name string, took time.Duration, err error)
}

type step struct {
	name string
	stop func(context.Context) error
}

// Push remembers stop under a name that a person can recognise in an error.
// Call it right after the part was started. stop may block until its ctx ends;
// it is called once.
func (s *Stack) Push(name string, stop func(context.Context) error) {
	s.undo = append(s.undo, step{name: name, stop: stop})
}

// PushFunc is Push for a stop that takes no context and cannot fail.
func (s *Stack) PushFunc(name string, stop func()) {
	s.Push(name, func(context.Context) error {
		stop()
		return nil
	})
}

// Len is how many parts wait to be stopped.
func (s *Stack) Len() int { return len(s.undo) }

// Unwind stops everything, newest first, and empties the stack. All steps
// share ctx, which carries the one deadline of the whole stop. A failure, a
// panic included, does not spare the rest; the errors are joined, each with
// its step's name. Unwind returns nil for an empty stack.
func (s *Stack) Unwind(ctx context.Context) error {
	undo := s.undo
	s.undo = nil
	var errs []error
	for _, st := range slices.Backward(undo) {
		began := time.Now()
		err := st.run(ctx)
		if s.Observe != nil {
			s.Observe(st.name, time.Since(began), err)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", st.name, err))
		}
	}
	return errors.Join(errs...)
}

// run calls stop and turns a panic into an error, so that one broken part
// cannot keep the others from writing their last data.
func (st step) run(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return st.stop(ctx)
}
