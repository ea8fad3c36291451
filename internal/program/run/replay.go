package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"
	"time"

	"gatewatch/internal/core/film"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/history"
)

const (
	// filmHolds is how long after a piece it is known that what it shows was still
	// shown: the next one, at the latest, says so or says what changed.
	filmHolds = filmAlive + filmSlowest + 20*time.Second
	// thinnedHolds is the same where of a reel only the first picture is left.
	thinnedHolds = reelMost + filmHolds
	// reelsKept is how much of unpacked reels is held, for dragging, in bytes.
	reelsKept = 32 << 20
)

// Replay shows what the pages showed at any moment that film is kept of. It
// reads the history and nothing else, and changes nothing. Make it with
// Program.Replay; its methods may be called from any goroutine.
type Replay struct {
	db *history.DB

	mu      sync.Mutex
	reels   []*reel // the one used last stands last
	shown   *film.Picture
	shownOf *reel
	shownTo int // the piece of shownOf that shown is as of
	n       int64
}

// reel is a reel that was read and unpacked.
type reel struct {
	begins time.Time
	next   time.Time // when the next one begins; zero: none did when this was read
	at     []time.Time
	docs   [][]byte
	bytes  int
}

// Moment is what was shown at one time.
type Moment struct {
	// N is the moment's number: what the next one is told to follow.
	N int64
	// Known is false where nothing is kept of the time; then Before and After are
	// the nearest times of which something is (zero: none), and nothing is shown.
	Known         bool
	Before, After time.Time
	// At is when what is shown was so, at or before the time that was asked for.
	At time.Time
	// Changed is the JSON of a state.Delta: what is other than in the moment
	// before, or, if Whole, all that is shown.
	Changed []byte
	Whole   bool
}

// Replay begins to show what was; ErrNotFound of package history if nothing is
// kept.
func (p *Program) Replay() (*Replay, error) {
	if p.db == nil {
		return nil, fault.New(fault.Unreachable, "There is no history yet.", nil)
	}
	return &Replay{db: p.db}, nil
}

// Range is of which time there is anything to show; both zero if of none.
func (r *Replay) Range(ctx context.Context) (from, to time.Time, err error) {
	from, to, err = r.db.FilmRange(ctx)
	if errors.Is(err, history.ErrNotFound) {
		err = nil
	}
	return from, to, err
}

// At is what was shown at a time. Of the moment numbered have, if that was the
// last one, it only tells what is other; else all of it.
func (r *Replay) At(ctx context.Context, at time.Time, have int64) (Moment, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.shown
	if have != r.n {
		old = nil
	}
	r.n++
	m := Moment{N: r.n, Whole: old == nil}
	next, err := r.picture(ctx, at, &m)
	if err != nil {
		return Moment{}, err
	}
	m.Changed = next.Since(old)
	r.shown = next
	return m, nil
}

// picture finds what was shown, and says in m of when it is. Where nothing is
// known it shows nothing.
func (r *Replay) picture(ctx context.Context, at time.Time, m *Moment) (*film.Picture, error) {
	reel, err := r.reelAt(ctx, at)
	if errors.Is(err, history.ErrNotFound) {
		return r.unknown(ctx, at, m)
	}
	if err != nil {
		return nil, err
	}
	i := sort.Search(len(reel.at), func(i int) bool { return reel.at[i].After(at) }) - 1
	m.At = reel.at[i]
	if age := at.Sub(m.At); age > filmHolds && (!reel.thinned() || age > thinnedHolds) {
		m.Before = m.At
		return r.unknown(ctx, at, m)
	}
	m.Known = true
	return r.develop(reel, i)
}

// unknown says what is nearest to a time that nothing is known of.
func (r *Replay) unknown(ctx context.Context, at time.Time, m *Moment) (*film.Picture, error) {
	after, err := r.db.NextReel(ctx, at)
	if err != nil && !errors.Is(err, history.ErrNotFound) {
		return nil, fmt.Errorf("replay: %w", err)
	}
	m.At, m.After = time.Time{}, after
	r.shownOf = nil
	return &film.Picture{}, nil
}

// thinned reports whether what changed within the reel was forgotten.
func (x *reel) thinned() bool {
	return len(x.docs) == 1 && !x.next.IsZero() && x.next.Sub(x.begins) <= thinnedHolds
}

// develop makes the picture as of a piece, from the one before it if it can.
func (r *Replay) develop(of *reel, to int) (*film.Picture, error) {
	next, from := &film.Picture{}, 0
	if r.shownOf == of && r.shownTo <= to {
		next, from = r.shown.Clone(), r.shownTo+1
	}
	for _, doc := range of.docs[from : to+1] {
		if err := next.Apply(doc); err != nil {
			return nil, fmt.Errorf("replay: %w", err)
		}
	}
	r.shownOf, r.shownTo = of, to
	return next, nil
}

// reelAt reads the reel that a time lies in, or has it.
func (r *Replay) reelAt(ctx context.Context, at time.Time) (*reel, error) {
	for i, x := range r.reels {
		switch {
		case at.Before(x.begins), !x.next.IsZero() && !at.Before(x.next):
			continue
		case x.next.IsZero() && at.After(x.at[len(x.at)-1]): // it may have grown
			r.reels = append(r.reels[:i:i], r.reels[i+1:]...)
		default:
			r.reels = append(append(r.reels[:i:i], r.reels[i+1:]...), x)
			return x, nil
		}
		break
	}
	x, err := r.read(ctx, at)
	if err != nil {
		return nil, err
	}
	r.reels = append(r.reels, x)
	held := 0
	for i, reel := range slices.Backward(r.reels) {
		if held += reel.bytes; held > reelsKept && i < len(r.reels)-1 {
			r.reels = r.reels[i+1:]
			break
		}
	}
	return x, nil
}

func (r *Replay) read(ctx context.Context, at time.Time) (*reel, error) {
	pieces, err := r.db.Reel(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	x := &reel{begins: pieces[0].Reel}
	if x.next, err = r.db.NextReel(ctx, x.begins); err != nil && !errors.Is(err, history.ErrNotFound) {
		return nil, fmt.Errorf("replay: %w", err)
	}
	packed := make([][]byte, len(pieces))
	for i, p := range pieces {
		packed[i] = p.Body
	}
	if x.docs, err = film.Unpack(packed); err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	if len(x.docs) == 0 {
		return nil, fmt.Errorf("replay: %w", history.ErrNotFound)
	}
	for i, doc := range x.docs {
		x.at = append(x.at, pieces[min(i, len(pieces)-1)].At)
		x.bytes += len(doc)
	}
	return x, nil
}
