// Package outlook says how things are in one sentence: the first page, the
// status item and the command "status" all say this one. Calm is earned: it
// needs connections, budgets and providers to be known, and says otherwise what
// is not.
//
// It is pure, and told the time.
package outlook

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// The conditions, as the page names their shapes.
const (
	OK       = text.ConditionOK
	Unsure   = text.ConditionUnsure
	Warning  = text.ConditionWarning
	Critical = text.ConditionCritical
	Busy     = text.ConditionBusy
	Stale    = text.ConditionStale
	Offline  = text.ConditionOffline
)

// Why something as a whole is not known, in state.Outlook.Hindrance: the worst
// of all that is not.
const (
	Pending      = "pending"      // not read yet
	Unreachable  = "unreachable"  // could not be read, or not again
	Forbidden    = "forbidden"    // our keys do not open it
	Unauthorized = "unauthorized" // the gateway refused the key
)

// hindrances by weight.
var hindrances = []string{"", Pending, Forbidden, Unreachable, Unauthorized}

// All is the id of the outlook of all gateways together.
const All = ""

// Of is the outlook of all gateways, and of each.
func Of(live *state.Live, now time.Time) map[string]state.Outlook {
	ids := make([]string, 0, len(live.Gateways))
	for id := range live.Gateways {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	all := map[string]state.Outlook{}
	for _, id := range ids {
		all[id] = of(live, id, ids[:0:0], now)
	}
	all[All] = of(live, All, ids, now)
	return all
}

// of is the outlook of one gateway, or of those of ids if it is All.
func of(live *state.Live, id string, ids []string, now time.Time) state.Outlook {
	if id != All {
		ids = []string{id}
	}
	o := state.Outlook{ID: id, Unknown: []string{}}
	v := view{live: live, ids: ids, several: len(ids) > 1}
	for _, g := range ids {
		o.LastEventAt = max(o.LastEventAt, live.Gateways[g].LastEventAt)
	}
	for _, gap := range v.gaps() {
		o.Unknown = append(o.Unknown, gap.text)
		if slices.Index(hindrances, gap.hindrance) > slices.Index(hindrances, o.Hindrance) {
			o.Hindrance = gap.hindrance
		}
	}
	o.HeardAt = v.heard()
	v.countHubs(&o)
	v.conclude(&o, now)
	return o
}

// view is the gateways that are judged.
type view struct {
	live    *state.Live
	ids     []string
	several bool
}

func (v *view) has(gateway string) bool { return slices.Contains(v.ids, gateway) }

// conclude says how things are, in all the words that places have room for: the page
// shows head and rest, the tray the short form, and "status" prints them.
func (v *view) conclude(o *state.Outlook, now time.Time) {
	open := v.open(now)
	if len(open) > 0 && (open[0].Severity == string(event.SeverityCritical) || !v.nothingUp()) {
		v.needs(o, open)
		return
	}
	o.Condition, o.Head, o.Rest = v.sentence(o.Unknown, now)
	o.Short = text.OutlookShort(o.Head)
}

// needs says that alerts need the reader, the worst of which is the first.
func (v *view) needs(o *state.Outlook, open []state.AlertLine) {
	titles, weighty := make([]string, len(open)), 0
	for i, a := range open {
		titles[i] = a.Title
		if a.Severity == open[0].Severity {
			weighty++
		}
	}
	o.Condition = Warning
	if open[0].Severity == string(event.SeverityCritical) {
		o.Condition = Critical
	}
	o.Head, o.Rest = text.OutlookNeeds(titles)
	o.Short = text.OutlookShortNeeds(weighty, event.Severity(open[0].Severity), titles[0])
}

// sentence says how things are where no alert says it: what needs the reader comes
// first.
func (v *view) sentence(unknown []string, now time.Time) (condition, head, rest string) {
	for _, id := range v.ids {
		g := v.live.Gateways[id]
		if g.Overall == string(event.LinkError) {
			head, rest = text.OutlookRefused(g.Label, g.Cause)
			return Critical, head, rest
		}
	}
	if v.up() == 0 {
		return v.notConnected(now)
	}
	if v.silent(now) {
		head, rest = text.OutlookSilent(clockOf(v.heard(), now))
		return Stale, head, rest
	}
	if head, rest = v.partly(now); head != "" {
		return Warning, head, rest
	}
	if ill := v.ill(); len(ill) > 0 {
		alerts, seen := v.seenOf(ill, now)
		head, rest = text.OutlookIll(names(ill), alerts, seen)
		return Warning, head, rest
	}
	if len(unknown) > 0 {
		head, rest = text.OutlookUnsure(unknown)
		return Unsure, head, rest
	}
	healthy, tightest := v.quiet()
	head, rest = text.OutlookQuiet(healthy, tightest)
	return OK, head, rest
}

// nothingUp reports whether no connection is left to gateways that were connected
// or are tried: what else is open was so before, and nothing new is seen.
func (v *view) nothingUp() bool { return v.up() == 0 && (v.offline() || len(v.lost(time.Time{})) > 0) }

// up counts the gateways to which there is a connection.
func (v *view) up() (n int) {
	for _, id := range v.ids {
		if o := v.live.Gateways[id].Overall; o == string(event.LinkConnected) || o == "partial" {
			n++
		}
	}
	return n
}

func (v *view) notConnected(now time.Time) (condition, head, rest string) {
	states := map[string]int{}
	for _, id := range v.ids {
		g := v.live.Gateways[id]
		if g.Overall == string(event.LinkConnecting) && gone(&g) {
			g.Overall = string(event.LinkReconnecting) // it was tried, and failed
		}
		states[g.Overall]++
	}
	switch n := len(states); {
	case n == 0:
		head, rest = text.OutlookNoGateway()
		return Offline, head, rest
	case states[string(event.LinkConnecting)] > 0:
		head, rest = text.OutlookConnecting()
		return Busy, head, rest
	case n == 1 && states[string(event.LinkDisconnected)] > 0:
		head, rest = text.OutlookDisconnected()
		return Offline, head, rest
	}
	head, rest = v.gone(now)
	return Stale, head, rest
}

// Open reports whether an alert needs the reader: it fires, nobody has
// acknowledged or silenced it, nothing explains it.
func Open(a *state.AlertLine, now time.Time) bool {
	fires := a.Status == "firing" || a.Status == "recovering"
	silenced := a.SilencedUntil > 0 && a.SilencedUntil > now.UnixMilli()
	return fires && !a.Acked && a.InhibitedBy == "" && !silenced && a.Severity != string(event.SeverityInfo)
}

// open lists them, the weightiest and newest first.
func (v *view) open(now time.Time) (open []state.AlertLine) {
	for _, a := range v.live.Alerts {
		if (v.has(a.Gateway) || a.Gateway == "") && Open(&a, now) {
			open = append(open, a)
		}
	}
	slices.SortFunc(open, func(a, b state.AlertLine) int {
		return cmp.Or(event.Severity(b.Severity).Rank()-event.Severity(a.Severity).Rank(), cmp.Compare(b.Since, a.Since), cmp.Compare(a.ID, b.ID))
	})
	return open
}

// ill are the providers that are not well.
func (v *view) ill() (ill []state.Provider) {
	for _, p := range v.live.Providers {
		if v.has(p.Gateway) && (p.Health == string(event.HealthUnhealthy) || p.Health == string(event.HealthDegraded)) {
			ill = append(ill, p)
		}
	}
	return ill
}

func names(providers []state.Provider) (names []string) {
	for i := range providers {
		names = append(names, cmp.Or(providers[i].Name, providers[i].Provider))
	}
	slices.Sort(names)
	return names
}

// seenOf counts the providers that have an alert which fires and needs nobody now, and says
// what became of these alerts if it is the same of all.
func (v *view) seenOf(providers []state.Provider, now time.Time) (alerts int, seen string) {
	words := map[string]bool{}
	for i := range providers {
		has := false
		for _, a := range v.live.Alerts {
			if a.EntityKind != "provider" || a.Gateway != providers[i].Gateway || a.Entity != providers[i].Provider ||
				a.Status != "firing" && a.Status != "recovering" || a.Severity == string(event.SeverityInfo) {
				continue
			}
			has, seen = true, becameOf(&a, now)
			words[seen] = true
		}
		if has {
			alerts++
		}
	}
	if len(words) != 1 {
		seen = ""
	}
	return alerts, seen
}

// becameOf says why an alert that fires needs nobody.
func becameOf(a *state.AlertLine, now time.Time) string {
	switch {
	case a.SilencedUntil > now.UnixMilli():
		return "snoozed"
	case a.Acked:
		return "acknowledged"
	case a.InhibitedBy != "":
		return "held back"
	}
	return ""
}

// quiet is what calm rests on: how many providers are healthy, and the largest
// share of a budget that is used; negative if there is no budget.
func (v *view) quiet() (healthy int, tightest float64) {
	tightest = -1
	for _, p := range v.live.Providers {
		if v.has(p.Gateway) && p.Health == string(event.HealthHealthy) {
			healthy++
		}
	}
	for _, k := range v.live.Keys {
		if v.has(k.Gateway) && k.Status != "deleted" {
			tightest = max(tightest, k.UsedRatio.Or(-1))
		}
	}
	for _, g := range v.live.Groups {
		if v.has(g.Gateway) {
			tightest = max(tightest, g.UsedRatio.Or(-1))
		}
	}
	return healthy, tightest
}
