package run

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/history"
)

// Names of what a run keeps for the next one, beside lists.
const (
	keptPicture   = "picture"    // of a gateway's pages
	keptTaskTimes = "task times" // of all gateways
	keptList      = "list/"      // and the list's name
)

// How often pictures are kept: large ones, of which each is megabytes, more seldom. The
// first comes soon, and each of those after it in twice the time, for a run that is
// killed early is remembered too.
const (
	pictureFirst      = 8 * time.Second
	pictureEvery      = time.Minute
	largePicture      = 256 << 10
	largePictureEvery = 5 * time.Minute
)

// keeper gives the history what the engine wants kept; neither knows the other.
type keeper struct{ *history.DB }

var _ interface {
	PutLedger(event.GatewayID, ledger.Taken)
	PutKept(state.Kept)
} = keeper{}

// PutKept implements engine.Keeper.
func (k keeper) PutKept(now state.Kept) {
	changes := make([]history.Change, 0, len(now.Changes))
	for i := range now.Changes {
		changes = append(changes, rowOf(&now.Changes[i]))
	}
	lists := make([]history.Kept, 0, len(now.Lists))
	for _, l := range now.Lists {
		lists = append(lists, history.Kept{Gateway: l.Gateway, Name: keptList + l.Name, At: time.UnixMilli(l.At), Body: l.Body})
	}
	k.PutMemory(changes, lists)
}

// rowOf is a change as it is stored.
func rowOf(c *state.Change) history.Change {
	body, err := json.Marshal(c)
	if err != nil {
		body = nil // cannot happen: plain values only
	}
	return history.Change{
		ID: c.ID, Gateway: event.GatewayID(c.Gateway), At: time.UnixMilli(c.At), Entity: c.Entity, Subject: c.Subject, Body: body,
	}
}

// changeOf is a stored change as it is shown.
func changeOf(row *history.Change) (c state.Change, ok bool) {
	return c, json.Unmarshal(row.Body, &c) == nil
}

// changesBack is how far back changes are shown after a start; older ones are in
// the history.
const changesBack = 30 * 24 * time.Hour

// restoreChanges lists what was altered in earlier runs, before the engine runs.
func (p *Program) restoreChanges(ctx context.Context, s *state.State, known map[string]bool) {
	if p.db == nil {
		return
	}
	rows, err := p.db.Changes(ctx, "", history.Range{From: time.Now().Add(-changesBack)}, 0)
	if err != nil {
		p.log.Error("changes of earlier runs cannot be read", "cause", err)
		return
	}
	var list []state.Change
	for i := range rows {
		if c, ok := changeOf(&rows[i]); ok && (c.Gateway == "" || known[c.Gateway]) {
			list = append(list, c)
		}
	}
	s.RestoreChanges(list)
}

// restorePicture shows what an earlier run knew of a gateway. It returns the tasks
// that had not ended then and can be asked for.
func (p *Program) restorePicture(ctx context.Context, id event.GatewayID) (unended []event.TaskID) {
	var picture state.Picture
	if !p.kept(ctx, id, keptPicture, &picture) {
		return nil
	}
	p.toldSince(ctx, id, &picture)
	unended = picture.Unended()
	if err := p.engine.Do(ctx, func(s *state.State) { s.Remember(string(id), picture, time.Now()) }); err != nil {
		p.log.Error("the picture of earlier runs is not shown", "gateway", string(id), "cause", err)
	}
	return unended
}

// maxToldSince bounds what is read of what was told of tasks after a picture.
const maxToldSince = 2000

