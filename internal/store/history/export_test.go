package history

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

func export(t *testing.T, db *DB, q ExportQuery) (text string, n int) {
	t.Helper()
	var b bytes.Buffer
	n, err := db.Export(t.Context(), &b, q)
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), n
}

// exportable has events with names and texts that want care.
func exportable(t *testing.T) *DB {
	t.Helper()
	o := testOptions()
	o.Describe = func(env event.Envelope) (event.Severity, string) {
		switch b := env.Body.(type) {
		case event.KeyChanged:
			return event.SeverityWarning, fmt.Sprintf("Key %s (%s) was %s", b.Name, b.Key, b.Action)
		case event.TaskProgressed:
			return event.SeverityInfo, "Task done: " + b.ResultURL
		case *event.SpendRecorded:
			return event.SeverityInfo, fmt.Sprintf("Key %s (%s) spent $%s at 7:07", b.Key, b.Name, b.Amount)
		}
		return event.SeverityInfo, "=HYPERLINK(\"http://evil\")"
	}
	db := openNew(t, o)
	bodies := []event.Event{
		event.KeyChanged{Key: "7", Name: "Billing Berlin", Action: event.ActionDisabled},
		&event.SpendRecorded{Key: "7", Name: "Batch Bonn", Amount: 7_000_000_007, Model: "gpt-4o", Provider: "openai", Request: "req-1"},
		event.TaskProgressed{Task: "t1", Key: "7", ResultURL: "https://user:pw@cdn.example/v.mp4?sig=SECRETSIG#frag"},
		event.ConfigurationChanged{Category: "c", Setting: "s", Old: "Bearer abcdefghijklmnop", New: "Billing Berlin"},
		event.ProviderHealthChanged{Provider: "openai", Error: "api_key: sk-THISISASECRETOFTHEPROVIDER"},
	}
	for i, b := range bodies {
		db.Record(event.Envelope{Seq: uint64(i + 1), At: start.Add(time.Duration(i) * time.Minute), Source: hub("prod"), Body: b})
	}
	outage(db)
	flush(t, db)
	return db
}

func TestExportJSONLines(t *testing.T) {
	db := exportable(t)
	text, n := export(t, db, ExportQuery{})
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if n != 5 || len(lines) != 5 {
		t.Fatalf("%d, %d lines", n, len(lines))
	}
	for i, line := range lines {
		var got struct {
			V                               int
			Seq                             int64
			At, Type, Kind, Gateway, Source string
			Body                            json.RawMessage
		}
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&got); err != nil {
			t.Fatal(err)
		}
		if got.V != 1 || got.Seq != int64(i+1) || got.Type != "event" || got.Gateway != "prod" || got.Source != "hub:spend" {
			t.Errorf("line %s", line)
		}
		if at, err := time.Parse(time.RFC3339Nano, got.At); err != nil || !at.Equal(start.Add(time.Duration(i)*time.Minute)) {
			t.Errorf("at %s: %v", got.At, err)
		}
		if _, err := event.Decode(event.Kind(got.Kind), got.Body); err != nil {
			t.Error(err)
		}
	}
	if !strings.Contains(text, `"amount":7000000007`) {
		t.Error("an amount was changed")
	}
}

// TestExportHasNoSecrets: in no form, redacted or not.
func TestExportHasNoSecrets(t *testing.T) {
	db := exportable(t)
	for _, f := range []Format{FormatCSV, FormatJSONL, FormatMarkdown} {
		for _, redact := range []bool{false, true} {
			text, _ := export(t, db, ExportQuery{Format: f, Redact: redact})
			for _, secret := range []string{"SECRETSIG", "user:pw", "abcdefghijklmnop", "THISISASECRET"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s (redacted %v) has %s:\n%s", f, redact, secret, text)
				}
			}
		}
	}
}

