package run

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/desktop/notify"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/update"
)

// The answers of a look for a newer version.
const (
	UpdateCurrent     = "current"
	UpdateNewer       = "newer"
	UpdateOlder       = "older"       // than this program
	UpdateRefused     = "refused"     // what was found is not believed
	UpdateUnreachable = "unreachable" // nothing was found
	UpdateUnset       = "unset"       // there is no address or no key to look with
)

// UpdateAnswer is what a look for a newer version found.
type UpdateAnswer struct {
	Kind    string
	Version string // that is named; "" if none is believed
	Notes   string // address of what is new
	Text    string // the answer in a sentence
	At      time.Time
}

const (
	updateInterval = 24 * time.Hour
	updateTick     = 10 * time.Minute
)

// updateMemory is what is remembered of updates across runs.
type updateMemory struct {
	Looked time.Time `json:"looked"`         // by itself
	Signed time.Time `json:"signed"`         // when the newest believed file was signed
	Key    string    `json:"key"`            // that it was signed with
	Told   string    `json:"told,omitempty"` // the version that was told of last
}

// startUpdates looks once a day, if that is wanted.
func (p *Program) startUpdates(ctx context.Context) {
	if !p.writer || p.opts.Target.Demo || p.opts.Role != "window" && p.opts.Role != "" {
		return
	}
	p.background(ctx, "updates", func(ctx context.Context) error {
		t := time.NewTicker(updateTick)
		defer t.Stop()
		for {
			p.lookDaily(ctx, time.Now())
			select {
			case <-ctx.Done():
				return nil
			case <-t.C:
			case <-p.askUpdates:
			}
		}
	})
}

// lookDaily looks if that is wanted and was not done for a day. A clock that was
// set back does not keep it from looking.
func (p *Program) lookDaily(ctx context.Context, now time.Time) {
	if u := p.Settings().Updates; !u.Daily || u.Address == "" {
		return
	}
	m := p.updateMemory()
	if since := now.Sub(m.Looked); since >= 0 && since < updateInterval {
		return
	}
	answer := p.CheckForUpdates(ctx)
	if ctx.Err() != nil {
		return
	}
	news := false
	p.rememberUpdates(func(m *updateMemory) {
		m.Looked = now
		if news = answer.Kind == UpdateNewer && answer.Version != m.Told; news {
			m.Told = answer.Version
		}
	})
	if news {
		p.tellUpdate(ctx, answer)
	}
	if answer.Kind != UpdateNewer && answer.Kind != UpdateCurrent {
		p.log.Warn("looking for a newer version", "answer", answer.Text)
	}
}

// tellUpdate tells once of a version: as a notification, and in the window until
// the program ends.
func (p *Program) tellUpdate(ctx context.Context, a UpdateAnswer) {
	title, body := text.UpdateNewer(a.Version, p.opts.Version, a.Notes)
	p.reportCondition(ctx, state.AppCondition{ID: "update", Severity: string(event.SeverityInfo), Title: title, Text: body})
	if p.sender == nil {
		return
	}
	err := p.sender.Send(ctx, notify.Notification{ID: "update", Title: title, Body: body, Severity: event.SeverityInfo, New: true})
	if err != nil {
		p.log.Info("a newer version is not notified of", "cause", err)
	}
}

// TellUpdates looks now, and tells what it found as a notification, a newer version
// in the window, too.
func (p *Program) TellUpdates(ctx context.Context) error {
	a := p.CheckForUpdates(ctx)
	title, body := "Updates", a.Text
	if a.Kind == UpdateNewer {
		title, body = text.UpdateNewer(a.Version, p.opts.Version, a.Notes)
		p.reportCondition(ctx, state.AppCondition{ID: "update", Severity: string(event.SeverityInfo), Title: title, Text: body})
		p.rememberUpdates(func(m *updateMemory) { m.Told = a.Version })
	}
	if p.sender == nil {
		return fault.New(fault.Usage, "This process raises no notifications.", nil)
	}
	return p.sender.Send(ctx, notify.Notification{
		ID: "update", Title: title, Body: body, Severity: event.SeverityInfo, New: true, Silent: true,
	})
}

