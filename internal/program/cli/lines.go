package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// line is one line of output, in the form of "--json".
type line struct {
	V       int    `json:"v"` // 1
	Seq     uint64 `json:"seq"`
	At      string `json:"at"` // RFC 3339, UTC, milliseconds
	Type    string `json:"type"`
	Kind    string `json:"kind"`
	Gateway string `json:"gateway"`
	Source  string `json:"source"`
	Body    any    `json:"body"`

	text string // for people
	sev  string
	env  *event.Envelope // of an event: the rest is filled in when written
}

// fill completes a line of an event; done by the writer, not by the engine.
func (x *line) fill() {
	if x.env == nil {
		return
	}
	x.Seq, x.At, x.Type = x.env.Seq, stamp(x.env.At), "event"
	x.Kind, x.Gateway = string(x.env.Body.Kind()), string(x.env.Source.Gateway)
	x.Source, x.Body = x.env.Source.String(), x.env.Body
	sev, text := state.Describe(*x.env)
	x.sev, x.text = string(sev), text
}

// lineQueue is how many lines a slow reader may be behind before lines are
// dropped and counted.
const lineQueue = 8192

// lines writes lines from one goroutine, so that a slow terminal never holds
// up the engine.
type lines struct {
	out          *bufio.Writer
	json         bool
	queue        chan line
	lost         atomic.Uint64
	reportedLost uint64 // of lost, what was reported; only write touches it
}

func newLines(w io.Writer, asJSON bool) *lines {
	return &lines{out: bufio.NewWriterSize(w, 64<<10), json: asJSON, queue: make(chan line, lineQueue)}
}

// add queues a line and never blocks.
func (l *lines) add(x line) {
	select {
	case l.queue <- x:
	default:
		l.lost.Add(1)
	}
}

// run writes until ctx ends, then what is queued. It returns the error of
// writing, such as a closed pipe.
func (l *lines) run(ctx context.Context) error {
	for {
		select {
		case x := <-l.queue:
			if err := l.write(x); err != nil {
				return err
			}
		case <-ctx.Done():
			return l.rest()
		}
		if len(l.queue) == 0 {
			if err := l.out.Flush(); err != nil {
				return err
			}
		}
	}
}

// rest writes what is queued at the end.
func (l *lines) rest() error {
	for {
		select {
		case x := <-l.queue:
			if err := l.write(x); err != nil {
				return err
			}
		default:
			return l.out.Flush()
		}
	}
}

// write puts out one line, and before it how many were lost.
func (l *lines) write(x line) error {
	if lost := l.lost.Load(); lost != l.reportedLost {
		n := lost - l.reportedLost
		l.reportedLost = lost
		if err := l.put(stateLine("lines_dropped", fmt.Sprintf("%d lines were dropped because the reader is slow", n), map[string]any{"count": n})); err != nil {
			return err
		}
	}
	return l.put(x)
}

func (l *lines) put(x line) error {
	x.V = 1
	x.fill()
	if !l.json {
		_, err := fmt.Fprintf(l.out, "%s  %-8s  %-8s  %s\n", clock(x.At), x.sev, x.Gateway, x.text)
		return err
	}
	b, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("write a line: %w", err)
	}
	_, err = l.out.Write(append(b, '\n'))
	return err
}

// clock is the local time of day of a line.
func clock(at string) string {
	t, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return at
	}
	return t.Local().Format("15:04:05.000")
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

// stateLine says something about Gatewatch itself.
func stateLine(kind, text string, body any) line {
	return line{At: stamp(time.Now()), Type: "state", Kind: kind, Source: "computed", Body: body, text: text, sev: "info"}
}
