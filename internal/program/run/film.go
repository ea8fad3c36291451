package run

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"gatewatch/internal/core/film"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/history"
)

// How often what is shown is kept, for replay.
const (
	filmStep = 2 * time.Second
	// filmBusy is how much may change in a step, unpacked, before steps become
	// longer, up to filmSlowest.
	filmBusy    = 64 << 10
	filmSlowest = 10 * time.Second
	// reelMost is how long a reel is.
	reelMost = 10 * time.Minute
	// filmAlive is how long nothing changes before that is kept, too: who looks
	// later can tell it from nobody watching.
	filmAlive = 45 * time.Second
)

// camera keeps what is shown: the engine gives it what changed, and its own
// goroutine packs that and hands it to the history.
type camera struct {
	keep func(history.FilmPiece) bool
	log  *slog.Logger

	mu      sync.Mutex
	whole   *state.Live // begins the next reel; nil if none does
	changed state.Delta // since the last piece
	at      time.Time   // of both
	cut     bool        // a new reel is wanted

	// Of the goroutine alone.
	encoder film.Encoder
	reel    time.Time // zero: there is none
	n       int
	last    time.Time // of the last piece
	due     time.Time
}

// Shown implements engine.Camera.
func (c *camera) Shown(now time.Time, changed state.Delta, whole func() state.Live) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = now
	if c.cut && whole != nil {
		live := whole()
		c.whole, c.changed, c.cut = &live, state.Delta{}, false
		return
	}
	c.changed.Merge(changed)
}

// run packs until ctx ends, and then what is left.
func (c *camera) run(ctx context.Context) error {
	t := time.NewTicker(filmStep)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			c.step(time.Now(), true)
			return nil
		case <-t.C:
			c.step(time.Now(), false)
		}
	}
}

// step packs what changed, if it is time to; with last in any case.
func (c *camera) step(now time.Time, last bool) {
	if now.Before(c.due) && !last {
		return
	}
	c.mu.Lock()
	whole, changed, at := c.whole, c.changed, c.at
	c.whole, c.changed = nil, state.Delta{}
	c.mu.Unlock()
	switch {
	case whole != nil:
		c.begin(whole, at)
		if !changed.Empty() {
			c.goOn(&changed, at)
		}
	case c.reel.IsZero():
		c.wantReel() // what changed will be in it
	case !changed.Empty():
		c.goOn(&changed, at)
	case now.Sub(c.last) >= filmAlive:
		c.goOn(&changed, now)
	}
	if !c.reel.IsZero() && (c.encoder.Full() || now.Sub(c.reel) >= reelMost) {
		c.wantReel()
	}
}

func (c *camera) wantReel() {
	c.mu.Lock()
	c.cut = true
	c.mu.Unlock()
}

// begin begins a reel.
func (c *camera) begin(whole *state.Live, at time.Time) {
	body, err := c.encoder.Whole(whole)
	c.reel, c.n = at, 0
	c.put(body, at, err)
}

// goOn adds to the reel, which ends where the clock was set back.
func (c *camera) goOn(changed *state.Delta, at time.Time) {
	if at.Before(c.last) {
		c.reel = time.Time{}
		return
	}
	body, err := c.encoder.Delta(changed)
	c.put(body, at, err)
}

// put hands a piece to the history. A reel of which one is missing is over.
func (c *camera) put(body []byte, at time.Time, err error) {
	if err != nil || !c.keep(history.FilmPiece{Reel: c.reel, N: c.n, At: at, Body: body}) {
		c.log.Warn("what is shown is not kept for replay", "cause", err)
		c.reel = time.Time{}
		return
	}
	c.n++
	c.last = at
	c.due = at.Add(min(filmStep*time.Duration(c.encoder.Last()/filmBusy), filmSlowest))
}

// startCamera keeps what is shown, for replay.
func (p *Program) startCamera(ctx context.Context) {
	if p.camera == nil {
		return
	}
	if _, err := p.db.Meta(ctx, measuredMeta); errors.Is(err, history.ErrNotFound) {
		err = p.db.SetMeta(ctx, measuredMeta, strconv.FormatInt(time.Now().UnixMilli(), 10))
		if err != nil && ctx.Err() == nil {
			p.log.Warn("that what is measured is kept from now on is not noted", "cause", err)
		}
	}
	p.background(ctx, "camera", p.camera.run)
}
