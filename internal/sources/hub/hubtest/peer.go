package hubtest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// peerVariable may name the program that starts the real server.
const peerVariable = "GATEWATCH_ASPNET_PEER"

// peerPath is where it is looked for, upward from the working directory.
var peerPath = filepath.Join("shared", "peers", "aspnetcore", "serve")

// Peer is a running ASP.NET Core SignalR server.
type Peer struct {
	URL string // http://127.0.0.1:port

	t     testing.TB
	cmd   *exec.Cmd
	ended chan struct{} // closed when the process has ended
	mu    sync.Mutex
	out   bytes.Buffer // guarded by mu
}

// FindPeer returns the program that starts the real server, or skips the test.
func FindPeer(t testing.TB) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the ASP.NET Core server is built for Linux")
	}
	if p := os.Getenv(peerVariable); p != "" {
		return p
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatalf("working directory: %v", err)
	}
	for {
		p := filepath.Join(dir, peerPath)
		if _, err := os.Stat(p); err == nil {
			return p
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Skipf("no ASP.NET Core server: neither %s nor %s above this folder", peerVariable, peerPath)
		}
		dir = up
	}
}

// StartPeer starts the real server with the given knobs ("--log", "Debug") and
// stops it when the test ends. The test is skipped where there is none.
func StartPeer(t testing.TB, knobs ...string) *Peer {
	t.Helper()
	program := FindPeer(t)
	p := &Peer{t: t, cmd: exec.Command(program, knobs...), ended: make(chan struct{})}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatalf("peer: %v", err)
	}
	p.cmd.Stderr = p.cmd.Stdout
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("peer: %v", err)
	}
	listening := make(chan string, 1)
	go p.collect(out, listening)
	t.Cleanup(p.Kill)
	select {
	case p.URL = <-listening:
	case <-p.ended:
		t.Fatalf("the peer ended at once:\n%s", p.Log())
	case <-time.After(2 * time.Minute): // the first start unpacks it
		t.Fatalf("the peer does not listen:\n%s", p.Log())
	}
	return p
}

// collect keeps the server's output until its end.
func (p *Peer) collect(out io.Reader, listening chan<- string) {
	defer close(p.ended)
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		p.mu.Lock()
		p.out.WriteString(line)
		p.mu.Unlock()
		if at, ok := strings.CutPrefix(line, "listening "); ok {
			listening <- strings.TrimSpace(at)
		}
		if err != nil {
			_ = p.cmd.Wait() // how it ended does not matter here
			return
		}
	}
}

// Log is what the server has printed so far.
func (p *Peer) Log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// Signal sends a signal to the server, such as SIGSTOP.
func (p *Peer) Signal(s syscall.Signal) {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("peer: %v", err)
	}
}

// Terminate stops the server in good order and waits until it has ended.
func (p *Peer) Terminate() {
	p.Signal(syscall.SIGTERM)
	<-p.ended
}

// Kill ends the server at once (SIGKILL) and waits until it has ended.
func (p *Peer) Kill() {
	_ = p.cmd.Process.Kill() // an error says that it has ended
	<-p.ended
}

// Control calls one of the server's /ctl addresses and returns the answer.
func (p *Peer) Control(path, body string) string {
	p.t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	res, err := client.Post(p.URL+path, "application/json", strings.NewReader(body))
	if err != nil {
		p.t.Fatalf("peer control: %v", err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		p.t.Fatalf("peer control %s: %s %s %v", path, res.Status, b, err)
	}
	return string(b)
}
