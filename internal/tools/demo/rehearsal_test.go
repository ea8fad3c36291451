package demo

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// rehearsal is a wire that writes down what the stage does, in scenario time.
type rehearsal struct {
	stage  *stage
	frames []played
	bytes  int
	log    []string // everything but frames
	ended  bool
	crowd  int // clients on every hub
}

// played is one frame and when it was sent.
type played struct {
	at    time.Duration
	hub   string
	group string
	frame string
}

func (r *rehearsal) record(hub, group string, frame []byte) {
	r.bytes += len(frame)
	r.frames = append(r.frames, played{r.stage.at, hub, group, string(frame)})
}

func (r *rehearsal) note(format string, v ...any) {
	r.log = append(r.log, fmt.Sprintf("%v ", r.stage.at)+fmt.Sprintf(format, v...))
}

func (r *rehearsal) broadcast(hub string, frame []byte)      { r.record(hub, "", frame) }
func (r *rehearsal) toGroup(hub, group string, frame []byte) { r.record(hub, group, frame) }
func (r *rehearsal) finish(hub string, frame []byte)         { r.note("finish %s %s", hub, frame) }
func (r *rehearsal) drop(hub string)                         { r.note("drop %s", hub) }
func (r *rehearsal) mute(hub string, on bool) {
	if on {
		r.record(hub, "", []byte("mute"))
	} else {
		r.record(hub, "", []byte("speak"))
	}
}

func (r *rehearsal) setDoor(hub string, d door) {
	r.note("door %s %d %v", hub, d.status, d.retryAfter)
}
func (r *rehearsal) listen(area) error  { r.note("listen"); return nil }
func (r *rehearsal) hush(area)          { r.note("hush") }
func (r *rehearsal) clients(string) int { return r.crowd }

// opening is when rehearsals begin.
var opening = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// newRehearsal sets a stage whose clock is the scenario's own.
func newRehearsal(s *Scenario, o Options) *rehearsal {
	o, err := o.withDefaults()
	if err != nil {
		panic(err)
	}
	r := &rehearsal{crowd: 1}
	o.Now = func() time.Time {
		if r.stage == nil {
			return opening
		}
		return opening.Add(r.stage.at)
	}
	o, err = o.withDialect(s)
	if err != nil {
		panic(err)
	}
	r.stage = newStage(s, speechOf(s.dialect, o), r, o)
	r.stage.world.life = "life"
	return r
}

// rehearse plays a scenario up to a time, without waiting for anything.
func rehearse(t *testing.T, s *Scenario, o Options, until time.Duration) *rehearsal {
	t.Helper()
	r := newRehearsal(s, o)
	for len(r.stage.due) > 0 && r.stage.due[0].at <= until {
		if err := r.stage.next(); err != nil {
			t.Error(err)
		}
	}
	r.ended = r.stage.ended
	return r
}

// events decodes the arguments of all events of a target.
func events[T any](t *testing.T, r *rehearsal, target string) (all []T, at []time.Duration) {
	t.Helper()
	for _, p := range r.frames {
		var m struct {
			Target    string            `json:"target"`
			Arguments []json.RawMessage `json:"arguments"`
		}
		if json.Unmarshal([]byte(strings.TrimSuffix(p.frame, "\x1e")), &m) != nil || m.Target != target || p.group != "" {
			continue
		}
		var v T
		if err := json.Unmarshal(m.Arguments[0], &v); err != nil {
			t.Fatalf("%s: %v", m.Arguments[0], err)
		}
		all, at = append(all, v), append(at, p.at)
	}
	return all, at
}
