package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// service is a bound struct.
type service struct {
	name    string
	methods []method
}

// method is what the page can call.
type method struct {
	name, doc string
	args      []value
	result    value // its kind is "void" if there is none
}

// value is an argument or a result: its name in Go, what it is in TypeScript,
// and the kind that a call is checked by.
type value struct{ name, ts, kind string }

// parsed are the source files of a folder, its tests left out.
func parsed(dir string) ([]*ast.File, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no Go files in %s", dir)
	}
	return files, nil
}

// readServices finds the bound structs of a folder, in their order, and their
// exported methods by name.
func readServices(dir string) ([]service, error) {
	files, err := parsed(dir)
	if err != nil {
		return nil, err
	}
	var services []service
	for _, name := range bound(files) {
		s := service{name: name}
		for _, fn := range methodsOf(files, name) {
			m, err := readMethod(files[0].Name.Name, fn)
			if err != nil {
				return nil, fmt.Errorf("%s.%s: %w", name, fn.Name.Name, err)
			}
			s.methods = append(s.methods, m)
		}
		slices.SortFunc(s.methods, func(a, b method) int { return strings.Compare(a.name, b.name) })
		services = append(services, s)
	}
	if len(services) == 0 {
		return nil, fmt.Errorf("%s has no method \"services\" that lists bound structs", dir)
	}
	return services, nil
}

// bound lists the structs that the method "services" makes.
func bound(files []*ast.File) (names []string) {
	for fn := range functions(files) {
		if fn.Name.Name != "services" || fn.Recv == nil {
			continue
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if made, ok := n.(*ast.UnaryExpr); ok && made.Op == token.AND {
				if lit, ok := made.X.(*ast.CompositeLit); ok {
					if id, ok := lit.Type.(*ast.Ident); ok {
						names = append(names, id.Name)
					}
				}
			}
			return true
		})
	}
	return names
}

// functions are all functions and methods of files.
func functions(files []*ast.File) func(yield func(*ast.FuncDecl) bool) {
	return func(yield func(*ast.FuncDecl) bool) {
		for _, f := range files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && !yield(fn) {
					return
				}
			}
		}
	}
}

// methodsOf lists the exported methods of *name.
func methodsOf(files []*ast.File, name string) (all []*ast.FuncDecl) {
	for fn := range functions(files) {
		if fn.Recv == nil || !fn.Name.IsExported() {
			continue
		}
		star, ok := fn.Recv.List[0].Type.(*ast.StarExpr)
		if !ok {
			continue
		}
		if id, ok := star.X.(*ast.Ident); ok && id.Name == name {
			all = append(all, fn)
		}
	}
	return all
}

// readMethod reads what a call takes and gives. Every bound method fails with
// an error, because everything behind it can be absent.
func readMethod(pkg string, fn *ast.FuncDecl) (method, error) {
	m := method{name: fn.Name.Name, doc: strings.TrimSpace(fn.Doc.Text()), result: value{ts: "void", kind: "void"}}
	if m.doc == "" {
		return m, errors.New("it has no comment")
	}
	for _, field := range fn.Type.Params.List {
		v, err := valueOf(pkg, field.Type)
		if err != nil {
			return m, err
		}
		if len(field.Names) == 0 {
			return m, errors.New("an argument has no name")
		}
		for _, id := range field.Names {
			v.name = id.Name
			m.args = append(m.args, v)
		}
	}
	var results []ast.Expr
	if fn.Type.Results != nil {
		for _, field := range fn.Type.Results.List {
			results = append(results, field.Type)
		}
	}
	if len(results) == 0 || len(results) > 2 || !isError(results[len(results)-1]) {
		return m, errors.New("it must return an error, and one value before it at most")
	}
	if len(results) == 2 {
		v, err := valueOf(pkg, results[0])
		if err != nil {
			return m, err
		}
		m.result = v
	}
	return m, nil
}

func isError(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "error"
}

// valueOf says what a Go type is on the page. Structs are interfaces that the
// window toolkit's own generator writes, by package.
func valueOf(pkg string, e ast.Expr) (value, error) {
	switch t := e.(type) {
	case *ast.Ident:
		switch t.Name {
		case "string":
			return value{ts: "string", kind: "string"}, nil
		case "bool":
			return value{ts: "boolean", kind: "boolean"}, nil
		case "int", "int64", "uint64", "float64":
			return value{ts: "number", kind: "number"}, nil
		}
		if t.IsExported() {
			return value{ts: pkg + "." + t.Name, kind: "object"}, nil
		}
	case *ast.SelectorExpr:
		if from, ok := t.X.(*ast.Ident); ok {
			return value{ts: from.Name + "." + t.Sel.Name, kind: "object"}, nil
		}
	case *ast.ArrayType:
		of, err := valueOf(pkg, t.Elt)
		return value{ts: of.ts + "[]", kind: "array"}, err
	}
	return value{}, fmt.Errorf("%T is no type that passes to the page", e)
}

// readCodes lists the constants of type Code with their values.
func readCodes(dir string) ([]string, error) {
	files, err := parsed(dir)
	if err != nil {
		return nil, err
	}
	var codes []string
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != "Code" {
				return true
			}
			for _, v := range spec.Values {
				if lit, ok := v.(*ast.BasicLit); ok {
					code, _ := strconv.Unquote(lit.Value)
					codes = append(codes, code)
				}
			}
			return true
		})
	}
	if len(codes) == 0 {
		return nil, fmt.Errorf("%s has no constants of type Code", dir)
	}
	return codes, nil
}
