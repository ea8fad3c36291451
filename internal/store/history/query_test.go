package history

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatewatch/internal/core/event"
)

// tokens takes a text apart as the search index does, for ASCII.
func tokens(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func containsRun(all, run []string) bool {
	for i := 0; i+len(run) <= len(all); i++ {
		if slices.Equal(all[i:i+len(run)], run) {
			return true
		}
	}
	return false
}

// matches is what a query means, said plainly: the oracle of the property.
func (q Query) matches(e Event) bool {
	switch {
	case !q.From.IsZero() && e.At.Before(q.From), !q.To.IsZero() && !e.At.Before(q.To),
		len(q.Kinds) > 0 && !slices.Contains(q.Kinds, e.Kind),
		len(q.Severities) > 0 && !slices.Contains(q.Severities, e.Severity),
		q.Gateway != "" && q.Gateway != e.Gateway, len(words(q.Keys...)) > 0 && !slices.Contains(words(q.Keys...), string(e.Key)),
		len(words(q.Providers...)) > 0 && !slices.Contains(words(q.Providers...), e.Provider), q.Task != "" && q.Task != e.Task:
		return false
	}
	text := tokens(e.Text)
	names := tokens(strings.Join([]string{string(e.Key), e.Provider, string(e.Task)}, " "))
	for word := range strings.FieldsSeq(q.Text) {
		word, not := strings.CutPrefix(word, "-")
		run := tokens(word)
		if (containsRun(text, run) || containsRun(names, run)) == not {
			return false
		}
	}
	return true
}

var (
	someKeys      = []event.KeyID{"", "1", "7", "77", "k-7", "SELECT", "a\"b", "ᚠs2"}
	someProviders = []string{"", "openai", "azure eu", "o'brien", "mistral"}
	someWords     = []string{"gpt-4o", "unhealthy", "openai", "spent", "7", "-spent", "-openai", "429", "k-7"}
)

// randomEvent has a time that may lie before that of the event before it.
func randomEvent(t *rapid.T, n int, at time.Time) event.Envelope {
	env := event.Envelope{Seq: uint64(n), At: at, Source: hub(rapid.SampledFrom([]string{"prod", "test", "eu-1"}).Draw(t, "gateway"))}
	key := rapid.SampledFrom(someKeys).Draw(t, "key")
	provider := rapid.SampledFrom(someProviders).Draw(t, "provider")
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		env.Body = &event.SpendRecorded{Key: key, Provider: provider, Amount: 5, Model: rapid.SampledFrom([]string{"gpt-4o", "gpt-4", "o4"}).Draw(t, "model")}
	case 1:
		env.Body = event.ProviderHealthChanged{
			Provider: event.ProviderID(provider), Name: provider,
			Health: rapid.SampledFrom([]event.Health{event.HealthHealthy, event.HealthUnhealthy}).Draw(t, "health"), Error: "429",
		}
	default:
		env.Body = event.TaskProgressed{Key: key, Task: event.TaskID(fmt.Sprintf("task-%d", n%3)), Error: "openai"}
	}
	return env
}

func randomQuery(t *rapid.T) Query {
	var q Query
	maybe := func(name string) bool { return rapid.IntRange(0, 2).Draw(t, name) == 0 }
	when := func(name string) time.Time {
		return start.Add(time.Duration(rapid.IntRange(-10, 400).Draw(t, name)) * time.Second)
	}
	if maybe("from?") {
		q.From = when("from")
	}
	if maybe("to?") {
		q.To = when("to")
	}
	if maybe("kinds?") {
		q.Kinds = rapid.SliceOfN(rapid.SampledFrom([]event.Kind{"spend.recorded", "task.progressed", "history.gap", "none"}), 1, 2).Draw(t, "kinds")
	}
	if maybe("severities?") {
		q.Severities = rapid.SliceOfN(rapid.SampledFrom(severities[:]), 1, 2).Draw(t, "severities")
	}
	if maybe("gateway?") {
		q.Gateway = rapid.SampledFrom([]event.GatewayID{"prod", "test", "eu-1", "eu", "x"}).Draw(t, "wantGateway")
	}
	if maybe("key?") {
		q.Keys = rapid.SliceOfN(rapid.SampledFrom(someKeys), 1, 2).Draw(t, "wantKeys")
	}
	if maybe("provider?") {
		q.Providers = rapid.SliceOfN(rapid.SampledFrom(someProviders), 1, 2).Draw(t, "wantProviders")
	}
	if maybe("task?") {
		q.Task = "task-1"
	}
	if maybe("text?") {
		q.Text = strings.Join(rapid.SliceOfN(rapid.SampledFrom(someWords), 1, 3).Draw(t, "words"), " ")
	}
	q.Limit = rapid.IntRange(1, 40).Draw(t, "limit")
	return q
}

