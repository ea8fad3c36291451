package cli_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/program/run"
)

const examples = "../../../examples/"

// TestExamples runs what others may copy.
func TestExamples(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("they are shell scripts")
	}
	home(t)
	t.Setenv("GATEWATCH", program(t))
	t.Run("a script on JSON lines", func(t *testing.T) {
		g := launch(t, "demo-gateway", "--script", examples+"outage.demo", "--speed", "3")
		g.await(1, "outage.demo - Ctrl-C")
		watch := exec.Command(program(t), "watch", "--json", "--no-notify", "--core", g.value("core URL"), "--admin", g.value("admin URL"))
		watch.Env = append(os.Environ(), run.EnvVirtualKey+"="+g.value("virtual key"), run.EnvMasterKey+"="+g.value("master key"))
		told := exec.Command("sh", examples+"told.sh")
		lines, err := watch.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		said, err := told.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		told.Stdin = lines
		for _, cmd := range []*exec.Cmd{told, watch} {
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
		}
		late := time.AfterFunc(time.Minute, func() { _ = watch.Process.Kill() })
		defer func() {
			late.Stop()
			_ = watch.Process.Kill()
			_, _ = watch.Wait(), told.Wait()
		}()
		want := regexp.MustCompile(`^\d\d:\d\d (warning|critical) Research has used \d+ %`)
		for s := bufio.NewScanner(said); s.Scan(); {
			if want.MatchString(s.Text()) {
				return
			}
		}
		t.Error("nothing was told of the budget")
	})
	t.Run("a status bar", func(t *testing.T) {
		bar := func(args ...string) string {
			out, err := exec.Command("sh", append([]string{examples + "statusbar.sh"}, args...)...).Output()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			return string(out)
		}
		var line struct{ Text, Tooltip, Class string }
		if out := bar("--demo"); json.Unmarshal([]byte(out), &line) != nil || line.Text == "" || line.Tooltip == "" ||
			!strings.Contains("ok warning critical unknown", line.Class) {
			t.Errorf("%q", out)
		}
		if out := bar("--core", "http://127.0.0.1:1"); json.Unmarshal([]byte(out), &line) != nil || line.Class != "unknown" {
			t.Errorf("of nobody: %q", out)
		}
		if out := bar("--text", "--core", "http://127.0.0.1:1"); out != "◌\n" {
			t.Errorf("as text: %q", out)
		}
	})
	t.Run("a systemd unit", func(t *testing.T) {
		unit, err := os.ReadFile(examples + "gatewatch-watch.service")
		if err != nil {
			t.Fatal(err)
		}
		start := regexp.MustCompile(`(?m)^ExecStart=/usr/bin/env gatewatch (.*)$`).FindSubmatch(unit)
		if start == nil {
			t.Fatal("it starts nothing")
		}
		args := append(strings.Fields(string(start[1])), "--help")
		if out, err := exec.Command(program(t), args...).CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
		verify, err := exec.LookPath("systemd-analyze")
		if err != nil {
			t.Skip("no systemd-analyze here: its own checks were not made")
		}
		path, _ := filepath.Abs(examples + "gatewatch-watch.service")
		check := exec.Command(verify, "verify", "--user", path)
		check.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+t.TempDir())
		if out, err := check.CombinedOutput(); err != nil || bytes.Contains(out, []byte("gatewatch-watch.service:")) {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

// value is what a line of the output says of a name.
func (p *process) value(name string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range p.lines {
		if rest, ok := strings.CutPrefix(line, name); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}
