package hub

import "context"

// defaultSlots keeps a gateway that comes back from being met by all hubs at once.
const defaultSlots = 3

// Semaphore limits how many hubs are between negotiating and connected at the same
// time. Share one among the hubs of a program.
type Semaphore struct{ free chan struct{} }

// NewSemaphore makes n of them; n below 1 counts as 1.
func NewSemaphore(n int) *Semaphore {
	return &Semaphore{free: make(chan struct{}, max(n, 1))}
}

// acquire waits for a slot or the end of ctx.
func (s *Semaphore) acquire(ctx context.Context) error {
	select {
	case s.free <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Semaphore) release() { <-s.free }
