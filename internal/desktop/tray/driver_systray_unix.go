//go:build linux || freebsd || openbsd || netbsd

package tray

import (
	"context"

	"fyne.io/systray"
)

// startsOnCaller: any goroutine may start the icon.
const startsOnCaller = false

// Start puts the icon on the session bus. systray would start a bus if there
// were none, and its end panics without one, so that is looked at first. When
// called again it only registers on the new bus: the menu is kept.
func (d *systrayDriver) Start(look StatusItem, click func(Click)) error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	bus, err := connect(ctx)
	if err != nil {
		return err
	}
	defer bus.Close()
	d.click = click
	if d.menu == nil {
		systray.SetTitle("Gatewatch")
		systray.SetOnTapped(func() { d.click(Click{Show: true}) })
		d.build(look)
	} else {
		d.paint(look)
	}
	start, end := systray.RunWithExternalLoop(nil, nil)
	start()
	d.end = end
	return nil
}

// Stop closes the connection that systray shares with the whole process.
func (d *systrayDriver) Stop() {
	close(d.stopping)
	d.waiters.Wait()
	if d.end == nil {
		return
	}
	defer func() { _ = recover() }() // systray could not connect: nothing to end
	d.end()
}
