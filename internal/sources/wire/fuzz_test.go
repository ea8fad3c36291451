package wire

import (
	"encoding/json"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

// FuzzDecode: whatever comes, the field scanner and encoding/json give the
// same events and counts, nothing panics, nothing disappears, and every event
// can be written as JSON and is safe to show.
func FuzzDecode(f *testing.F) {
	f.Add("SpendUpdate", []byte(contractSpend), uint8(0))
	f.Add("SpendUpdate", []byte(gatewaySpend), uint8(2))
	f.Add("VideoGenerationProgress", []byte(contractTask), uint8(1))
	f.Add("SpendUpdateBatch", []byte(`[{"messages":[{"virtualKeyId":1,"amount":1}]}]`), uint8(0))
	f.Add("NavigationStateUpdated", []byte(`[{"changedEntities":{"providers":[1]},"summary":{"totalProviders":1e2}}]`), uint8(0))
	f.Add("ConfigurationChanged", []byte(`[{"category":"a","setting":"b","oldValue":[1, 2],"newValue":"\ud83d\ude00"}]`), uint8(0))
	for _, rec := range recordings {
		seen := map[string]bool{}
		for _, r := range readRecorded(f, rec.file) {
			if in := r.invocation(f); !seen[in.Target] {
				seen[in.Target] = true
				f.Add(in.Target, []byte(in.Arguments), uint8(rec.dialect))
			}
		}
	}
	f.Fuzz(func(t *testing.T, target string, args []byte, dialect uint8) {
		o := Options{Key: "7", Dialect: Dialect(dialect % 4)}
		fast, std := New(o), New(o)
		std.useStd = true
		for range 2 { // the second finds what the first left behind
			before := fast.Counts()
			got := collect(fast, "h", target, args, testNow)
			want := collect(std, "h", target, args, testNow)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("(-std +scanner):\n%s", diff)
			}
			checkEvents(t, got)
			if fast.Counts() == before {
				t.Fatal("nothing was counted")
			}
		}
		late := testNow.Add(time.Minute)
		var got, want []event.Event
		fast.Drain(late, func(e event.Event) { got = append(got, e) })
		std.Drain(late, func(e event.Event) { want = append(want, e) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("held back (-std +scanner):\n%s", diff)
		}
		checkEvents(t, got)
		a, b := fast.Counts(), std.Counts()
		a.Fallbacks, b.Fallbacks = 0, 0
		if a != b {
			t.Fatalf("counts: scanner %+v, std %+v", a, b)
		}
		if !fast.Due().IsZero() {
			t.Fatal("something is still held back")
		}
	})
}

func checkEvents(t *testing.T, all []event.Event) {
	t.Helper()
	for _, e := range all {
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatalf("%#v: %v", e, err)
		}
		if _, err := event.Decode(e.Kind(), b); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if !utf8.Valid(b) {
			t.Fatalf("not UTF-8: %q", b)
		}
		for _, r := range string(b) {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				t.Fatalf("%s holds %U", b, r)
			}
		}
	}
}

// FuzzTime: the quick reader agrees with the standard library on what both
// accept.
func FuzzTime(f *testing.F) {
	for _, s := range []string{
		"2026-11-22T23:38:22.5106711Z", "2026-02-29T00:00:00Z", "2024-02-29T23:59:59.999999999Z",
		"0001-01-01T00:00:00", "2026-11-22T23:38:60Z", "2026-11-22T23:38:22.Z", "9999-12-31T23:59:59Z",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 19 {
			return
		}
		got, ok := quickTime([]byte(s))
		zoned := s
		if s[len(s)-1] != 'Z' {
			zoned += "Z"
		}
		want, err := time.Parse(time.RFC3339Nano, zoned)
		if ok && (err != nil || !got.Equal(want)) {
			t.Fatalf("%q: %v, but the standard library says %v %v", s, got, want, err)
		}
	})
}

// FuzzMoney: the quick reader agrees with the exact one.
func FuzzMoney(f *testing.F) {
	for _, s := range []string{"0", "0.0125", "999999999.999999999", "00.1", "1.", ".1", "1e3", "-1", "1.0000000000", "1000000000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := quickUSD([]byte(s))
		want, rounded, err := event.ParseUSD([]byte(s))
		if ok && (err != nil || rounded || got != want) {
			t.Fatalf("%q: %s, but exactly %s (rounded %t, %v)", s, got, want, rounded, err)
		}
	})
}
