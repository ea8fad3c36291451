package alert

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/core/text"
)

// Scope says which alerts an inhibitor inhibits.
type Scope string

// The scopes.
const (
	ScopeGateway Scope = "gateway" // all of its gateway
	ScopeEntity  Scope = "entity"  // those on the same entity
	ScopeMembers Scope = "members" // those on the keys of the group, the tasks of the provider
	ScopeHub     Scope = "hub"     // those fed by the hub
)

// The ids of the inhibitions. They are for ever: the settings name what is
// switched off by them, and InhibitAway and InhibitMaintenance are stored with
// alerts (Alert.InhibitedBy). I4 is none of them: an administrator who
// switches a provider off ends its alerts in the rules of providers.
const (
	InhibitAway           = "I1" // offline, asleep or just back; see SystemState
	InhibitGatewayDown    = "I2"
	InhibitHubDown        = "I3"
	InhibitProviderWorse  = "I5" // an alert of higher rank on the provider
	InhibitGroupExhausted = "I6"
	InhibitLowerThreshold = "I7" // a higher threshold is reached
	InhibitMaintenance    = "I8" // see Evaluator.SetMaintenance
	InhibitComponentDown  = "I9"
	InhibitUsedUp         = "I10"
	InhibitSooner         = "I11"
	InhibitRunaway        = "I12"
)

// Inhibition says that one alert inhibits others, which are then shown but
// not notified of.
type Inhibition struct {
	ID      string   `json:"id"`    // InhibitGatewayDown
	Title   string   `json:"title"` // what is shown: "inhibited by …"
	Sources []string `json:"by"`    // rules
	// WhilePending inhibitors inhibit before they fire.
	WhilePending bool     `json:"pending"`
	Targets      []string `json:"holds"` // rules; "provider.*" for all of a kind
	Scope        Scope    `json:"scope"`
	// LowerRankOnly inhibits only rules of lower rank, and lower thresholds.
	LowerRankOnly bool `json:"weaker"`
	// RecheckDelay is how long after the inhibitor cleared its targets must
	// still be true; with NeedsFreshData it counts from when data newer than
	// the clearing was seen. Without, every suppressed alert would fire at the
	// moment of recovery.
	RecheckDelay   time.Duration `json:"settle"`
	NeedsFreshData bool          `json:"fresh"`
}

// Inhibitions lists the built-in ones that an alert stands for. InhibitAway
// follows from the SystemState, InhibitMaintenance from SetMaintenance.
func Inhibitions() []Inhibition {
	const minute = time.Minute
	return []Inhibition{
		{
			ID: InhibitGatewayDown, Title: "the gateway does not answer", Sources: []string{"gateway.unreachable"},
			WhilePending: true, Scope: ScopeGateway, RecheckDelay: minute, NeedsFreshData: true, Targets: gatewayFed,
		},
		{ // nothing of the gateway was out of order: as soon as it is read again, it is seen how it is
			ID: InhibitGatewayDown, Title: "the gateway refuses the key", Sources: []string{"gateway.auth"},
			WhilePending: true, Scope: ScopeGateway, NeedsFreshData: true, Targets: gatewayFed,
		},
		{
			ID: InhibitHubDown, Title: "its live updates are paused", Sources: []string{"hub.down"}, WhilePending: true,
			Scope: ScopeHub, Targets: []string{"hub.silent", "key.silent", "task.stuck"},
		},
		{ // Not in the specification: a feed that is stuck, or connections that are paused, because a component is down are no second piece of news.
			ID: InhibitComponentDown, Title: "a part of the gateway is down", Sources: []string{"gateway.impaired"}, WhilePending: true,
			Scope: ScopeGateway, RecheckDelay: minute, Targets: []string{"hub.silent", "hub.down"},
		},
		{
			ID: InhibitProviderWorse, Title: "a weightier alert on the provider", Scope: ScopeEntity, LowerRankOnly: true, RecheckDelay: minute,
			Sources: []string{
				"provider.switched_off", "provider.unhealthy", "provider.unhealthy.derived", "provider.credentials",
			},
			Targets: []string{"provider.*"},
		},
		{
			ID: InhibitProviderWorse, Title: "the provider's alert", Scope: ScopeMembers, RecheckDelay: minute,
			Sources: []string{
				"provider.switched_off", "provider.unhealthy", "provider.unhealthy.derived", "provider.credentials",
			},
			Targets: []string{"task.failed"},
		},
		{
			ID: InhibitGroupExhausted, Title: "its group is out of budget", Sources: []string{"budget.exhausted"}, Scope: ScopeMembers,
			Targets: []string{"budget.*", "key.silent"},
		},
		{
			ID: InhibitLowerThreshold, Title: "a higher threshold", Sources: []string{"budget.used", "budget.exhausted"},
			Scope: ScopeEntity, LowerRankOnly: true, Targets: []string{"budget.used"},
		},
		{
			ID: InhibitRunaway, Title: "the key runs away", Sources: []string{"spend.runaway"}, WhilePending: true,
			Scope: ScopeEntity, RecheckDelay: minute, Targets: []string{"spend.spike", "spend.loop", "spend.repeats", "spend.retries"},
		},
		{
			ID: InhibitUsedUp, Title: "it is used up", Sources: []string{"budget.exhausted"}, WhilePending: true,
			Scope: ScopeEntity, Targets: []string{"budget.forecast"},
		},
		{ // that it will run out within days is no second piece of news
			ID: InhibitSooner, Title: "it will run out within hours", Sources: []string{"budget.forecast"},
			Scope: ScopeEntity, LowerRankOnly: true, Targets: []string{"budget.forecast"},
		},
	}
}

