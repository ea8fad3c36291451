package demo

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is one part of a scenario line.
type word struct {
	text   string // of a quoted word, what the quotes mean
	quoted bool   // "…"
	json   bool   // {…} or […]
}

var (
	errQuote = errors.New("a quoted word does not end")
	errJSON  = errors.New("a bracket is not closed")
)

// split cuts a line into words. A comment ends it.
func split(line string) ([]word, error) {
	var words []word
	for {
		line = strings.TrimLeftFunc(line, unicode.IsSpace)
		if line == "" || line[0] == '#' {
			return words, nil
		}
		w, rest, err := next(line)
		if err != nil {
			return nil, err
		}
		words, line = append(words, w), rest
	}
}

// next takes the first word of a line that begins with one.
func next(line string) (w word, rest string, err error) {
	switch line[0] {
	case '"', '`':
		q, err := strconv.QuotedPrefix(line)
		if err != nil {
			return w, "", errQuote
		}
		text, err := strconv.Unquote(q)
		if err != nil {
			return w, "", fmt.Errorf("a quoted word: %w", err)
		}
		return word{text: text, quoted: true}, line[len(q):], nil
	case '{', '[':
		n := bracketed(line)
		if n == 0 {
			return w, "", errJSON
		}
		return word{text: line[:n], json: true}, line[n:], nil
	}
	return bare(line)
}

// bare takes a word without quotes around it; what follows its = may have
// some.
func bare(line string) (w word, rest string, err error) {
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRuneInString(line[i:])
		if unicode.IsSpace(r) {
			return word{text: line[:i]}, line[i:], nil
		}
		i += n
		if r == '=' && i < len(line) && line[i] == '"' {
			value, rest, err := next(line[i:])
			return word{text: line[:i] + value.text}, rest, err
		}
	}
	return word{text: line}, "", nil
}

// bracketed is the length of the JSON value at the start of s, judged by its
// brackets and strings only; 0 if it does not end.
func bracketed(s string) int {
	depth, inString := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// args are the words of a directive, taken from the front, and its name=value
// words, taken by name. What nobody takes is an error.
type args struct {
	words []word
	named map[string]string
	err   error // the first thing that was wrong
}

// newArgs sorts words; only the names in known count as name=value.
func newArgs(words []word, known ...string) *args {
	a := &args{named: map[string]string{}}
	for _, w := range words {
		name, value, ok := strings.Cut(w.text, "=")
		if !ok || w.quoted || w.json {
			a.words = append(a.words, w)
			continue
		}
		if !slices.Contains(known, name) {
			a.fail("there is no %s= here", name)
		} else if _, twice := a.named[name]; twice {
			a.fail("%s= comes twice", name)
		}
		a.named[name] = value
	}
	return a
}

func (a *args) fail(format string, v ...any) {
	if a.err == nil {
		a.err = fmt.Errorf(format, v...)
	}
}

// word takes the next word, which is called what in the error.
func (a *args) word(what string) string {
	w := a.text(what)
	if w == "" {
		a.fail("%s is empty", what)
	}
	return w
}

// text is word for what may be empty.
func (a *args) text(what string) string {
	if len(a.words) == 0 {
		a.fail("%s is missing", what)
		return ""
	}
	w := a.words[0]
	a.words = a.words[1:]
	return w.text
}

// flag takes the next word if it is name.
func (a *args) flag(name string) bool {
	if len(a.words) > 0 && a.words[0].text == name && !a.words[0].quoted {
		a.words = a.words[1:]
		return true
	}
	return false
}

// optional takes the next word, if there is one.
func (a *args) optional() string {
	if len(a.words) == 0 {
		return ""
	}
	w := a.words[0]
	a.words = a.words[1:]
	return w.text
}

// oneOf takes the next word, which must be among list.
func (a *args) oneOf(what string, list ...string) string {
	w := a.word(what)
	if w != "" && !slices.Contains(list, w) {
		a.fail("%s is %q, not one of %s", what, w, strings.Join(list, ", "))
	}
	return w
}

// int takes the named value as a whole number; or otherwise.
func (a *args) int(name string, otherwise, least, most int) int {
	text, ok := a.named[name]
	if !ok {
		return otherwise
	}
	return a.number(name+"=", text, least, most)
}

func (a *args) number(what, text string, least, most int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		a.fail("%s is %q, not a whole number from %d to %d", what, text, least, most)
		return least
	}
	return n
}

// money reads an amount in dollars.
func (a *args) money(what, text string) usd {
	u, err := parseUSD(text)
	if err != nil {
		a.fail("%s: %w", what, err)
	}
	return u
}

// list takes the named value as words between commas; nil if it is not there.
func (a *args) list(name string) []string {
	text, ok := a.named[name]
	if !ok {
		return nil
	}
	return a.commas(name+"=", text)
}

func (a *args) commas(what, text string) []string {
	parts := strings.Split(text, ",")
	for _, p := range parts {
		if p == "" {
			a.fail("%s has an empty part", what)
		}
	}
	return parts
}

// end returns what was wrong, if anything, a word too many included.
func (a *args) end() error {
	if a.err == nil && len(a.words) > 0 {
		return fmt.Errorf("%q is too much", a.words[0].text)
	}
	return a.err
}

// parseUSD reads a non-negative decimal number of dollars exactly, with at
// most nine decimals.
func parseUSD(s string) (usd, error) {
	whole, frac, _ := strings.Cut(s, ".")
	if whole == "" || len(frac) > 9 || !digits(whole) || !digits(frac) || len(whole) > 9 {
		return 0, fmt.Errorf("%q is not an amount of dollars", s)
	}
	n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", 9-len(frac)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not an amount of dollars", s)
	}
	return usd(n), nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
