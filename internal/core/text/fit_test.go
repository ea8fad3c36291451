package text

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                            "",
		"OpenAI is unhealthy — prod":  "OpenAI is unhealthy — prod",
		"  two \t\r\n lines\u2028x ":  "two lines x",
		"a\x00b\x1b[31mc\x07":         "a b [31mc",
		"user\u202Egnp.exe":           "usergnp.exe",
		"\u2066iso\u2069\u200E\uFEFF": "iso",
		"zero\u200Bwidth\u00AD":       "zerowidth",
		"می\u200Cخواهم":               "می\u200Cخواهم",
		"👩\u200D💻":                    "👩\u200D💻",
		"bad \xff\xfe bytes":          "bad \uFFFD\uFFFD bytes",
		"<b>&amp;</b>":                "<b>&amp;</b>",
	} {
		if diff := cmp.Diff(want, Clean(in)); diff != "" {
			t.Errorf("Clean(%q) (-want +got):\n%s", in, diff)
		}
	}
}

func TestShorten(t *testing.T) {
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{"longer", 5, "long…"},
		{"four four", 6, "four…"},
		{"äöüß!", 5, "äöüß!"},
		{"xxe\u0301yy", 4, "xx…"},   // not between e and its accent
		{"ab👩\u200D💻yyy", 5, "ab…"}, // not inside a joined emoji
		{strings.Repeat("\u0301", 20), 10, "\u0301\u0301\u0301\u0301\u0301…"}, // accents alone end somewhere
	} {
		if diff := cmp.Diff(tt.want, Shorten(tt.in, tt.limit)); diff != "" {
			t.Errorf("Shorten(%q, %d) (-want +got):\n%s", tt.in, tt.limit, diff)
		}
	}
}
