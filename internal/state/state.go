package state

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/seen"
)

// Bounds of what is kept. A gateway cannot make us grow without end: what is
// over a bound is refused and counted (Overflow).
const (
	maxKeys         = 10_000 // twenty times the largest gateway we plan for
	maxGroups       = 5_000
	maxProviders    = 1_000
	maxTasks        = 2_000 // finished ones leave after taskKeep anyway
	maxModels       = 500   // per provider; the largest catalogue seen has 340
	maxEvents       = 200   // the live list; older ones are in the history
	maxTransactions = 100
	maxDiscoveries  = 100
	maxChanges      = 200
	maxSeen         = 4096 // remembered bookings, to know repeats
)

// taskKeep is how long a finished task stays in the live state.
const taskKeep = 10 * time.Minute

// State is the reducer's memory. The zero value is not usable: see New.
type State struct {
	live  Live
	dirty dirty

	spend      map[string]*keyMemory   // by key id
	recent     [256]recentKey          // of spend, the newest; see recentAt
	pending    []*keyMemory            // keys to settle
	groups     map[string]*groupMemory // by group id
	burn       map[string]*burnMemory  // by gateway
	recentBurn struct {                // of burn, the last
		gateway event.GatewayID
		m       *burnMemory
	}
	history  map[string]*providerMemory // by provider id
	parts    map[string]*partMemory     // by gateway
	tickedAt int64
	booked   *seen.Set
	events   ring[kept]
	bookings ring[booking]
	changes  ring[Change]
	altered  map[string]alteration // by gateway, entity and id
	found    ring[Discovery]
	last     struct { // whom was heard last, and when
		source *event.Source
		at     int64
	}

	// text is what textOf made last.
	text struct {
		source *event.Source
		is     string
	}

	// Overflow counts things refused because a bound was reached; Unhandled
	// counts facts that Apply has no case for (always 0 unless a kind was
	// added and forgotten: a test fails then).
	Overflow  int64
	Unhandled int64
}

// dirty holds the ids that changed since the last Changes.
type dirty struct {
	gateways, links, keys, groups, burn, providers, tasks, nav, app map[string]bool
	parts, coverage, sources, watched                               map[string]bool
}

// New returns an empty state.
func New() *State {
	s := &State{
		live:     emptyLive(),
		spend:    map[string]*keyMemory{},
		groups:   map[string]*groupMemory{},
		burn:     map[string]*burnMemory{},
		history:  map[string]*providerMemory{},
		parts:    map[string]*partMemory{},
		booked:   seen.New(maxSeen),
		events:   newRing[kept](maxEvents),
		bookings: newRing[booking](maxTransactions),
		changes:  newRing[Change](maxChanges),
		altered:  map[string]alteration{},
		found:    newRing[Discovery](maxDiscoveries),
	}
	s.dirty = newDirty()
	return s
}

func newDirty() dirty {
	m := func() map[string]bool { return map[string]bool{} }
	return dirty{m(), m(), m(), m(), m(), m(), m(), m(), m(), m(), m(), m(), m()}
}

func emptyLive() Live {
	return Live{
		Gateways: map[string]Gateway{}, Links: map[string]Link{}, Keys: map[string]KeySpend{},
		Groups: map[string]Group{}, Burn: map[string]Burn{}, Providers: map[string]Provider{},
		Tasks: map[string]Task{}, Nav: map[string]Nav{}, Transactions: map[string]Transaction{},
		Discoveries: map[string]Discovery{}, Changes: map[string]Change{},
		Events: map[string]EventLine{}, Alerts: map[string]AlertLine{}, App: map[string]AppFact{},
		Parts: map[string]Part{}, Coverage: map[string]Coverage{}, Sources: map[string]Source{},
		Watched: map[string]Watch{},
	}
}

// Live gives read access to what is shown, for rules and summaries. It must
// not be changed or kept; topics Events and Transactions are only filled in
// by Clone.
func (s *State) Live() *Live { return &s.live }

