package run

import (
	"testing"

	"gatewatch/internal/core/event"
)

// The first gateway of addresses is "gateway", as it always was; each other one has
// an id of its own, also when only one of its sides is named.
func TestAddressesAreKnownAgain(t *testing.T) {
	var known []addressed
	ask := func(core, admin string) (id event.GatewayID) {
		known, id = addressedAs(known, core, admin)
		return id
	}
	first := ask("http://a:1", "")
	second := ask("http://b:1", "http://b:2")
	if first != addressedID || second == first {
		t.Fatalf("%q and %q", first, second)
	}
	for _, again := range []struct {
		core, admin string
		want        event.GatewayID
	}{
		{"http://A:1/", "", first},
		{"http://a:1", "http://a:2", first},
		{"", "http://a:2", first}, // learned the line before
		{"http://b:1", "", second},
		{"", "http://b:2/", second},
	} {
		if got := ask(again.core, again.admin); got != again.want {
			t.Errorf("%+v is %q", again, got)
		}
	}
	if third := ask("http://b:1", "http://a:2"); third == first || third == second {
		t.Errorf("sides of two gateways are %q", third)
	}
	if len(known) != 3 {
		t.Errorf("%+v", known)
	}
}
