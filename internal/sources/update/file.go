// Package update reads the file that names the newest version, at an address
// that the administrator chose, and believes it only if it is signed with their
// key. It installs nothing, remembers nothing and asks by itself for nothing;
// it does no concurrency of its own.
package update

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Errors of what an address gives, or of what is asked for.
var (
	// ErrKey: the key of the settings is no ed25519 public key.
	ErrKey = errors.New("update: not an ed25519 public key in base64")
	// ErrSignature: the file is not signed with the key.
	ErrSignature = errors.New("update: the signature is wrong")
	// ErrForm: what was found is no version file.
	ErrForm = errors.New("update: not a version file")
	// ErrRedirect: the address leads elsewhere, and is not followed.
	ErrRedirect = errors.New("update: the address redirects")
	// ErrLarge: what was found is larger than a version file may be.
	ErrLarge = errors.New("update: too large for a version file")
	// ErrStatus: the server answers with another status than 200.
	ErrStatus = errors.New("update: the server has no such file")
	// ErrReplayed: the file is older than one that was believed before.
	ErrReplayed = errors.New("update: an older file than was seen before")
	// ErrFuture: the file was signed later than it is now.
	ErrFuture = errors.New("update: signed in the future")
	// ErrExpired: the file is no longer what its signer stands for.
	ErrExpired = errors.New("update: the file has expired")
)

// heading begins every version file.
const heading = "gatewatch-version 1"

// Release is what a version file says.
type Release struct {
	Version string    `json:"version"`
	At      time.Time `json:"at"`              // when it was signed
	Until   time.Time `json:"until,omitzero"`  // after that it is not believed any more; zero: for ever
	Notes   string    `json:"notes,omitempty"` // address of what is new
}

// clockSkew is how far the clocks of two computers may be apart.
const clockSkew = 24 * time.Hour

// Read checks a version file: a heading, the signature in base64, and what is
// signed. before is when the newest file was signed that was believed before.
func Read(raw []byte, key ed25519.PublicKey, now, before time.Time) (r Release, err error) {
	first, rest, _ := bytes.Cut(raw, []byte("\n"))
	line, signed, ok := bytes.Cut(rest, []byte("\n"))
	if !ok || string(first) != heading {
		return r, ErrForm
	}
	signature, err := base64.StdEncoding.DecodeString(string(line))
	if err != nil {
		return r, ErrForm
	}
	if !ed25519.Verify(key, append([]byte(heading+"\n"), signed...), signature) {
		return r, ErrSignature
	}
	if err := json.Unmarshal(signed, &r); err != nil || !IsVersion(r.Version) || r.At.IsZero() {
		return r, ErrForm
	}
	switch {
	case r.At.After(now.Add(clockSkew)):
		return r, fmt.Errorf("%w: at %s", ErrFuture, r.At.UTC().Format(time.RFC3339))
	case r.At.Before(before):
		return r, ErrReplayed
	case !r.Until.IsZero() && now.After(r.Until):
		return r, fmt.Errorf("%w: at %s", ErrExpired, r.Until.UTC().Format(time.RFC3339))
	}
	if !isLink(r.Notes) {
		r.Notes = ""
	}
	return r, nil
}

// ParseKey reads a public key: 32 bytes in base64.
func ParseKey(text string) (ed25519.PublicKey, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, ErrKey
	}
	return raw, nil
}

func isLink(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
