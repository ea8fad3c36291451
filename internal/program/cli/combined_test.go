package cli_test

import (
	"strings"
	"testing"
)

// What would be ignored beside another option is refused before anything is begun.
func TestOptionsThatWouldBeIgnored(t *testing.T) {
	home(t)
	for _, c := range []struct{ args, says string }{
		{"window --demo --profile x", "Give only one of --demo, --profile and --core/--admin: --demo and --profile are given."},
		{"--demo --core http://127.0.0.1:1", "Give only one of --demo"},
		{"watch --profile x --scenario outage", "The option --scenario is not used beside --profile"},
		{"status --core http://127.0.0.1:1 --seed 5", "The option --seed is not used beside --core/--admin"},
		{"doctor --rate 5", "The option --rate is of the demo alone: give --demo too."},
		{"export --today --incident x", "The option --today is not used beside --incident"},
		{"export --incident x --since 1h", "The option --since is not used beside --incident"},
		{"export --today --text x", "The option --text is not used beside --today"},
		{"export --since 1h --until 2h", "Nothing lies between --since and --until"},
		{"export --until 2d", "Nothing lies between --since and --until"},
		{"export --since 2999-01-01", "a time that is still to come"},
		{"forecast --profile x --core http://127.0.0.1:1", "Give --profile or the addresses"},
		{"demo-gateway --list --scenario calm", "The option --scenario is not used beside --list"},
	} {
		got := execute(strings.Fields(c.args)...)
		if got.code != 2 || got.out != "" || !strings.Contains(got.err, c.says) || strings.Contains(got.err, "..") {
			t.Errorf("%s: %d %q %q", c.args, got.code, got.out, got.err)
		}
	}
}
