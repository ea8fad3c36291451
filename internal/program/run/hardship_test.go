//go:build unix

package run_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/desktop/notification"
	"gatewatch/internal/desktop/tray"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
	"gatewatch/internal/tools/demo"
)

// These tests are hard on the whole program while a gateway storms: it is
// killed, its disk fills up, the services of the desktop end and come back. In
// each round one budget is used up. At the end each of them has been told, once,
// and what is shown as spent is what the gateway's books say.

// rounds are how many hardships there are: with GATEWATCH_LONG=1 as many as are
// recorded in docs/platforms.md, else a few.
func rounds(few, many int) int {
	if os.Getenv("GATEWATCH_LONG") == "1" {
		return many
	}
	return few
}

// Set for a child process that is there to be killed.
const (
	hardshipHome = "GATEWATCH_TEST_HARDSHIP_HOME"
	hardshipBus  = "GATEWATCH_TEST_HARDSHIP_BUS"
)

// hardshipChild is Gatewatch in a process of its own, until it is killed or its
// input ends.
func hardshipChild(home string) int {
	log := slog.New(slog.DiscardHandler)
	p, err := run.Start(context.Background(), run.Options{
		Target: run.Target{Profile: "prod"}, Notify: true, Paths: config.PathsIn(home), Log: log,
		Sender:     notification.Open(notification.Options{Address: os.Getenv(hardshipBus), Log: log}),
		OnDecision: func(n run.Decision) { fmt.Print(toldLine(n)) }, // one write, so that a kill cuts none in two
	})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = p.Close(context.Background())
	return 0
}

// toldLine says that a critical alert was told; "" for any other decision.
func toldLine(n run.Decision) string {
	if !n.Shown || n.Severity != event.SeverityCritical {
		return ""
	}
	return "told " + n.Alert + "\n"
}

// ordeal is a gateway that storms, and who watches it.
type ordeal struct {
	*desk
	g    *demo.Gateway
	used []string // the groups whose budget was used up
	calm func()   // ends the storm

	mu    sync.Mutex
	lines []string // of toldLine; guarded by mu
}

// hear notes what was told.
func (o *ordeal) hear(line string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lines = append(o.lines, line)
}

// begin starts Gatewatch in this process.
func (o *ordeal) begin(target run.Target) *program {
	return o.start(target, func(r *run.Options) { r.OnDecision = func(n run.Decision) { o.hear(toldLine(n)) } })
}

// newOrdeal makes a gateway with a budget for each round, and begins the storm.
func newOrdeal(t *testing.T, n int) *ordeal {
	if now := time.Now(); now.Hour() == 23 && now.Minute() > 30 {
		t.Skip("the day ends while the test runs")
	}
	world := twoTeams
	for i := range n {
		world += fmt.Sprintf("have group %d budget-%03d credit=10\nhave key %d spender-%03d group=budget-%03d\n", 100+i, i, 100+i, i, i)
	}
	o := &ordeal{desk: newDesk(t), g: serve(t, demo.Options{Script: script(t, world), Speed: 15})}
	o.profile(o.g, quickly, func(s *config.Settings) {
		s.Notifications.PerMinute, s.Notifications.PerHour = 60, 600 // how many are gathered is another test's
	})
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				_ = o.g.Do("chat api cost=0.002")
				_ = o.g.Do("chat notebook cost=0.001")
			}
		}
	}()
	o.calm = func() {
		if stop != nil {
			close(stop)
			<-ended
			stop = nil
		}
	}
	t.Cleanup(func() { o.calm() })
	return o
}

// use uses the next budget up.
func (o *ordeal) use() {
	i := len(o.used)
	do(o.t, o.g, fmt.Sprintf("chat spender-%03d cost=9.%d", i, 31+i%60))
	o.used = append(o.used, fmt.Sprintf("budget-%03d", i))
}

// told counts how often each budget was told of as critical: several may share
// a bubble that does not name them all, so decisions are counted.
func (o *ordeal) told(live *state.Live) map[string]int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := map[string]int{}
	for id, a := range live.Alerts {
		if a.Rule != "budget.used" || a.Severity != string(event.SeverityCritical) {
			continue
		}
		for _, line := range o.lines {
			if strings.TrimSpace(line) == "told "+id {
				n[live.Groups["prod/"+a.Entity].Name]++
			}
		}
	}
	return n
}

