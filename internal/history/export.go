package history

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"gatewatch/internal/event"
)

// Format is a form of an export.
type Format string

// The formats.
const (
	FormatCSV      Format = "csv"   // RFC 4180, safe to open in a spreadsheet
	FormatJSONL    Format = "jsonl" // one JSON object a line, like `watch --json`
	FormatMarkdown Format = "md"    // a table, or the story of an incident
)

// ExportQuery says what to export, and how.
type ExportQuery struct {
	// Since and Until bound it by time; zero: open. Not used with Incident.
	Since, Until time.Time
	// Events narrows it further; its times, paging and limit are not used.
	Events Query
	// Incident exports one incident instead of events.
	Incident string
	Format   Format // "": FormatJSONL
	// Redact replaces names and ids of keys, groups and people's texts of
	// changed settings; amounts, times, models and providers stay. One name
	// gets one replacement throughout an export, and another in the next.
	Redact bool
}

// exportPage is how many events are read at a time, so that an export never
// keeps the writer's log from being tidied.
const exportPage = 2000

// Export writes what q asks for to w, oldest first, and returns how many
// events or entries that were. Secrets are not in it: none are stored, and of
// URLs the parts that may hold one are cut. It fails with ErrNotFound for an
// unknown incident, and with w's error.
func (d *DB) Export(ctx context.Context, w io.Writer, q ExportQuery) (n int, err error) {
	out, err := newSheet(w, orDefault(q.Format, FormatJSONL))
	if err != nil {
		return 0, err
	}
	mask := &redactor{}
	if q.Redact {
		mask = newRedactor(rand.Text())
		if err := d.learnNames(ctx, mask); err != nil {
			return 0, err
		}
	}
	if q.Incident != "" {
		n, err = d.exportIncident(ctx, out, mask, q.Incident)
	} else {
		n, err = d.exportEvents(ctx, out, mask, q)
	}
	if err != nil {
		return n, err
	}
	return n, out.end()
}

// record is one line of an export, whatever the format.
type record struct {
	Seq      int64
	At       time.Time
	Type     string // event, alert, notice, state
	Kind     string
	Gateway  string
	Source   string
	Severity event.Severity
	Key      string
	Provider string
	Task     string
	Text     string
	Body     json.RawMessage
}

func (d *DB) exportEvents(ctx context.Context, out sheet, mask *redactor, q ExportQuery) (n int, err error) {
	title := "Events"
	if !q.Since.IsZero() {
		title += " since " + q.Since.In(d.opt.Location).Format("2006-01-02 15:04")
	}
	if err := out.begin(title, nil); err != nil {
		return 0, err
	}
	err = d.ascending(ctx, q, func(e Event) error {
		n++
		kind := "event"
		if e.Kind == KindGap {
			kind = "state" // of ourselves
		}
		return out.line(mask.record(record{
			Seq: e.Seq, At: e.At, Type: kind, Kind: string(e.Kind), Gateway: string(e.Gateway), Source: e.Source,
			Severity: e.Severity, Key: string(e.Key), Provider: e.Provider, Task: string(e.Task), Text: e.Text, Body: e.Body,
		}))
	})
	return n, err
}

// ascending calls each with the events of an export, oldest first.
func (d *DB) ascending(ctx context.Context, q ExportQuery, each func(Event) error) error {
	eq := q.Events
	eq.From, eq.To, eq.BeforeSeq = q.Since, q.Until, 0
	for after := int64(0); ; {
		page, err := d.eventsAfter(ctx, eq, after, exportPage)
		if err != nil {
			return err
		}
		for _, e := range page {
			if err := each(e); err != nil {
				return err
			}
		}
		if len(page) < exportPage {
			return nil
		}
		after = page[len(page)-1].Seq
	}
}

func (d *DB) exportIncident(ctx context.Context, out sheet, mask *redactor, id string) (n int, err error) {
	in, err := d.Incident(ctx, id)
	if err != nil {
		return 0, err
	}
	lines := incidentRecords(in)
	if err := out.begin(mask.text(in.Title), incidentFacts(in, mask, d.opt.Location)); err != nil {
		return 0, err
	}
	for _, line := range lines {
		if err := out.line(mask.record(line)); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// incidentFacts head an incident's page.
func incidentFacts(in Incident, mask *redactor, loc *time.Location) [][2]string {
	facts := [][2]string{
		{"Gateway", string(in.Gateway)},
		{"Category", in.Category},
		{"Severity", string(in.Severity)},
		{"Began", in.Since.In(loc).Format(time.RFC3339)},
	}
	if in.EndedAt.IsZero() {
		facts = append(facts, [2]string{"Ended", "not yet"})
	} else {
		facts = append(facts, [2]string{"Ended", in.EndedAt.In(loc).Format(time.RFC3339)},
			[2]string{"Lasted", in.EndedAt.Sub(in.Since).Round(time.Second).String()})
	}
	for _, one := range in.Instances {
		facts = append(facts, [2]string{"Alert", fmt.Sprintf("%s (%s, %s)", mask.text(one.Title), one.Severity, one.Status)})
	}
	return facts
}

// incidentRecords puts what happened and what was told in order of time.
func incidentRecords(in Incident) []record {
	var all []record
	for _, e := range in.Timeline {
		all = append(all, record{
			Seq: e.ID, At: e.At, Type: "alert", Kind: e.What, Gateway: string(in.Gateway), Source: string(event.ViaComputed),
			Severity: e.Severity, Text: e.Text, Body: asJSON(map[string]string{"fingerprint": e.Fingerprint, "text": e.Text}),
		})
	}
	for _, dec := range in.Decisions {
		told := "not told"
		if dec.Told {
			told = "told"
		}
		all = append(all, record{
			Seq: dec.ID, At: dec.At, Type: "notice", Kind: dec.Reason, Gateway: string(in.Gateway),
			Source: string(event.ViaComputed), Severity: dec.Severity, Text: told + ": " + dec.Title,
			Body: asJSON(map[string]any{"fingerprint": dec.Fingerprint, "told": dec.Told, "title": dec.Title, "text": dec.Text}),
		})
	}
	slices.SortStableFunc(all, func(a, b record) int { return a.At.Compare(b.At) })
	return all
}
