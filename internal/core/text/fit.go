package text

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of texts, in characters. Desktops wrap what is long: MaxTitle only
// bounds what a gateway may put on the screen, MaxListing a body that names many.
const (
	MaxTitle   = 200
	MaxBody    = 110
	MaxListing = 1400
)

// Clean makes text of a gateway safe to show: one line of visible, valid text,
// without control characters, characters that are invisible or change the
// reading direction of what follows, and with single spaces.
func Clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s { // bytes that are not UTF-8 come as U+FFFD
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			space = b.Len() > 0
			continue
		case invisible(r):
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// The joiners stay: Persian and Indic words and many emoji need them.
const nonJoiner, joiner = 0x200C, 0x200D

// invisible reports whether r is a format character.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) && r != nonJoiner && r != joiner
}

// Shorten cuts s to at most n characters, the last of them an ellipsis if
// anything was lost. It does not part a letter from its accents.
func Shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	end := max(n-1, 1)
	for end > n/2 && (continues(runes[end]) || runes[end-1] == joiner) {
		end--
	}
	return strings.TrimRightFunc(string(runes[:end]), unicode.IsSpace) + "…"
}

// continues reports whether r belongs to the character before it.
func continues(r rune) bool {
	return unicode.Is(unicode.M, r) || r == joiner || r >= 0x1F3FB && r <= 0x1F3FF
}

// shortenUnits cuts s to at most n UTF-16 units, the last of them an ellipsis if
// anything was lost.
func shortenUnits(s string, n int) string {
	if units(s) <= n {
		return s
	}
	used := 1
	for i, r := range s {
		used += utf16.RuneLen(r)
		if used > n {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}

func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// fitTitle makes a title of at most MaxTitle characters: make is called with
// the name and the gateway, the longer of the two shortened first.
func fitTitle(name, gateway string, make func(name, gateway string) string) string {
	name, gateway = Clean(name), Clean(gateway)
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
			name = Shorten(name, max(least, n-over))
		case g > least:
			gateway = Shorten(gateway, max(least, g-over))
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
			body = clip(Clean(s), MaxBody)
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
	s = Clean(s)
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

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

func stop(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
