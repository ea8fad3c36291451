package run

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/outlook"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/history"
)

const (
	filmedSpan   = 24 * time.Hour
	filmedEvents = 1_000_000 // of a day
	filmedKeys   = 500
)

// BenchmarkReplay is of a day of a gateway with 500 keys and a million events,
// as the camera keeps it.
func BenchmarkReplay(b *testing.B) {
	db, _, err := history.Open(b.Context(), filepath.Join(b.TempDir(), "history.db"), history.Options{
		Describe: state.Describe, MaxBytes: 8 << 30, MaintenanceInterval: -1,
	})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // it is deleted next
	end := time.Now().Truncate(time.Second)
	if err := filmDay(b.Context(), db, end); err != nil {
		b.Fatal(err)
	}
	b.Run("first", func(b *testing.B) { replayFirst(b, db, end) })
	b.Run("drag", func(b *testing.B) { replayDrag(b, db, end) })
	b.Run("play", func(b *testing.B) { replayPlay(b, db, end) })
}

// filmDay lets a day pass up to its end.
func filmDay(ctx context.Context, db *history.DB, end time.Time) error {
	s := state.New()
	s.SetGateway(state.Gateway{ID: string(the), Label: "prod"})
	c := &camera{keep: db.PutFilm, log: slog.New(slog.DiscardHandler), cut: true}
	source := &event.Source{Gateway: the, Via: event.ViaHub, Name: "spend"}
	random := rand.New(rand.NewPCG(1, 2))
	begin := end.Add(-filmedSpan)
	seq, day, seconds := uint64(0), int64(24*3600), int64(filmedSpan/time.Second)
	totals := [filmedKeys]int64{}
	for second := range seconds {
		now := begin.Add(time.Duration(second) * time.Second)
		for seq < uint64((second+1)*filmedEvents/day) {
			k := random.IntN(filmedKeys)
			totals[k] += 1_000_000
			env := event.Envelope{At: now, Source: source, Body: &event.SpendRecorded{
				Key: event.KeyID(fmt.Sprint(k)), Amount: 1_000_000, Total: event.NanoUSD(totals[k]), HasTotal: true, Model: "gpt-4o", At: now,
			}}
			seq++
			env.Seq = seq
			s.Apply(&env)
			db.Record(env.Clone())
		}
		if second%60 == 0 {
			s.Tick(now)
		}
		s.Derive(now)
		c.Shown(now, s.SetOutlooks(outlook.Of(s.Live(), now)), nil)
		c.Shown(now, s.Changes(), s.Clone)
		c.step(now, false)
		if second%600 == 0 {
			if err := db.Flush(ctx); err != nil {
				return err
			}
		}
	}
	c.step(end, true)
	return db.Flush(ctx)
}

// replayFirst is the first picture of any moment of a day.
func replayFirst(b *testing.B, db *history.DB, end time.Time) {
	stats, err := db.Stats(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	bytes := 0
	for b.Loop() {
		m, err := (&Replay{db: db}).At(b.Context(), end.Add(-time.Duration(random.Int64N(int64(filmedSpan)))), 0)
		if err != nil || !m.Known {
			b.Fatalf("known %v, %v", m.Known, err)
		}
		bytes = len(m.Changed)
	}
	b.ReportMetric(float64(bytes), "B/picture")
	b.ReportMetric(float64(stats.Events), "events")
	b.ReportMetric(float64(stats.FileBytes)/1e6, "MB/file")
}

// replayDrag is a picture while a day is dragged through, to and fro,
// 90 seconds a picture, as one pixel of a slider is.
func replayDrag(b *testing.B, db *history.DB, end time.Time) {
	r := &Replay{db: db}
	at, have, step := end.Add(-time.Minute), int64(0), -90*time.Second
	bytes := 0
	for b.Loop() {
		if at = at.Add(step); end.Sub(at) > filmedSpan-time.Minute || end.Sub(at) < time.Minute {
			step = -step
		}
		m, err := r.At(b.Context(), at, have)
		if err != nil || !m.Known {
			b.Fatalf("known %v, %v", m.Known, err)
		}
		have, bytes = m.N, bytes+len(m.Changed)
	}
	b.ReportMetric(float64(bytes)/float64(b.N), "B/picture")
}

// replayPlay is a picture at 60 times the speed, four a second.
func replayPlay(b *testing.B, db *history.DB, end time.Time) {
	r := &Replay{db: db}
	at, have := end.Add(-filmedSpan+time.Minute), int64(0)
	for b.Loop() {
		if at = at.Add(15 * time.Second); at.After(end) {
			at = end.Add(-filmedSpan + time.Minute)
		}
		m, err := r.At(b.Context(), at, have)
		if err != nil || !m.Known {
			b.Fatalf("known %v, %v", m.Known, err)
		}
		have = m.N
	}
}
