package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/program/run"
)

// MuteScope is what is muted: all that agrees in the fields that are set; none
// means everything.
type MuteScope struct {
	Alert    string `json:"alert"`
	Gateway  string `json:"gateway"`
	Category string `json:"category"`
	// Entity is the id of a key, group, provider or task in the live state, and
	// Kind which of these it is.
	Entity string `json:"entity"`
	Kind   string `json:"kind"`
}

func (s MuteScope) matcher() alert.Matcher {
	return alert.Matcher{Fingerprint: s.Alert, Gateway: s.Gateway, Category: alert.Category(s.Category), StateID: s.Entity, EntityKind: s.Kind}
}

func scopeOf(m alert.Matcher) MuteScope {
	return MuteScope{Alert: m.Fingerprint, Gateway: m.Gateway, Category: string(m.Category), Entity: m.StateID, Kind: m.EntityKind}
}

// Muted is something that is muted, until a time or, with 0, until it is
// resolved.
type Muted struct {
	Scope        MuteScope `json:"scope"`
	Until        int64     `json:"until"`
	AlsoCritical bool      `json:"alsoCritical"`
}

// MaintenanceWindow is a planned time in which nothing is told of a scope.
type MaintenanceWindow struct {
	ID     string    `json:"id"` // "" for a new one
	Scope  MuteScope `json:"scope"`
	From   int64     `json:"from"` // of the window that is now or comes next
	To     int64     `json:"to"`
	Weekly bool      `json:"weekly"`
	Note   string    `json:"note"`
}

// Mute holds notifications of a scope back until a time in Unix milliseconds; 0
// means until what is open of it now is resolved. With alsoCritical those of
// critical alerts, too.
func (a *Alerts) Mute(scope MuteScope, until int64, alsoCritical bool) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error {
		end := time.Time{}
		if until > 0 {
			end = time.UnixMilli(until)
		}
		return p.Mute(ctx, scope.matcher(), end, alsoCritical)
	})
}

// Unmute ends that. What is still true is judged anew.
func (a *Alerts) Unmute(scope MuteScope) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error { return p.Unmute(ctx, scope.matcher()) })
}

// Mutes lists what is muted now, what ends first first.
func (a *Alerts) Mutes() ([]Muted, error) {
	return call(a.h, func(ctx context.Context, p *run.Program) ([]Muted, error) {
		silences, err := p.Mutes(ctx)
		out := []Muted{}
		for _, s := range silences {
			m := Muted{Scope: scopeOf(s.Matcher), AlsoCritical: s.Critical}
			if !s.UntilResolved {
				m.Until = s.Until.UnixMilli()
			}
			out = append(out, m)
		}
		slices.SortFunc(out, func(a, b Muted) int {
			return cmp.Or(cmp.Compare(a.Until, b.Until), cmp.Compare(a.Scope.Alert, b.Scope.Alert))
		})
		return out, err
	})
}

// Maintenance lists the maintenance windows that are not over.
func (a *Alerts) Maintenance() ([]MaintenanceWindow, error) {
	return call(a.h, func(ctx context.Context, p *run.Program) ([]MaintenanceWindow, error) {
		windows, err := p.Maintenance(ctx)
		out := []MaintenanceWindow{}
		for _, m := range windows {
			from, to, _ := m.Next(time.Now())
			out = append(out, MaintenanceWindow{
				ID: m.ID, Scope: scopeOf(m.Matcher), From: from.UnixMilli(), To: to.UnixMilli(), Weekly: m.Weekly, Note: m.Note,
			})
		}
		slices.SortFunc(out, func(a, b MaintenanceWindow) int {
			return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.ID, b.ID))
		})
		return out, err
	})
}

// AddMaintenance plans a window, once or each week.
func (a *Alerts) AddMaintenance(window MaintenanceWindow) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error {
		return p.AddMaintenance(ctx, alert.Maintenance{
			Matcher: window.Scope.matcher(), From: time.UnixMilli(window.From), To: time.UnixMilli(window.To),
			Weekly: window.Weekly, Note: window.Note,
		})
	})
}

// EndMaintenance ends a window, or takes back a planned one.
func (a *Alerts) EndMaintenance(id string) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error { return p.EndMaintenance(ctx, id) })
}
