//go:build !windows

package run

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
)

// systemZone names the time zone that the system is set to, as far as it can be
// told without asking anybody; "" where it cannot.
func systemZone() string {
	if zone, set := os.LookupEnv("TZ"); set {
		return zone
	}
	return zoneOfFile("/etc/localtime")
}

// zoneOfFile names the zone of such a file: where it leads, or, of a copy, what
// is in it.
func zoneOfFile(path string) string {
	if link, err := os.Readlink(path); err == nil {
		return link
	}
	rules, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(rules)
	return hex.EncodeToString(sum[:])
}
