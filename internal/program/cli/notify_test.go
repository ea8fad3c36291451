//go:build unix

package cli_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/desktop/notification/dbustest"
)

// A process that is killed after it told something does not tell it again when
// it is started anew, and tells what comes then.
func TestKilledBetweenNotices(t *testing.T) {
	home(t)
	bus := dbustest.NewBus(t)
	bell := bus.Notifications("actions", "body")
	bus.Setenv()
	address := freePort(t)
	g := launch(t, "demo-gateway", "--listen", address, "--scenario", "spend-limit")
	g.await(1, "core URL")
	watch := func() *process {
		return launch(t, "watch", "--json", "--core", "http://"+address, "--admin", "http://"+address)
	}
	w := watch()
	bell.WaitCalls(1)
	w.await(1, `"type":"notice"`, `"severity":"warning"`, `"shown":true`)
	if code := w.end(syscall.SIGKILL); code != -1 {
		t.Fatalf("ended with %d", code)
	}
	w = watch()
	w.await(1, `"kind":"spend.recorded"`)
	bell.WaitCalls(2)
	w.await(1, `"type":"notice"`, `"severity":"critical"`, `"shown":true`)
	time.Sleep(4 * time.Second) // longer than notifications are gathered
	var got []string
	for _, c := range bell.Calls() {
		got = append(got, [...]string{"low", "normal", "critical"}[c.Urgency()]+": "+c.Title)
	}
	if len(got) == 2 { // the share is that of the moment in which it is told
		got[0] = got[0][:len("normal: team-billing has used ")]
	}
	want := []string{"normal: team-billing has used ", "critical: team-billing has used 90 %"} // one gateway needs no name
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	if code := w.end(syscall.SIGHUP); code != 0 {
		t.Errorf("ended with %d at SIGHUP", code)
	}
}
