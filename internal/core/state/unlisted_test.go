package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestAKeyOfWhichOnlyMoneyTells: after a restart the history has the money of a key
// that the gateway has deleted meanwhile. It is deleted once the list of keys was
// read twice without it; one that is listed later is there, and one of which the list
// does not say whether it is enabled stays.
func TestAKeyOfWhichOnlyMoneyTells(t *testing.T) {
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	before := newLists()
	for _, key := range []event.KeyID{"1", "2", "3"} {
		before.tell("keys", at, event.KeyRead{Key: key, Name: "key-" + string(key), Enabled: event.Known(true), At: at})
		before.id++
		before.tell("logs", at, event.LogRead{From: at.Add(-time.Hour), To: at, Calls: []event.LoggedCall{{ID: before.id, At: at, Key: key, Amount: event.USD(1)}}})
	}
	s := newLists()
	s.RestoreLedger("g", before.Book("g").Take().Saved, at)
	want := func(what string, one, two, three string) {
		t.Helper()
		s.Derive(at)
		keys := s.Live().Keys
		if keys["g/1"].Status != one || keys["g/2"].Status != two || keys["g/3"].Status != three {
			t.Errorf("%s: %s, %s, %s", what, keys["g/1"].Status, keys["g/2"].Status, keys["g/3"].Status)
		}
	}
	read := func(more ...event.KeyID) {
		at = at.Add(time.Minute)
		s.tell("keys", at, event.KeyRead{Key: "1", Enabled: event.Known(true), At: at})
		s.tell("keys", at, event.KeyRead{Key: "3", At: at})
		for _, key := range more {
			s.tell("keys", at, event.KeyRead{Key: key, Enabled: event.Known(true), At: at})
		}
		s.asked("keys", at, event.PollOK, "")
	}
	want("restored", "unknown", "unknown", "unknown")
	read()
	want("read once", "enabled", "unknown", "unknown")
	read()
	want("read twice", "enabled", "deleted", "unknown")
	read("2")
	want("it is there", "enabled", "enabled", "unknown")
}
