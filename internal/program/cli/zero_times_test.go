package cli

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/feed"
	"gatewatch/internal/core/state"
	"gatewatch/internal/desktop/notify"
	"gatewatch/internal/program/doctor"
	"gatewatch/internal/store/history"
)

// A time that is not known is left out of all JSON that leaves the program: the
// year one is no time.
func TestUnknownTimesAreLeftOut(t *testing.T) {
	roots := []any{
		status{},
		line{},
		alert.Alert{},
		alert.Saved{},
		state.Live{},
		feed.Frame{},
		doctor.Report{},
		notify.Decision{},
		notify.Notification{},
		history.Event{},
		history.Alert{},
		history.Gap{},
		history.TimelineEntry{},
		history.Incident{},
		history.Decision{},
		history.Notification{},
		history.Silence{},
	}
	for _, kind := range event.Kinds() {
		body, err := event.Decode(kind, []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		roots = append(roots, body)
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "0001-01-01") {
			t.Errorf("%s: %s", kind, b)
		}
	}
	seen, times := map[reflect.Type]bool{}, 0
	for _, root := range roots {
		times += walkTimes(t, reflect.TypeOf(root), seen)
	}
	if times < 40 {
		t.Errorf("only %d times were found", times)
	}
}

// walkTimes reports the fields of a type, and of all that is in it, that print a
// zero time; it returns how many times it looked at.
func walkTimes(t *testing.T, of reflect.Type, seen map[reflect.Type]bool) (times int) {
	t.Helper()
	if seen[of] {
		return 0
	}
	seen[of] = true
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return walkTimes(t, of.Elem(), seen)
	case reflect.Struct:
	default:
		return 0
	}
	for f := range of.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if f.Type != reflect.TypeFor[time.Time]() {
			times += walkTimes(t, f.Type, seen)
			continue
		}
		if times++; !strings.Contains(options, "omitzero") {
			t.Errorf("%s.%s is printed where it is not known", of, f.Name)
		}
	}
	return times
}
