package gateway

import (
	"testing"
	"testing/synctest"
	"time"

	"gatewatch/internal/core/event"
)

// TestALostTaskIsNotWatchedForEver: a task whose end was missed keeps its hub open
// for a day after the last that was told of it, no longer.
func TestALostTaskIsNotWatchedForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWatchedTasks()
		w.add("lost", event.MediumVideo)
		w.add("told", event.MediumImage)
		time.Sleep(watchFor - time.Minute)
		w.dropLost(time.Now())
		if !w.any(event.MediumVideo) {
			t.Error("dropped too soon")
		}
		w.news(event.TaskProgressed{Task: "told", Medium: event.MediumImage, Status: event.TaskProcessing, Progress: 3})
		time.Sleep(2 * time.Minute)
		w.dropLost(time.Now())
		if w.any(event.MediumVideo) || !w.any(event.MediumImage) {
			t.Errorf("watched: %+v", w.list)
		}
	})
}

// TestOnlyWhoAskedHears: that the gateway does not know a task is told to whoever
// named it, and is no news of one that Gatewatch follows by itself.
func TestOnlyWhoAskedHears(t *testing.T) {
	w := newWatchedTasks()
	w.add("found", event.MediumBatch)
	w.add("asked", "")
	w.name("asked")
	w.refuse("found")
	if w.unknown("found") || len(w.list) != 1 {
		t.Error("one that nobody asked for is missed")
	}
	if !w.named("asked") || !w.unknown("asked") || len(w.list) != 0 {
		t.Error("whoever asked for it is not told")
	}
}
