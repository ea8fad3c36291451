package wire

import (
	"encoding/binary"
	"math/bits"
)

// value is the raw JSON of one value, without surrounding white space. The
// nil value is an absent field.
type value []byte

// kind of JSON value, by its first byte: '{', '[', '"', 't', 'f', 'n', '0'
// for a number, 0 for an absent one.
func (v value) kind() byte {
	if len(v) == 0 {
		return 0
	}
	if c := v[0]; c != '-' && (c < '0' || c > '9') {
		return c
	}
	return '0'
}

// given reports a value that is there and not null.
func (v value) given() bool { return len(v) != 0 && v[0] != 'n' }

// slots is a wire struct: it says where a field's raw value goes.
type slots interface {
	// slot returns nil for a field that nobody reads.
	slot(name []byte) *value
}

// fieldOrder is the fields of the last object of a kind, as they came: the next one
// nearly always has the same. It belongs to who fills the same slots each time.
type fieldOrder struct {
	fields []expected
	missed int // objects since that had others
}

// expected is one field: its name with quotes and colon, and where it goes.
type expected struct {
	name string
	to   *value // nil if nobody reads it
}

// The bounds of a fieldOrder: how many fields and how long names it remembers, and how many
// other objects make it forget.
const (
	maxExpected = 32
	maxName     = 48
	maxMissed   = 100
)

// next is where the value begins of the field at i, and where it goes, if that
// is the n-th one expected; -1 if it is another.
func (o *fieldOrder) next(b []byte, i, n int) (begin int, to *value) {
	if o == nil || n >= len(o.fields) {
		return -1, nil
	}
	f := &o.fields[n]
	begin = i + len(f.name)
	if begin >= len(b) || string(b[i:begin]) != f.name || b[begin] <= ' ' {
		return -1, nil
	}
	return begin, f.to
}

// learn notes the n-th field if none is expected there. name is the field's
// with quotes and colon.
func (o *fieldOrder) learn(n int, name []byte, to *value) {
	switch {
	case n < len(o.fields):
		if o.missed++; o.missed > maxMissed {
			o.fields, o.missed = o.fields[:0], 0
		}
	case n == len(o.fields) && n < maxExpected && len(name) <= maxName:
		o.fields = append(o.fields, expected{string(name), to})
	}
}

// maxDepth is how many containers the scanner enters; what is deeper is left
// to encoding/json, which has a limit of its own and never overflows.
const maxDepth = 64

// outcome is how reading the structure of a message went.
type outcome uint8

const (
	unusual   outcome = iota // let encoding/json decide
	filled                   // the slots hold the fields
	notObject                // well-formed, but not an object where one is wanted
	malformed                // not JSON
)

// scanFill fills s from b, which is an object or, if list, an array of
// arguments whose first element is the object. It accepts nothing that
// encoding/json refuses; what it is not sure of is unusual.
// usual may be nil.
func scanFill(b []byte, list bool, s slots, usual *fieldOrder) outcome {
	i := space(b, 0)
	if list {
		if i >= len(b) || b[i] != '[' {
			return unusual
		}
		i = space(b, i+1)
	}
	if i >= len(b) {
		return unusual
	}
	object := b[i] == '{'
	if object {
		i = scanObject(b, i, s, usual)
	} else {
		i = skip(b, i, 1)
	}
	if list {
		i = rest(b, i)
	}
	if i < 0 || space(b, i) != len(b) {
		return unusual
	}
	if !object {
		return notObject
	}
	return filled
}

// rest passes over further arguments and the closing bracket.
func rest(b []byte, i int) int {
	for i >= 0 {
		i = space(b, i)
		if i >= len(b) {
			return -1
		}
		if b[i] == ']' {
			return i + 1
		}
		if b[i] != ',' {
			return -1
		}
		i = skip(b, space(b, i+1), 1)
	}
	return -1
}

// scanObject reads the object that begins at i, giving fields to s, and
// returns the index after it, or -1 if anything is unusual. Objects without
// white space, whose strings have no escapes, take the short way; that is
// nearly all that ever comes.
func scanObject(b []byte, i int, s slots, usual *fieldOrder) int {
	i = space(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1
	}
	for n := 0; ; n++ {
		next, to := usual.next(b, i, n)
		if next < 0 {
			var key []byte
			key, next = scanKey(b, i)
			if next < 0 || next >= len(b) {
				return -1
			}
			to = s.slot(key)
			if usual != nil && next == i+len(key)+len(`"":`) {
				usual.learn(n, b[i:next], to)
			}
		}
		end := -1
		if b[next] == '"' {
			if end = plainEnd(b, next+1) + 1; end > len(b) || b[end-1] != '"' {
				end = skipString(b, next)
			}
		} else {
			end = skip(b, next, 1)
		}
		if end < 0 {
			return -1
		}
		if to != nil {
			*to = b[next:end:end]
		}
		if end < len(b)-1 && b[end] == ',' && b[end+1] == '"' {
			i = end + 1
			continue
		}
		i = space(b, end)
		if i >= len(b) {
			return -1
		}
		switch b[i] {
		case ',':
			i = space(b, i+1)
		case '}':
			return i + 1
		default:
			return -1
		}
	}
}