func TestExportRedacted(t *testing.T) {
	db := exportable(t)
	text, _ := export(t, db, ExportQuery{Redact: true, Format: FormatJSONL})
	sheet, _ := export(t, db, ExportQuery{Redact: true, Format: FormatCSV})
	for _, both := range []string{text, sheet} {
		for _, name := range []string{"Billing", "Berlin", `"key":"7"`, "Key 7 ", "(7)", "req-1"} {
			if strings.Contains(both, name) {
				t.Errorf("%s is shown:\n%s", name, both)
			}
		}
		for _, kept := range []string{"7000000007", "gpt-4o", "openai", "2026-03-01T12:00:00.000Z"} {
			if !strings.Contains(both, kept) {
				t.Errorf("%s is gone", kept)
			}
		}
	}
	rows := must[[][]string](t)(csv.NewReader(strings.NewReader(sheet)).ReadAll())
	key := rows[1][7]
	if !strings.HasPrefix(key, "key-") || rows[2][7] != key || rows[3][7] != key || !strings.Contains(rows[2][11], key) {
		t.Errorf("one key has several names: %q, %q", key, rows[2])
	}
	if !strings.Contains(rows[2][10], "at 7:07") || !strings.Contains(rows[2][10], "$7.000000007") || !strings.Contains(rows[2][10], key) {
		t.Errorf("text: %s", rows[2][10])
	}
	if again, _ := export(t, db, ExportQuery{Redact: true, Format: FormatCSV}); strings.Contains(again, key) {
		t.Error("two exports can be joined by their names")
	}
}

// A key group that was made is named as little as one that was read, whatever
// is called so in a text.
func TestExportRedactsKeyGroups(t *testing.T) {
	o := testOptions()
	o.Describe = func(env event.Envelope) (event.Severity, string) {
		return event.SeverityInfo, "Group " + env.Body.(event.NavigationChanged).Name + " was made"
	}
	db := openNew(t, o)
	db.Record(event.Envelope{Seq: 1, At: start, Source: hub("prod"), Body: event.NavigationChanged{
		Entity: event.EntityKeyGroup, Action: event.ActionCreated, ID: "tegel-4711", Name: "Team Tegel", At: start,
	}})
	flush(t, db)
	text, n := export(t, db, ExportQuery{Redact: true, Format: FormatJSON})
	if n != 1 || strings.Contains(text, "Tegel") || strings.Contains(text, "tegel-4711") || !strings.Contains(text, "key_group") {
		t.Errorf("%d lines: %s", n, text)
	}
}

