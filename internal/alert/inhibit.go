package alert

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/event"
)

// Scope says which alerts an inhibitor explains.
type Scope string

// The scopes.
const (
	ScopeGateway Scope = "gateway" // all of its gateway
	ScopeEntity  Scope = "entity"  // those on the same entity
	ScopeMembers Scope = "members" // those on the keys of the group, the tasks of the provider
	ScopeHub     Scope = "hub"     // those fed by the hub
)

// Inhibition says that one alert explains others, which are then shown but
// not told.
type Inhibition struct {
	ID    string   `json:"id"`    // "I2"
	Title string   `json:"title"` // what is shown: "held back by …"
	By    []string `json:"by"`    // rules
	// Pending inhibitors hold back before they fire.
	Pending bool     `json:"pending"`
	Holds   []string `json:"holds"` // rules; "provider.*" for all of a kind
	Scope   Scope    `json:"scope"`
	// Weaker holds back only rules of lower rank, and lower thresholds.
	Weaker bool `json:"weaker"`
	// When it clears, what it held back must still be true after Settle and,
	// with Fresh, Settle after data newer than the clearing was seen: or
	// every suppressed alert fires at the moment of recovery.
	Settle time.Duration `json:"settle"`
	Fresh  bool          `json:"fresh"`
}

// Inhibitions lists the built-in ones. I1 (offline, just woke) comes from the
// Situation, I4 (an administrator switched the provider off) is in the
// provider rules, which end then, and I8 (maintenance) from Maintain.
func Inhibitions() []Inhibition {
	const minute = time.Minute
	return []Inhibition{
		{
			ID: "I2", Title: "the gateway does not answer", By: []string{"gateway.unreachable", "gateway.auth"},
			Pending: true, Scope: ScopeGateway, Settle: minute, Fresh: true,
			Holds: []string{"provider.*", "spend.*", "budget.*", "task.*", "hub.*", "key.silent", "model.*", "gateway.impaired"},
		},
		{
			ID: "I3", Title: "its live updates are paused", By: []string{"hub.down"}, Pending: true,
			Scope: ScopeHub, Holds: []string{"hub.silent", "key.silent", "task.stuck"},
		},
		{ // Not in the specification: a feed that is stuck because its part is down is no second piece of news.
			ID: "I9", Title: "a part of the gateway is down", By: []string{"gateway.impaired"}, Pending: true,
			Scope: ScopeGateway, Settle: minute, Holds: []string{"hub.silent"},
		},
		{
			ID: "I5", Title: "a weightier alert on the provider", Scope: ScopeEntity, Weaker: true, Settle: minute,
			By: []string{
				"provider.switched_off", "provider.unhealthy", "provider.unhealthy.derived", "provider.credentials",
			},
			Holds: []string{"provider.*"},
		},
		{
			ID: "I5", Title: "the provider's alert", Scope: ScopeMembers, Settle: minute,
			By: []string{
				"provider.switched_off", "provider.unhealthy", "provider.unhealthy.derived", "provider.credentials",
			},
			Holds: []string{"task.failed"},
		},
		{
			ID: "I6", Title: "its group is out of budget", By: []string{"budget.exhausted"}, Scope: ScopeMembers,
			Holds: []string{"budget.*", "key.silent"},
		},
		{
			ID: "I7", Title: "a higher threshold", By: []string{"budget.used", "budget.exhausted"},
			Scope: ScopeEntity, Weaker: true, Holds: []string{"budget.used"},
		},
	}
}

// freshWait is how long a second look waits for new data where none comes: a
// gateway that only pushes says nothing of what did not change.
const freshWait = time.Minute

// i1 and i8 are the inhibitions that no alert stands for.
var (
	i1 = Inhibition{ID: "I1", Title: "offline or just back"}
	i8 = Inhibition{ID: "I8", Title: "maintenance", Settle: time.Minute}
)

// explainer is an alert that may explain others.
type explainer struct {
	in   *instance
	rule *Inhibition
}

// explainers finds inhibitors by what they hold back.
type explainers struct {
	rules   []Inhibition
	byRule  map[string][]*Inhibition
	gateway map[string][]explainer
	thing   map[string][]explainer
	hub     map[string][]explainer // by gateway
	members map[string][]explainer // by gateway
}

