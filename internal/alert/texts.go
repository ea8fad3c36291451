package alert

import (
	"fmt"
	"strings"

	"gatewatch/internal/event"
)

// The texts of notifications. The pattern: title = what and
// where; body = how much of how much, since when, what happens next. Always
// "used", never a bare "threshold".

// phrases are the texts of single alerts, by rule; Group, Digest and Overflow in
// wording.go put several together.
var phrases = map[string]phrase{
	"budget.used": {
		title: func(t *telling, name, gw string) string {
			return name + " has used " + percent(t.usedAtLeast()) + at(gw)
		},
		body: func(t *telling) []string {
			if t.Severity == event.SeverityCritical {
				return []string{t.ofLimit(), t.left(), "Requests are blocked at 100 %."}
			}
			return []string{t.ofLimit(), t.lasts()}
		},
		over: func(t *telling, name, gw string) string {
			return name + " is down to " + percent(t.f.Used) + at(gw)
		},
		overBody: func(t *telling) []string { return []string{t.resetOrRaised()} },
		many:     "budgets above", manyOver: "budgets are fine again",
		brief: func(t *telling) string { return t.f.Name + " " + percent(t.usedAtLeast()) },
		hush:  "A budget is nearly used up", hushOver: "A budget is fine again",
	},
	"budget.exhausted": {
		title: func(_ *telling, name, gw string) string { return name + " is out of budget" + at(gw) },
		body: func(t *telling) []string {
			return []string{t.ofLimit(), "New requests are being refused.", t.affected()}
		},
		over:     func(_ *telling, name, gw string) string { return name + " has budget again" + at(gw) },
		overBody: func(t *telling) []string { return []string{t.resetOrRaised()} },
		many:     "budgets used up", manyOver: "budgets are fine again",
		brief: func(t *telling) string { return t.f.Name },
		hush:  "A budget is used up", hushOver: "A budget is fine again",
	},
	"budget.forecast": {
		title: func(_ *telling, name, gw string) string { return name + " will run out before its reset" + at(gw) },
		body: func(t *telling) []string {
			when := "Likely " + t.days(t.f.Early, t.f.Late)
			if !t.f.Resets.IsZero() {
				when += "; reset is " + t.f.Resets.In(t.zone()).Format("Mon ") + ordinal(t.f.Resets.In(t.zone()).Day())
			}
			since := ""
			if !t.f.RateSince.IsZero() {
				since = "Rate doubled since " + clock(t.f.RateSince, t.loc) + "."
			}
			return []string{when + ".", since}
		},
		many: "budgets will run out early", brief: func(t *telling) string { return t.f.Name },
		hush: "A budget will run out before its reset",
	},
	"spend.spike": {
		title: unusual,
		body: func(t *telling) []string {
			return []string{Money(t.f.Spend) + " in 15 min, usually " + Money(t.f.Usual) + ".", t.looksLikeLoop()}
		},
		many: "keys with unusual spend", brief: func(t *telling) string { return t.f.Name },
		hush: "Unusual spend",
	},
	"spend.loop": {
		title: unusual,
		body: func(t *telling) []string {
			return []string{Money(t.f.Spend) + " in 10 min.", t.looksLikeLoop()}
		},
		many: "keys with unusual spend", brief: func(t *telling) string { return t.f.Name },
		hush: "Unusual spend",
	},
	"spend.uncharged": {
		title: func(_ *telling, _, gw string) string { return "Spend is undercounted" + at(gw) },
		body: func(t *telling) []string {
			return []string{fmt.Sprintf("%s of %d requests in the last hour were not charged (streaming without usage).",
				t.failedShare(), t.f.Requests)}
		},
		many: "spend problems", brief: func(*telling) string { return "spend undercounted" },
		hush: "Spend is undercounted",
	},
	"key.expiring": {
		title: func(t *telling, name, gw string) string {
			if t.f.Action == actionExpired {
				return name + " has expired" + at(gw)
			}
			return name + " expires in " + span(t.f.Left) + at(gw)
		},
		body: expiryBody,
		over: func(_ *telling, name, gw string) string { return name + " was renewed" + at(gw) },
		overBody: func(t *telling) []string {
			if t.f.Resets.IsZero() {
				return []string{"It does not expire any more."}
			}
			return []string{"It expires on " + t.day(t.f.Resets) + " now."}
		},
		many: "keys expired or expiring", manyOver: "keys were renewed",
		brief: func(t *telling) string {
			if t.f.Action == actionExpired {
				return t.f.Name + " (expired)"
			}
			return t.f.Name
		},
		hush: "A key expires soon or has expired", hushOver: "A key was renewed",
	},
	"key.silent": {
		title: func(_ *telling, name, gw string) string { return name + " is unusually quiet" + at(gw) },
		body:  func(t *telling) []string { return []string{"No requests for " + span(t.f.Idle) + "."} },
		many:  "keys are unusually quiet", brief: func(t *telling) string { return t.f.Name },
		hush: "A key is unusually quiet",
	},
	"provider.unhealthy": {
		title: func(_ *telling, name, gw string) string { return name + " is unhealthy" + at(gw) },
		body: func(t *telling) []string {
			return []string{sentence(t.f.Error), "Since " + clock(t.since(), t.loc) + "."}
		},
		over: healthyAgain, overBody: wasDown,
		many: "providers unhealthy", manyOver: "providers healthy again",
		brief: func(t *telling) string { return t.f.Name },
		hush:  "A provider is unhealthy", hushOver: "A provider is healthy again",
	},
	"provider.unhealthy.derived": {
		title: func(_ *telling, name, gw string) string { return name + " is unhealthy" + at(gw) },
		body: func(t *telling) []string {
			return []string{t.failures(), t.fallback()}
		},
		over: healthyAgain, overBody: wasDown,
		many: "providers unhealthy", manyOver: "providers healthy again",
		brief: func(t *telling) string { return t.f.Name },
		hush:  "A provider is unhealthy", hushOver: "A provider is healthy again",
	},
	"provider.degraded": {
		title: func(_ *telling, name, gw string) string { return name + " is degraded" + at(gw) },
		body: func(t *telling) []string {
			return []string{t.failures(), t.slow(), sentence(t.f.Error)}
		},
		over: healthyAgain,
		overBody: func(t *telling) []string {
			return []string{"Was degraded " + span(t.lasted()) + "."}
		},
		many: "providers degraded", manyOver: "providers healthy again",
		brief: func(t *telling) string { return t.f.Name },
		hush:  "A provider is degraded", hushOver: "A provider is healthy again",
	},
	"provider.credentials": {
		title: func(_ *telling, name, gw string) string { return name + " rejected our key" + at(gw) },
		body: func(t *telling) []string {
			return []string{
				fmt.Sprintf("%d since %s.", t.f.Code, clock(t.since(), t.loc)),
				"Not an outage: check or rotate the credential.",
			}
		},
		over: func(_ *telling, name, gw string) string { return name + " accepts our key again" + at(gw) },
		many: "providers rejected our key", manyOver: "providers accept our key again",
		brief: func(t *telling) string { return t.f.Name },
		hush:  "A provider rejected our key", hushOver: "A provider accepts our key again",
	},
	"provider.switched_off": {
		title: func(_ *telling, name, gw string) string { return "The gateway switched " + name + " off" + at(gw) },
		body: func(t *telling) []string {
			why := "At " + clock(t.since(), t.loc) + "."
			switch {
			case t.f.Code == 401: // one is enough
				why = fmt.Sprintf("One upstream %d at %s.", t.f.Code, clock(t.since(), t.loc))
			case t.f.Code > 0:
				why = fmt.Sprintf("An upstream %d at %s.", t.f.Code, clock(t.since(), t.loc))
			}
			return []string{why, "It stays off until someone enables it.", t.models()}
		},
		over:     func(_ *telling, name, gw string) string { return name + " is switched on again" + at(gw) },
		overBody: func(t *telling) []string { return []string{"Was off " + span(t.lasted()) + "."} },
		many:     "providers switched off", manyOver: "providers switched on again",
		brief: func(t *telling) string { return t.f.Name },
		hush:  "The gateway switched a provider off", hushOver: "A provider is switched on again",
	},
	"model.new": {
		title: func(t *telling, name, gw string) string {
			return name + " has " + plural(t.f.Models, "new model") + at(gw)
		},
		body: func(t *telling) []string { return []string{t.f.Model + t.more("more")} },
		many: "providers have new models", brief: func(t *telling) string { return t.f.Name },
		hush: "A provider has new models",
	},
	"model.retired": {
		title: func(t *telling, name, gw string) string {
			return name + " retired " + plural(t.f.Models, "model") + at(gw)
		},
		body: func(t *telling) []string { return []string{t.f.Model + t.more("more")} },
		many: "providers retired models", brief: func(t *telling) string { return t.f.Name },
		hush: "A provider retired models",
	},
	"gateway.unreachable": {
		title: func(_ *telling, _, gw string) string { return "Gateway " + gw + " does not answer" },
		body: func(t *telling) []string {
			since := "Since " + clock(t.Since, t.loc)
			if t.f.Cause != "" {
				since += " (" + t.f.Cause + ")"
			}
			return []string{since + ".", "Your network is fine.", "Provider alerts are on hold."}
		},
		over:     func(_ *telling, _, gw string) string { return "Gateway " + gw + " answers again" },
		overBody: func(t *telling) []string { return []string{"Did not answer for " + span(t.lasted()) + "."} },
		many:     "gateways do not answer", manyOver: "gateways answer again",
		brief: func(t *telling) string { return t.Label },
		hush:  "A gateway does not answer", hushOver: "A gateway answers again",
	},
	"gateway.auth": {
		title: refusedTitle,
		body:  refusedBody,
		many:  "keys refused", brief: func(t *telling) string { return t.Label + " " + t.f.Part },
		hush: "A gateway refused a key",
	},
	"gateway.impaired": {
		title:    impairedTitle,
		body:     impairedBody,
		over:     impairedOver,
		overBody: wasDown,
		many:     "parts do not answer", manyOver: "parts answer again",
		brief: func(t *telling) string { return t.f.Part },
		hush:  "A gateway is impaired", hushOver: "A gateway is whole again",
	},
	"gateway.alert": {
		title: func(_ *telling, name, gw string) string { return name + at(gw) },
		body: func(t *telling) []string {
			return []string{sentence(t.f.Error), "Said by the gateway's own monitoring."}
		},
		over: func(_ *telling, name, gw string) string { return "Over: " + name + at(gw) },
		many: "alerts of the gateway", manyOver: "alerts of the gateway are over",
		brief: func(t *telling) string { return t.f.Name },
		hush:  "An alert of the gateway", hushOver: "An alert of the gateway is over",
	},
	"hub.down": {
		title: func(_ *telling, name, gw string) string { return "Live " + name + " updates paused" + at(gw) },
		body: func(t *telling) []string {
			return []string{"Since " + clock(t.Since, t.loc) + ".", "Other connections to the gateway work; trying again."}
		},
		many: "live feeds paused", brief: func(t *telling) string { return t.f.Name },
		hush: "Live updates paused",
	},
	"hub.silent": {
		title: func(t *telling, _, gw string) string { return "Live " + t.f.Part + " feed is stuck" + at(gw) },
		body: func(t *telling) []string {
			s := "No events for " + span(t.now.Sub(t.since()))
			if t.f.Spend > 0 {
				s += " although " + Money(t.f.Spend) + " was booked"
			}
			return []string{s + ".", "Using polling."}
		},
		many: "live feeds are stuck", brief: func(t *telling) string { return t.f.Part },
		hush: "A live feed is stuck",
	},
	"task.failed": {
		title: func(t *telling, name, _ string) string { return medium(t.f.Medium) + " failed" + ofKey(name) },
		body: func(t *telling) []string {
			why := clean(t.f.Error)
			if m := clean(t.f.Model); m != "" && why != "" {
				why = m + ": " + why
			} else if m != "" {
				why = m
			}
			cost := ""
			if t.f.Spend > 0 {
				cost = Money(t.f.Spend) + " spent."
			}
			return []string{stop(why), stop(t.f.Cause), cost}
		},
		many: "tasks failed", brief: func(t *telling) string { return strings.ToLower(medium(t.f.Medium)) },
		hush: "A task failed",
	},
	"task.stuck": {
		title: func(t *telling, name, _ string) string { return medium(t.f.Medium) + " seems stuck" + ofKey(name) },
		body: func(t *telling) []string {
			s := percent(t.f.Progress/100) + " for " + span(t.f.Idle)
			if t.f.Step > 0 {
				s += "; steps usually take " + span(t.f.Step)
			}
			return []string{s + "."}
		},
		many: "tasks seem stuck", brief: func(t *telling) string { return strings.ToLower(medium(t.f.Medium)) },
		hush: "A task seems stuck",
	},
	"task.done": {
		title: func(t *telling, name, _ string) string { return medium(t.f.Medium) + " is done" + ofKey(name) },
		body:  func(t *telling) []string { return []string{stop(t.f.Model)} },
		many:  "tasks done", brief: func(t *telling) string { return strings.ToLower(medium(t.f.Medium)) },
		hush: "A task is done",
	},
	"key.deleted": {
		title: func(_ *telling, name, gw string) string { return "Virtual key " + name + " was deleted" + at(gw) },
		body: func(t *telling) []string {
			return []string{"At " + clock(t.since(), t.loc) + ".", "Its requests are refused from now on."}
		},
		many: "virtual keys deleted", brief: func(t *telling) string { return t.f.Name },
		hush: "A virtual key was deleted",
	},
	"key.changed": {
		title: func(t *telling, name, gw string) string {
			return "Virtual key " + name + " was " + t.f.Action + at(gw)
		},
		body: func(t *telling) []string { return []string{"At " + clock(t.since(), t.loc) + "."} },
		many: "virtual keys changed", brief: func(t *telling) string { return t.f.Name },
		hush: "A virtual key was changed",
	},
	"config.changed": {
		title: func(t *telling, name, gw string) string {
			return entityNoun(t.f.Part) + " " + name + " was " + nameOr(t.f.Action, "changed") + at(gw)
		},
		body: func(t *telling) []string {
			s := "By configuration change at " + clock(t.since(), t.loc) + "."
			return []string{s, t.models(), t.oldNew()}
		},
		many: "settings changed", brief: func(t *telling) string { return t.f.Name },
		hush: "The configuration was changed",
	},
}
