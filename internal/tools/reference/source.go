package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// source is the declarations of one package.
type source struct {
	structs map[string]*structure
	funcs   []*ast.FuncDecl
	consts  []constant
}

// structure is a struct with its fields.
type structure struct {
	name, doc string
	fields    []field
}

// field is one field of a struct as JSON has it.
type field struct{ name, typ, unit, doc string }

// constant is one constant with what stands behind it.
type constant struct{ name, typ, value, doc string }

// readSource parses a folder, its tests left out.
func readSource(dir string) (*source, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	s := &source{structs: map[string]*structure{}}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			s.add(d)
		}
	}
	if len(s.structs) == 0 && len(s.consts) == 0 {
		return nil, fmt.Errorf("nothing is declared in %s", dir)
	}
	return s, nil
}

func (s *source) add(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		s.funcs = append(s.funcs, d)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if of, ok := spec.Type.(*ast.StructType); ok {
					s.structs[spec.Name.Name] = &structure{spec.Name.Name, comment(spec.Doc, d.Doc), fieldsOf(of)}
				}
			case *ast.ValueSpec:
				s.addConst(d.Tok, spec)
			}
		}
	}
}

func (s *source) addConst(tok token.Token, spec *ast.ValueSpec) {
	if tok != token.CONST || len(spec.Values) != 1 {
		return
	}
	if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
		s.consts = append(s.consts, constant{spec.Names[0].Name, typeOf(spec.Type), strings.Trim(lit.Value, `"`), comment(spec.Doc, spec.Comment)})
	}
}

// fieldsOf lists the fields that JSON has. A comment that stands above several
// fields is of the first one.
func fieldsOf(of *ast.StructType) (all []field) {
	for _, f := range of.Fields.List {
		if f.Tag == nil {
			continue
		}
		name, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		typ := typeOf(f.Type)
		all = append(all, field{name, plainType(typ), unitOf(name, typ), comment(f.Doc, f.Comment)})
	}
	return all
}

// typeOf is a type as it is written.
func typeOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return typeOf(e.X)
	case *ast.SelectorExpr:
		return typeOf(e.X) + "." + e.Sel.Name
	case *ast.ArrayType:
		return "[]" + typeOf(e.Elt)
	case *ast.MapType:
		return "map[" + typeOf(e.Key) + "]" + typeOf(e.Value)
	case *ast.IndexExpr:
		return typeOf(e.X) + "[" + typeOf(e.Index) + "]"
	case *ast.InterfaceType:
		return "any"
	}
	return ""
}

// plainType is what JSON has of a type.
func plainType(typ string) string {
	bare := strings.TrimPrefix(typ, "event.")
	switch {
	case strings.HasPrefix(typ, "[]"):
		return "list of " + plainType(typ[2:])
	case strings.HasPrefix(typ, "map["):
		return "object"
	case strings.HasPrefix(bare, "Reading["):
		return "reading"
	case slices.Contains([]string{"int", "int64", "uint64", "float64", "int32", "NanoUSD"}, bare):
		return "number"
	case bare == "bool":
		return "true or false"
	case bare == "time.Time":
		return "time"
	case bare == "time.Duration":
		return "number"
	case bare == "any" || bare == "json.RawMessage":
		return "any"
	case bare == "string" || strings.HasSuffix(bare, "ID"):
		return "text"
	}
	return bare
}

// unitOf is the unit of a field, "" where it has none.
func unitOf(name, typ string) string {
	switch {
	case strings.Contains(typ, "NanoUSD"):
		return "nano-dollars"
	case typ == "time.Duration":
		return "nanoseconds"
	case strings.HasSuffix(name, "Ms") || strings.HasSuffix(name, "MS"):
		return "ms"
	case typ == "int64" && (strings.HasSuffix(name, "At") || name == "at" || name == "since" || name == "from" || name == "to"):
		return "Unix ms"
	case strings.Contains(strings.ToLower(name), "ratio"):
		return "share"
	case strings.HasSuffix(strings.ToLower(name), "bytes"):
		return "bytes"
	}
	return ""
}

// comment is the text of the first comment that there is, on one line.
func comment(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if text := strings.Join(strings.Fields(g.Text()), " "); text != "" {
			return text
		}
	}
	return ""
}

// cell makes text that a Markdown table shows as it stands.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`).Replace(s)
}
