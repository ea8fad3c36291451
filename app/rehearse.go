package app

import (
	"context"
	"slices"
	"time"

	"gatewatch/internal/program/run"
)

// RulePreview is what a rule would have done in the last thirty days.
type RulePreview struct {
	From int64 `json:"from"` // later than thirty days ago where not all could be played
	To   int64 `json:"to"`
	// Unknown says why nothing can be said, Missing what is not known for certain;
	// Cut is true if there was more than could be played.
	Unknown   string            `json:"unknown"`
	Missing   string            `json:"missing"`
	Cut       bool              `json:"cut"`
	Events    int               `json:"events"`
	WatchedMS int64             `json:"watchedMs"`
	Times     int               `json:"times"`
	OpenMS    int64             `json:"openMs"`
	LongestMS int64             `json:"longestMs"`
	Notices   int               `json:"notices"`
	Night     int               `json:"night"`
	Held      int               `json:"held"`
	Occasions []PreviewOccasion `json:"occasions"` // newest first, 200 at most
}

// PreviewOccasion is once that a rule would have fired.
type PreviewOccasion struct {
	From     int64  `json:"from"`
	To       int64  `json:"to"` // 0: it had not ended
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Notices  int    `json:"notices"`
}

// PreviewRule plays the last thirty days of the history to a rule, with numbers that
// need not be saved. It takes up to a minute and a half; another call, or
// StopPreview, ends it.
func (a *Alerts) PreviewRule(in RuleInput) (RulePreview, error) {
	return call(a.h, func(ctx context.Context, p *run.Program) (RulePreview, error) {
		r, err := p.Rehearse(ctx, in.ID, in.override())
		v := RulePreview{
			From: r.From.UnixMilli(), To: r.To.UnixMilli(), Unknown: r.Unknown, Missing: r.Missing, Cut: r.Cut, Events: r.Events,
			WatchedMS: r.Watched.Milliseconds(), Times: r.Times, OpenMS: r.Open.Milliseconds(), LongestMS: r.Longest.Milliseconds(),
			Notices: r.Notices, Night: r.Night, Held: r.Held, Occasions: []PreviewOccasion{},
		}
		for _, o := range slices.Backward(r.Occasions) {
			v.Occasions = append(v.Occasions, PreviewOccasion{
				From: o.From.UnixMilli(), To: millisOf(o.To), Title: o.Title, Severity: string(o.Severity), Notices: o.Notices,
			})
		}
		return v, err
	})
}

// StopPreview ends the preview that runs.
func (a *Alerts) StopPreview() error {
	return do(a.h, func(_ context.Context, p *run.Program) error {
		p.StopRehearsing()
		return nil
	})
}

func millisOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
