package history

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gatewatch/internal/core/event"
)

// redactor replaces what an export should not show. The zero value hides only
// what may hold a secret.
type redactor struct {
	salt  []byte // nil: names stay
	names map[string]string
	// words are names that may stand within a text, longest first.
	words []string
	// hideAmounts leaves out money.
	hideAmounts bool
}

// hides reports whether anything is left out.
func (r *redactor) hides() bool { return r.salt != nil || r.hideAmounts }

// newRedactor hides names, each by a hash that nobody without salt can find by
// trying names.
func newRedactor(salt string) *redactor {
	return &redactor{salt: []byte(salt), names: map[string]string{}}
}

// learn makes name be hidden wherever it stands as a whole word.
func (m *redactor) learn(name string) {
	if name == "" || m.names[name] != "" {
		return
	}
	h := hmac.New(sha256.New, m.salt)
	h.Write([]byte(name))
	m.names[name] = "key-" + hex.EncodeToString(h.Sum(nil))[:10]
	m.words = append(m.words, name)
}

// sort makes longer names be looked for first.
func (m *redactor) sort() {
	slices.SortFunc(m.words, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
}

func (m *redactor) name(s string) string {
	if s == "" || m.salt == nil {
		return s
	}
	m.learn(s)
	return m.names[s]
}

// urlSecrets matches the parts of a URL in which secrets travel: user
// information, and what follows ? or #.
var (
	urlUser  = regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*://)[^/\s"'<>@]*@`)
	urlQuery = regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*://[^\s"'<>?#]*)[?#][^\s"'<>]*`)
	// Tokens are known by a word that announces one, and by the usual beginnings.
	bearer = regexp.MustCompile(`(?i)\b(bearer|api[_-]?key|access[_-]?token|authorization|password|secret)(["']?\s*[:= ]\s*["']?)[A-Za-z0-9._~+/=-]{8,}`)
	token  = regexp.MustCompile(`\b(sk|pk|ck|condt|condukt|vk)[-_][A-Za-z0-9_-]{16,}\b`)
)

// noSecrets cuts what may be a secret out of a text.
func noSecrets(s string) string {
	s = urlUser.ReplaceAllString(s, "$1…@")
	s = urlQuery.ReplaceAllString(s, "$1?…")
	s = bearer.ReplaceAllString(s, "$1$2…")
	return token.ReplaceAllString(s, "$1-…")
}

// dollars finds amounts of money in a sentence, as package text writes them.
var dollars = regexp.MustCompile(`-?\$[0-9][0-9,]*(\.[0-9]+)?`)

// amounts are the fields of a body that hold nano-dollars.
var amounts = map[string]bool{
	"amount": true, "balance": true, "spent": true, "after": true, "total": true, "spend": true, "limit": true,
	"credits": true, "base": true, "other": true, "paidFor": true, "today": true,
}

// text hides known names in a sentence.
func (m *redactor) text(s string) string {
	s = noSecrets(s)
	if m.hideAmounts {
		s = dollars.ReplaceAllString(s, "$$…")
	}
	if m.salt == nil {
		return s
	}
	for _, name := range m.words {
		if !isShortNumber(name) {
			s = replaceWhole(s, name, m.names[name])
		}
	}
	// A short number is hidden only where it is called a key: "7" also stands
	// in amounts and times.
	for _, name := range m.words {
		if isShortNumber(name) {
			s = replaceAfterWord(s, name, m.names[name])
		}
	}
	return s
}

func isShortNumber(s string) bool {
	return len(s) < 8 && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// replaceWhole replaces name where no letter or digit touches it.
func replaceWhole(s, name, by string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, name)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+len(name):])
		b.WriteString(s[:i])
		if isWordRune(before) || isWordRune(after) {
			b.WriteString(name)
		} else {
			b.WriteString(by)
		}
		s = s[i+len(name):]
		if s == "" {
			return b.String()
		}
	}
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// announcing matches what stands before a number that is a key's: "key ",
// "keys 3, 5 and ", "key #", and a name that was replaced with "(".
var announcing = regexp.MustCompile(`(?i)(\b(keys?|groups?)(\s+|\s*[#:(]\s*)([\w.-]+(,\s*|\s+and\s+))*|\bkey-[0-9a-f]{10}\s*\()$`)

// replaceAfterWord replaces name where announcing says that it is a key's.
func replaceAfterWord(s, name, by string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, name)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		after, _ := utf8.DecodeRuneInString(s[i+len(name):])
		head := b.String() + s[:i]
		b.WriteString(s[:i])
		if announcing.MatchString(head) && !isWordRune(after) {
			b.WriteString(by)
		} else {
			b.WriteString(name)
		}
		s = s[i+len(name):]
	}
}