// Apply folds one fact in and reports whether it was news: false for a repeat
// of a booking. It must be called with ascending Seq. A booking is not kept.
func (s *State) Apply(env *event.Envelope) bool {
	if !s.fold(env) {
		return false
	}
	s.events.next().set(env)
	s.heard(env)
	return true
}

// kept is an event of the live list. A booking's body is not the producer's to
// keep (see event.Batch), so it is copied beside the event.
type kept struct {
	env     event.Envelope
	booking event.SpendRecorded
}

func (k *kept) set(env *event.Envelope) {
	k.env = *env
	if b, ok := env.Body.(*event.SpendRecorded); ok {
		k.booking = *b
		k.booking.Request = "" // nobody shows it, and ids share memory
		k.env.Body = &k.booking
	}
}

// fold has one case for every kind; TestApplyKnowsEveryKind holds it.
func (s *State) fold(env *event.Envelope) bool {
	switch b := env.Body.(type) {
	case *event.SpendRecorded:
		return s.spendRecorded(env, b)
	case event.SpendLimitReported:
		s.limitReported(env, b)
	case event.KeyRead:
		s.keyRead(env, b)
	case event.GroupRead:
		s.groupRead(env, b)
	case event.ProviderHealthChanged:
		s.healthChanged(env, b)
	case event.ModelsDiscovered:
		s.modelsDiscovered(env, b)
	case event.TaskProgressed:
		return s.taskProgressed(env, b)
	case event.NavigationChanged:
		return s.navigationChanged(env, b)
	case event.NavigationCounted:
		s.navigationCounted(env, b)
	case event.KeyChanged:
		s.keyChanged(env, b)
	case event.ConfigurationChanged:
		s.configurationChanged(env, b)
	case event.LinkChanged:
		s.linkChanged(env, b)
	case event.LinksReset:
		s.linksReset(string(env.Source.Gateway))
		return false // of the program's own making
	case event.LinkMeasured:
		s.linkMeasured(env, b)
		return false // counters, not news
	case event.Resynchronised:
		s.resynchronised(env, b)
	case event.Heartbeat:
		s.beat(env, b)
		return false // it says nothing that a list should show
	case event.TrafficMeasured:
		s.trafficMeasured(env, b)
		return false // measured, not news; so below
	case event.AuditMeasured:
		s.auditMeasured(env, b)
		return false
	case event.ModelsRead:
		s.modelsRead(env, b)
		return false
	case event.ModelsRetired:
		s.modelsRetired(env, b)
	case event.GroupCredited:
		s.groupCredited(env, b)
	case event.Asked:
		return s.asked(env, b)
	case event.CoverageFound:
		return s.coverageFound(env, b)
	case event.Reply:
		return b.Refused // a hub that did as it was asked is no news
	case event.KeyWatched:
		return s.keyWatched(env, b)
	case event.PartReported:
		s.partReported(env, b)
	case event.GroupDebited, event.CredentialRejected, event.CredentialAccepted, event.BacklogDropped,
		event.Unrecognised, event.GatewayAlert, event.ReadAdvised, event.ModelChanged, event.WebhookReported:
		// Listed as events; counters of connections come with LinkMeasured.
	default:
		s.Unhandled++
	}
	return true
}

// beat notes that a hub's regular report came.
func (s *State) beat(env *event.Envelope, b event.Heartbeat) {
	l, known := s.live.Links[linkID(env)]
	if !known {
		return
	}
	l.LastEventAt = max(l.LastEventAt, when(env, b.At))
	s.putLink(l)
	s.heard(env)
	if l.Hub == webhooks {
		s.awaitBeats(l.Gateway, ms(env.At), true)
	}
}