// gatewayFed are the rules that rest on what a gateway tells.
var gatewayFed = []string{"provider.*", "spend.*", "budget.*", "task.*", "hub.*", "key.silent", "model.*", "gateway.impaired"}

// freshDataTimeout is how long a recheck waits for new data where none comes: a
// gateway that only pushes says nothing of what did not change.
const freshDataTimeout = time.Minute

// The inhibitions that no alert stands for.
var (
	awayInhibition        = Inhibition{ID: InhibitAway, Title: "offline or just back"}
	maintenanceInhibition = Inhibition{ID: InhibitMaintenance, Title: "maintenance", RecheckDelay: time.Minute}
)

// inhibitor is an alert that may inhibit others.
type inhibitor struct {
	in   *trackedAlert
	rule *Inhibition
}

// inhibitorIndex finds inhibitors by what they inhibit.
type inhibitorIndex struct {
	rules   []Inhibition
	byRule  map[string][]*Inhibition
	gateway map[string][]inhibitor
	entity  map[string][]inhibitor
	hub     map[string][]inhibitor // by gateway
	members map[string][]inhibitor // by gateway
}

func newInhibitorIndex() inhibitorIndex {
	x := inhibitorIndex{
		rules: Inhibitions(), byRule: map[string][]*Inhibition{},
		gateway: map[string][]inhibitor{}, entity: map[string][]inhibitor{},
		hub: map[string][]inhibitor{}, members: map[string][]inhibitor{},
	}
	for i := range x.rules {
		for _, id := range x.rules[i].Sources {
			x.byRule[id] = append(x.byRule[id], &x.rules[i])
		}
	}
	return x
}

// rebuild lists the alerts that may inhibit others now.
func (x *inhibitorIndex) rebuild(e *Evaluator) {
	for _, m := range []map[string][]inhibitor{x.gateway, x.entity, x.hub, x.members} {
		empty(m, 2*len(e.all)+64)
	}
	for _, in := range e.all {
		if in.Status != StatusPending && !in.Status.Open() {
			continue
		}
		for _, r := range x.byRule[in.Rule] {
			if in.Status == StatusPending && !r.WhilePending || e.cfg.InhibitionsOff[r.ID] {
				continue
			}
			ex := inhibitor{in, r}
			switch r.Scope {
			case ScopeGateway:
				x.gateway[in.Gateway] = append(x.gateway[in.Gateway], ex)
			case ScopeEntity:
				x.entity[in.StateID] = append(x.entity[in.StateID], ex)
			case ScopeHub:
				x.hub[in.Gateway] = append(x.hub[in.Gateway], ex)
			case ScopeMembers:
				x.members[in.Gateway] = append(x.members[in.Gateway], ex)
			}
		}
	}
}

