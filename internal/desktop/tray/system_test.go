//go:build linux || freebsd || openbsd || netbsd

package tray

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/outlook"
	"gatewatch/internal/desktop/notification/dbustest"
	"gatewatch/internal/desktop/tray/icons"
)

// programVariable makes the test binary the program below instead. The tray
// library keeps its state for the whole process and cannot start afresh, so
// each test gives it a process of its own.
const programVariable = "GATEWATCH_TRAY_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(programVariable) != "" {
		program()
		return
	}
	goleak.VerifyTestMain(m)
}

// program shows the summaries that it reads, one a line, and writes what is
// clicked, one a line, until its input ends.
func program() {
	holdMenu = 3 * time.Second
	out := make(chan string, 64)
	written := make(chan struct{})
	go func() {
		defer close(written)
		for line := range out {
			fmt.Println(line)
		}
	}()
	tray := Attach(Options{
		OnOpen:        func(route string) { out <- "open " + route },
		OnQuit:        func() { out <- "quit" },
		OnSilence:     func(c SilenceChoice) { out <- "silence " + string(c) },
		OnAcknowledge: func() { out <- "acknowledge all" },
		OnHost:        func(present bool) { out <- fmt.Sprintf("host %v", present) },
	})
	for d := json.NewDecoder(os.Stdin); ; {
		var s Summary
		if err := d.Decode(&s); err != nil {
			break
		}
		tray.Show(s)
	}
	tray.Quit()
	close(out)
	<-written
}

// process is a running program.
type process struct {
	t     *testing.T
	in    io.WriteCloser
	lines chan string
	ended chan error
}

func run(t *testing.T, address string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), programVariable+"=1", "DBUS_SESSION_BUS_ADDRESS="+address, "GORACE=exitcode=0")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var problems bytes.Buffer
	cmd.Stderr = &problems
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, in: in, lines: make(chan string, 64), ended: make(chan error, 1)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for s := bufio.NewScanner(out); s.Scan(); {
			p.lines <- s.Text()
		}
		p.ended <- cmd.Wait()
	}()
	t.Cleanup(func() {
		in.Close()
		select {
		case <-done:
		case <-time.After(dbustest.Patience):
			t.Error("the program does not end")
			_ = cmd.Process.Kill()
			<-done
		}
		if wrote := problems.String(); t.Failed() || strings.Contains(wrote, "panic") || ownRace(wrote) {
			t.Errorf("the program wrote:\n%s", wrote)
		}
	})
	return p
}

// ownRace reports whether the race detector found an access of ours. Two races
// of the libraries are known, harmless here, and not ours to mend: systray
// counts its menu's revision up while it is read, and D-Bus properties are
// written while a reply with the former icon is encoded (all icons have one
// size, so that either is drawn whole).
func ownRace(wrote string) bool {
	for _, access := range racingAccess.FindAllStringSubmatch(wrote, -1) {
		if strings.HasPrefix(access[1], "gatewatch/") {
			return true
		}
	}
	return false
}

// racingAccess finds the innermost function of each side of a race.
var racingAccess = regexp.MustCompile(`(?:[Rr]ead|[Ww]rite) at 0x[0-9a-f]+ by [^\n]*:\n\s+(\S+)`)

// says waits for the next line that the program writes.
func (p *process) says(want string) {
	p.t.Helper()
	select {
	case got := <-p.lines:
		if got != want {
			p.t.Errorf("the program wrote %q, want %q", got, want)
		}
	case <-time.After(dbustest.Patience):
		p.t.Fatalf("the program did not write %q", want)
	}
}

func (p *process) show(s Summary) {
	p.t.Helper()
	if err := json.NewEncoder(p.in).Encode(s); err != nil {
		p.t.Fatal(err)
	}
}

func (p *process) end() {
	p.t.Helper()
	p.in.Close()
	select {
	case err := <-p.ended:
		if err != nil {
			p.t.Errorf("the program ended with %v", err)
		}
	case <-time.After(dbustest.Patience):
		p.t.Fatal("the program does not end")
	}
}

func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(dbustest.Patience); !cond(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, dbustest.Patience)
		}
	}
}

// looks waits until the icon is that of shape, and the menu begins with line.
func looks(t *testing.T, item *dbustest.Item, shape Shape, silenced bool, line string) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(icons.For(shape, silenced)))
	if err != nil {
		t.Fatal(err)
	}
	var want []byte // A, R, G, B
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			r, g, b, a := img.At(x, y).RGBA()
			want = append(want, byte(a), byte(r), byte(g), byte(b))
		}
	}
	eventually(t, fmt.Sprintf("icon %s and line %q", shape, line), func() bool {
		pictures := item.Icons()
		return len(pictures) == 1 && bytes.Equal(pictures[0].Pixels, want) && item.Labels()[0] == line
	})
}

