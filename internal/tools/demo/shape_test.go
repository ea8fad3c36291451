package demo

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shape is what JSON values look like: which kinds, which fields, what is in
// them. It is the union of all that was added to it.
type shape struct {
	kinds   map[string]bool
	objects int
	fields  map[string]*shape
	present map[string]int // in how many objects a field was
	item    *shape         // of arrays; nil if they were empty
}

func newShape() *shape {
	return &shape{kinds: map[string]bool{}, fields: map[string]*shape{}, present: map[string]int{}}
}

// scaled are amounts of money whose number of decimals is a part of their
// form.
var scaled = []string{
	"balance", "lifetimeCreditsAdded", "lifetimeSpent", "amount", "balanceAfter", "cost", "calculatedCost", "totalCost",
	"currentSpend", "maxBudget", "budgetLimit",
}

// The forms that texts can have.
var textForms = []struct {
	kind string
	form *regexp.Regexp
}{
	{"moment", regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$`)},
	{"moment with offset", regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?\+00:00$`)},
	{"span", regexp.MustCompile(`^(\d+\.)?\d\d:\d\d:\d\d(\.\d{7})?$`)},
	{"guid", regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)},
	{"request", regexp.MustCompile(`^0H[0-9A-Z]{11}:[0-9A-F]{8}$`)},
}

// add takes a value in, which stands under a name.
func (s *shape) add(v any, name string) {
	switch v := v.(type) {
	case nil:
		s.kinds["null"] = true
	case bool:
		s.kinds["bool"] = true
	case string:
		s.kinds[textKind(v)] = true
	case json.Number:
		kind := "number"
		if _, decimals, _ := strings.Cut(v.String(), "."); slices.Contains(scaled, name) {
			kind = fmt.Sprintf("number with %d decimals", len(decimals))
		}
		s.kinds[kind] = true
	case []any:
		s.kinds["array"] = true
		for _, x := range v {
			if s.item == nil {
				s.item = newShape()
			}
			s.item.add(x, name)
		}
	case map[string]any:
		s.kinds["object"] = true
		s.objects++
		for field, x := range v {
			if s.fields[field] == nil {
				s.fields[field] = newShape()
			}
			s.present[field]++
			s.fields[field].add(x, field)
		}
	}
}

func textKind(v string) string {
	for _, f := range textForms {
		if f.form.MatchString(v) {
			return f.kind
		}
	}
	return "text"
}

// beyond lists how s differs from what was recorded: kinds that never were,
// fields too many or too few.
func (s *shape) beyond(recorded *shape, path string) (diffs []string) {
	for _, kind := range slices.Sorted(maps.Keys(s.kinds)) {
		if !recorded.kinds[kind] {
			diffs = append(diffs, fmt.Sprintf("%s is %s, recorded %v", path, kind, slices.Sorted(maps.Keys(recorded.kinds))))
		}
	}
	for _, field := range slices.Sorted(maps.Keys(s.fields)) {
		if recorded.fields[field] == nil {
			diffs = append(diffs, path+"."+field+" was never recorded")
			continue
		}
		diffs = append(diffs, s.fields[field].beyond(recorded.fields[field], path+"."+field)...)
	}
	for _, field := range slices.Sorted(maps.Keys(recorded.fields)) {
		if recorded.present[field] == recorded.objects && s.objects > 0 && s.present[field] < s.objects {
			diffs = append(diffs, path+"."+field+" is missing")
		}
	}
	if s.item != nil && recorded.item != nil {
		diffs = append(diffs, s.item.beyond(recorded.item, path+"[]")...)
	}
	return diffs
}

func shapeOf(t *testing.T, text string) *shape {
	t.Helper()
	s := newShape()
	s.add(parsed(t, text), "")
	return s
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%.200s: %v", text, err)
	}
	return v
}

// Two shapes that differ must be told apart, or the other tests say nothing.
func TestShapesDiffer(t *testing.T) {
	const recorded = `[{"id":1,"cost":0.011000,"at":"2026-11-22T22:16:10.605871Z","note":null},{"id":2,"cost":0.01,"at":"2026-11-22T22:16:10Z","note":"x"}]`
	for got, want := range map[string]string{
		`[{"id":3,"cost":1.000000,"at":"2026-01-01T00:00:00.1234567Z","note":null}]`:  "",
		`[{"id":"3","cost":1.000000,"at":"2026-01-01T00:00:00Z","note":null}]`:        "$[].id is text, recorded [number]",
		`[{"id":3,"cost":1.5,"at":"2026-01-01T00:00:00Z","note":null}]`:               "$[].cost is number with 1 decimals, recorded [number with 2 decimals number with 6 decimals]",
		`[{"id":3,"cost":1.000000,"at":"2026-01-01T00:00:00+00:00","note":null}]`:     "$[].at is moment with offset, recorded [moment]",
		`[{"id":3,"cost":1.000000,"note":null}]`:                                      "$[].at is missing",
		`[{"id":3,"cost":1.000000,"at":"2026-01-01T00:00:00Z","note":null,"more":1}]`: "$[].more was never recorded",
		`[{"id":null,"cost":1.000000,"at":"2026-01-01T00:00:00Z","note":null}]`:       "$[].id is null, recorded [number]",
		`{"id":3}`: "$ is object, recorded [array]\n$.id was never recorded",
	} {
		if diffs := shapeOf(t, got).beyond(shapeOf(t, recorded), "$"); strings.Join(diffs, "\n") != want {
			t.Errorf("%s: %q, want %q", got, diffs, want)
		}
	}
}

// recordedLines reads a file of what the real gateway sent.
func recordedLines[T any](t *testing.T, name string) (all []T) {
	t.Helper()
	text, err := os.ReadFile("testdata/recorded/" + name)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}
