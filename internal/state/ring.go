package state

// ring keeps the newest n values and remembers which of them were not yet
// taken.
type ring[T any] struct {
	buf   []T
	start int // index of the oldest
	size  int
	fresh int // how many of the newest were not taken
}

func newRing[T any](n int) ring[T] { return ring[T]{buf: make([]T, n)} }

// push adds v and drops the oldest if the ring is full; gone is what was
// dropped, where there was something.
func (r *ring[T]) push(v T) (gone T, full bool) {
	i := (r.start + r.size) % len(r.buf)
	if r.size == len(r.buf) {
		gone, full = r.buf[i], true
		r.start = (r.start + 1) % len(r.buf)
	} else {
		r.size++
	}
	r.buf[i] = v
	r.fresh = min(r.fresh+1, r.size)
	return gone, full
}

// each yields the values oldest first, from the n-th newest on.
func (r *ring[T]) each(n int, yield func(*T)) {
	n = min(n, r.size)
	for k := r.size - n; k < r.size; k++ {
		yield(&r.buf[(r.start+k)%len(r.buf)])
	}
}
