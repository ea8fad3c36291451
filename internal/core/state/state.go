package state

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/foundation/dedup"
)

// Bounds of what is kept. A gateway cannot make us grow without end: what is
// over a bound is refused and counted (Overflow).
const (
	maxKeys         = 10_000 // twenty times the largest gateway we plan for
	maxGroups       = 5_000
	maxProviders    = 1_000
	maxTasks        = 2_000 // finished ones leave after finishedTaskTTL anyway
	maxModels       = 500   // per provider; the largest catalogue seen has 340
	maxEvents       = 200   // the live list; older ones are in the history
	maxTransactions = 100
	maxDiscoveries  = 100
	maxChanges      = 200
	maxDedup        = 4096 // remembered spends, to know repeats
)

// How many of the newest lines Live has of lists, where more come.
const (
	MaxEvents       = maxEvents
	MaxTransactions = maxTransactions
	MaxDiscoveries  = maxDiscoveries
	MaxChanges      = maxChanges
)

// finishedTaskTTL is how long a finished task stays in the live state.
const finishedTaskTTL = 10 * time.Minute

// State is the reducer's memory. The zero value is not usable: see New.
type State struct {
	live  Live
	dirty dirty

	spend       map[string]*keyTracker   // by key id
	recent      [256]recentKey           // of spend, the newest; see recentAt
	pending     []*keyTracker            // keys to settle
	groups      map[string]*groupTracker // by group id
	money       map[string]*moneyTracker // by gateway
	recentMoney struct {                 // of money, the last
		gateway event.GatewayID
		p       *moneyTracker
	}
	keeps           bool                               // see KeepLedgers
	groupsAt        int64                              // when groupRates was last done
	left            map[event.GatewayID][]ledger.Taken // of gateways that were forgotten
	healthTimelines map[string]*healthTimeline         // by provider id
	components      map[string]*componentTracker       // by gateway
	tickedAt        int64
	resumedAt       int64 // after the program was asleep
	dedup           *dedup.Set
	events          ring[retainedEvent]
	recentSpends    ring[recentSpend]
	changes         ring[Change]
	amended         []Change // changes that are listed and to be shown anew
	toKeep          Kept
	memory          memory // of earlier runs, shown until there is something newer
	taskTimes       taskTimes
	lastChanges     map[string]lastChange // by gateway, entity and id
	discoveries     ring[Discovery]
	last            struct { // who sent something last, and when
		source *event.Source
		at     int64
	}

	// text is what sourceText made last.
	text struct {
		source *event.Source
		is     string
	}

	// Overflow counts entries refused because a bound was reached; Unhandled
	// counts events that Apply has no case for (always 0 unless a kind was
	// added and forgotten: a test fails then).
	Overflow  int64
	Unhandled int64
}

// dirty holds the ids that changed since the last Changes.
type dirty struct {
	gateways, links, keys, groups, burn, providers, tasks, nav, app map[string]bool
	components, deliveries, pollTargets, monitoredKeys, forecasts   map[string]bool
}

// New returns an empty state.
func New() *State {
	s := &State{
		live:            emptyLive(),
		spend:           map[string]*keyTracker{},
		groups:          map[string]*groupTracker{},
		money:           map[string]*moneyTracker{},
		left:            map[event.GatewayID][]ledger.Taken{},
		healthTimelines: map[string]*healthTimeline{},
		components:      map[string]*componentTracker{},
		dedup:           dedup.New(maxDedup),
		events:          newRing[retainedEvent](maxEvents),
		recentSpends:    newRing[recentSpend](maxTransactions),
		changes:         newRing[Change](maxChanges),
		lastChanges:     map[string]lastChange{},
		discoveries:     newRing[Discovery](maxDiscoveries),
	}
	s.dirty = newDirty()
	return s
}

func newDirty() dirty {
	m := func() map[string]bool { return map[string]bool{} }
	return dirty{m(), m(), m(), m(), m(), m(), m(), m(), m(), m(), m(), m(), m(), m()}
}

