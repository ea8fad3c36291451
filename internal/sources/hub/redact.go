package hub

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"gatewatch/internal/foundation/secret"
)

// hidden replaces what must not be seen.
const hidden = "[secret]"

// rememberedSecrets bounds how many credentials of the past are still hidden:
// a text of the server may repeat one that was just refreshed.
const rememberedSecrets = 8

// secretPattern matches what gives itself away as a secret: a query's token or
// connection id, an Authorization value, the user part of a URL.
var secretPattern = regexp.MustCompile(`(?i)(access_token=|\bid=|\bbearer\s+|asrs\.sig=)[^&\s"']+|(://)[^/\s"']+(@)`)

// redactor hides the credentials that a hub has used, and what looks like one,
// in texts for logs and people. Its methods may be called from anywhere.
type redactor struct {
	mu    sync.Mutex
	known []string // guarded by mu; newest last
}

func newRedactor() *redactor { return &redactor{} }

// learn makes s one of the secrets to hide. Very short ones are not
// recognisable in a text and are left to the patterns.
func (r *redactor) learn(s secret.String) {
	plain := s.Reveal()
	if len(plain) < 4 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.Contains(r.known, plain) {
		return
	}
	r.known = append(r.known, plain)
	if len(r.known) > rememberedSecrets {
		r.known = r.known[1:]
	}
}

// text returns s without secrets.
func (r *redactor) text(s string) string {
	r.mu.Lock()
	for _, k := range r.known {
		s = strings.ReplaceAll(s, k, hidden)
	}
	r.mu.Unlock()
	return secretPattern.ReplaceAllString(s, "${1}${2}"+hidden+"${3}")
}

// error returns the text of err without secrets.
func (r *redactor) error(err error) string { return r.text(err.Error()) }

// sample returns the beginning of b as text for a log: no secrets, no control
// characters.
func (r *redactor) sample(b []byte, n int) string {
	if len(b) > 4*n {
		b = b[:4*n]
	}
	clean := []rune(strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(r.text(string(b)), "?")))
	if len(clean) > n {
		clean = clean[:n]
	}
	return string(clean)
}
