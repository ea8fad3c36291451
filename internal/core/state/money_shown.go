package state

import (
	"cmp"
	"slices"

	"gatewatch/internal/core/event"
)

// Money is what a gateway spends, as the page, the status item, the command
// "status" and exports say it: Today is Keys + NoKey + Adjusted, and Groups +
// NoGroup. Readings that are not known say why.
type Money struct {
	Gateway string                       `json:"gateway"`
	Label   string                       `json:"label,omitempty"`
	Today   event.Reading[event.NanoUSD] `json:"today"`
	// PerHour is what is spent now, an hour's worth, over the last OverMinutes
	// minutes that were watched.
	PerHour     event.Reading[event.NanoUSD] `json:"perHour"`
	OverMinutes int64                        `json:"overMinutes"`

	Groups   []MoneyPart   `json:"groups"`
	NoGroup  event.NanoUSD `json:"noGroup"`
	Keys     []MoneyPart   `json:"keys"`
	NoKey    event.NanoUSD `json:"noKey"`
	Adjusted event.NanoUSD `json:"adjusted"`
	// Unlogged, Undebited and Pending are of today, and in the parts: see
	// Gateway.
	Unlogged  event.NanoUSD `json:"unlogged"`
	Undebited event.NanoUSD `json:"undebited"`
	Pending   event.NanoUSD `json:"pending"`
}

// MoneyPart is what of it is one key's or one group's.
type MoneyPart struct {
	ID   string        `json:"id"`
	Name string        `json:"name,omitempty"`
	Nano event.NanoUSD `json:"nano"`
}

// Why a rate is not known.
const (
	TooShort   = "too little was watched of the last minutes"
	OneMinute  = "one minute's spend is most of it"
	NotWatched = "it is not seen what is spent now"
)

// BurnOf is what gateways spend an hour together, and over how many minutes of
// the one that was watched least: at least the sum of those that are known, where
// one is not. That is not known where none of them spends anything.
func BurnOf(gateways ...Gateway) (perHour event.Reading[event.NanoUSD], minutes int64) {
	unknown := event.NotKnown[event.NanoUSD](event.ReadingUnknown, TooShort)
	var sum event.NanoUSD
	var first, why string // why the first that is not known is not
	known := 0
	for _, g := range gateways {
		n, told := g.BurnPerHour.Get()
		if !told || n < 0 { // negative in what is replayed of before
			if first == "" {
				first = cmp.Or(g.Label, g.ID)
			}
			if why == "" && !told && g.BurnPerHour.Why() != "" {
				why, unknown = g.BurnPerHour.Why(), g.BurnPerHour
			}
			continue
		}
		if known == 0 || g.BurnSpan < minutes {
			minutes = g.BurnSpan
		}
		sum += n
		known++
	}
	switch {
	case known == len(gateways) && known > 0:
		return event.Known(sum), minutes
	case sum == 0:
		return unknown, 0
	}
	return event.Known(sum).AtLeast(first + ": " + cmp.Or(why, TooShort)), minutes
}

// Money is what each gateway spends, in the order of their ids; parts are the
// largest first, and only those that are not 0.
func (l *Live) Money() []Money {
	all := []Money{}
	for _, g := range l.Gateways {
		m := Money{
			Gateway: g.ID, Label: g.Label, Today: g.Today, Groups: []MoneyPart{}, Keys: []MoneyPart{},
			NoKey: event.NanoUSD(g.TodayNoKey), Adjusted: event.NanoUSD(g.TodayAdjusted),
			Unlogged: event.NanoUSD(g.TodayUnlogged), Undebited: event.NanoUSD(g.TodayUndebited), Pending: event.NanoUSD(g.TodayPending),
		}
		m.PerHour, m.OverMinutes = BurnOf(g)
		m.NoGroup = g.Today.Or(0)
		for _, x := range l.Groups {
			if n := x.Today.Or(0); x.Gateway == g.ID && n != 0 {
				m.Groups = append(m.Groups, MoneyPart{x.Group, x.Name, n})
				m.NoGroup -= n
			}
		}
		for _, k := range l.Keys {
			if n := k.Today.Or(0); k.Gateway == g.ID && n != 0 {
				m.Keys = append(m.Keys, MoneyPart{k.Key, k.Name, n})
			}
		}
		SortParts(m.Groups)
		SortParts(m.Keys)
		all = append(all, m)
	}
	slices.SortFunc(all, func(x, y Money) int { return cmp.Compare(x.Gateway, y.Gateway) })
	return all
}

// SortParts puts the largest first.
func SortParts(parts []MoneyPart) {
	slices.SortFunc(parts, func(x, y MoneyPart) int { return cmp.Or(cmp.Compare(y.Nano, x.Nano), cmp.Compare(x.ID, y.ID)) })
}
