package app

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/feed"
	"gatewatch/internal/core/outlook"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/desktop/tray"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/cli"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// fakeShell is a window toolkit that remembers what it was asked.
type fakeShell struct {
	mu    sync.Mutex
	sent  []feed.Frame
	names []string
	urls  []string
	saves string // the folder in which the user saves; "": they change their mind
}

func (s *fakeShell) Emit(name string, data any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names = append(s.names, name)
	if f, ok := data.(feed.Frame); ok {
		s.sent = append(s.sent, f)
	}
}
func (s *fakeShell) Show()      { s.Emit("show", nil) }
func (s *fakeShell) DrawAt(int) {}

func (s *fakeShell) Hide() { s.Emit("hide", nil) }
func (s *fakeShell) SaveFile(_, name string) (string, error) {
	if s.saves == "" {
		return "", nil
	}
	return filepath.Join(s.saves, name), nil
}
func (s *fakeShell) Quit() { s.Emit("quit", nil) }
func (s *fakeShell) OpenURL(u string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.urls = append(s.urls, u)
}

func (s *fakeShell) frames() []feed.Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]feed.Frame{}, s.sent...)
}

// demoHost is the whole program on the demo gateway, without a window.
func demoHost(t *testing.T) (*host, *fakeShell, *lastSummary) {
	t.Helper()
	paths := config.PathsIn(t.TempDir())
	log := slog.New(slog.DiscardHandler)
	p, err := run.Start(t.Context(), run.Options{
		Target: run.Target{Demo: true, Scenario: "calm"}, Paths: paths, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	shell := &fakeShell{}
	h := &host{version: "test", log: log, shell: shell}
	h.set(t.Context(), p, nil)
	last := &lastSummary{}
	var done sync.WaitGroup
	done.Go(func() { h.forward(p, last.show) })
	t.Cleanup(func() {
		if err := p.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		done.Wait()
	})
	return h, shell, last
}

type lastSummary struct {
	mu sync.Mutex
	s  tray.Summary
}

func (l *lastSummary) show(s tray.Summary) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.s = s
}

func (l *lastSummary) get() tray.Summary {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.s
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 30 s: %s", what)
		}
	}
}

func TestTheProgramBehindTheWindow(t *testing.T) {
	h, shell, last := demoHost(t)
	live, gateways, app := &Live{h}, &Gateways{h}, &App{h}
	eventually(t, "connected", func() bool {
		s, err := live.Snapshot()
		return err == nil && s.Live.Gateways["demo"].Overall == "connected" && len(s.Live.Keys) > 5
	})
	if len(shell.frames()) != 0 {
		t.Error("frames were pushed to a window that nobody looks at")
	}
	if err := app.SetVisibility(true, true); err != nil {
		t.Fatal(err)
	}
	eventually(t, "frames", func() bool { return len(shell.frames()) > 2 })
	frames := shell.frames()
	for i := 1; i < len(frames); i++ {
		if frames[i].Seq <= frames[i-1].Seq {
			t.Errorf("frame %d after %d", frames[i].Seq, frames[i-1].Seq)
		}
	}
	eventually(t, "the tray is fine", func() bool { return tray.StatusItemOf(withNow(last.get())).Shape == tray.ShapeOK })

	list, err := gateways.List()
	if err != nil || len(list) != 1 || !list[0].Demo {
		t.Errorf("%+v %v", list, err)
	}
	if err := gateways.Disconnect("demo"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "disconnected", func() bool {
		s, _ := live.Snapshot()
		return s.Live.Gateways["demo"].Overall == "disconnected"
	})
	eventually(t, "the tray says so", func() bool { return tray.StatusItemOf(withNow(last.get())).Shape == tray.ShapeOffline })
	if err := gateways.Connect(""); err != nil {
		t.Fatal(err)
	}
	eventually(t, "connected again", func() bool {
		s, _ := live.Snapshot()
		return s.Live.Gateways["demo"].Overall == "connected"
	})
}

func withNow(s tray.Summary) tray.Summary {
	s.Now = time.Now()
	return s
}