// verdict waits until p has told of every budget and shows what the books say,
// and then holds that nothing was told twice; but for those in left, of which
// nobody could know whether they had been told.
func (o *ordeal) verdict(p *program, left map[string]bool) {
	o.t.Helper()
	o.calm()
	var untold []string
	deadline := time.Now().Add(2 * patience)
	for {
		live := p.snapshot().Live
		told := o.told(&live)
		untold = slices.DeleteFunc(slices.Clone(o.used), func(name string) bool { return told[name] > 0 })
		if len(untold) == 0 || time.Now().After(deadline) {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if len(untold) > 0 {
		o.t.Errorf("never told: %v", untold)
	}
	var today, parts, books string
	p.awaitFor(4*patience, "the books", func(live *state.Live) bool {
		b := booksOf(o.t, o.g)
		a, c := sums(live)
		today, parts, books = a.String(), c.String(), b.total().String()
		return today == books && parts == books
	})
	time.Sleep(4 * time.Second) // longer than notifications are gathered
	again := 0
	live := p.snapshot().Live
	for name, n := range o.told(&live) {
		if n > 1 {
			again++
			if !left[name] {
				o.t.Errorf("%s was told %d times", name, n)
			}
		}
	}
	o.t.Logf("%d budgets used up, %d never told, %d told again (%d left between two marks), in %d bubbles; today %s, its parts %s, the books %s",
		len(o.used), len(untold), again, len(left), len(o.bell.Calls()), today, parts, books)
}

// TestHardshipKilled is SIGKILL at any moment.
func TestHardshipKilled(t *testing.T) {
	t.Parallel()
	n := rounds(3, 50)
	o := newOrdeal(t, n)
	left := map[string]bool{}
	for range n {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), hardshipHome+"="+o.home, hardshipBus+"="+o.bus.Address)
		in, err := child.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		heard := make(chan struct{})
		go func() {
			defer close(heard)
			for lines := bufio.NewScanner(out); lines.Scan(); {
				o.hear(lines.Text())
			}
		}()
		life := time.Duration(200+rand.IntN(6000)) * time.Millisecond
		before := time.Duration(rand.Int64N(int64(life)))
		time.Sleep(before)
		o.use()
		time.Sleep(life - before)
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		<-heard
		_ = child.Wait()
		_ = in.Close()
		o.noteLeft(left)
	}
	o.verdict(o.begin(run.Target{Profile: "prod"}), left)
}

// noteLeft adds what a killed program had announced to itself and not noted as
// shown.
func (o *ordeal) noteLeft(left map[string]bool) {
	o.t.Helper()
	db, _, err := history.Open(o.t.Context(), config.PathsIn(o.home).History, history.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	list, err := db.UndeliveredNotifications(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	for _, x := range list {
		for _, name := range o.used {
			if strings.Contains(string(x.Body), name) || strings.HasSuffix(x.Fingerprint, "/"+groupOf(name)) {
				left[name] = true
			}
		}
	}
}

// groupOf is the id of the group with a budget's name.
func groupOf(name string) string {
	var i int
	_, _ = fmt.Sscanf(name, "budget-%d", &i)
	return fmt.Sprint(100 + i)
}

// TestHardshipDaemons ends the desktop's services and brings them back.
func TestHardshipDaemons(t *testing.T) {
	n := rounds(3, 20)
	o := newOrdeal(t, n)
	k := o.bus.Keychain()
	k.Put("gatewatch", "prod/virtual-key", virtualKey)
	k.Put("gatewatch", "prod/master-key", masterKey)
	o.stored(o.g)
	panel := o.bus.Tray()
	item := tray.Attach(tray.Options{})
	t.Cleanup(item.Quit)
	p := o.begin(run.Target{})
	p.await("connected", connected)
	panel.WaitItem()
	for range n {
		o.bell.Vanish()
		k.Die()
		panel.Vanish()
		time.Sleep(time.Duration(rand.IntN(500)) * time.Millisecond)
		o.use()
		time.Sleep(time.Duration(rand.IntN(1500)) * time.Millisecond)
		k.Start()
		o.bell.Return()
		panel.Return()
		panel.WaitItem()
		time.Sleep(time.Duration(rand.IntN(500)) * time.Millisecond)
	}
	p.await("still connected", connected)
	if err := p.Change(t.Context(), func(s *config.Settings) { s.Reconnect.Max = 20 * time.Second }); err != nil {
		t.Error(err) // everything connects anew, with keys of the keychain that came back
	}
	p.await("connected", connected)
	o.verdict(p, nil)
	if k.Prompts() != 0 {
		t.Errorf("the user was asked %d times", k.Prompts())
	}
}
