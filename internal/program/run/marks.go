package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/lock"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
)

// Mark is something that somebody says they did, such as a deployment.
type Mark struct {
	ID      string          `json:"id"`
	Text    string          `json:"text"`
	At      time.Time       `json:"at"`
	Gateway event.GatewayID `json:"gateway"` // "": it is about all
	// Cut is true if its text was longer than a mark's may be.
	Cut bool `json:"-"`
}

// The bounds of marks: of their text, in runes, of the file of one, and of how many
// may wait.
const (
	maxMarkText  = 200
	maxMarkFile  = 4 << 10
	maxMarks     = 200
	marksLook    = time.Second // how often a program that runs looks for new ones
	marksFolder  = "marks"
	marksPending = ".json"
)

func (m *Mark) change() state.Change {
	return state.Change{
		ID: m.ID, Gateway: string(m.Gateway), Entity: state.EntityMark, Action: "set", Subject: m.ID, Name: m.Text, Source: "mark", At: m.At.UnixMilli(),
		Details: []string{}, Values: []state.ChangedValue{}, Models: []string{},
	}
}

// check cleans a mark and refuses what is none.
func (m *Mark) check(now time.Time) error {
	m.Text = strings.Join(strings.FieldsFunc(m.Text, func(r rune) bool {
		return r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 || r >= 0x202a && r <= 0x202e
	}), " ")
	if r := []rune(m.Text); len(r) > maxMarkText {
		m.Text, m.Cut = string(r[:maxMarkText]), true
	}
	switch {
	case strings.TrimSpace(m.Text) == "":
		return fault.New(fault.Usage, "A mark needs a text, such as \"deploy web 1.4\".", nil)
	case m.At.After(now.Add(time.Minute)):
		return fault.New(fault.Usage, "A mark cannot be set in the future.", nil)
	case m.At.Before(now.Add(-oftenFor)):
		return fault.New(fault.Usage, "A mark cannot be set more than 30 days ago.", nil)
	}
	return nil
}

// SetMark keeps a mark: in the history, or, while another process writes that, with
// that one, which shows it within a second or two. profile is the id or label of a
// gateway, "" for all; running says which of both it was.
func SetMark(ctx context.Context, paths config.Paths, text, profile string, at time.Time) (m Mark, running bool, err error) {
	now := time.Now()
	m = Mark{ID: fmt.Sprintf("mark-%d", now.UnixNano()), Text: text, At: at}
	if err := m.check(now); err != nil {
		return m, false, err
	}
	if profile != "" {
		s, _, err := config.Load(paths.Settings)
		if err != nil {
			return m, false, fault.New(fault.Misconfigured, "The settings file cannot be read.", err)
		}
		of, err := named(s, profile)
		if err != nil {
			return m, false, err
		}
		m.Gateway = of.ID
	}
	if err := paths.Make(); err != nil {
		return m, false, fault.New(fault.Misconfigured, "The folder for Gatewatch's files cannot be made.", err)
	}
	l, err := lock.Acquire(ctx, paths.Lock, "mark")
	switch {
	case errors.Is(err, lock.ErrHeld):
		return m, true, m.leave(marksIn(paths))
	case err != nil:
		return m, false, fault.New(fault.Misconfigured, "The mark cannot be written.", err)
	}
	defer l.Release() //nolint:errcheck // the end of the process does it, too
	db, _, err := history.Open(ctx, paths.History, history.Options{MaintenanceInterval: -1})
	if err != nil {
		return m, false, fault.New(fault.Internal, "The history cannot be opened.", err)
	}
	c := m.change()
	db.PutMemory([]history.Change{rowOf(&c)}, nil)
	if err := errors.Join(db.Flush(ctx), db.Close()); err != nil {
		return m, false, fault.New(fault.Internal, "The mark cannot be written.", err)
	}
	return m, false, nil
}

// AddMark keeps a mark that was set in the window, of a gateway or, with "", of all;
// the zero time is now.
func (p *Program) AddMark(ctx context.Context, text string, gateway event.GatewayID, at time.Time) error {
	now := time.Now()
	if at.IsZero() {
		at = now
	}
	m := Mark{ID: fmt.Sprintf("mark-%d", now.UnixNano()), Text: text, At: at, Gateway: gateway}
	if err := m.check(now); err != nil {
		return err
	}
	if !p.writer {
		return m.leave(marksIn(p.opts.Paths))
	}
	known := gateway == ""
	err := p.engine.Do(ctx, func(s *state.State) {
		if _, watched := s.Live().Gateways[string(gateway)]; watched || known {
			known = true
			s.AddMark(m.change())
		}
	})
	if err == nil && !known {
		return fault.New(fault.Usage, "No such gateway is watched.", nil)
	}
	return err
}

// marksIn is where marks wait for the process that writes.
func marksIn(paths config.Paths) string {
	return filepath.Join(filepath.Dir(paths.History), marksFolder)
}

// leave puts a mark where the process that writes finds it, whole or not at all.
func (m *Mark) leave(folder string) error {
	body, err := json.Marshal(m)
	if err == nil {
		err = os.MkdirAll(folder, 0o700)
	}
	name := filepath.Join(folder, m.ID)
	if err == nil {
		err = os.WriteFile(name, body, 0o600)
	}
	if err == nil {
		err = os.Rename(name, name+marksPending)
	}
	if err != nil {
		return fault.New(fault.Internal, "The mark cannot be written.", err)
	}
	return nil
}

// startMarks takes marks that other processes left.
func (p *Program) startMarks(ctx context.Context) {
	if !p.writer {
		return
	}
	p.background(ctx, "marks", func(ctx context.Context) error {
		t := time.NewTicker(marksLook)
		defer t.Stop()
		for {
			for _, m := range takeMarks(marksIn(p.opts.Paths)) {
				if err := p.engine.Do(ctx, func(s *state.State) { s.AddMark(m.change()) }); err != nil {
					return nil // everything stops
				}
			}
			select {
			case <-ctx.Done():
				return nil
			case <-t.C:
			}
		}
	})
}

// takeMarks reads and removes the marks that wait; what is none is removed, too.
func takeMarks(folder string) (marks []Mark) {
	names, err := filepath.Glob(filepath.Join(folder, "*"+marksPending))
	if err != nil {
		return nil
	}
	for _, name := range names[:min(len(names), maxMarks)] {
		var m Mark
		info, err := os.Lstat(name)
		if err == nil && info.Mode().IsRegular() && info.Size() <= maxMarkFile {
			body, err := os.ReadFile(name)
			if err == nil && json.Unmarshal(body, &m) == nil && m.ID != "" && m.check(time.Now()) == nil {
				marks = append(marks, m)
			}
		}
		_ = os.Remove(name) // it is taken, or no mark
	}
	return marks
}

// markDemo shows what the demo's scenario says that people did.
func (p *Program) markDemo(ctx context.Context, what string) {
	now := time.Now()
	m := Mark{ID: fmt.Sprintf("mark-%d", now.UnixNano()), Text: what, At: now, Gateway: demoID}
	go func() { // the demo does not wait for the engine
		_ = p.engine.Do(ctx, func(s *state.State) { s.AddMark(m.change()) }) // fails when everything stops
	}()
}