// CheckForUpdates looks now and says what it found. It installs nothing.
func (p *Program) CheckForUpdates(ctx context.Context) UpdateAnswer {
	now := time.Now()
	a := UpdateAnswer{Kind: UpdateUnset, At: now}
	set := p.Settings().Updates
	if set.Address == "" {
		a.Text = text.UpdateNoAddress
		return a
	}
	key, err := update.ParseKey(set.Key)
	if err != nil {
		a.Text = text.UpdateNoKey
		return a
	}
	raw, err := p.fetchUpdate(ctx, set.Address)
	if err != nil {
		a.Kind, a.Text = refusal(err)
		return a
	}
	var r update.Release
	p.rememberUpdates(func(m *updateMemory) {
		before := m.Signed
		if m.Key != set.Key {
			before = time.Time{} // another signer
		}
		if r, err = update.Read(raw, key, now, before); err == nil {
			m.Signed, m.Key = r.At, set.Key
		}
	})
	if err != nil {
		a.Kind, a.Text = refusal(err)
		return a
	}
	a.Version, a.Notes = r.Version, r.Notes
	a.Kind, a.Text = compared(r, p.opts.Version)
	return a
}

// compared says how the version that is named stands to our own.
func compared(r update.Release, own string) (kind, said string) {
	if !update.IsVersion(own) {
		return UpdateNewer, text.UpdateUnknownSelf
	}
	switch c := update.Compare(r.Version, own); {
	case c > 0:
		title, body := text.UpdateNewer(r.Version, own, "")
		return UpdateNewer, text.TitleAndBody(title, body)
	case c < 0:
		return UpdateOlder, text.UpdateOlder(r.Version, own)
	}
	return UpdateCurrent, text.UpdateCurrent(own)
}

// refusal is the answer where nothing could be read or believed.
func refusal(err error) (kind, said string) {
	for _, x := range []struct {
		is   error
		said string
	}{
		{update.ErrSignature, text.UpdateSignature},
		{update.ErrForm, text.UpdateNoFile},
		{update.ErrLarge, text.UpdateLarge},
		{update.ErrReplayed, text.UpdateReplayed},
		{update.ErrFuture, text.UpdateFuture},
		{update.ErrExpired, text.UpdateExpired},
		{update.ErrRedirect, text.UpdateRedirects(err.Error())},
	} {
		if errors.Is(err, x.is) {
			return UpdateRefused, x.said
		}
	}
	if of, is := errors.AsType[*url.Error](err); is {
		err = of.Err // without the address, which is on the screen
	}
	return UpdateUnreachable, text.UpdateUnreachable(err.Error())
}

// fetchUpdate reads an address through the network that gateways are read
// through.
func (p *Program) fetchUpdate(ctx context.Context, address string) ([]byte, error) {
	o, err := networkOptions(p.Settings().Network)
	if err != nil {
		return nil, err
	}
	e, err := hub.NewEnvironment(o)
	if err != nil {
		return nil, err
	}
	client := e.Client()
	defer client.CloseIdleConnections()
	return update.Fetch(ctx, client, address)
}

func (p *Program) updateMemory() (m updateMemory) {
	raw, err := os.ReadFile(p.opts.Paths.Updates)
	if err == nil && json.Unmarshal(raw, &m) != nil {
		m = updateMemory{}
	}
	return m
}

// rememberUpdates changes what is remembered, one change at a time.
func (p *Program) rememberUpdates(edit func(*updateMemory)) {
	p.updating.Lock()
	defer p.updating.Unlock()
	m := p.updateMemory()
	before := m
	if edit(&m); m == before {
		return
	}
	raw, err := json.Marshal(m)
	err = cmp.Or(err, os.WriteFile(p.opts.Paths.Updates, raw, 0o600))
	if err != nil {
		p.log.Warn("what is known of newer versions is not kept", "cause", err)
	}
}
