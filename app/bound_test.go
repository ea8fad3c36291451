package app

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestEveryBoundMethodHasARowOnThePage looks at what is bound at run time, and
// holds it against the table that the page calls by.
func TestEveryBoundMethodHasARowOnThePage(t *testing.T) {
	text, err := os.ReadFile("../frontend/src/bridge/bound.ts")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "export const BOUND")
	rows := 0
	for _, s := range (&host{}).services() {
		service := reflect.TypeOf(s)
		name := service.Elem().Name()
		section := regexp.MustCompile(`(?s)\n  ` + name + `: \{\n(.*?)\n  \},`).FindStringSubmatch(table)
		if section == nil {
			t.Errorf("%s is bound, but the page's table does not have it: make generate", name)
			continue
		}
		for _, row := range regexp.MustCompile(`(?m)^    (\w+): \{ takes: `).FindAllStringSubmatch(section[1], -1) {
			if _, bound := service.MethodByName(row[1]); !bound {
				t.Errorf("the page calls %s.%s, which is not bound", name, row[1])
			}
		}
		for m := range service.Methods() {
			rows++
			row := regexp.MustCompile(`(?m)^    ` + m.Name + `: \{ takes: \[(.*)\], gives: '(\w+)' \},$`).FindStringSubmatch(section[1])
			if row == nil {
				t.Errorf("%s.%s is bound, but the page's table does not have it: make generate", name, m.Name)
				continue
			}
			if want := wantRow(m.Type); row[1]+" → "+row[2] != want {
				t.Errorf("%s.%s is %s in the page's table, want %s: make generate", name, m.Name, row[1]+" → "+row[2], want)
			}
		}
	}
	if have := strings.Count(table, "{ takes: "); have != rows {
		t.Errorf("the page's table has %d methods, but %d are bound: make generate", have, rows)
	}
}

// wantRow is what the table should say of a method.
func wantRow(m reflect.Type) string {
	args := make([]string, 0, m.NumIn())
	for i := 1; i < m.NumIn(); i++ {
		args = append(args, fmt.Sprintf("'%s'", kindOf(m.In(i))))
	}
	gives := "void"
	if m.NumOut() == 2 {
		gives = kindOf(m.Out(0))
	}
	return strings.Join(args, ", ") + " → " + gives
}

// kindOf is what JavaScript calls it.
func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "array"
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Int, reflect.Int64, reflect.Float64, reflect.Uint64:
		return "number"
	default:
		return "object"
	}
}
