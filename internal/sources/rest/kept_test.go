package rest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatewatch/internal/core/event"
	"gatewatch/internal/tools/replay"
)

// TestKeptFormReadsBack: a row that was written for the next run is the same row
// there, whatever a gateway sent; else each start would find changes.
func TestKeptFormReadsBack(t *testing.T) {
	values := []string{
		`null`, `""`, `"x"`, `"digest:0123456789abcdef"`, `true`, `false`, `"true"`, `0`, `1`, `-3`, `12.5`, `0.0000000001`, `1234567.8901234567`,
		`99999999999999999999`, `"2026-11-22T22:16:11.189028Z"`, `"2026-11-22T22:16:11"`, `["a","b"]`, `[]`, `{}`, `"sk-abc,def"`,
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.SampledFrom(values)
		readsBack[Key](t, draw)
		readsBack[Group](t, draw)
		readsBack[Provider](t, draw)
		readsBack[Mapping](t, draw)
		readsBack[ModelCost](t, draw)
		readsBack[ProviderKey](t, draw)
		readsBack[Setting](t, draw)
	})
	r := as[Release](t, `{"version":{"appVersion":"0.1.3.0","buildDate":null},"runtime":{"startTime":"2026-11-22T23:01:57.69+00:00"}}`)
	again, err := json.Marshal(r)
	if err != nil || as[Release](t, string(again)) != r {
		t.Errorf("%+v became %s (%v)", r, again, err)
	}
}

func readsBack[T row](t *rapid.T, draw *rapid.Generator[string]) {
	var parts []string
	for _, f := range []string{
		"id", "keyName", "allowedModels", "virtualKeyGroupId", "isEnabled", "expiresAt", "createdAt", "updatedAt", "metadata", "rateLimitRpm",
		"maxBudget", "currentSpend", "groupName", "balance", "lifetimeCreditsAdded", "virtualKeyCount", "providerName", "baseUrl", "keyCount",
		"modelAlias", "providerId", "notes", "costName", "associatedModelAliases", "inputCostPerMillionTokens", "isActive", "key", "value", "apiKey",
	} {
		if rapid.Bool().Draw(t, "sent") {
			parts = append(parts, fmt.Sprintf("%q:%s", f, draw.Draw(t, f)))
		}
	}
	var once, twice T
	if err := json.Unmarshal([]byte("{"+strings.Join(parts, ",")+"}"), &once); err != nil {
		t.Fatal(err)
	}
	kept, err := json.Marshal(once)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(kept, &twice); err != nil {
		t.Fatal(err)
	}
	if once != twice {
		t.Fatalf("%+v was kept as %s and read back as %+v", once, kept, twice)
	}
}

// TestNoSecretIsKept: what is kept of a real gateway's settings, keys and
// credentials holds no secret of them.
func TestNoSecretIsKept(t *testing.T) {
	s := as[Setting](t, `{"key":"WebUI_VirtualKey","value":"condt_0123456789abcdef0123456789abcdef","createdAt":"2026-11-22T22:16:11Z"}`)
	k := as[Key](t, `{"id":1,"keyName":"a","metadata":"{\"token\":\"sk-verysecret\"}"}`)
	p := as[Provider](t, `{"id":1,"baseUrl":"https://user:hunter2@example.com/v1"}`)
	for _, row := range []any{s, k, p} {
		b, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"0123456789abcdef0123456789abcdef", "verysecret", "hunter2"} {
			if strings.Contains(string(b), secret) {
				t.Errorf("%s holds %q", b, secret)
			}
		}
	}
}

// resumed is a list that begins where an earlier run ended.
func resumed[T row](t *testing.T, before string, at time.Time) *reconciler[T] {
	t.Helper()
	read, err := readList[T]([]byte(before))
	if err != nil {
		t.Fatal(err)
	}
	l := &reconciler[T]{past: map[string]T{}, pastAt: at}
	for _, r := range read.rows {
		l.past[r.id()] = r
	}
	return l
}

