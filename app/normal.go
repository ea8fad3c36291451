package app

import (
	"context"

	"gatewatch/internal/core/event"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// Normal is something that a rule found unusual and the user called normal.
type Normal struct {
	Rule      string `json:"rule"`
	Gateway   string `json:"gateway"`
	Kind      string `json:"kind"`
	Entity    string `json:"entity"`
	Dimension string `json:"dimension"`
	Title     string `json:"title"` // what the alert said
}

// CallNormal has what an alert found unusual count as normal from now on. It is told
// again if it is half as much again as it was.
func (a *Alerts) CallNormal(id string) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error { return p.CallNormal(ctx, id) })
}

// CallUnusual takes that back.
func (a *Alerts) CallUnusual(n Normal) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error {
		return p.CallUnusual(ctx, config.Normal{
			Rule: n.Rule, Gateway: event.GatewayID(n.Gateway), Kind: n.Kind, Entity: n.Entity, Dimension: n.Dimension,
		})
	})
}

// Normals lists what was called normal.
func (a *Alerts) Normals() ([]Normal, error) {
	return call(a.h, func(_ context.Context, p *run.Program) ([]Normal, error) {
		out := []Normal{}
		for _, n := range p.Settings().Alerts.Normal {
			out = append(out, Normal{Rule: n.Rule, Gateway: string(n.Gateway), Kind: n.Kind, Entity: n.Entity, Dimension: n.Dimension, Title: n.Title})
		}
		return out, nil
	})
}
