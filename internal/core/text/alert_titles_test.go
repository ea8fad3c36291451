package text_test

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// What a title is about comes first: the gateway's name is last and only there among
// several, whatever the rule and whatever is said. Only what is about a gateway as a
// whole begins with its name.
func TestATitleBeginsWithWhatItIsAbout(t *testing.T) {
	const label = "prod"
	about := map[string][]text.Annotations{
		"gateway.impaired": {
			{Component: "Redis"},
			{Component: "its database"},
			{Component: "event bus"},
			{Component: "MassTransit"},
			{Component: text.EitherComponent},
			{Component: text.LiveEvents},
			{Component: "Core"},
		},
		"gateway.auth": {
			{Component: "core", HTTPStatus: 401},
			{Component: "admin", HTTPStatus: 401},
			{Component: "core", HTTPStatus: 401, Name: "crawler", Keys: 1},
			{Component: "core", HTTPStatus: 401, Name: "crawler, studio", Keys: 2},
			{Component: "admin", HTTPStatus: 403, Cause: text.CauseBanned},
			{Component: "core", HTTPStatus: 403, Cause: text.CauseHubForbidden},
		},
	}
	whole := map[string]bool{"gateway.unreachable": true}
	said := []text.MessageKind{text.MessageFiring, text.MessageResolved, text.MessageFlapping}
	for _, r := range alert.Builtin() {
		all := about[r.ID]
		if all == nil {
			all = []text.Annotations{{Name: "thing", Component: "spend", Medium: "video", Models: 2, Model: "m"}}
		}
		for _, f := range all {
			for _, say := range said {
				if say == text.MessageFlapping && !r.DetectFlapping {
					continue
				}
				is := text.Alert{
					Rule: r.ID, Category: string(r.Category), Severity: event.SeverityCritical, Gateway: "id", Label: label,
					Since: noon, FlapSince: noon, Transitions: 4, Annotations: f,
				}
				alone, _ := text.AlertText(say, &is, false, time.UTC, noon)
				is.Several = true
				among, _ := text.AlertText(say, &is, false, time.UTC, noon)
				if whole[r.ID] {
					continue
				}
				if strings.Contains(alone, label) {
					t.Errorf("%s, %s: the only gateway is named: %q", r.ID, say, alone)
				}
				if want := alone + " — " + label; among != want {
					t.Errorf("%s, %s: %q, want %q", r.ID, say, among, want)
				}
				if first, _, _ := strings.Cut(alone, " "); first != strings.TrimSpace(first) || first == "" || strings.ToLower(first[:1]) == first[:1] && f.Name == "" {
					t.Errorf("%s, %s: begins with %q: %q", r.ID, say, first, alone)
				}
			}
		}
	}
}

// The words of each part of a gateway, and of what a gateway refuses.
func TestTitlesOfPartsAndOfWhatIsRefused(t *testing.T) {
	for _, c := range []struct {
		rule                   string
		is                     text.Annotations
		firing, over, flapping string
	}{
		{"gateway.impaired", text.Annotations{Component: "Redis"}, "Redis does not answer", "Redis answers again", "Redis is unstable"},
		{"gateway.impaired", text.Annotations{Component: "its database"}, "The database is down", "The database answers again", "The database is unstable"},
		{"gateway.impaired", text.Annotations{Component: "event bus"}, "The event bus is down", "The event bus answers again", "The event bus is unstable"},
		{
			"gateway.impaired",
			text.Annotations{Component: text.EitherComponent},
			"The event bus or Redis is down",
			"The event bus or Redis answers again",
			"The event bus or Redis is unstable",
		},
		{"gateway.impaired", text.Annotations{Component: text.LiveEvents}, "Live events stopped", "Live events come again", "Live events are unstable"},
		{
			"gateway.auth",
			text.Annotations{Component: "admin", HTTPStatus: 403, Cause: text.CauseBannedByUs},
			"This address is banned by the gateway",
			"This address is let in again",
			"",
		},
		{
			"gateway.auth",
			text.Annotations{Component: "core", HTTPStatus: 403, Cause: text.CauseHubForbidden},
			"The virtual key is not let in",
			"The virtual key is let in again",
			"",
		},
		{"gateway.auth", text.Annotations{Component: "admin", Cause: "Its key is not in the keychain."}, "prod is not being watched", "prod is being watched again", ""},
	} {
		is := text.Alert{Rule: c.rule, Gateway: "id", Label: "prod", Since: noon, FlapSince: noon, Annotations: c.is}
		for say, want := range map[text.MessageKind]string{text.MessageFiring: c.firing, text.MessageResolved: c.over, text.MessageFlapping: c.flapping} {
			if got, _ := text.AlertText(say, &is, false, time.UTC, noon); got != want && want != "" {
				t.Errorf("%s: %q, want %q", say, got, want)
			}
		}
	}
}

