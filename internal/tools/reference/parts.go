package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/store/config"
)

// table writes the fields of a struct.
func table(b *bytes.Buffer, of *structure) {
	fmt.Fprint(b, "\n| field | type | unit | |\n|---|---|---|---|\n")
	for _, f := range of.fields {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f.name, cell(f.typ), f.unit, cell(f.doc))
	}
}

// about is a comment without the name that it begins with.
func about(of *structure) string {
	text := strings.TrimPrefix(of.doc, of.name+" ")
	return strings.ToUpper(text[:min(1, len(text))]) + text[min(1, len(text)):]
}

// writeEvents writes every event by its kind.
func writeEvents(b *bytes.Buffer, root string) error {
	s, err := readSource(filepath.Join(root, "internal/core/event"))
	if err != nil {
		return err
	}
	kinds := map[string]*structure{}
	for _, fn := range s.funcs {
		if fn.Name.Name != "Kind" || fn.Recv == nil {
			continue
		}
		of := s.structs[typeOf(fn.Recv.List[0].Type)]
		if lit, ok := returned(fn).(*ast.BasicLit); ok && of != nil {
			kinds[strings.Trim(lit.Value, `"`)] = of
		}
	}
	fmt.Fprint(b, "\n## Events\n\nThe `kind` of a line of type `event`, and its `body`. A field that is missing has its zero value.\n")
	for _, k := range event.Kinds() {
		of := kinds[string(k)]
		if of == nil {
			return fmt.Errorf("no struct is found for the kind %s", k)
		}
		fmt.Fprintf(b, "\n### `%s`\n\n%s\n", k, about(of))
		if len(of.fields) > 0 {
			table(b, of)
		}
	}
	writeTypes(b, s, kinds)
	return nil
}

// writeTypes writes the structs that events are made of, and the words that
// fields of a type may be.
func writeTypes(b *bytes.Buffer, s *source, kinds map[string]*structure) {
	fmt.Fprint(b, "\n## Parts of events\n")
	used := map[string]bool{}
	var look func(of *structure)
	look = func(of *structure) {
		for _, f := range of.fields {
			name := strings.TrimPrefix(f.typ, "list of ")
			if part := s.structs[name]; !used[name] {
				used[name] = true
				if part != nil {
					look(part)
				}
			}
		}
	}
	for _, of := range kinds {
		look(of)
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if part := s.structs[name]; part != nil && len(part.fields) > 0 {
			fmt.Fprintf(b, "\n### %s\n\n%s\n", name, about(part))
			table(b, part)
			continue
		}
		if words := s.words(name); len(words) > 0 {
			fmt.Fprintf(b, "\n### %s\n\nOne of %s.\n", name, strings.Join(words, ", "))
		}
	}
}

// words are the values that a type of text has names for.
func (s *source) words(typ string) (all []string) {
	for _, c := range s.consts {
		if c.typ == typ {
			all = append(all, fmt.Sprintf("`%s`", cmp.Or(c.value, "\"\"")))
		}
	}
	return all
}

// returned is what a function of one line gives.
func returned(fn *ast.FuncDecl) ast.Expr {
	if len(fn.Body.List) == 1 {
		if r, ok := fn.Body.List[0].(*ast.ReturnStmt); ok && len(r.Results) == 1 {
			return r.Results[0]
		}
	}
	return nil
}

// writeLines writes the JSON lines of watch and the object of status.
func writeLines(b *bytes.Buffer, root string) error {
	fmt.Fprint(b, "\n## JSON lines\n\nOf `watch --json` and `export --format jsonl`, one object a line.\n")
	for _, part := range []struct{ dir, name, title string }{
		{"internal/program/cli", "line", "Every line"},
		{"internal/core/state", "AlertLine", "The body of type `alert`"},
		{"internal/program/run", "Decision", "The body of type `notice`"},
		{"internal/program/cli", "status", "The object of `status --json`"},
		{"internal/program/run", "Report", "… in which are, too"},
		{"internal/core/outlook", "Lost", "An element of `lost`"},
		{"internal/core/state", "Forecast", "An element of `forecasts`"},
	} {
		s, err := readSource(filepath.Join(root, part.dir))
		if err != nil {
			return err
		}
		of := s.structs[part.name]
		if of == nil {
			return fmt.Errorf("%s has no struct %s", part.dir, part.name)
		}
		fmt.Fprintf(b, "\n### %s\n", part.title)
		table(b, of)
	}
	fmt.Fprint(b, "\nA line of type `state` is about the watching itself: what was dropped, that the history has a gap.\n")
	return nil
}