// empty drops the inhibitors and keeps their slices for the next rebuild,
// unless most of them are of entities long gone.
func empty(m map[string][]inhibitor, most int) {
	if len(m) > most {
		clear(m)
		return
	}
	for k, v := range m {
		clear(v)
		m[k] = v[:0]
	}
}

// strongest finds the inhibitor of highest rank of an alert; the zero value if none.
func (x *inhibitorIndex) strongest(v *evalContext, in *trackedAlert) (best inhibitor) {
	for _, list := range x.of(in) {
		for _, ex := range list {
			if (best.in == nil || ex.in.weightier(best.in)) && ex.inhibits(v, in) {
				best = ex
			}
		}
	}
	return best
}

// of lists what may inhibit an alert.
func (x *inhibitorIndex) of(in *trackedAlert) [4][]inhibitor {
	return [4][]inhibitor{x.gateway[in.Gateway], x.entity[in.StateID], x.hub[in.Gateway], x.members[in.Gateway]}
}

func (x inhibitor) inhibits(v *evalContext, in *trackedAlert) bool {
	if x.in == in || !x.rule.hasTarget(in.Rule) || x.rule.LowerRankOnly && in.rank >= x.in.rank {
		return false
	}
	switch x.rule.Scope {
	case ScopeGateway:
		return in.Gateway == x.in.Gateway && (x.in.Rule != "gateway.auth" || v.refusing(x.in) && v.fedBy(in, x.in.Dimension) && !v.stillReported(in))
	case ScopeEntity:
		return in.EntityKind == x.in.EntityKind && in.StateID == x.in.StateID
	case ScopeHub:
		if x.in.Dimension == wholePlane {
			return v.fedBy(in, x.in.Entity)
		}
		return in.StateID == x.in.StateID || in.source == "hub:"+x.in.Entity
	case ScopeMembers:
		return member(v, in, x.in)
	}
	return false
}

// member reports whether a key belongs to a group, or a task's model to a
// provider.
func member(v *evalContext, in, of *trackedAlert) bool {
	switch {
	case in.EntityKind == "key" && of.EntityKind == "group":
		return v.live.Keys[in.StateID].Group == of.Entity
	case in.EntityKind == "task" && of.EntityKind == "provider":
		model := v.live.Tasks[in.StateID].Model
		return slices.Contains(v.live.Providers[of.StateID].Models, model)
	}
	return false
}

func (r *Inhibition) hasTarget(rule string) bool {
	for _, p := range r.Targets {
		if kind, all := strings.CutSuffix(p, "*"); all && strings.HasPrefix(rule, kind) || p == rule {
			return true
		}
	}
	return false
}

// inhibit decides of every open alert what inhibits it.
func (e *Evaluator) inhibit(v *evalContext) {
	away, until := e.system.Away(v.now)
	away = away && !e.cfg.InhibitionsOff[InhibitAway]
	if away && !until.IsZero() {
		e.scheduleEval(until)
	}
	anew := e.inhibitorsStale || away || len(e.windows) > 0
	if anew {
		e.inhibitors.rebuild(e)
		e.inhibitorsStale = false
	}
	for _, in := range e.all {
		if in.Status != StatusPending && !in.Status.Open() || !anew && !in.inhibited {
			continue
		}
		switch ex := e.inhibitors.strongest(v, in); {
		case away:
			in.inhibitedByAway = true
			e.suppress(v, in, nil, &awayInhibition)
		case e.underMaintenance(in, v.now):
			e.suppress(v, in, nil, &maintenanceInhibition)
		case ex.in != nil:
			e.suppress(v, in, ex.in, ex.rule)
		case in.inhibited:
			e.unsuppress(v, in)
		}
		e.assign(v, in)
	}
}

