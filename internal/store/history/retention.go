package history

import (
	"context"
	"fmt"
	"time"
)

// Retention says how long rows are kept, as Options does: zero fields are its
// defaults.
type Retention struct {
	Events, Rollups time.Duration
	MaxBytes        int64
}

func (o *Options) retention() *Retention {
	return &Retention{Events: o.EventRetention, Rollups: o.RollupRetention, MaxBytes: o.MaxBytes}
}

// SetRetention changes how long rows are kept. What is too old or too much by
// now is deleted at once, by the maintainer. A read-only DB deletes nothing
// and ignores it. It does not block.
func (d *DB) SetRetention(r Retention) {
	if d.w == nil {
		return
	}
	o := Options{EventRetention: r.Events, RollupRetention: r.Rollups, MaxBytes: r.MaxBytes}.withDefaults()
	if d.w.f.path == "" {
		o.MaxBytes = min(o.MaxBytes, maxMemory)
	}
	d.w.retention.Store(o.retention())
	select {
	case d.w.maintainNow <- struct{}{}:
	default: // it is about to
	}
}

// keptByWipe is how much of the latest money stays: what is shown of today is made of it.
const keptByWipe = 26 * time.Hour

// Wipe deletes what happened: events, what pages showed, changes, alerts that are over with their
// decisions, and spend older than 26 hours. Open alerts, silences, the log of
// what was notified of and what the books of gateways hang on stay, as does
// the newest event, whose number the next one follows.
func (d *DB) Wipe(ctx context.Context) error {
	if d.w == nil {
		return ErrReadOnly
	}
	if err := d.Flush(ctx); err != nil {
		return err
	}
	before := d.opt.Now().Add(-keptByWipe)
	for _, f := range []struct {
		statement string
		arg       int64
	}{
		{"DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE seq < (SELECT max(seq) FROM event) AND seq > ? ORDER BY seq LIMIT ?)", -1},
		{"DELETE FROM film WHERE id IN (SELECT id FROM film WHERE id > ? LIMIT ?)", -1},
		{"DELETE FROM change WHERE (gateway, id) IN (SELECT gateway, id FROM change WHERE at > ? LIMIT ?)", -1},
		{"DELETE FROM timeline WHERE id IN (SELECT id FROM timeline WHERE id > ? LIMIT ?)", -1},
		{"DELETE FROM decision WHERE id IN (SELECT id FROM decision WHERE id > ? LIMIT ?)", -1},
		{"DELETE FROM instance WHERE fingerprint IN (SELECT fingerprint FROM instance WHERE ended_at > ? LIMIT ?)", 0},
		{"DELETE FROM spell WHERE (fingerprint, n) IN (SELECT fingerprint, n FROM spell WHERE ended_at > ? LIMIT ?)", 0},
		{`DELETE FROM spend_hour WHERE (hour, gateway, key, model, provider) IN
			(SELECT hour, gateway, key, model, provider FROM spend_hour WHERE hour < ? LIMIT ?)`, floorDiv(before.Unix(), 3600)},
		{`DELETE FROM spend_day WHERE (day, gateway, key, model, provider) IN
			(SELECT day, gateway, key, model, provider FROM spend_day WHERE day < ? LIMIT ?)`, civilDay(before, d.opt.Location)},
		{`DELETE FROM ledger_minute WHERE (minute, gateway, grp, key, provider, model, kind) IN
			(SELECT minute, gateway, grp, key, provider, model, kind FROM ledger_minute WHERE minute < ? LIMIT ?)`, floorDiv(before.Unix(), 60)},
		{`DELETE FROM ledger_undated WHERE (gateway, until, after, grp, key) IN
			(SELECT gateway, until, after, grp, key FROM ledger_undated WHERE until < ? LIMIT ?)`, floorDiv(before.Unix(), 60)},
	} {
		if err := d.forget(ctx, f.statement, f.arg); err != nil {
			return fmt.Errorf("history: wipe: %w", err)
		}
	}
	c := &command{call: func() error { d.w.compact(context.Background()); return nil }, done: make(chan struct{})}
	return d.send(ctx, c)
}
