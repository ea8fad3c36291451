package text_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

var noon = time.Date(2026, 11, 23, 14, 2, 0, 0, time.UTC)

// a makes an alert for a text.
func a(rule string, sev event.Severity, f text.Annotations, more ...func(*alert.Alert)) alert.Alert {
	al := alert.Alert{
		Rule: rule, Severity: sev, Gateway: "prod", Label: "prod", Status: alert.StatusFiring, Since: noon, FiredAt: noon,
		Annotations: f, Category: categoryOf(rule), Several: true,
	}
	for _, m := range more {
		m(&al)
	}
	return al
}

func categoryOf(rule string) alert.Category {
	for _, r := range alert.Builtin() {
		if r.ID == rule {
			return r.Category
		}
	}
	return alert.CategorySpend
}

func described(alerts ...alert.Alert) []text.Alert {
	var out []text.Alert
	for _, al := range alerts {
		out = append(out, al.Described())
	}
	return out
}

func dim(d string) func(*alert.Alert) { return func(al *alert.Alert) { al.Dimension = d } }

func resolvedAfter(d time.Duration) func(*alert.Alert) {
	return func(al *alert.Alert) { al.Status, al.ClearedAt = alert.StatusResolved, noon.Add(d) }
}

func usd(d float64) event.NanoUSD { return event.USD(d) }

