package history

import (
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
)

// ftsQuery is the query in the search index's language, "" if nothing in it is
// for the index.
func (q Query) ftsQuery() string {
	var all []string
	mark := func(letter string, values ...string) {
		ors := make([]string, len(values))
		for i, v := range values {
			ors[i] = `"ᚠ` + letter + v + `"`
		}
		if len(ors) > 0 {
			all = append(all, "(names : "+strings.Join(ors, " OR names : ")+")")
		}
	}
	named := func(letter string, values ...string) {
		for i, v := range values {
			values[i] = hex.EncodeToString([]byte(clip(v)))
		}
		mark(letter, values...)
	}
	named("g", words(string(q.Gateway))...)
	named("k", words(q.Keys...)...)
	named("p", words(q.Providers...)...)
	named("t", words(string(q.Task))...)
	var kinds, ranks []string
	for _, k := range q.Kinds {
		kinds = append(kinds, hex.EncodeToString([]byte(k)))
	}
	for _, s := range q.Severities {
		ranks = append(ranks, fmt.Sprint(s.Rank()))
	}
	mark("e", kinds...)
	mark("s", ranks...)
	wanted, unwanted := parsePhrases(q.Text)
	all = append(all, wanted...)
	if len(all) == 0 {
		if len(unwanted) == 0 {
			return ""
		}
		all = append(all, `(names : "ᚠs0" OR names : "ᚠs1" OR names : "ᚠs2")`) // everything
	}
	expr := strings.Join(all, " AND ")
	if len(unwanted) > 0 {
		expr = "(" + expr + ") NOT (" + strings.Join(unwanted, " OR ") + ")"
	}
	return expr
}

// words are the values that are looked for: an empty one stands for none.
func words[T ~string](values ...T) []string {
	var all []string
	for _, v := range values {
		if v != "" {
			all = append(all, string(v))
		}
	}
	return all
}

// maxSearchWords bounds how much of a search text is looked at.
const maxSearchWords = 24

// parsePhrases splits what a person typed into phrases of the search index, each
// quoted so that nothing in it is an operator.
func parsePhrases(text string) (wanted, unwanted []string) {
	text = cleanText(cut(text, maxText))
	for len(wanted)+len(unwanted) < maxSearchWords {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if text == "" {
			break
		}
		not := false
		if len(text) > 1 && text[0] == '-' {
			not, text = true, text[1:]
		}
		var word string
		if text[0] == '"' {
			word, text, _ = strings.Cut(text[1:], `"`)
		} else if end := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '"' }); end >= 0 {
			word, text = text[:end], text[end:]
		} else {
			word, text = text, ""
		}
		phrase, ok := phraseOf(word)
		switch {
		case !ok:
		case not:
			unwanted = append(unwanted, phrase)
		default:
			wanted = append(wanted, phrase)
		}
	}
	return wanted, unwanted
}

// phraseOf quotes a word; ok is false if it holds nothing that is indexed.
func phraseOf(word string) (phrase string, ok bool) {
	if !strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		return "", false
	}
	bare := strings.TrimSuffix(word, "*")
	phrase = `"` + strings.ReplaceAll(bare, `"`, `""`) + `"`
	if bare != word {
		phrase += " *"
	}
	return phrase, true
}
