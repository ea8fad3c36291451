package history

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// exporter is a form of an export being written: begin once, then lines, then end.
type exporter interface {
	begin(title string, facts [][2]string) error
	line(record) error
	end() error
}

func newExporter(w io.Writer, f Format) (exporter, error) {
	switch f {
	case FormatCSV:
		return &csvExporter{csv.NewWriter(w)}, nil
	case FormatJSONL:
		return &jsonlExporter{bufio.NewWriter(w)}, nil
	case FormatMarkdown:
		return &markdownExporter{bufio.NewWriter(w)}, nil
	case FormatHTML:
		return &htmlExporter{bufio.NewWriter(w)}, nil
	case FormatJSON:
		return &jsonExporter{w: bufio.NewWriter(w)}, nil
	}
	return nil, fmt.Errorf("history: unknown format %q (csv, jsonl, md, html, json)", f)
}

// timeForm is RFC 3339 with milliseconds, in UTC.
const timeForm = "2006-01-02T15:04:05.000Z07:00"

func formTime(t time.Time) string { return t.UTC().Format(timeForm) }

// csvExporter is a table for a spreadsheet.
type csvExporter struct{ w *csv.Writer }

func (s *csvExporter) begin(string, [][2]string) error {
	return s.w.Write([]string{
		"seq", "at", "type", "kind", "severity", "gateway", "source", "key", "provider", "task", "text", "body",
	})
}

func (s *csvExporter) line(r record) error {
	row := []string{
		"", "", r.Type, r.Kind, string(r.Severity), r.Gateway, r.Source, r.Key, r.Provider, r.Task, r.Text, string(r.Body),
	}
	for i, cell := range row {
		row[i] = escapeFormula(cell)
	}
	row[0], row[1] = strconv.FormatInt(r.Seq, 10), formTime(r.At)
	return s.w.Write(row)
}

func (s *csvExporter) end() error {
	s.w.Flush()
	return s.w.Error()
}

// escapeFormula keeps a spreadsheet from taking text as a formula: names come from a
// gateway, and "=HYPERLINK(…)" would be one. A number may keep its sign.
func escapeFormula(cell string) string {
	first := strings.TrimLeftFunc(cell, unicode.IsSpace)
	if first == "" {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	if strings.ContainsAny(cell[:1], "\t\r\n") || strings.ContainsRune("=+-@|%＝＋－＠", []rune(first)[0]) {
		return "'" + cell
	}
	return cell
}

// jsonlExporter has the lines of `watch --json`.
type jsonlExporter struct{ w *bufio.Writer }

// jsonLine is one line of `watch --json`.
type jsonLine struct {
	V       int             `json:"v"`
	Seq     int64           `json:"seq"`
	At      string          `json:"at"`
	Type    string          `json:"type"`
	Kind    string          `json:"kind"`
	Gateway string          `json:"gateway"`
	Source  string          `json:"source"`
	Body    json.RawMessage `json:"body"`
}

func (s *jsonlExporter) begin(string, [][2]string) error { return nil }

func (s *jsonlExporter) line(r record) error {
	body := r.Body
	if !json.Valid(body) {
		body = json.RawMessage("{}")
	}
	b, err := json.Marshal(jsonLine{1, r.Seq, formTime(r.At), r.Type, r.Kind, r.Gateway, r.Source, body})
	if err != nil {
		return fmt.Errorf("history: export: %w", err)
	}
	_, err = s.w.Write(append(b, '\n'))
	return err
}

func (s *jsonlExporter) end() error { return s.w.Flush() }

// markdownExporter is a page for a person.
type markdownExporter struct{ w *bufio.Writer }

func (s *markdownExporter) begin(title string, facts [][2]string) error {
	fmt.Fprintf(s.w, "# %s\n\n", escapeMarkdown(title)) // bufio keeps an error until Flush
	for _, f := range facts {
		fmt.Fprintf(s.w, "- **%s:** %s\n", escapeMarkdown(f[0]), escapeMarkdown(f[1]))
	}
	if len(facts) > 0 {
		fmt.Fprintln(s.w)
	}
	_, err := fmt.Fprint(s.w, "| Time (UTC) | Severity | Gateway | What | Text |\n|---|---|---|---|---|\n")
	return err
}

func (s *markdownExporter) line(r record) error {
	_, err := fmt.Fprintf(s.w, "| %s | %s | %s | %s | %s |\n", formTime(r.At), escapeMarkdown(string(r.Severity)),
		escapeMarkdown(r.Gateway), escapeMarkdown(r.Kind), escapeMarkdown(r.Text))
	return err
}

func (s *markdownExporter) end() error { return s.w.Flush() }

// wwwDot begins what some readers of Markdown make a link of by themselves.
var wwwDot = regexp.MustCompile(`(?i)(www)\.`)

// escapeMarkdown makes text that Markdown shows as it stands: no markup, no HTML, no
// link, no line break, no control or direction character. What is read as it is, in a
// clock's "23:38:42" and in "$5.43 (warning)", is left alone.
func escapeMarkdown(text string) string {
	text = wwwDot.ReplaceAllString(text, "$1 .")
	var b strings.Builder
	runes := []rune(text)
	for i, r := range runes {
		next := rune(0)
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			b.WriteByte(' ')
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case strings.ContainsRune("\\`*_[]|~", r), marks(r, next, runes[i:]):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// marks reports whether a character is markup by what follows it: of an address or an
// emoji (a colon), of mail or a person (@), of a formula ($, which no digit may follow
// at its end), of a heading's or a picture's mark.
func marks(r, next rune, rest []rune) bool {
	switch r {
	case ':': // two digits are a clock's
		clock := len(rest) > 2 && unicode.IsDigit(rest[1]) && unicode.IsDigit(rest[2]) && (len(rest) == 3 || !unicode.IsDigit(rest[3]))
		return next != 0 && !unicode.IsSpace(next) && !clock
	case '$':
		return !unicode.IsDigit(next)
	case '@':
		return next != 0 && !unicode.IsSpace(next)
	case '#', '!', '+':
		return next != 0 && !unicode.IsDigit(next)
	}
	return false
}
