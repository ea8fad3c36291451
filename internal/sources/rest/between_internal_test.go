package rest

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestFoundBetweenTwoReads: what two reads of a list show happened between them, and what is
// missing went after the last read that had it, however often it was looked for since.
func TestFoundBetweenTwoReads(t *testing.T) {
	began := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	at := func(s int) time.Time { return began.Add(time.Duration(s) * time.Second) }
	all := []Key{{ID: "1", Name: "api", Enabled: flag{on: true, ok: true}}, {ID: "2", Name: "trial", Enabled: flag{on: true, ok: true}}}
	off := []Key{{ID: "1", Name: "api", Enabled: flag{ok: true}}, all[1]}
	var l reconciler[Key]
	read := func(s int, rows []Key) (found []event.KeyChanged) {
		d, _ := l.reconcile(list[Key]{rows: rows}, at(s), true)
		for _, e := range keyEvents(d, len(rows), func(text) string { return "" }, at(s)) {
			if c, is := e.(event.KeyChanged); is {
				found = append(found, c)
			}
		}
		return found
	}
	if got := read(0, all); len(got) > 0 {
		t.Fatalf("the first read is no news: %+v", got)
	}
	read(60, all)
	if got := read(120, off); len(got) != 1 || got[0].Action != event.ActionDisabled || !got[0].After.Equal(at(60)) {
		t.Errorf("disabled: %+v", got)
	}
	if got := read(180, off[:1]); len(got) > 0 {
		t.Errorf("missing once: %+v", got)
	}
	if got := read(190, off[:1]); len(got) != 1 || got[0].Action != event.ActionDeleted || !got[0].After.Equal(at(120)) || !got[0].Since.IsZero() {
		t.Errorf("deleted: %+v", got)
	}
}
