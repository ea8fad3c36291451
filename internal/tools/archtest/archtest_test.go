package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "gatewatch/"

func TestImportsFollowTheTable(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test || f.belongs() == "main" || f.belongs() == "app" {
			continue // they put everything together
		}
		if !strings.HasPrefix(f.path, "internal/") {
			continue // programs of their own
		}
		row, listed := allowed[f.belongs()]
		if !listed {
			t.Errorf("%s: the table does not know package %s", f.path, f.pkg)
			continue
		}
		for _, name := range f.imports {
			name, ours := strings.CutPrefix(name, module)
			if !ours {
				continue
			}
			name = tableName(strings.TrimPrefix(name, "internal/"))
			if name != f.belongs() && !slices.Contains(row.imports, name) && !slices.Contains(row.imports, "*") {
				t.Errorf("%s imports %s, but %s may import only %q: %s", f.path, name, f.pkg, row.imports, row.why)
			}
			if name == "app" || name == "bench" || name == "cli" && f.belongs() != "cli" {
				t.Errorf("%s imports %s: only main and app may know it", f.path, name)
			}
		}
	}
}

// TestFoldersAreTheLayers holds each package to the folder of its layer, and
// the table of imports to the order of the layers.
func TestFoldersAreTheLayers(t *testing.T) {
	layerOf := map[string]int{}
	for i, l := range layers {
		for _, name := range l.packages {
			if _, twice := layerOf[name]; twice {
				t.Errorf("package %s is in two layers", name)
			}
			layerOf[name] = i
		}
	}
	for name, row := range allowed {
		at, ok := layerOf[name]
		if !ok {
			t.Errorf("package %s is in no layer", name)
			continue
		}
		for _, other := range row.imports {
			to, known := layerOf[other]
			if known && to != at && !slices.Contains(layers[at].imports, layers[to].name) {
				t.Errorf("%s (%s) may import %s (%s) by the table, but not by the layers", name, layers[at].name, other, layers[to].name)
			}
		}
	}
	for _, f := range goFiles(t) {
		if !strings.HasPrefix(f.path, "internal/") {
			continue
		}
		layer, _, _ := strings.Cut(f.pkg, "/")
		if at, ok := layerOf[f.belongs()]; !ok || layers[at].name != layer {
			t.Errorf("%s is not in the folder of its layer", f.path)
		}
	}
}

func TestTheTableHasNoCycle(t *testing.T) {
	var visit func(name string, path []string)
	visit = func(name string, path []string) {
		if slices.Contains(path, name) {
			t.Errorf("a circle: %q", append(path, name))
			return
		}
		for _, next := range allowed[name].imports {
			if next == "*" {
				continue
			}
			if _, ok := allowed[next]; !ok {
				t.Errorf("%s may import %s, which the table does not know", name, next)
			}
			visit(next, append(slices.Clone(path), name))
		}
	}
	for name := range allowed {
		visit(name, nil)
	}
}

func TestModulesStayInTheirPlace(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		for _, name := range f.imports {
			for prefix, row := range externals {
				if strings.HasPrefix(name, prefix) && !slices.Contains(row.only, f.belongs()) && !isTestHelper(f) {
					t.Errorf("%s imports %s, which is for %q only: %s", f.path, name, row.only, row.why)
				}
			}
		}
	}
}

// isTestHelper: packages named xxxtest help the tests of others.
func isTestHelper(f file) bool { return strings.HasSuffix(filepath.Dir(f.path), "test") }

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	docs := map[string][]string{}
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		if docs[f.pkg] == nil {
			docs[f.pkg] = []string{}
		}
		if f.doc != "" {
			docs[f.pkg] = append(docs[f.pkg], f.path)
			if !strings.HasPrefix(f.doc, "Package ") && !f.command && !f.gen {
				t.Errorf("%s: its package comment should begin with \"Package …\"; a remark about the file goes below the package clause", f.path)
			}
		}
	}
	for pkg, in := range docs {
		if len(in) != 1 {
			t.Errorf("package %s has %d package comments, want one: %q", pkg, len(in), in)
		}
	}
}

// vague names say nothing about what is inside.
var vague = words("util utils common types models helpers helper manager managers misc shared base lib")

func TestNoVaguePackageNames(t *testing.T) {
	for _, f := range goFiles(t) {
		for part := range strings.SplitSeq(f.pkg, "/") {
			if slices.Contains(vague, part) {
				t.Errorf("%s: name the package after what it is about, not %q", f.path, part)
			}
		}
	}
}

// maxLines is where a file has more than one reason to exist.
const maxLines = 450

func TestFilesStayShort(t *testing.T) {
	for _, f := range goFiles(t) {
		if !f.test && !f.gen && f.lines > maxLines {
			t.Errorf("%s has %d lines; more than %d wants a second file", f.path, f.lines, maxLines)
		}
	}
}

// foreign words belong to one machine. They are put together so that this file
// does not contain them.
var foreign = map[string][]string{
	"a path of one machine": {"/wo" + "rk/", "/ro" + "ot/"},
	"a registry's host": {
		"registry." + "npmjs", "registry." + "yarnpkg", "proxy." + "golang.org", "sum." + "golang.org",
		"deb." + "debian.org", "archive." + "ubuntu.com",
	},
}

var binary = regexp.MustCompile(`\.(png|ico|icns|woff2?|gz|xz|db|zip|syso|webp|jpg)$`)

func TestNothingOfOneMachineIsTracked(t *testing.T) {
	for _, path := range tracked(t) {
		if binary.MatchString(path) || strings.HasSuffix(path, ".log") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root(t), filepath.FromSlash(path)))
		if err != nil {
			t.Fatal(err)
		}
		for what, list := range foreign {
			for _, word := range list {
				if at := indexOfWord(string(text), word); at >= 0 {
					line := 1 + strings.Count(string(text[:at]), "\n")
					t.Errorf("%s:%d holds %s: %q", path, line, what, text[at:min(at+60, len(text))])
				}
			}
		}
	}
}

// indexOfWord finds word where it does not go on a longer path or name.
func indexOfWord(text, word string) int {
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return -1
		}
		at += from
		if at == 0 || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789._-$}", rune(text[at-1])) {
			return at
		}
		from = at + 1
	}
}
