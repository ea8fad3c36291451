package run

import "testing"

// TestEachAddressHasAHistoryOfItsOwn: what was kept of a gateway that was given
// by its addresses is not another's.
func TestEachAddressHasAHistoryOfItsOwn(t *testing.T) {
	one := Target{Core: "http://127.0.0.1:1"}
	if one.addressedID() != (Target{Core: "http://127.0.0.1:1/"}).addressedID() {
		t.Error("one address has two")
	}
	for _, other := range []Target{{Core: "http://127.0.0.1:2"}, {Admin: "http://127.0.0.1:1"}, {Core: "http://127.0.0.1:1", Admin: "http://127.0.0.1:2"}} {
		if one.addressedID() == other.addressedID() {
			t.Errorf("%+v has the id of %+v", other, one)
		}
	}
}
