package alert

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatewatch/internal/event"
)

var noon = time.Date(2026, 11, 23, 14, 2, 0, 0, time.UTC)

// a makes an alert for a text.
func a(rule string, sev event.Severity, f Facts, more ...func(*Alert)) Alert {
	al := Alert{
		Rule: rule, Severity: sev, Gateway: "prod", Label: "prod", Status: StatusFiring, Since: noon, Fired: noon,
		Facts: f, Category: categoryOf(rule),
	}
	for _, m := range more {
		m(&al)
	}
	return al
}

func categoryOf(rule string) Category {
	for _, r := range Builtin() {
		if r.ID == rule {
			return r.Category
		}
	}
	return CategorySpend
}

func dim(d string) func(*Alert) { return func(al *Alert) { al.Dimension = d } }

func usd(d float64) event.NanoUSD { return event.USD(d) }

// TestTexts holds the wording, to the character.
func TestTexts(t *testing.T) {
	days := func(n int) time.Time { return noon.Add(time.Duration(n)*24*time.Hour + time.Minute) }
	provider := func(names ...string) (as []Alert) {
		for _, n := range names {
			as = append(as, a("provider.unhealthy", critical, Facts{Name: n}))
		}
		return as
	}
	for _, c := range []struct {
		name        string
		say         Say
		alerts      []Alert
		after       time.Duration
		title, body string
	}{
		{
			"budget warning", SayFiring,
			[]Alert{a("budget.used", warning, Facts{Name: "team-billing", Used: 0.75, Spend: usd(375), Limit: usd(500), PerHour: usd(1.736), Resets: days(9)}, dim("0.75"))},
			0, "team-billing has used 75 % — prod",
			"$375 of $500. At the last hour's rate it lasts about 2–4 days; resets in 9 days.",
		},
		{
			"budget critical", SayFiring,
			[]Alert{a("budget.used", critical, Facts{Name: "team-billing", Used: 0.9, Spend: usd(450), Limit: usd(500), PerHour: usd(4.35)}, dim("0.9"))},
			0, "team-billing has used 90 % — prod",
			"$450 of $500. About 9–14 h left at the current rate. Requests are blocked at 100 %.",
		},
		{
			"exhausted", SayFiring,
			[]Alert{a("budget.exhausted", critical, Facts{Name: "team-billing", Used: 1.0008, Spend: usd(500.40), Limit: usd(500), Keys: 3})},
			0, "team-billing is out of budget — prod",
			"$500.40 of $500. New requests are being refused. 3 keys affected.",
		},
		{
			"two budgets", SayFiring,
			[]Alert{
				a("budget.used", critical, Facts{Name: "team-billing", Used: 0.911}, dim("0.9")),
				a("budget.used", critical, Facts{Name: "agents", Used: 0.96}, dim("0.9")),
			},
			0, "2 budgets above 90 % — prod", "team-billing 91 %, agents 96 %.",
		},
		{
			"forecast", SayFiring,
			[]Alert{a("budget.forecast", warning, Facts{
				Name: "agents", Early: days(3), Late: days(4), Resets: time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC),
				RateSince: noon.Add(-202 * time.Minute),
			})},
			0, "agents will run out before its reset — prod",
			"Likely Thu–Fri; reset is Mon 1st. Rate doubled since 10:40.",
		},
		{
			"spike and loop", SayFiring,
			[]Alert{a("spend.spike", warning, Facts{Name: "crawler", Spend: usd(6.20), Usual: usd(0.40), Equal: 71, Model: "gpt-4o"})},
			0, `Unusual spend on key "crawler" — prod`,
			"$6.20 in 15 min, usually $0.40. Looks like a loop: 71 equal requests to gpt-4o.",
		},
		{
			"provider down", SayFiring,
			[]Alert{a("provider.unhealthy.derived", critical, Facts{Name: "OpenAI", Requests: 214, Failed: 67, Models: 6, Uncovered: 3})},
			0, "OpenAI is unhealthy — prod",
			"31 % of 214 requests failed in 5 min. 3 of 6 models have no fallback.",
		},
		{
			"provider credential", SayFiring,
			[]Alert{a("provider.credentials", warning, Facts{Name: "Anthropic", Code: 401, From: noon})},
			0, "Anthropic rejected our key — prod",
			"401 since 14:02. Not an outage: check or rotate the credential.",
		},
		{
			"switched off", SayFiring,
			[]Alert{a("provider.switched_off", critical, Facts{Name: "OpenAI", Code: 401, From: noon, Models: 6})},
			0, "The gateway switched OpenAI off — prod",
			"One upstream 401 at 14:02. It stays off until someone enables it. 6 models affected.",
		},
		{
			"part of the gateway down", SayFiring,
			[]Alert{a("gateway.impaired", critical, Facts{Part: "Redis", From: noon})},
			0, "prod is impaired: Redis does not answer",
			"Live events may stop; new connections hang. REST still answers.",
		},
		{
			"event bus down", SayFiring,
			[]Alert{a("gateway.impaired", critical, Facts{Part: "event bus", From: noon})},
			0, "prod is impaired: its event bus is down",
			"Changes reach the gateway late or not at all. A key disabled since 14:02 may still work.",
		},
		{
			"our address is banned, the key is right", SayFiring,
			[]Alert{a("gateway.auth", critical, Facts{Part: "admin", Code: 403, Cause: "The gateway banned our address for up to 30 minutes, after too many wrong keys."})},
			0, "Gateway prod does not let us in",
			"Admin: 403. The gateway banned our address for up to 30 minutes, after too many wrong keys.",
		},
		{
			"the only key is refused", SayFiring,
			[]Alert{a("gateway.auth", critical, Facts{Part: "core", Code: 401})},
			0, "Gateway prod refused the key", "Core: 401. It may have been rotated: update it in Settings.",
		},
		{
			"one of several keys is refused", SayFiring,
			[]Alert{a("gateway.auth", critical, Facts{Part: "core", Code: 401, Name: "crawler", Keys: 1, Others: 2})},
			0, `Gateway prod refused key "crawler"`,
			"Core: 401. The other 2 keys go on. It may have been rotated: update it in Settings.",
		},
		{
			"two of three keys are refused", SayFiring,
			[]Alert{a("gateway.auth", critical, Facts{Part: "core", Code: 401, Name: "agents, crawler", Keys: 2, Others: 1})},
			0, "Gateway prod refused 2 keys", "agents, crawler. Core: 401. The other key goes on. Update them in Settings.",
		},
		{
			"key expires", SayFiring,
			[]Alert{a("key.expiring", warning, Facts{Name: "crawler", Resets: noon.Add(23 * time.Hour), Left: 23 * time.Hour})},
			0, "crawler expires in 23 h — prod", "On 24 Nov 13:02. Its requests are refused from then on.",
		},
		{
			"key has expired", SayFiring,
			[]Alert{a("key.expiring", warning, Facts{Name: "crawler", Resets: noon, Action: "expired"})},
			time.Hour, "crawler has expired — prod", "On 23 Nov 14:02. Its requests are refused until it is renewed.",
		},
		{
			"key was renewed", SayResolved,
			[]Alert{a("key.expiring", warning, Facts{Name: "crawler", Resets: days(70), Action: "expired"})},
			time.Hour, "crawler was renewed — prod", "It expires on 1 Feb 14:03 now.",
		},
		{
			"expired and expiring", SayFiring,
			[]Alert{
				a("key.expiring", warning, Facts{Name: "crawler", Resets: noon, Action: "expired"}),
				a("key.expiring", warning, Facts{Name: "agents", Resets: days(1)}),
			},
			0, "2 keys expired or expiring — prod", "crawler (expired), agents.",
		},
		{
			"uncharged traffic", SayFiring,
			[]Alert{a("spend.uncharged", warning, Facts{Requests: 212, Failed: 102})},
			0, "Spend is undercounted — prod",
			"48 % of 212 requests in the last hour were not charged (streaming without usage).",
		},
		{
			"recovered", SayResolved,
			[]Alert{a("provider.unhealthy", critical, Facts{Name: "OpenAI"}, func(al *Alert) {
				al.Status, al.Gone = StatusResolved, noon.Add(12*time.Minute)
			})},
			13 * time.Minute, "OpenAI is healthy again — prod", "Was down 12 min.",
		},
		{
			"unstable", SayUnstable,
			[]Alert{a("provider.unhealthy", critical, Facts{Name: "OpenAI"}, func(al *Alert) { al.Transitions, al.FlapSince = 4, noon })},
			11 * time.Minute, "OpenAI is unstable — prod",
			"4 changes in 11 min. You will hear again when it settles.",
		},
		{
			"many", SayFiring, provider("OpenAI", "Anthropic", "Gemini", "Groq", "Mistral", "Cohere", "Azure"),
			0, "7 providers unhealthy — prod", "OpenAI, Anthropic, Gemini and 4 more. Gateway itself answers.",
		},
		{
			"gateway down", SayFiring,
			[]Alert{a("gateway.unreachable", critical, Facts{Cause: "timeout"})},
			time.Minute, "Gateway prod does not answer",
			"Since 14:02 (timeout). Your network is fine. Provider alerts are on hold.",
		},
		{
			"feed stuck", SayFiring,
			[]Alert{a("hub.silent", warning, Facts{Part: "spend", Spend: usd(4.10), From: noon})},
			12 * time.Minute, "Live spend feed is stuck — prod",
			"No events for 12 min although $4.10 was booked. Using polling.",
		},
		{
			"task failed", SayFiring,
			[]Alert{a("task.failed", warning, Facts{
				Name: "studio", Medium: "video", Model: "minimax video-01", Error: "content filter",
				Cause: "Cannot be retried", Spend: usd(0.42),
			})},
			0, `Video failed — key "studio"`, "minimax video-01: content filter. Cannot be retried. $0.42 spent.",
		},
		{
			"task stuck", SayFiring,
			[]Alert{a("task.stuck", warning, Facts{Name: "studio", Medium: "video", Progress: 64, Idle: 6 * time.Minute, Step: 40 * time.Second})},
			0, `Video seems stuck — key "studio"`, "64 % for 6 min; steps usually take 40 s.",
		},
		{
			"change", SayFiring,
			[]Alert{a("config.changed", info, Facts{Name: "OpenAI", Part: "provider", Action: "disabled", From: noon.Add(-time.Minute), Models: 6})},
			0, "Provider OpenAI was disabled — prod", "By configuration change at 14:01. 6 models affected.",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			title, body := Group(c.say, c.alerts, false, time.UTC, noon.Add(c.after))
			if diff := cmp.Diff([]string{c.title, c.body}, []string{title, body}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDigestAndOverflowTexts(t *testing.T) {
	open := []Alert{a("provider.unhealthy", critical, Facts{Name: "OpenAI"})}
	title, body := Digest(130*time.Minute, open, 3, 4, usd(18.40), false, time.UTC, noon)
	if title != "While you were away (2 h 10 min)" || body != "1 still open: OpenAI unhealthy. 3 solved. $18.40 spent. 4 tasks done." {
		t.Errorf("%q %q", title, body)
	}
	title, body = Overflow(6)
	if title != "6 more alerts" || body != "Open the list to see them." {
		t.Errorf("%q %q", title, body)
	}
}

func TestOneProviderOnTwoGateways(t *testing.T) {
	b := a("provider.unhealthy", critical, Facts{Name: "OpenAI"}, func(al *Alert) { al.Gateway, al.Label = "staging", "staging" })
	title, body := Group(SayFiring, []Alert{a("provider.unhealthy", critical, Facts{Name: "OpenAI"}), b}, false, time.UTC, noon)
	if title != "OpenAI is unhealthy on 2 gateways" || body != "prod, staging." {
		t.Errorf("%q %q", title, body)
	}
}

func TestMoney(t *testing.T) {
	for want, n := range map[string]event.NanoUSD{
		"$375": usd(375), "$0.42": usd(0.42), "$500.40": usd(500.40), "$0": 0, "$499.99": usd(499.9999),
		"$0.0012": 1_234_567, "$0.000000001": 1, "-$3.50": usd(-3.5), "$12345.60": usd(12345.6), "$0.05": usd(0.05),
		"$9223372036.85": 1<<63 - 1,
	} {
		if got := Money(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

// Every rule has its texts, whole and within the limits, whatever the names
// are; privacy mode gives no name and no amount away.
func TestTextsFitAndKeepPrivate(t *testing.T) {
	rules := Builtin()
	for _, r := range rules {
		if p := phrases[r.ID]; p.title == nil || p.body == nil || p.many == "" || p.brief == nil || p.hush == "" {
			t.Errorf("%s has no complete texts", r.ID)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(rt, "n")
		say := rapid.SampledFrom([]Say{SayFiring, SayResolved, SayUnstable}).Draw(rt, "say")
		text := rapid.StringOfN(rapid.RuneFrom([]rune("abc XYZ09-_/\n\u202e€漢\x1b<&")), 0, 80, -1)
		var as []Alert
		for range n {
			r := rules[rapid.IntRange(0, len(rules)-1).Draw(rt, "rule")]
			as = append(as, a(r.ID, critical, Facts{
				Name: "N4ME" + text.Draw(rt, "name"), Error: text.Draw(rt, "error"), Model: text.Draw(rt, "model"),
				Part: text.Draw(rt, "part"), Medium: rapid.SampledFrom([]string{"", "video"}).Draw(rt, "medium"),
				Used: rapid.Float64Range(0, 9).Draw(rt, "used"), Spend: usd(rapid.Float64Range(0, 1e9).Draw(rt, "spend")),
				Limit: usd(777), PerHour: usd(rapid.Float64Range(0, 1e4).Draw(rt, "rate")), Requests: 5, Failed: 3,
				Old: text.Draw(rt, "old"), New: text.Draw(rt, "new"), Models: 3, Equal: 70, Code: 401,
			}, dim("0.9"), func(al *Alert) { al.Label = text.Draw(rt, "label") }))
		}
		for _, private := range []bool{false, true} {
			title, body := Group(say, as, private, time.UTC, noon)
			if title == "" || utf8.RuneCountInString(title) > MaxTitle || utf8.RuneCountInString(body) > MaxBody {
				rt.Fatalf("%q (%d) %q (%d)", title, utf8.RuneCountInString(title), body, utf8.RuneCountInString(body))
			}
			if strings.ContainsAny(title+body, "\n\x1b\u202e") {
				rt.Fatalf("unsafe: %q %q", title, body)
			}
			if private && (strings.Contains(title+body, "N4ME") || strings.Contains(title+body, "$")) {
				rt.Fatalf("private: %q %q", title, body)
			}
		}
	})
}

func TestNumbersAreNeverCut(t *testing.T) {
	long := strings.Repeat("n", 200)
	for _, al := range []Alert{
		a("budget.used", critical, Facts{Name: long, Used: 0.91, Spend: usd(123456.78), Limit: usd(135000)}, dim("0.9")),
		a("spend.spike", warning, Facts{Name: long, Spend: usd(6.2), Usual: usd(0.4), Equal: 71, Model: long}),
	} {
		title, body := Text(SayFiring, &al, false, time.UTC, noon)
		if al.Rule == "budget.used" && (!strings.Contains(title, "91 %") || !strings.HasPrefix(body, "$123456.78 of $135000.")) {
			t.Errorf("%q %q", title, body)
		}
		if al.Rule == "spend.spike" && !strings.HasPrefix(body, "$6.20 in 15 min, usually $0.40.") {
			t.Errorf("%q %q", title, body)
		}
		if !strings.HasSuffix(title, "— prod") {
			t.Errorf("the gateway is lost: %q", title)
		}
	}
	if got := clip("1234567890123", 8); strings.ContainsAny(got, "0123456789") {
		t.Errorf("half a number: %q", got)
	}
}