var criticalSummary = Summary{
	Critical: 1, Warning: 1,
	Reasons: []Reason{
		{Severity: event.SeverityCritical, Text: "OpenAI unhealthy — prod, 4 min", Route: "/alerts?id=openai"},
		{Severity: event.SeverityWarning, Text: "team_billing 82 % of $500", Route: "/alerts?id=team"},
	},
	Condition: outlook.Critical, Says: "1 critical: OpenAI unhealthy — prod, 4 min", Up: true,
	Gateways:     []Gateway{{"prod", event.LinkConnected, ""}, {"staging", event.LinkReconnecting, "no answer"}},
	SpendPerHour: event.USD(1.84), SpendMinutes: 15, HasSpend: true, SpentToday: event.USD(23.1), HasToday: true,
	Budgets:     []Budget{{Name: "team_billing", Used: 0.82, Limit: event.USD(500), Route: "/spend?id=prod%2F7"}},
	BudgetCount: 3,
	Providers:   []Provider{{"OpenAI", "unhealthy", "/providers?id=prod%2F1", false, ""}, {"Gemini", "healthy", "/providers?id=prod%2F2", false, ""}},
	Tasks:       []Task{{"video", "task_one", 64, false, "/tasks?id=prod%2Ftask_one"}},
	Running:     1, Stuck: 1,
}

func fresh(s Summary) Summary {
	s.Updated = time.Now()
	return s
}

func TestIconTooltipMenuAndClicks(t *testing.T) {
	bus := dbustest.NewBus(t)
	y := bus.Tray()
	p := run(t, bus.Address)
	p.says("host true")
	item := y.WaitItem()
	looks(t, item, ShapeStale, false, "No data yet")
	if id, title, status := item.Text("Id"), item.Text("Title"), item.Text("Status"); id != "Gatewatch" || title != id || status != "Active" {
		t.Errorf("id %q, title %q, status %q", id, title, status)
	}

	p.show(fresh(criticalSummary))
	looks(t, item, ShapeCritical, false, "1 critical: OpenAI unhealthy — prod, 4 min")
	if tip := item.Tooltip(); tip != "Gatewatch — 1 critical: OpenAI unhealthy — prod, 4 min · $1.84/h over 15 min · updated now" {
		t.Errorf("tooltip %q", tip)
	}
	want := []string{
		"1 critical: OpenAI unhealthy — prod, 4 min", "⬣ OpenAI unhealthy — prod, 4 min", "△ team_billing 82 % of $500",
		"-",
		"Budgets", "  team_billing 82 % of $500", "  2 more …", "Providers", "  ⬣ OpenAI — unhealthy", "  ○ Gemini",
		"Tasks: 1 running · 1 stuck", "  video task_one — 64 %", "Spend $1.84/h over 15 min · today $23.10", "-",
		"Gateways", "  prod ● connected", "  staging ◌ reconnecting: no answer", "Mute", "  Warnings only, for", "  15 min", "  1 hour",
		"  until tomorrow 09:00", "  1 hour, also critical alerts", "Acknowledge all (2)", "-", "Open Gatewatch", "Settings …", "Quit (stops alerts)",
	}
	if diff := cmp.Diff(want, item.Labels()); diff != "" {
		t.Errorf("menu (-want +got):\n%s", diff)
	}

	for _, c := range []struct{ label, says string }{
		{"1 critical: OpenAI unhealthy — prod, 4 min", "open /alerts"},
		{"△ team_billing 82 % of $500", "open /alerts?id=team"},
		{"staging ◌ reconnecting: no answer", "open /"},
		{"team_billing 82 % of $500", "open /spend?id=prod%2F7"},
		{"2 more …", "open /spend"},
		{"⬣ OpenAI — unhealthy", "open /providers?id=prod%2F1"},
		{"video task_one — 64 %", "open /tasks?id=prod%2Ftask_one"},
		{"Spend $1.84/h over 15 min · today $23.10", "open /spend"},
		{"Open Gatewatch", "open "},
		{"Settings …", "open /settings"},
		{"15 min", "silence 15 min"},
		{"1 hour", "silence 1 hour"},
		{"until tomorrow 09:00", "silence until tomorrow 09:00"},
		{"Acknowledge all (2)", "acknowledge all"},
		{"Quit (stops alerts)", "quit"},
	} {
		item.Click(c.label)
		p.says(c.says)
	}
	item.Activate()
	p.says("open ")

	silenced := Summary{Condition: outlook.OK, Says: "All quiet", Up: true, SilencedUntil: time.Now().Add(time.Hour)}
	p.show(fresh(silenced))
	looks(t, item, ShapeOK, true, "All quiet")
	if l := item.Labels(); slices.Contains(l, "Gateways") || slices.ContainsFunc(l, func(s string) bool { return strings.HasPrefix(s, "Acknowledge all") }) || slices.Contains(l, "Budgets") || slices.ContainsFunc(l, func(s string) bool { return strings.Contains(s, "team") }) {
		t.Errorf("menu still has %q", l)
	}
	item.Click("Unmute (59 min left)")
	p.says("silence off")

	p.end()
	y.WaitEmpty()
}

