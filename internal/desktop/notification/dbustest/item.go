//go:build unix

package dbustest

import (
	"strings"

	"github.com/godbus/dbus/v5"
)

// Item is an icon in the tray.
type Item struct {
	Owner string // the program's name on the bus
	tray  *Tray
	path  dbus.ObjectPath
}

// Pixmap is a picture as the bus carries it: A, R, G, B for each pixel.
type Pixmap struct {
	Width, Height int32
	Pixels        []byte
}

// Line is a line of a menu, as far as it is seen.
type Line struct {
	ID        int32
	Label     string // with "__" read as "_"
	Separator bool
	Hidden    bool
	Disabled  bool
	Lines     []Line // of a submenu
}

func (i *Item) conn() *dbus.Conn {
	i.tray.mu.Lock()
	defer i.tray.mu.Unlock()
	return i.tray.conn
}

// property fails the test if the program does not answer.
func (i *Item) property(path dbus.ObjectPath, of, name string, into any) {
	i.tray.t.Helper()
	v, err := i.conn().Object(i.Owner, path).GetProperty(of + "." + name)
	if err != nil {
		i.tray.t.Fatalf("property %s: %v", name, err)
	}
	if err := dbus.Store([]any{v.Value()}, into); err != nil {
		i.tray.t.Fatalf("property %s is %v: %v", name, v, err)
	}
}

// Text reads a property that is a string, such as "Title", "Id" and "Status".
func (i *Item) Text(name string) string {
	i.tray.t.Helper()
	var s string
	i.property(i.path, itemName, name, &s)
	return s
}

// Tooltip reads the tooltip's title.
func (i *Item) Tooltip() string {
	i.tray.t.Helper()
	var tip struct {
		Icon    string
		Pixmaps []Pixmap
		Title   string
		Text    string
	}
	i.property(i.path, itemName, "ToolTip", &tip)
	return tip.Title
}

// Icons reads the pictures.
func (i *Item) Icons() []Pixmap {
	i.tray.t.Helper()
	var icons []Pixmap
	i.property(i.path, itemName, "IconPixmap", &icons)
	return icons
}

// Activate does what a left click does.
func (i *Item) Activate() {
	i.tray.t.Helper()
	if err := i.conn().Object(i.Owner, i.path).Call(itemName+".Activate", 0, int32(0), int32(0)).Err; err != nil {
		i.tray.t.Fatalf("activate: %v", err)
	}
}

func (i *Item) menuPath() dbus.ObjectPath {
	i.tray.t.Helper()
	var path dbus.ObjectPath
	i.property(i.path, itemName, "Menu", &path)
	return path
}

// layout is a menu on the bus: id, properties, lines.
type layout struct {
	ID         int32
	Properties map[string]dbus.Variant
	Lines      []dbus.Variant
}

// Menu reads the whole menu, hidden lines included.
func (i *Item) Menu() []Line {
	i.tray.t.Helper()
	menu := i.conn().Object(i.Owner, i.menuPath())
	var revision uint32
	var root layout
	for range 2 { // some programs tell the first time only the upper level
		call := menu.Call(menuName+".GetLayout", 0, int32(0), int32(-1), []string{})
		if err := call.Store(&revision, &root); err != nil {
			i.tray.t.Fatalf("read the menu: %v", err)
		}
	}
	return i.lines(root)
}

func (i *Item) lines(from layout) []Line {
	i.tray.t.Helper()
	var lines []Line
	for _, v := range from.Lines {
		var l layout
		if err := dbus.Store([]any{v.Value()}, &l); err != nil {
			i.tray.t.Fatalf("a menu line is %v: %v", v, err)
		}
		label, _ := l.Properties["label"].Value().(string)
		kind, _ := l.Properties["type"].Value().(string)
		visible, told := l.Properties["visible"].Value().(bool)
		enabled, toldEnabled := l.Properties["enabled"].Value().(bool)
		lines = append(lines, Line{
			ID:        l.ID,
			Label:     strings.ReplaceAll(label, "__", "_"),
			Separator: kind == "separator",
			Hidden:    told && !visible,
			Disabled:  toldEnabled && !enabled,
			Lines:     i.lines(l),
		})
	}
	return lines
}

// Labels lists what a user reads in the menu, top to bottom; a separator is
// "-", a submenu's lines follow it, indented.
func (i *Item) Labels() []string {
	i.tray.t.Helper()
	return labels(i.Menu(), "")
}

func labels(lines []Line, indent string) (all []string) {
	for _, l := range lines {
		switch {
		case l.Hidden:
		case l.Separator:
			all = append(all, indent+"-")
		default:
			all = append(all, indent+l.Label)
			all = append(all, labels(l.Lines, indent+"  ")...)
		}
	}
	return all
}

// Click does what a click on the line with this label does, at whatever depth.
// It fails the test if there is none to see.
func (i *Item) Click(label string) {
	i.tray.t.Helper()
	line, ok := find(i.Menu(), label)
	if !ok {
		i.tray.t.Fatalf("no menu line %q in %q", label, i.Labels())
	}
	err := i.conn().Object(i.Owner, i.menuPath()).
		Call(menuName+".Event", 0, line.ID, "clicked", dbus.MakeVariant(int32(0)), uint32(0)).Err
	if err != nil {
		i.tray.t.Fatalf("click on %q: %v", label, err)
	}
}

// Open tells that a person opens the menu, as a panel does. It cannot be told
// that it is closed: panels differ in that.
func (i *Item) Open() {
	i.tray.t.Helper()
	err := i.conn().Object(i.Owner, i.menuPath()).
		Call(menuName+".Event", 0, int32(0), "opened", dbus.MakeVariant(int32(0)), uint32(0)).Err
	if err != nil {
		i.tray.t.Fatalf("opening the menu: %v", err)
	}
}

func find(lines []Line, label string) (Line, bool) {
	for _, l := range lines {
		if l.Hidden {
			continue
		}
		if l.Label == label && !l.Separator {
			return l, true
		}
		if sub, ok := find(l.Lines, label); ok {
			return sub, true
		}
	}
	return Line{}, false
}