func TestServicesOnRealData(t *testing.T) {
	h, shell, _ := demoHost(t)
	alerts, history, settings, app := &Alerts{h}, &History{h}, &Settings{h}, &App{h}
	eventually(t, "stored events", func() bool {
		page, err := history.Events(EventQuery{Limit: 10})
		return err == nil && len(page.Events) == 10 && page.Next > 0
	})
	eventually(t, "spend by the minute", func() bool {
		s, err := history.Spend(SpendQuery{From: time.Now().Add(-time.Hour).UnixMilli(), StepMS: 60_000, By: "key"})
		return err == nil && len(s.Series) > 0
	})
	if page, err := history.Events(EventQuery{Text: `"unbalanced AND ( NEAR`, Limit: 5}); err != nil {
		t.Errorf("a strange search: %v %v", page, err)
	}
	rules, err := alerts.Rules()
	if err != nil || len(rules) < 5 {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	if err := alerts.SetRule(RuleInput{ID: rules[0].ID, Enabled: false, ForMS: -1, KeepFiringForMS: -1, RepeatMS: -1}); err != nil {
		t.Error(err)
	}
	if after, _ := alerts.Rules(); after[0].Enabled || !after[0].Changed {
		t.Errorf("%+v", after[0])
	}
	if err := alerts.SetRule(RuleInput{ID: rules[0].ID, Enabled: true, ForMS: 90_000, KeepFiringForMS: -1, RepeatMS: -1, Severity: "warning"}); err != nil {
		t.Error(err)
	}
	if after, _ := alerts.Rules(); after[0].ForMS != 90_000 || after[0].Severity != "warning" || !after[0].Enabled {
		t.Errorf("%+v", after[0])
	}
	if err := alerts.SetRule(RuleInput{ID: rules[0].ID, Enabled: true, ForMS: -1, KeepFiringForMS: -1, RepeatMS: -1}); err != nil {
		t.Error(err)
	}
	if after, _ := alerts.Rules(); after[0] != rules[0] {
		t.Errorf("the rule's own are not back: %+v", after[0])
	}
	// Off, and on again as the page asks for it of a rule that is changed.
	asNow := RuleInput{ID: rules[0].ID, ForMS: rules[0].ForMS, KeepFiringForMS: rules[0].KeepFiringForMS, RepeatMS: rules[0].RepeatMS, Severity: rules[0].Severity}
	for _, asNow.Enabled = range []bool{false, true} {
		if err := alerts.SetRule(asNow); err != nil {
			t.Error(err)
		}
	}
	if after, _ := alerts.Rules(); after[0] != rules[0] {
		t.Errorf("off and on again leaves a trace: %+v", after[0])
	}
	view, err := settings.Get()
	if err != nil || view.Thresholds.Warning != 0.75 {
		t.Fatalf("%+v %v", view, err)
	}
	in := view.SettingsInput
	in.Thresholds = Thresholds{Warning: 0.8, Critical: 0.95, All: []float64{0.6, 0.8, 0.95}}
	in.QuietHours.Spans = []QuietSpan{{Days: []int{1, 6}, From: "22:00", To: "07:00"}}
	if err := settings.Save(in); err != nil {
		t.Fatal(err)
	}
	if got, _ := settings.Get(); got.Thresholds.Critical != 0.95 || !reflect.DeepEqual(got.Thresholds.All, in.Thresholds.All) || !reflect.DeepEqual(got.QuietHours.Spans, in.QuietHours.Spans) {
		t.Errorf("%+v", got)
	}
	in.Thresholds = Thresholds{Warning: 0.95, Critical: 0.2}
	wantFault(t, fault.Usage, settings.Save(in))
	wantFault(t, fault.Usage, alerts.Acknowledge("nobody", ""))
	wantFault(t, fault.Usage, app.OpenExternal("javascript:alert(1)"))
	wantFault(t, fault.Usage, app.OpenExternal("file:///etc/passwd"))
	if err := app.OpenExternal("https://example.invalid/x"); err != nil || len(shell.urls) != 1 {
		t.Errorf("%v %v", err, shell.urls)
	}
	if r, err := settings.TestNotification("warning"); err != nil || r.Delivered {
		t.Errorf("%+v %v: this program has no notifications", r, err)
	}
}

func wantFault(t *testing.T, code fault.Code, err error) {
	t.Helper()
	if err == nil || fault.Of(err).Code != code {
		t.Errorf("got %v, want a fault %s", err, code)
	}
}

func TestBeforeTheStart(t *testing.T) {
	h := &host{log: slog.New(slog.DiscardHandler)}
	_, err := (&Live{h}).Snapshot()
	wantFault(t, fault.Unreachable, err)
	h.set(t.Context(), nil, fault.New(fault.Misconfigured, "no", nil))
	_, err = (&Gateways{h}).List()
	wantFault(t, fault.Misconfigured, err)
}

func TestAPanicBecomesAnError(t *testing.T) {
	h := &host{log: slog.New(slog.DiscardHandler)}
	h.set(t.Context(), &run.Program{}, nil)
	_, err := call(h, func(context.Context, *run.Program) (int, error) { panic("at the disco") })
	wantFault(t, fault.Internal, err)
	if strings.Contains(err.Error(), "disco") {
		t.Error("the page is shown what panicked")
	}
}

func TestSummary(t *testing.T) {
	alert := func(id, sev, status string, since int64) *state.AlertLine {
		return &state.AlertLine{ID: id, Severity: sev, Status: status, Title: id, Since: since}
	}
	m := newMirror()
	acked := alert("acked", "critical", "firing", 1)
	acked.Acked = true
	held := alert("held", "critical", "firing", 1)
	held.InhibitedBy = "the gateway does not answer"
	m.merge(state.Delta{Alerts: map[string]*state.AlertLine{
		"a": alert("older warning", "warning", "firing", 1), "b": alert("newer warning", "warning", "firing", 2),
		"c": alert("critical", "critical", "recovering", 1), "d": alert("over", "critical", "resolved", 1),
		"e": alert("fifty", "info", "firing", 1), "f": acked, "g": held,
	}, Outlooks: map[string]*state.Outlook{
		"":  {Condition: outlook.Critical, Head: "3 things need you.", Short: "1 critical: critical", HeardAt: 9},
		"x": {ID: "x", Condition: outlook.OK, Short: "All quiet"},
	}, Gateways: map[string]*state.Gateway{
		"x": {ID: "x", Label: "X", Core: "connected", Overall: "connected"},
		"y": {ID: "y", Label: "Y", Core: "reconnecting", Overall: "reconnecting", Cause: "nobody listens", BurnPerHour: event.Known(event.NanoUSD(7))},
	}})
	s := m.summary()
	var reasons []string
	for _, r := range s.Reasons {
		reasons = append(reasons, r.Text)
	}
	if diff := cmp.Diff([]string{"critical", "newer warning", "older warning"}, reasons); diff != "" {
		t.Error(diff)
	}
	if !s.SpendAtLeast || !s.TodayAtLeast {
		t.Errorf("a gateway's spend is not known, and the sum does not say so: %+v", s)
	}
	if s.Critical != 1 || s.Warning != 2 || s.Condition != outlook.Critical || s.Says != "1 critical: critical" || !s.Up || !s.Heard.Equal(time.UnixMilli(9)) || s.SpendPerHour != 7 {
		t.Errorf("%+v", s)
	}
	m.merge(state.Delta{Alerts: map[string]*state.AlertLine{"c": nil}})
	if m.summary().Critical != 0 {
		t.Error("an alert that is gone is still counted")
	}
}

// TestTheTrayTellsThingsOfOneNameApart: with the gateway, where another has one of that name.
func TestTheTrayTellsThingsOfOneNameApart(t *testing.T) {
	m := newMirror()
	half := event.Known(0.5)
	m.merge(state.Delta{
		Keys: map[string]*state.KeySpend{
			"a/1": {ID: "a/1", Gateway: "a", Key: "1", Name: "Research", UsedRatio: half}, "b/1": {ID: "b/1", Gateway: "b", Key: "1", Name: "Research", UsedRatio: half},
			"b/2": {ID: "b/2", Gateway: "b", Key: "2", Name: "Interns", UsedRatio: half},
		},
		Providers: map[string]*state.Provider{
			"a/1": {ID: "a/1", Gateway: "a", Name: "groq", Health: "healthy"}, "b/1": {ID: "b/1", Gateway: "b", Name: "Groq", Health: "healthy"},
			"b/2": {ID: "b/2", Gateway: "b", Name: "mistral", Health: "healthy"},
		},
		Gateways: map[string]*state.Gateway{"a": {ID: "a", Label: "alpha"}, "b": {ID: "b", Label: "beta"}},
	})
	s, got := m.summary(), map[string]bool{}
	for _, b := range s.Budgets {
		got[text.StatusBudget(b.Name, b.Gateway, b.Used, b.Limit, b.Lasts)] = true
	}
	for _, p := range s.Providers {
		got[text.StatusProvider(p.Name, p.Gateway, p.Health, false)] = true
	}
	want := map[string]bool{
		"Research (alpha) 50 %": true, "Research (beta) 50 %": true, "Interns 50 %": true, "○ groq (alpha)": true, "○ Groq (beta)": true, "○ mistral": true,
	}
	for line := range got {
		got[strings.TrimSuffix(line, " of $0")] = true
		if strings.HasSuffix(line, " of $0") {
			delete(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The tray lists the tightest budgets, what fails or serves, and what runs.
func TestListsOfTheSummary(t *testing.T) {
	m := newMirror()
	m.merge(state.Delta{
		Keys: map[string]*state.KeySpend{
			"p/1": {ID: "p/1", Key: "1", Name: "agents", UsedRatio: event.Known(0.5), Limit: event.Known(event.USD(10))},
			"p/2": {ID: "p/2", Key: "2"},
		},
		Groups: map[string]*state.Group{"p/9": {ID: "p/9", Group: "9", UsedRatio: event.Known(0.9), PeriodID: "x", OpeningBalance: int64(event.USD(100))}},
		Providers: map[string]*state.Provider{
			"p/a": {ID: "p/a", Name: "Idle", Health: "healthy", HourRequests: 0}, "p/b": {ID: "p/b", Name: "Serves", Health: "healthy", HourRequests: 9},
			"p/c": {ID: "p/c", Name: "Fails", Health: "degraded"}, "q/d": {ID: "q/d", Gateway: "q", Name: "Was", Health: "healthy"},
		},
		Tasks: map[string]*state.Task{
			"p/t": {ID: "p/t", Task: "t", Medium: "video", Status: "queued", StartedAt: 1}, "p/u": {ID: "p/u", Task: "u", FinishedAt: 5},
			"p/v": {ID: "p/v", Task: "v", Medium: "video", Status: "processing", Progress: 50, LostAt: 7},
		},
		Gateways: map[string]*state.Gateway{"p": {ID: "p", Today: event.Known(event.NanoUSD(0))}, "q": {ID: "q", Overall: "error"}},
		Alerts:   map[string]*state.AlertLine{"s": {ID: "s", Rule: "task.stuck", Status: "firing", Severity: "warning"}},
	})
	s := m.summary()
	want := []tray.Budget{
		{Name: "Group 9", Used: 0.9, Limit: event.USD(100), Route: "/spend?id=group%3Ap%2F9"},
		{Name: "agents", Used: 0.5, Limit: event.USD(10), Route: "/spend?id=p%2F1"},
	}
	if diff := cmp.Diff(want, s.Budgets); diff != "" || s.BudgetCount != 2 {
		t.Errorf("%d budgets %s", s.BudgetCount, diff)
	}
	var names []string
	for _, p := range s.Providers {
		names = append(names, p.Name)
		if p.Past != (p.Name == "Was") {
			t.Errorf("%s is past: %t", p.Name, p.Past)
		}
	}
	if diff := cmp.Diff([]string{"Fails", "Serves", "Idle", "Was"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]tray.Task{{Medium: "video", Name: "t", Progress: -1, Route: "/tasks?id=p%2Ft"}, {Medium: "video", Name: "v", Progress: 50, Lost: true, Route: "/tasks?id=p%2Fv"}}, s.Tasks); diff != "" || s.Running != 1 || s.Lost != 1 || s.Stuck != 1 {
		t.Errorf("%d running, %d lost, %d stuck %s", s.Running, s.Lost, s.Stuck, diff)
	}
	if !s.HasToday || s.SpentToday != 0 || s.HasSpend {
		t.Errorf("spend: %+v", s)
	}
	old := time.Date(2026, 11, 29, 21, 40, 0, 0, time.UTC)
	m.merge(state.Delta{Gateways: map[string]*state.Gateway{"p": {ID: "p", Today: event.Known(event.USD(3)).Stale(old, "no answer")}}})
	if s := m.summary(); !s.HasToday || s.SpentToday != event.USD(3) || !s.TodayAsOf.Equal(old) {
		t.Errorf("not read again: %+v", s)
	}
	m.merge(state.Delta{Gateways: map[string]*state.Gateway{"p": {ID: "p", Today: event.NotKnown[event.NanoUSD](event.ReadingForbidden, "")}}})
	if m.summary().HasToday {
		t.Error("what nobody can see was 0 today")
	}
}

func TestSilenceUntil(t *testing.T) {
	now := time.Date(2026, 3, 28, 23, 30, 0, 0, time.UTC)
	for c, want := range map[tray.SilenceChoice]time.Time{
		tray.SilenceQuarter: now.Add(15 * time.Minute), tray.SilenceHour: now.Add(time.Hour), tray.SilenceAlsoCritical: now.Add(time.Hour),
		tray.SilenceUntilTomorrow: time.Date(2026, 3, 29, 9, 0, 0, 0, time.UTC),
	} {
		if got, ok := silenceUntil(c, now); !ok || !got.Equal(want) {
			t.Errorf("%s: %v", c, got)
		}
	}
	if _, ok := silenceUntil(tray.SilenceOff, now); ok {
		t.Error("off has no end")
	}
}

func TestTheFirstRouteWaitsForThePage(t *testing.T) {
	shell := &fakeShell{}
	w := newWindow("test", cli.WindowOptions{Route: "gatewatch://events"}, slog.New(slog.DiscardHandler))
	w.shell = shell
	for range 2 {
		if err := (&App{w.host}).Ready(); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"route"}, shell.names); diff != "" {
		t.Error(diff)
	}
}

func TestClosingTheWindow(t *testing.T) {
	h, _, _ := demoHost(t)
	w := &window{host: h}
	if got := w.closeAs(); got != closeEnds {
		t.Errorf("without a tray: %d", got)
	}
	w = &window{host: h, trayHost: true}
	for range 2 {
		if got := w.closeAs(); got != closeHides {
			t.Errorf("with a tray: %d", got)
		}
	}
	w.quit()
	if got := w.closeAs(); got != closeEnds {
		t.Errorf("quit: %d", got)
	}
	if got := w.closeAs(); got != closeIgnored {
		t.Errorf("quit a second time: %d", got)
	}
}

// What passes to the page must be plain: no nil slices, no times, no pointers.
func TestWireTypesArePlain(t *testing.T) {
	for _, v := range []any{
		Snapshot{},
		GatewayProfile{},
		GatewayInput{},
		RuleView{},
		RuleInput{},
		EventQuery{},
		EventPage{},
		SpendQuery{},
		SpendSeries{},
		Decision{},
		SettingsView{},
		TestResult{},
		About{},
	} {
		plain(t, reflect.TypeOf(v), reflect.TypeOf(v).Name())
		if _, err := json.Marshal(v); err != nil {
			t.Error(err)
		}
	}
}

func plain(t *testing.T, typ reflect.Type, path string) {
	t.Helper()
	switch typ.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Func, reflect.Chan:
		t.Errorf("%s is a %s", path, typ.Kind())
	case reflect.Struct:
		if typ == reflect.TypeFor[time.Time]() {
			t.Errorf("%s is a time: use Unix milliseconds", path)
			return
		}
		for field := range typ.Fields() {
			plain(t, field.Type, path+"."+field.Name)
		}
	case reflect.Slice, reflect.Map, reflect.Array:
		plain(t, typ.Elem(), path+"[]")
	default:
	}
}

func TestNoWindowIsSaid(t *testing.T) {
	if built {
		t.Skip("this build has a window")
	}
	if err := (&window{}).open(t.Context(), embedded()); !errors.Is(err, cli.ErrNoWindow) {
		t.Error(err)
	}
}
