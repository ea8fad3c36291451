package alert

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// asks has key 1 ask a model so many times within a span, evenly and a little off,
// and returns what happened of a rule.
func (w *world) asks(r *rand.Rand, rule string, d time.Duration, n int, model string, size func(i int) (tokens uint32, dollars float64)) (happened []string) {
	step := d / time.Duration(n)
	for i := range n {
		tokens, dollars := size(i)
		w.fact(&event.SpendRecorded{
			Key: "1", Name: "crawler", Model: model, Amount: event.USD(dollars), Input: tokens, At: w.at, Request: fmt.Sprint("log:", w.seq),
		})
		for _, is := range w.after(step/2 + time.Duration(r.Int64N(int64(step)))) {
			if strings.HasPrefix(is, rule+" ") {
				happened = append(happened, is)
			}
		}
	}
	return happened
}

// varied are requests of all sizes, as of people.
func varied(r *rand.Rand) func(int) (uint32, float64) {
	return func(int) (uint32, float64) { n := 200 + r.Uint32N(4000); return n, float64(n) / 50_000 }
}

func TestTheSameAgainAndAgain(t *testing.T) {
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := newWorld(t, DefaultConfig())
		w.key("1", "crawler", 0.1)
		if got := w.asks(r, "spend.repeats", 90*time.Minute, 120, "demo-chat", varied(r)); len(got) > 0 {
			t.Fatalf("seed %d: of all sizes: %q", seed, got)
		}
		same := func(int) (uint32, float64) { return 1200, 0.03 }
		if got := w.asks(r, "spend.repeats", 12*time.Minute, 100, "demo-chat", same); !slices.Contains(got, "spend.repeats fired") {
			t.Fatalf("seed %d: the same again and again was not told: %q", seed, got)
		}
		a := w.only("spend.repeats")
		if a.Annotations.Tokens != 1200 || a.Severity != warning || a.OnFiring != NotifyNow || !strings.Contains(a.Body, "1200 tokens") && !strings.Contains(a.Body, "1,200 tokens") {
			t.Errorf("seed %d: %s %q %+v", seed, a.Severity, a.Body, a.Annotations)
		}
	}
}

// A key that always asks the same, as all recorded ones do (1,200 tokens, $0.011), is
// nothing unusual.
func TestWhatIsAlwaysTheSameIsUsual(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.1)
	same := func(int) (uint32, float64) { return 1200, 0.011 }
	got := w.asks(r, "spend.repeats", 90*time.Minute, 120, "demo-chat", same)
	if got = append(got, w.asks(r, "spend.repeats", 20*time.Minute, 300, "demo-chat", same)...); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

func TestRequestsThatAreMadeAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.1)
	if got := w.asks(r, "spend.retries", 90*time.Minute, 150, "demo-chat", varied(r)); len(got) > 0 {
		t.Fatalf("of all sizes: %q", got)
	}
	var last uint32
	retried := func(i int) (uint32, float64) { // each is asked three times, the answers differ
		if i%3 == 0 {
			last = 200 + r.Uint32N(4000)
		}
		return last, 0.02 + 0.01*r.Float64()
	}
	if got := w.asks(r, "spend.retries", 12*time.Minute, 90, "demo-chat", retried); !slices.Contains(got, "spend.retries fired") {
		t.Fatalf("not told: %q", got)
	}
	a := w.only("spend.retries")
	if f := a.Annotations; a.Severity != info || a.OnFiring != NotifyNever || f.Equal < 30 || f.Equal > 70 || f.Spend <= 0 {
		t.Errorf("%s %q %+v", a.Severity, a.Body, f)
	}
}

