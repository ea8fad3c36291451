package desktop

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gatewatch/internal/notify"
)

// The most that a notice's texts may hold, in characters: what the common
// desktops show without cutting.
const (
	maxTitle = 45
	maxBody  = 110
)

// text is a notice's words as they are given to a service.
type text struct{ title, body string }

// textOf cleans and cuts n's words. Names in them come from the gateway and
// may hold anything.
func textOf(n notify.Notice) text {
	return text{cut(clean(n.Title), maxTitle), cut(clean(n.Body), maxBody)}
}

// clean makes s one line of visible text: valid UTF-8, without control
// characters, characters that change the reading direction of what follows, or
// invisible ones, and with single spaces.
func clean(s string) string {
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

// invisible reports whether r is a format character. The two joiners stay:
// Persian and Indic words and many emoji need them.
func invisible(r rune) bool {
	const nonJoiner, joiner = 0x200C, 0x200D
	return unicode.Is(unicode.Cf, r) && r != nonJoiner && r != joiner
}

// cut shortens s to at most limit characters, the last of them an ellipsis if
// anything was lost. It does not part a letter from its accents.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	runes := []rune(s)
	end := limit - 1
	for end > limit/2 && (continues(runes[end]) || runes[end-1] == 0x200D) {
		end--
	}
	return strings.TrimRight(string(runes[:end]), " ") + "…"
}

// continues reports whether r belongs to the character before it.
func continues(r rune) bool {
	return unicode.Is(unicode.M, r) || r == 0x200D || r >= 0x1F3FB && r <= 0x1F3FF
}

// markup makes plain text safe for a service that reads the body as markup.
func markup(s string) string { return markupEscaper.Replace(s) }

var markupEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// argument makes text safe for the commands behind beeep: what begins with a
// hyphen would be an option, and kdialog and some services read markup.
func argument(s string) string {
	s = angles.Replace(s)
	if strings.HasPrefix(s, "-") {
		s = "‐" + s[1:] // the typographic hyphen
	}
	return s
}

// angles makes text safe for readers that may take it for markup, or may not.
var angles = strings.NewReplacer("<", "‹", ">", "›")
