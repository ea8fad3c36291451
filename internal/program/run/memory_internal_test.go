package run

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/history"
)

// TestWhatWasToldAfterThePictureCounts: a run that was killed kept its picture up to a
// minute before, and every event until a moment before.
func TestWhatWasToldAfterThePictureCounts(t *testing.T) {
	db, _, err := history.Open(t.Context(), filepath.Join(t.TempDir(), "history.db"), history.Options{MaintenanceInterval: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // the test is over
	now := time.Now().Truncate(time.Millisecond)
	seq := uint64(0)
	told := func(gateway, task string, s event.TaskStatus, ago time.Duration) {
		seq++
		db.Record(event.Envelope{
			Seq: seq, At: now.Add(-ago), Source: &event.Source{Gateway: event.GatewayID(gateway), Via: event.ViaHub, Name: "tasks"},
			Body: event.TaskProgressed{Task: event.TaskID(task), Medium: event.MediumBatch, Status: s, Progress: -1, At: now.Add(-ago)},
		})
	}
	told("g", "t", event.TaskProcessing, 3*time.Minute)
	told("g", "t", event.TaskCompleted, 50*time.Second)
	told("g", "new", event.TaskProcessing, 9*time.Second)
	told("g", "new", event.TaskCompleted, 3*time.Second)
	told("other", "x", event.TaskCompleted, 3*time.Second)
	for i, ago := range []time.Duration{2 * time.Minute, 10 * time.Second} {
		seq++
		db.Record(event.Envelope{
			Seq: seq, At: now.Add(-ago), Source: &event.Source{Gateway: "g", Via: event.ViaREST, Name: "logs"},
			Body: &event.SpendRecorded{Key: "1", Amount: event.USD(float64(i + 1)), Model: "m", Provider: "openai", At: now.Add(-ago)},
		})
	}
	if err := db.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	p := &Program{db: db, log: slog.New(slog.DiscardHandler)}
	picture := state.Picture{At: now.Add(-time.Minute).UnixMilli(), Tasks: map[string]state.Task{
		"g/t": {ID: "g/t", Gateway: "g", Task: "t", Medium: "batch", Status: "processing", Progress: 77, UpdatedAt: now.Add(-3 * time.Minute).UnixMilli()},
	}}
	picture.Keys = map[string]state.KeySpend{"g/1": {ID: "g/1", Gateway: "g", Key: "1", Name: "platform-api"}}
	picture.Providers = map[string]state.Provider{"g/3": {ID: "g/3", Gateway: "g", Name: "east", Type: "OpenAI"}}
	p.toldSince(t.Context(), "g", &picture)
	want := state.Transaction{
		ID: fmt.Sprint(seq), Gateway: "g", Key: "1", KeyName: "platform-api", Amount: int64(event.USD(2)), Total: -1,
		Model: "m", Provider: "east", Source: "rest:logs", At: now.Add(-10 * time.Second).UnixMilli(),
	}
	if len(picture.Spent) != 1 || picture.Spent[want.ID] != want {
		t.Errorf("%+v, want %+v", picture.Spent, want)
	}
	if len(picture.Tasks) != 2 || picture.Tasks["g/t"].FinishedAt == 0 || picture.Tasks["g/new"].Status != "completed" || picture.Tasks["g/new"].StartedAt == 0 {
		t.Errorf("%+v", picture.Tasks)
	}
}
