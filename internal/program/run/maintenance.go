package run

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/history"
)

// maintenanceMeta is where the history keeps maintenance windows; for ever.
const maintenanceMeta = "maintenance"

// loadMaintenance has the windows of earlier runs in force.
func (p *Program) loadMaintenance(ctx context.Context) {
	if p.db == nil {
		return
	}
	text, err := p.db.Meta(ctx, maintenanceMeta)
	if errors.Is(err, history.ErrNotFound) {
		return
	}
	var windows []alert.Maintenance
	if err == nil {
		err = json.Unmarshal([]byte(text), &windows)
	}
	if err != nil {
		p.log.Error("reading maintenance windows", "cause", err)
		return
	}
	p.rules.evaluator.SetMaintenance(windows)
}

// AddMaintenance plans a window in which nobody is notified of what its
// Matcher matches. One that is planned already is not planned twice.
func (p *Program) AddMaintenance(ctx context.Context, m alert.Maintenance) error {
	m.ID = rand.Text()
	return p.changeMaintenance(ctx, func(windows []alert.Maintenance, now time.Time) ([]alert.Maintenance, error) {
		for _, w := range windows {
			if reflect.DeepEqual(w.Matcher, m.Matcher) && w.From.Equal(m.From) && w.To.Equal(m.To) && w.Weekly == m.Weekly && w.Note == m.Note {
				return windows, nil
			}
		}
		return append(windows, m), m.Check(now)
	})
}

// EndMaintenance ends a window, or takes back a planned one. What is still true
// is judged anew.
func (p *Program) EndMaintenance(ctx context.Context, id string) error {
	return p.changeMaintenance(ctx, func(windows []alert.Maintenance, _ time.Time) ([]alert.Maintenance, error) {
		return slices.DeleteFunc(windows, func(m alert.Maintenance) bool { return m.ID == id }), nil
	})
}

// Maintenance lists the windows that are not over.
func (p *Program) Maintenance(ctx context.Context) (windows []alert.Maintenance, err error) {
	err = p.withEvaluator(ctx, func(e *alert.Evaluator, _ time.Time) error {
		windows = e.Maintenance()
		return nil
	})
	return windows, err
}

func (p *Program) changeMaintenance(ctx context.Context, change func([]alert.Maintenance, time.Time) ([]alert.Maintenance, error)) error {
	var windows []alert.Maintenance
	err := p.withEvaluator(ctx, func(e *alert.Evaluator, now time.Time) (err error) {
		if windows, err = change(e.Maintenance(), now); err == nil {
			e.SetMaintenance(windows)
		}
		return err
	})
	if err != nil || p.alertStore.db == nil {
		return err
	}
	text, err := json.Marshal(windows)
	if err == nil {
		err = p.alertStore.db.SetMeta(ctx, maintenanceMeta, string(text))
	}
	if err != nil {
		return fault.New(fault.Internal, "The maintenance holds for this run only: the history cannot be written.", err)
	}
	return nil
}