// writeMethods writes what the page can call.
func writeMethods(b *bytes.Buffer, root string) error {
	s, err := readSource(filepath.Join(root, "app"))
	if err != nil {
		return err
	}
	fmt.Fprint(b, "\n## Methods that the page can call\n\nBound by `app`, called through `frontend/src/bridge/bound.ts`. Each may fail with one of the codes below.\n")
	for _, service := range services(s) {
		fmt.Fprintf(b, "\n### %s\n\n| method | |\n|---|---|\n", service)
		var rows []string
		for _, fn := range s.funcs {
			if fn.Recv != nil && fn.Name.IsExported() && typeOf(fn.Recv.List[0].Type) == service {
				rows = append(rows, fmt.Sprintf("| `%s(%s)` | %s |\n", fn.Name.Name, parameters(fn), cell(comment(fn.Doc))))
			}
		}
		slices.Sort(rows)
		b.WriteString(strings.Join(rows, ""))
	}
	return nil
}

// services are the structs that are bound, in their order.
func services(s *source) (names []string) {
	for _, fn := range s.funcs {
		if fn.Name.Name != "services" {
			continue
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if lit, ok := n.(*ast.CompositeLit); ok {
				if id, ok := lit.Type.(*ast.Ident); ok {
					names = append(names, id.Name)
				}
			}
			return true
		})
	}
	return names
}

func parameters(fn *ast.FuncDecl) string {
	var all []string
	for _, p := range fn.Type.Params.List {
		for _, name := range p.Names {
			all = append(all, name.Name+" "+typeOf(p.Type))
		}
	}
	return strings.Join(all, ", ")
}

// writeSettings writes the settings file as a fresh installation has it.
func writeSettings(b *bytes.Buffer, _ string) error {
	dir, err := os.MkdirTemp("", "reference")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // of the system's temporary files
	path := filepath.Join(dir, "settings.toml")
	if _, _, err := config.Save(path, config.Default(), config.Default()); err != nil {
		return err
	}
	text, err := os.ReadFile(path) //nolint:gosec // written just before
	if err != nil {
		return err
	}
	fmt.Fprint(b, "\n## Settings\n\nWhat a fresh `settings.toml` says; each is explained in [deployment.md](deployment.md). "+
		"Durations carry their unit, money is in dollars, shares are 0 to 1.\n\n| setting | default |\n|---|---|\n")
	section := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			section = strings.Trim(name, "[]") + "."
			continue
		}
		if name, value, ok := strings.Cut(line, " = "); ok {
			fmt.Fprintf(b, "| `%s%s` | `%s` |\n", section, name, cell(value))
		}
	}
	return nil
}

// writeExits writes the exit statuses, and the codes of errors beside them.
func writeExits(b *bytes.Buffer, root string) error {
	s, err := readSource(filepath.Join(root, "internal/foundation/fault"))
	if err != nil {
		return err
	}
	fmt.Fprint(b, "\n## Exit statuses and codes of errors\n\n| status | code | |\n|---|---|---|\n| 0 | | ended as asked |\n")
	for _, c := range s.consts {
		if c.typ != "Code" {
			continue
		}
		status, why, ok := strings.Cut(c.doc, ": ")
		if !ok {
			return fmt.Errorf("the comment of %s is no status and reason", c.name)
		}
		fmt.Fprintf(b, "| %s | `%s` | %s |\n", status, c.value, cell(why))
	}
	fmt.Fprint(b, "\n`status` and `doctor` end with 10 where the worst of what they found is a warning, and with 20 where it is critical.\n")
	return nil
}