// suppress marks an alert as inhibited by another, or by none
// (awayInhibition, maintenanceInhibition).
func (e *Evaluator) suppress(v *evalContext, in, by *trackedAlert, rule *Inhibition) {
	name, root := rule.ID, ""
	in.inhibitorClearedAt = time.Time{}
	if by != nil {
		name, root, in.inhibitorClearedAt = by.Rule, by.Fingerprint, by.ClearedAt
	}
	was, title := in.stillOpen(), inhibitorTitle(by, rule)
	in.inhibitorOver = by != nil && by.Status == StatusRecovering
	in.firedBefore = by != nil && !in.FiredAt.IsZero() && in.FiredAt.Before(by.Since)
	in.openBefore = in.firedBefore && (by.Status == StatusPending || in.inhibitorOver)
	in.noteFresh(v)
	if in.inhibited && in.InhibitedBy == name && in.Root == root && !in.AwaitingRecheck {
		in.inhibition = rule
		if was != in.stillOpen() || in.InhibitorTitle != title {
			in.InhibitorTitle = title
			e.recordChange(in, Updated)
		}
		return
	}
	in.inhibited, in.inhibition, in.AwaitingRecheck = true, rule, false
	in.InhibitedBy, in.InhibitorTitle, in.Root = name, title, root
	e.recordChange(in, Inhibited)
}

// inhibitorTitle is what inhibits, for people: as it is now, or as what it was where its
// condition has ceased.
func inhibitorTitle(by *trackedAlert, rule *Inhibition) string {
	if by == nil {
		return rule.Title
	}
	if rule.ID == InhibitLowerThreshold && by.Rule == "budget.used" {
		return rule.Title // the other one's says the same of the same budget
	}
	title := nameOr(by.Title, rule.Title)
	if by.Rule == "gateway.impaired" && by.FiredAt.IsZero() {
		title = rule.Title // which part it is, is not sure yet: none is accused
	}
	if by.Title == "" && by.Rule == "gateway.auth" { // it has no text yet
		title = "the gateway refuses the key"
	}
	if by.Status == StatusRecovering {
		return text.Past(title)
	}
	return title
}

// stillOpen reports whether an alert that is inhibited is listed among the open ones
// all the same, though nobody is told of it: it was open before what inhibits it,
// which is not listed itself yet or no longer, or what inhibited it is over and the gateway
// has said again how its budget stands. A list that hides both says that all is well.
func (in *trackedAlert) stillOpen() bool {
	if !in.inhibited || !in.Status.Open() {
		return false
	}
	over := in.AwaitingRecheck || in.inhibitorOver
	return in.openBefore || over && !in.freshAt.IsZero() && strings.HasPrefix(in.Rule, "budget.")
}

// unsuppress lets an alert go once a recheck found it still true.
func (e *Evaluator) unsuppress(v *evalContext, in *trackedAlert) {
	now := v.now
	if in.inhibitorClearedAt.IsZero() {
		in.inhibitorClearedAt = now
	}
	was := in.stillOpen()
	in.openBefore, in.inhibitorOver = in.firedBefore, false
	in.noteFresh(v)
	delay, fresh := time.Duration(0), false
	if in.inhibition != nil {
		delay, fresh = in.inhibition.RecheckDelay, in.inhibition.NeedsFreshData
	}
	if fresh && in.Category == CategorySpend {
		delay = 0 // money that was spent does not recover with the gateway
	}
	from := in.inhibitorClearedAt
	if fresh {
		from = from.Add(freshDataTimeout)
		if !in.freshAt.IsZero() && in.freshAt.Before(from) {
			from = in.freshAt
		}
	}
	if end := from.Add(delay); now.Before(end) {
		e.scheduleEval(end)
		if awaited := in.AwaitingRecheck; !awaited || was != in.stillOpen() {
			in.AwaitingRecheck, in.InhibitorTitle = true, text.Past(in.InhibitorTitle)
			e.recordChange(in, Updated)
		}
		return
	}
	in.afterAway, in.inhibitedByAway = in.inhibitedByAway, false
	in.inhibited, in.inhibition, in.AwaitingRecheck = false, nil, false
	in.openBefore, in.firedBefore = false, false
	in.InhibitedBy, in.InhibitorTitle, in.Root = "", "", ""
	in.inhibitorClearedAt, in.freshAt = time.Time{}, time.Time{}
	if in.Status == StatusFiring {
		e.recordChange(in, Unsuppressed)
	} else {
		e.recordChange(in, Updated)
	}
}

func thresholdOf(dimension string) float64 {
	f, err := strconv.ParseFloat(dimension, 64)
	if err != nil {
		return 0
	}
	return f
}
