package text

import (
	"fmt"
	"strings"

	"gatewatch/internal/core/event"
)

// Unknown stands where nothing is known.
const Unknown = "–"

const cent = uint64(event.PerUSD / 100)

// Money writes an amount with cents, as in lists: "$12,345.60", "-$2.50",
// "$0.00". It rounds half even to the cent; what would round to less than a
// cent keeps two significant digits, so that some money never looks like none.
func Money(n event.NanoUSD) string {
	sign, u := magnitude(n)
	if fine := significant(u); u > 0 && fine < cent {
		return sign + "$0." + strings.TrimRight(fmt.Sprintf("%09d", fine), "0")
	}
	cents := halfEven(u, cent)
	return fmt.Sprintf("%s$%s.%02d", sign, grouped(cents/100), cents%100)
}

// ShortMoney is Money without cents where there are none, as in a sentence:
// "$375", "$500.40", "$0".
func ShortMoney(n event.NanoUSD) string { return strings.TrimSuffix(Money(n), ".00") }

// MoneyOf writes a part of a whole: "$0.30 of $0.50". A smaller part never reads
// like the whole: "$0.219 of $0.22".
func MoneyOf(part, whole event.NanoUSD) string { return moneyOf(part, whole, Money) }

// ShortMoneyOf is MoneyOf in short: "$99.999 of $100".
func ShortMoneyOf(part, whole event.NanoUSD) string { return moneyOf(part, whole, ShortMoney) }

func moneyOf(part, whole event.NanoUSD, write func(event.NanoUSD) string) string {
	small, large := write(part), write(whole)
	if part <= 0 || part >= whole || small != large {
		return small + " of " + large
	}
	p, w, decimals := uint64(part), uint64(whole), 3
	unit := cent / 10
	for ; p/unit == w/unit; unit /= 10 {
		decimals++
	}
	if w%cent != 0 {
		large = withDecimals(w, decimals)
	}
	return withDecimals(p, decimals) + " of " + large
}

// withDecimals cuts an amount after so many decimals.
func withDecimals(n uint64, decimals int) string {
	const usd = uint64(event.PerUSD)
	return "$" + grouped(n/usd) + "." + fmt.Sprintf("%09d", n%usd)[:decimals]
}

// Rate writes nano-dollars an hour: "$1.84/h". Negative is unknown.
func Rate(perHour event.NanoUSD) string {
	if perHour < 0 {
		return Unknown
	}
	return Money(perHour) + "/h"
}

func magnitude(n event.NanoUSD) (sign string, u uint64) {
	if n < 0 {
		return "-", -uint64(n)
	}
	return "", uint64(n)
}

// significant rounds half even to two significant digits where n is below a
// cent.
func significant(n uint64) uint64 {
	if n >= cent {
		return n
	}
	unit := uint64(1)
	for n/unit >= 100 {
		unit *= 10
	}
	return halfEven(n, unit) * unit
}

// halfEven is n in whole units, a half going to the even neighbour.
func halfEven(n, unit uint64) uint64 {
	q, r := n/unit, n%unit
	if 2*r > unit || 2*r == unit && q%2 == 1 {
		q++
	}
	return q
}
