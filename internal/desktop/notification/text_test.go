package notification

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
	"gatewatch/internal/desktop/notify"
)

func TestMarkup(t *testing.T) {
	in, want := `<a href="x">AT&T &lt;`, `&lt;a href="x"&gt;AT&amp;T &amp;lt;`
	if got := markup(in); got != want {
		t.Errorf("markup(%q) = %q, want %q", in, got, want)
	}
}

// Whatever a name holds, what reaches the service is short, valid and visible.
func FuzzTextOf(f *testing.F) {
	for _, s := range []string{"", "a", "\xff", "\u202E", strings.Repeat("é́", 200), "<b>", "a\nb", "\x00", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, title, body string) {
		got := textOf(notify.Notification{Title: title, Body: body})
		check(t, got.title, text.MaxTitle)
		check(t, got.body, text.MaxListing)
		n := notify.Notification{ID: title, Title: title, Body: body, Route: body, Actions: []notify.Action{notify.ActionSilence}}
		checkToast(t, n, got)
	})
}

func check(t *testing.T, s string, limit int) {
	t.Helper()
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > limit {
		t.Errorf("%q: valid %v, %d characters", s, utf8.ValidString(s), utf8.RuneCountInString(s))
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != 0x200C && r != 0x200D || unicode.Is(unicode.Bidi_Control, r) {
			t.Errorf("%q holds %U", s, r)
		}
	}
	if plain := strings.NewReplacer("&lt;", "", "&gt;", "", "&amp;", "").Replace(markup(s)); strings.ContainsAny(plain, "<>&") {
		t.Errorf("markup(%q) still has markup", s)
	}
	if a := argument(s); strings.HasPrefix(a, "-") || strings.ContainsAny(a, "<>") {
		t.Errorf("argument(%q) = %q", s, a)
	}
}

// checkToast reads the XML back: the structure is ours, the text is n's.
func checkToast(t *testing.T, n notify.Notification, want words) {
	t.Helper()
	var toast struct {
		Launch string   `xml:"launch,attr"`
		Texts  []string `xml:"visual>binding>text"`
		Images []struct {
			Src string `xml:"src,attr"`
		} `xml:"visual>binding>image"`
		Actions []struct {
			Content   string `xml:"content,attr"`
			Arguments string `xml:"arguments,attr"`
		} `xml:"actions>action"`
	}
	source := toastXML(n, `C:\Users\a & b\x.png`)
	if err := xml.Unmarshal([]byte(source), &toast); err != nil {
		t.Fatalf("%v in %s", err, source)
	}
	if len(toast.Texts) != 2 || toast.Texts[0] != want.title || toast.Texts[1] != want.body {
		t.Errorf("texts %q, want %q", toast.Texts, want)
	}
	if len(toast.Images) != 1 || toast.Images[0].Src != `C:\Users\a & b\x.png` {
		t.Errorf("images %q", toast.Images)
	}
	if len(toast.Actions) != len(n.Actions) {
		t.Fatalf("%d actions, want %d", len(toast.Actions), len(n.Actions))
	}
	for i, a := range n.Actions {
		r, ok := toastResponse(toast.Actions[i].Arguments)
		if diff := cmp.Diff(notify.Response{ID: n.ID, Action: a, Route: n.Route}, r); !ok || diff != "" {
			t.Errorf("arguments %q: ok %v (-want +got):\n%s", toast.Actions[i].Arguments, ok, diff)
		}
	}
	if r, ok := toastResponse(toast.Launch); !ok || r.Action != notify.ActionOpen {
		t.Errorf("launch %q: %+v, %v", toast.Launch, r, ok)
	}
}

func TestToastXML(t *testing.T) {
	n := notify.Notification{
		ID: "a&b", Title: `$(calc) ]]> <x/> "q"`, Body: "$375 of $500", Severity: event.SeverityCritical,
		Silent: true, Route: "/alerts?id=a&b",
		Actions: []notify.Action{notify.ActionAcknowledge, notify.ActionSilence},
	}
	checkToast(t, n, words{n.Title, n.Body})
	source := toastXML(n, "")
	d := xml.NewDecoder(strings.NewReader(source))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, source)
		}
	}
	for _, want := range []string{`duration="long"`, `<audio silent="true"/>`} {
		if !strings.Contains(source, want) {
			t.Errorf("no %s in %s", want, source)
		}
	}
	for severity, heard := range map[event.Severity]bool{event.SeverityCritical: true, event.SeverityWarning: false, event.SeverityInfo: false} {
		plain := toastXML(notify.Notification{Title: "x", Severity: severity}, "")
		if strings.Contains(plain, `<audio silent="true"/>`) == heard || strings.Contains(plain, "<image") {
			t.Errorf("%s, heard %v: %s", severity, heard, plain)
		}
	}
	for _, bad := range []string{"", "%zz", "action=format", "id=x"} {
		if r, ok := toastResponse(bad); ok {
			t.Errorf("toastResponse(%q) = %+v", bad, r)
		}
	}
}

func TestEveryActionHasALabel(t *testing.T) {
	for _, a := range []notify.Action{notify.ActionOpen, notify.ActionAcknowledge, notify.ActionSilence} {
		if labelOf(a) == string(a) {
			t.Errorf("action %q is shown as its key", a)
		}
	}
}
