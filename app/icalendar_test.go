package app

import (
	"maps"
	"strings"
	"testing"
	"time"
)

func TestICalendar(t *testing.T) {
	at := time.Date(2026, 12, 3, 14, 30, 0, 0, time.UTC)
	items := []CalendarItem{
		{ID: "a", At: at.UnixMilli(), Kind: "exhaustion", Gateway: "prod", Open: "prod/7", Name: "team; billing, " + strings.Repeat("ü", 60), Words: "is likely out of budget"},
		{ID: "b", At: at.Add(time.Hour).UnixMilli(), Kind: "reset", Gateway: "prod", Open: "prod/7", Name: "a\\b\nc", Words: "has its budget reset"},
	}
	got := string(icalendar(items, at))
	for _, want := range []string{
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "DTSTART:20261203T143000Z\r\n", "SUMMARY:team\\; billing\\, ü", `SUMMARY:a\\b\nc has its budget reset`, "END:VEVENT\r\nEND:VCALENDAR\r\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	for line := range strings.SplitSeq(got, "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	if unfolded := strings.ReplaceAll(got, "\r\n ", ""); !strings.Contains(unfolded, strings.Repeat("ü", 60)+" is likely") {
		t.Error("the folded line is another when it is unfolded")
	}
	items[0].At += 3_600_000
	uid := func(s string) string { _, s, _ = strings.Cut(s, "UID:"); s, _, _ = strings.Cut(s, "\r"); return s }
	if uid(string(icalendar(items, at))) != uid(got) {
		t.Error("another time makes another entry")
	}
}

// TestKeysThatBeginAnewTogetherAreOneEntry: a month that is over is over for all.
func TestKeysThatBeginAnewTogetherAreOneEntry(t *testing.T) {
	var items []CalendarItem
	add := func(kind, gateway, name string, at int64) {
		items = append(items, CalendarItem{ID: kind + " " + name, At: at, Kind: kind, Gateway: gateway, Open: gateway + "/" + name, Name: name})
	}
	for _, name := range []string{"web", "agents", "batch", "crawler", "mobile"} {
		add("reset", "prod", name, 100)
	}
	add("reset", "prod", "alone", 200)
	add("reset", "lab", "one", 100)
	add("reset", "lab", "two", 100)
	add("expiry", "prod", "web", 100)
	got := map[string]string{}
	for _, i := range commonResets(items) {
		got[i.Name] = i.Kind + " " + i.Open
	}
	want := map[string]string{
		"agents, batch, crawler and 2 more": "reset ", "alone": "reset prod/alone", "one and two": "reset ", "web": "expiry prod/web",
	}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
