package config

import (
	"reflect"
	"slices"

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

// Differences lists the settings that two differ in, by their places in the
// file, sorted; gateways by their ids.
func Differences(a, b Settings) []string {
	out := differences("", a.encode(), b.encode(), nil)
	slices.Sort(out)
	return slices.Compact(out)
}

func differences(path string, a, b section, out []string) []string {
	for _, names := range []section{a, b} {
		for name := range names {
			out = differing(join(path, name), a[name], b[name], out)
		}
	}
	return out
}

func differing(path string, a, b any, out []string) []string {
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
	return append(out, path)
}
