package replay

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// row is an object with its fields as they were written, digits and order
// included.
type row []field

type field struct {
	name  string
	value json.RawMessage
}

// parseRow takes an object apart; ok is false if it is none.
func parseRow(b []byte) (r row, ok bool) {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, false
		}
		var v json.RawMessage
		if d.Decode(&v) != nil {
			return nil, false
		}
		r = append(r, field{name.(string), v}) //nolint:forcetypeassert // what stands before a value is a name
	}
	return r, true
}

// get is a field's text, without quotes; "" if it is not there.
func (r row) get(name string) string {
	for _, f := range r {
		if f.name == name {
			return strings.Trim(string(f.value), `"`)
		}
	}
	return ""
}

// with replaces fields that r has, and leaves out those that it has not.
func (r row) with(change row) row {
	r = slices.Clone(r)
	for i := range r {
		for _, f := range change {
			if f.name == r[i].name {
				r[i].value = f.value
			}
		}
	}
	return r
}

func (r row) append(b []byte) []byte {
	b = append(b, '{')
	for i, f := range r {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), f.name...), `":`...)
		b = append(b, f.value...)
	}
	return append(b, '}')
}

// dated is when a row says that it was made; zero if it does not.
func (r row) dated() time.Time {
	for _, name := range []string{"createdAt", "timestamp", "occurredAt"} {
		if at, err := time.Parse(time.RFC3339Nano, r.get(name)); err == nil {
			return at
		}
	}
	return time.Time{}
}

// table is the rows of a list.
type table []row

// parseTable reads an array, or the array in an object that has one
// ("items", "events").
func parseTable(body string) (t table, ok bool) {
	var list []json.RawMessage
	if json.Unmarshal([]byte(body), &list) != nil {
		var page struct{ Items, Events []json.RawMessage }
		if json.Unmarshal([]byte(body), &page) != nil || page.Items == nil && page.Events == nil {
			return nil, false
		}
		list = append(page.Items, page.Events...)
	}
	for _, b := range list {
		if r, ok := parseRow(b); ok {
			t = append(t, r)
		}
	}
	return t, true
}

func (t table) find(id string) int {
	return slices.IndexFunc(t, func(r row) bool { return r.get("id") == id })
}

// put replaces the row of the same id, or adds it.
func (t *table) put(r row) {
	if i := t.find(r.get("id")); i >= 0 {
		(*t)[i] = r
		return
	}
	*t = append(*t, r)
}

func (t *table) remove(id string) {
	*t = slices.DeleteFunc(*t, func(r row) bool { return r.get("id") == id })
}

// until leaves out what was made later.
func (t table) until(now time.Time) table {
	return slices.DeleteFunc(slices.Clone(t), func(r row) bool { return r.dated().After(now) })
}

func (t table) json() string {
	b := []byte{'['}
	for i, r := range t {
		if i > 0 {
			b = append(b, ',')
		}
		b = r.append(b)
	}
	return string(append(b, ']'))
}
