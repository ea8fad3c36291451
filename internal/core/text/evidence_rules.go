package text

import "fmt"

// proofs say what alerts rest on and what ends them, by rule.
var proofs = map[string]proof{
	"gateway.impaired": {
		seen: func(t *message) []string {
			all := append([]string{sentence(t.f.Error)}, t.signs()...)
			if t.f.Signs == (Signs{}) {
				all = append(all, "The gateway's own monitoring has said so since "+t.exact(t.since())+".")
			}
			return all
		},
		ends: func(t *message) string { return "it ends when " + t.f.Component + " is seen to answer again" },
	},
	"gateway.unreachable": {
		seen: func(t *message) []string { return append(t.signs(), "The network of this computer is up.") },
		ends: always("it ends when a connection comes about or a list answers"),
	},
	"gateway.auth": {
		seen: func(t *message) []string {
			if t.f.HTTPStatus == 0 {
				return []string{t.f.Cause}
			}
			return append(t.signs(), fmt.Sprintf("The gateway answered with HTTP status %d since %s.", t.f.HTTPStatus, t.exact(t.since())), t.f.Cause)
		},
		ends: always("it ends when every connection of this half is let in; that is tried after 5, 10, 30 and 60 min, and at once when the key or the network changes or Reconnect is pressed"),
	},
	"hub.down": {
		seen: func(t *message) []string { return append(t.signs(), t.lostSince()) },
		ends: func(t *message) string {
			if t.WholePlane {
				return "it ends with the first of these connections that comes about"
			}
			return "it ends when this connection comes about"
		},
	},
	"hub.silent": {
		seen: func(t *message) []string {
			return []string{"Its connection is up.", "It brought nothing since " + t.exact(t.since()) + ", though a list shows a change that it should have brought."}
		},
		ends: always("it ends with the first event that it brings"),
	},
	"provider.unhealthy": {
		seen: func(t *message) []string {
			return []string{"The gateway calls it unhealthy since " + t.exact(t.since()) + ".", sentence(t.f.Error)}
		},
		ends: always("it ends when the gateway calls it healthy"),
	},
	"provider.unhealthy.derived": {seen: failing, ends: always("it ends when its calls are served again, ten after the last failure or more on a busy one, or when few of the last five minutes fail")},
	"provider.degraded": {
		seen: func(t *message) []string { return append(failing(t), t.slow()) },
		ends: always("it ends when its calls are served again, ten after the last failure, and are not slow"),
	},
	"provider.credentials": {
		seen: func(t *message) []string {
			return []string{fmt.Sprintf("Its upstream answered %s with HTTP status %d since %s.", Plural(max(t.f.Equal, 1), "call"), t.f.HTTPStatus, t.exact(t.since()))}
		},
		ends: always("it ends with a call that is served"),
	},
	"provider.switched_off": {
		seen: func(t *message) []string {
			all := []string{"The gateway's list shows it switched off since " + t.exact(t.since()) + "."}
			if t.f.HTTPStatus > 0 {
				all = append(all, fmt.Sprintf("Just before, its upstream answered with HTTP status %d.", t.f.HTTPStatus))
			}
			return all
		},
		ends: always("it ends when somebody switches it on again"),
	},
	"model.new":     {seen: fromList("providers"), ends: always(pointEnds)},
	"model.retired": {seen: fromList("providers"), ends: always(pointEnds)},
	"budget.used": {
		seen: budgetSeen,
		ends: func(t *message) string {
			if t.Threshold <= 0 {
				return "it ends with a top-up, a higher limit or a new period"
			}
			return "it ends below " + SetShare(max(0, t.Threshold-0.05)) + ": by a top-up, a higher limit or a new period"
		},
	},
	"budget.exhausted": {seen: budgetSeen, ends: always("it ends when there is something left again: by a top-up, a higher limit or a new period")},
	"budget.forecast": {
		seen: func(t *message) []string {
			return []string{t.foreseenOf(), "It is spent at " + Rate(t.f.PerHour) + ".", "Likely used up " + t.clock(t.f.Likely) + ".", t.tried()}
		},
		ends: always("it ends when it is foreseen to last a quarter longer, with a top-up, or with another limit"),
	},
	"spend.spike": {
		seen: func(t *message) []string {
			if t.f.Young {
				return []string{
					ShortMoney(t.f.Spend) + " in the last 15 min; in its dearest hour of the day before it was " + ShortMoney(t.f.Baseline) + " in 15 min. It is not known for weeks yet.", t.looksLikeLoop(),
				}
			}
			return []string{ShortMoney(t.f.Spend) + " in the last 15 min; at this hour of the week it is usually " + ShortMoney(t.f.Baseline) + ".", t.looksLikeLoop()}
		},
		ends: always("it ends when the last 15 min are not so far above the usual any more"),
	},
	"spend.loop": {
		seen: func(t *message) []string {
			return []string{fmt.Sprintf("The last %s to %s, since %s, came at equal intervals and cost %s.", Plural(t.f.Equal, "request"), Shorten(t.f.Model, 40), t.exact(t.f.RateSince), ShortMoney(t.f.Spend))}
		},
		ends: always("it ends when its requests stop or come irregularly"),
	},
	"spend.runaway": {
		seen: func(t *message) []string {
			return []string{
				fmt.Sprintf("%s for %s since %s.", ShortMoney(t.f.Spend), Plural(t.f.Equal, "request"), t.exact(t.f.RateSince)),
				"The most in 10 min before was " + ShortMoney(t.f.Baseline) + ".", t.mostlyModel(),
			}
		},
		ends: always("it ends when it spends less than three times the most before"),
	},
	"spend.repeats": {
		seen: func(t *message) []string {
			return []string{t.repeated(), t.usuallyAgain()}
		},
		ends: always("it ends when fewer than four of five requests are of one size"),
	},
	"spend.retries": {
		seen: func(t *message) []string {
			return []string{t.retried(), t.usuallyAgain()}
		},
		ends: always("it ends when fewer than three of ten requests repeat one"),
	},
	"spend.errors": {
		seen: func(t *message) []string {
			return []string{fmt.Sprintf("The gateway's billing audit lists %s with an error and a charge among %s of the last hour: %s.",
				Plural(t.f.Failed, "call"), Count(t.f.Requests), ShortMoney(t.f.Spend))}
		},
		ends: always("it ends when fewer than three of an hour's errors were paid for"),
	},
	"price.raised": {
		seen: func(t *message) []string {
			return []string{priceField(t.f.Component) + " " + t.f.Old + " → " + t.f.New + ", by the gateway's list of prices.", t.pricedModels()}
		},
		ends: always("it ends when the price is less than twice what it was, or after a day"),
	},
	"model.first": {
		seen: func(t *message) []string {
			return []string{
				fmt.Sprintf("%s for %s since %s.", ShortMoney(t.f.Spend), Plural(t.f.Requests, "request"), t.exact(t.f.From)),
				"In the " + Duration(t.f.Idle) + " before, the gateway booked none.", t.shareOfKeys(),
			}
		},
		ends: always("it ends two hours after the first use"),
	},
	"spend.uncharged": {
		seen: func(t *message) []string {
			return []string{fmt.Sprintf("The gateway's billing audit lists %s without usage among %s of the last hour.", Plural(t.f.Failed, "call"), Count(t.f.Requests))}
		},
		ends: always("it ends when fewer than 5 % of an hour's calls are without usage"),
	},
	"books.differ": {
		seen: func(t *message) []string { return []string{t.f.Error} },
		ends: always("it ends when both sums are the same at the next comparison"),
	},
	"key.silent": {
		seen: func(t *message) []string {
			return []string{"No request for " + Duration(t.f.Idle) + ", at an hour at which there usually are some."}
		},
		ends: always("it ends with its next request"),
	},
	"key.expiring": {
		seen: func(t *message) []string {
			return []string{"The gateway's list of keys has its expiry: " + DayClock(t.f.Resets, t.loc) + "."}
		},
		ends: always("it ends when the key is renewed or deleted"),
	},
	"task.failed": {seen: taskSeen, ends: always(pointEnds)},
	"task.done":   {seen: taskSeen, ends: always(pointEnds)},
	"task.stuck": {
		seen: func(t *message) []string {
			all := []string{"No progress for " + Duration(t.f.Idle) + ", at " + Share(t.f.Progress/100) + "."}
			if t.f.Step > 0 {
				all = append(all, "Its steps usually take "+Duration(t.f.Step)+".")
			}
			return all
		},
		ends: always("it ends when the task goes on, or is over"),
	},
	"key.deleted":    {seen: changeSeen, ends: always(pointEnds)},
	"key.changed":    {seen: changeSeen, ends: always(pointEnds)},
	"config.changed": {seen: changeSeen, ends: always(pointEnds)},
	"gateway.alert": {
		seen: func(t *message) []string {
			return []string{"The gateway's own monitoring says so.", sentence(t.f.Error)}
		},
		ends: always("it ends when the gateway's monitoring says that it is over"),
	},
}

