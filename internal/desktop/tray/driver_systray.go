//go:build linux || freebsd || openbsd || netbsd || windows || (darwin && cgo)

package tray

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/systray"

	"gatewatch/internal/core/text"
	"gatewatch/internal/desktop/tray/icons"
)

// systrayDriver draws with fyne.io/systray, whose state is the process's: two
// of these would be one icon.
//
// The menu is made once, with lines for all that may ever be shown; drawing
// changes texts and hides lines. Rebuilding it would close open menus, and in
// systray a click on a line that is being removed panics.
type systrayDriver struct {
	withSilence bool
	menu        *menu
	click       func(Click)
	built       chan struct{} // closed when menu is made
	stopping    chan struct{}
	waiters     sync.WaitGroup
	end         func()
	opened      atomic.Int64 // when a person opened the menu last, Unix ms
}

// holdMenu is how long the lines of an open menu stay where they are: a line that
// comes or goes would move the one under the mouse away. No panel tells when it is
// closed.
var holdMenu = 10 * time.Second // a test waits for less

func systemDriver(withSilence bool) Driver {
	return &systrayDriver{
		withSilence: withSilence,
		built:       make(chan struct{}),
		stopping:    make(chan struct{}),
	}
}

// menu is the lines, top to bottom.
type menu struct {
	headline    *entry
	reasons     []*entry
	budgets     submenu
	providers   submenu
	tasks       submenu
	spend       *entry
	gateways    submenu
	endSilence  *entry // nil without a silence menu
	acknowledge *entry
	updates     *entry
}

// submenu is a line that opens others, and is there only while one of them is.
type submenu struct {
	head  *entry
	lines []*entry
}

// submenu makes one with room for so many lines.
func (d *systrayDriver) submenu(title string, most int) submenu {
	s := submenu{head: &entry{item: systray.AddMenuItem(label(title), ""), line: Line{Text: title}}}
	for range most {
		s.lines = append(s.lines, d.add(s.head.item.AddSubMenuItem("", "")))
	}
	return s
}

// set shows lines under a title, or nothing if there are none.
func (s submenu) set(title string, lines []Line) {
	setAll(s.lines, lines)
	if len(lines) == 0 {
		s.head.hide(true)
		return
	}
	s.head.set(Line{Text: title})
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
func (d *systrayDriver) build(look StatusItem) {
	m := &menu{headline: d.add(systray.AddMenuItem("", ""))}
	for range MaxReasons + 1 {
		m.reasons = append(m.reasons, d.add(systray.AddMenuItem("", "")))
	}
	systray.AddSeparator()
	m.budgets = d.submenu(text.StatusBudgets, MaxBudgets+1)
	m.providers = d.submenu(text.StatusProviders, MaxProviders+1)
	m.tasks = d.submenu("", MaxTasks+1)
	m.spend = d.add(systray.AddMenuItem("", ""))
	if d.withSilence {
		systray.AddSeparator()
	}
	m.gateways = d.submenu("Gateways", MaxGateways)
	if d.withSilence {
		silence := systray.AddMenuItem(label("Mute"), "")
		silence.AddSubMenuItem(label(text.StatusWarningsOnly), "").Disable()
		for _, c := range []SilenceChoice{SilenceQuarter, SilenceHour, SilenceUntilTomorrow, SilenceAlsoCritical} {
			d.fixed(silence.AddSubMenuItem(label(string(c)), ""), Click{Silence: c})
		}
		m.endSilence = &entry{item: silence.AddSubMenuItem("", "")}
		d.fixed(m.endSilence.item, Click{Silence: SilenceOff})
	}
	m.acknowledge = &entry{item: systray.AddMenuItem("", "")}
	d.fixed(m.acknowledge.item, Click{Acknowledge: true})
	systray.AddSeparator()
	d.fixed(systray.AddMenuItem(label("Open Gatewatch"), ""), Click{Show: true})
	d.fixed(systray.AddMenuItem(label(text.StatusSettings), ""), Click{Open: settingsRoute})
	m.updates = &entry{item: systray.AddMenuItem("", "")}
	d.fixed(m.updates.item, Click{Updates: true})
	d.fixed(systray.AddMenuItem(label("Quit (stops alerts)"), ""), Click{Quit: true})
	d.menu = m
	d.waiters.Go(d.noteOpening)
	d.paint(look)
	close(d.built)
}

// noteOpening notes when the menu is opened.
func (d *systrayDriver) noteOpening() {
	for {
		select {
		case <-systray.TrayOpenedCh:
			d.opened.Store(time.Now().UnixMilli())
		case <-d.stopping:
			return
		}
	}
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
				d.opened.Store(0) // a click closes it
				on()
			case <-d.stopping:
				return
			}
		}
	})
}

// paint shows look; icon first, because it is what is seen. systray panics if
// the connection to the bus is lost meanwhile; then the next Start paints.
func (d *systrayDriver) paint(look StatusItem) {
	defer func() { _ = recover() }()
	paintIcon(look)
	m := d.menu
	m.headline.set(look.Headline)
	setAll(m.reasons, look.Reasons)
	m.budgets.set(text.StatusBudgets, look.Budgets)
	m.providers.set(text.StatusProviders, look.Providers)
	m.tasks.set(look.TasksHead, look.Tasks)
	m.spend.set(Line{look.Spend, spendRoute})
	m.gateways.set("Gateways", look.Gateways)
	m.acknowledge.set(Line{Text: look.Acknowledge})
	m.updates.set(Line{Text: look.Updates})
	if m.endSilence != nil {
		m.endSilence.set(Line{Text: look.EndSilence})
	}
}

func paintIcon(look StatusItem) {
	icon := icons.For(look.Shape, look.Silenced)
	systray.SetTemplateIcon(icon, icon)
	systray.SetTooltip(look.Tooltip)
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

// set shows line, or hides the entry if the text is empty; it informs the panel
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

func (d *systrayDriver) Draw(look StatusItem) (whole bool) {
	<-d.built // on macOS the menu is made when the main loop runs
	if time.Since(time.UnixMilli(d.opened.Load())) < holdMenu {
		defer func() { _ = recover() }() // as in paint
		paintIcon(look)
		return false
	}
	d.paint(look)
	return true
}

// label writes words so that no letter of them becomes a keyboard shortcut.
func label(words string) string {
	switch runtime.GOOS {
	case "darwin":
		return words
	case "windows":
		return strings.ReplaceAll(words, "&", "&&")
	default: // com.canonical.dbusmenu
		return strings.ReplaceAll(words, "_", "__")
	}
}
