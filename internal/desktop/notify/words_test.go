package notify

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/text"
)

// TestEveryReasonIsSaid holds the file that the page's words are tested by
// against what Go says of each reason.
func TestEveryReasonIsSaid(t *testing.T) {
	src, err := os.ReadFile("reason.go")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("../../core/text/testdata/decisions.json")
	if err != nil {
		t.Fatal(err)
	}
	var have map[string]string
	if err := json.Unmarshal(file, &have); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"": text.Decision(""), "held: a new idea": "Held back: a new idea"}
	for _, m := range regexp.MustCompile(`Reason = "([^"]+)"`).FindAllStringSubmatch(string(src), -1) {
		want[m[1]] = text.Decision(m[1])
		here := "not shown here: " + m[1]
		want[here] = text.Decision(here)
		if !strings.HasPrefix(want[here], "Not shown here, ") {
			t.Errorf("%q is %q", here, want[here])
		}
	}
	if len(want) < 50 {
		t.Errorf("%d reasons", len(want))
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("testdata/decisions.json (-what Go says +the file):\n%s", diff)
	}
}
