package state

import "testing"

// TestAnAlertIsToldWhenItChanged: that its reading is newer is told once a minute, what it
// says at once.
func TestAnAlertIsToldWhenItChanged(t *testing.T) {
	t.Parallel()
	s := New()
	line := AlertLine{ID: "a", Title: "key-1 has used 50 %", UpdatedAt: 1_000_000}
	told := func(what string, want int) {
		t.Helper()
		if d := s.SetAlerts([]AlertLine{line}); len(d.Alerts) != want {
			t.Errorf("%s: told %d times", what, len(d.Alerts))
		}
	}
	told("it is new", 1)
	line.UpdatedAt += 1000
	told("read again", 0)
	line.UpdatedAt += alertAge - 2000
	told("read again", 0)
	line.UpdatedAt += 2000
	told("a minute later", 1)
	line.Title, line.UpdatedAt = "key-1 has used 75 %", line.UpdatedAt+1
	told("it says something else", 1)
	if got := s.Live().Alerts["a"]; got != line {
		t.Errorf("%+v", got)
	}
	s.SetAlerts(nil)
	if len(s.Live().Alerts) != 0 {
		t.Error("it is still there")
	}
}
