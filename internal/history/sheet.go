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

// sheet is a form of an export being written: begin once, then lines, then end.
type sheet interface {
	begin(title string, facts [][2]string) error
	line(record) error
	end() error
}

func newSheet(w io.Writer, f Format) (sheet, error) {
	switch f {
	case FormatCSV:
		return &csvSheet{csv.NewWriter(w)}, nil
	case FormatJSONL:
		return &jsonSheet{bufio.NewWriter(w)}, nil
	case FormatMarkdown:
		return &markdownSheet{bufio.NewWriter(w)}, nil
	}
	return nil, fmt.Errorf("history: unknown format %q (csv, jsonl, md)", f)
}

// timeForm is RFC 3339 with milliseconds, in UTC.
const timeForm = "2006-01-02T15:04:05.000Z07:00"

func formTime(t time.Time) string { return t.UTC().Format(timeForm) }

// csvSheet is a table for a spreadsheet.
type csvSheet struct{ w *csv.Writer }

func (s *csvSheet) begin(string, [][2]string) error {
	return s.w.Write([]string{
		"seq", "at", "type", "kind", "severity", "gateway", "source", "key", "provider", "task", "text", "body",
	})
}

func (s *csvSheet) line(r record) error {
	row := []string{
		"", "", r.Type, r.Kind, string(r.Severity), r.Gateway, r.Source, r.Key, r.Provider, r.Task, r.Text, string(r.Body),
	}
	for i, cell := range row {
		row[i] = inert(cell)
	}
	row[0], row[1] = strconv.FormatInt(r.Seq, 10), formTime(r.At)
	return s.w.Write(row)
}

func (s *csvSheet) end() error {
	s.w.Flush()
	return s.w.Error()
}

// inert keeps a spreadsheet from taking text as a formula: names come from a
// gateway, and "=HYPERLINK(…)" would be one. A number may keep its sign.
func inert(cell string) string {
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

// jsonSheet has the lines of `watch --json`.
type jsonSheet struct{ w *bufio.Writer }

func (s *jsonSheet) begin(string, [][2]string) error { return nil }

func (s *jsonSheet) line(r record) error {
	body := r.Body
	if !json.Valid(body) {
		body = json.RawMessage("{}")
	}
	b, err := json.Marshal(struct {
		V       int             `json:"v"`
		Seq     int64           `json:"seq"`
		At      string          `json:"at"`
		Type    string          `json:"type"`
		Kind    string          `json:"kind"`
		Gateway string          `json:"gateway"`
		Source  string          `json:"source"`
		Body    json.RawMessage `json:"body"`
	}{1, r.Seq, formTime(r.At), r.Type, r.Kind, r.Gateway, r.Source, body})
	if err != nil {
		return fmt.Errorf("history: export: %w", err)
	}
	_, err = s.w.Write(append(b, '\n'))
	return err
}

func (s *jsonSheet) end() error { return s.w.Flush() }

// markdownSheet is a page for a person.
type markdownSheet struct{ w *bufio.Writer }

func (s *markdownSheet) begin(title string, facts [][2]string) error {
	fmt.Fprintf(s.w, "# %s\n\n", plain(title)) // bufio keeps an error until Flush
	for _, f := range facts {
		fmt.Fprintf(s.w, "- **%s:** %s\n", plain(f[0]), plain(f[1]))
	}
	if len(facts) > 0 {
		fmt.Fprintln(s.w)
	}
	_, err := fmt.Fprint(s.w, "| Time (UTC) | Severity | Gateway | What | Text |\n|---|---|---|---|---|\n")
	return err
}

func (s *markdownSheet) line(r record) error {
	_, err := fmt.Fprintf(s.w, "| %s | %s | %s | %s | %s |\n", formTime(r.At), plain(string(r.Severity)),
		plain(r.Gateway), plain(r.Kind), plain(r.Text))
	return err
}

func (s *markdownSheet) end() error { return s.w.Flush() }

// wwwDot begins what some readers of Markdown make a link of by themselves.
var wwwDot = regexp.MustCompile(`(?i)(www)\.`)

// plain makes text that Markdown shows as it stands: no markup, no HTML, no
// link, no line break, no control or direction character.
func plain(text string) string {
	text = wwwDot.ReplaceAllString(text, "$1 .")
	var b strings.Builder
	for _, r := range text {
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
		case strings.ContainsRune("\\`*_{}[]()#+!|~:@$", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
