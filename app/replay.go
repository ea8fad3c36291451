package app

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"sync"
	"time"

	"gatewatch/internal/core/film"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/desktop/tray"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
)

// Replay shows the page what was, as it was shown then. Meanwhile nothing can
// be changed from the page, and what it asks of the history is as of the time
// that is shown. The program goes on watching and notifying.
type Replay struct{ h *host }

// ReplayRange is of which time there is anything to show, both 0 if of none.
type ReplayRange struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
	Now  int64 `json:"now"`
}

// ReplayMoment is what was shown at one time.
type ReplayMoment struct {
	N int64 `json:"n"` // what the next moment is told to follow
	// At is the time that was asked for, AsOf when what is shown was so; Known is
	// false where nothing is kept of it: then nothing is shown, and Before and
	// After are the nearest times of which something is (0: none).
	At     int64 `json:"at"`
	AsOf   int64 `json:"asOf"`
	Known  bool  `json:"known"`
	Before int64 `json:"before"`
	After  int64 `json:"after"`
	// Delta is what is other than in the moment before, or all of it if Whole.
	Delta json.RawMessage `json:"delta" ts_type:"unknown"`
	Whole bool            `json:"whole"`
	Tray  TrayPreview     `json:"tray"`
}

// TrayPreview is what the tray said then.
type TrayPreview struct {
	Shape    string   `json:"shape"`
	Tooltip  string   `json:"tooltip"`
	Headline string   `json:"headline"`
	Lines    []string `json:"lines"` // of the menu
}

// replaying is what the page is shown of the past.
type replaying struct {
	mu     sync.Mutex
	replay *run.Replay // nil: the present; guarded by mu
	at     time.Time   // what is shown; guarded by mu
	mirror *mirror     // of it; guarded by mu
}

// asOf is the time that the page shows, and whether that is the past.
func (r *replaying) asOf() (time.Time, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at, r.replay != nil
}

// shown are the alerts as the page shows them of the past, by id; none of the present.
func (r *replaying) shown() map[string]state.AlertLine {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.replay == nil {
		return nil
	}
	return maps.Clone(r.mirror.alerts)
}

// refuse says that nothing can be changed now, if so it is.
func (r *replaying) refuse() error {
	if _, past := r.asOf(); past {
		return fault.New(fault.Usage, text.NothingChangesInReplay, nil)
	}
	return nil
}

// Start begins a replay, and says of which time there is one.
func (r *Replay) Start() (ReplayRange, error) {
	return call(r.h, func(ctx context.Context, p *run.Program) (ReplayRange, error) {
		now := time.Now()
		replay, err := p.Replay()
		if err != nil {
			return ReplayRange{}, err
		}
		from, to, err := replay.Range(ctx)
		if err != nil {
			return ReplayRange{}, fault.New(fault.Internal, "The history cannot be read.", err)
		}
		out := ReplayRange{Now: now.UnixMilli()}
		if !from.IsZero() {
			out.From, out.To = from.UnixMilli(), to.UnixMilli()
		}
		s := &r.h.replaying
		s.mu.Lock()
		defer s.mu.Unlock()
		s.replay, s.at, s.mirror = replay, now, newMirror()
		return out, nil
	})
}

// errNoReplay: the page asks for the past without having begun.
var errNoReplay = errors.New("app: no replay was begun")

// Moment is what was shown at a time. Of the moment numbered have (0: none), if
// that was the last one, it only tells what is other.
func (r *Replay) Moment(at, have int64) (ReplayMoment, error) {
	return call(r.h, func(ctx context.Context, _ *run.Program) (ReplayMoment, error) {
		s := &r.h.replaying
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.replay == nil {
			return ReplayMoment{}, fault.New(fault.Internal, "There is no replay.", errNoReplay)
		}
		ctx, cancel := context.WithTimeout(ctx, askFor)
		defer cancel()
		m, err := s.replay.At(ctx, time.UnixMilli(at), have)
		if err != nil {
			return ReplayMoment{}, fault.New(fault.Internal, "The history cannot be read.", err)
		}
		s.at = time.UnixMilli(at)
		out := ReplayMoment{
			N: m.N, At: at, AsOf: msOf(m.At), Known: m.Known, Before: msOf(m.Before), After: msOf(m.After),
			Delta: m.Changed, Whole: m.Whole,
		}
		if m.Whole {
			s.mirror = newMirror()
		}
		d, err := film.Delta(m.Changed)
		if err != nil {
			return out, fault.New(fault.Internal, "What was kept cannot be read.", err)
		}
		s.mirror.now = s.at
		s.mirror.merge(d)
		out.Tray = previewOf(s.mirror.summary(), s.at)
		return out, nil
	})
}

// End goes back to the present.
func (r *Replay) End() error {
	s := &r.h.replaying
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replay, s.mirror = nil, nil
	return nil
}

// previewOf is what the tray says of a summary.
func previewOf(s tray.Summary, at time.Time) TrayPreview {
	s.Now = at
	item := tray.StatusItemOf(s)
	p := TrayPreview{Shape: string(item.Shape), Tooltip: item.Tooltip, Headline: item.Headline.Text, Lines: []string{}}
	for _, lines := range [][]tray.Line{item.Reasons, item.Gateways, {{Text: item.Spend}}, item.Budgets, item.Providers, {{Text: item.TasksHead}}, item.Tasks} {
		for _, l := range lines {
			if l.Text != "" {
				p.Lines = append(p.Lines, l.Text)
			}
		}
	}
	return p
}
