package config

import (
	"fmt"
	"math"
	"time"

	"gatewatch/internal/core/event"
)

// The fields methods below are the one list of what the file may hold: name,
// form, limits. To add a setting: its field in config.go, its default in
// Default, its line here.

func (s *Settings) fields(t *table) {
	version := Version
	field(t, "version", &version, integer(1, 1000))
	if version > Version {
		t.pass.report(Problem{
			Path: "version", Unknown: true,
			Message: "This file was written by a newer version; what this one does not know is kept.",
		})
		t.pass.kept = append(t.pass.kept,
			leftover{path: []string{"version"}, raw: int64(version), fallback: int64(Version)})
	}
	t.section("alerts", s.Alerts.fields)
	t.section("notifications", s.Notifications.fields)
	t.section("quiet_hours", s.QuietHours.fields)
	t.section("reconnect", s.Reconnect.fields)
	t.section("network", s.Network.fields)
	t.section("keys", s.Keys.fields)
	t.section("updates", s.Updates.fields)
	t.section("window", s.Window.fields)
	t.section("retention", s.Retention.fields)
	s.profiles(t)
}

var severities = oneOf(event.SeverityInfo, event.SeverityWarning, event.SeverityCritical)

func (a *Alerts) fields(t *table) {
	t.section("thresholds", func(t *table) { a.Thresholds.fields(t, a.Thresholds) })
	field(t, "more_thresholds", &a.ExtraThresholds, list(ratio, 0, false))
	field(t, "min_budget", &a.MinBudget, money)
	entries(t, "rules", &a.Rules, (*RuleOverride).fields)
	tables(t, "normal", &a.Normal, mostNormal, (*Normal).fields)
}

// mostNormal is how many things may be called normal.
const mostNormal = 500

// fields reads or writes what was called normal; without a rule, a gateway and an
// entity it says nothing.
func (n *Normal) fields(t *table) bool {
	before := len(t.pass.problems)
	some := func(s string) bool { return s != "" }
	field(t, "rule", &n.Rule, text(checkLine(80)))
	gateway := string(n.Gateway)
	field(t, "gateway", &gateway, text(checkLine(80)))
	n.Gateway = event.GatewayID(gateway)
	field(t, "kind", &n.Kind, text(checkLine(40)))
	field(t, "entity", &n.Entity, text(checkLine(300)))
	optional(t, "dimension", &n.Dimension, text(checkLine(300)), some)
	optional(t, "value", &n.Value, amount, func(v float64) bool { return v > 0 })
	optional(t, "title", &n.Title, text(checkLine(300)), some)
	return len(t.pass.problems) == before && n.Rule != "" && n.Entity != ""
}

// amount is a number that is not negative.
var amount = codec[float64]{
	read: func(raw any) (float64, error) {
		v, ok := raw.(float64)
		if n, whole := raw.(int64); whole {
			v, ok = float64(n), true
		}
		if !ok || v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, sentence("This must be a number that is not negative.")
		}
		return v, nil
	},
	write: func(v float64) any { return v },
}

// fields reads thresholds; base is what they inherit from.
func (h *Thresholds) fields(t *table, base Thresholds) {
	was := *h
	set := func(f float64) bool { return f > 0 }
	optional(t, "warning", &h.Warning, ratio, set)
	optional(t, "critical", &h.Critical, ratio, set)
	if now := h.over(base); !t.writing() && now.Warning >= now.Critical && *h != was {
		*h = was
		err := sentence("The warning threshold must be below the critical one, which is %v here; what is written is not used.", now.Critical)
		refuse := func(name string, instead float64) {
			raw, there := t.in[name]
			switch {
			case there && set(instead): // it is written, and what stood there is put back in its place
				t.refuse(name, raw, instead, err)
			case there:
				t.refuse(name, raw, nil, err)
			}
		}
		refuse("warning", was.Warning)
		refuse("critical", was.Critical)
	}
}

func (r *RuleOverride) fields(t *table) {
	optional(t, "off", &r.Off, maybe(boolean), func(off *bool) bool { return off != nil })
	optional(t, "severity", &r.Severity, severities, func(s event.Severity) bool { return s != "" })
	set := func(d *time.Duration) bool { return d != nil }
	optional(t, "for", &r.For, maybe(span(0, 7*day)), set)
	optional(t, "keep", &r.KeepFiringFor, maybe(span(0, 7*day)), set)
	optional(t, "repeat", &r.RepeatInterval, maybe(span(0, 7*day)), set)
}

func (n *Notifications) fields(t *table) {
	field(t, "enabled", &n.Enabled, boolean)
	field(t, "minimum", &n.Minimum, severities)
	field(t, "recovered", &n.SendResolved, boolean)
	field(t, "tasks", &n.Tasks, boolean)
	field(t, "sound", &n.Sound, boolean)
	field(t, "private", &n.Private, boolean)
	field(t, "repeat", &n.RepeatInterval, span(0, 7*day))
	field(t, "per_minute", &n.PerMinute, integer(1, 60))
	field(t, "per_hour", &n.PerHour, integer(1, 3600))
}

var clock = codec[Clock]{
	read: func(raw any) (Clock, error) {
		s, _ := raw.(string)
		c, err := ParseClock(s)
		if err != nil {
			return 0, sentence("This must be a time of day such as \"22:30\".")
		}
		return c, nil
	},
	write: func(c Clock) any { return c.String() },
}

func (q *QuietHours) fields(t *table) {
	field(t, "enabled", &q.Enabled, boolean)
	field(t, "critical_passes", &q.CriticalPasses, boolean)
	tables(t, "spans", &q.Spans, 50, func(s *QuietSpan, e *table) bool {
		before := len(e.pass.problems) // half a span would be a surprise
		field(e, "days", &s.Days, list(oneOf(weekdays...), 0, false))
		field(e, "from", &s.From, clock)
		field(e, "to", &s.To, clock)
		return len(e.pass.problems) == before
	})
}

