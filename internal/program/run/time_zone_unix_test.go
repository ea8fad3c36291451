//go:build !windows

package run

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheZoneIsTheEnvironments(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "America/Lima", ""} {
		t.Setenv("TZ", zone)
		if got := systemZone(); got != zone {
			t.Errorf("TZ=%q: %q", zone, got)
		}
	}
}

// A system's zone is a link to its rules, or a copy of them.
func TestAnotherZoneOfTheSystemIsSeen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "localtime")
	seen := map[string]string{"nothing": zoneOfFile(path)}
	for name, set := range map[string]func() error{
		"a link":       func() error { return os.Symlink("/usr/share/zoneinfo/Europe/Berlin", path) },
		"another link": func() error { return os.Symlink("/usr/share/zoneinfo/America/Lima", path) },
		"a copy":       func() error { return os.WriteFile(path, []byte("TZif of Berlin"), 0o600) },
		"another copy": func() error { return os.WriteFile(path, []byte("TZif of Lima"), 0o600) },
	} {
		_ = os.Remove(path)
		if err := set(); err != nil {
			t.Fatal(err)
		}
		zone := zoneOfFile(path)
		if again := zoneOfFile(path); zone != again {
			t.Errorf("%s: %q, then %q", name, zone, again)
		}
		for other, had := range seen {
			if had == zone {
				t.Errorf("%s is told like %s: %q", name, other, zone)
			}
		}
		seen[name] = zone
	}
	if seen["nothing"] != "" {
		t.Errorf("without a file: %q", seen["nothing"])
	}
}
