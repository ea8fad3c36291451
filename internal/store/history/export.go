package history

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// Format is a form of an export.
type Format string

// The formats.
const (
	FormatCSV      Format = "csv"   // RFC 4180, safe to open in a spreadsheet
	FormatJSONL    Format = "jsonl" // one JSON object a line, like `watch --json`
	FormatMarkdown Format = "md"    // a table, or the story of an incident
	FormatHTML     Format = "html"  // the same as one page that needs nothing else
	FormatJSON     Format = "json"  // one object
)

// ExportQuery says what to export, and how.
type ExportQuery struct {
	// Since and Until bound it by time; zero: open. Not used with Incident.
	Since, Until time.Time
	// Events narrows it further; its times, paging and limit are not used.
	Events Query
	// Incident exports one incident instead of events.
	Incident string
	// Today exports sums instead of events; nil: events.
	Today  []Sum
	Format Format // "": FormatJSONL
	// Redact replaces names and ids of keys, groups and people's texts of
	// changed settings; amounts, times, models and providers stay. One name
	// gets one replacement throughout an export, and another in the next. With it,
	// and with HideAmounts, notes of people are left out.
	Redact bool
	// HideAmounts leaves out how much money was spent, is left or is allowed.
	HideAmounts bool
}

// exportPage is how many events are read at a time, so that an export never
// keeps the writer's log from being tidied.
const exportPage = 2000

// Export writes what q asks for to w, oldest first, and returns how many
// events or entries that were. Secrets are not in it: none are stored, and of
// URLs the parts that may hold one are cut. It fails with ErrNotFound for an
// unknown incident, and with w's error.
func (d *DB) Export(ctx context.Context, w io.Writer, q ExportQuery) (n int, err error) {
	out, err := newExporter(w, orDefault(q.Format, FormatJSONL))
	if err != nil {
		return 0, err
	}
	mask := &redactor{}
	if q.Redact {
		mask = newRedactor(rand.Text())
	}
	mask.hideAmounts = q.HideAmounts
	if q.Redact {
		if err := d.loadNames(ctx, mask); err != nil {
			return 0, err
		}
	}
	switch {
	case q.Today != nil:
		n, err = exportToday(out, mask, q.Today, d.opt.Location)
	case q.Incident != "":
		n, err = d.exportIncident(ctx, out, mask, q.Incident)
	default:
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

func (d *DB) exportEvents(ctx context.Context, out exporter, mask *redactor, q ExportQuery) (n int, err error) {
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

func (d *DB) exportIncident(ctx context.Context, out exporter, mask *redactor, id string) (n int, err error) {
	in, err := d.Incident(ctx, id)
	if err != nil {
		return 0, err
	}
	if mask.hides() {
		leaveNotesOut(in.Timeline)
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

// acknowledged is what happened where the text may be somebody's own note.
const acknowledged = "acked"

// leaveNotesOut takes out what people wrote: no name and no amount in it can be told from
// other words.
func leaveNotesOut(steps []TimelineEntry) {
	for i := range steps {
		if steps[i].What == acknowledged {
			steps[i].Text = ""
		}
	}
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
			[2]string{"Lasted", text.Duration(in.EndedAt.Sub(in.Since))})
	}
	for _, one := range in.Alerts {
		facts = append(facts, [2]string{"Alert", fmt.Sprintf("%s (%s, %s)", mask.text(one.Title), one.Severity, one.Status)})
	}
	return facts
}

// incidentRecords puts what happened and what was notified of in order of time.
func incidentRecords(in Incident) []record {
	var all []record
	for _, e := range in.Timeline {
		all = append(all, record{
			Seq: e.ID, At: e.At, Type: "alert", Kind: e.What, Gateway: string(in.Gateway), Source: string(event.ViaComputed),
			Severity: e.Severity, Text: sentence(text.AlertStep(e.What), e.Text), Body: asJSON(map[string]string{"fingerprint": e.Fingerprint, "text": e.Text}),
		})
	}
	for _, dec := range in.Decisions {
		all = append(all, record{
			Seq: dec.ID, At: dec.At, Type: "notice", Kind: dec.Reason, Gateway: string(in.Gateway),
			Source: string(event.ViaComputed), Severity: dec.Severity, Text: sentence(text.Decision(dec.Reason), dec.Title),
			Body: asJSON(map[string]any{"fingerprint": dec.Fingerprint, "told": dec.Notified, "title": dec.Title, "text": dec.Text}),
		})
	}
	for i := range in.Alerts {
		if r, has := evidenceRecord(&in, &in.Alerts[i]); has {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b record) int { return a.At.Compare(b.At) })
	return all
}

// evidenceRecord is what an alert rested on when it was last looked at, and what
// would end it, or ended it.
func evidenceRecord(in *Incident, a *Alert) (r record, has bool) {
	var kept struct{ Evidence, Ends string }
	if json.Unmarshal(a.Body, &kept) != nil || kept.Evidence == "" && kept.Ends == "" {
		return r, false // of an older version
	}
	words := strings.TrimSpace(strings.ReplaceAll(kept.Evidence, "\n", " ") + " " + kept.Ends)
	return record{
		At: a.UpdatedAt, Type: "alert", Kind: "evidence", Gateway: string(in.Gateway), Source: string(event.ViaComputed), Severity: a.Severity,
		Text: sentence(a.Title, words),
		Body: asJSON(map[string]any{"fingerprint": a.Fingerprint, "text": kept.Evidence, "ends": kept.Ends}),
	}, true
}

// sentence is what happened, and to what.
func sentence(what, of string) string {
	if of == "" {
		return what
	}
	return what + ": " + of
}
