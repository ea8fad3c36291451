package archtest

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// exact is a release, or a commit of a module that has no releases.
var exact = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+incompatible)?$`)

// TestModulesArePinnedByHand compares go.mod with pins.txt: a version changes
// only when somebody changes it in both, with a reason to be read in review.
// A tool that resolves "latest" would otherwise change versions in passing.
func TestModulesArePinnedByHand(t *testing.T) {
	required := requirements(t)
	pinned := pins(t)
	for name, want := range pinned {
		if have := required[name]; have != want {
			t.Errorf("go.mod has %s at %q, pins.txt says %q", name, have, want)
		}
	}
	for name, version := range required {
		if !exact.MatchString(version) {
			t.Errorf("go.mod: %s is not pinned exactly: %q", name, version)
		}
	}
	for _, f := range goFiles(t) {
		for _, name := range f.imports {
			if mod := moduleOf(name, required); mod != "" && pinned[mod] == "" {
				t.Errorf("%s imports %s, but pins.txt does not list %s", f.path, name, mod)
			}
		}
	}
}

// moduleOf finds the required module that has the package; "" for others.
func moduleOf(pkg string, required map[string]string) string {
	best := ""
	for mod := range required {
		if (pkg == mod || strings.HasPrefix(pkg, mod+"/")) && len(mod) > len(best) {
			best = mod
		}
	}
	return best
}

func TestNoDetoursInGoMod(t *testing.T) {
	text := read(t, "go.mod")
	for line := range strings.Lines(text) {
		switch word, _, _ := strings.Cut(strings.TrimSpace(line), " "); word {
		case "replace", "exclude", "toolchain":
			t.Errorf("go.mod: %s: what is built must be what is pinned", strings.TrimSpace(line))
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func requirements(t *testing.T) map[string]string {
	t.Helper()
	required := map[string]string{}
	for line := range strings.Lines(read(t, "go.mod")) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) >= 2 && strings.HasPrefix(f[1], "v") && strings.Contains(f[0], ".") {
			required[f[0]] = f[1]
		}
	}
	if len(required) < 10 {
		t.Fatalf("only %d modules found in go.mod", len(required))
	}
	return required
}

func pins(t *testing.T) map[string]string {
	t.Helper()
	pinned := map[string]string{}
	var names []string
	scan := bufio.NewScanner(strings.NewReader(read(t, "internal/tools/archtest/pins.txt")))
	for scan.Scan() {
		line, _, _ := strings.Cut(scan.Text(), "#")
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if len(f) != 2 {
			t.Fatalf("pins.txt: %q is not a module and a version", scan.Text())
		}
		if pinned[f[0]] != "" {
			t.Errorf("pins.txt lists %s twice", f[0])
		}
		pinned[f[0]] = f[1]
		names = append(names, f[0])
	}
	if !slices.IsSorted(names) {
		t.Error("pins.txt is not sorted")
	}
	return pinned
}
