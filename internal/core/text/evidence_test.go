package text_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// TestEvidenceNamesWhatWasSeen holds what a person reads of a gateway without
// its Redis: each sign with its time and tries, good ones too, and what ends it.
func TestEvidenceNamesWhatWasSeen(t *testing.T) {
	at := func(h, m, s int) time.Time { return time.Date(2026, 11, 30, h, m, s, 0, time.UTC) }
	a := text.Alert{Rule: "gateway.impaired", Since: at(9, 37, 2), KeepFiring: 30 * time.Second, Annotations: text.Annotations{
		Component: "Redis", Error: "new connections hang though Core answers",
		Signs: text.Signs{
			{Of: text.SignConnect, Outcome: "silent", Since: at(9, 37, 2), Times: 3},
			{Of: text.SignCoreHealth, Outcome: "good"},
			{Of: text.SignFailures, Outcome: "silent", Since: at(9, 37, 30), Times: 12},
			{Of: text.SignDatabase, Outcome: "healthy"},
			{Of: text.SignLists, Times: 7, At: at(9, 38, 0)},
		},
	}}
	seen, ends := text.Evidence(&a, time.UTC, at(9, 39, 0))
	want := []string{
		"New connections hang though Core answers.",
		"Core has not granted a connection since 09:37:02, 3 tries.",
		"Core answers when asked how it is.",
		"Admin's list of provider errors has not answered in time since 09:37:30, more than 10 tries.",
		"Admin says that its database is well.",
		"7 lists of Admin answered, the last at 09:38.",
	}
	if d := cmp.Diff(want, seen); d != "" {
		t.Error(d)
	}
	if want := "It ends when Redis is seen to answer again and stays so for 30 s."; ends != want {
		t.Errorf("ends: %q, want %q", ends, want)
	}
	a.Ended = "gone"
	if _, ends := text.Evidence(&a, time.UTC, at(9, 39, 0)); !strings.HasPrefix(ends, "It ended") {
		t.Errorf("of what is over: %q", ends)
	}
}

// TestEvidenceMakesNoRateOfLessThanAnHour: what was spent is said, and of which minutes.
func TestEvidenceMakesNoRateOfLessThanAnHour(t *testing.T) {
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	for minutes, want := range map[int64]string{
		58: "$30.20 was spent in the 58 minutes that are known of the last hour.", // in part before the top-up
		59: "$30.20 of it was spent in the 59 minutes that are known of the last hour.",
		60: "$30.20 of it was spent in the last hour.",
	} {
		a := text.Alert{Rule: "budget.exhausted", Annotations: text.Annotations{
			Name: "Course", Spend: event.USD(40), Limit: event.USD(40), UsedRatio: 1, Prepaid: true, LastHour: event.USD(30.2), LastHourMinutes: minutes, LastHourOfIt: minutes > 58,
		}}
		seen, _ := text.Evidence(&a, time.UTC, now)
		if got := seen[len(seen)-1]; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		for _, s := range seen {
			if strings.Contains(s, "/h") {
				t.Errorf("a rate: %q", s)
			}
		}
	}
}
