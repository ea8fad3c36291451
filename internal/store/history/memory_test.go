package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

// TestMemory: changes come back oldest first, of a gateway with those that are
// about all, each once; what is kept under a name is the newest of it; both
// survive the end of a run.
func TestMemory(t *testing.T) {
	db := openNew(t, testOptions())
	at := time.Date(2026, 11, 29, 18, 0, 0, 0, time.UTC)
	change := func(id, gateway string, after time.Duration, body string) Change {
		return Change{ID: id, Gateway: "", At: at.Add(after), Entity: "provider", Subject: "1", Body: json.RawMessage(body)}.of(gateway)
	}
	db.PutMemory([]Change{change("2", "prod", time.Minute, `{"n":2}`), change("1", "prod", 0, `{"n":1}`), change("3", "test", 0, `{}`)},
		[]Kept{{Gateway: "prod", Name: "list/keys", At: at, Body: json.RawMessage(`[1]`)}})
	db.PutMemory([]Change{change("2", "prod", time.Minute, `{"n":22}`), change("m1", "", 2*time.Minute, `{"mark":true}`)},
		[]Kept{{Gateway: "prod", Name: "list/keys", At: at.Add(time.Hour), Body: json.RawMessage(`[1,2]`)}})
	flush(t, db)
	path := db.Path()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path, testOptions())
	ids := func(list []Change) (ids []string) {
		for _, c := range list {
			ids = append(ids, c.ID+string(c.Body))
		}
		return ids
	}
	got := ids(must[[]Change](t)(db.Changes(t.Context(), "prod", Range{}, 0)))
	if diff := cmp.Diff([]string{`1{"n":1}`, `2{"n":22}`, `m1{"mark":true}`}, got); diff != "" {
		t.Error(diff)
	}
	got = ids(must[[]Change](t)(db.Changes(t.Context(), "", Range{From: at.Add(time.Second), To: at.Add(2 * time.Minute)}, 0)))
	if diff := cmp.Diff([]string{`2{"n":22}`}, got); diff != "" {
		t.Error(diff)
	}
	if got := ids(must[[]Change](t)(db.Changes(t.Context(), "", Range{}, 1))); len(got) != 1 || got[0] != `m1{"mark":true}` {
		t.Errorf("the newest: %v", got)
	}
	k := must[Kept](t)(db.Kept(t.Context(), "prod", "list/keys"))
	if string(k.Body) != "[1,2]" || !k.At.Equal(at.Add(time.Hour)) {
		t.Errorf("kept: %+v", k)
	}
	if _, err := db.Kept(t.Context(), "prod", "picture"); !errors.Is(err, ErrNotFound) {
		t.Errorf("what was never kept: %v", err)
	}
}

func (c Change) of(gateway string) Change { c.Gateway = event.GatewayID(gateway); return c }

// TestMemoryIsForgotten: changes leave with the sums, what is kept with the
// events, and what is young stays.
func TestMemoryIsForgotten(t *testing.T) {
	c := newClock()
	o := testOptions()
	o.Now, o.EventRetention, o.RollupRetention = c.Now, 24*time.Hour, 48*time.Hour
	db := openNew(t, o)
	for i := range 5 {
		at := c.Now().Add(-time.Duration(i) * 20 * time.Hour)
		db.PutMemory([]Change{{ID: fmt.Sprint(i), Gateway: "g", At: at}}, []Kept{{Gateway: "g", Name: fmt.Sprint(i), At: at}})
	}
	flush(t, db)
	if err := db.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if list := must[[]Change](t)(db.Changes(t.Context(), "g", Range{}, 0)); len(list) != 3 {
		t.Errorf("%d changes are left, not those of 0, 20 and 40 hours", len(list))
	}
	if n := must[[]int](t)(column[int](t.Context(), db.reader(), "SELECT count(*) FROM kept"))[0]; n != 2 {
		t.Errorf("%d are kept, not those of 0 and 20 hours", n)
	}
}
