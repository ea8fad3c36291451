package text

import (
	"encoding/json"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatewatch/internal/core/event"
)

// golden reads the cases that the page's formatter is held to as well.
func golden(t *testing.T) map[string][][]any {
	t.Helper()
	b, err := os.ReadFile("testdata/format.json")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string][][]any{}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// formatters has one function for each list of cases; all but the last argument
// of a case go in.
var formatters = map[string]func(in []any) string{
	"money":      func(in []any) string { return Money(event.NanoUSD(number(in[0]))) },
	"shortMoney": func(in []any) string { return ShortMoney(event.NanoUSD(number(in[0]))) },
	"moneyOf": func(in []any) string {
		return MoneyOf(event.NanoUSD(number(in[0])), event.NanoUSD(number(in[1])))
	},
	"shortMoneyOf": func(in []any) string {
		return ShortMoneyOf(event.NanoUSD(number(in[0])), event.NanoUSD(number(in[1])))
	},
	"rate":     func(in []any) string { return Rate(event.NanoUSD(number(in[0]))) },
	"share":    func(in []any) string { return Share(number(in[0])) },
	"count":    func(in []any) string { return Count(int64(number(in[0]))) },
	"plural":   func(in []any) string { return Plural(int(number(in[0])), in[1].(string)) },
	"bytes":    func(in []any) string { return Bytes(int64(number(in[0]))) },
	"latency":  func(in []any) string { return Latency(number(in[0])) },
	"duration": func(in []any) string { return Duration(millis(in[0])) },
	"age":      func(in []any) string { return Age(millis(in[0])) },
	"clock":    func(in []any) string { return Clock(moment(in[0]), moment(in[1]), time.UTC) },
}

func number(v any) float64 { return v.(float64) }

func millis(v any) time.Duration { return time.Duration(number(v)) * time.Millisecond }

func moment(v any) time.Time {
	p, ok := v.([]any)
	if !ok {
		return time.Time{}
	}
	n := func(i int) int { return int(number(p[i])) }
	return time.Date(n(0), time.Month(n(1)), n(2), n(3), n(4), 0, 0, time.UTC)
}

func TestFormatsAsTheGoldenCasesSay(t *testing.T) {
	cases := golden(t)
	for name, format := range formatters {
		if len(cases[name]) == 0 {
			t.Errorf("no case of %s", name)
		}
		for _, c := range cases[name] {
			want := c[len(c)-1].(string)
			if got := format(c[:len(c)-1]); got != want {
				t.Errorf("%s %v is %q, want %q", name, c[:len(c)-1], got, want)
			}
		}
	}
	for name := range cases {
		if formatters[name] == nil {
			t.Errorf("nobody formats %s", name)
		}
	}
}

func TestTheLargestAmountsAreWhole(t *testing.T) {
	for n, want := range map[event.NanoUSD]string{
		math.MaxInt64: "$9,223,372,036.85", math.MinInt64: "-$9,223,372,036.85",
	} {
		if got := Money(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}

func TestAShareIsNeverRoundedUp(t *testing.T) {
	for name, format := range map[string]func(float64) string{"Share": Share, "ExactShare": ExactShare} {
		rapid.Check(t, func(rt *rapid.T) {
			share := rapid.OneOf(
				rapid.Float64Range(0, 1), rapid.Float64Range(0.99, 1),
				rapid.Map(rapid.Uint64Range(1, 1<<20), func(ulps uint64) float64 { return math.Float64frombits(math.Float64bits(1) - ulps) }),
			).Draw(rt, "share")
			if s := format(share); share < 1 && strings.HasPrefix(s, "100") {
				rt.Fatalf("%s(%v) is %q", name, share, s)
			}
		})
	}
	if got := Share(math.NaN()); got != Unknown {
		t.Errorf("no number is %q", got)
	}
	if got := ExactShare(0.89937); got != "89.93 %" {
		t.Errorf("an exact share is %q", got)
	}
}

// What is spent of a limit in whole nano-dollars never reads as the limit.
func TestAlmostALimitIsNotALimit(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limit := event.NanoUSD(rapid.Int64Range(2, int64(1_000_000*event.PerUSD)).Draw(rt, "limit"))
		left := event.NanoUSD(rapid.Int64Range(1, int64(limit)).Draw(rt, "left"))
		if s := Share((limit - left).Dollars() / limit.Dollars()); s == "100 %" && (limit-left).Dollars() < limit.Dollars() {
			rt.Fatalf("%d of %d is %s", limit-left, limit, s)
		}
	})
}

func TestSomeMoneyNeverLooksLikeNone(t *testing.T) {
	form := regexp.MustCompile(`^-?\$\d{1,3}(,\d{3})*(\.\d{2,9})?$`)
	rapid.Check(t, func(rt *rapid.T) {
		n := event.NanoUSD(rapid.Int64().Draw(rt, "nano"))
		for _, s := range []string{Money(n), ShortMoney(n)} {
			if n != 0 && !strings.ContainsAny(s, "123456789") || !form.MatchString(s) {
				rt.Fatalf("%d is %q", n, s)
			}
		}
	})
}

// An amount is rounded to the nearest cent, and so is off by half a cent at most.
func TestMoneyIsRoundedToTheNearestCent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.Int64Range(10_000_000, 1<<53).Draw(rt, "nano")
		s := strings.NewReplacer("$", "", ",", "").Replace(Money(event.NanoUSD(n)))
		read, _, err := event.ParseUSD([]byte(s))
		if err != nil {
			rt.Fatal(err)
		}
		if off := int64(read) - n; off > 5_000_000 || off < -5_000_000 {
			rt.Fatalf("%d is %s", n, s)
		}
	})
}

// A part that is less than the whole never reads as if the limit were reached.
func TestAPartNeverReadsLikeTheWhole(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		whole := rapid.Int64Range(2, int64(10_000*event.PerUSD)).Draw(rt, "whole")
		part := whole - rapid.Int64Range(1, min(whole-1, int64(event.PerUSD/50))).Draw(rt, "left")
		for _, text := range []string{
			MoneyOf(event.NanoUSD(part), event.NanoUSD(whole)), ShortMoneyOf(event.NanoUSD(part), event.NanoUSD(whole)),
		} {
			if small, large, _ := strings.Cut(text, " of "); small == large {
				rt.Errorf("%d of %d nano-dollars: %s", part, whole, text)
			}
		}
	})
}

// TestAShareThatWasSetIsSaidAsItWasTyped: nothing is cut of a threshold.
func TestAShareThatWasSetIsSaidAsItWasTyped(t *testing.T) {
	for share, want := range map[float64]string{0.335: "33.5 %", 0.75: "75 %", 0.29: "29 %", 0.8725: "87.25 %", 1: "100 %"} {
		if got := SetShare(share); got != want {
			t.Errorf("%v is %q, not %q", share, got, want)
		}
	}
	if got := PastThreshold("0.335", ""); got != "Threshold 33.5 %." {
		t.Errorf("an alert says %q", got)
	}
}
