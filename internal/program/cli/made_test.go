package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/program/cli"
)

func TestVersionAsJSON(t *testing.T) {
	got := execute("version", "--json")
	var b struct{ Version, Commit, Date, Go, OS, Arch string }
	if err := json.Unmarshal([]byte(got.out), &b); err != nil || got.code != 0 {
		t.Fatalf("exit %d, %v: %s", got.code, err, got.out)
	}
	if b.Version != "1.2.3-test" || b.Go != runtime.Version() || b.OS != runtime.GOOS || b.Arch != runtime.GOARCH {
		t.Errorf("got %+v", b)
	}
	if text := execute("version"); !strings.HasPrefix(text.out, "gatewatch 1.2.3-test\n") {
		t.Errorf("as text: %q", text.out)
	}
}

// TestLicencesNameEveryPart samples each sort of part; that none is missing
// is checked where the text is made.
func TestLicencesNameEveryPart(t *testing.T) {
	got := execute("licences")
	for _, part := range []string{"MIT License", "The Go standard library", "github.com/wailsapp/wails/v2 v", "modernc.org/sqlite v", "react-dom "} {
		if !strings.Contains(got.out, part) {
			t.Errorf("%q is missing", part)
		}
	}
}

// TestNobodyReads: as in "gatewatch licences | head -1".
func TestNobodyReads(t *testing.T) {
	home(t)
	for _, args := range [][]string{{"licences"}, {"version"}, {"manual"}, {"watch", "--demo"}, {"doctor", "--json"}} {
		reader, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		_ = reader.Close()
		var errs bytes.Buffer
		code := cli.Main(args, cli.Options{Version: "1.2.3-test", Stdout: writer, Stderr: &errs})
		_ = writer.Close()
		if code != 0 || errs.Len() > 0 {
			t.Errorf("%q: exit %d, %s", args, code, &errs)
		}
	}
}

// helps are the commands that --help lists.
func helps(t *testing.T) []string {
	t.Helper()
	var names []string
	for line := range strings.Lines(execute("--help").out) {
		// "  watch [flags]"
		if name, ok := strings.CutPrefix(line, "  "); ok && !strings.HasPrefix(name, " ") && !strings.HasPrefix(name, "-") {
			names = append(names, strings.Fields(name)[0])
		}
	}
	if len(names) < 6 {
		t.Fatalf("--help lists %q only", names)
	}
	return names
}

func TestManualHasEveryCommandAndFlag(t *testing.T) {
	page := execute("manual").out
	for _, name := range helps(t) {
		if name != "[<route>]" && name != "window" && !strings.Contains(page, fmt.Sprintf(".SS \"gatewatch %s\"", name)) {
			t.Errorf("the command %s is missing", name)
		}
	}
	for _, want := range []string{".TH GATEWATCH 1 ", `\fB\-\-no\-notify\fR`, `\fB\-o\fR, \fB\-\-output\fR=\fIOUTPUT\fR`, `\fB\-\-seed\fR=\fISEED\fR`, ".I ROUTE"} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if strings.Contains(page, "gatewatch manual") {
		t.Error("a hidden command is shown")
	}
}

func TestBashCompletes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("there is no bash")
	}
	script := execute("completion", "bash").out
	for _, c := range []struct {
		words []string // the last is the one that is completed
		want  string
	}{
		{[]string{"exp"}, "export"},
		{[]string{"export", "--fo"}, "--format"},
		{[]string{"export", "--format", ""}, "csv jsonl md html json"},
		{[]string{"export", "--format", "=", "j"}, "jsonl json"},
		{[]string{"export", "--format", "="}, "csv jsonl md html json"},
		{[]string{"export", "--since", ""}, ""},
		{[]string{"completion", ""}, "bash zsh fish"},
		{[]string{"--no-n"}, "--no-notify"},
		{[]string{"watch", "--jso"}, "--json"},
	} {
		words := "gatewatch"
		for _, w := range c.words {
			words += " '" + w + "'"
		}
		cmd := exec.CommandContext(t.Context(), bash, "--norc", "-c", //nolint:gosec // the script is ours
			script+fmt.Sprintf("\nCOMP_WORDS=(%s); COMP_CWORD=%d; _gatewatch; echo \"${COMPREPLY[*]}\"", words, len(c.words)))
		cmd.Dir = filepath.Dir(t.TempDir())
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		got := strings.Join(strings.Fields(strings.ReplaceAll(string(out), "--help", "")), " ")
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.words, diff)
		}
	}
}

func TestShellsReadTheirCompletions(t *testing.T) {
	for shell, args := range map[string][]string{"zsh": {"-n"}, "fish": {"-n"}, "bash": {"-n"}} {
		path, err := exec.LookPath(shell)
		if err != nil {
			t.Logf("there is no %s", shell)
			continue
		}
		cmd := exec.CommandContext(t.Context(), path, args...) //nolint:gosec // a shell that only reads
		cmd.Stdin = strings.NewReader(execute("completion", shell).out)
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v: %s", shell, err, out)
		}
	}
}
