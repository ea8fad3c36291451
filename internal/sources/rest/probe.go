package rest

import (
	"context"
	"time"

	"gatewatch/internal/core/event"
	texts "gatewatch/internal/core/text"
	"gatewatch/internal/sources/wire"
)

// probe asks which gateway it is.
func (w *Poller) probe(ctx context.Context) {
	w.probeAt = time.Time{}
	d, err := probe(ctx, w.opts.Client)
	switch {
	case w.dialect != wire.DialectUnknown && forbidsOne(err):
		return // what it was before; its lists are asked one by one
	case ctx.Err() != nil, err != nil && w.stopped(err):
		if ctx.Err() == nil && w.dialect == wire.DialectUnknown {
			w.probeAt = time.Now()
		}
		if ctx.Err() == nil {
			w.reportPoll(topicAdminHealth, err, time.Now(), banWait)
		}
		return
	case err != nil:
		w.probeAt = time.Now().Add(max(w.probeWait.NextBackOff(), retryOf(err)))
		w.opts.Log.Debug("the gateway cannot be asked what it is", "cause", err)
		w.reportUnidentified(ctx, err)
		return
	}
	w.found(d)
}

// found begins to read what this gateway has.
func (w *Poller) found(d wire.Dialect) {
	if d == wire.DialectUnknown && w.dialect != d {
		w.vanished()
		return
	}
	w.probeWait.Reset()
	w.opts.OnDialect(d)
	w.active.Store(d != wire.DialectUnknown)
	if d == wire.DialectUnknown {
		w.reportNoLists()
	}
	now := time.Now()
	if w.gone {
		w.gone = false
		for _, p := range w.polls {
			p.off, p.due = false, now
		}
	}
	if d == w.dialect {
		w.suspect = false // it is still the same gateway, which lacks one list
		return
	}
	w.opts.Log.Info("the gateway is known", "dialect", d.String())
	w.dialect, w.observed, w.polls, w.suspect = d, observedState{}, nil, false
	for _, t := range topics[d] {
		w.polls = append(w.polls, &poll{topic: t, due: now, wait: w.waits(t.visibleInterval)})
	}
}

// vanished waits for a gateway whose lists are not found any more: what stands
// in front of it may answer in its place while it starts.
func (w *Poller) vanished() {
	w.gone = true
	for _, p := range w.polls {
		p.off = true
	}
	w.probeAt = time.Now().Add(w.probeWait.NextBackOff())
	w.emitLink(event.LinkReconnecting, "gateway_down", texts.CauseListsGone, w.probeAt)
}

// probe tells the gateways apart by which list they have. A gateway that has
// neither is of the contract's kind, or no gateway. One that does not let us read
// the first has it, if it answers for the second.
func probe(ctx context.Context, c *Client) (wire.Dialect, error) {
	body, err := c.Get(ctx, pathGroups)
	if err == nil {
		if _, err := readList[Group](body); err == nil {
			return wire.DialectAugust, nil
		}
	} else if !NotFound(err) && !forbidsOne(err) {
		return wire.DialectUnknown, err
	}
	forbidden := err != nil && !NotFound(err)
	body, err = c.Get(ctx, pathStatuses)
	if err == nil {
		if _, err := readChecks(body); err == nil {
			return wire.DialectJuly, nil
		}
	} else if !NotFound(err) {
		return wire.DialectUnknown, err
	} else if forbidden {
		return wire.DialectAugust, nil
	}
	return wire.DialectUnknown, nil
}