// pointEnds is what ends an alert on something that happened.
const pointEnds = "it is shown as news for a while, and then as over"

func always(s string) func(*message) string { return func(*message) string { return s } }

func fromList(list string) func(*message) []string {
	return func(t *message) []string {
		return []string{"The gateway's list of " + list + " was read before and after: " + Plural(t.f.Models, "model") + ", " + Shorten(t.f.Model, 40) + " first."}
	}
}

// lostSince says since when a connection is down, and why.
func (t *message) lostSince() string {
	if t.f.Cause == "" {
		return "Down since " + t.exact(t.Since) + "."
	}
	return "Down since " + t.exact(t.Since) + ": " + t.f.Cause + "."
}

// failing says how many calls of a provider failed, when, and what was served since.
func failing(t *message) []string {
	all := []string{t.failures()}
	if !t.f.LastFailed.IsZero() {
		last := "The last failed at " + t.exact(t.f.LastFailed)
		if t.f.Served > 0 {
			last += "; since then " + Count(t.f.Served) + " served"
		}
		all = append(all, last+".")
	}
	return append(all, sentence(t.f.Error))
}

// lastHour says what was spent in the last hour, as far as that is known; of less than
// an hour no rate is made. What was spent before a top-up is no part of what is used of it.
func (t *message) lastHour() string {
	in := "in the last hour."
	if n := t.f.LastHourMinutes; n < 60 {
		in = "in the " + Plural(int(n), "minute") + " that are known of the last hour."
	}
	if t.f.LastHourOfIt && t.f.LastHour <= t.f.Spend {
		return ShortMoney(t.f.LastHour) + " of it was spent " + in
	}
	return ShortMoney(t.f.LastHour) + " was spent " + in
}

// budgetSeen says what was spent of what, and since when that counts.
func budgetSeen(t *message) []string {
	all := []string{t.ofLimit()}
	if t.f.Limit > 0 {
		what := "of its limit"
		if t.f.Prepaid {
			what = "of what was there after the last top-up"
		}
		all = append(all, fmt.Sprintf("That is %s %s.", Share(t.f.UsedRatio), what))
	}
	if t.f.LastHour > 0 {
		all = append(all, t.lastHour())
	}
	return all
}

func taskSeen(t *message) []string {
	return []string{"The gateway said so of the task " + t.exact(t.since()) + ".", sentence(t.f.Error)}
}

// changeSeen says what was changed, and when.
func changeSeen(t *message) []string {
	before := ""
	if !t.f.NotBefore.IsZero() {
		before = "At " + t.exact(t.f.NotBefore) + " it was not so yet; then it was not watched for a time."
	}
	if !t.f.NotRead.IsZero() {
		before = "At " + t.exact(t.f.NotRead) + " it was not so yet by the list."
	}
	return []string{before, "Seen at " + t.exact(t.since()) + " among what the gateway lists or pushes.", t.oldNew()}
}
