package event

import (
	"errors"
	"math/big"
	"regexp"
	"strings"
	"testing"
)

func TestParseUSD(t *testing.T) {
	for _, c := range []struct {
		in      string
		want    NanoUSD
		rounded bool
		err     error
	}{
		{"0", 0, false, nil},
		{"-0", 0, false, nil},
		{"21.00000000", 21 * PerUSD, false, nil},
		{"0.000000001", 1, false, nil},
		{"-0.05", -50_000_000, false, nil},
		{"107.69230769230769230769230769", 107_692_307_692, true, nil},
		{"0.0000000005", 0, true, nil},              // half to even: down
		{"0.0000000015", 2, true, nil},              // half to even: up
		{"0.00000000050000000000001", 1, true, nil}, // just over the half
		{"0.00000000149999999999999", 1, true, nil},
		{"-0.0000000015", -2, true, nil},
		{"1E-9", 1, false, nil},
		{"1e-10", 0, true, nil},
		{"1.5e3", 1500 * PerUSD, false, nil},
		{"1e-99999999999999999999", 0, true, nil},
		{"0e99999999999999999999", 0, false, nil},
		{"9223372036.854775807", 9223372036854775807, false, nil},
		{"9223372036.854775808", 0, false, ErrMoneyTooLarge},
		{"1e40", 0, false, ErrMoneyTooLarge},
		{"1e99999999999999999999", 0, false, ErrMoneyTooLarge},
		{"", 0, false, ErrNotMoney},
		{"-", 0, false, ErrNotMoney},
		{".5", 0, false, ErrNotMoney},
		{"5.", 0, false, ErrNotMoney},
		{"1.2.3", 0, false, ErrNotMoney},
		{"+1", 0, false, ErrNotMoney},
		{"1e", 0, false, ErrNotMoney},
		{"1 ", 0, false, ErrNotMoney},
		{"0x10", 0, false, ErrNotMoney},
		{"NaN", 0, false, ErrNotMoney},
	} {
		got, rounded, err := ParseUSD([]byte(c.in))
		if got != c.want || rounded != c.rounded || !errors.Is(err, c.err) {
			t.Errorf("%q: %d %t %v, want %d %t %v", c.in, got, rounded, err, c.want, c.rounded, c.err)
		}
	}
}

func TestNanoUSDString(t *testing.T) {
	for in, want := range map[NanoUSD]string{
		0: "0", 12 * PerUSD: "12", -50_000_000: "-0.05", 1: "0.000000001", 1_500_000_000: "1.5",
		-9223372036854775808: "-9223372036.854775808",
	} {
		if got := in.String(); got != want {
			t.Errorf("%d: %q, want %q", int64(in), got, want)
		}
	}
	if USD(0.1) != 100_000_000 || USD(-2.5) != -2_500_000_000 || USD(0.1).Dollars() != 0.1 {
		t.Error("dollars as floats")
	}
}

// decimalText is what ParseUSD promises to read, with an exponent that the
// oracle can afford.
var decimalText = regexp.MustCompile(`^-?[0-9]{1,60}(\.[0-9]{1,60})?([eE][+-]?[0-9]{1,2})?$`)

// FuzzParseUSD compares with exact fractions.
func FuzzParseUSD(f *testing.F) {
	for _, s := range []string{"0", "1.5", "-0.0000000015", "1e-9", "12345678901234567890123456789012345678901e-32", "0.25E2", "9223372036.8547758075"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, rounded, err := ParseUSD([]byte(s))
		if !decimalText.MatchString(s) {
			return // must only not panic
		}
		exact, ok := new(big.Rat).SetString(s)
		if !ok {
			t.Fatalf("oracle cannot read %q", s)
		}
		exact.Mul(exact, big.NewRat(int64(PerUSD), 1))
		want := roundHalfEven(exact)
		if !want.IsInt64() || err != nil {
			// What rounds to the largest amount may be refused, never the other way.
			if errors.Is(err, ErrMoneyTooLarge) != !fits(want) {
				t.Fatalf("%q: %v, but exactly %s", s, err, want)
			}
			return
		}
		if int64(got) != want.Int64() || rounded == exact.IsInt() {
			t.Fatalf("%q: %d (rounded %t), but exactly %s", s, got, rounded, exact.RatString())
		}
		if !strings.Contains(s, "-") && got < 0 {
			t.Fatalf("%q is negative", s)
		}
	})
}

// fits reports whether an amount is within ±MaxInt64.
func fits(n *big.Int) bool { return new(big.Int).Abs(n).IsInt64() }

func roundHalfEven(r *big.Rat) *big.Int {
	floor := new(big.Int).Div(r.Num(), r.Denom()) // Euclidean: rounds down
	rest := new(big.Rat).Sub(r, new(big.Rat).SetInt(floor))
	switch rest.Cmp(big.NewRat(1, 2)) {
	case 1:
		floor.Add(floor, big.NewInt(1))
	case 0:
		if floor.Bit(0) == 1 {
			floor.Add(floor, big.NewInt(1))
		}
	}
	return floor
}
