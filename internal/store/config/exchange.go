package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"gatewatch/internal/foundation/fault"
)

// Export gives settings as a file for another computer or another day. It has
// no secrets, and nothing of what a file held that was not understood.
func Export(s Settings) ([]byte, error) {
	text, err := s.marshal(nil)
	if err != nil {
		return nil, fault.New(fault.Internal, "The settings could not be written.", err)
	}
	return text, nil
}

// Import reads what Export gave, or a settings file. Keys are not in it: those
// of gateways that now has, too, stay as they are, and all others are not
// stored. What cannot be used is left at what now says, and is a Problem. The
// error is a fault that names the line.
func Import(text []byte, now Settings) (Settings, []Problem, error) {
	if len(text) > maxFile {
		return Settings{}, nil, fault.New(fault.Usage, "This is too large to be settings of Gatewatch.", nil)
	}
	s, tr, err := decodeOver(text, now)
	if errors.Is(err, ErrCorrupt) {
		return Settings{}, nil, fault.New(fault.Usage, fmt.Sprintf("These are no settings of Gatewatch: line %d of the text cannot be read.", lineOf(err)), err)
	}
	if err != nil {
		return Settings{}, nil, err
	}
	for i := range s.Profiles {
		p := &s.Profiles[i]
		have, _ := now.Profile(p.ID)
		p.MasterKeyStored = have.MasterKeyStored
		for j := range p.VirtualKeys {
			v := &p.VirtualKeys[j]
			k := have.VirtualKey(v.ID)
			v.Stored = k != nil && k.Stored
		}
	}
	return s, tr.problems, nil
}

// Difference is a setting that two settings differ in.
type Difference struct {
	Path string // its place in the file
	From string // as the file has it; "" where it is not there
	To   string
}

// Differences lists the settings that two differ in, by their places in the
// file, sorted; gateways by their ids.
func Differences(a, b Settings) []Difference {
	out := differences("", a.encode(), b.encode(), nil)
	slices.SortFunc(out, func(x, y Difference) int { return cmp.Compare(x.Path, y.Path) })
	return slices.Compact(out)
}

func differences(path string, a, b section, out []Difference) []Difference {
	for _, names := range []section{a, b} {
		for name := range names {
			out = differing(join(path, name), a[name], b[name], out)
		}
	}
	return out
}

func differing(path string, a, b any, out []Difference) []Difference {
	if reflect.DeepEqual(a, b) {
		return out
	}
	if x, ok := a.(section); ok {
		if y, ok := b.(section); ok {
			return differences(path, x, y, out)
		}
	}
	if x, ok := a.([]section); ok {
		if y, ok := b.([]section); ok && identified(x) && identified(y) {
			return differences(path, byID(x), byID(y), out)
		}
	}
	return append(out, Difference{Path: path, From: words(a), To: words(b)})
}

// maxWords bounds what is said of one value, in runes.
const maxWords = 200

// words is a value for a person who compares it with another.
func words(v any) string {
	s := ""
	switch v := v.(type) {
	case nil:
	case section:
		s = sectionWords(v)
	case []section:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = sectionWords(one)
		}
		s = strings.Join(parts, "; ")
	default:
		s = fmt.Sprint(v)
	}
	if r := []rune(s); len(r) > maxWords {
		s = string(r[:maxWords-1]) + "…"
	}
	return s
}

// sectionWords is a table by its label or, without one, all that is in it.
func sectionWords(of section) string {
	if label, ok := of["label"].(string); ok {
		return label
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(of)) {
		parts = append(parts, name+" = "+words(of[name]))
	}
	return strings.Join(parts, ", ")
}
