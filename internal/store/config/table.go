package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// table is one table of the file on its way in or out. A section of the
// settings names each of its fields once, in its fields method, and that one
// list serves reading, checking and writing.
type table struct {
	path  string   // for people, and the key of lines
	steps []string // for putBack
	in    map[string]any
	out   section // nil while reading
	known map[string]bool
	pass  *pass
}

// pass is what one reading of a whole file gathers.
type pass struct {
	lines    map[string]int
	problems []Problem
	kept     []leftover
}

func (t *table) writing() bool { return t.out != nil }

// report adds a problem and finds its line.
func (tr *pass) report(p Problem) {
	p.Line = tr.lines[p.Path]
	tr.problems = append(tr.problems, p)
}

// report is a problem with the table as a whole.
func (t *table) report(message string) { t.pass.report(Problem{Path: t.path, Message: message}) }

// codec turns a value of the file into one of ours and back. read's error is
// a sentence for a person that does not repeat the value.
type codec[T any] struct {
	read  func(any) (T, error)
	write func(T) any
}

// field reads or writes one field. While reading, *v holds the default and
// keeps it if the file has none or a bad one.
func field[T any](t *table, name string, v *T, c codec[T]) {
	t.known[name] = true
	if t.writing() {
		t.out[name] = c.write(*v)
		return
	}
	raw, there := t.in[name]
	if !there {
		return
	}
	got, err := c.read(raw)
	if err != nil {
		t.refuse(name, raw, c.write(*v), err)
		return
	}
	*v = got
}

// optional is field for one that is only written where it says something.
func optional[T any](t *table, name string, v *T, c codec[T], says func(T) bool) {
	t.known[name] = true
	if !t.writing() || says(*v) {
		field(t, name, v, c)
	}
}

// refuse reports a bad value and keeps it for the next Save.
func (t *table) refuse(name string, raw, fallback any, err error) {
	path := join(t.path, name)
	t.pass.report(Problem{Path: path, Message: err.Error() + instead(fallback)})
	t.pass.kept = append(t.pass.kept, leftover{
		path: t.step(name), raw: raw, fallback: fallback, because: err.Error(), at: path,
	})
}

func instead(fallback any) string {
	switch v := fallback.(type) {
	case nil, section, []section:
		return ""
	case string:
		if v == "" {
			return " It is taken as not set."
		}
		return " " + v + " is used instead."
	default:
		return fmt.Sprintf(" %v is used instead.", v)
	}
}

func (t *table) step(name string) []string { return append(slices.Clone(t.steps), name) }

// section reads or writes a table within a table.
func (t *table) section(name string, fields func(*table)) {
	t.known[name] = true
	sub := &table{path: join(t.path, name), steps: t.step(name), known: map[string]bool{}, pass: t.pass}
	switch raw := t.in[name].(type) {
	case map[string]any:
		sub.in = raw
	case nil:
	default:
		unread := &table{out: section{}, known: map[string]bool{}, pass: &pass{}}
		fields(unread)
		t.refuse(name, raw, unread.out, sentence("A table [%s] is expected here.", sub.path))
	}
	if t.writing() {
		sub.out = section{}
		t.out[name] = sub.out
	}
	fields(sub)
	sub.reportUnknown()
}

// reportUnknown reports and keeps what no field asked for.
func (t *table) reportUnknown() {
	for _, name := range slices.Sorted(maps.Keys(t.in)) {
		if t.known[name] {
			continue
		}
		path := join(t.path, name)
		message := "This version does not know this setting; it is kept."
		if looksSecret(name) {
			message = "Keys do not belong into this file: anybody who sees it can use them. " +
				"Take it out and give it to Gatewatch itself, which puts it into the keychain."
		}
		t.pass.report(Problem{Path: path, Message: message, Unknown: true})
		t.pass.kept = append(t.pass.kept, leftover{path: t.step(name), raw: t.in[name]})
	}
}

func looksSecret(name string) bool {
	name = strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
	if name == "key" {
		return true
	}
	for _, word := range []string{"virtualkey", "masterkey", "apikey", "secret", "password", "token"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// entries reads or writes a map of tables, such as alerts.rules. One that says
// nothing at all is left out.
func entries[K ~string, V comparable](t *table, name string, m *map[K]V, fields func(*V, *table)) {
	t.section(name, func(sub *table) {
		if sub.writing() {
			for k, v := range *m {
				sub.section(string(k), func(e *table) { fields(&v, e) })
			}
			return
		}
		*m = map[K]V{}
		for k := range sub.in {
			if _, isTable := sub.in[k].(map[string]any); !isTable {
				continue // reported as not known
			}
			var v, nothing V
			before := len(t.pass.kept)
			sub.section(k, func(e *table) { fields(&v, e) })
			if v != nothing || len(t.pass.kept) > before {
				(*m)[K(k)] = v
			}
		}
	})
}

// tables reads or writes a list of tables. each says whether the entry that
// it was given can be used; one that cannot is kept as it stands.
func tables[T any](t *table, name string, list *[]T, most int, each func(*T, *table) bool) {
	t.known[name] = true
	if t.writing() {
		out := make([]section, len(*list))
		for i := range *list {
			e := t.entry(name, i)
			e.out = section{}
			each(&(*list)[i], e)
			out[i] = e.out
		}
		t.out[name] = out
		return
	}
	raw, there := t.in[name]
	if !there {
		return
	}
	items, ok := listOfTables(raw)
	if !ok || len(items) > most {
		t.refuse(name, raw, []section{}, sentence("This must be a list of at most %d tables [[%s]].", most, join(t.path, name)))
		return
	}
	*list = make([]T, 0, len(items))
	for i, in := range items {
		e := t.entry(name, i)
		e.in = in
		e.steps = append(t.step(name), item(name, len(*list))) // where it will be written
		before := len(t.pass.kept)
		var v T
		if each(&v, e) {
			e.reportUnknown()
			*list = append(*list, v)
			continue
		}
		t.pass.kept = append(t.pass.kept[:before], leftover{path: t.step(name), raw: in, entry: true})
	}
}

func listOfTables(raw any) ([]map[string]any, bool) {
	items, ok := raw.([]any)
	tables := make([]map[string]any, len(items))
	for i, it := range items {
		in, isTable := it.(map[string]any)
		if !isTable {
			return nil, false
		}
		tables[i] = in
	}
	return tables, ok
}

func (t *table) entry(name string, i int) *table {
	return &table{
		path: item(join(t.path, name), i), steps: append(t.step(name), item(name, i)),
		known: map[string]bool{}, pass: t.pass,
	}
}
