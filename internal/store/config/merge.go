package config

import (
	"bytes"
	"fmt"
	"reflect"

	toml "github.com/pelletier/go-toml/v2"

	"gatewatch/internal/foundation/fault"
)

// Reload is Load for a file that changed while settings were in force: a value
// that cannot be used leaves the one of before in force, not the default, and
// its Problem says so.
func Reload(path string, before Settings) (Settings, []Problem, error) {
	text, err := readFile(path)
	if err != nil {
		return Settings{}, nil, err
	}
	s, tr, err := decodeOver(text, before)
	if err != nil {
		return Settings{}, nil, err
	}
	return s, tr.problems, nil
}

// decodeOver is decode, but refused values are those of before.
func decodeOver(text []byte, before Settings) (Settings, *pass, error) {
	s, tr, err := decode(text)
	if err != nil {
		return s, tr, err
	}
	tree, old, changed := s.encode(), before.encode(), false
	for i := range tr.kept {
		k := &tr.kept[i]
		if k.because == "" {
			continue
		}
		last := len(k.path) - 1
		to, known := descend(tree, k.path[:last])
		from, knew := descend(old, k.path[:last])
		value, had := from[k.path[last]]
		if !known || !knew || !had || reflect.DeepEqual(value, k.fallback) {
			continue
		}
		to[k.path[last]], k.fallback, changed = value, value, true
		for j := range tr.problems {
			if p := &tr.problems[j]; p.Path == k.at {
				p.Message = k.because + instead(value)
			}
		}
	}
	if !changed {
		return s, tr, nil
	}
	kept, err := tree.settings()
	if err != nil {
		return s, tr, nil //nolint:nilerr // together they do not fit: the defaults do
	}
	return kept, tr, nil
}

// settings reads a tree as a file of it would be read.
func (tree section) settings() (Settings, error) {
	prune(tree)
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(tree); err != nil {
		return Settings{}, fmt.Errorf("config: encode: %w", err)
	}
	s, tr, err := decode(b.Bytes())
	if err == nil && len(tr.problems) > 0 {
		err = fmt.Errorf("config: %s: %s", tr.problems[0].Path, tr.problems[0].Message)
	}
	return s, err
}

// merge joins two changes of the same settings, setting by setting: what mine
// changed of base, and of the rest what theirs says.
func merge(base, mine, theirs Settings) (Settings, error) {
	if reflect.DeepEqual(base, theirs) {
		return mine, nil
	}
	s, err := mergeTables(base.encode(), mine.encode(), theirs.encode()).settings()
	if err != nil {
		return s, fault.New(fault.Usage,
			"The settings file was changed meanwhile, and does not go together with this. Nothing was saved; look at the settings again.", err)
	}
	return s, nil
}

func mergeTables(base, mine, theirs section) section {
	out := section{}
	for _, names := range []section{theirs, mine} {
		for name := range names {
			if v, keep := mergeValue(base, mine, theirs, name); keep {
				out[name] = v
			}
		}
	}
	return out
}

// mergeValue gives one setting of a table, and whether there is one.
func mergeValue(base, mine, theirs section, name string) (any, bool) {
	b, inBase := base[name]
	m, inMine := mine[name]
	t, inTheirs := theirs[name]
	switch {
	case inMine == inBase && reflect.DeepEqual(m, b):
		return t, inTheirs
	case inTheirs == inBase && reflect.DeepEqual(t, b) || !inMine || !inTheirs:
		return m, inMine
	}
	switch m := m.(type) {
	case section:
		if t, ok := t.(section); ok {
			b, _ := b.(section)
			return mergeTables(b, m, t), true
		}
	case []section:
		t, ok := t.([]section)
		b, _ := b.([]section)
		if ok && identified(m) && identified(t) {
			return mergeLists(b, m, t), true
		}
	}
	return m, true
}

// identified reports whether each entry has an id of its own.
func identified(list []section) bool {
	for _, e := range list {
		if _, has := e["id"].(string); !has {
			return false
		}
	}
	return true
}

// mergeLists joins lists of tables by their ids, in the order of theirs; what
// only mine has comes last.
func mergeLists(base, mine, theirs []section) []section {
	b, m, t := byID(base), byID(mine), byID(theirs)
	out, done := []section{}, map[any]bool{}
	for _, list := range [][]section{theirs, mine} {
		for _, e := range list {
			id, _ := e["id"].(string)
			v, keep := mergeValue(b, m, t, id)
			if e, ok := v.(section); ok && keep && !done[id] {
				out = append(out, e)
			}
			done[id] = true
		}
	}
	return out
}

func byID(list []section) section {
	m := section{}
	for _, e := range list {
		if id, ok := e["id"].(string); ok {
			m[id] = e
		}
	}
	return m
}
