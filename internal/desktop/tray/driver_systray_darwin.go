//go:build cgo

package tray

import "fyne.io/systray"

// startsOnCaller: the icon is made on the main thread, which only the main
// goroutine has before the window toolkit's loop starts.
const startsOnCaller = true

// Start makes the icon. The menu follows as soon as the loop runs: every later
// call waits until the main thread takes it.
func (d *systrayDriver) Start(look Look, click func(Click)) error {
	d.click = click
	start, _ := systray.RunWithExternalLoop(func() { d.build(look) }, nil)
	start()
	return nil
}

// Stop leaves the icon to the end of the process: systray's own end would
// terminate the whole application at once.
func (d *systrayDriver) Stop() { close(d.stopping) }
