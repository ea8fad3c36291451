package demo

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// shortLines are beginnings of lines, the whole ones among them: every directive and
// hub of a dialect alone, and the lines of its scenarios word by word.
func shortLines(t *testing.T, d Dialect) []string {
	t.Helper()
	lines := map[string]bool{}
	for name := range directivesOf(d) {
		for _, rest := range []string{"", " x", " 1", " create", " run", " on", " off", " core", " key", " group", " x=1", " {}", ` ""`, " image", " video x", " x y", " 1 2 3"} {
			lines[name+rest] = true
		}
	}
	for _, hub := range hubNames(d) {
		lines[hub] = true
		for _, verb := range wireVerbs {
			lines[hub+" "+verb] = true
		}
	}
	for _, name := range Scenarios(d) {
		text, err := embedded.ReadFile("scenarios/" + string(d) + "/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			words := strings.Fields(line)
			for n := range words {
				for from := range min(2, n+1) { // a line may begin with a time
					lines[strings.Join(words[from:n+1], " ")] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(lines))
}

// makesMuch reports whether a line is only read here, and not played.
func makesMuch(line string) bool {
	return strings.Contains(line, " big") || strings.Contains(line, " deep") || strings.HasPrefix(line, "rate ") || strings.HasPrefix(line, "every ")
}

// TestALineThatLacksWordsIsRefused, and ends nothing: in an empty world and in one that
// has what the dialect's own scenarios have.
func TestALineThatLacksWordsIsRefused(t *testing.T) {
	for _, d := range []Dialect{Contract, Conduit} {
		full := &Scenario{dialect: d}
		for _, name := range Scenarios(d) {
			text, err := embedded.ReadFile("scenarios/" + string(d) + "/" + name + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			if s, err := Parse(name, string(text)); err == nil && len(s.steps) > len(full.steps) {
				full = s
			}
		}
		for _, world := range []*Scenario{{dialect: d}, full} {
			r := newRehearsal(world, Options{Dialect: d})
			for range min(len(r.stage.due), 60) {
				_ = r.stage.next()
			}
			for _, line := range shortLines(t, d) {
				func() {
					defer func() {
						if broken := recover(); broken != nil {
							t.Errorf("%s: %q: %v", d, line, broken)
						}
					}()
					if run, err := parseAction(d, line); err == nil && !makesMuch(line) {
						_ = run(r.stage)
					}
				}()
			}
		}
	}
}
