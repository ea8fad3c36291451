package cli_test

import (
	"bufio"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gatewatch/internal/program/run"
)

// binary is the program as it is built without a window and without cgo.
var binary = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "gatewatch-test")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "gatewatch")
	build := exec.Command("go", "build", "-o", path, "gatewatch")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	return path, build.Run()
})

// removeBinary deletes what binary made, if it did.
func removeBinary() {
	if built {
		if path, err := binary(); err == nil {
			_ = os.RemoveAll(filepath.Dir(path))
		}
	}
}

var built bool

func program(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("signals are sent")
	}
	built = true
	path, err := binary()
	if err != nil {
		t.Fatalf("build: %v", err)
	}
	return path
}

// process is a running command whose lines are kept.
type process struct {
	t   *testing.T
	cmd *exec.Cmd

	mu    sync.Mutex
	lines []string
	read  sync.WaitGroup
}

func launch(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(program(t), args...)}
	p.cmd.Env = append(os.Environ(), run.EnvVirtualKey+"=demo-virtual-key", run.EnvMasterKey+"=demo-master-key")
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p.cmd.Stdout
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.read.Go(func() {
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			p.mu.Lock()
			p.lines = append(p.lines, lines.Text())
			p.mu.Unlock()
		}
	})
	t.Cleanup(func() { p.end(syscall.SIGKILL) })
	return p
}

// end sends a signal and returns the exit status; -1 if a signal ended it.
func (p *process) end(s syscall.Signal) int {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Signal(s)
		p.read.Wait()
		_ = p.cmd.Wait()
	}
	return p.cmd.ProcessState.ExitCode()
}

// count is how many lines contain all the parts.
func (p *process) count(parts ...string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
next:
	for _, line := range p.lines {
		for _, part := range parts {
			if !strings.Contains(line, part) {
				continue next
			}
		}
		n++
	}
	return n
}

// await waits until so many lines contain all the parts.
func (p *process) await(least int, parts ...string) {
	p.t.Helper()
	for deadline := time.Now().Add(time.Minute); p.count(parts...) < least; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			n := p.count(parts...)
			p.mu.Lock()
			defer p.mu.Unlock()
			p.t.Fatalf("%d lines with %q, want %d, in\n%s", n, parts, least, strings.Join(p.lines, "\n"))
		}
	}
}

// freePort is an address that nobody listens at.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// A gateway's process is killed and started again under a watching process:
// that reconnects, reads anew, says so, and keeps what it knows.
func TestProcesses(t *testing.T) {
	home(t)
	address := freePort(t)
	gateway := func() *process {
		g := launch(t, "demo-gateway", "--listen", address, "--scenario", "spend-limit")
		g.await(1, "core URL", "http://"+address)
		g.await(1, "admin URL", "http://"+address)
		return g
	}
	g := gateway()
	w := launch(t, "watch", "--json", "--no-notify", "--core", "http://"+address, "--admin", "http://"+address)
	const hubs = 7
	w.await(hubs, `"kind":"link.resynchronised"`, `"first":true`)
	w.await(hubs, `"kind":"link.changed"`, `"state":"connected"`)
	for round := 1; round <= 2; round++ {
		if code := g.end(syscall.SIGKILL); code != -1 {
			t.Fatalf("the gateway ended with %d", code)
		}
		w.await(round, `"kind":"link.changed"`, `"hub":"spend"`, `"state":"reconnecting"`)
		g = gateway()
		w.await(round*hubs, `"kind":"link.resynchronised"`, `"first":false`, `"reason":"reconnected"`)
		w.await((round+1)*hubs, `"kind":"link.changed"`, `"state":"connected"`)
	}
	spent := w.count(`"kind":"spend.recorded"`)
	w.await(spent+3, `"kind":"spend.recorded"`)
	if code := w.end(syscall.SIGINT); code != 0 {
		t.Errorf("watch ended with %d at SIGINT", code)
	}
	if code := g.end(syscall.SIGTERM); code != 0 {
		t.Errorf("the gateway ended with %d at SIGTERM", code)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range w.lines {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
		if strings.Contains(line, "demo-virtual-key") || strings.Contains(line, "demo-master-key") {
			t.Errorf("a key is shown: %s", line)
		}
	}
}

// A reader that has stopped reading does not keep the process from ending.
func TestStuckReader(t *testing.T) {
	home(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	cmd := exec.Command(program(t), "watch", "--json", "--no-notify", "--demo", "--scenario", "storm", "--rate", "20000")
	cmd.Stdout = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	time.Sleep(4 * time.Second) // long enough to fill the pipe, and the queue behind it
	_ = cmd.Process.Signal(syscall.SIGTERM)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(30 * time.Second):
		_ = cmd.Process.Kill()
		<-ended
		t.Error("does not end")
	}
}

// "watch | head" ends quietly.
func TestHead(t *testing.T) {
	home(t)
	cmd := exec.Command("sh", "-c", `{ "$0" watch --demo --json --no-notify; echo "status $?" >&2; } | head -n 3`, program(t))
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil || strings.Count(string(out), "\n") != 3 || strings.TrimSpace(errs.String()) != "status 0" {
		t.Errorf("%v\n%s\n%s", err, out, errs.String())
	}
}