func emptyLive() Live {
	return Live{
		Gateways: map[string]Gateway{}, Links: map[string]Link{}, Keys: map[string]KeySpend{},
		Groups: map[string]Group{}, Burn: map[string]Burn{}, Providers: map[string]Provider{},
		Tasks: map[string]Task{}, Nav: map[string]Nav{}, Transactions: map[string]Transaction{},
		Discoveries: map[string]Discovery{}, Changes: map[string]Change{},
		Events: map[string]EventLine{}, Alerts: map[string]AlertLine{}, App: map[string]AppCondition{},
		Components: map[string]ComponentHealth{}, Deliveries: map[string]TopicDelivery{}, PollTargets: map[string]PollTarget{},
		MonitoredKeys: map[string]MonitoredKey{}, Outlooks: map[string]Outlook{}, Forecasts: map[string]Forecast{},
	}
}

// Live gives read access to what is shown, for rules and summaries. It must
// not be changed or kept; topics Events and Transactions are only filled in
// by Clone.
func (s *State) Live() *Live { return &s.live }

// Apply folds one event in and reports whether it was news: false for a repeat
// of a spend. It must be called with ascending Seq. A spend is not kept. An
// event without the name of what it is about is given it.
func (s *State) Apply(env *event.Envelope) bool {
	s.giveName(env)
	if !s.fold(env) {
		return false
	}
	s.events.next().set(env)
	s.markContact(env)
	return true
}

// retainedEvent is an event of the live list. A spend's body is not the producer's to
// keep (see event.Batch), so it is copied beside the event.
type retainedEvent struct {
	env   event.Envelope
	spend event.SpendRecorded
}

func (k *retainedEvent) set(env *event.Envelope) {
	k.env = *env
	if b, ok := env.Body.(*event.SpendRecorded); ok {
		k.spend = *b
		k.spend.Request = "" // nobody shows it, and ids share memory
		k.env.Body = &k.spend
	}
}

// folds are the topics' parts of fold: each takes the events of its file, and says
// whether it knew the event and whether it is news.
var folds = []func(s *State, env *event.Envelope) (known, news bool){
	(*State).foldSpend, (*State).foldTask, (*State).foldLink, (*State).foldPoll, (*State).foldGateway,
	(*State).foldTraffic, (*State).foldMoney, (*State).foldProvider, (*State).foldChange,
	(*State).foldDelivery, (*State).foldMonitoredKey,
}

// fold gives an event to its topic; TestApplyKnowsEveryKind holds that there is one.
// A spend, which nearly all events are, has its way without looking.
func (s *State) fold(env *event.Envelope) (news bool) {
	if b, is := env.Body.(*event.SpendRecorded); is {
		return s.spendRecorded(env, b)
	}
	for _, f := range folds {
		if known, news := f(s, env); known {
			return news
		}
	}
	s.Unhandled++
	return true
}

// markContact notes that the gateway spoke.
func (s *State) markContact(env *event.Envelope) {
	if env.Source.Via == event.ViaComputed || aboutOwnConnection(env.Body) {
		return
	}
	at := ms(env.At)
	if same(env.Source, s.last.source) && at-s.last.at < 1000 {
		return // a second is fine enough
	}
	s.last.source, s.last.at = env.Source, at
	gid := string(env.Source.Gateway)
	if g, ok := s.live.Gateways[gid]; ok {
		g.LastEventAt = max(g.LastEventAt, at)
		s.live.Gateways[gid] = g
		s.dirty.gateways[gid] = true
	}
	if l, ok := s.live.Links[linkID(env)]; ok && env.Source.Via == event.ViaHub {
		l.LastEventAt = max(l.LastEventAt, at)
		s.putLink(l)
	}
}

// aboutOwnConnection reports whether an event is about our own connection, or that
// nothing was heard: not the gateway's word.
func aboutOwnConnection(e event.Event) bool {
	switch b := e.(type) {
	case event.Polled:
		return b.Outcome == event.PollTimedOut || b.Outcome == event.PollSkipped
	case event.LinkChanged, event.Resynchronised, event.BacklogDropped:
		return true
	}
	return false
}

