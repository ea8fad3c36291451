package event

import (
	"errors"
	"math"
	"math/bits"
	"strconv"
)

// NanoUSD is an amount of money in billionths of a US dollar. It holds about
// ±9.2 thousand million dollars; the zero value is no money.
type NanoUSD int64

// PerUSD is how many NanoUSD make a dollar.
const PerUSD NanoUSD = 1_000_000_000

// MaxExactJSON is the largest amount that a JSON number carries to the page
// without rounding (2^53). Larger ones are shown as "too large".
const MaxExactJSON NanoUSD = 1 << 53

// Errors of ParseUSD.
var (
	ErrNotMoney      = errors.New("event: not a decimal number")
	ErrMoneyTooLarge = errors.New("event: amount of money out of range")
)

// USD gives whole dollars as NanoUSD, for tests and literals.
func USD(dollars float64) NanoUSD { return NanoUSD(math.Round(dollars * float64(PerUSD))) }

// Dollars gives the amount as a float, for ratios and charts only.
func (n NanoUSD) Dollars() float64 { return float64(n) / float64(PerUSD) }

// String writes the amount as a plain decimal with all its digits, such as
// "-0.05" or "12".
func (n NanoUSD) String() string {
	u, neg := uint64(n), n < 0
	if neg {
		u = -u
	}
	whole, frac := u/uint64(PerUSD), u%uint64(PerUSD)
	b := make([]byte, 0, 24)
	if neg {
		b = append(b, '-')
	}
	b = strconv.AppendUint(b, whole, 10)
	if frac != 0 {
		b = append(b, '.')
		digits := strconv.AppendUint(nil, frac+uint64(PerUSD), 10)[1:]
		for len(digits) > 0 && digits[len(digits)-1] == '0' {
			digits = digits[:len(digits)-1]
		}
		b = append(b, digits...)
	}
	return string(b)
}

// ParseUSD reads a JSON number (or the same text from a JSON string) as
// dollars, exactly. Digits beyond the ninth decimal are rounded half to even,
// once, and rounded is true. No floating point is involved.
func ParseUSD(text []byte) (amount NanoUSD, rounded bool, err error) {
	d, err := scanDecimal(text)
	if err != nil {
		return 0, false, err
	}
	return d.nano()
}

// decimal is digits × 10^exp, at most 38 significant digits kept, with a
// sticky flag for what was cut.
type decimal struct {
	neg    bool
	hi, lo uint64 // the digits as a 128-bit integer
	exp    int
	sticky bool // non-zero digits were cut
}

func scanDecimal(t []byte) (decimal, error) {
	var d decimal
	i := 0
	if i < len(t) && t[i] == '-' {
		d.neg = true
		i++
	}
	start, digits, point := i, 0, -1
	for ; i < len(t); i++ {
		c := t[i]
		if c == '.' && point < 0 && i > start {
			point = i
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		digits++
		d.push(c-'0', point >= 0)
	}
	if digits == 0 || point == i-1 {
		return d, ErrNotMoney
	}
	if i == len(t) {
		return d, nil
	}
	return d, d.exponent(t[i:])
}

// push appends one digit; after is true behind the decimal point.
func (d *decimal) push(c byte, after bool) {
	if d.hi >= 1<<60 { // full: 38 digits are enough for any amount
		d.sticky = d.sticky || c != 0
		if !after {
			d.exp++
		}
		return
	}
	hi, lo := bits.Mul64(d.lo, 10)
	hi += d.hi * 10
	lo, carry := bits.Add64(lo, uint64(c), 0)
	d.hi, d.lo = hi+carry, lo
	if after {
		d.exp--
	}
}

// exponent reads "e-7" and adds it.
func (d *decimal) exponent(t []byte) error {
	if len(t) < 2 || t[0]|0x20 != 'e' {
		return ErrNotMoney
	}
	e, err := strconv.Atoi(string(t[1:]))
	if err != nil {
		if errors.Is(err, strconv.ErrRange) && t[1] != '-' && (d.hi|d.lo) != 0 {
			return ErrMoneyTooLarge
		}
		if !errors.Is(err, strconv.ErrRange) {
			return ErrNotMoney
		}
		e = 0
		d.hi, d.lo, d.sticky = 0, 0, d.sticky || (d.hi|d.lo) != 0
	}
	d.exp += max(-10_000, min(10_000, e))
	return nil
}

// nano scales to billionths.
func (d decimal) nano() (NanoUSD, bool, error) {
	if d.hi|d.lo == 0 {
		return 0, d.sticky, nil
	}
	shift := d.exp + 9
	for ; shift > 0; shift-- {
		if d.hi != 0 || d.lo > math.MaxInt64/10 {
			return 0, false, ErrMoneyTooLarge
		}
		d.lo *= 10
	}
	rounded := d.sticky
	if shift < 0 {
		rounded = d.cut(-shift) || rounded
	}
	if d.hi != 0 || d.lo > math.MaxInt64 {
		return 0, false, ErrMoneyTooLarge
	}
	n := NanoUSD(d.lo)
	if d.neg {
		n = -n
	}
	return n, rounded, nil
}

// cut drops the last n digits, rounding half to even; it reports whether
// anything but zeros was dropped.
func (d *decimal) cut(n int) bool {
	if n > 40 {
		lost := d.hi|d.lo != 0 || d.sticky
		d.hi, d.lo = 0, 0
		return lost
	}
	var last uint64 // the digit cut last
	below := d.sticky
	for ; n > 0; n-- {
		below = below || last != 0
		var r uint64
		d.hi, r = d.hi/10, d.hi%10
		d.lo, last = bits.Div64(r, d.lo, 10)
	}
	if last > 5 || last == 5 && (below || d.lo&1 == 1) {
		var carry uint64
		d.lo, carry = bits.Add64(d.lo, 1, 0)
		d.hi += carry
	}
	return below || last != 0
}
