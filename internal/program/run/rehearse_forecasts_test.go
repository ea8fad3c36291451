package run

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/history"
)

// TestWhatWasForeseenIsAsThePagesShowedIt: with the keys as they were then, of each time
// what stood there, and nothing of a time of which no picture is kept.
func TestWhatWasForeseenIsAsThePagesShowedIt(t *testing.T) {
	db, _, err := history.Open(t.Context(), filepath.Join(t.TempDir(), "history.db"), history.Options{MaintenanceInterval: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // a test's
	end := time.Now().Truncate(time.Minute)
	begin := end.Add(-2 * time.Hour)
	s := state.New()
	s.SetGateway(state.Gateway{ID: "prod", Label: "Prod"})
	c := &camera{keep: db.PutFilm, log: slog.New(slog.DiscardHandler), cut: true}
	for now := begin; now.Before(end); now = now.Add(time.Minute) {
		s.Apply(&event.Envelope{
			Seq: uint64(now.Unix()), At: now, Source: &event.Source{Gateway: "prod", Via: event.ViaREST, Name: "keys"},
			Body: event.KeyRead{Key: "1", Name: "crawler", Limit: event.Known(event.USD(100)), At: now},
		})
		likely := now.Add(100 * time.Hour)
		if now.Sub(begin) >= time.Hour {
			likely = now.Add(50 * time.Hour)
		}
		s.SetForecasts(map[string]state.Forecast{"key:prod/1": {ID: "key:prod/1", Gateway: "prod", Subject: "prod/1", Likely: likely.UnixMilli(), At: now.UnixMilli()}})
		s.Derive(now)
		c.Shown(now, s.Changes(), s.Clone)
		c.step(now, false)
	}
	c.step(end, true)
	if err := db.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	p := &Program{db: db}
	r := &Rehearsed{From: begin.Add(-24 * time.Hour), To: end}
	past, err := p.foreseenInPast(t.Context(), r)
	if err != nil || !r.From.Equal(begin) {
		t.Fatalf("it is played since %s, of pictures since %s: %v", r.From, begin, err)
	}
	for _, at := range []time.Duration{-time.Hour, 30 * time.Minute, 35 * time.Minute, 90 * time.Minute} {
		f, next := past.at(t.Context(), begin.Add(at))
		is, known := f.Forecasts["key:prod/1"]
		want := 100 * time.Hour
		if at >= time.Hour {
			want = 50 * time.Hour
		}
		switch left := time.UnixMilli(is.Likely).Sub(begin.Add(at)); {
		case !next.After(begin.Add(at)):
			t.Errorf("after %s it is asked again at once", at)
		case known != (at > 0), known && (f.Keys["prod/1"].Name != "crawler" || left > want || left < want-10*time.Minute || is.At != begin.Add(at).UnixMilli()):
			t.Errorf("after %s: known %t, %s left, of %q", at, known, left, f.Keys["prod/1"].Name)
		}
	}
	if past.err != nil {
		t.Error(past.err)
	}

	// Pictures that cannot be read are no forecasts that were not there.
	over, stop := context.WithCancel(t.Context())
	stop()
	past = &foreseenPast{replay: &Replay{db: db}, to: end}
	if past.at(over, begin.Add(time.Hour)); past.err == nil {
		t.Error("nothing says that nothing could be read")
	}
	empty, _, err := history.Open(t.Context(), filepath.Join(t.TempDir(), "history.db"), history.Options{MaintenanceInterval: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer empty.Close() //nolint:errcheck // a test's
	if past, err := (&Program{db: empty}).foreseenInPast(t.Context(), r); past != nil || err != nil || r.Unknown == "" {
		t.Errorf("of no pictures: %v, %q", err, r.Unknown)
	}
}