// sourceText is a source's String, made once for all events in a row that have it.
func (s *State) sourceText(from *event.Source) string {
	if !same(from, s.text.source) {
		s.text.source, s.text.is = from, from.String()
	}
	return s.text.is
}

// same reports whether two sources are the same; often they are one. was may be
// nil.
func same(is, was *event.Source) bool { return is == was || was != nil && *is == *was }

// SetGateway adds or changes a watched gateway's own values (label, colour …);
// its states and sums are kept.
func (s *State) SetGateway(g Gateway) {
	if old, known := s.live.Gateways[g.ID]; known {
		old.Label, old.Colour, old.Production, old.Demo = g.Label, g.Colour, g.Production, g.Demo
		g = old
	} else {
		g = g.unaudited()
		g.Overall, g.BurnPerHour = string(event.LinkDisconnected), rateOf(tooShort)
	}
	s.live.Gateways[g.ID] = g
	s.dirty.gateways[g.ID] = true
	s.pictureShown(g.ID)
}

// Forget drops everything known of a gateway. With keepGateway its own entry
// stays (logout), else it goes too (profile deleted).
func (s *State) Forget(gateway string, keepGateway bool) {
	drop(s.live.Links, s.dirty.links, func(v Link) bool { return v.Gateway == gateway })
	drop(s.live.Keys, s.dirty.keys, func(v KeySpend) bool { return v.Gateway == gateway })
	drop(s.live.Groups, s.dirty.groups, func(v Group) bool { return v.Gateway == gateway })
	drop(s.live.Providers, s.dirty.providers, func(v Provider) bool { return v.Gateway == gateway })
	drop(s.live.Tasks, s.dirty.tasks, func(v Task) bool { return v.Gateway == gateway })
	drop(s.live.Nav, s.dirty.nav, func(v Nav) bool { return v.Gateway == gateway })
	drop(s.live.Burn, s.dirty.burn, func(v Burn) bool { return v.ID == gateway })
	drop(s.live.Components, s.dirty.components, func(v ComponentHealth) bool { return v.Gateway == gateway })
	drop(s.live.Deliveries, s.dirty.deliveries, func(v TopicDelivery) bool { return v.Gateway == gateway })
	drop(s.live.MonitoredKeys, s.dirty.monitoredKeys, func(v MonitoredKey) bool { return v.Gateway == gateway })
	drop(s.live.PollTargets, s.dirty.pollTargets, func(v PollTarget) bool { return v.Gateway == gateway })
	drop(s.live.Forecasts, s.dirty.forecasts, func(v Forecast) bool { return v.Gateway == gateway })
	delete(s.components, gateway)
	s.leave(gateway)
	s.forgetPicture(gateway, "")
	prefix := gateway + "/"
	forget := func(id string) bool { return len(id) > len(prefix) && id[:len(prefix)] == prefix }
	clear(s.recent[:])
	s.pending = slices.DeleteFunc(s.pending, func(m *keyTracker) bool { return m.view.Gateway == gateway })
	maps.DeleteFunc(s.spend, func(id string, _ *keyTracker) bool { return forget(id) })
	maps.DeleteFunc(s.groups, func(id string, _ *groupTracker) bool { return forget(id) })
	maps.DeleteFunc(s.healthTimelines, func(id string, _ *healthTimeline) bool { return forget(id) })
	maps.DeleteFunc(s.lastChanges, func(id string, _ lastChange) bool { return forget(id) })
	s.taskTimes.forget(prefix)
	if !keepGateway {
		delete(s.live.Gateways, gateway)
		s.dirty.gateways[gateway] = true
		return
	}
	if g, ok := s.live.Gateways[gateway]; ok {
		s.live.Gateways[gateway] = g.unaudited()
	}
	s.summarise(gateway)
}

func drop[T any](things map[string]T, dirty map[string]bool, gone func(T) bool) {
	for id, v := range things {
		if gone(v) {
			delete(things, id)
			dirty[id] = true
		}
	}
}