func (m *redactor) record(r record) record {
	m.learnFrom(r.Body)
	r.Text = m.text(r.Text)
	r.Key = m.name(r.Key)
	r.Body = m.body(r.Body)
	return r
}

// learnFrom learns the name of a key or a group that a body has: what told it
// may not be in the history any more.
func (m *redactor) learnFrom(b json.RawMessage) {
	var of struct{ Key, Group, Name string }
	if m.salt == nil || json.Unmarshal(b, &of) != nil || of.Name == "" || of.Key+of.Group == "" || m.names[of.Name] != "" {
		return
	}
	m.learn(of.Name)
	m.sort()
}

// hidden are the fields of a body that name a key, a group or a person, or
// that hold words of an administrator.
var hidden = map[string]bool{"key": true, "group": true, "request": true, "keyName": true, "by": true}

// dropped are fields whose value is free text that may hold anything.
var dropped = map[string]bool{"old": true, "new": true, "data": true, "sample": true, "note": true}

// body hides what is to be hidden in JSON, however deep. Numbers stay as they
// were written.
func (m *redactor) body(b json.RawMessage) json.RawMessage {
	dec := json.NewDecoder(strings.NewReader(string(b)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return json.RawMessage("{}")
	}
	return asJSON(m.value("", v))
}

func (m *redactor) value(field string, v any) any {
	if m.hideAmounts && amounts[field] {
		return nil
	}
	switch v := v.(type) {
	case map[string]any:
		named := isKeyEntity(v)
		for k, inner := range v {
			if named && (k == "id" || k == "name") {
				k2, _ := inner.(string)
				v[k] = m.name(k2)
				continue
			}
			v[k] = m.value(k, inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = m.value(field, inner)
		}
	case string:
		return m.word(field, v)
	default:
		if m.salt != nil && dropped[field] {
			return nil
		}
	}
	if m.salt != nil && dropped[field] {
		return nil
	}
	return v
}

func (m *redactor) word(field, s string) any {
	switch {
	case m.salt != nil && dropped[field]:
		return "…"
	case m.salt != nil && hidden[field]:
		return m.name(s)
	}
	return m.text(s)
}

// isKeyEntity reports whether an object is about a key or a key group: then
// its id and name are theirs.
func isKeyEntity(v map[string]any) bool {
	if _, ok := v["key"]; ok {
		return true
	}
	if _, ok := v["group"]; ok {
		return true
	}
	return v["entity"] == string(event.EntityVirtualKey) || v["entity"] == string(event.EntityKeyGroup)
}

// namings are the kinds whose body names a key or a group, and the fields that
// do. Of navigation.changed that holds only where the entity is one of them.
var namings = []struct {
	kind   event.Kind
	fields []string
}{
	{event.KeyRead{}.Kind(), []string{"key", "name", "group"}},
	{event.KeyChanged{}.Kind(), []string{"key", "name"}},
	{event.GroupRead{}.Kind(), []string{"group", "name"}},
	{event.GroupCredited{}.Kind(), []string{"group", "name"}},
	{event.NavigationChanged{}.Kind(), []string{"id", "name"}},
}

// loadNames finds the names and ids of keys and groups in the history, so
// that they are hidden in every text.
func (d *DB) loadNames(ctx context.Context, mask *redactor) error {
	keys, err := column[string](ctx, d.reader(), `SELECT DISTINCT key FROM spend_day`)
	if err != nil {
		return wrapSQLite(err)
	}
	for _, k := range keys {
		mask.learn(k)
	}
	entities, err := column[string](ctx, d.reader(), `SELECT DISTINCT entity FROM instance WHERE entity_kind IN ('key', 'group')`)
	if err != nil {
		return wrapSQLite(err)
	}
	for _, k := range entities {
		mask.learn(k)
	}
	for _, n := range namings {
		for _, field := range n.fields {
			names, err := column[string](ctx, d.reader(), `SELECT DISTINCT json_extract(e.body, ?)
				FROM event_fts CROSS JOIN event e ON e.seq = event_fts.rowid WHERE event_fts MATCH ?
				AND coalesce(json_extract(e.body, ?), '') <> ''
				AND coalesce(json_extract(e.body, '$.entity'), 'virtual_key') IN ('virtual_key', 'key_group')`,
				"$."+field, Query{Kinds: []event.Kind{n.kind}}.ftsQuery(), "$."+field)
			if err != nil {
				return wrapSQLite(err)
			}
			for _, name := range names {
				mask.learn(name)
			}
		}
	}
	mask.sort()
	return nil
}
