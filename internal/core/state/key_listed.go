package state

import (
	"strings"

	"gatewatch/internal/core/event"
)

// unlisted has keys be deleted that only their money tells of, as after a restart:
// the whole list of keys was read twice and did not have them. One may be newer than
// the read of which it was told.
func (s *State) unlisted(gateway string) {
	for _, m := range s.spend {
		if m.told || m.view.Gateway != gateway || m.view.Status != "unknown" {
			continue
		}
		if m.missed++; m.missed > 1 {
			m.view.Status = "deleted"
			s.touch(m)
		}
	}
}

// keyRead takes what a read showed. It may turn a total back.
func (s *State) keyRead(env *event.Envelope, b event.KeyRead) {
	k, m := s.key(env.Source.Gateway, b.Key)
	if k == nil {
		return
	}
	at := eventTime(env, b.At)
	if b.Name != "" {
		k.Name = b.Name
	}
	if b.Group != "" {
		k.Group = string(b.Group)
	}
	if env.Source.Via == event.ViaREST {
		k.Status, m.told = statusOf(b.Enabled), true
		k.Expires, k.PeriodEnd = ms(b.Expires), ms(b.Resets)
	}
	if b.LimitUntold && !m.told {
		if m.limitBySpend {
			k.loseLimit(event.NotKnown[event.NanoUSD](event.ReadingUnknown, LimitUntold))
		}
		if m.doubted, k.LimitUntoldAt = (event.Reading[event.NanoUSD]{}), ms(env.At); k.Limit.Known() {
			k.LimitUntoldAt = 0 // something else tells it
		}
	}
	if b.Limit.Status() != event.ReadingUnknown {
		m.limitTold(k, b.Limit, ms(env.At))
		m.limitBySpend = env.Source.Via == event.ViaHub && env.Source.Name == "spend"
		epoch := ""
		switch {
		case !b.Period.IsZero():
			epoch = periodPrefix + b.Period.UTC().Format("2006-01-02")
		case env.Source.Via == event.ViaREST && strings.HasPrefix(k.PeriodID, periodPrefix):
			k.PeriodID = "" // it has none any more
		}
		s.newLimit(k, b.Limit, epoch)
	}
	m.listed = m.listed || b.HasSpend && env.Source.Via == event.ViaREST
	if b.HasSpend && (env.Source.Via == event.ViaREST && at >= m.totalAt || b.Spend > k.Total.Or(-1)) {
		k.Total, m.totalAt, k.Source = event.Known(b.Spend), at, env.Source.String()
		k.TotalSince, m.since = ms(b.Since), ms(b.Since)
		s.verifyClaim(k)
	}
	s.keyTotal(env, m, &b)
	if b.HasSpend && !b.Since.IsZero() {
		s.keySum(s.moneyOf(env.Source.Gateway), m, b.Spend)
	}
	k.UpdatedAt = max(k.UpdatedAt, at)
	s.touch(m)
}
