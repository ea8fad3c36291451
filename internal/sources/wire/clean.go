package wire

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Bounds of text. Nothing that the gateway sends as a name or a message is
// shown longer than maxRunes.
const (
	maxRunes   = 200
	maxURL     = 2048 // bytes; a longer address of a result is not kept
	maxData    = 4096 // bytes of navigation data that are kept
	sampleFrom = 4096 // bytes of a payload that a sample is made from
)

// clean makes text of the gateway safe to show: control characters and marks
// that turn the direction of writing become U+FFFD, line breaks and tabs
// become spaces, invalid UTF-8 becomes U+FFFD, and what is over limit runes is
// cut. HTML stays as it is: it is text. altered is true if anything was done,
// be it before, in unquoting.
func clean(s string, limit int) (text string, altered bool) {
	if len(s) <= limit && printable(s) {
		return s, false
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == limit-1 && utf8.RuneCountInString(s) > limit {
			b.WriteRune('…')
			break
		}
		b.WriteRune(harmless(r))
		n++
	}
	text = b.String()
	return text, text != s || strings.ContainsRune(text, utf8.RuneError)
}

// printable reports plain ASCII without control characters.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// harmless replaces a rune that would not show, or would disturb its
// neighbours.
func harmless(r rune) rune {
	switch {
	case r == '\n', r == '\r', r == '\t', r == '\v', r == '\f',
		r == 0x85, r == 0x2028, r == 0x2029: // line breaks of all kinds
		return ' '
	case r < 0x20, r >= 0x7f && r <= 0x9f: // C0, DEL, C1
		return utf8.RuneError
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, // embeddings, overrides, isolates
		r == 0x200e, r == 0x200f, r == 0x061c: // direction marks
		return utf8.RuneError
	case r == 0x200b, r == 0xfeff, r >= 0x2060 && r <= 0x2064, // zero width
		r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f: // annotations, tags
		return utf8.RuneError
	}
	return r
}

// secretWord finds things that look like a credential, and values of fields
// whose name says that they are one.
var (
	secretWord  = regexp.MustCompile(`(?i)\b(condt_|sk-|emk_|ek_|bearer\s+|basic\s+|eyJ)[A-Za-z0-9+/=_.\-]{4,}`)
	secretField = regexp.MustCompile(`(?i)("[^"]*(?:secret|password|passwd|token|apikey|api_key|credential|authorization|virtualkey|masterkey|connectionstring)"\s*:\s*")((?:[^"\\]|\\.)*)`)
	secretName  = regexp.MustCompile(`(?i)secret|password|passwd|token$|api_?key|credential|authorization|virtual_?key$|master_?key|connection_?string`)
)

// hidden stands for what was a secret.
const hidden = "[hidden]"

// redact hides what looks like a credential in text, which may be JSON.
func redact(s string) string {
	s = secretField.ReplaceAllString(s, "${1}"+hidden)
	return secretWord.ReplaceAllString(s, hidden)
}

// sample is the beginning of a payload, fit to be shown.
func sample(b []byte) string {
	text, _ := clean(redact(string(b[:min(len(b), sampleFrom)])), maxRunes)
	return text
}

// Clean makes text of the gateway safe to show, at most 200 runes of it, for
// who reads it by another way than a hub.
func Clean(s string) string {
	text, _ := clean(s, maxRunes)
	return text
}

// Redact is a named value without what looks like a credential: all of it is
// hidden if the name says that it is one.
func Redact(name, value string) string {
	if value != "" && secretName.MatchString(name) {
		return hidden
	}
	return redact(value)
}