func newExplainers() explainers {
	x := explainers{
		rules: Inhibitions(), byRule: map[string][]*Inhibition{},
		gateway: map[string][]explainer{}, thing: map[string][]explainer{},
		hub: map[string][]explainer{}, members: map[string][]explainer{},
	}
	for i := range x.rules {
		for _, id := range x.rules[i].By {
			x.byRule[id] = append(x.byRule[id], &x.rules[i])
		}
	}
	return x
}

// gather lists the alerts that may explain others now.
func (x *explainers) gather(e *Evaluator) {
	for _, m := range []map[string][]explainer{x.gateway, x.thing, x.hub, x.members} {
		empty(m, 2*len(e.all)+64)
	}
	for _, in := range e.all {
		if in.Status != StatusPending && !in.Status.Open() {
			continue
		}
		for _, r := range x.byRule[in.Rule] {
			if in.Status == StatusPending && !r.Pending || e.cfg.InhibitionsOff[r.ID] {
				continue
			}
			ex := explainer{in, r}
			switch r.Scope {
			case ScopeGateway:
				x.gateway[in.Gateway] = append(x.gateway[in.Gateway], ex)
			case ScopeEntity:
				x.thing[in.Thing] = append(x.thing[in.Thing], ex)
			case ScopeHub:
				x.hub[in.Gateway] = append(x.hub[in.Gateway], ex)
			case ScopeMembers:
				x.members[in.Gateway] = append(x.members[in.Gateway], ex)
			}
		}
	}
}

// empty forgets the explainers and keeps their slices for the next gathering,
// unless most of them are of things long gone.
func empty(m map[string][]explainer, most int) {
	if len(m) > most {
		clear(m)
		return
	}
	for k, v := range m {
		clear(v)
		m[k] = v[:0]
	}
}

// of finds what explains an alert: the strongest explainer, nil if none.
func (x *explainers) of(v *view, in *instance) (best explainer) {
	for _, list := range [][]explainer{x.gateway[in.Gateway], x.thing[in.Thing], x.hub[in.Gateway], x.members[in.Gateway]} {
		for _, ex := range list {
			if !ex.covers(v, in) {
				continue
			}
			if best.in == nil || ex.in.rank > best.in.rank ||
				ex.in.rank == best.in.rank && ex.in.Fingerprint < best.in.Fingerprint {
				best = ex
			}
		}
	}
	return best
}

func (x explainer) covers(v *view, in *instance) bool {
	if x.in == in || !x.rule.holds(in.Rule) || x.rule.Weaker && in.rank >= x.in.rank {
		return false
	}
	switch x.rule.Scope {
	case ScopeGateway:
		return in.Gateway == x.in.Gateway && !(x.in.Rule == "gateway.auth" && v.speaks(in))
	case ScopeEntity:
		return in.EntityKind == x.in.EntityKind && in.Thing == x.in.Thing
	case ScopeHub:
		return in.Thing == x.in.Thing || in.source == "hub:"+x.in.Entity
	case ScopeMembers:
		return member(v, in, x.in)
	}
	return false
}

// speaks reports whether what an alert rests on is still told by its gateway: a
// gateway that refuses one of two keys goes on telling what the other opens,
// and what that shows is no consequence of the refusal.
func (v *view) speaks(in *instance) bool {
	source := in.source
	switch in.EntityKind {
	case "provider":
		source = v.live.Providers[in.Thing].Source
	case "task":
		source = v.live.Tasks[in.Thing].Source
	}
	if _, read := cutPrefix(source, "rest:"); read {
		return v.live.Links[in.Gateway+"/"+restLink].State == string(event.LinkConnected)
	}
	hub, pushed := cutPrefix(source, "hub:")
	if !pushed {
		return false
	}
	for _, l := range v.live.Links {
		if l.Gateway == in.Gateway && l.Hub == hub && l.State == string(event.LinkConnected) {
			return true
		}
	}
	return false
}

// member reports whether a key belongs to a group, or a task's model to a
// provider.
func member(v *view, in, of *instance) bool {
	switch {
	case in.EntityKind == "key" && of.EntityKind == "group":
		return v.live.Keys[in.Thing].Group == of.Entity
	case in.EntityKind == "task" && of.EntityKind == "provider":
		model := v.live.Tasks[in.Thing].Model
		return slices.Contains(v.live.Providers[of.Thing].Models, model)
	}
	return false
}

