// Package cause says what happened before an alert, each with how likely it is
// its cause, and who depends on a provider that fails. It is pure: it is given
// what is known and the time, reads nothing and owns no goroutine. It proves
// nothing: it orders what a person would look at.
package cause

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// Use is what a key asked of a provider in the hour before.
type Use struct {
	Key      string
	Provider string // its name; "" where nobody knows which one served
	Model    string // by the gateway's name for it
	Amount   event.NanoUSD
	Calls    int64
}

// World is what is known around an alert. Times are Unix milliseconds.
type World struct {
	Alert   state.AlertLine
	Changes []state.Change    // of its gateway and about all, of 30 days
	Since   int64             // when the gateway was first watched, as far as is kept; 0: unknown
	Alerts  []state.AlertLine // all that are shown
	Uses    []Use
	Live    *state.Live
	// SpendRise and CallsRise are how many times more money and calls there were of
	// what the alert is about just before it, than in the hour before that; 0:
	// unknown.
	SpendRise, CallsRise float64
}

// Candidate is something that happened before, and how likely it is the cause.
type Candidate struct {
	ID     string   `json:"id"`    // of the change or alert
	Kind   string   `json:"kind"`  // "change" or "alert"
	Title  string   `json:"title"` // what happened
	At     int64    `json:"at"`
	Since  int64    `json:"since"` // see state.Change
	Found  int64    `json:"found"`
	Likely float64  `json:"likely"` // 0–1, to order by; it is no probability
	Why    []string `json:"why"`
}

// The bounds of what counts as before.
const (
	window  = time.Hour
	slack   = time.Minute     // lists are read now and then, and an alert begins with the first sign
	skew    = 5 * time.Second // clocks differ
	halfway = 25 * time.Minute
	most    = 8
	least   = 0.02                // below, it is not listed
	often   = 30 * 24 * time.Hour // changes of the same thing are looked for so far back
)

// Candidates lists what happened in the hour before an alert, the likeliest first,
// at most eight. It is empty where nothing is known to have happened.
func Candidates(w *World) []Candidate {
	all := []Candidate{}
	add := func(c *Candidate, close, related, fits, rare float64) {
		c.Likely = math.Round(close*related*fits*rare*1000) / 1000
		if c.Likely >= least {
			all = append(all, *c)
		}
	}
	for i := range w.Changes {
		c := &w.Changes[i]
		near, when, ok := w.near(c)
		if !ok || w.isItself(c) {
			continue
		}
		related, how := w.related(c)
		n := w.often(c)
		x := &Candidate{ID: c.ID, Kind: "change", Title: title(c), At: c.At, Since: c.Since, Found: c.FoundAt, Why: []string{how, when}}
		if c.Entity != state.EntityMark {
			x.Why = append(x.Why, text.CauseOften(n, w.watchedFor()))
		}
		fits, why := w.fits(c)
		if why != "" {
			x.Why = append(x.Why, why)
		}
		add(x, near, related, fits, 1/(1+0.3*float64(n)))
	}
	for i := range w.Alerts {
		a := &w.Alerts[i]
		if w.outdone(a) {
			continue // one budget is listed once, by the highest share that it had passed
		}
		if a.Status == pending || a.ID == w.Alert.ID || a.Gateway != w.Alert.Gateway || a.Since == 0 || a.Category == "change" {
			continue // a change is listed as itself; what only may become an alert is in no list yet
		}
		if w.sameMatter(a) {
			continue // 75 % of a budget is not why it stands at 90 %, nor a loop why its key runs away
		}
		ago := time.Duration(w.Alert.Since-a.Since) * time.Millisecond
		if ago < 0 || ago > window {
			continue
		}
		related, fits, how := w.follows(a)
		add(&Candidate{ID: a.ID, Kind: "alert", Title: text.CauseAlert(cmp.Or(a.BeganAs, a.Title), a.Threshold), At: a.Since, Why: []string{how, text.CauseBefore(ago)}}, closeness(ago), related, fits, 1)
	}
	slices.SortStableFunc(all, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Likely, a.Likely), cmp.Compare(b.At, a.At), cmp.Compare(a.ID, b.ID))
	})
	return all[:min(len(all), most)]
}

