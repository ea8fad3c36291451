package rest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var start = time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)

// keysOf makes a list of keys by id; "!" is a row that cannot be read.
func keysOf(ids ...string) (l list[Key]) {
	for _, id := range ids {
		if id == "!" {
			l.bad++
			continue
		}
		l.rows = append(l.rows, Key{ID: text(id)})
	}
	return l
}

// upTo lists 1 … n.
func upTo(n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprint(i+1))
	}
	return ids
}

func idsOf[T row](rows []T) string {
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.id())
	}
	return strings.Join(ids, " ")
}

// TestMissingRowsAreDoubted: what is reported after each read of a list.
func TestMissingRowsAreDoubted(t *testing.T) {
	type step struct {
		after   time.Duration // since the step before
		ids     []string
		healthy bool
		want    string // created / deleted / again
	}
	many := upTo(40)
	cases := map[string][]step{
		"one is gone for good": {
			{0, upTo(5), false, "1 2 3 4 5//"}, {time.Minute, upTo(4), false, "//again"}, {5 * time.Second, upTo(4), false, "/5/"},
		},
		"one is missing once": {
			{0, upTo(5), false, "1 2 3 4 5//"},
			{time.Minute, upTo(4), false, "//again"},
			{5 * time.Second, upTo(5), false, "//"},
			{time.Minute, upTo(4), false, "//again"},
			{5 * time.Second, upTo(4), false, "/5/"},
		},
		"confirmed too soon": {
			{0, upTo(5), false, "1 2 3 4 5//"},
			{time.Minute, upTo(4), false, "//again"},
			{time.Second, upTo(4), false, "//"},
			{4 * time.Second, upTo(4), false, "/5/"},
		},
		"all empty once": {
			{0, many, false, idsOf(keysOf(many...).rows) + "//"}, {time.Minute, nil, true, "//again"}, {5 * time.Second, many, true, "//"},
		},
		"all empty while the database is down": {
			{0, upTo(5), false, "1 2 3 4 5//"},
			{time.Minute, nil, false, "//again"},
			{5 * time.Second, nil, false, "//"},
			{time.Minute, nil, false, "//"},
			{time.Minute, upTo(5), false, "//"},
		},
		"all truly deleted": {
			{0, upTo(5), false, "1 2 3 4 5//"},
			{time.Minute, nil, false, "//again"},
			{5 * time.Second, nil, true, "/1 2 3 4 5/"},
			{time.Minute, upTo(1), true, "1//"},
		},
		"much smaller": {
			{0, many, false, idsOf(keysOf(many...).rows) + "//"},
			{time.Minute, many[:35], false, "//again"},
			{5 * time.Second, many[:35], false, "//"},
			{time.Minute, many[:35], true, "/36 37 38 39 40/"},
		},
		"four of forty is few": {
			{0, many, false, idsOf(keysOf(many...).rows) + "//"},
			{time.Minute, many[:36], false, "//again"},
			{5 * time.Second, many[:36], false, "/37 38 39 40/"},
		},
		"unreadable rows are not gone": {
			{0, upTo(5), false, "1 2 3 4 5//"},
			{time.Minute, []string{"1", "2", "3", "4", "!"}, false, "//"},
			{time.Minute, []string{"1", "2", "3", "4", "!"}, false, "//"},
		},
		"one comes and another goes": {
			{0, upTo(5), false, "1 2 3 4 5//"},
			{time.Minute, []string{"1", "2", "3", "4", "6"}, false, "6//again"},
			{5 * time.Second, []string{"1", "2", "3", "4", "6"}, false, "/5/"},
		},
		"empty at first": {
			{0, nil, false, "//again"}, {5 * time.Second, nil, false, "//"}, {time.Minute, upTo(2), false, "1 2//"},
		},
		"truly empty at first": {
			{0, nil, false, "//again"}, {5 * time.Second, nil, true, "//"}, {time.Minute, upTo(1), false, "1//"},
		},
	}
	for name, steps := range cases {
		t.Run(name, func(t *testing.T) {
			var l reconciler[Key]
			at := start
			for i, s := range steps {
				at = at.Add(s.after)
				d, again := l.reconcile(keysOf(s.ids...), at, s.healthy)
				got := idsOf(d.created) + "/" + idsOf(d.deleted) + "/"
				if again {
					got += "again"
				}
				if got != s.want {
					t.Fatalf("step %d: %q, want %q", i, got, s.want)
				}
			}
		})
	}
}

// TestOldRowsAreNoNews: a row that turns up, but was made long before we looked.
func TestOldRowsAreNoNews(t *testing.T) {
	var l reconciler[Key]
	d, _ := l.reconcile(keysOf("1"), start, true)
	if !d.first || idsOf(d.created) != "1" {
		t.Fatalf("%+v", d)
	}
	old, fresh := Key{ID: "2", Created: stamp{start.Add(-time.Hour)}}, Key{ID: "3", Created: stamp{start.Add(time.Second)}}
	d, _ = l.reconcile(list[Key]{rows: []Key{{ID: "1", Name: "x"}, old, fresh}}, start.Add(time.Minute), true)
	got := []string{idsOf(d.backfilled), idsOf(d.created), fmt.Sprint(len(d.updated))}
	if diff := cmp.Diff([]string{"2", "3", "1"}, got); diff != "" || d.first {
		t.Error(diff)
	}
}

func TestIDsAreOrderedAsNumbers(t *testing.T) {
	l := inOrder(map[string]Key{"10": {ID: "10"}, "9": {ID: "9"}, "b": {ID: "b"}, "a": {ID: "a"}})
	if idsOf(l) != "9 10 a b" {
		t.Error(idsOf(l))
	}
}
