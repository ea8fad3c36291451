package app

import (
	"cmp"
	"context"
	"slices"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/history"
)

// titles says what the lines of a series are called: providers as
// state.Live.ProviderTitle has them now, so that what a hub and what the
// request log shows of one provider is one line; anything else as it is.
type titles struct {
	live  *state.Live // nil where lines are not of providers
	known map[[2]string]string
}

// titles prepares the names of lines by what they are grouped by.
func (h *host) titles(ctx context.Context, by string) (titles, error) {
	if by != string(history.GroupProvider) {
		return titles{}, nil
	}
	_, p, err := h.get()
	if err != nil {
		return titles{}, err
	}
	s, err := p.Snapshot(ctx)
	return titles{live: &s.Live, known: map[[2]string]string{}}, err
}

// shown are the gateways of which the page tells: a chart has no money of one that was
// removed, as the sum beside it has none. In a replay, and where there are none, it is nil:
// all of which anything is kept.
func (h *host) shown() (of []event.GatewayID, err error) {
	if _, past := h.replaying.asOf(); past {
		return nil, nil
	}
	_, p, err := h.get()
	if err != nil {
		return nil, err
	}
	for _, x := range p.Profiles() {
		of = append(of, x.ID)
	}
	return of, nil
}

func (t titles) of(gateway, sent string) string {
	if t.live == nil {
		return sent
	}
	id := [2]string{gateway, sent}
	title, known := t.known[id]
	if !known {
		title = t.live.ProviderTitle(gateway, sent)
		t.known[id] = title
	}
	return title
}

// lines puts lines of one gateway that are called the same together, dearest
// first. A step may then have several points. Those of two gateways stay two
// lines, and say whose they are.
func (t titles) lines(all []history.SpendLine) []history.SpendLine {
	if t.live == nil {
		return all
	}
	type place struct {
		gateway event.GatewayID
		title   string
	}
	at := map[place]int{}
	var out []history.SpendLine
	for _, l := range all {
		l.Group = t.of(string(l.Gateway), l.Group)
		k := place{l.Gateway, l.Group}
		i, known := at[k]
		if !known {
			at[k] = len(out)
			out = append(out, l)
			continue
		}
		have := &out[i]
		have.Amount += l.Amount
		have.Requests += l.Requests
		have.Points = append(have.Points, l.Points...)
	}
	t.tellApart(out)
	slices.SortStableFunc(out, func(a, b history.SpendLine) int { return cmp.Compare(b.Amount, a.Amount) })
	return out
}

// tellApart adds the gateway to titles that lines of several gateways have.
func (t titles) tellApart(lines []history.SpendLine) {
	times := map[string]int{}
	for _, l := range lines {
		times[l.Group]++
	}
	for i := range lines {
		if l := &lines[i]; l.Group != "" && times[l.Group] > 1 {
			l.Group += " (" + cmp.Or(t.live.Gateways[string(l.Gateway)].Label, string(l.Gateway)) + ")"
		}
	}
}