func readInto[T row](t *testing.T, l *reconciler[T], body string, at time.Time, healthy bool) (delta[T], bool) {
	t.Helper()
	read, err := readList[T]([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return l.reconcile(read, at, healthy)
}

// TestWhatChangedBetweenTwoRuns: each change is found once, with what was before
// and after, since when, and the gateway's own time where it fits.
func TestWhatChangedBetweenTwoRuns(t *testing.T) {
	left, back := start.Add(-14*time.Hour), start
	const before = `[{"id":1,"modelAlias":"fast","providerId":1,"createdAt":"2026-11-01T00:00:00Z","updatedAt":"2026-11-01T00:00:00Z"},
		{"id":2,"modelAlias":"old","providerId":1,"createdAt":"2026-11-01T00:00:00Z"}]`
	const after = `[{"id":1,"modelAlias":"fast","providerId":2,"createdAt":"2026-11-01T00:00:00Z","updatedAt":"2026-11-22T12:30:00Z"},
		{"id":3,"modelAlias":"new","providerId":2,"createdAt":"2026-11-22T13:00:00Z"}]`
	l := resumed[Mapping](t, before, left)
	pushed := func(string, event.Action) bool { return true } // of this run: it does not speak for the time away
	name := func(id string) string { return map[string]string{"1": "alpha", "2": "beta"}[id] }
	d, again := readInto(t, l, after, back, true)
	events := mappingEvents(d, len(l.rows), pushed, name, true, back)
	changes := of[event.NavigationChanged](events)
	if len(changes) != 2 || !again {
		t.Fatalf("%s (again: %v)", wordsOf(events), again)
	}
	created, updated := changes[0], changes[1]
	want := []event.FieldChange{{Field: "providerId", Old: "alpha", New: "beta"}}
	if d := cmp.Diff(want, updated.Values); d != "" || !updated.Since.Equal(left) || !updated.Own.Equal(start.Add(-10*time.Hour-30*time.Minute)) {
		t.Errorf("updated: %+v\n%s", updated, d)
	}
	if created.ID != "3" || !created.Since.Equal(left) || !created.Own.Equal(start.Add(-10*time.Hour)) {
		t.Errorf("created: %+v", created)
	}
	d, _ = readInto(t, l, after, back.Add(confirmAfter), true)
	changes = of[event.NavigationChanged](mappingEvents(d, len(l.rows), untold, name, true, back))
	if len(changes) != 1 || changes[0].Action != event.ActionDeleted || changes[0].ID != "2" || !changes[0].Since.Equal(left) {
		t.Fatalf("gone: %+v", changes)
	}
	d, again = readInto(t, l, after, back.Add(time.Minute), true)
	if events := mappingEvents(d, len(l.rows), untold, name, true, back); len(events) > 0 || again {
		t.Errorf("told twice: %s", wordsOf(events))
	}
}

func untold(string, event.Action) bool { return false }

// TestAnEmptyFirstListDeletesNothing: a gateway whose database is away answers
// with an empty list; what an earlier run knew is not gone then.
func TestAnEmptyFirstListDeletesNothing(t *testing.T) {
	rows := make([]string, 20)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"id":%d,"keyName":"key-%d","isEnabled":true}`, i+1, i+1)
	}
	all := "[" + strings.Join(rows, ",") + "]"
	l := resumed[Key](t, all, start.Add(-time.Hour))
	for i, healthy := range []bool{false, false, false} {
		d, _ := readInto(t, l, "[]", start.Add(time.Duration(i)*time.Minute), healthy)
		if events := keyEvents(d, 0, asIs, start); len(events) > 0 {
			t.Fatalf("read %d: %s", i, wordsOf(events))
		}
	}
	d, _ := readInto(t, l, all, start.Add(4*time.Minute), true)
	if events := of[event.KeyChanged](keyEvents(d, 20, asIs, start)); len(events) > 0 || len(d.created) != 20 {
		t.Errorf("%d created, changes %+v", len(d.created), events)
	}
}

// TestPricesOfARealGateway: the recorded list of prices, and one that doubled.
func TestPricesOfARealGateway(t *testing.T) {
	body := recordedCosts(t)
	var l reconciler[ModelCost]
	readInto(t, &l, body, start, true)
	d, _ := readInto(t, &l, strings.Replace(body, `"inputCostPerMillionTokens":2.5000000000`, `"inputCostPerMillionTokens":5.0000000000`, 1), start.Add(time.Minute), true)
	changes := of[event.NavigationChanged](costEvents(d, start))
	if len(changes) != 1 {
		t.Fatalf("%+v", changes)
	}
	c := changes[0]
	want := []event.FieldChange{{Field: "inputCostPerMillionTokens", Old: "$2.5", New: "$5"}}
	if d := cmp.Diff(want, c.Values); d != "" || c.Name != "Chat standard" || !slices.Equal(c.Models, []string{"demo-chat", "demo-chat-2"}) {
		t.Errorf("%+v\n%s", c, d)
	}
}

// TestAModelThatIsMovedToADearerPrice: it is told like a price that rose, with what
// it cost before.
func TestAModelThatIsMovedToADearerPrice(t *testing.T) {
	list := func(cheap, dear string) string {
		return `[{"id":1,"costName":"Cheap","isActive":true,"inputCostPerMillionTokens":1,"associatedModelAliases":[` + cheap + `]},
			{"id":2,"costName":"Dear","isActive":true,"inputCostPerMillionTokens":5,"associatedModelAliases":[` + dear + `]}]`
	}
	var l reconciler[ModelCost]
	readInto(t, &l, list(`"chat","code"`, `"think"`), start, true)
	d, _ := readInto(t, &l, list(`"code"`, `"think","chat"`), start.Add(time.Minute), true)
	var moved []event.NavigationChanged
	for _, c := range of[event.NavigationChanged](costEvents(d, start)) {
		if c.Name == "chat" {
			moved = append(moved, c)
		}
	}
	want := []event.FieldChange{{Field: "inputCostPerMillionTokens", Old: "$1", New: "$5"}}
	if len(moved) != 1 || cmp.Diff(want, moved[0].Values) != "" || !slices.Equal(moved[0].Models, []string{"chat"}) || moved[0].Action != event.ActionUpdated {
		t.Errorf("%+v", moved)
	}
}

func recordedCosts(t *testing.T) string {
	t.Helper()
	for _, c := range calls(t, replay.Head) {
		if c.Path == pathCostList && c.Status == 200 && c.Method == "GET" {
			return c.Answer
		}
	}
	t.Fatal("no list of prices was recorded")
	return ""
}

// TestReleasesAndRestarts: another release is told with both, a restart of the
// same one as that, and a start time that wobbles not at all.
func TestReleasesAndRestarts(t *testing.T) {
	at := func(version, began string) Release {
		return as[Release](t, fmt.Sprintf(`{"version":{"appVersion":%q},"runtime":{"startTime":%q}}`, version, began))
	}
	var l reconciler[Release]
	read := func(r Release) []event.NavigationChanged {
		d, _ := l.reconcile(list[Release]{rows: []Release{r}}, start, true)
		return of[event.NavigationChanged](releaseEvents(d, start))
	}
	if got := read(at("1.0", "2026-11-22T20:00:00Z")); len(got) > 0 {
		t.Errorf("the first: %+v", got)
	}
	if got := read(at("1.0", "2026-11-22T20:00:02Z")); len(got) > 0 {
		t.Errorf("the same: %+v", got)
	}
	if got := read(at("1.0", "2026-11-22T22:58:00Z")); len(got) != 1 || got[0].Action != event.ActionRestarted || got[0].Own.IsZero() {
		t.Errorf("a restart: %+v", got)
	}
	got := read(at("1.1", "2026-11-22T22:59:00Z"))
	if len(got) != 1 || got[0].Action != event.ActionUpdated || cmp.Diff([]event.FieldChange{{Field: "version", Old: "1.0", New: "1.1"}}, got[0].Values) != "" {
		t.Errorf("a release: %+v", got)
	}
}