// The row is the gateway's form (UsageTracked, with a status of 500): see the audit's
// own test in package rest.
func TestErrorsThatArePaidFor(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.1)
	told := func(n int, cost float64) []string {
		w.fact(event.AuditMeasured{Keys: []event.KeyTraffic{{
			Key: "1", Traffic: event.Traffic{Requests: 40, Failed: 5}, PaidErrors: n, PaidFor: event.USD(cost),
		}}, At: w.at})
		return w.after(time.Minute)
	}
	if got := told(2, 0.2); len(got) > 0 {
		t.Fatalf("of two: %q", got)
	}
	if got := told(5, 0.21); !slices.Contains(got, "spend.errors fired") {
		t.Fatalf("%q", got)
	}
	if a := w.only("spend.errors"); a.Severity != info || a.Body != "5 of 40 calls in the last hour ended in an error and were charged: $0.21." {
		t.Errorf("%s %q", a.Severity, a.Body)
	}
	told(0, 0)
	if got := w.after(16 * time.Minute); !slices.Contains(got, "spend.errors resolved") {
		t.Errorf("%q", got)
	}
}

func TestAPriceThatDoubled(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.1)
	w.asks(r, "", 30*time.Minute, 60, "demo-chat", func(int) (uint32, float64) { return 1200, 0.05 })
	price := func(old, now string) []string {
		w.fact(event.NavigationChanged{
			Entity: event.EntityModelCost, Action: event.ActionUpdated, ID: "1", Name: "Chat standard", At: w.at,
			Comparison: event.Comparison{Models: []string{"demo-chat", "demo-chat-2"}, Values: []event.FieldChange{
				{Field: "inputCostPerMillionTokens", Old: old, New: now}, {Field: "costName", Old: "1", New: "9"},
			}},
		})
		return w.after(time.Minute)
	}
	if got := price("$2.50", "$4.00"); slices.Contains(got, "price.raised fired") {
		t.Fatalf("1.6 times is not twice: %q", got)
	}
	if got := price("$2.50", "$5.00"); !slices.Contains(got, "price.raised fired") {
		t.Fatalf("%q", got)
	}
	a := w.only("price.raised")
	if a.Severity != info || a.OnFiring != NotifyNever || a.Title != "Chat standard (price) is 2 times what it was — prod" ||
		a.Body != "A million tokens in: $2.50 → $5.00. Spent on demo-chat, demo-chat-2 since 14:02, at either price: about $3." {
		t.Errorf("%s %q %q", a.Severity, a.Title, a.Body)
	}
	if got := price("$5.00", "$2.50"); !slices.Contains(got, "price.raised resolved") {
		t.Errorf("what is as it was: %q", got)
	}
}

func TestAModelThatWasNeverUsed(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.1)
	dear := func(int) (uint32, float64) { return 1200, 0.1 }
	w.in.Books = map[string]time.Time{"prod": w.at.Add(-10 * time.Hour)}
	if got := w.asks(r, "model.first", 5*time.Minute, 30, "gpt-5.2", dear); len(got) > 0 {
		t.Fatalf("of books of ten hours: %q", got)
	}
	w.in.Books["prod"] = w.at.Add(-30 * time.Hour)
	w.in.Models = map[string]time.Time{"prod/gpt-5.2": w.at.Add(-30 * time.Hour), "prod/claude-opus": w.at.Truncate(time.Hour)}
	if got := w.asks(r, "model.first", 5*time.Minute, 30, "gpt-5.2", dear); len(got) > 0 {
		t.Fatalf("of a model that was used before: %q", got)
	}
	if got := w.asks(r, "model.first", 5*time.Minute, 30, "claude-opus", dear); !slices.Contains(got, "model.first fired") {
		t.Fatalf("%q", got)
	}
	if a := w.only("model.first"); a.Severity != info || a.Annotations.Requests < 10 || !strings.HasPrefix(a.Title, "crawler suddenly uses claude-opus") {
		t.Errorf("%s %q %+v", a.Severity, a.Title, a.Annotations)
	}
	if got := w.after(firstUsed + 16*time.Minute); !slices.Contains(got, "model.first resolved") {
		t.Errorf("nobody uses it any more: %q", got)
	}
}