func (r *Reconnect) fields(t *table) {
	field(t, "schedule", &r.Schedule, list(span(0, time.Hour), 1, true))
	field(t, "max", &r.Max, span(time.Second, time.Hour))
}

func (n *Network) fields(t *table) {
	field(t, "proxy", &n.Proxy, text(checkProxy))
	field(t, "ca_file", &n.CAFile, text(checkLine(4096)))
	field(t, "client_cert", &n.ClientCert, text(checkLine(4096)))
	field(t, "client_key", &n.ClientKey, text(checkLine(4096)))
	field(t, "skip_negotiation", &n.SkipNegotiation, boolean)
	field(t, "allow_query_token", &n.AllowQueryToken, boolean)
	field(t, "transports", &n.Transports, list(oneOf(AllTransports()...), 1, false))
	pair(t, &n.ClientCert, &n.ClientKey)
}

func (n *NetworkOverride) fields(t *table) {
	some := func(s string) bool { return s != "" }
	set := func(b *bool) bool { return b != nil }
	optional(t, "proxy", &n.Proxy, text(checkProxy), some)
	optional(t, "ca_file", &n.CAFile, text(checkLine(4096)), some)
	optional(t, "client_cert", &n.ClientCert, text(checkLine(4096)), some)
	optional(t, "client_key", &n.ClientKey, text(checkLine(4096)), some)
	optional(t, "skip_negotiation", &n.SkipNegotiation, maybe(boolean), set)
	optional(t, "allow_query_token", &n.AllowQueryToken, maybe(boolean), set)
	optional(t, "transports", &n.Transports, list(oneOf(AllTransports()...), 0, false),
		func(ts []Transport) bool { return len(ts) > 0 })
	pair(t, &n.ClientCert, &n.ClientKey)
}

// pair refuses half a client certificate.
func pair(t *table, cert, key *string) {
	if t.writing() || (*cert == "") == (*key == "") {
		return
	}
	for _, half := range []struct {
		name string
		v    *string
	}{{"client_cert", cert}, {"client_key", key}} {
		if *half.v != "" {
			t.refuse(half.name, *half.v, "", sentence("A client certificate needs both client_cert and client_key."))
		}
	}
	*cert, *key = "", ""
}

func (u *Updates) fields(t *table) {
	field(t, "daily", &u.Daily, boolean)
	field(t, "address", &u.Address, address)
	field(t, "key", &u.Key, text(checkSigner))
}

func (k *Keys) fields(t *table) {
	field(t, "in_memory", &k.InMemory, boolean)
}

func (w *Window) fields(t *table) {
	field(t, "theme", &w.Theme, oneOf(ThemeAuto, ThemeLight, ThemeDark))
	field(t, "close_to_tray", &w.CloseToTray, boolean)
	field(t, "start_hidden", &w.StartHidden, boolean)
	field(t, "start_at_login", &w.StartAtLogin, boolean)
	field(t, "login_asked", &w.LoginAsked, boolean)
	field(t, "text_size", &w.TextSize, integer(LeastTextSize, MostTextSize))
}

func (r *Retention) fields(t *table) {
	field(t, "events", &r.Events, span(day, 3650*day))
	field(t, "sums", &r.Sums, span(day, 3650*day))
	field(t, "max_megabytes", &r.MaxMegabytes, integer(50, 100_000))
}

// profiles reads or writes the list of profiles. An entry without an id of
// its own cannot be used: it is reported and kept as it stands.
func (s *Settings) profiles(t *table) {
	seen := map[event.GatewayID]bool{}
	tables(t, "profiles", &s.Profiles, 100, func(p *Profile, e *table) bool {
		if e.writing() {
			p.fields(e, Thresholds{})
			return true
		}
		id, _ := e.in["id"].(string)
		p.ID, p.Connect = event.GatewayID(id), true
		switch {
		case !idForm.MatchString(id):
			e.report("This profile needs an id of lower-case letters, digits and dashes; it is left out.")
			return false
		case seen[p.ID]:
			e.report(fmt.Sprintf("There is a profile %q already; this one is left out.", id))
			return false
		}
		seen[p.ID] = true
		e.steps[len(e.steps)-1] = id
		p.fields(e, s.Alerts.Thresholds)
		if p.Label == "" {
			p.Label = id
		}
		return true
	})
}

// fields reads or writes a profile; base is what its thresholds inherit from.
func (p *Profile) fields(t *table, base Thresholds) {
	id := string(p.ID)
	field(t, "id", &id, text(nil))
	field(t, "label", &p.Label, text(checkLine(80)))
	field(t, "colour", &p.Colour, text(checkColour))
	field(t, "production", &p.Production, boolean)
	field(t, "connect", &p.Connect, boolean)
	field(t, "core_url", &p.CoreURL, address)
	field(t, "admin_url", &p.AdminURL, address)
	p.keys(t)
	field(t, "master_key_stored", &p.MasterKeyStored, boolean)
	optional(t, "webhooks", &p.Webhooks, list(text(checkWebhook), 0, false), func(urls []string) bool { return len(urls) > 0 })
	t.section("network", p.Network.fields)
	t.section("thresholds", func(t *table) { p.Thresholds.fields(t, base) })
	base = p.Thresholds.over(base)
	below := func(h *Thresholds, t *table) { h.fields(t, base) }
	entries(t, "groups", &p.Groups, below)
	entries(t, "keys", &p.Keys, below)
}
