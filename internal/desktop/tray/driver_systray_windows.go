package tray

import (
	"errors"
	"runtime"
	"time"

	"fyne.io/systray"
)

// startsOnCaller: the icon has a thread of its own.
const startsOnCaller = false

// readyTimeout is how long the icon's window may take to be made.
const readyTimeout = 5 * time.Second

// Start runs the icon's message loop on a thread of its own: the messages of a
// window come only to the thread that made it.
func (d *systrayDriver) Start(look StatusItem, click func(Click)) error {
	d.click = click
	if d.menu != nil {
		d.paint(look)
		return nil
	}
	systray.SetOnTapped(func() { d.click(Click{Show: true}) })
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		runtime.LockOSThread()
		systray.Run(func() { d.build(look) }, nil)
	}()
	d.end = func() {
		systray.Quit()
		<-ended
	}
	select {
	case <-d.built:
		return nil
	case <-ended:
		return errors.New("tray: the icon's window was not made")
	case <-time.After(readyTimeout):
		return errors.New("tray: the icon's window does not answer")
	}
}

// Stop ends the message loop.
func (d *systrayDriver) Stop() {
	close(d.stopping)
	d.waiters.Wait()
	d.end()
}