// TestQueriesMeanWhatTheySay compares every page of random queries with a plain
// filter, on clocks that jump.
func TestQueriesMeanWhatTheySay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		db, _, err := Open(t.Context(), filepath.Join(t.TempDir(), "history.db"), testOptions())
		if err != nil {
			rt.Fatal(err)
		}
		defer db.Close() //nolint:errcheck // of no interest here
		at := start
		n := rapid.IntRange(0, 80).Draw(rt, "events")
		for i := 1; i <= n; i++ {
			step := rapid.IntRange(-2, 6).Draw(rt, "step")
			if rapid.IntRange(0, 40).Draw(rt, "jump?") == 0 {
				step = rapid.IntRange(-200, 200).Draw(rt, "jump")
			}
			at = at.Add(time.Duration(step) * time.Second)
			db.Record(randomEvent(rt, i, at))
		}
		flush(t, db)
		all := must[Page](t)(db.Events(context.Background(), Query{Limit: maxPage})).Events
		if len(all) != n {
			rt.Fatalf("%d of %d events", len(all), n)
		}
		for range 20 {
			q := randomQuery(rt)
			want := []int64{}
			for _, e := range all {
				if q.matches(e) {
					want = append(want, e.Seq)
				}
			}
			got := []int64{}
			for {
				p := must[Page](t)(db.Events(context.Background(), q))
				if len(p.Events) > q.Limit {
					rt.Fatalf("a page of %d, limit %d", len(p.Events), q.Limit)
				}
				for _, e := range p.Events {
					got = append(got, e.Seq)
				}
				if p.Next == 0 {
					break
				}
				q.BeforeSeq = p.Next
			}
			if diff := cmp.Diff(want, got); diff != "" {
				rt.Fatalf("query %+v (-want +got):\n%s", q, diff)
			}
			up := must[[]Event](t)(db.eventsAfter(context.Background(), q, 0, maxPage))
			if len(up) != len(want) || len(up) > 0 && up[0].Seq != want[len(want)-1] {
				rt.Fatalf("ascending: %d of %d", len(up), len(want))
			}
		}
	})
}

func TestWordsOfASearch(t *testing.T) {
	tests := []struct {
		text, want string
	}{
		{"", ""},
		{"  \t ", ""},
		{"openai", `"openai"`},
		{"gpt-4o slow", `"gpt-4o" AND "slow"`},
		{`"rate limit" 429`, `"rate limit" AND "429"`},
		{`"unclosed quote`, `"unclosed quote"`},
		{"unheal*", `"unheal" *`},
		{"slow -openai", `("slow") NOT ("openai")`},
		{"AND OR NOT NEAR(", `"AND" AND "OR" AND "NOT" AND "NEAR("`},
		{`a"b`, `"a" AND "b"`},
		{"- * ( ) ^ : + ''", ""},
		{"text:x", `"text:x"`},
	}
	for _, tt := range tests {
		if got := (Query{Text: tt.text}).ftsQuery(); got != tt.want {
			t.Errorf("%q became %s, want %s", tt.text, got, tt.want)
		}
	}
}

// FuzzSearch: whatever a person types, there is an answer, and a text finds
// itself.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{
		"", "a", `"`, `""`, "*", "-", "a*b", "^a", "NEAR(a b, 3)", "a AND", "{text}: x", "\x00", "\xff\xfe",
		"'; DROP TABLE event; --", "ﬁ İ ß 日本語 🙂", strings.Repeat("a b ", 600), "-a", "--a", `-"a b"`, "names : ᚠs2",
	} {
		f.Add(s)
	}
	db := openNew(f, testOptions())
	db.Record(spent(1))
	flush(f, db)
	n := uint64(1)
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := db.Events(t.Context(), Query{Text: s, Keys: []event.KeyID{event.KeyID(s)}, Providers: []string{s}}); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		word := strings.Map(func(r rune) rune {
			if r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
				return r
			}
			return -1
		}, s)
		if word == "" || len(word) > 200 || len(s) > maxText/2 {
			return // of a longer line the end is not kept
		}
		n++
		db.Record(event.Envelope{Seq: n, At: start, Source: hub("prod"), Body: &event.SpendRecorded{Key: event.KeyID(s), Model: word}})
		flush(t, db)
		p := must[Page](t)(db.Events(t.Context(), Query{Text: word, Keys: []event.KeyID{event.KeyID(s)}, Limit: 1}))
		if s != "" && (len(p.Events) != 1 || p.Events[0].Seq != int64(n)) {
			t.Fatalf("%q: %+v", s, p)
		}
	})
}