func TestRedactedTexts(t *testing.T) {
	m := newRedactor("salt")
	for _, name := range []string{"7", "12", "Billing", "Billing Berlin", "k-7"} {
		m.learn(name)
	}
	m.sort()
	h := func(name string) string { return m.names[name] }
	tests := map[string]string{
		"Key 7 used 7 of 12":           "Key " + h("7") + " used 7 of 12",
		"Keys 7, 12 and Billing spent": "Keys " + h("7") + ", " + h("12") + " and " + h("Billing") + " spent",
		"key #7, group: 12":            "key #" + h("7") + ", group: " + h("12"),
		"Billing Berlin (7) has 77":    h("Billing Berlin") + " (" + h("7") + ") has 77",
		"Rebilling, Billings, Billing": "Rebilling, Billings, " + h("Billing"),
		"monkey 7":                     "monkey 7",
		"k-7 at 12:07":                 h("k-7") + " at 12:07",
	}
	for in, want := range tests {
		if got := m.text(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestExportCSVIsInert(t *testing.T) {
	db := exportable(t)
	text, n := export(t, db, ExportQuery{Format: FormatCSV, Since: start.Add(4 * time.Minute)})
	rows := must[[][]string](t)(csv.NewReader(strings.NewReader(text)).ReadAll())
	if n != 1 || len(rows) != 2 || rows[1][10] != `'=HYPERLINK("http://evil")` {
		t.Errorf("rows: %q", rows)
	}
	tests := map[string]string{
		"": "", "plain": "plain", "=1+1": "'=1+1", "+cmd": "'+cmd", "-cmd": "'-cmd", "@x": "'@x", "\t=1": "'\t=1", "\r=1": "'\r=1",
		" =1": "' =1", "-0.05": "-0.05", "+3": "+3", "＝1": "'＝1", "|x": "'|x", "%0A": "'%0A", "a=b": "a=b", "\n": "\n",
	}
	for in, want := range tests {
		if got := escapeFormula(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestExportIncident(t *testing.T) {
	db := exportable(t)
	text, n := export(t, db, ExportQuery{Incident: "i1", Format: FormatMarkdown})
	want := `# azure is down \| =1+1 &lt;b&gt;

- **Gateway:** prod
- **Category:** provider
- **Severity:** critical
- **Began:** 2026-03-01T12:00:00Z
- **Ended:** not yet
- **Alert:** openai is slow (warning, resolved)
- **Alert:** azure is down \| =1+1 &lt;b&gt; (critical, firing)

| Time (UTC) | Severity | Gateway | What | Text |
|---|---|---|---|---|
| 2026-03-01T12:00:00.000Z | warning | prod | firing | Firing: openai is slow |
| 2026-03-01T12:00:00.000Z | warning | prod | quiet\_hours | Quiet\_hours: Provider slow |
| 2026-03-01T12:01:00.000Z | critical | prod | firing | Firing: azure is down |
| 2026-03-01T12:01:00.000Z | critical | prod | first | You were told: Provider down |
`
	if diff := cmp.Diff(want, text); diff != "" || n != 4 {
		t.Errorf("%d lines (-want +got):\n%s", n, diff)
	}
	lines, _ := export(t, db, ExportQuery{Incident: "i1"})
	if strings.Count(lines, `"type":"alert"`) != 2 || strings.Count(lines, `"type":"notice"`) != 2 {
		t.Errorf("lines:\n%s", lines)
	}
	_, err := db.Export(t.Context(), io.Discard, ExportQuery{Incident: "none"})
	if !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if _, err := db.Export(t.Context(), io.Discard, ExportQuery{Format: "xml"}); err == nil {
		t.Error("xml is written")
	}
}

// TestNotesAreLeftOut: what somebody wrote may hold any name and any amount.
func TestNotesAreLeftOut(t *testing.T) {
	db := exportable(t)
	db.AddTimeline(TimelineEntry{Incident: "i1", Fingerprint: "f2", At: start.Add(2 * time.Minute), What: acknowledged, Text: "Anna knows, it was 3.14 USD"})
	flush(t, db)
	for _, q := range []ExportQuery{{}, {Redact: true}, {HideAmounts: true}} {
		for _, f := range []Format{FormatMarkdown, FormatHTML, FormatJSON, FormatJSONL, FormatCSV} {
			q.Incident, q.Format = "i1", f
			got, _ := export(t, db, q)
			if whole := !q.Redact && !q.HideAmounts; strings.Contains(got, "Anna") != whole || strings.Contains(got, "3.14") != whole || !strings.Contains(got, "acked") {
				t.Errorf("%+v:\n%s", q, got)
			}
		}
	}
}

// A page and an object hold what the other forms do, and nothing in them runs.
func TestExportAsOneFile(t *testing.T) {
	db := exportable(t)
	page, n := export(t, db, ExportQuery{Incident: "i1", Format: FormatHTML})
	for _, want := range []string{
		"<h1>azure is down | =1+1 &lt;b&gt;</h1>", "<dt>Ended<dd>not yet", "default-src 'none'",
		"<tr class=\"critical\"><td>2026-03-01T12:01:00.000Z<td>critical<td>prod<td>first<td>You were told: Provider down",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
	if n != 4 || strings.Contains(page, "<b>") || strings.Contains(page, "src=") {
		t.Errorf("%d lines of %s", n, page)
	}
	for _, q := range []ExportQuery{{Incident: "i1", Format: FormatJSON}, {Format: FormatJSON}, {Format: FormatJSON, Events: Query{Text: "nothing"}}} {
		object, n := export(t, db, q)
		var got struct {
			V     int
			Title string
			Facts []struct{ Name, Text string }
			Lines []struct{ Type, At, Text, Severity string }
		}
		if err := json.Unmarshal([]byte(object), &got); err != nil || got.V != 1 || len(got.Lines) != n {
			t.Errorf("%+v: %v in %s", q, err, object)
		}
		if q.Incident != "" && (got.Title == "" || len(got.Facts) == 0 || got.Lines[3].Text != "You were told: Provider down" || got.Lines[3].Severity != "critical") {
			t.Errorf("%+v", got)
		}
	}
}

// Amounts are left out of sentences and bodies, and nothing else is.
func TestExportWithoutAmounts(t *testing.T) {
	db := exportable(t)
	lines, _ := export(t, db, ExportQuery{HideAmounts: true, Format: FormatJSON})
	if !strings.Contains(lines, "Key 7 (Batch Bonn) spent $… at 7:07") || !strings.Contains(lines, `"amount":null`) {
		t.Errorf("amounts or names: %s", lines)
	}
	if strings.Contains(lines, "7000000007") || strings.Contains(lines, "$7") {
		t.Errorf("an amount stands in %s", lines)
	}
	with, _ := export(t, db, ExportQuery{Format: FormatJSON})
	if !strings.Contains(with, "7000000007") {
		t.Error("amounts are left out though nobody asked")
	}
}

// Each field that holds money is known to be one.
func TestEveryAmountIsKnown(t *testing.T) {
	money := reflect.TypeFor[event.NanoUSD]()
	reading := reflect.TypeFor[event.Reading[event.NanoUSD]]()
	found := 0
	var look func(reflect.Type)
	look = func(of reflect.Type) {
		if of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || of == reading {
			return
		}
		for f := range of.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Type == money || f.Type == reading {
				found++
				if !amounts[name] {
					t.Errorf("%s.%s is money, but an export without amounts shows %q", of, f.Name, name)
				}
			}
			look(f.Type)
		}
	}
	for _, k := range event.Kinds() {
		e, err := event.Decode(k, []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		look(reflect.TypeOf(e))
	}
	if found < 10 {
		t.Errorf("%d fields", found)
	}
}

func TestPlainMarkdown(t *testing.T) {
	tests := map[string]string{
		"a\nb\tc":                 "a b c",
		"[x](javascript:1)":       `\[x\](javascript\:1)`,
		"<img src=x>":             "&lt;img src=x&gt;",
		"a | b":                   `a \| b`,
		"\u202egpj.exe\x07\u200b": "gpj.exe",
		"www.evil.example":        "www .evil.example",
		"&lt;":                    "&amp;lt;",
		"23:38:42Z $5.43 (a, b)":  "23:38:42Z $5.43 (a, b)",
		"http://x :100: $x$ @me":  `http\://x \:100: \$x\$ \@me`,
		"# `x` *y* _z_ ~q~":       "\\# \\`x\\` \\*y\\* \\_z\\_ \\~q\\~",
	}
	for in, want := range tests {
		if got := escapeMarkdown(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// TestExportOfManyPages is whole, in order, and ends when the reader goes.
func TestExportOfManyPages(t *testing.T) {
	db := openNew(t, testOptions())
	const total = 2*exportPage + 7
	for n := 1; n <= total; n++ {
		db.Record(spent(n))
	}
	flush(t, db)
	text, n := export(t, db, ExportQuery{Events: Query{Text: "gpt-4o", Limit: 3}})
	if n != total {
		t.Errorf("%d of %d", n, total)
	}
	last := int64(0)
	for line := range strings.Lines(text) {
		var one struct{ Seq int64 }
		if err := json.Unmarshal([]byte(line), &one); err != nil || one.Seq != last+1 {
			t.Fatalf("after %d: %s", last, line)
		}
		last = one.Seq
	}
	r, w := io.Pipe()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Export(t.Context(), w, ExportQuery{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a closed pipe: %v", err)
	}
}
