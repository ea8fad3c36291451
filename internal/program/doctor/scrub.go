package doctor

import (
	"cmp"
	"fmt"
	"html"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"gatewatch/internal/foundation/secret"
)

// What stands for what is hidden.
const (
	hidden     = "[secret]"
	hiddenUser = "[user]"
)

// Limits of what is hidden and shown: a shorter secret would be found in every
// other word, a longer text is cut.
const (
	minSecret = 4
	minUser   = 3
	maxText   = 600
)

// announced matches what gives itself away as a secret: a token or connection
// in a query, a value of Authorization, the user part of an address, a key by
// its usual beginning.
var announced = regexp.MustCompile(`(?i)((?:access_token|api_key|\bid)=|\bbearer\s+)[^&\s"']+|(://)[^/\s"']+(@)|\b((?:condt|emk|ek|sk)[_-])[A-Za-z0-9+/=_-]{12,}`)

// scrubber takes out of a report what others must not read. It is learned to
// while looking, by any goroutine, and used once at the end.
type scrubber struct {
	redact bool
	home   string
	user   string

	mu    sync.Mutex
	words map[string]string // guarded by mu: what is replaced, and by what
	hosts int               // guarded by mu
}

func newScrubber(redact bool) *scrubber {
	s := &scrubber{redact: redact, words: map[string]string{}}
	if home, err := os.UserHomeDir(); err == nil && len(home) > 1 {
		s.home = strings.TrimRight(home, `/\`)
	}
	for _, name := range []string{"USER", "USERNAME"} {
		if u := os.Getenv(name); len(u) >= minUser {
			s.user = u
		}
	}
	return s
}

// learn takes the secrets and hosts of a gateway.
func (s *scrubber) learn(g Gateway) {
	for _, k := range g.Config.VirtualKeys {
		s.secret(k.Secret)
	}
	s.secret(g.Config.MasterKey)
	for _, a := range []string{g.Config.CoreURL, g.Config.AdminURL, g.Config.Network.Proxy} {
		if u, err := url.Parse(strings.TrimSpace(a)); err == nil {
			s.address(u)
		}
	}
}

// secret hides k, also as it stands in addresses, in pages and in JSON.
func (s *scrubber) secret(k secret.String) {
	plain := strings.TrimSpace(k.Reveal())
	if len(plain) < minSecret {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, form := range []string{
		plain, url.QueryEscape(plain), url.PathEscape(plain), html.EscapeString(plain),
		inJSON(plain, "%04X", `+&<>'"`+"`"), inJSON(plain, "%04x", `&<>`), // as .NET and Go write it
	} {
		s.words[form] = hidden
	}
}

// inJSON writes s as a JSON text has it, with some characters as numbers.
func inJSON(s, format, numbered string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case strings.ContainsRune(numbered, r):
			fmt.Fprintf(&b, `\u`+format, r)
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// address hides the password of u, and its host where that is wanted.
func (s *scrubber) address(u *url.URL) {
	if password, ok := u.User.Password(); ok {
		s.secret(secret.New(password))
	}
	s.host(u.Hostname())
}

// host hides the name or address of a host where that is wanted.
func (s *scrubber) host(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.redact || name == "" || s.words[name] != "" {
		return
	}
	s.hosts++
	s.words[name] = fmt.Sprintf("host-%d", s.hosts)
}

// report cleans every text of r.
func (s *scrubber) report(r *Report) {
	clean := s.cleaner()
	r.Note = clean(r.Note)
	for i := range r.Sections {
		sec := &r.Sections[i]
		sec.Title = clean(sec.Title)
		for j := range sec.Checks {
			f := &sec.Checks[j]
			f.Title, f.Text, f.Do = clean(f.Title), clean(f.Text), clean(f.Do)
			for k := range f.Details {
				f.Details[k].Name, f.Details[k].Value = clean(f.Details[k].Name), clean(f.Details[k].Value)
			}
		}
	}
}

// cleaner returns what makes a text fit to be passed on.
func (s *scrubber) cleaner() func(string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := make([]string, 0, len(s.words))
	for w := range s.words {
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, w := range words { // the first pair that fits wins: longer ones first
		pairs = append(pairs, w, s.words[w])
	}
	known := strings.NewReplacer(pairs...)
	home, user := s.home, s.user
	return func(text string) string {
		text = known.Replace(printable(text))
		text = announced.ReplaceAllString(text, "${1}${2}${4}"+hidden+"${3}")
		if home != "" {
			text = strings.ReplaceAll(text, home, "~")
		}
		if user != "" {
			text = strings.ReplaceAll(text, "/"+user+"/", "/"+hiddenUser+"/")
			text = strings.ReplaceAll(text, `\`+user+`\`, `\`+hiddenUser+`\`)
		}
		if r := []rune(text); len(r) > maxText {
			text = string(r[:maxText]) + " …"
		}
		return text
	}
}

// printable replaces what could move a terminal's cursor or turn text around.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

// quote is the beginning of something that a server said, as text: cleaned
// before it is cut, since half a key is not recognised any more.
func (s *scrubber) quote(b []byte, most int) string {
	return quote([]byte(s.cleaner()(strings.Join(strings.Fields(printable(string(b))), " "))), most)
}

// quote is the beginning of something that holds no secret, as text.
func quote(b []byte, most int) string {
	r := []rune(strings.Join(strings.Fields(printable(string(b))), " "))
	if len(r) > most {
		return string(r[:most]) + " …"
	}
	return string(r)
}
