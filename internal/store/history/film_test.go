package history

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// TestFilm: a reel comes back in order up to the first piece that is missing,
// and is found by any time after it begins.
func TestFilm(t *testing.T) {
	db := openNew(t, testOptions())
	ctx := t.Context()
	begin := time.Date(2026, 11, 29, 18, 0, 0, 0, time.UTC)
	put := func(reel time.Duration, pieces ...int) {
		for _, n := range pieces {
			if !db.PutFilm(FilmPiece{Reel: begin.Add(reel), N: n, At: begin.Add(reel + time.Duration(n)*time.Second), Body: fmt.Append(nil, reel, n)}) {
				t.Fatalf("piece %d is not kept", n)
			}
		}
	}
	if _, err := db.Reel(ctx, begin); !errors.Is(err, ErrNotFound) {
		t.Fatalf("film that nobody made: %v", err)
	}
	put(time.Hour, 0, 1, 2, 4)
	put(0, 0, 1)
	flush(t, db)
	for _, x := range []struct{ ask, reel time.Duration }{{time.Hour - 1, 0}, {time.Hour, time.Hour}, {30 * time.Hour, time.Hour}} {
		pieces := must[[]FilmPiece](t)(db.Reel(ctx, begin.Add(x.ask)))
		want := map[time.Duration]int{0: 2, time.Hour: 3}[x.reel]
		if len(pieces) != want || !pieces[0].Reel.Equal(begin.Add(x.reel)) || string(pieces[1].Body) != fmt.Sprint(x.reel, 1) {
			t.Errorf("at %v: %d pieces of %v", x.ask, len(pieces), pieces[0].Reel)
		}
	}
	if _, err := db.Reel(ctx, begin.Add(-1)); !errors.Is(err, ErrNotFound) {
		t.Errorf("before the first: %v", err)
	}
	if next := must[time.Time](t)(db.NextReel(ctx, begin)); !next.Equal(begin.Add(time.Hour)) {
		t.Errorf("next: %v", next)
	}
	if _, err := db.NextReel(ctx, begin.Add(time.Hour)); !errors.Is(err, ErrNotFound) {
		t.Errorf("after the last: %v", err)
	}
	from, to, err := db.FilmRange(ctx)
	if err != nil || !from.Equal(begin) || !to.Equal(begin.Add(time.Hour+4*time.Second)) {
		t.Errorf("film from %v to %v, %v", from, to, err)
	}
	if err := db.Wipe(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Reel(ctx, begin.Add(time.Hour)); !errors.Is(err, ErrNotFound) {
		t.Errorf("after a wipe: %v", err)
	}
}

// TestFilmIsForgotten: after two weeks a reel's first picture is left, after
// the events' time nothing, and a file that is too large has a quarter of film
// at most.
func TestFilmIsForgotten(t *testing.T) {
	now := time.Date(2026, 11, 29, 18, 0, 0, 0, time.UTC)
	o := testOptions()
	o.Now = func() time.Time { return now }
	o.MaxBytes = 8 << 20
	db := openNew(t, o)
	ctx := t.Context()
	put := func(age time.Duration, bytes int) {
		for n := range 3 {
			body := make([]byte, bytes)
			db.PutFilm(FilmPiece{Reel: now.Add(-age), N: n, At: now.Add(-age), Body: body})
		}
		flush(t, db)
	}
	day := 24 * time.Hour
	put(91*day, 10)
	put(15*day, 10)
	put(13*day, 10)
	maintain := func() {
		t.Helper()
		if err := db.Maintain(ctx); err != nil {
			t.Fatal(err)
		}
	}
	maintain()
	if from, _, err := db.FilmRange(ctx); err != nil || !from.Equal(now.Add(-15*day)) {
		t.Errorf("film from %v, %v", from, err)
	}
	for age, want := range map[time.Duration]int{15 * day: 1, 13 * day: 3} {
		if p := must[[]FilmPiece](t)(db.Reel(ctx, now.Add(-age))); len(p) != want {
			t.Errorf("%d pieces are left after %v", len(p), age)
		}
	}
	for h := range 12 {
		put(time.Duration(12-h)*time.Hour, 1<<20)
	}
	maintain()
	if used := must[int64](t)(db.usedBytes(ctx)); used > 8<<20 {
		t.Errorf("%d bytes are used", used)
	}
}