// A provider's alert that ends though nobody saw the provider well says so, and does
// not call it healthy.
func TestTheEndOfAProviderNobodySawWell(t *testing.T) {
	for ended, want := range map[string]string{
		"expired":  "groq is not called any more|Was unhealthy before. Whether it is well now nobody can say.",
		"disabled": "groq was switched off by an administrator|Was unhealthy before.",
		"gone":     "groq is healthy again|Was down a moment.",
	} {
		is := text.Alert{
			Rule: "provider.unhealthy.derived", Category: "provider", Label: "prod", Since: noon, ClearedAt: noon, Ended: ended,
			Annotations: text.Annotations{Name: "groq"},
		}
		if title, body := text.AlertText(text.MessageResolved, &is, false, time.UTC, noon); title+"|"+body != want {
			t.Errorf("%s: %q %q", ended, title, body)
		}
		title, _ := text.AlertText(text.MessageResolved, &is, true, time.UTC, noon)
		both, _ := text.AlertGroup(text.MessageResolved, []text.Alert{is, is}, false, time.UTC, noon)
		if well := strings.Contains(title+both, "healthy again"); well != (ended == "gone") {
			t.Errorf("%s, in privacy mode and in a group: %q %q", ended, title, both)
		}
	}
}

// Things are counted and named, not alerts: a budget that was past a threshold and used
// up is one, and an alert on three keys is three.
func TestAGroupCountsThings(t *testing.T) {
	budget := func(rule, thing string, used float64) text.Alert {
		return text.Alert{
			Rule: rule, Category: "spend", Severity: event.SeverityCritical, Label: "prod", Several: true, Thing: "group|" + thing,
			Threshold: 0.9, Used: used, Ended: "gone", Annotations: text.Annotations{Name: thing, UsedRatio: used, Limit: event.USD(30)},
		}
	}
	refused := func(part, names string, n int) text.Alert {
		return text.Alert{
			Rule: "gateway.auth", Category: "connection", Severity: event.SeverityCritical, Label: "prod", Several: true,
			Annotations: text.Annotations{Component: part, HTTPStatus: 401, Name: names, Keys: n},
		}
	}
	mild := budget("budget.used", "Interns", 0.76)
	mild.Threshold = 0.75
	runaway := text.Alert{
		Rule: "spend.runaway", Category: "spend", Severity: event.SeverityWarning, Label: "prod",
		Annotations: text.Annotations{Name: "agent", PerHour: event.USD(240), Times: 12},
	}
	interns := []text.Alert{budget("budget.used", "Interns", 0), budget("budget.exhausted", "Interns", 0)}
	for _, c := range []struct {
		say    text.MessageKind
		alerts []text.Alert
		want   string
	}{
		{text.MessageResolved, interns, "Interns has budget again — prod|Now 0 % of $30 used."},
		{text.MessageResolved, append(interns, budget("budget.used", "Research", 0.02)), "2 budgets are fine again — prod|Interns, Research: 2 % used."},
		{text.MessageFiring, []text.Alert{mild, budget("budget.used", "Research", 0.91), budget("budget.used", "Batchers", 0.92)}, "3 budgets above 75 %, 2 of them above 90 % — prod|Interns 76 %, Research 91 %, Batchers 92 %."},
		{text.MessageFiring, []text.Alert{refused("core", "key 1, key 2, key 3", 3), refused("admin", "", 0)}, "4 keys refused — prod|key 1, key 2, key 3, the master key."},
		{text.MessageResolved, []text.Alert{budget("budget.used", "Research", 0), {
			Rule: "books.differ", Category: "spend", Severity: event.SeverityWarning, Label: "prod", Several: true, Ended: "gone",
		}}, "2 alerts over — prod|Research: 0 % used again, The books agree again."},
		{text.MessageFiring, []text.Alert{runaway, {Rule: "books.differ", Category: "spend", Severity: event.SeverityWarning, Label: "prod"}}, "2 spend alerts|agent spends about $240 an hour, the books do not agree."},
		{text.MessageResolved, []text.Alert{refused("core", "key 1, key 2", 2), refused("admin", "", 0)}, "3 keys accepted again — prod|key 1, key 2, the master key."},
	} {
		if title, body := text.AlertGroup(c.say, c.alerts, false, time.UTC, noon); title+"|"+body != c.want {
			t.Errorf("%q, want %q", title+"|"+body, c.want)
		}
	}
	if _, body := text.Digest(text.Away{For: time.Hour, Solved: interns}, false, time.UTC, noon); body != "1 solved: Interns out of budget." {
		t.Errorf("%q", body)
	}
}

