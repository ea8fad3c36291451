package dedup

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A slice of the newest hashes is the model. Few low bits make chains that
// begin at one place, touch others and go round the table's end.
func TestSetIsASliceOfTheNewest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "n")
		s := New(n)
		var model []uint64
		hash := rapid.Custom(func(t *rapid.T) uint64 {
			low := rapid.Uint64Range(0, 31).Draw(t, "low")
			return rapid.Uint64Range(0, 3).Draw(t, "high")<<32 | low
		})
		for _, h := range rapid.SliceOfN(hash, 0, 200).Draw(t, "hashes") {
			if h == 0 {
				h = 1 // as the set does
			}
			known := slices.Contains(model, h)
			if s.Add(h) == known {
				t.Fatalf("Add(%#x) = %v with %#x", h, !known, model)
			}
			if !known {
				model = append(model, h)
				model = model[max(0, len(model)-n):]
			}
			if s.Len() != len(model) {
				t.Fatalf("%d remembered, want %d", s.Len(), len(model))
			}
		}
	})
}

func TestZeroIsAHashToo(t *testing.T) {
	s := New(2)
	if !s.Add(0) || s.Add(0) {
		t.Error("0 is new once")
	}
}

func TestTextsAndBytesAgree(t *testing.T) {
	s := New(4)
	if !s.AddString("a") || s.AddBytes([]byte("a")) || !s.AddBytes([]byte("b")) || s.AddString("b") {
		t.Error("a text and its bytes are the same thing")
	}
}

func BenchmarkAddString(b *testing.B) {
	s := New(4096)
	text := []byte("req-0000000000000000")
	for i := range b.N {
		for k, v := 4, uint64(i); v > 0; k, v = k+1, v>>6 {
			text[k] = byte(v&63) + 32
		}
		s.AddBytes(text)
	}
}
