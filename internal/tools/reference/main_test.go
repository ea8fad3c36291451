package main

import (
	"bytes"
	"strings"
	"testing"

	"gatewatch/internal/core/event"
)

// The document has every event, with units, and all else that it is about.
// Whether it is current is seen by making it again: scripts/test.sh generated.
func TestTheDocumentIsWhole(t *testing.T) {
	var b bytes.Buffer
	if err := write(&b, "../../.."); err != nil {
		t.Fatal(err)
	}
	have := b.String()
	for _, k := range event.Kinds() {
		if !strings.Contains(have, "### `"+string(k)+"`") {
			t.Errorf("%s is missing", k)
		}
	}
	for _, want := range []string{
		"| `amount` | number | nano-dollars |", "`Export(in ExportInput)`", "| 4 | `unauthorized` |", "| `notifications.sound` | `true` |",
		"### The body of type `alert`", "### KeyTraffic", "### Severity\n\nOne of `info`, `warning`, `critical`.",
	} {
		if !strings.Contains(have, want) {
			t.Errorf("no %q", want)
		}
	}
}

// The document of the demo gateway has each form of a line, and nothing of what is for
// those who build it.
func TestWhatAScenarioMaySayIsWritten(t *testing.T) {
	var b bytes.Buffer
	if err := writeDemo(&b, "../../.."); err != nil {
		t.Fatal(err)
	}
	have := b.String()
	for _, want := range []string{"## Scenarios", "\tlimit KEY AMOUNT ", "\tbatch spend KEY AMOUNT ", "\tHUBS drop "} {
		if !strings.Contains(have, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(have, "goroutine") {
		t.Error("it tells of goroutines")
	}
}
