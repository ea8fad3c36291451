package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// oddity is a field of a row that Admin answers with something else than what
// its books hold. The books stay as they are.
type oddity struct {
	path  string // of the list, lower case
	id    string // of the row
	field string
	value json.RawMessage // nil: the field is left out
}

// oddLists are the lists whose rows can be odd, by the word of a scenario.
var oddLists = map[string]string{
	"group": "/api/virtualkeygroups", "key": "/api/virtualkeys", "provider": "/api/providercredentials",
	"mapping": "/api/modelprovidermapping", "log": "/api/analytics/logs",
}

// parseOdd reads "odd group 2 balance null": from now on that row has that
// value in every answer; "missing" leaves the field out, "true-again" ends it.
func parseOdd(words []word) (action, error) {
	a := newArgs(words)
	list := a.oneOf("the list", "group", "key", "provider", "mapping", "log")
	o := oddity{path: oddLists[list], id: a.word("the id"), field: a.word("the field")}
	text := a.text("the value")
	switch {
	case text == "missing" || text == "true-again":
	case !json.Valid([]byte(text)):
		a.fail("%q is no JSON", text)
	default:
		o.value = json.RawMessage(text)
	}
	return inConduit(func(c *conduit) error {
		var odd []oddity
		for _, other := range c.odd {
			if other.path != o.path || other.id != o.id || other.field != o.field {
				odd = append(odd, other)
			}
		}
		if text != "true-again" {
			odd = append(odd, o)
		}
		c.odd = odd
		return nil
	}), a.end()
}

// parseForbid reads "forbid /api/virtualkeygroups 403": Admin answers so to
// everything below a path, "forbid PATH 200" as it does else.
func parseForbid(words []word) (action, error) {
	a := newArgs(words)
	path := strings.ToLower(a.word("the path"))
	status := a.number("the status", a.word("the status"), 200, 599)
	if !strings.HasPrefix(path, "/") {
		a.fail("%q is no path", path)
	}
	return inConduit(func(c *conduit) error {
		if c.forbidden == nil {
			c.forbidden = map[string]int{}
		}
		delete(c.forbidden, path)
		if status != http.StatusOK {
			c.forbidden[path] = status
		}
		return nil
	}), a.end()
}

// refusal is the status by which a path is refused, 0 if it is not.
func (c *conduit) refusal(path string) int {
	for prefix, status := range c.forbidden {
		if strings.HasPrefix(path, prefix) {
			return status
		}
	}
	return 0
}

// oddly gives an answer its odd values.
func (c *conduit) oddly(path string, body []byte) []byte {
	for _, o := range c.odd {
		if path != o.path && !strings.HasPrefix(path, o.path+"/") {
			continue
		}
		var tree any
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if d.Decode(&tree) != nil {
			return body
		}
		o.in(tree)
		if changed, err := json.Marshal(tree); err == nil {
			body = changed
		}
	}
	return body
}

// in changes the rows with its id, wherever they stand.
func (o oddity) in(tree any) {
	switch t := tree.(type) {
	case []any:
		for _, x := range t {
			o.in(x)
		}
	case map[string]any:
		if items, ok := t["items"]; ok {
			o.in(items)
			return
		}
		if fmt.Sprint(t["id"]) != o.id {
			return
		}
		delete(t, o.field)
		if o.value != nil {
			t[o.field] = o.value
		}
	}
}
