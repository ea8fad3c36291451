package text

import (
	"math"
	"strconv"
)

// Share writes a part of a whole, 0–1 and above, as per cent: 0.899 is "89 %".
// It cuts and never rounds up, so that no limit is said to be reached before it
// is; below 1 it never says "100 %". Negative is unknown.
func Share(share float64) string {
	if share < 0 || math.IsNaN(share) {
		return Unknown
	}
	return strconv.FormatFloat(cut(share, 100), 'f', -1, 64) + " %"
}

// SetShare writes a share that somebody set, as it was typed: 0.335 is "33.5 %".
func SetShare(share float64) string {
	return strconv.FormatFloat(math.Round(share*10_000)/100, 'f', -1, 64) + " %"
}

// ExactShare is Share with two decimals, where two shares are compared: 0.89937
// is "89.93 %".
func ExactShare(share float64) string {
	if share < 0 || math.IsNaN(share) {
		return Unknown
	}
	return strconv.FormatFloat(cut(share, 10_000)/100, 'f', 2, 64) + " %"
}

// cut is share in whole parts of 1/parts. What arithmetic in binary takes from
// a share (0.29 × 100 is 28.999…96) is forgiven, but not at the limit.
func cut(share, parts float64) float64 {
	const forgiven = 1e-12
	scaled := math.Floor(float64(share*parts) + forgiven)
	if share < 1 {
		return min(scaled, parts-1)
	}
	return scaled
}

// Count writes a number with separators: "12,345".
func Count[T int | int64 | uint64](n T) string {
	if n < 0 {
		return "-" + grouped(-uint64(n))
	}
	return grouped(uint64(n))
}

// Plural writes "1 key", "3 keys", "12,345 keys".
func Plural[T int | int64 | uint64](n T, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + one + "s"
}

// Bytes writes a size: "999 B", "5.2 MB", "18 MB". Negative is unknown.
func Bytes(n int64) string {
	if n < 0 {
		return Unknown
	}
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	units := []string{"kB", "MB", "GB", "TB"}
	size, unit := float64(n)/1000, 0
	for unit < len(units)-1 && nearest(size) >= 1000 {
		size /= 1000
		unit++
	}
	if tenths := nearest(float64(size * 10)); tenths < 100 {
		return strconv.FormatFloat(tenths/10, 'f', 1, 64) + " " + units[unit]
	}
	return strconv.FormatFloat(nearest(size), 'f', 0, 64) + " " + units[unit]
}

// nearest rounds as the page does: half up.
func nearest(x float64) float64 { return math.Floor(x + 0.5) }

// grouped writes n with a comma before each three digits.
func grouped(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