// SetAppCondition shows a condition of Gatewatch itself, or removes it if Title is "".
func (s *State) SetAppCondition(f AppCondition) {
	if f.Title == "" {
		if _, ok := s.live.App[f.ID]; !ok {
			return
		}
		delete(s.live.App, f.ID)
	} else {
		s.live.App[f.ID] = f
	}
	s.dirty.app[f.ID] = true
}

// SetAlerts replaces the shown alerts and returns what changed of them.
func (s *State) SetAlerts(lines []AlertLine) Delta {
	d := Delta{}
	next := make(map[string]AlertLine, len(lines))
	for _, l := range lines {
		old, known := s.live.Alerts[l.ID]
		if known && l.sameAs(old) {
			next[l.ID] = old
			continue
		}
		next[l.ID] = l
		put(&d.Alerts, l.ID, &l)
	}
	for id := range s.live.Alerts {
		if _, ok := next[id]; !ok {
			put[AlertLine](&d.Alerts, id, nil)
		}
	}
	s.live.Alerts = next
	return d
}

// alertAge is how much newer an alert's reading must be, in milliseconds, to be told for
// that alone: with hundreds of alerts nothing else would be told.
const alertAge = 60_000

// sameAs reports whether an alert is to be told no more than it was.
func (l AlertLine) sameAs(old AlertLine) bool {
	newer := l.UpdatedAt - old.UpdatedAt
	old.UpdatedAt = l.UpdatedAt
	return l == old && newer >= 0 && newer < alertAge
}

// SetOutlooks replaces the outlooks and returns what changed of them.
func (s *State) SetOutlooks(next map[string]Outlook) Delta {
	d := Delta{}
	for id, o := range next {
		old, known := s.live.Outlooks[id]
		same := known && old.Condition == o.Condition && old.Head == o.Head && old.Rest == o.Rest &&
			old.Short == o.Short && old.Hindrance == o.Hindrance && slices.Equal(old.Unknown, o.Unknown) &&
			o.LastEventAt-old.LastEventAt < outlookAge && o.HeardAt-old.HeardAt < outlookAge
		if same {
			next[id] = old
			continue
		}
		put(&d.Outlooks, id, &o)
	}
	for id := range s.live.Outlooks {
		if _, still := next[id]; !still {
			put[Outlook](&d.Outlooks, id, nil)
		}
	}
	s.live.Outlooks = next
	return d
}

// outlookAge is how much newer an outlook's last event must be, in
// milliseconds, to be told for that alone: gateways tell it themselves.
const outlookAge = 60_000

func put[T any](m *map[string]*T, id string, v *T) {
	if *m == nil {
		*m = map[string]*T{}
	}
	(*m)[id] = v
}

// ClearTasks drops finished tasks of a gateway by hand, "" for all gateways, or
// the one named.
func (s *State) ClearTasks(gateway, id string) {
	drop(s.live.Tasks, s.dirty.tasks, func(t Task) bool {
		if id != "" {
			return t.ID == id
		}
		return (gateway == "" || t.Gateway == gateway) && t.FinishedAt > 0
	})
}

// id joins a gateway and an entity's own id.
func id(g event.GatewayID, own string) string { return string(g) + "/" + own }

// ms is Unix milliseconds, 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// eventTime is the gateway's time where it sent one that can be, else the arrival.
func eventTime(env *event.Envelope, sent time.Time) int64 { return ms(dated(env, sent)) }

// maxAhead is how far a gateway's clock may be ahead of ours. What it dates later
// would hide all that comes until then.
const maxAhead = 24 * time.Hour

// dated is eventTime as a time.
func dated(env *event.Envelope, sent time.Time) time.Time {
	if sent.IsZero() || !env.At.IsZero() && sent.Sub(env.At) > maxAhead {
		return env.At
	}
	return sent
}

func sortedUnion(old, more []string, limit int) (all, added []string) {
	for _, m := range more {
		if !slices.Contains(old, m) && !slices.Contains(added, m) {
			added = append(added, m)
		}
	}
	all = slices.Concat(old, added)
	slices.Sort(all)
	return all[:min(len(all), limit)], added
}

func seqID(seq uint64) string { return strconv.FormatUint(seq, 10) }
