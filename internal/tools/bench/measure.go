package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// turnLimit bounds one client's turn on a machine that has other work.
const turnLimit = 5 * time.Minute

// bench runs the turns.
type bench struct {
	options
	self string // this program
	node string // folder of the JavaScript client; "" if it cannot be had
	say  io.Writer
}

// field is one set of circumstances under which all clients are measured.
type field struct {
	name   string
	events int // that a client must get
	// sums are the right ones of the pipeline's keys and of the numbers.
	keySum, numberSum int64
	floor, aim        float64 // of the pipeline, times the JavaScript client
	url               string
	begin             func(ctx context.Context) error // has the server send, and waits for it
}

// measure is the whole benchmark.
func measure(ctx context.Context, o options, out io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("own program: %w", err)
	}
	b := &bench{options: o, self: self, say: os.Stderr}
	if strings.Contains(o.clients, "d") {
		if b.node, err = installNode(ctx); err != nil {
			fmt.Fprintf(out, "Without (d): %v\n\n", err)
			b.clients = strings.ReplaceAll(b.clients, "d", "")
		}
	}
	introduce(out)
	var unsound error
	for _, perMessage := range []int{1, 50} {
		unsound = errors.Join(unsound, b.raw(ctx, perMessage, out))
	}
	return errors.Join(unsound, b.aspnet(ctx, out))
}

// raw measures against the raw server.
func (b *bench) raw(ctx context.Context, perMessage int, out io.Writer) error {
	s, err := launch(ctx, b.self, "serve", "-events", strconv.Itoa(b.events), "-per-message", strconv.Itoa(perMessage))
	if err != nil {
		return err
	}
	defer s.end()
	n := int64(b.events) + 1 // and the last one, which marks the end
	f := field{
		name: fmt.Sprintf("Raw server, %s per message", plural(perMessage, "frame")), events: int(n),
		keySum: n * int64(amount), numberSum: n * (n - 1) / 2,
		floor: 1, aim: 2, url: s.url,
		begin: func(ctx context.Context) error { return post(ctx, s.url+"/go") },
	}
	if perMessage > 1 {
		f.floor, f.aim = 3, 5
	}
	return b.compare(ctx, f, out)
}

// aspnet measures against the real server, where there is one.
func (b *bench) aspnet(ctx context.Context, out io.Writer) error {
	if b.burst == 0 {
		return nil
	}
	program, ok := findPeer()
	if !ok {
		fmt.Fprintf(out, "\nSkipped: the burst of %d events needs the ASP.NET Core server, which is not here (%s names its start program).\n", b.burst, peerVariable)
		return nil
	}
	s, err := launch(ctx, program)
	if err != nil {
		return err
	}
	defer s.end()
	n := int64(b.burst)
	return b.compare(ctx, field{
		name: "ASP.NET Core server, one burst", events: b.burst,
		keySum: int64(burstTotal), numberSum: n * (n - 1) / 2,
		floor: 1, aim: 1, url: s.url,
		begin: func(ctx context.Context) error {
			return post(ctx, fmt.Sprintf("%s/ctl/burst?hub=spend&n=%d&shape=spend", s.url, n))
		},
	}, out)
}

// compare gives every client its turn, round after round, and prints the table.
// Another one begins each round: who is first finds a server that is cold.
func (b *bench) compare(ctx context.Context, f field, out io.Writer) error {
	all := map[string][]turned{}
	for round := range b.rounds {
		first := round % len(b.clients)
		for kind := range strings.SplitSeq(b.clients[first:]+b.clients[:first], "") {
			fmt.Fprintf(b.say, "%s: round %d of %d, %s\n", f.name, round+1, b.rounds, names[kind])
			r, err := b.turn(ctx, f, kind, round)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", f.name, names[kind], err)
			}
			all[kind] = append(all[kind], r)
		}
	}
	return report(out, f, all)
}

// turned is the outcome of a turn.
type turned struct {
	result
	took time.Duration
}

// turn runs one client to its end.
func (b *bench) turn(ctx context.Context, f field, kind string, round int) (turned, error) {
	ctx, cancel := context.WithTimeout(ctx, turnLimit)
	defer cancel()
	args := []string{b.self, "client", "-kind", kind, "-url", f.url, "-want", strconv.Itoa(f.events)}
	switch {
	case kind == "d":
		args = []string{"node", "client.mjs", f.url + hubPath, credential, strconv.Itoa(f.events)}
	case b.profiles != "" && kind != "c":
		name := strings.Map(fileSafe, f.name) + "-" + kind + "-" + strconv.Itoa(round) + ".pprof"
		args = append(args, "-profile", filepath.Join(b.profiles, name))
	}
	c, err := launchIn(ctx, b.node, args...)
	if err != nil {
		return turned{}, err
	}
	defer c.end()
	if line, err := c.line(); err != nil || line != "ready" {
		return turned{}, fmt.Errorf("it did not get ready: %q, %w", line, err)
	}
	began := time.Now()
	sent := make(chan error, 1)
	go func() { sent <- f.begin(ctx) }()
	line, err := c.line()
	sendErr := <-sent // the server has written all, or noticed that the client went
	if err != nil {
		return turned{}, fmt.Errorf("it ended without a result: %w", err)
	}
	if sendErr != nil {
		return turned{}, fmt.Errorf("send: %w", sendErr)
	}
	var r result
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		return turned{}, fmt.Errorf("its result %q: %w", line, err)
	}
	return turned{r, time.Unix(0, r.End).Sub(began)}, nil
}

// fileSafe keeps letters and digits.
func fileSafe(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
		return r
	}
	return '-'
}

// post makes a request and reads its answer away.
func post(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, res.Body) // nothing in it is of use
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", res.Status)
	}
	return nil
}

// child is a process that we started.
type child struct {
	url   string // where it serves, if it does
	cmd   *exec.Cmd
	in    io.Closer
	lines *bufio.Reader
}

// launchIn starts a program in a folder.
func launchIn(ctx context.Context, dir string, args ...string) (*child, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Stderr, cmd.WaitDelay = dir, os.Stderr, 5*time.Second
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &child{cmd: cmd, in: in, lines: bufio.NewReader(out)}, nil
}

// launch starts a server and waits until it listens.
func launch(ctx context.Context, args ...string) (*child, error) {
	c, err := launchIn(ctx, "", args...)
	if err != nil {
		return nil, err
	}
	for {
		line, err := c.line()
		if err != nil {
			c.end()
			return nil, fmt.Errorf("%s does not listen: %w", filepath.Base(args[0]), err)
		}
		if at, ok := strings.CutPrefix(line, "listening "); ok {
			c.url = strings.TrimSpace(at)
			go func() { _, _ = io.Copy(io.Discard, c.lines) }() // ends with the process
			return c, nil
		}
	}
}

func (c *child) line() (string, error) {
	s, err := c.lines.ReadString('\n')
	return strings.TrimSpace(s), err
}

// end ends the process and waits for it.
func (c *child) end() {
	_ = c.in.Close()
	_ = c.cmd.Process.Kill() // an error says that it has ended
	_ = c.cmd.Wait()         // how it ended was seen before
}

// peerVariable may name the program that starts the real server.
const peerVariable = "GATEWATCH_ASPNET_PEER"

// findPeer looks for the real server's start program, upward from here.
func findPeer() (program string, ok bool) {
	if p := os.Getenv(peerVariable); p != "" {
		return p, true
	}
	dir, err := os.Getwd()
	for err == nil {
		p := filepath.Join(dir, "shared", "peers", "aspnetcore", "serve")
		if _, err := os.Stat(p); err == nil {
			return p, true
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	return "", false
}
