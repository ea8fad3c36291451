// Package secret holds values that must not be seen: keys of a gateway, and
// the places they are kept in. It does no concurrency of its own.
package secret

import "log/slog"

// mask is what every printing of a secret shows.
const mask = "[secret]"

// String is a secret. Only Reveal gives it away, so a search for Reveal finds
// every use. The zero value is "no secret".
type String struct{ s string }

// New wraps s.
func New(s string) String { return String{s: s} }

// Reveal returns the secret itself.
func (s String) Reveal() string { return s.s }

// Set reports whether there is a secret at all.
func (s String) Set() bool { return s.s != "" }

// Equal reports whether both hold the same secret.
func (s String) Equal(o String) bool { return s.s == o.s }

// String hides the secret from fmt.
func (s String) String() string {
	if s.s == "" {
		return ""
	}
	return mask
}

// GoString hides the secret from %#v.
func (s String) GoString() string { return s.String() }

// LogValue hides the secret from log/slog.
func (s String) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the secret from every encoder (JSON, TOML, text).
func (s String) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
