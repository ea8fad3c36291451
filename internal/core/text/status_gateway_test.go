package text

import (
	"strings"
	"testing"

	"gatewatch/internal/core/event"
)

// The line of a gateway with a long name says how it is all the same.
func TestStatusGatewayKeepsItsState(t *testing.T) {
	long := strings.Repeat("A very long name of a gateway ", 5)
	got := StatusGateway(long, event.LinkConnected, "")
	if !strings.HasSuffix(got, "… ● connected") || units(got) > maxLine {
		t.Errorf("%q", got)
	}
	got = StatusGateway(long, event.LinkError, strings.Repeat("the gateway does not answer ", 4))
	if !strings.Contains(got, "… ⊘ error") || !strings.HasPrefix(got, long[:20]) || units(got) > maxLine {
		t.Errorf("%q", got)
	}
	if got, want := StatusGateway("prod", event.LinkConnected, ""), "prod ● connected"; got != want {
		t.Errorf("%q", got)
	}
}
