//go:build linux || freebsd || openbsd || netbsd || windows || (darwin && cgo)

package tray

import (
	"runtime"
	"strings"
	"sync"

	"fyne.io/systray"

	"gatewatch/internal/tray/icons"
)

// systrayDriver draws with fyne.io/systray, whose state is the process's: two
// of these would be one icon.
//
// The menu is made once, with lines for all that may ever be shown; drawing
// changes texts and hides lines. Rebuilding it would close open menus, and in
// systray a click on a line that is being removed panics.
type systrayDriver struct {
	withMute bool
	menu     *menu
	click    func(Click)
	built    chan struct{} // closed when menu is made
	stopping chan struct{}
	waiters  sync.WaitGroup
	end      func()
}

func systemDriver(withMute bool) Driver {
	return &systrayDriver{
		withMute: withMute,
		built:    make(chan struct{}),
		stopping: make(chan struct{}),
	}
}

// menu is the lines, top to bottom.
type menu struct {
	headline *entry
	reasons  []*entry
	spend    *entry
	gateways *entry
	each     []*entry
	unmute   *entry // nil without a mute menu
}

// entry is a line of the menu and what it shows now.
type entry struct {
	item   *systray.MenuItem
	mu     sync.Mutex
	line   Line
	hidden bool
}

// build makes the menu. Separators cannot be hidden, so each has a line on
// both sides that is always there.
func (d *systrayDriver) build(look Look) {
	m := &menu{headline: d.add(systray.AddMenuItem("", ""))}
	for range MaxReasons + 1 {
		m.reasons = append(m.reasons, d.add(systray.AddMenuItem("", "")))
	}
	m.spend = d.add(systray.AddMenuItem("", ""))
	m.gateways = &entry{item: systray.AddMenuItem(label("Gateways"), "")}
	for range MaxGateways {
		m.each = append(m.each, d.add(m.gateways.item.AddSubMenuItem("", "")))
	}
	systray.AddSeparator()
	d.fixed(systray.AddMenuItem(label("Open Gatewatch"), ""), Click{Open: "/"})
	if d.withMute {
		mute := systray.AddMenuItem(label("Mute"), "")
		for _, c := range []MuteChoice{MuteQuarter, MuteHour, MuteTomorrow} {
			d.fixed(mute.AddSubMenuItem(label(string(c)), ""), Click{Mute: c})
		}
		m.unmute = &entry{item: mute.AddSubMenuItem("", "")}
		d.fixed(m.unmute.item, Click{Mute: MuteOff})
	}
	systray.AddSeparator()
	d.fixed(systray.AddMenuItem(label("Quit (stops alerts)"), ""), Click{Quit: true})
	d.menu = m
	d.paint(look)
	close(d.built)
}

// add makes a line that opens its present route.
func (d *systrayDriver) add(item *systray.MenuItem) *entry {
	e := &entry{item: item}
	d.wait(item, func() {
		e.mu.Lock()
		route := e.line.Route
		e.mu.Unlock()
		if route != "" {
			d.click(Click{Open: route})
		}
	})
	return e
}

func (d *systrayDriver) fixed(item *systray.MenuItem, c Click) {
	d.wait(item, func() { d.click(c) })
}

// wait calls on for each click on item. systray drops a click that nobody is
// waiting for, so every line has a goroutine that does nothing else.
func (d *systrayDriver) wait(item *systray.MenuItem, on func()) {
	d.waiters.Go(func() {
		for {
			select {
			case <-item.ClickedCh:
				on()
			case <-d.stopping:
				return
			}
		}
	})
}

// paint shows look; icon first, because it is what is seen. systray panics if
// the connection to the bus is lost meanwhile; then the next Start paints.
func (d *systrayDriver) paint(look Look) {
	defer func() { _ = recover() }()
	icon := icons.For(look.Shape, look.Muted)
	systray.SetTemplateIcon(icon, icon)
	systray.SetTooltip(look.Tooltip)
	m := d.menu
	m.headline.set(look.Headline)
	setAll(m.reasons, look.Reasons)
	m.spend.set(Line{look.Spend, "/"})
	setAll(m.each, look.Gateways)
	m.gateways.hide(len(look.Gateways) == 0)
	if m.unmute != nil {
		m.unmute.set(Line{Text: look.Unmute})
	}
}

func setAll(entries []*entry, lines []Line) {
	for i, e := range entries {
		if i < len(lines) {
			e.set(lines[i])
		} else {
			e.set(Line{})
		}
	}
}

// set shows line, or hides the entry if the text is empty; it tells the panel
// only what has changed.
func (e *entry) set(line Line) {
	e.mu.Lock()
	old := e.line
	e.line = line
	e.mu.Unlock()
	if line.Text != "" && line.Text != old.Text {
		e.item.SetTitle(label(line.Text))
	}
	e.hide(line.Text == "")
}

func (e *entry) hide(hidden bool) {
	switch {
	case hidden && !e.hidden:
		e.item.Hide()
	case !hidden && e.hidden:
		e.item.Show()
	}
	e.hidden = hidden
}

func (d *systrayDriver) Draw(look Look) {
	<-d.built // on macOS the menu is made when the main loop runs
	d.paint(look)
}

// label writes text so that no letter of it becomes a keyboard shortcut.
func label(text string) string {
	switch runtime.GOOS {
	case "darwin":
		return text
	case "windows":
		return strings.ReplaceAll(text, "&", "&&")
	default: // com.canonical.dbusmenu
		return strings.ReplaceAll(text, "_", "__")
	}
}
