package app

import (
	"strings"
	"testing"

	"gatewatch/internal/foundation/fault"
)

// TestAReportOfAGateway is made beside the connections that are up.
func TestAReportOfAGateway(t *testing.T) {
	h, _, _ := demoHost(t)
	gateways := &Gateways{h}
	list, err := gateways.List()
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	text, err := gateways.Report(list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"version test", "This computer", "Demo, Core API", "Demo, Admin API", "Exit status"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if _, err := gateways.Report("nobody"); fault.Of(err).Code != fault.Usage {
		t.Errorf("an unknown gateway: %v", err)
	}
}