// pending is the status of what waits before it becomes an alert.
const pending = "pending"

// isItself reports whether the alert tells of this very change.
func (w *World) isItself(c *state.Change) bool {
	apart := time.Duration(w.Alert.Since-c.At) * time.Millisecond
	if c.FoundAt > 0 { // alerts begin when it is found
		apart = min(apart.Abs(), (time.Duration(w.Alert.Since-c.FoundAt) * time.Millisecond).Abs())
	}
	if c.Action == state.ActionSwitchedOff {
		return w.Alert.Rule == "provider.switched_off" && c.Subject == w.Alert.Entity && apart.Abs() <= slack
	}
	if w.Alert.Rule == "price.raised" {
		return c.Entity == string(event.EntityModelCost) && c.Subject == w.Alert.Entity && apart.Abs() <= slack
	}
	return w.Alert.Category == "change" && c.Subject == w.Alert.Entity && apart.Abs() <= slack
}

// spendingMore are the rules that tell of a key that spends more, each by another sign.
var spendingMore = map[string]bool{"spend.spike": true, "spend.loop": true, "spend.repeats": true, "spend.retries": true, "spend.runaway": true}

// sameMatter reports whether another alert tells of the same thing by the same kind
// of rule.
func (w *World) sameMatter(a *state.AlertLine) bool {
	kind, _, _ := strings.Cut(a.Rule, ".")
	own, _, _ := strings.Cut(w.Alert.Rule, ".")
	return kind == own && a.EntityKind == w.Alert.EntityKind && a.Entity == w.Alert.Entity && (kind == "budget" || spendingMore[a.Rule] && spendingMore[w.Alert.Rule])
}

// watchedFor is how long changes were looked for before the alert, 30 days at most; 0:
// unknown.
func (w *World) watchedFor() time.Duration {
	if w.Since == 0 {
		return 0
	}
	return min(max(time.Duration(w.Alert.Since-w.Since)*time.Millisecond, time.Minute), often)
}

// outdone reports whether another alert tells of a higher share of the same budget, which
// was passed before the alert began, too.
func (w *World) outdone(a *state.AlertLine) bool {
	if a.Threshold <= 0 {
		return false
	}
	return slices.ContainsFunc(w.Alerts, func(b state.AlertLine) bool {
		return b.Rule == a.Rule && b.Gateway == a.Gateway && b.EntityKind == a.EntityKind && b.Entity == a.Entity &&
			b.Since <= w.Alert.Since && b.Since >= a.Since &&
			(b.Threshold > a.Threshold || b.Threshold == a.Threshold && (b.Since > a.Since || b.Since == a.Since && b.ID > a.ID))
	})
}

// near says how close in time a change was; ok is false where it was not in the
// hour before. Of one that was made while nobody watched only the span is known.
func (w *World) near(c *state.Change) (near float64, when string, ok bool) {
	ago := time.Duration(w.Alert.Since-c.At) * time.Millisecond
	if c.Since > 0 && !c.Own {
		if c.Since > w.Alert.Since || time.Duration(w.Alert.Since-c.FoundAt)*time.Millisecond > window {
			return 0, "", false
		}
		return 0.35, text.CauseSometime(), true
	}
	late := slack
	if c.Own || c.FoundAt == 0 { // when it was done is known
		late = skew
	}
	if ago < -late || ago > window || c.After > w.Alert.Since || w.Alert.EndedAt > 0 && c.At >= w.Alert.EndedAt {
		return 0, "", false
	}
	if ago < 0 {
		return noticedLater, text.CauseNoticedAfter(-ago), true
	}
	return closeness(ago), text.CauseBefore(ago), true
}

// noticedLater is how close a change counts that was noticed only after the alert
// began.
const noticedLater = 0.7

func closeness(ago time.Duration) float64 { return math.Pow(0.5, ago.Minutes()/halfway.Minutes()) }

