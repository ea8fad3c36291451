package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// ReadingStatus says how far the value of a Reading can be relied on.
type ReadingStatus string

// The statuses of a reading. The zero value is ReadingUnknown.
const (
	ReadingUnknown    ReadingStatus = ""            // nobody told it, or nobody could read what was told
	ReadingKnown      ReadingStatus = "known"       // as of now
	ReadingStale      ReadingStatus = "stale"       // it was so, and could not be read again since
	ReadingPartial    ReadingStatus = "partial"     // at least that: not all of what makes it was seen
	ReadingTooLarge   ReadingStatus = "too_large"   // there is a value, and it is more than can be shown
	ReadingNone       ReadingStatus = "none"        // there is none, and that is known: a key without a limit
	ReadingForbidden  ReadingStatus = "forbidden"   // our keys do not open it
	ReadingNotOffered ReadingStatus = "not_offered" // this gateway does not tell it
)

// Reading is a value that a gateway told, or the reason why there is none. What
// is not known is never a value: whoever shows, sums or judges a reading asks
// Get and says what happens otherwise. The zero value is unknown.
//
// In JSON a known reading is its value alone, any other an object:
// {"status":"unknown","why":"…"}, with "value" and "since" (Unix milliseconds)
// where it is stale, "value" where it is partial.
type Reading[T comparable] struct {
	value  T
	status ReadingStatus
	why    string
	since  int64 // Unix milliseconds, of ReadingStale, and of ReadingPartial that is as old; else 0
}

// Known is a reading of v.
func Known[T comparable](v T) Reading[T] { return Reading[T]{value: v, status: ReadingKnown} }

// NotKnown is a reading without a value; why is a sentence for a person, or "".
func NotKnown[T comparable](status ReadingStatus, why string) Reading[T] {
	if status == ReadingKnown || status == ReadingStale || status == ReadingPartial {
		status = ReadingUnknown
	}
	return Reading[T]{status: status, why: why}
}

// Stale is r as one may show it when it could not be read again since then:
// its value with its age. A lower bound stays one, with its age; what was not
// known stays as it is.
func (r Reading[T]) Stale(since time.Time, why string) Reading[T] {
	switch r.status {
	case ReadingKnown:
		r.status, r.since, r.why = ReadingStale, since.UnixMilli(), why
	case ReadingPartial:
		r.since = since.UnixMilli()
	case ReadingUnknown, ReadingStale, ReadingTooLarge, ReadingNone, ReadingForbidden, ReadingNotOffered:
	}
	return r
}

// AtLeast is r as one may show a sum of which not all parts were seen: a lower
// bound, and why. What is not known, or stale, stays as it is.
func (r Reading[T]) AtLeast(why string) Reading[T] {
	if r.status == ReadingKnown {
		r.status, r.why = ReadingPartial, why
	}
	return r
}

// With is a reading of v that the same sources told as r: as old, and a lower
// bound where that is one. What is not known stays so.
func (r Reading[T]) With(v T) Reading[T] {
	if r.Known() {
		r.value = v
	}
	return r
}

// Fresh is r when it was read again and is the same: what was stale is known.
func (r Reading[T]) Fresh() Reading[T] {
	switch r.status {
	case ReadingStale:
		return Known(r.value)
	case ReadingPartial:
		r.since = 0
	case ReadingUnknown, ReadingKnown, ReadingTooLarge, ReadingNone, ReadingForbidden, ReadingNotOffered:
	}
	return r
}

// Since is when a stale value was known last; zero of any other.
func (r Reading[T]) Since() time.Time {
	if r.since == 0 {
		return time.Time{}
	}
	return time.UnixMilli(r.since)
}

// Get is the value; ok is false where there is none. A stale value is one, and
// so is a lower bound.
func (r Reading[T]) Get() (v T, ok bool) {
	return r.value, r.status == ReadingKnown || r.status == ReadingStale || r.status == ReadingPartial
}

// Or is the value, or other where there is none.
func (r Reading[T]) Or(other T) T {
	if v, ok := r.Get(); ok {
		return v
	}
	return other
}

// Known reports whether there is a value, be it stale.
func (r Reading[T]) Known() bool { _, ok := r.Get(); return ok }

// Status says how far the value can be relied on.
func (r Reading[T]) Status() ReadingStatus { return r.status }

// Why says for a person why there is no value; "" where nothing was said.
func (r Reading[T]) Why() string { return r.why }

// Equal reports whether two readings say the same.
func (r Reading[T]) Equal(other Reading[T]) bool { return r == other }

// String is the value, or the word for its absence.
func (r Reading[T]) String() string {
	if v, ok := r.Get(); ok {
		if r.status == ReadingPartial {
			return "at least " + fmt.Sprint(v)
		}
		return fmt.Sprint(v)
	}
	return r.status.Words()
}

// Words is what stands where a value would, for a person.
func (s ReadingStatus) Words() string {
	switch s {
	case ReadingTooLarge:
		return "too large to show"
	case ReadingNone:
		return "none"
	case ReadingForbidden:
		return "no permission"
	case ReadingNotOffered:
		return "not offered by this gateway"
	case ReadingUnknown, ReadingKnown, ReadingStale, ReadingPartial:
	}
	return "not known"
}

// absentReading is the JSON form of a reading that is not simply its value.
type absentReading[T comparable] struct {
	Status ReadingStatus `json:"status"`
	Why    string        `json:"why,omitempty"`
	Value  *T            `json:"value,omitempty"`
	Since  int64         `json:"since,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (r Reading[T]) MarshalJSON() ([]byte, error) {
	if r.status == ReadingKnown {
		return json.Marshal(r.value)
	}
	is := absentReading[T]{Status: r.status, Why: r.why, Since: r.since}
	switch r.status {
	case ReadingUnknown:
		is.Status = "unknown"
	case ReadingStale, ReadingPartial:
		is.Value = &r.value
	case ReadingKnown, ReadingTooLarge, ReadingNone, ReadingForbidden, ReadingNotOffered:
	}
	return json.Marshal(is)
}

// UnmarshalJSON implements json.Unmarshaler. It reads what MarshalJSON writes,
// and the plain values of earlier versions.
func (r *Reading[T]) UnmarshalJSON(b []byte) error {
	*r = Reading[T]{}
	b = bytes.TrimSpace(b)
	if len(b) == 0 || string(b) == "null" {
		return nil
	}
	if b[0] != '{' {
		if err := json.Unmarshal(b, &r.value); err != nil {
			return fmt.Errorf("reading: %w", err)
		}
		r.status = ReadingKnown
		return nil
	}
	var is absentReading[T]
	if err := json.Unmarshal(b, &is); err != nil {
		return fmt.Errorf("reading: %w", err)
	}
	if is.Status == "unknown" {
		is.Status = ReadingUnknown
	}
	r.status, r.why, r.since = is.Status, is.Why, is.Since
	if is.Value != nil {
		r.value = *is.Value
	} else if r.status == ReadingKnown || r.status == ReadingStale || r.status == ReadingPartial {
		r.status = ReadingUnknown
	}
	return nil
}
