package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func words(s string) []string { return strings.Fields(s) }

// root is the repository's folder.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// notOurs are folders that hold no source of ours.
var notOurs = words(".git .cache node_modules dist bin out coverage")

// tracked lists the files of the repository, slash-separated from its root.
func tracked(t *testing.T) []string {
	t.Helper()
	top := root(t)
	var files []string
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(notOurs, d.Name()):
			return filepath.SkipDir
		case !d.Type().IsRegular(), d.Name() == ".git": // a file in a second work tree
			return nil
		}
		rel, err := filepath.Rel(top, path)
		files = append(files, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// file is one Go file of ours.
type file struct {
	path    string // from the root
	pkg     string // "event", "desktop/dbustest", "app", "main" for the root
	test    bool
	gen     bool
	command bool // package main
	lines   int
	doc     string // of the package clause
	imports []string
}

// belongs gives the name that the tables use: the folder below the layer,
// "event" for core/event and "notification" for
// desktop/notification/dbustest.
func (f file) belongs() string {
	return tableName(f.pkg)
}

// goFiles parses every Go file, whatever its build tags.
func goFiles(t *testing.T) []file {
	t.Helper()
	var files []file
	for _, path := range tracked(t) {
		if !strings.HasSuffix(path, ".go") || strings.Contains(path, "/testdata/") || strings.HasPrefix(path, "tools/") {
			continue
		}
		files = append(files, parse(t, path))
	}
	if len(files) == 0 {
		t.Fatal("no Go files found")
	}
	return files
}

func parse(t *testing.T, path string) file {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	tree, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	f := file{
		path:    path,
		pkg:     packageOf(path),
		test:    strings.HasSuffix(path, "_test.go"),
		gen:     ast.IsGenerated(tree),
		command: tree.Name.Name == "main",
		lines:   strings.Count(string(text), "\n"),
		doc:     tree.Doc.Text(),
	}
	for _, spec := range tree.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		f.imports = append(f.imports, name)
	}
	return f
}

// tableName cuts the layer and what lies below the package off a package's
// folder: "notification" for "desktop/notification/dbustest". What is not
// below internal keeps its name.
func tableName(pkg string) string {
	layer, rest, deeper := strings.Cut(pkg, "/")
	if !deeper || !slices.Contains(layersByName(), layer) {
		return layer
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

func layersByName() []string {
	var names []string
	for _, l := range layers {
		names = append(names, l.name)
	}
	return names
}

// packageOf names a file's package: below internal without that word, "main"
// for the root.
func packageOf(path string) string {
	dir := filepath.ToSlash(filepath.Dir(path))
	if dir == "." {
		return "main"
	}
	return strings.TrimPrefix(dir, "internal/")
}