// often is how many changes of the same thing there were besides this one.
func (w *World) often(c *state.Change) (n int) {
	for i := range w.Changes {
		if o := &w.Changes[i]; o.ID != c.ID && o.Entity == c.Entity && o.Subject == c.Subject && o.Gateway == c.Gateway && c.Entity != state.EntityMark {
			n++
		}
	}
	return n
}

func title(c *state.Change) string {
	name := c.Name
	if name == "" {
		name = c.Subject
	}
	if c.Entity == state.EntityMark {
		return name
	}
	field, old, now := "", c.Old, c.New
	for _, v := range c.Values {
		if v.Old != "" || v.New != "" {
			field, old, now = v.Field, v.Old, v.New
			break
		}
	}
	return text.CauseChange(c.Entity, name, c.Action, field, old, now)
}

// keyOfGroup reports whether a key belongs to a group.
func (w *World) keyOfGroup(key, group string) bool {
	return w.Live != nil && w.Live.Keys[w.Alert.Gateway+"/"+key].Group == group
}

// About reports whether a use is of what the alert is about.
func (w *World) About(u *Use) bool {
	switch w.Alert.EntityKind {
	case "key", "virtual_key":
		return u.Key == w.Alert.Entity
	case "group", "key_group":
		return w.keyOfGroup(u.Key, w.Alert.Entity)
	case "provider":
		return w.isProvider(w.Alert.Entity, u.Provider)
	case "task":
		t := w.task()
		return t.Model != "" && u.Model == t.Model
	}
	return true
}

func (w *World) task() state.Task {
	if w.Live == nil {
		return state.Task{}
	}
	return w.Live.Tasks[w.Alert.Gateway+"/"+w.Alert.Entity]
}

// isProvider reports whether an id and a name are one provider's.
func (w *World) isProvider(id, name string) bool {
	return name != "" && (id == name || w.Live != nil && w.Live.Providers[w.Alert.Gateway+"/"+id].Name == name)
}

// serves reports whether a provider serves a model.
func (w *World) serves(provider, model string) bool {
	return w.Live != nil && slices.Contains(w.Live.Providers[w.Alert.Gateway+"/"+provider].Aliases, model)
}

// related says whether a change is of the same thing, on the path from key over
// mapping to provider, of the gateway as a whole, or of something else.
func (w *World) related(c *state.Change) (much float64, how string) {
	subject, kind := w.Alert.Entity, w.Alert.EntityKind
	switch c.Entity {
	case string(event.EntityVirtualKey):
		switch {
		case (kind == "key" || kind == "virtual_key") && c.Subject == subject:
			return 1, text.CauseSame(kind)
		case kind == "group" && w.keyOfGroup(c.Subject, subject):
			return 0.9, text.CauseInGroup()
		}
	case string(event.EntityKeyGroup):
		if kind == "group" && c.Subject == subject || kind == "key" && w.keyOfGroup(subject, c.Subject) {
			return 1, text.CauseSame("group")
		}
	case string(event.EntityProvider), string(event.EntityCredential):
		if kind == "provider" && (c.Provider == subject || c.Subject == subject) {
			return 1, text.CauseSame(kind)
		}
		if w.onPath(nil, c.Provider) {
			return 0.8, text.CauseOnPath()
		}
	case string(event.EntityModelMapping), string(event.EntityModelCost):
		if kind == "provider" && (c.Provider == subject || slices.ContainsFunc(c.Models, func(m string) bool { return w.serves(subject, m) })) {
			return 0.8, text.CauseOnPath()
		}
		if w.onPath(c.Models, "") {
			return 0.9, text.CauseOnPath()
		}
	case string(event.EntityRelease), "configuration", state.EntityMark:
		return 0.6, text.CauseWhole()
	}
	return 0.08, text.CauseElsewhere()
}

// onPath reports whether what the alert is about used one of the models, or a
// provider.
func (w *World) onPath(models []string, provider string) bool {
	return slices.ContainsFunc(w.Uses, func(u Use) bool {
		return w.About(&u) && (slices.Contains(models, u.Model) || provider != "" && (w.isProvider(provider, u.Provider) || w.serves(provider, u.Model)))
	})
}