// scanKey reads `"name" :` at i and returns the name and where its value
// begins; an escape in a name is unusual.
func scanKey(b []byte, i int) (key []byte, next int) {
	if i >= len(b) || b[i] != '"' {
		return nil, -1
	}
	j := plainEnd(b, i+1)
	if j >= len(b) || b[j] != '"' {
		return nil, -1
	}
	if j < len(b)-2 && b[j+1] == ':' && b[j+2] > ' ' {
		return b[i+1 : j], j + 2
	}
	k := space(b, j+1)
	if k >= len(b) || b[k] != ':' {
		return nil, -1
	}
	return b[i+1 : j], space(b, k+1)
}

// plainEnd returns the index of the first byte at or after i that needs a look
// inside a string: a quote, a backslash or a control character. It looks at
// eight bytes at a time.
func plainEnd(b []byte, i int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		quote, slash := x^(ones*'"'), x^(ones*'\\')
		// A byte's high bit is set where it is zero (quote, slash) or below
		// 0x20 (x); only bits above the lowest can be set in error.
		look := (quote-ones)&^quote | (slash-ones)&^slash | (x-ones*0x20)&^x
		if look &= highs; look != 0 {
			return i + bits.TrailingZeros64(look)/8
		}
	}
	for i < len(b) && b[i] >= 0x20 && b[i] != '"' && b[i] != '\\' {
		i++
	}
	return i
}

// simple reports ASCII text without control characters and backslashes. It
// looks at eight bytes at a time.
func simple(b []byte) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; len(b) >= 8; b = b[8:] {
		x := binary.LittleEndian.Uint64(b)
		slash := x ^ ones*'\\'
		// A byte's high bit is set where it is at least 0x80 (x), 0x7f
		// (x + 1), a backslash (slash) or below 0x20; a carry or borrow can
		// set one in error only beside one that is rightly set.
		if (x|(x+ones)|(slash-ones)&^slash|(x-ones*0x20)&^x)&highs != 0 {
			return false
		}
	}
	for _, c := range b {
		if c < 0x20 || c > 0x7e || c == '\\' {
			return false
		}
	}
	return true
}

// space returns the index of the next byte at or after i that is no white
// space. A negative i stays out of range.
func space(b []byte, i int) int {
	if i < 0 {
		return len(b) + 1
	}
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// skip passes over the value at i and returns the index after it, or -1.
func skip(b []byte, i, depth int) int {
	if i >= len(b) {
		return -1
	}
	switch c := b[i]; c {
	case '"':
		return skipString(b, i)
	case '{', '[':
		if depth >= maxDepth {
			return -1
		}
		return skipContainer(b, i, depth)
	case 't':
		return skipWord(b, i, "true")
	case 'f':
		return skipWord(b, i, "false")
	case 'n':
		return skipWord(b, i, "null")
	default:
		return skipNumber(b, i)
	}
}

func skipWord(b []byte, i int, word string) int {
	if len(b)-i < len(word) || string(b[i:i+len(word)]) != word {
		return -1
	}
	return i + len(word)
}

// skipString passes over a string, checking its escapes.
func skipString(b []byte, i int) int {
	i++
	for {
		i = plainEnd(b, i)
		if i >= len(b) {
			return -1
		}
		switch b[i] {
		case '"':
			return i + 1
		case '\\':
			n := escape(b[i+1:])
			if n < 0 {
				return -1
			}
			i += 1 + n
		default:
			return -1 // a bare control character
		}
	}
}

// escape returns the length of the escape after a backslash, or -1.
func escape(b []byte) int {
	if len(b) == 0 {
		return -1
	}
	switch b[0] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 1
	case 'u':
		if len(b) < 5 {
			return -1
		}
		for _, c := range b[1:5] {
			hex := c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
			if !hex {
				return -1
			}
		}
		return 5
	}
	return -1
}

// skipContainer passes over an object or array.
func skipContainer(b []byte, i, depth int) int {
	open := b[i]
	i = space(b, i+1)
	if i < len(b) && b[i] == open+2 { // '{'+2 is '}', '['+2 is ']'
		return i + 1
	}
	for {
		if open == '{' {
			if i >= len(b) || b[i] != '"' {
				return -1
			}
			i = space(b, skipString(b, i))
			if i >= len(b) || b[i] != ':' {
				return -1
			}
			i = space(b, i+1)
		}
		i = space(b, skip(b, i, depth+1))
		if i >= len(b) {
			return -1
		}
		if b[i] == open+2 {
			return i + 1
		}
		if b[i] != ',' {
			return -1
		}
		i = space(b, i+1)
	}
}

// skipNumber passes over a number in JSON's own grammar.
func skipNumber(b []byte, i int) int {
	if b[i] == '-' {
		i++
	}
	start := i
	i = digits(b, i)
	if i == start || b[start] == '0' && i > start+1 {
		return -1
	}
	if i < len(b) && b[i] == '.' {
		start = i + 1
		if i = digits(b, start); i == start {
			return -1
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		start = i
		if i = digits(b, start); i == start {
			return -1
		}
	}
	return i
}

func digits(b []byte, i int) int {
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return i
}

// scanList calls yield for every element of the array v.
func scanList(v value, yield func(value)) outcome {
	if v.kind() != '[' {
		return unusual
	}
	i := space(v, 1)
	if i == len(v)-1 && v[i] == ']' {
		return filled
	}
	for {
		end := skip(v, i, 1)
		if end < 0 {
			return unusual
		}
		yield(v[i:end:end])
		i = space(v, end)
		if i >= len(v) {
			return unusual
		}
		if i == len(v)-1 && v[i] == ']' {
			return filled
		}
		if v[i] != ',' {
			return unusual
		}
		i = space(v, i+1)
	}
}
