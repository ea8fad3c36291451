//go:build unix

package run_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"gatewatch/internal/core/state"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
)

// crashHome is set for a child process that crashes.
const crashHome = "GATEWATCH_TEST_CRASH_HOME"

// crashChild logs something and crashes, as a goroutine that panics does.
func crashChild(home string) {
	p := config.PathsIn(home)
	if err := p.Make(); err != nil {
		panic(err)
	}
	log, _ := run.OpenLog(p)
	log.Info("the last thing that it did", "header", "X-API-Key: "+virtualKey)
	go func() { panic("a fault of this test") }()
	select {}
}

// A crash leaves a report with its reason and the last lines of the log, which
// the next start offers and the user deletes.
func TestACrashIsOfferedAtTheNextStart(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashHome+"="+d.home)
	if err := child.Run(); err == nil {
		t.Fatal("it did not crash")
	}
	log, closeLog := run.OpenLog(config.PathsIn(d.home)) // as every start does
	log.Info("a new run")
	t.Cleanup(func() { _ = closeLog() })
	d.profile(serve(t, demo.Options{Scenario: "calm"}))
	p := d.watch()
	offered := func(live *state.Live) bool { return live.App["crash"].Title == "Gatewatch ended unexpectedly." }
	p.await("the report is offered", offered)
	text, err := p.CrashReport()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"panic: a fault of this test", "crashChild", "the last thing that it did"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report has no %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, virtualKey) || strings.Contains(text, "a new run") {
		t.Errorf("the report has too much:\n%s", text)
	}
	if err := p.DeleteCrashReport(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.await("nothing is offered any more", func(live *state.Live) bool { return !offered(live) })
	if _, err := os.Stat(config.PathsIn(d.home).CrashReport()); !os.IsNotExist(err) {
		t.Errorf("the report is still there: %v", err)
	}
	p.stop()
	p = d.watch()
	p.await("connected", connected)
	if live := p.snapshot().Live; offered(&live) {
		t.Error("it is offered again")
	}
}