// TestAnOpenMenuStaysWhereItIs: while somebody may be reading the menu the icon
// goes on telling the truth, and no line moves away from under the mouse.
func TestAnOpenMenuStaysWhereItIs(t *testing.T) {
	bus := dbustest.NewBus(t)
	y := bus.Tray()
	p := run(t, bus.Address)
	p.says("host true")
	item := y.WaitItem()
	p.show(fresh(Summary{Condition: outlook.OK, Says: "All quiet", Up: true}))
	looks(t, item, ShapeOK, false, "All quiet")

	before := item.Labels()
	item.Open()
	p.show(fresh(criticalSummary))
	looks(t, item, ShapeCritical, false, "All quiet")
	if diff := cmp.Diff(before, item.Labels()); diff != "" {
		t.Errorf("the open menu changed (-before +after):\n%s", diff)
	}
	looks(t, item, ShapeCritical, false, "1 critical: OpenAI unhealthy — prod, 4 min")
}

func TestEveryShapeReachesTheTray(t *testing.T) {
	bus := dbustest.NewBus(t)
	y := bus.Tray()
	p := run(t, bus.Address)
	p.says("host true")
	item := y.WaitItem()
	connected := Summary{Condition: outlook.OK, Says: "All quiet", Up: true}
	warning, critical := fresh(connected), fresh(connected)
	warning.Condition, warning.Says, critical.Condition, critical.Says = outlook.Warning, "1 warning: x", outlook.Critical, "1 critical: x"
	for _, c := range []struct {
		shape Shape
		s     Summary
		line  string
	}{
		{ShapeOK, fresh(connected), "All quiet"},
		{ShapeWarning, warning, "1 warning: x"},
		{ShapeCritical, critical, "1 critical: x"},
		{ShapeStale, Summary{Condition: outlook.Busy, Says: "Connecting"}, "Connecting"},
		{ShapeOffline, Summary{Condition: outlook.Stale, Says: "prod does not answer"}, "prod does not answer"},
	} {
		p.show(c.s)
		looks(t, item, c.shape, false, c.line)
	}
}

func TestPanelRestarts(t *testing.T) {
	bus := dbustest.NewBus(t)
	y := bus.Tray()
	p := run(t, bus.Address)
	p.says("host true")
	y.WaitItem()
	time.Sleep(2 * time.Second) // the library begins to listen for panels only after its first registration
	y.Vanish()
	p.says("host false")
	y.Return()
	p.says("host true")
	y.WaitItem()
	y.SetPanel(false)
	p.says("host false")
	y.SetPanel(true)
	p.says("host true")
}

func TestPanelComesLater(t *testing.T) {
	bus := dbustest.NewBus(t)
	p := run(t, bus.Address)
	p.says("host false")
	p.show(fresh(criticalSummary))
	y := bus.Tray()
	p.says("host true")
	looks(t, y.WaitItem(), ShapeCritical, false, "1 critical: OpenAI unhealthy — prod, 4 min")
}

// A new session bus: the icon moves to it, with its menu.
func TestBusRestarts(t *testing.T) {
	bus := dbustest.NewBus(t)
	y := bus.Tray()
	p := run(t, bus.Address)
	p.says("host true")
	y.WaitItem()
	bus.Stop()
	p.says("host false")
	p.show(fresh(criticalSummary))
	bus.Start()
	y = bus.Tray()
	p.says("host true")
	item := y.WaitItem()
	looks(t, item, ShapeCritical, false, "1 critical: OpenAI unhealthy — prod, 4 min")
	item.Click("Open Gatewatch")
	p.says("open ")
	p.end()
}

// Without a bus nothing is started, nothing panics, and the caller is told.
func TestNoBus(t *testing.T) {
	bus := dbustest.NewBus(t)
	bus.Stop()
	p := run(t, bus.Address)
	p.says("host false")
	p.show(fresh(criticalSummary))
	p.end()
}

func TestHostPresent(t *testing.T) {
	bus := dbustest.NewBus(t)
	bus.Setenv()
	ask := func(want bool) {
		t.Helper()
		if got, err := HostPresent(t.Context()); got != want || err != nil {
			t.Errorf("HostPresent = %v, %v, want %v", got, err, want)
		}
	}
	ask(false)
	y := bus.Tray()
	ask(true)
	y.SetPanel(false)
	ask(false)
	y.SetPanel(true)
	y.Vanish()
	ask(false)
	bus.Freeze()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if got, err := HostPresent(ctx); got || err == nil {
		t.Errorf("on a frozen bus: %v, %v", got, err)
	}
	bus.Thaw()
	bus.Stop()
	if got, err := HostPresent(t.Context()); got || err == nil {
		t.Errorf("without a bus: %v, %v", got, err)
	}
}
