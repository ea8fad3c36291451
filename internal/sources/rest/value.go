package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/wire"
)

// The types of this file read a JSON value in whatever shape a gateway sends
// it and never fail: a number is also read as text, a text as a number, and
// what is neither counts as not sent. So one odd field does not lose a row.

// text is a string, a number or a word, cleaned for showing.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	s, ok := scalar(b)
	if !ok {
		*t = ""
		return nil
	}
	*t = text(wire.Clean(s))
	return nil
}

// scalar is what a JSON string holds, or the text of a number or word.
func scalar(b []byte) (string, bool) {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) == 0, b[0] == '{', b[0] == '[', string(b) == "null":
		return "", false
	case b[0] != '"':
		return string(b), true
	}
	if in := b[1 : len(b)-1]; plainASCII(in) {
		return string(in), true
	}
	var s string
	if json.Unmarshal(b, &s) != nil {
		return "", false
	}
	return s, true
}

// plainASCII reports whether a JSON string stands for itself.
func plainASCII(in []byte) bool {
	for _, c := range in {
		if c < 0x20 || c >= 0x7f || c == '\\' {
			return false
		}
	}
	return true
}

// reading is the flag, or that it is not known.
func (f flag) reading() event.Reading[bool] {
	if f.ok {
		return event.Known(f.on)
	}
	return event.NotKnown[bool](event.ReadingUnknown, "The gateway did not send it.")
}

// flag is true, "true" or a number other than 0; ok is false if not sent.
type flag struct{ on, ok bool }

// UnmarshalJSON implements json.Unmarshaler.
func (f *flag) UnmarshalJSON(b []byte) error {
	*f = flag{}
	switch s, _ := scalar(b); strings.ToLower(s) {
	case "true", "1":
		*f = flag{true, true}
	case "false", "0":
		*f = flag{false, true}
	}
	return nil
}

// money is an exact amount; ok is false if not sent or no amount. none is true
// of a null, huge of an amount that is too large to be kept.
type money struct {
	nano        event.NanoUSD
	rounded, ok bool
	none, huge  bool
}

// reading is the amount, or that it is not known: a null says nothing.
func (m money) reading() event.Reading[event.NanoUSD] {
	switch {
	case m.ok:
		return event.Known(m.nano)
	case m.huge:
		return event.NotKnown[event.NanoUSD](event.ReadingTooLarge, "")
	case m.none:
		return event.NotKnown[event.NanoUSD](event.ReadingUnknown, "The gateway sent null.")
	}
	return event.NotKnown[event.NanoUSD](event.ReadingUnknown, "The gateway did not send it.")
}

// limit is the amount as a limit, of which a null says that there is none.
func (m money) limit() event.Reading[event.NanoUSD] {
	if m.none {
		return event.NotKnown[event.NanoUSD](event.ReadingNone, "")
	}
	return m.reading()
}

// UnmarshalJSON implements json.Unmarshaler.
func (m *money) UnmarshalJSON(b []byte) error {
	*m = money{}
	s, ok := scalar(b)
	if !ok {
		m.none = string(bytes.TrimSpace(b)) == "null"
		return nil
	}
	switch n, rounded, err := event.ParseUSD([]byte(s)); {
	case errors.Is(err, event.ErrMoneyTooLarge), err == nil && (n > event.MaxExactJSON || n < -event.MaxExactJSON):
		m.huge = true
	case err == nil:
		*m = money{nano: n, rounded: rounded, ok: true}
	}
	return nil
}

// count is a whole number; ok is false if not sent.
type count struct {
	n  int64
	ok bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *count) UnmarshalJSON(b []byte) error {
	*c = count{}
	s, _ := scalar(b)
	if n, err := json.Number(s).Int64(); err == nil {
		*c = count{n, true}
	}
	return nil
}

// real is a number for measuring; ok is false if not sent.
type real struct {
	n  float64
	ok bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *real) UnmarshalJSON(b []byte) error {
	*r = real{}
	s, _ := scalar(b)
	if n, err := json.Number(s).Float64(); err == nil && !math.IsNaN(n) && !math.IsInf(n, 0) {
		*r = real{n, true}
	}
	return nil
}

// stamp is a time in UTC; a time without a zone is UTC. Zero if not sent.
type stamp struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (t *stamp) UnmarshalJSON(b []byte) error {
	t.Time = time.Time{}
	s, _ := scalar(b)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if v, err := time.Parse(layout, s); err == nil && v.Year() > 1 && v.Year() <= 9999 {
			t.Time = v.UTC()
			break
		}
	}
	return nil
}

// digest stands for a value that is compared but never shown.
type digest uint64

// UnmarshalJSON implements json.Unmarshaler.
func (d *digest) UnmarshalJSON(b []byte) error {
	if d.ownForm(b) {
		return nil
	}
	h := fnv.New64a()
	_, _ = h.Write(b)
	*d = digest(h.Sum64())
	if string(b) == "null" {
		*d = 0
	}
	return nil
}

// list is the rows of an answer.
type list[T any] struct {
	rows []T
	// bad counts rows that are no objects. A list with such rows is not whole:
	// what is missing in it may be there.
	bad int
	// more is true if the answer is a page and another one follows.
	more bool
}

// readList reads an array, or a page: an object that holds one.
func readList[T any](body []byte) (list[T], error) {
	var l list[T]
	var raw []json.RawMessage
	if rows := []T(nil); json.Unmarshal(body, &rows) == nil && rows != nil {
		l.rows = rows // nulls among them are rows without an id
		return l, nil
	}
	if body = bytes.TrimSpace(body); len(body) > 0 && body[0] == '{' {
		var page struct {
			Items  *[]json.RawMessage `json:"items"`
			Events *[]json.RawMessage `json:"events"` // the billing audit's word
			More   flag               `json:"hasNextPage"`
			At     count              `json:"pageNumber"` // so are these
			Of     count              `json:"totalPages"`
		}
		err := json.Unmarshal(body, &page)
		if page.Items == nil {
			page.Items, page.More.on = page.Events, page.At.ok && page.At.n < page.Of.n
		}
		if err != nil || page.Items == nil {
			return l, fmt.Errorf("%w: no list", ErrUnreadable)
		}
		raw, l.more = *page.Items, page.More.on
	} else if err := json.Unmarshal(body, &raw); err != nil || raw == nil {
		return l, fmt.Errorf("%w: no list", ErrUnreadable)
	}
	l.rows = make([]T, 0, len(raw))
	for _, r := range raw {
		var v T
		if len(r) == 0 || r[0] != '{' || json.Unmarshal(r, &v) != nil {
			l.bad++
			continue
		}
		l.rows = append(l.rows, v)
	}
	return l, nil
}