// TestRunsAreNumberedOn: a second run, whether its engine begins at 1 or goes
// on, does not collide with the first; repeats are kept once.
func TestRunsAreNumberedOn(t *testing.T) {
	path := t.TempDir() + "/history.db"
	run := func(first, last int, want []int64, base int64) {
		t.Helper()
		db, _, err := Open(t.Context(), path, testOptions())
		if err != nil {
			t.Fatal(err)
		}
		for n := first; n <= last; n++ {
			db.Record(spent(n))
		}
		db.Record(spent(first)) // a repeat
		flush(t, db)
		got := []int64{}
		for _, e := range must[Page](t)(db.Events(t.Context(), Query{})).Events {
			got = append(got, e.Seq)
		}
		if diff := cmp.Diff(want, got); diff != "" || db.SeqBase() != base {
			t.Errorf("base %d, want %d; -want +got:\n%s", db.SeqBase(), base, diff)
		}
		if s := must[Stats](t)(db.Stats(t.Context())); s.Duplicates != 1 {
			t.Errorf("%d repeats", s.Duplicates)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	run(1, 3, []int64{3, 2, 1}, 0)
	run(1, 2, []int64{5, 4, 3, 2, 1}, 3)
	run(6, 7, []int64{7, 6, 5, 4, 3, 2, 1}, 0)
}

// TestEveryKindIsStored: each kind that there is goes in and comes out.
func TestEveryKindIsStored(t *testing.T) {
	db := openNew(t, testOptions())
	for i, k := range event.Kinds() {
		body, err := event.Decode(k, []byte(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		db.Record(event.Envelope{Seq: uint64(i + 1), At: start, Source: hub("prod"), Body: body})
	}
	flush(t, db)
	for _, k := range event.Kinds() {
		p := must[Page](t)(db.Events(t.Context(), Query{Kinds: []event.Kind{k}}))
		if len(p.Events) != 1 {
			t.Errorf("%s: %d events", k, len(p.Events))
			continue
		}
		if _, err := event.Decode(k, p.Events[0].Body); err != nil {
			t.Error(err)
		}
	}
}

// TestHostileEvents: what a gateway can put into an event does not stop others.
func TestHostileEvents(t *testing.T) {
	db := openNew(t, testOptions())
	hostile := []event.Event{
		&event.SpendRecorded{Key: "a\x00b", Model: "m\xff"},
		&event.SpendRecorded{Key: event.KeyID(strings.Repeat("k", 100_000))},
		event.ProviderHealthChanged{Name: strings.Repeat("n", 500_000)},
		event.NavigationChanged{Entity: event.EntityVirtualKey, ID: "9", Data: json.RawMessage("not json")},
		event.TaskProgressed{Task: "<script>", Error: "\u202e'; DROP TABLE event; --"},
	}
	for i, b := range hostile {
		db.Record(event.Envelope{Seq: uint64(i + 1), At: start, Source: hub("prod"), Body: b})
	}
	flush(t, db)
	p := must[Page](t)(db.Events(t.Context(), Query{}))
	if len(p.Events) != len(hostile) {
		t.Fatalf("%d of %d", len(p.Events), len(hostile))
	}
	for _, e := range p.Events {
		if !json.Valid(e.Body) {
			t.Errorf("body of %d: %q", e.Seq, e.Body)
		}
	}
	for _, q := range []Query{{Keys: []event.KeyID{"a\x00b"}}, {Keys: []event.KeyID{event.KeyID(strings.Repeat("k", 100_000))}}, {Keys: []event.KeyID{"9"}}, {Task: "<script>"}} {
		if p := must[Page](t)(db.Events(t.Context(), q)); len(p.Events) != 1 {
			t.Errorf("%.40q: %d events", q.Keys, len(p.Events))
		}
	}
}
