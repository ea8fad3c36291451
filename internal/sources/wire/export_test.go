package wire

import (
	"maps"
	"slices"
)

// Target describes one target that this version knows.
type Target struct {
	Name string
	// Ignored says why it carries no event; "" if it does.
	Ignored string
}

// Targets lists what this version knows, sorted by name.
func Targets() []Target {
	all := make([]Target, 0, len(table))
	for _, name := range slices.Sorted(maps.Keys(table)) {
		all = append(all, Target{Name: name, Ignored: table[name].ignored})
	}
	return all
}
