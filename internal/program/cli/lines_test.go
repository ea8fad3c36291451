package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// A slow reader costs lines, which are counted, and never holds anybody up.
func TestSlowReader(t *testing.T) {
	var b bytes.Buffer
	l := newLines(&b, true)
	env := event.Envelope{Seq: 1, At: time.Now(), Source: &event.Source{Gateway: "g", Via: event.ViaComputed}, Body: event.Heartbeat{Stream: "s"}}
	for range lineQueue + 500 { // nobody writes
		l.add(line{env: &env})
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.run(ended); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != lineQueue+1 {
		t.Errorf("%d lines", len(lines))
	}
	var lost struct {
		Type, Kind string
		Body       struct{ Count int }
	}
	n := 0
	for _, text := range lines {
		if err := json.Unmarshal([]byte(text), &lost); err != nil {
			t.Fatal(err)
		}
		if lost.Kind == "lines_dropped" {
			n++
			if lost.Type != "state" || lost.Body.Count != 500 {
				t.Errorf("told as %s", text)
			}
		}
	}
	if n != 1 {
		t.Errorf("told %d times", n)
	}
}

// A closed output is an error that ends the writer.
func TestClosedOutput(t *testing.T) {
	in, out := io.Pipe()
	_ = in.Close()
	l := newLines(out, false)
	l.add(stateLine("k", "text", struct{}{}))
	if err := l.run(t.Context()); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("ended with %v", err)
	}
}

func TestMoment(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for s, want := range map[string]time.Time{
		"":                     {},
		"24h":                  now.Add(-24 * time.Hour),
		"90m":                  now.Add(-90 * time.Minute),
		"7d":                   now.AddDate(0, 0, -7),
		"2026-03-01":           time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		"2026-03-01T08:30":     time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC),
		"2026-03-01T08:30:00Z": time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC),
	} {
		if got, err := moment(s, now); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"yesterday", "-3h", "-2d", "d", "2026-13-01", "1.5d"} {
		if got, err := moment(s, now); err == nil {
			t.Errorf("%q is %v", s, got)
		}
	}
}
