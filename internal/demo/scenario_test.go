package demo

import "testing"

// Every embedded scenario must be without a mistake.
func TestScenariosParse(t *testing.T) {
	if len(Scenarios()) == 0 {
		t.Fatal("no scenarios are embedded")
	}
	for _, name := range Scenarios() {
		t.Run(name, func(t *testing.T) {
			if _, err := Load(name); err != nil {
				t.Fatal(err)
			}
		})
	}
}