// toldSince adds to a picture the tasks that its run was told of after it was made, and
// the newest bookings: a run that was killed kept no later one.
func (p *Program) toldSince(ctx context.Context, id event.GatewayID, picture *state.Picture) {
	sources := map[string]*event.Source{}
	for _, read := range []struct {
		kind  event.Kind
		limit int
	}{
		{event.TaskProgressed{}.Kind(), maxToldSince},
		{(*event.SpendRecorded)(nil).Kind(), state.MaxTransactions},
	} {
		page, err := p.db.Events(ctx, history.Query{
			From: time.UnixMilli(picture.At), Kinds: []event.Kind{read.kind}, Gateway: id, Limit: read.limit,
		})
		if err != nil {
			p.log.Warn("what was told last cannot be read", "kind", string(read.kind), "gateway", string(id), "cause", err)
			continue
		}
		for i := range slices.Backward(page.Events) {
			if env, ok := envelopeOf(&page.Events[i], sources); ok {
				picture.Told(env)
			}
		}
	}
}

// kept reads what an earlier run kept; false where it kept nothing that can be read.
func (p *Program) kept(ctx context.Context, id event.GatewayID, name string, to any) bool {
	if p.db == nil {
		return false
	}
	k, err := p.db.Kept(ctx, id, name)
	if err == nil {
		err = json.Unmarshal(k.Body, to)
	}
	if err != nil && !errors.Is(err, history.ErrNotFound) {
		p.log.Warn("what an earlier run kept cannot be read", "name", name, "gateway", string(id), "cause", err)
	}
	return err == nil
}

// recallList gives the lists that an earlier run kept of a gateway; nil in a process
// that keeps none itself: it would find what another one finds.
func (p *Program) recallList(ctx context.Context, id event.GatewayID) func(string) []byte {
	if p.db == nil || !p.writer {
		return nil
	}
	return func(name string) []byte {
		if err := p.db.Flush(ctx); err != nil { // this run's own, if it watched before
			p.log.Warn("history is not flushed", "cause", err)
		}
		k, err := p.db.Kept(ctx, id, keptList+name)
		if err != nil {
			return nil
		}
		return k.Body
	}
}

// startMemory keeps pictures now and then, and at the end.
func (p *Program) startMemory(ctx context.Context) {
	if p.db == nil || !p.writer {
		return
	}
	next := map[string]time.Time{}
	p.background(ctx, "pictures", func(ctx context.Context) error {
		every := pictureFirst
		t := time.NewTimer(every)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				p.keepPictures(context.WithoutCancel(ctx), map[string]time.Time{})
				return nil
			case <-t.C:
				p.keepPictures(ctx, next)
				t.Reset(every)
				every = min(2*every, pictureEvery)
			}
		}
	})
}

// keepPictures keeps what is shown of every gateway that is due, and what was learned.
func (p *Program) keepPictures(ctx context.Context, next map[string]time.Time) {
	now := time.Now()
	pictures := map[string]state.Picture{}
	var times map[string]taskSamples
	_ = p.engine.Do(ctx, func(s *state.State) { // fails when everything stops
		for g := range s.Live().Gateways {
			if now.Before(next[g]) {
				continue
			}
			if picture, ok := s.Picture(g, now); ok {
				pictures[g] = picture
			}
		}
		times = p.times.samples(now)
	})
	var kept []history.Kept
	for g, picture := range pictures {
		body, err := json.Marshal(picture)
		if err != nil {
			p.log.Error("a picture cannot be kept", "gateway", g, "cause", err)
			continue
		}
		if len(body) > largePicture {
			next[g] = now.Add(largePictureEvery - pictureEvery/2)
		}
		kept = append(kept, history.Kept{Gateway: event.GatewayID(g), Name: keptPicture, At: now, Body: body})
	}
	if body, err := json.Marshal(times); err == nil && len(times) > 0 {
		kept = append(kept, history.Kept{Name: keptTaskTimes, At: now, Body: body})
	}
	p.db.PutMemory(nil, kept)
}

// dropKept removes what was kept of a gateway for the next run: it was logged out.
func (p *Program) dropKept(ctx context.Context, id event.GatewayID) error {
	if p.db == nil || !p.writer {
		return nil
	}
	return p.db.DropKept(ctx, id)
}
