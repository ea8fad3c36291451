package state

// ring keeps the newest n values and remembers which of them were not yet
// taken.
type ring[T any] struct {
	buf     []T
	start   int // index of the oldest
	size    int
	untaken int // how many of the newest were not taken
}

func newRing[T any](n int) ring[T] { return ring[T]{buf: make([]T, n)} }

// push adds v and drops the oldest if the ring is full.
func (r *ring[T]) push(v T) { *r.next() = v }

// next is the place of a new value, to be filled: in it is what was dropped.
func (r *ring[T]) next() *T {
	i := r.at(r.size)
	if r.size == len(r.buf) {
		r.start = r.at(1)
	} else {
		r.size++
	}
	r.untaken = min(r.untaken+1, r.size)
	return &r.buf[i]
}

// at is where the k-th oldest value lies, k ≤ len(buf).
func (r *ring[T]) at(k int) int {
	if k += r.start; k >= len(r.buf) {
		k -= len(r.buf)
	}
	return k
}

// each yields the values oldest first, from the n-th newest on.
func (r *ring[T]) each(n int, yield func(*T)) {
	n = min(n, r.size)
	for k := r.size - n; k < r.size; k++ {
		yield(&r.buf[r.at(k)])
	}
}
