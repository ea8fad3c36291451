package alert

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gatewatch/internal/event"
)

// Limits of texts, in characters: what every desktop shows without cutting.
const (
	MaxTitle = 45
	MaxBody  = 110
)

// Money writes an amount for people of any locale: "$375", "$0.42",
// "$500.40". It cuts and does not round, so that what is below a limit never
// looks like the limit; amounts under a cent keep two digits.
func Money(n event.NanoUSD) string {
	sign := ""
	u := uint64(n)
	if n < 0 {
		sign, u = "-", -u
	}
	cents := u / uint64(event.PerUSD/100)
	switch {
	case u == 0:
		return "$0"
	case cents == 0:
		return sign + small(u)
	case cents%100 == 0:
		return sign + "$" + strconv.FormatUint(cents/100, 10)
	}
	return fmt.Sprintf("%s$%d.%02d", sign, cents/100, cents%100)
}

// small writes less than a cent with two significant digits.
func small(nanos uint64) string {
	digits := fmt.Sprintf("%09d", nanos)
	first := strings.IndexFunc(digits, func(r rune) bool { return r != '0' })
	return "$0." + strings.TrimRight(digits[:min(first+2, len(digits))], "0")
}

// percent writes a share, cut: 0.899 is "89 %".
func percent(share float64) string {
	return strconv.FormatFloat(float64(int64(share*100+1e-9)), 'f', -1, 64) + " %"
}

// span writes a length of time in one or two units: "40 s", "12 min",
// "2 h 10 min", "3 days".
func span(d time.Duration) string {
	switch {
	case d < time.Second:
		return "1 s"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	case d < 48*time.Hour:
		h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
		if m == 0 || h >= 10 {
			return strconv.Itoa(h) + " h"
		}
		return fmt.Sprintf("%d h %d min", h, m)
	}
	return strconv.Itoa(int(d/(24*time.Hour))) + " days"
}

// lasting writes how long money lasts as a range, because a rate of the last
// hour promises no more than that.
func lasting(d time.Duration) string {
	low, high := d*8/10, d*12/10
	unit, name := time.Minute, "min"
	switch {
	case high >= 48*time.Hour:
		unit, name = 24*time.Hour, "days"
	case high >= 2*time.Hour:
		unit, name = time.Hour, "h"
	}
	a, b := int64(low/unit), int64((high+unit-1)/unit)
	if a == 0 {
		return fmt.Sprintf("%d %s or less", max(b, 1), name)
	}
	if a == b {
		return fmt.Sprintf("%d %s", a, name)
	}
	return fmt.Sprintf("%d–%d %s", a, b, name)
}

// plural writes "1 key", "3 keys".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func clock(t time.Time, loc *time.Location) string {
	if loc == nil {
		loc = time.Local
	}
	return t.In(loc).Format("15:04")
}

// clean makes text of a gateway safe to show: one line, no control or
// direction characters.
func clean(s string) string {
	if !strings.ContainsFunc(s, unsafeRune) {
		return strings.TrimSpace(s)
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unsafeRune(r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func unsafeRune(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError ||
		r == '\u2028' || r == '\u2029'
}

// shorten cuts a name to n characters, the last one being "…".
func shorten(name string, n int) string {
	if utf8.RuneCountInString(name) <= n {
		return name
	}
	r := []rune(name)
	return strings.TrimRightFunc(string(r[:max(n-1, 1)]), unicode.IsSpace) + "…"
}

// fitTitle makes a title of at most MaxTitle characters: make is called with
// the name and the gateway, the longer of the two shortened first.
func fitTitle(name, gateway string, make func(name, gateway string) string) string {
	name, gateway = clean(name), clean(gateway)
	for {
		t := make(name, gateway)
		over := utf8.RuneCountInString(t) - MaxTitle
		if over <= 0 {
			return t
		}
		n, g := utf8.RuneCountInString(name), utf8.RuneCountInString(gateway)
		const least = 6 // characters that still tell names apart
		switch {
		case n > least && (n >= g || g <= least):
			name = shorten(name, max(least, n-over))
		case g > least:
			gateway = shorten(gateway, max(least, g-over))
		default:
			return clip(t, MaxTitle)
		}
	}
}

// fitBody joins sentences as long as they fit; the first is cut if it must
// be, never within a word or a number.
func fitBody(sentences ...string) string {
	body := ""
	for _, s := range sentences {
		switch {
		case s == "":
		case body == "":
			body = clip(clean(s), MaxBody)
		case utf8.RuneCountInString(body)+1+utf8.RuneCountInString(s) <= MaxBody:
			body += " " + s
		}
	}
	return body
}

// clip cuts text to n characters at a space, with "…".
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	head := string([]rune(s)[:n-1])
	if cut := strings.LastIndexByte(head, ' '); cut > n/2 {
		head = head[:cut]
	} else {
		// One endless word: not within digits, which would show a wrong number.
		head = strings.TrimRightFunc(head, func(r rune) bool {
			return unicode.IsDigit(r) || r == '.' || r == '$' || r == ','
		})
	}
	return strings.TrimRight(head, " ,;:.") + "…"
}

// sentence ends text with a full stop and begins it with a capital.
func sentence(s string) string {
	s = clean(s)
	if s == "" {
		return ""
	}
	r, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[size:]
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "!") && !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, "…") {
		s += "."
	}
	return s
}