// TestTexts holds the wording, to the character.
func TestTexts(t *testing.T) {
	days := func(n int) time.Time { return noon.Add(time.Duration(n)*24*time.Hour + time.Minute) }
	provider := func(names ...string) (as []alert.Alert) {
		for _, n := range names {
			as = append(as, a("provider.unhealthy", event.SeverityCritical, text.Annotations{Name: n}))
		}
		return as
	}
	for _, c := range []struct {
		name        string
		say         text.MessageKind
		alerts      []alert.Alert
		after       time.Duration
		title, body string
	}{
		{
			"budget warning", text.MessageFiring,
			[]alert.Alert{a("budget.used", event.SeverityWarning, text.Annotations{Name: "team-billing", UsedRatio: 0.75, Spend: usd(375), Limit: usd(500), PerHour: usd(1.736), Resets: days(9)}, dim("0.75"))},
			0, "team-billing has used 75 % — prod",
			"$375 of $500. Resets in 9 days.",
		},
		{
			"budget critical", text.MessageFiring,
			[]alert.Alert{a("budget.used", event.SeverityCritical, text.Annotations{Name: "team-billing", UsedRatio: 0.9, Spend: usd(450), Limit: usd(500), PerHour: usd(4.35)}, dim("0.9"))},
			0, "team-billing has used 90 % — prod",
			"$450 of $500. Requests are blocked at 100 %.",
		},
		{
			"budget with a forecast", text.MessageFiring,
			[]alert.Alert{a("budget.used", event.SeverityWarning, text.Annotations{Name: "team-billing", UsedRatio: 0.75, Spend: usd(375), Limit: usd(500), Likely: noon.Add(3 * time.Hour), Resets: days(9)}, dim("0.75"))},
			0, "team-billing has used 75 % — prod",
			"$375 of $500. Likely used up " + text.Clock(noon.Add(3*time.Hour), noon, time.UTC) + "; resets in 9 days.",
		},
		{
			"exhausted", text.MessageFiring,
			[]alert.Alert{a("budget.exhausted", event.SeverityCritical, text.Annotations{Name: "team-billing", UsedRatio: 1.0008, Spend: usd(500.40), Limit: usd(500), Keys: 3})},
			0, "team-billing is out of budget — prod",
			"$500.40 of $500. New requests are being refused. 3 keys affected.",
		},
		{
			"two budgets", text.MessageFiring,
			[]alert.Alert{
				a("budget.used", event.SeverityCritical, text.Annotations{Name: "team-billing", UsedRatio: 0.911}, dim("0.9")),
				a("budget.used", event.SeverityCritical, text.Annotations{Name: "agents", UsedRatio: 0.96}, dim("0.9")),
			},
			0, "2 budgets above 90 % — prod", "team-billing 91 %, agents 96 %.",
		},
		{
			"forecast", text.MessageFiring,
			[]alert.Alert{a("budget.forecast", event.SeverityWarning, text.Annotations{
				Name: "agents", Early: noon.Add(60 * time.Hour), Likely: noon.Add(65 * time.Hour), Late: noon.Add(70 * time.Hour),
				Resets: noon.Add(200 * time.Hour), RateSince: noon.Add(-202 * time.Minute), Times: 2, Spend: usd(40), Limit: usd(50), Tried: 91,
			})},
			0, "agents will run out before its reset — prod",
			"Likely Nov 26, 07:02, between Nov 26, 02:02 and Nov 26, 12:02 in 8 of 10 cases. $40 of $50.",
		},
		{
			"spike and loop", text.MessageFiring,
			[]alert.Alert{a("spend.spike", event.SeverityWarning, text.Annotations{Name: "crawler", Spend: usd(6.20), Baseline: usd(0.40), Equal: 71, Model: "gpt-4o"})},
			0, `crawler: unusual spend — prod`,
			"$6.20 in 15 min, usually $0.40. Looks like a loop: the last 71 requests to gpt-4o came at equal intervals.",
		},
		{
			"provider down", text.MessageFiring,
			[]alert.Alert{a("provider.unhealthy.derived", event.SeverityCritical, text.Annotations{Name: "OpenAI", Requests: 214, Failed: 67, Models: 6, Uncovered: 3})},
			0, "OpenAI is unhealthy — prod",
			"31 % of 214 requests failed in 5 min. 3 of 6 models have no fallback.",
		},
		{
			"provider credential", text.MessageFiring,
			[]alert.Alert{a("provider.credentials", event.SeverityWarning, text.Annotations{Name: "Anthropic", HTTPStatus: 401, From: noon})},
			0, "Anthropic rejected our key — prod",
			"401 since 14:02. Not an outage: check or rotate the credential.",
		},
		{
			"switched off", text.MessageFiring,
			[]alert.Alert{a("provider.switched_off", event.SeverityCritical, text.Annotations{Name: "OpenAI", HTTPStatus: 401, From: noon, Models: 6})},
			0, "OpenAI was switched off by the gateway — prod",
			"One upstream 401 at 14:02. It stays off until someone enables it. 6 models affected.",
		},
		{
			"part of the gateway down", text.MessageFiring,
			[]alert.Alert{a("gateway.impaired", event.SeverityCritical, text.Annotations{Component: "Redis", From: noon})},
			0, "Redis does not answer — prod",
			"Live events may stop; new connections hang. REST still answers.",
		},
		{
			"event bus down", text.MessageFiring,
			[]alert.Alert{a("gateway.impaired", event.SeverityCritical, text.Annotations{Component: "event bus", From: noon})},
			0, "The event bus is down — prod",
			"Changes reach the gateway late or not at all. A key disabled since 14:02 may still work.",
		},
		{
			"our address is banned, the key is right", text.MessageFiring,
			[]alert.Alert{a("gateway.auth", event.SeverityCritical, text.Annotations{Component: "admin", HTTPStatus: 403, Cause: "This address is banned by the gateway for up to 30 min after wrong keys, not necessarily ours."})},
			0, "This address is banned by the gateway — prod",
			"Admin: 403. This address is banned by the gateway for up to 30 min after wrong keys, not necessarily ours.",
		},
		{
			"the only key is refused", text.MessageFiring,
			[]alert.Alert{a("gateway.auth", event.SeverityCritical, text.Annotations{Component: "core", HTTPStatus: 401})},
			0, "The virtual key is refused — prod", "Core: 401. It may have been rotated: update it in Connections.",
		},
		{
			"the master key is refused", text.MessageFiring,
			[]alert.Alert{a("gateway.auth", event.SeverityCritical, text.Annotations{Component: "admin", HTTPStatus: 401})},
			0, "The master key is refused — prod", "Admin: 401. It may have been rotated: update it in Connections.",
		},
		{
			"a key is accepted again", text.MessageResolved,
			[]alert.Alert{a("gateway.auth", event.SeverityCritical, text.Annotations{Component: "core", HTTPStatus: 401, Name: "crawler", Keys: 1, Others: 2}, resolvedAfter(12*time.Minute))},
			13 * time.Minute, "crawler (virtual key) is accepted again — prod", "After 12 min.",
		},
		{
			"what has no words for its end", text.MessageResolved,
			[]alert.Alert{a("spend.loop", event.SeverityCritical, text.Annotations{Name: "crawler"}, resolvedAfter(12*time.Minute))},
			13 * time.Minute, "crawler: unusual spend (over) — prod", "After 12 min.",
		},
		{
			"tasks of two keys", text.MessageFiring,
			[]alert.Alert{
				a("task.failed", event.SeverityWarning, text.Annotations{Name: "studio", Medium: "video"}),
				a("task.failed", event.SeverityWarning, text.Annotations{Medium: "image"}),
			},
			0, "2 tasks failed — prod", "studio (video), image.",
		},
		{
			"a task of no key that is known", text.MessageFiring,
			[]alert.Alert{a("task.done", event.SeverityInfo, text.Annotations{Medium: "video", Model: "veo"})},
			0, "Video is done — prod", "veo.",
		},
		{
			"books", text.MessageFiring,
			[]alert.Alert{a("books.differ", event.SeverityWarning, text.Annotations{Error: "api: $11.75 here, $20.75 there"})},
			0, "The books do not agree — prod", "api: $11.75 here, $20.75 there. What is shown of today may be wrong: the gateway's own books count.",
		},
		{
			"one of several keys is refused", text.MessageFiring,
			[]alert.Alert{a("gateway.auth", event.SeverityCritical, text.Annotations{Component: "core", HTTPStatus: 401, Name: "crawler", Keys: 1, Others: 2})},
			0, "crawler (virtual key) is refused — prod",
			"Core: 401. The other 2 keys go on. It may have been rotated: update it in Connections.",
		},
		{
			"two of three keys are refused", text.MessageFiring,
			[]alert.Alert{a("gateway.auth", event.SeverityCritical, text.Annotations{Component: "core", HTTPStatus: 401, Name: "agents, crawler", Keys: 2, Others: 1})},
			0, "2 virtual keys are refused — prod", "agents, crawler. Core: 401. The other key goes on. Update them in Connections.",
		},
		{
			"key expires", text.MessageFiring,
			[]alert.Alert{a("key.expiring", event.SeverityWarning, text.Annotations{Name: "crawler", Resets: noon.Add(23 * time.Hour), Left: 23 * time.Hour})},
			0, "crawler expires in 23 h — prod", "On Nov 24, 13:02. Its requests are refused from then on.",
		},
		{
			"key has expired", text.MessageFiring,
			[]alert.Alert{a("key.expiring", event.SeverityWarning, text.Annotations{Name: "crawler", Resets: noon, Action: "expired"})},
			time.Hour, "crawler has expired — prod", "On Nov 23, 14:02. Its requests are refused until it is renewed.",
		},
		{
			"key was renewed", text.MessageResolved,
			[]alert.Alert{a("key.expiring", event.SeverityWarning, text.Annotations{Name: "crawler", Resets: days(70), Action: "expired"})},
			time.Hour, "crawler was renewed — prod", "It expires on Feb 1, 14:03 now.",
		},
		{
			"expired and expiring", text.MessageFiring,
			[]alert.Alert{
				a("key.expiring", event.SeverityWarning, text.Annotations{Name: "crawler", Resets: noon, Action: "expired"}),
				a("key.expiring", event.SeverityWarning, text.Annotations{Name: "agents", Resets: days(1)}),
			},
			0, "2 keys expired or expiring — prod", "crawler (expired), agents.",
		},
		{
			"uncharged traffic", text.MessageFiring,
			[]alert.Alert{a("spend.uncharged", event.SeverityWarning, text.Annotations{Requests: 212, Failed: 102})},
			0, "Spend is undercounted — prod",
			"48 % of 212 requests in the last hour were not charged (streaming without usage).",
		},
		{
			"over, of one gateway, in full", text.MessageResolved,
			[]alert.Alert{
				a("gateway.unreachable", event.SeverityCritical, text.Annotations{Cause: "timeout"}),
				a("gateway.auth", event.SeverityCritical, text.Annotations{Name: "the virtual key", Component: "Core"}),
				a("gateway.auth", event.SeverityCritical, text.Annotations{Name: "the master key", Component: "Admin"}),
			},
			time.Minute, "3 alerts over", "prod does not answer, the virtual key refused (prod), the master key refused (prod).",
		},
		{
			"cut at a space, and not ended twice", text.MessageFiring,
			provider("a provider of a very long name indeed", "another one of a name as long", "a third of a long name as well which goes on and on and on and on"),
			0, "3 providers unhealthy — prod", "a provider of a very long…, another one of a name as long, a third of a long name as…",
		},
		{
			"recovered", text.MessageResolved,
			[]alert.Alert{a("provider.unhealthy", event.SeverityCritical, text.Annotations{Name: "OpenAI"}, func(al *alert.Alert) {
				al.Status, al.ClearedAt = alert.StatusResolved, noon.Add(12*time.Minute)
			})},
			13 * time.Minute, "OpenAI is healthy again — prod", "Was down about 12 min.",
		},
		{
			"unstable", text.MessageFlapping,
			[]alert.Alert{a("provider.unhealthy", event.SeverityCritical, text.Annotations{Name: "OpenAI"}, func(al *alert.Alert) { al.Transitions, al.FlapSince = 4, noon })},
			11 * time.Minute, "OpenAI is unstable — prod",
			"4 changes in 11 min. You will hear again when it settles.",
		},
		{
			"many", text.MessageFiring, provider("OpenAI", "Anthropic", "Gemini", "Groq", "Mistral", "Cohere", "Azure"),
			0, "7 providers unhealthy — prod", "OpenAI, Anthropic, Gemini and 4 more. Gateway itself answers.",
		},
		{
			"gateway down", text.MessageFiring,
			[]alert.Alert{a("gateway.unreachable", event.SeverityCritical, text.Annotations{Cause: "timeout"})},
			time.Minute, "prod does not answer",
			"Since 14:02 (timeout). Your network is fine. Provider alerts are on hold.",
		},
		{
			"feed stuck", text.MessageFiring,
			[]alert.Alert{a("hub.silent", event.SeverityWarning, text.Annotations{Component: "spend", Spend: usd(4.10), From: noon})},
			12 * time.Minute, "spend: its live feed is stuck — prod",
			"No events for 12 min although $4.10 was booked. Using polling.",
		},
		{
			"task failed", text.MessageFiring,
			[]alert.Alert{a("task.failed", event.SeverityWarning, text.Annotations{
				Name: "studio", Medium: "video", Model: "minimax video-01", Error: "content filter",
				Cause: "Cannot be retried", Spend: usd(0.42),
			})},
			0, "studio: video failed — prod", "minimax video-01: content filter. Cannot be retried. $0.42 spent.",
		},
		{
			"task stuck", text.MessageFiring,
			[]alert.Alert{a("task.stuck", event.SeverityWarning, text.Annotations{Name: "studio", Medium: "video", Progress: 64, Idle: 6 * time.Minute, Step: 40 * time.Second})},
			0, "studio: video seems stuck — prod", "64 % for 6 min; steps usually take 40 s.",
		},
		{
			"change", text.MessageFiring,
			[]alert.Alert{a("config.changed", event.SeverityInfo, text.Annotations{Name: "OpenAI", Component: "provider", Action: "disabled", From: noon.Add(-time.Minute), Models: 6})},
			0, "OpenAI (provider) was disabled — prod", "By configuration change at 14:01. 6 models affected.",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			title, body := text.AlertGroup(c.say, described(c.alerts...), false, time.UTC, noon.Add(c.after))
			if diff := cmp.Diff([]string{c.title, c.body}, []string{title, body}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDigestAndListingTexts(t *testing.T) {
	open := []alert.Alert{a("provider.unhealthy", event.SeverityCritical, text.Annotations{Name: "OpenAI"})}
	title, body := text.Digest(text.Away{For: 130 * time.Minute, Open: described(open...), Solved: described(a("budget.used", event.SeverityWarning, text.Annotations{Name: "Research"})), Tasks: 4, Spent: usd(18.40)}, false, time.UTC, noon)
	if title != "While you were away (2 h 10 min)" || body != "1 still open: OpenAI unhealthy. 1 solved: Research near its limit. $18.40 spent. 4 tasks done." {
		t.Errorf("%q %q", title, body)
	}
	worst, other := open[0], a("budget.used", event.SeverityWarning, text.Annotations{Name: "Research"})
	impaired := a("gateway.impaired", event.SeverityCritical, text.Annotations{Component: "Redis"})
	title, body = text.Listing(described(worst, other, impaired), false, time.UTC, noon)
	if title != "OpenAI is unhealthy, and 2 more — prod" || body != "Research near its limit, Redis impaired." {
		t.Errorf("%q %q", title, body)
	}
	if title, body = text.Listing(described(worst, other), true, time.UTC, noon); strings.Contains(title+body, "OpenAI") || strings.Contains(title+body, "Research") {
		t.Errorf("%q %q", title, body)
	}
}

func TestOneProviderOnTwoGateways(t *testing.T) {
	b := a("provider.unhealthy", event.SeverityCritical, text.Annotations{Name: "OpenAI"}, func(al *alert.Alert) { al.Gateway, al.Label = "staging", "staging" })
	title, body := text.AlertGroup(text.MessageFiring, described(a("provider.unhealthy", event.SeverityCritical, text.Annotations{Name: "OpenAI"}), b), false, time.UTC, noon)
	if title != "OpenAI is unhealthy on 2 gateways" || body != "prod, staging." {
		t.Errorf("%q %q", title, body)
	}
}

// Every rule has its texts, whole and within the limits, whatever the names
// are; privacy mode gives no name and no amount away.
func TestTextsFitAndKeepPrivate(t *testing.T) {
	rules := alert.Builtin()
	for _, r := range rules {
		if !text.Complete(r.ID) {
			t.Errorf("%s has no complete texts", r.ID)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(rt, "n")
		say := rapid.SampledFrom([]text.MessageKind{text.MessageFiring, text.MessageResolved, text.MessageFlapping}).Draw(rt, "say")
		words := rapid.StringOfN(rapid.RuneFrom([]rune("abc XYZ09-_/\n\u202e€漢\x1b<&")), 0, 80, -1)
		var as []alert.Alert
		for range n {
			r := rules[rapid.IntRange(0, len(rules)-1).Draw(rt, "rule")]
			as = append(as, a(r.ID, event.SeverityCritical, text.Annotations{
				Name: "N4ME" + words.Draw(rt, "name"), Error: words.Draw(rt, "error"), Model: words.Draw(rt, "model"),
				Component: words.Draw(rt, "part"), Medium: rapid.SampledFrom([]string{"", "video"}).Draw(rt, "medium"),
				UsedRatio: rapid.Float64Range(0, 9).Draw(rt, "used"), Spend: usd(rapid.Float64Range(0, 1e9).Draw(rt, "spend")),
				Limit: usd(777), PerHour: usd(rapid.Float64Range(0, 1e4).Draw(rt, "rate")), Requests: 5, Failed: 3,
				Old: words.Draw(rt, "old"), New: words.Draw(rt, "new"), Models: 3, Equal: 70, HTTPStatus: 401,
			}, dim("0.9"), func(al *alert.Alert) { al.Label = words.Draw(rt, "label") }))
		}
		for _, private := range []bool{false, true} {
			title, body := text.AlertGroup(say, described(as...), private, time.UTC, noon)
			if title == "" || utf8.RuneCountInString(title) > text.MaxTitle || utf8.RuneCountInString(body) > text.MaxBody {
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
	for _, al := range []alert.Alert{
		a("budget.used", event.SeverityCritical, text.Annotations{Name: long, UsedRatio: 0.91, Spend: usd(123456.78), Limit: usd(135000)}, dim("0.9")),
		a("spend.spike", event.SeverityWarning, text.Annotations{Name: long, Spend: usd(6.2), Baseline: usd(0.4), Equal: 71, Model: long}),
	} {
		al := al.Described()
		title, body := text.AlertText(text.MessageFiring, &al, false, time.UTC, noon)
		if al.Rule == "budget.used" && (!strings.Contains(title, "91 %") || !strings.HasPrefix(body, "$123,456.78 of $135,000.")) {
			t.Errorf("%q %q", title, body)
		}
		if al.Rule == "spend.spike" && !strings.HasPrefix(body, "$6.20 in 15 min, usually $0.40.") {
			t.Errorf("%q %q", title, body)
		}
		if !strings.HasSuffix(title, "— prod") {
			t.Errorf("the gateway is lost: %q", title)
		}
	}
	if got := text.Clip("1234567890123", 8); strings.ContainsAny(got, "0123456789") {
		t.Errorf("half a number: %q", got)
	}
}

// What an alert is about comes first and whole, whatever the rule and however long
// the name of its gateway is; of one gateway only what it is about is named.
func TestTheNameComesFirst(t *testing.T) {
	const name = "Fake-OpenAI-Compatible-Europe-West"
	about := map[string]string{ // of these a gateway, or what is of it as a whole, and not a thing with a name
		"gateway.unreachable": "prod", "gateway.impaired": "Spend", "books.differ": "The books", "spend.uncharged": "Spend", "hub.silent": "spend",
	}
	for _, r := range alert.Builtin() {
		for _, say := range []text.MessageKind{text.MessageFiring, text.MessageResolved, text.MessageFlapping} {
			for _, several := range []bool{true, false} {
				al := a(r.ID, event.SeverityCritical, text.Annotations{Name: name, Component: "spend", HTTPStatus: 401, Keys: 1, Models: 2, Action: "disabled"})
				first := name
				if about[r.ID] != "" && say != text.MessageFlapping {
					first = about[r.ID]
				}
				al.Several = several
				if several && first != "prod" {
					al.Label = strings.Repeat("production ", 30)
				}
				d := al.Described()
				title, _ := text.AlertText(say, &d, false, time.UTC, noon)
				if !strings.HasPrefix(title, first) {
					t.Errorf("%s, %s: %q", r.ID, say, title)
				}
				if !several && strings.Contains(title, " — ") {
					t.Errorf("%s, %s, of one gateway: %q", r.ID, say, title)
				}
			}
		}
	}
}
