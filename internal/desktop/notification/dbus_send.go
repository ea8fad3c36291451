//go:build unix && !darwin

package notification

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"sync"

	"github.com/godbus/dbus/v5"

	"gatewatch/internal/core/event"
	"gatewatch/internal/desktop/notify"
)

// send gives n to the service. Called with mu held.
func (s *dbusSender) send(ctx context.Context, n notify.Notification) error {
	if err := s.connect(ctx); err != nil {
		return err
	}
	if s.service == nil {
		if _, err := s.queryServer(ctx); err != nil {
			return err
		}
	}
	if s.service.unanswered >= maxUnanswered {
		if _, err := s.queryServer(ctx); err != nil {
			return fmt.Errorf("%w: %w", errStuck, err)
		}
	}
	old := s.onScreen.shown(n.ID)
	var replaces uint32
	if old != nil && !n.New {
		replaces = old.number
	}
	s.sent++
	b := &shownNotification{id: n.ID, route: n.Route, turn: s.sent}
	if err := s.show(ctx, b, s.arguments(n, replaces)); err != nil {
		return err
	}
	if old != nil && old.number != b.number {
		s.remove(ctx, old)
	}
	s.leave()
	return nil
}

// show calls Notify and remembers b under the number that it is given. If the
// answer does not come in time, it is awaited in the background: the notification may
// be shown yet, and a later notification must be able to replace it.
func (s *dbusSender) show(ctx context.Context, b *shownNotification, args []any) error {
	done := s.unblock(ctx)
	// Addressed to the daemon itself: a number means something else to the
	// daemon that follows it.
	call := s.bus.Object(s.service.owner, servicePath).
		Go(serviceIface+".Notify", 0, make(chan *dbus.Call, 1), args...)
	done()
	select {
	case <-call.Done:
		if err := call.Store(&b.number); err != nil {
			return err
		}
		s.onScreen.add(b)
		return nil
	case <-ctx.Done():
		service := s.service
		service.unanswered++
		bus := s.bus
		s.work.Go(func() { s.await(bus, call, b, service) })
		return ctx.Err()
	}
}

// await takes the answer to a call that was given up.
func (s *dbusSender) await(bus *dbus.Conn, call *dbus.Call, b *shownNotification, from *service) {
	select {
	case <-call.Done:
	case <-bus.Context().Done():
		return // what was shown went with it
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.service != from {
		return
	}
	from.unanswered--
	if call.Store(&b.number) != nil {
		return
	}
	other := s.onScreen.shown(b.id)
	s.onScreen.add(b)
	defer s.leave()
	if other == nil || other.number == b.number {
		return
	}
	ctx, cancel := context.WithTimeout(s.lifetime, s.o.Timeout)
	defer cancel()
	if other.turn > b.turn {
		other = b
	}
	s.remove(ctx, other)
}

// remove takes b off the screen because another notification stands for it. If that
// fails, something is shown twice: no reason to show it again.
func (s *dbusSender) remove(ctx context.Context, b *shownNotification) {
	s.onScreen.drop(b)
	if err := s.close(ctx, b.number); err != nil {
		s.o.Log.Warn("an outdated notice stays on the screen", "err", err)
	}
}

// close takes a notification off the screen. That it is gone already is no error.
func (s *dbusSender) close(ctx context.Context, number uint32) error {
	err := s.call(ctx, s.service.owner, "CloseNotification", number).Err
	var answer dbus.Error
	switch {
	case disconnected(err):
		s.bus.Close()
		s.forget()
		return nil
	case gone(err):
		s.forget()
		return nil
	case errors.As(err, &answer): // services say so in different words
		return nil
	}
	return err
}

// arguments are those of Notify.
func (s *dbusSender) arguments(n notify.Notification, replaces uint32) []any {
	t, can := textOf(n), s.service.capabilities
	if !can["body"] && t.body != "" {
		t = words{title: t.title + " — " + t.body}
	}
	if can["body-markup"] {
		t.body = markup(t.body)
	} else { // dunst without a configuration reads markup that it does not announce
		t.body = angles.Replace(t.body)
	}
	actions := []string{}
	if can["actions"] { // without, some services make a dialog of them
		actions = append(actions, keyDefault, labelOf(notify.ActionOpen))
		for _, a := range n.Actions {
			actions = append(actions, string(a), labelOf(a))
		}
	}
	hints := map[string]dbus.Variant{
		"urgency":       dbus.MakeVariant(urgencyOf(n.Severity)),
		"desktop-entry": dbus.MakeVariant(s.o.DesktopEntry),
		"image-data":    dbus.MakeVariant(pixelsOf(n.Severity)),
	}
	if n.HasSound() {
		hints["sound-name"] = dbus.MakeVariant(soundName)
	} else {
		hints["suppress-sound"] = dbus.MakeVariant(true)
	}
	const asTheServiceLikes int32 = -1 // the time until it expires
	return []any{s.o.App, replaces, s.o.Icon, t.title, t.body, actions, hints, asTheServiceLikes}
}

// keyDefault is the action of a click on the notification itself.
const keyDefault = "default"

// actionOf says what a click on the button with this key means.
func actionOf(key string) (notify.Action, bool) {
	switch a := notify.Action(key); a {
	case keyDefault:
		return notify.ActionOpen, true
	case notify.ActionOpen, notify.ActionAcknowledge, notify.ActionSilence:
		return a, true
	}
	return "", false
}

// urgencyOf: 2 stays until it is dismissed and passes do-not-disturb. Low
// urgency (0) is not used: GNOME then shows no notification.
func urgencyOf(s event.Severity) byte {
	if s == event.SeverityCritical {
		return 2
	}
	return 1
}

// soundName is one of the freedesktop sound theme.
const soundName = "dialog-error"

// pixels is the hint image-data.
type pixels struct {
	Width, Height, Stride int32
	Alpha                 bool
	BitsPerSample         int32
	Channels              int32
	Data                  []byte
}

// pixelsOf decodes a severity's picture; each but once.
func pixelsOf(s event.Severity) pixels {
	switch s {
	case event.SeverityCritical:
		return criticalPixels()
	case event.SeverityWarning:
		return warningPixels()
	case event.SeverityInfo:
	}
	return infoPixels()
}

var (
	infoPixels     = sync.OnceValue(func() pixels { return decode(picture(event.SeverityInfo)) })
	warningPixels  = sync.OnceValue(func() pixels { return decode(picture(event.SeverityWarning)) })
	criticalPixels = sync.OnceValue(func() pixels { return decode(picture(event.SeverityCritical)) })
)

func decode(file []byte) pixels {
	decoded, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		panic(err) // embedded
	}
	img := image.NewNRGBA(decoded.Bounds())
	draw.Draw(img, img.Bounds(), decoded, decoded.Bounds().Min, draw.Src)
	return pixels{
		Width: int32(img.Rect.Dx()), Height: int32(img.Rect.Dy()), Stride: int32(img.Stride),
		Alpha: true, BitsPerSample: 8, Channels: 4, Data: img.Pix,
	}
}
