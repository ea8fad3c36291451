package wire

import (
	"encoding/json"
	"strconv"
	"strings"

	"gatewatch/internal/core/event"
)

// Bounds of what is remembered to save memory.
const (
	maxTexts    = 2048 // interned strings
	maxInterned = 64   // bytes of a string that is worth interning
	maxID       = 200  // bytes of an id
)

// inner is a string value's text if it can be used as it stands.
func (v value) inner() ([]byte, bool) {
	if v.kind() != '"' {
		return nil, false
	}
	in := v[1 : len(v)-1]
	return in, simple(in)
}

// unquote is the text of a string value.
func (v value) unquote() (string, bool) {
	if in, ok := v.inner(); ok {
		return string(in), true
	}
	if v.kind() != '"' {
		return "", false
	}
	var s string
	if err := json.Unmarshal(v, &s); err != nil {
		return "", false
	}
	return s, true
}

// text is a string made safe to show; other values give their JSON, absent and
// null ones "". It is interned if short.
func (d *Decoder) text(v value) string { return d.textUpTo(v, maxRunes) }

func (d *Decoder) textUpTo(v value, limit int) string {
	if !v.given() {
		return ""
	}
	short := len(v) <= maxInterned
	var last *recent
	if short {
		last = &d.recents[uint8(len(v)*31+int(v[len(v)/2])*7+int(v[max(0, len(v)-2)])*37)]
		if last.raw == string(v) {
			return last.text
		}
		if r, ok := d.texts[string(v)]; ok {
			*last = r
			return r.text
		}
	}
	s, ok := v.unquote()
	if !ok {
		s = string(v)
	}
	s, altered := clean(s, limit)
	if altered {
		d.counts.Cleaned++
		return s
	}
	if short {
		if len(d.texts) >= maxTexts {
			clear(d.texts)
		}
		*last = recent{string(v), s}
		d.texts[last.raw] = *last
	}
	return s
}

// recent is a text of late, found without hashing.
type recent struct{ raw, text string }

// needText is a required string that is not empty.
func (d *Decoder) needText(field string, v value) string {
	if !d.need(field, v) {
		return ""
	}
	if v.kind() != '"' {
		d.wrong(field, "not a string")
		return ""
	}
	s := d.text(v)
	if s == "" {
		d.wrong(field, "empty")
	}
	return s
}

// need notes a required field that is missing.
func (d *Decoder) need(field string, v value) bool {
	if !v.given() {
		d.wrong(field, "missing")
	}
	return v.given()
}

// id is an identifier, sent as a string or as a whole number; "" if absent or
// neither.
func (d *Decoder) id(v value) string {
	switch v.kind() {
	case '"':
		if len(v) > maxID {
			return ""
		}
		return strings.TrimSpace(d.text(v))
	case '0':
		if skipWhole(v) && len(v) <= maxID {
			return d.text(v)
		}
	}
	return ""
}

func skipWhole(v value) bool {
	i := 0
	if v[0] == '-' {
		i++
	}
	return digits(v, i) == len(v)
}

// needID is a required identifier.
func (d *Decoder) needID(field string, v value) string {
	if !d.need(field, v) {
		return ""
	}
	s := d.id(v)
	if s == "" {
		d.wrong(field, "not an id")
	}
	return s
}

// money is an amount in dollars, from a number or the same as a string.
func (d *Decoder) money(field string, v value) (event.NanoUSD, bool) {
	if !v.given() {
		return 0, false
	}
	text := v.bare()
	if n, ok := quickUSD(text); ok {
		return n, false
	}
	n, rounded, err := event.ParseUSD(text)
	if err != nil {
		d.wrong(field, strings.TrimPrefix(err.Error(), "event: "))
		return 0, false
	}
	if rounded {
		d.counts.Rounded++
	}
	return n, rounded
}

// quickUSD reads what nearly every amount is: at most nine digits before the
// point and nine after. It agrees with event.ParseUSD.
func quickUSD(text []byte) (event.NanoUSD, bool) {
	var n event.NanoUSD
	i := 0
	for ; i < len(text) && i < 9 && text[i]-'0' <= 9; i++ {
		n = n*10 + event.NanoUSD(text[i]-'0')
	}
	if i == 0 {
		return 0, false
	}
	n *= event.PerUSD
	if i == len(text) {
		return n, true
	}
	fraction := text[i+1:]
	if text[i] != '.' || len(fraction) == 0 || len(fraction) > 9 {
		return 0, false
	}
	unit := event.PerUSD
	for _, c := range fraction {
		if c-'0' > 9 {
			return 0, false
		}
		unit /= 10
		n += event.NanoUSD(c-'0') * unit
	}
	return n, true
}

// bare is the text of a number, or of a string that holds one.
func (v value) bare() []byte {
	if v.kind() == '"' {
		in, _ := v.inner()
		return in
	}
	return v
}

// needMoney is a required amount; rounded is true if it had too many decimals.
func (d *Decoder) needMoney(field string, v value) (n event.NanoUSD, rounded bool) {
	if !d.need(field, v) {
		return 0, false
	}
	return d.money(field, v)
}

// number is a number or the same as a string.
func (v value) number() (float64, bool) {
	if k := v.kind(); k != '"' && k != '0' {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(v.bare()), 64)
	if err != nil || f != f || f > 1e300 || f < -1e300 {
		return 0, false
	}
	return f, true
}

// whole is a number without its fraction, 0 if there is none.
func (v value) whole() int {
	f, _ := v.number()
	return int(max(-1<<31, min(1<<31-1, f)))
}

// optional is a number that is never negative, or -1 where there is none.
func (v value) optional() float64 {
	if f, ok := v.number(); ok && f >= 0 {
		return f
	}
	return -1
}

// truth is a boolean.
func (v value) truth() (is, ok bool) {
	switch string(v) {
	case "true", `"true"`, `"True"`:
		return true, true
	case "false", `"false"`, `"False"`:
		return false, true
	}
	return false, false
}

// word is an enumeration's value in lower case, sent as a word or as a number
// into words; "" if absent or out of range.
func (d *Decoder) word(v value, words ...string) string {
	if v.kind() == '0' {
		if n := v.whole(); skipWhole(v) && n >= 0 && n < len(words) {
			return words[n]
		}
		return ""
	}
	if v.kind() != '"' {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(d.text(v)))
}
