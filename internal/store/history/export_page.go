package history

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"strings"

	"gatewatch/internal/core/text"
)

// htmlExporter is one page that loads nothing, light and dark.
type htmlExporter struct{ w *bufio.Writer }

// htmlStyle is the page's look; it names no file and no font.
const htmlStyle = `:root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{opacity:.7}dd{margin:0}
table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #8884}
td:first-child{white-space:nowrap;font-variant-numeric:tabular-nums}.critical td:nth-child(2){color:#c0392b}.warning td:nth-child(2){color:#b7791f}`

func (s *htmlExporter) begin(title string, facts [][2]string) error {
	name := escapeHTML(title)
	fmt.Fprintf(s.w, "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"+
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"+
		"<title>%s</title>\n<style>%s</style>\n<h1>%s</h1>\n", name, htmlStyle, name) // bufio keeps an error until Flush
	if len(facts) > 0 {
		fmt.Fprintln(s.w, "<dl>")
		for _, f := range facts {
			fmt.Fprintf(s.w, "<dt>%s<dd>%s\n", escapeHTML(f[0]), escapeHTML(f[1]))
		}
		fmt.Fprintln(s.w, "</dl>")
	}
	_, err := fmt.Fprint(s.w, "<table>\n<tr><th>Time (UTC)<th>Severity<th>Gateway<th>What<th>Text\n")
	return err
}

func (s *htmlExporter) line(r record) error {
	_, err := fmt.Fprintf(s.w, "<tr class=\"%s\"><td>%s<td>%s<td>%s<td>%s<td>%s\n", escapeHTML(string(r.Severity)), formTime(r.At),
		escapeHTML(string(r.Severity)), escapeHTML(r.Gateway), escapeHTML(r.Kind), escapeHTML(r.Text))
	return err
}

func (s *htmlExporter) end() error {
	fmt.Fprintln(s.w, "</table>")
	return s.w.Flush()
}

// escapeHTML makes text that a browser shows as it stands.
func escapeHTML(words string) string { return html.EscapeString(text.Clean(words)) }

// jsonExporter is one object: a title, facts, and lines as `watch --json` has them.
type jsonExporter struct {
	w     *bufio.Writer
	begun bool // a line was written
}

func (s *jsonExporter) begin(title string, facts [][2]string) error {
	type fact struct {
		Name string `json:"name"`
		Text string `json:"text"`
	}
	all := []fact{}
	for _, f := range facts {
		all = append(all, fact{f[0], f[1]})
	}
	head, err := json.Marshal(map[string]any{"v": 1, "title": title, "facts": all})
	if err != nil {
		return fmt.Errorf("history: export: %w", err)
	}
	_, err = s.w.WriteString(strings.TrimSuffix(string(head), "}") + `,"lines":[`)
	return err
}

func (s *jsonExporter) line(r record) error {
	body := r.Body
	if !json.Valid(body) {
		body = json.RawMessage("{}")
	}
	b, err := json.Marshal(struct {
		jsonLine
		Severity string `json:"severity"`
		Text     string `json:"text"`
	}{jsonLine{1, r.Seq, formTime(r.At), r.Type, r.Kind, r.Gateway, r.Source, body}, string(r.Severity), r.Text})
	if err != nil {
		return fmt.Errorf("history: export: %w", err)
	}
	separator := ",\n"
	if !s.begun {
		s.begun, separator = true, "\n"
	}
	_, err = s.w.WriteString(separator + string(b))
	return err
}

func (s *jsonExporter) end() error {
	if _, err := s.w.WriteString("]}\n"); err != nil {
		return err
	}
	return s.w.Flush()
}
