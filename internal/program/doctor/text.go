package doctor

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"gatewatch/internal/core/text"
)

// The layout of the text: how long a line may get, and where the sentences begin.
const (
	lineWidth = 100
	textFrom  = 32
)

// Write prints the report for people.
func (r *Report) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "gatewatch doctor, version %s on %s, %s\n", r.Version, r.System, r.At.Format("2006-01-02 15:04:05 UTC"))
	if r.Note != "" {
		wrap(b, "", r.Note, 0)
	}
	for _, s := range r.Sections {
		fmt.Fprintf(b, "\n%s\n", s.Title)
		for _, f := range s.Checks {
			f.write(b)
		}
	}
	fmt.Fprintf(b, "\n%s\n", r.summary())
	return b.Flush()
}

// summary counts what was found.
func (r *Report) summary() string {
	n := map[Result]int{}
	for _, s := range r.Sections {
		for _, f := range s.Checks {
			n[f.Result]++
		}
	}
	return fmt.Sprintf("%d critical, %s, %s, %d fine, %d skipped; in %s. Exit status %d.",
		n[Critical], text.Plural(n[Warning], "warning"), text.Plural(n[Info], "remark"), n[OK], n[Skipped], text.Latency(r.TookMS), r.Exit())
}

func (f *Finding) write(w io.Writer) {
	mark := string(f.Result)
	if f.Result.rank() >= Warning.rank() {
		mark = strings.ToUpper(mark)
	}
	found := f.Text
	if f.Result != Skipped && f.TookMS >= 1 {
		found += " (" + text.Latency(f.TookMS) + ")"
	}
	wrap(w, fmt.Sprintf("  %-9s %s", mark, f.Title), found, textFrom)
	if f.Do != "" {
		wrap(w, strings.Repeat(" ", textFrom-2)+"→", f.Do, textFrom)
	}
	for _, d := range f.Details {
		wrap(w, strings.Repeat(" ", textFrom-2)+"·", d.Name+": "+d.Value, textFrom)
	}
}

// wrap prints text behind head, in lines that begin at column from.
func wrap(w io.Writer, head, text string, from int) {
	line := pad(head, from)
	empty := true
	for word := range strings.FieldsSeq(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > lineWidth {
			_, _ = fmt.Fprintln(w, strings.TrimRight(line, " ")) // bufio keeps the error for Flush
			line, empty = strings.Repeat(" ", from), true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	_, _ = fmt.Fprintln(w, strings.TrimRight(line, " "))
}

func pad(s string, to int) string {
	if n := utf8.RuneCountInString(s); n < to {
		return s + strings.Repeat(" ", to-n)
	}
	if to == 0 {
		return s
	}
	return s + " "
}
