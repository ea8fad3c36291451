package config

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"

	toml "github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"gatewatch/internal/foundation/fault"
)

// document is a settings file as it stands: values without meaning yet, and
// the line that each came from.
type document struct {
	values map[string]any
	lines  map[string]int // by path, as joined by join and item
}

// parse reads TOML. The error of a corrupt file is a fault that names the line.
func parse(text []byte) (document, error) {
	doc := document{values: map[string]any{}}
	if err := toml.Unmarshal(text, &doc.values); err != nil {
		return document{}, fault.New(fault.Misconfigured,
			fmt.Sprintf("The settings file is damaged at line %d.", lineOf(err)),
			fmt.Errorf("%w: %w", ErrCorrupt, err))
	}
	doc.lines = linesOf(text)
	return doc, nil
}

// lineOf is the line at which text is no TOML; 0 if that is not known.
func lineOf(err error) (line int) {
	if at, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ = at.Position()
	}
	return line
}

// join extends a path by a key, and item by an index.
func join(path, key string) string {
	if strings.ContainsAny(key, `."[] `) || key == "" {
		key = fmt.Sprintf("%q", key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// linesOf finds the line of every key of a valid document.
func linesOf(text []byte) map[string]int {
	l := liner{lines: map[string]int{}, count: map[string]int{}}
	l.parser.Reset(text)
	table := ""
	for l.parser.NextExpression() {
		switch node := l.parser.Expression(); node.Kind {
		case unstable.Table:
			table = l.walk("", node.Key(), false)
		case unstable.ArrayTable:
			table = l.walk("", node.Key(), true)
		case unstable.KeyValue:
			l.value(l.walk(table, node.Key(), false), node.Value())
		default: // comments
		}
	}
	return l.lines
}

// liner collects lines while walking a document.
type liner struct {
	parser unstable.Parser
	lines  map[string]int
	count  map[string]int // of entries so far, by the path of an array of tables
}

// walk follows a dotted key from path and returns where it leads. In an array
// of tables it goes on in the newest entry; grow opens a new one at the end.
func (l *liner) walk(path string, key unstable.Iterator, grow bool) string {
	for key.Next() {
		node := key.Node()
		path = join(path, string(node.Data))
		if _, ok := l.lines[path]; !ok {
			l.lines[path] = l.parser.Shape(node.Raw).Start.Line
		}
		last := !node.Next().Valid()
		if grow && last {
			l.count[path]++
		}
		if n := l.count[path]; n > 0 {
			path = item(path, n-1)
			if grow && last {
				l.lines[path] = l.parser.Shape(node.Raw).Start.Line
			}
		}
	}
	return path
}

// value descends into arrays and inline tables.
func (l *liner) value(path string, node *unstable.Node) {
	children := node.Children()
	switch node.Kind {
	case unstable.Array:
		for i := 0; children.Next(); i++ {
			at := item(path, i)
			l.lines[at] = l.lines[path]
			l.value(at, children.Node())
		}
	case unstable.InlineTable:
		for children.Next() {
			if kv := children.Node(); kv.Kind == unstable.KeyValue {
				l.value(l.walk(path, kv.Key(), false), kv.Value())
			}
		}
	default: // a plain value
	}
}

// section is a table that we write, as against one of the file that is only
// put back.
type section map[string]any

// leftover is something in a file that could not be used: kept by Save.
type leftover struct {
	path []string // an element of an array of tables is named by its id
	raw  any
	// fallback is what was used instead, as it is written; nil for an unknown
	// field. Save puts raw back only while the setting still has that value or
	// is not written at all.
	fallback any
	// entry: raw is an entry of the list of tables at path.
	entry bool
	// because is why a value was refused, and at its place for people; "" for
	// what is only kept.
	because, at string
}

// putBack writes leftovers into a tree that is about to be saved. What lay in
// a profile or rule that is gone goes with it.
func putBack(tree section, kept []leftover) {
	for _, k := range kept {
		last := len(k.path) - 1
		parent, ok := descend(tree, k.path[:last])
		if !ok {
			continue
		}
		now, written := parent[k.path[last]]
		if list, ok := now.([]section); ok && k.entry {
			parent[k.path[last]] = append(list, section(k.raw.(map[string]any))) //nolint:forcetypeassert // entry says so
			continue
		}
		if !written || reflect.DeepEqual(now, k.fallback) {
			parent[k.path[last]] = k.raw
		}
	}
}

// descend finds the table at path.
func descend(tree section, path []string) (section, bool) {
	for _, name := range path {
		switch next := tree[name].(type) {
		case section:
			tree = next
		case []section:
			tree = section{}
			for i, entry := range next {
				tree[item(name, i)] = entry
				if id, ok := entry["id"].(string); ok {
					tree[id] = entry
				}
			}
		default:
			return nil, false
		}
	}
	return tree, true
}

// prune takes out our tables that say nothing, at every depth.
func prune(tree section) {
	for name, v := range maps.Clone(tree) {
		switch v := v.(type) {
		case section:
			prune(v)
			if len(v) == 0 {
				delete(tree, name)
			}
		case []section:
			for _, entry := range v {
				prune(entry)
			}
		}
	}
}
