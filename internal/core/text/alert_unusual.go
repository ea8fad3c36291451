package text

import (
	"fmt"
	"strings"
)

// unusualAlerts are the texts of alerts on what is unusual, by rule.
var unusualAlerts = map[string]alertText{
	"spend.repeats": {
		title: alertTitle{
			firing: func(_ *message, name, gw string) string { return name + " asks the same again and again" + at(gw) },
			plural: "keys ask the same again", brief: func(t *message) string { return t.f.Name },
			private: "A key asks the same again and again", short: "asks the same again",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{t.repeated(), t.onModel(), t.usuallyAgain()}
			},
		},
	},
	"spend.retries": {
		title: alertTitle{
			firing: func(_ *message, name, gw string) string { return name + " makes requests again" + at(gw) },
			plural: "keys make requests again", brief: func(t *message) string { return t.f.Name },
			private: "A key makes requests again", short: "retries",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{t.retried(), t.usuallyAgain(), t.onModel()}
			},
		},
	},
	"spend.errors": {
		title: alertTitle{
			firing: func(_ *message, name, gw string) string { return name + " pays for errors" + at(gw) },
			plural: "keys pay for errors", brief: func(t *message) string { return t.f.Name },
			private: "A key pays for errors", short: "pays for errors",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{fmt.Sprintf("%d of %s in the last hour ended in an error and were charged: %s.",
					t.f.Failed, Plural(t.f.Requests, "call"), ShortMoney(t.f.Spend))}
			},
		},
	},
	"price.raised": {
		title: alertTitle{
			firing: func(t *message, name, gw string) string {
				return name + " (price) is " + timesAs(t.f.Times) + at(gw)
			},
			plural: "prices rose", brief: func(t *message) string { return t.f.Name },
			private: "A price rose", short: "dearer",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{priceField(t.f.Component) + " " + t.f.Old + " → " + t.f.New + ".", t.pricedModels()}
			},
		},
	},
	"model.first": {
		title: alertTitle{
			firing: func(t *message, name, gw string) string {
				return name + " suddenly uses " + Shorten(t.f.Model, 40) + at(gw)
			},
			plural: "models are used for the first time", brief: func(t *message) string { return Shorten(t.f.Model, 40) },
			private: "A model is used for the first time", short: "first use",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{
					fmt.Sprintf("Since %s: %s for %s.", t.clock(t.f.From), ShortMoney(t.f.Spend), Plural(t.f.Requests, "request")),
					"In the " + Duration(t.f.Idle) + " before, nobody did.", t.shareOfKeys(),
				}
			},
		},
	},
}

// repeated says how many requests are of one size, retried how many repeat the one
// before.
func (t *message) repeated() string {
	return fmt.Sprintf("%d of %s %s: %s.", t.f.Equal, t.ofTheLast(), t.ofOneSize(), ShortMoney(t.f.Spend))
}

func (t *message) retried() string {
	return fmt.Sprintf("%d of %s were as large as one just before: %s.", t.f.Equal, t.ofTheLast(), ShortMoney(t.f.Spend))
}

// ofTheLast counts the requests that were looked at: the newest, and never more than so
// many, so they are of a time of their own.
func (t *message) ofTheLast() string {
	if t.f.RateSince.IsZero() {
		return Plural(t.f.Requests, "request") + " in 15 min" // of an earlier version
	}
	return "the last " + Plural(t.f.Requests, "request") + t.sinceOldest()
}

func (t *message) ofOneSize() string {
	if t.f.Tokens > 0 {
		return fmt.Sprintf("sent the same %s", Plural(t.f.Tokens, "token"))
	}
	return "cost the same"
}

func (t *message) onModel() string {
	if t.f.Model == "" {
		return ""
	}
	return "Of " + Shorten(t.f.Model, 40) + "."
}

// usuallyAgain says how many of the requests were made again before.
func (t *message) usuallyAgain() string {
	if t.f.UsedRatio <= 0 {
		return "Before, none were."
	}
	return "Before, at most " + Share(t.f.UsedRatio) + " were."
}

func timesAs(times float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", times), ".0") + " times what it was"
}

// priceField is what a field of a price is called.
func priceField(field string) string {
	names := map[string]string{
		"inputCostPerMillionTokens": "A million tokens in:", "outputCostPerMillionTokens": "A million tokens out:",
		"cachedInputCostPerMillionTokens": "A million cached tokens:", "cachedInputWriteCostPerMillionTokens": "A million tokens into the cache:",
		"embeddingCostPerMillionTokens": "A million embedded tokens:", "imageCostPerImage": "An image:", "videoCostPerSecond": "A second of video:",
		"audioCostPerMinute": "A minute of audio:",
	}
	if name := names[field]; name != "" {
		return name
	}
	return Shorten(Clean(field), 40) + ":"
}

// countedSince says from when on something was counted.
func (t *message) countedSince() string {
	if t.f.RateSince.IsZero() {
		return " in the last hour" // of an earlier version
	}
	return " since " + t.clock(t.f.RateSince)
}

// pricedModels says what is asked of the models of a price.
func (t *message) pricedModels() string {
	models := Shorten(t.f.Model, 60)
	if t.f.Models > 3 {
		models += " and others"
	}
	switch {
	case models == "":
		return ""
	case t.f.Requests == 0:
		return models + ": not used" + t.countedSince() + "."
	}
	return fmt.Sprintf("Spent on %s%s, at either price: about %s.", models, t.countedSince(), ShortMoney(t.f.Spend))
}

func (t *message) shareOfKeys() string {
	if t.f.Keys < 2 {
		return ""
	}
	return fmt.Sprintf("%s of it by this key, the rest by %s.", Share(min(t.f.UsedRatio, 1)), Plural(t.f.Keys-1, "other key"))
}