// heard notes that the gateway spoke.
func (s *State) heard(env *event.Envelope) {
	if env.Source.Via == event.ViaComputed {
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
	if l, ok := s.live.Links[linkID(env)]; ok && env.Source.Via == event.ViaHub && !ours(env.Body) {
		l.LastEventAt = max(l.LastEventAt, at)
		s.putLink(l)
	}
}

// ours reports whether a fact is about our own connection, not the gateway's
// word.
func ours(e event.Event) bool {
	switch e.(type) {
	case event.LinkChanged, event.Resynchronised, event.BacklogDropped:
		return true
	}
	return false
}

// textOf is a source's String, made once for all events in a row that have it.
func (s *State) textOf(from *event.Source) string {
	if !same(from, s.text.source) {
		s.text.source, s.text.is = from, from.String()
	}
	return s.text.is
}

// same reports whether two sources are the same; often they are one. was may be
// nil.
func same(is, was *event.Source) bool { return is == was || was != nil && *is == *was }

// SetGateway adds or changes a watched gateway's own facts (label, colour …);
// its states and sums are kept.
func (s *State) SetGateway(g Gateway) {
	if old, known := s.live.Gateways[g.ID]; known {
		old.Label, old.Colour, old.Production, old.Demo = g.Label, g.Colour, g.Production, g.Demo
		g = old
	} else {
		g = g.unaudited()
		g.Overall, g.BurnPerHour = string(event.LinkDisconnected), -1
	}
	s.live.Gateways[g.ID] = g
	s.dirty.gateways[g.ID] = true
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
	drop(s.live.Parts, s.dirty.parts, func(v Part) bool { return v.Gateway == gateway })
	drop(s.live.Coverage, s.dirty.coverage, func(v Coverage) bool { return v.Gateway == gateway })
	drop(s.live.Watched, s.dirty.watched, func(v Watch) bool { return v.Gateway == gateway })
	drop(s.live.Sources, s.dirty.sources, func(v Source) bool { return v.Gateway == gateway })
	delete(s.parts, gateway)
	prefix := gateway + "/"
	forget := func(id string) bool { return len(id) > len(prefix) && id[:len(prefix)] == prefix }
	clear(s.recent[:])
	s.recentBurn.m = nil
	maps.DeleteFunc(s.spend, func(id string, _ *keyMemory) bool { return forget(id) })
	maps.DeleteFunc(s.groups, func(id string, _ *groupMemory) bool { return forget(id) })
	maps.DeleteFunc(s.history, func(id string, _ *providerMemory) bool { return forget(id) })
	maps.DeleteFunc(s.altered, func(id string, _ alteration) bool { return forget(id) })
	delete(s.burn, gateway)
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

// SetApp shows a fact about Gatewatch itself, or removes it if Title is "".
func (s *State) SetApp(f AppFact) {
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
		next[l.ID] = l
		if old, ok := s.live.Alerts[l.ID]; !ok || old != l {
			put(&d.Alerts, l.ID, &l)
		}
	}
	for id := range s.live.Alerts {
		if _, ok := next[id]; !ok {
			put[AlertLine](&d.Alerts, id, nil)
		}
	}
	s.live.Alerts = next
	return d
}

func put[T any](m *map[string]*T, id string, v *T) {
	if *m == nil {
		*m = map[string]*T{}
	}
	(*m)[id] = v
}

// ClearTasks drops finished tasks of a gateway by hand, or the one named.
func (s *State) ClearTasks(gateway, id string) {
	drop(s.live.Tasks, s.dirty.tasks, func(t Task) bool {
		if id != "" {
			return t.ID == id
		}
		return t.Gateway == gateway && t.FinishedAt > 0
	})
}

// id joins a gateway and a thing's own id.
func id(g event.GatewayID, own string) string { return string(g) + "/" + own }

// ms is Unix milliseconds, 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// when is the gateway's time where it sent one, else the arrival.
func when(env *event.Envelope, sent time.Time) int64 {
	if sent.IsZero() {
		return ms(env.At)
	}
	return ms(sent)
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
