package event

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryKindSurvivesJSON: what is written to disk can be read again, and a
// kind's zero value is no exception.
func TestEveryKindSurvivesJSON(t *testing.T) {
	kinds := Kinds()
	if len(kinds) < 20 || !slices.IsSorted(kinds) {
		t.Fatalf("kinds: %v", kinds)
	}
	for _, k := range kinds {
		if strings.ToLower(string(k)) != string(k) || strings.ContainsAny(string(k), " -") {
			t.Errorf("kind %q: want lower case words with dots and underscores", k)
		}
		zero, err := Decode(k, []byte(`{}`))
		if err != nil {
			t.Errorf("%s: %v", k, err)
			continue
		}
		if zero.Kind() != k {
			t.Errorf("%s decodes to a %s", k, zero.Kind())
		}
		b, err := json.Marshal(zero)
		if err != nil {
			t.Errorf("%s: %v", k, err)
			continue
		}
		again, err := Decode(k, b)
		if err != nil || !cmp.Equal(zero, again) {
			t.Errorf("%s: %s became %#v, error %v", k, b, again, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	if _, err := Decode("spend.imagined", []byte(`{}`)); !errors.Is(err, ErrUnknownKind) {
		t.Errorf("unknown kind: %v", err)
	}
	if _, err := Decode("spend.recorded", []byte(`{"amount":"a lot"}`)); err == nil || errors.Is(err, ErrUnknownKind) {
		t.Errorf("wrong type: %v", err)
	}
}

func TestSourceString(t *testing.T) {
	for want, s := range map[string]Source{
		"hub:spend": {Via: ViaHub, Name: "spend", Gateway: "g", Key: "7"},
		"rest:logs": {Via: ViaREST, Name: "logs"},
		"computed":  {Via: ViaComputed},
	} {
		if got := s.String(); got != want {
			t.Errorf("%+v: %q, want %q", s, got, want)
		}
	}
}

func TestSeverityRank(t *testing.T) {
	order := []Severity{"", SeverityInfo, SeverityWarning, SeverityCritical}
	if !slices.IsSortedFunc(order, func(a, b Severity) int { return a.Rank() - b.Rank() }) ||
		SeverityCritical.Rank() != 2 || SeverityWarning.Rank() != 1 || Severity("odd").Rank() != 0 {
		t.Error("severities are out of order")
	}
}

func TestFinalStatuses(t *testing.T) {
	for s, want := range map[TaskStatus]bool{
		TaskQueued: false, TaskProcessing: false, TaskCompleted: true, TaskFailed: true,
	} {
		if s.Final() != want {
			t.Errorf("%s: final %t", s, !want)
		}
	}
}
