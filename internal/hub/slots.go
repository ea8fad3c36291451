package hub

import "context"

// defaultSlots keeps a gateway that comes back from being met by all hubs at once.
const defaultSlots = 3

// Slots limits how many hubs are between negotiating and connected at the same
// time. Share one among the hubs of a program.
type Slots struct{ free chan struct{} }

// NewSlots makes n of them; n below 1 counts as 1.
func NewSlots(n int) *Slots {
	return &Slots{free: make(chan struct{}, max(n, 1))}
}

// take waits for a slot or the end of ctx.
func (s *Slots) take(ctx context.Context) error {
	select {
	case s.free <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Slots) release() { <-s.free }
