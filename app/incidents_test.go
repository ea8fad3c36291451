package app

import (
	"slices"
	"testing"
)

func TestAnIncidentBeginsWithItsWorst(t *testing.T) {
	of := []IncidentAlert{
		{ID: "over", Severity: "critical", Since: 5, EndedAt: 9},
		{ID: "half", Severity: "info", Since: 7},
		{ID: "older", Severity: "warning", Since: 1},
		{ID: "worst", Severity: "critical", Since: 2},
		{ID: "newer", Severity: "warning", Since: 3},
	}
	slices.SortStableFunc(of, worstFirst)
	var got []string
	for _, one := range of {
		got = append(got, one.ID)
	}
	if want := []string{"worst", "newer", "older", "half", "over"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
