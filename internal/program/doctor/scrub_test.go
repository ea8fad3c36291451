package doctor

import (
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gatewatch/internal/foundation/secret"
)

// TestNoKeyGetsThrough: however a key stands in a text, and wherever the text
// is cut, nothing that could be guessed from is left of it.
func TestNoKeyGetsThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.StringMatching(`[A-Za-z0-9+/=&"'_-]{12,40}`).Draw(t, "key")
		forms := []string{key, url.QueryEscape(key), url.PathEscape(key), html.EscapeString(key), dotnet(key), golang(key), "Bearer " + key, "access_token=" + url.QueryEscape(key)}
		before := rapid.StringMatching(`[a-z .:\n]{0,120}`).Draw(t, "before")
		text := before + rapid.SampledFrom(forms).Draw(t, "form") + rapid.StringMatching(`[ .,]{0,9}`).Draw(t, "after")
		s := newScrubber(false)
		s.home, s.user = "", ""
		s.secret(secret.New(key))
		for _, got := range []string{s.cleaner()(text), s.quote([]byte(text), 100)} {
			for i := 0; i+8 <= len(key); i++ {
				if part := key[i : i+8]; strings.Contains(got, part) && !strings.Contains(before, part) {
					t.Fatalf("%q of %q is left in %q", part, key, got)
				}
			}
		}
	})
}

// dotnet writes a key as .NET's JSON does.
func dotnet(s string) string {
	return strings.NewReplacer("+", `\u002B`, "&", `\u0026`, "'", `\u0027`, `"`, `\u0022`).Replace(s)
}

// golang writes a key as Go's JSON does.
func golang(s string) string {
	b, _ := json.Marshal(s) // a string always can be
	return string(b[1 : len(b)-1])
}

func TestLongTextsAreCut(t *testing.T) {
	s := newScrubber(false)
	if got := []rune(s.cleaner()(strings.Repeat("ä", 5000))); len(got) != maxText+2 {
		t.Errorf("%d runes", len(got))
	}
	if got := s.quote([]byte("a\r\n\tb \x1b[31mred\u202e"), 100); got != "a b [31mred" {
		t.Errorf("%q", got)
	}
}

// A weak key is a key: one that is a word is hidden as well.
func TestAKeyThatIsAWordIsHidden(t *testing.T) {
	s := newScrubber(false)
	s.secret(secret.New("hunter"))
	if got := s.cleaner()("the gateway said: hunter is no key"); strings.Contains(got, "hunter") {
		t.Errorf("%q", got)
	}
}
