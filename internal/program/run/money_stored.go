package run

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
)

// NotWatching is why what a history has is as of then.
const NotWatching = "nobody watches it now"

// storedGroups are the names of a gateway's groups by the last picture that was
// kept of it.
func storedGroups(ctx context.Context, db *history.DB, id event.GatewayID) (map[string]string, error) {
	k, err := db.Kept(ctx, id, keptPicture)
	if errors.Is(err, history.ErrNotFound) {
		return nil, nil
	}
	var picture state.Picture
	if err == nil {
		err = json.Unmarshal(k.Body, &picture)
	}
	names := map[string]string{}
	for _, g := range picture.Groups {
		names[g.Group] = g.Name
	}
	return names, err
}

// StoredMoney is what a history knows of what was spent today at the gateways
// of profiles: as of when they were watched last. What they spend now, nobody
// knows from it. Groups have the names that they had in the last picture.
func StoredMoney(ctx context.Context, db *history.DB, profiles []config.Profile, now time.Time) ([]state.Money, error) {
	all := []state.Money{}
	y, m, d := now.Date()
	midnight := ledger.MinuteOf(time.Date(y, m, d, 0, 0, 0, 0, now.Location()))
	for _, p := range profiles {
		saved, err := db.Ledger(ctx, p.ID, midnight-2*60)
		if err != nil {
			return nil, err
		}
		s := state.New()
		s.SetGateway(state.Gateway{ID: string(p.ID), Label: p.Label})
		if !saved.Empty() {
			s.RestoreLedger(p.ID, saved, now)
		}
		s.Derive(now)
		money := s.Live().Money()[0]
		money.PerHour, money.OverMinutes = event.NotKnown[event.NanoUSD](event.ReadingUnknown, NotWatching), 0
		if b := s.Book(p.ID); b != nil {
			st := b.Statement(midnight, ledger.MinuteOf(now)+1)
			money.NoGroup = st.NoGroup
			names, err := storedGroups(ctx, db, p.ID)
			if err != nil {
				return nil, err
			}
			for g, n := range st.Groups {
				money.Groups = append(money.Groups, state.MoneyPart{ID: string(g), Name: names[string(g)], Nano: n})
			}
			state.SortParts(money.Groups)
		}
		all = append(all, money)
	}
	return all, nil
}