// What is over is called what it was: each rule's title, but for those of what happened,
// is said of the past, and neither a name nor a gateway is.
func TestTitlesOfThePast(t *testing.T) {
	happened := map[string]bool{
		"provider.credentials": true, "provider.switched_off": true, "key.deleted": true, "key.changed": true, "config.changed": true,
		"task.failed": true, "task.done": true, "model.new": true, "model.retired": true, "hub.down": true, "gateway.alert": true,
		"spend.spike": true, "spend.loop": true,
	}
	for _, r := range alert.Builtin() {
		is := text.Alert{
			Rule: r.ID, Category: string(r.Category), Severity: event.SeverityCritical, Gateway: "id", Label: "x is down", Several: true, Since: noon,
			Annotations: text.Annotations{Name: "a has used b", Component: "Redis", Medium: "video", Models: 2, Model: "m", HTTPStatus: 401},
		}
		now, _ := text.AlertText(text.MessageFiring, &is, false, time.UTC, noon)
		was := text.Past(now)
		if happened[r.ID] {
			continue
		}
		if was == now || strings.Contains(now, "a has used b") != strings.Contains(was, "a has used b") || strings.Contains(now, "— x is down") != strings.Contains(was, "— x is down") {
			t.Errorf("%s: %q was %q", r.ID, now, was)
		}
	}
	for now, want := range map[string]string{
		"Research has used 92 % — beta":              "Research had used 92 % — beta",
		"2 virtual keys are refused":                 "2 virtual keys were refused",
		"hackathon (virtual key) was deleted — beta": "hackathon (virtual key) was deleted — beta",
	} {
		if was := text.Past(now); was != want {
			t.Errorf("%q: %q, want %q", now, was, want)
		}
	}
}

// That REST answers while Redis is down is said only where it does.
func TestWhetherRESTAnswersWithoutRedis(t *testing.T) {
	is := text.Alert{Rule: "gateway.impaired", Label: "prod", Since: noon, Annotations: text.Annotations{Component: "Redis"}}
	if _, body := text.AlertText(text.MessageFiring, &is, false, time.UTC, noon); !strings.HasSuffix(body, "REST still answers.") {
		t.Errorf("it does: %q", body)
	}
	is.Annotations.Signs.Add(text.Sign{Of: text.SignBroken, Times: 9, Since: noon})
	if _, body := text.AlertText(text.MessageFiring, &is, false, time.UTC, noon); !strings.HasSuffix(body, "Lists cannot be read.") {
		t.Errorf("it does not: %q", body)
	}
}
