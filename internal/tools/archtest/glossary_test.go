package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// codeName is a name in the glossary's last column.
var codeName = regexp.MustCompile("`([^`]+)`")

// TestTheGlossaryNamesWhatExists reads docs/glossary.md: every row has a name
// of the code, and every such name is declared where it says.
func TestTheGlossaryNamesWhatExists(t *testing.T) {
	known := declarations(t)
	rows, terms := 0, map[string]bool{}
	for line := range strings.Lines(read(t, "docs/glossary.md")) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 5 || strings.HasPrefix(cells[1], "---") || strings.TrimSpace(cells[1]) == "term" {
			continue
		}
		rows++
		term := strings.TrimSpace(cells[1])
		if terms[term] {
			t.Errorf("%q stands in the glossary twice", term)
		}
		terms[term] = true
		names := codeName.FindAllStringSubmatch(cells[3], -1)
		if len(names) == 0 {
			t.Errorf("%q has no name of the code", term)
		}
		for _, n := range names {
			if !known[n[1]] {
				t.Errorf("%q: there is no %s", term, n[1])
			}
		}
	}
	if rows < 60 {
		t.Errorf("the glossary has %d rows; its table is not read as it is written", rows)
	}
}

// declarations lists what the packages below internal declare outside their
// tests: "alert.Silence", "alert.Rule.For", "rest.Poller.Run".
func declarations(t *testing.T) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	for _, f := range goFiles(t) {
		if f.test || f.gen || !strings.HasPrefix(f.path, "internal/") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root(t), f.path), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range tree.Decls {
			for _, name := range declared(d) {
				known[tree.Name.Name+"."+name] = true
			}
		}
	}
	return known
}

// declared lists the names that one declaration makes.
func declared(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return []string{receiver(d) + d.Name.Name}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names = append(names, n.Name)
				}
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
				for _, member := range members(s.Type) {
					names = append(names, s.Name.Name+"."+member)
				}
			}
		}
	}
	return names
}

// receiver is the type of a method and a full stop; "" of a function.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if generic, ok := typ.(*ast.IndexExpr); ok {
		typ = generic.X
	}
	if name, ok := typ.(*ast.Ident); ok {
		return name.Name + "."
	}
	return ""
}

// members lists the fields of a struct and the methods of an interface.
func members(typ ast.Expr) (names []string) {
	var list *ast.FieldList
	switch typ := typ.(type) {
	case *ast.StructType:
		list = typ.Fields
	case *ast.InterfaceType:
		list = typ.Methods
	default:
		return nil
	}
	for _, f := range list.List {
		for _, n := range f.Names {
			names = append(names, n.Name)
		}
	}
	return names
}