func (r *Inhibition) holds(rule string) bool {
	for _, p := range r.Holds {
		if kind, all := strings.CutSuffix(p, "*"); all && strings.HasPrefix(rule, kind) || p == rule {
			return true
		}
	}
	return false
}

// inhibit decides of every open alert what explains it.
func (e *Evaluator) inhibit(v *view) {
	away, until := e.sit.Away(v.now)
	away = away && !e.cfg.InhibitionsOff["I1"]
	if away && !until.IsZero() {
		e.wake(until)
	}
	anew := e.moved || away || len(e.windows) > 0
	if anew {
		e.explain.gather(e)
		e.moved = false
	}
	for _, in := range e.all {
		if in.Status != StatusPending && !in.Status.Open() || !anew && !in.held {
			continue
		}
		switch ex := e.explain.of(v, in); {
		case away:
			in.away = true
			e.hold(v, in, nil, &i1)
		case e.underMaintenance(in, v.now):
			e.hold(v, in, nil, &i8)
		case ex.in != nil:
			e.hold(v, in, ex.in, ex.rule)
		case in.held:
			e.unhold(v, in)
		}
	}
}

// hold marks an alert as explained by another, or by none (I1, I8).
func (e *Evaluator) hold(v *view, in, by *instance, rule *Inhibition) {
	name, root := rule.ID, ""
	in.clearedAt = time.Time{}
	if by != nil {
		name, root, in.clearedAt = by.Rule, by.Fingerprint, by.Gone
	}
	in.noteFresh(v.now)
	if in.held && in.InhibitedBy == name && in.Root == root && !in.Settling {
		in.heldBy = rule
		return
	}
	in.held, in.heldBy, in.Settling = true, rule, false
	in.InhibitedBy, in.Held, in.Root = name, rule.Title, root
	if by != nil && by.Title != "" {
		in.Held = by.Title
	}
	e.happen(in, Inhibited)
}

// noteFresh remembers when data newer than the clearing was first seen.
func (in *instance) noteFresh(now time.Time) {
	switch {
	case in.clearedAt.IsZero():
		in.freshAt = time.Time{}
	case in.freshAt.IsZero() && !in.DataAt.Before(in.clearedAt.Truncate(time.Millisecond)):
		in.freshAt = now
	}
}

// unhold lets an alert go once it was seen to be still true.
func (e *Evaluator) unhold(v *view, in *instance) {
	now := v.now
	if in.clearedAt.IsZero() {
		in.clearedAt = now
	}
	in.noteFresh(now)
	settle, fresh := time.Duration(0), false
	if in.heldBy != nil {
		settle, fresh = in.heldBy.Settle, in.heldBy.Fresh
	}
	from := in.clearedAt
	if fresh {
		from = from.Add(freshWait)
		if !in.freshAt.IsZero() && in.freshAt.Before(from) {
			from = in.freshAt
		}
	}
	if end := from.Add(settle); now.Before(end) {
		e.wake(end)
		if !in.Settling {
			in.Settling = true
			e.happen(in, Updated)
		}
		return
	}
	in.afterAway, in.away = in.away, false
	in.held, in.heldBy, in.Settling = false, nil, false
	in.InhibitedBy, in.Held, in.Root = "", "", ""
	in.clearedAt, in.freshAt = time.Time{}, time.Time{}
	if in.Status == StatusFiring {
		e.happen(in, Released)
	} else {
		e.happen(in, Updated)
	}
}

func thresholdOf(dimension string) float64 {
	f, err := strconv.ParseFloat(dimension, 64)
	if err != nil {
		return 0
	}
	return f
}

// Maintenance is a planned window during which alerts are not told.
type Maintenance struct {
	Scope Target    `json:"scope"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
}

// Maintain adds a maintenance window; the zero Target is everything.
func (e *Evaluator) Maintain(m Maintenance) { e.windows = append(e.windows, m) }

func (e *Evaluator) underMaintenance(in *instance, now time.Time) bool {
	for i := range e.windows {
		w := &e.windows[i]
		if !now.Before(w.From) && now.Before(w.To) && w.Scope.covers(&in.Alert) {
			e.wake(w.To)
			return true
		}
	}
	return false
}
