package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// FuzzSettings: whatever a file holds, what is read from it is valid, and
// writing it loses nothing, neither settings nor what was not understood.
func FuzzSettings(f *testing.F) {
	for _, seed := range []string{
		"",
		"version = 2\n[alerts.thresholds]\nwarning = 75\ncritical = 0.8\n[alerts.rules.\"a.b\"]\nfor = \"1m\"\nkeep = 3\nx = []",
		"[[profiles]]\nid=\"a\"\n[[profiles]]\n[[profiles]]\nid=\"a\"\n[profiles.network]\nclient_cert=\"x\"",
		"a.b.c=1\n[x.\"y.z\"]\n[[x.w]]\nq=[[{a=1}]]",
		"profiles=[{id=\"a\",keys={1={warning=1}},groups={\"\"={critical=0.1}}}]",
		"[[quiet_hours.spans]]\nfrom=\"22:00\"\nto=\"7\"\n[[quiet_hours.spans]]\nfrom=\"1:00\"\nto=\"02:00\"\nwhy=1979-05-27T07:32:00Z",
		"[alerts]\nrules = 3\nthresholds = []\nmin_budget = 0.1",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, read, err := decode(text)
		if err != nil {
			return
		}
		if err := s.Validate(); err != nil {
			t.Fatalf("not valid: %v", err)
		}
		written, err := s.marshal(read.kept)
		if err != nil {
			t.Fatalf("cannot be written: %v", err)
		}
		again, reread, err := decode(written)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, written)
		}
		if diff := cmp.Diff(s, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("writing changed the settings: %s", diff)
		}
		if len(read.problems) != len(reread.problems) {
			t.Fatalf("writing lost or made problems:\n%v\n%v\n%s", read.problems, reread.problems, written)
		}
	})
}
