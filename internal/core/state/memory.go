package state

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// Picture is what is kept of a gateway's pages for the next run, which shows it
// until it has read something newer.
type Picture struct {
	At        int64                  `json:"at"`
	Keys      map[string]KeySpend    `json:"keys,omitempty"`
	Groups    map[string]Group       `json:"groups,omitempty"`
	Providers map[string]Provider    `json:"providers,omitempty"`
	Tasks     map[string]Task        `json:"tasks,omitempty"`
	Nav       map[string]Nav         `json:"nav,omitempty"`
	Strips    map[string]Strip       `json:"strips,omitempty"`    // by provider
	Durations map[string][]int64     `json:"durations,omitempty"` // of tasks, see taskTimes
	Listed    map[string]Discovery   `json:"discoveries,omitempty"`
	Spent     map[string]Transaction `json:"transactions,omitempty"`
}

// Strip is a provider's last hour: Cells as in Provider.HealthTimeline, the newest
// of the minute Minute (since 1970).
type Strip struct {
	Cells  string `json:"cells"`
	Minute int64  `json:"minute"`
}

// memory is what earlier runs knew, by gateway and then by topic. What this run
// learns takes its place: rules and sums never see it.
type memory struct {
	pictures map[string]*Picture
	// lists are the recent lists of earlier runs, which are shown beside those
	// of this run.
	discoveries  []Discovery   // the newest first
	transactions []Transaction // the newest first
}

// The bounds of what is remembered.
const (
	// rememberedFor is how old something may be and still be shown: a picture of
	// before is better than none, one of the day before yesterday is not.
	rememberedFor = 48 * time.Hour
)

// Picture is what is to be kept of a gateway now. ok is false where nothing was
// learned of it in this run: what is kept of earlier ones then stands.
func (s *State) Picture(gateway string, now time.Time) (p Picture, ok bool) {
	prefix := gateway + "/"
	p = Picture{
		At: ms(now), Keys: pick(s.live.Keys, prefix), Groups: pick(s.live.Groups, prefix), Providers: pick(s.live.Providers, prefix),
		Tasks: pick(s.live.Tasks, prefix), Nav: pick(s.live.Nav, prefix), Strips: map[string]Strip{}, Durations: s.taskTimes.of(prefix),
		Listed: map[string]Discovery{}, Spent: map[string]Transaction{},
	}
	maps.DeleteFunc(p.Keys, func(_ string, k KeySpend) bool { return !k.known() })
	if len(p.Keys)+len(p.Groups)+len(p.Providers)+len(p.Tasks)+len(p.Nav) == 0 {
		return p, false
	}
	if was := s.memory.pictures[gateway]; was != nil { // some of it is still the newest
		keepRemembered(p.Keys, was.Keys)
		keepRemembered(p.Groups, was.Groups)
		keepRemembered(p.Providers, was.Providers)
		keepRemembered(p.Tasks, was.Tasks)
		keepRemembered(p.Nav, was.Nav)
	}
	for id, t := range s.healthTimelines {
		if strings.HasPrefix(id, prefix) && t.minute > 0 {
			p.Strips[id] = Strip{t.hour(), t.minute}
		}
	}
	s.discoveries.each(maxDiscoveries, func(d *Discovery) {
		if d.Gateway == gateway {
			p.Listed[d.ID] = *d
		}
	})
	s.recentSpends.each(maxTransactions, func(b *recentSpend) {
		if string(b.gateway) == gateway {
			t := s.transaction(b)
			p.Spent[t.ID] = t
		}
	})
	// What this run did not push off these lists itself is on them still.
	for _, d := range s.memory.discoveries {
		if d.Gateway == gateway && len(p.Listed) < maxDiscoveries {
			p.Listed[d.ID] = d
		}
	}
	for _, t := range s.memory.transactions {
		if t.Gateway == gateway && len(p.Spent) < maxTransactions {
			p.Spent[t.ID] = t
		}
	}
	return p, true
}

// newerID is negative where a is the later event: ids are decimal numbers.
func newerID(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(b, a)) }

func pick[T any](from map[string]T, prefix string) map[string]T {
	to := map[string]T{}
	for id, v := range from {
		if strings.HasPrefix(id, prefix) {
			to[id] = v
		}
	}
	return to
}

func keepRemembered[T any](to, was map[string]T) {
	for id, v := range was {
		if _, newer := to[id]; !newer {
			to[id] = v
		}
	}
}

// Remember shows what an earlier run knew of a gateway, marked with its age, until
// this one knows better. It is called before anything of the gateway is applied.
func (s *State) Remember(gateway string, p Picture, now time.Time) {
	if ms(now)-p.At > rememberedFor.Milliseconds() || p.At > ms(now)+minute {
		return
	}
	if s.memory.pictures == nil {
		s.memory.pictures = map[string]*Picture{}
	}
	p.readings()
	p.ageTraffic(now, s.dirty.keys, s.dirty.providers)
	date(p.Keys, func(k *KeySpend) *int64 { return &k.Remembered }, p.At)
	date(p.Groups, func(k *Group) *int64 { return &k.Remembered }, p.At)
	date(p.Providers, func(k *Provider) *int64 { return &k.Remembered }, p.At)
	date(p.Tasks, func(k *Task) *int64 { return &k.Remembered }, p.At)
	date(p.Nav, func(k *Nav) *int64 { return &k.Remembered }, p.At)
	for id, k := range p.Keys { // the ledger of a run before knows keys, too
		if m := s.spend[id]; m != nil {
			m.view.lastOf(k)
		}
	}
	p.ageTasks(now)
	for id, strip := range p.Strips {
		if t := stripOf(strip); t != nil && s.healthTimelines[id] == nil && len(s.healthTimelines) < maxProviders {
			t.pass(ms(now)/minute, '.') // nobody watched
			s.healthTimelines[id] = t
		}
	}
	for id, v := range p.Providers {
		if t := s.healthTimelines[id]; t != nil {
			v.HealthTimeline = t.hour()
			p.Providers[id] = v
		}
	}
	s.taskTimes.restore(p.Durations)
	for _, d := range p.Listed {
		s.memory.discoveries = append(s.memory.discoveries, d)
	}
	for _, t := range p.Spent {
		s.memory.transactions = append(s.memory.transactions, t)
	}
	slices.SortFunc(s.memory.discoveries, func(a, b Discovery) int { return cmp.Compare(b.At, a.At) })
	slices.SortFunc(s.memory.transactions, func(a, b Transaction) int { return cmp.Or(cmp.Compare(b.At, a.At), newerID(a.ID, b.ID)) })
	p.Listed, p.Spent, p.Durations, p.Strips = nil, nil, nil, nil
	s.memory.pictures[gateway] = &p
	for _, of := range s.rememberedIDs(gateway) {
		of.dirty[of.id] = true
	}
	s.pictureShown(gateway)
}

// readings makes of negative numbers, with which earlier versions said that
// something is not known, that it is not.
func (p *Picture) readings() {
	for id, k := range p.Keys {
		k.Total, k.UsedRatio = notNegative(k.Total), notNegative(k.UsedRatio)
		k.Rate15m, k.LastHour, k.LastDay = notNegative(k.Rate15m), notNegative(k.LastHour), notNegative(k.LastDay)
		p.Keys[id] = k
	}
	for id, g := range p.Groups {
		g.UsedRatio = notNegative(g.UsedRatio)
		g.Rate15m, g.LastHour, g.LastDay = notNegative(g.Rate15m), notNegative(g.LastHour), notNegative(g.LastDay)
		p.Groups[id] = g
	}
}

func notNegative[T event.NanoUSD | float64](r event.Reading[T]) event.Reading[T] {
	if n, known := r.Get(); known && n < 0 {
		return event.NotKnown[T](event.ReadingUnknown, "")
	}
	return r
}

// date marks every entry with when it was so.
func date[T any](all map[string]T, field func(*T) *int64, at int64) {
	for id, v := range all {
		if f := field(&v); *f == 0 { // of this picture, not of one before it
			*f = at
			all[id] = v
		}
	}
}

// known reports whether anything was reported of a key in this run: the ledger
// knows keys by name before that.
func (k *KeySpend) known() bool { return k.Status != "unknown" || k.Total.Known() || k.Source != "" }

// rememberedID is an entry of a picture, and where to note that it is shown anew.
type rememberedID struct {
	id    string
	dirty map[string]bool
}

func (s *State) rememberedIDs(gateway string) (all []rememberedID) {
	p := s.memory.pictures[gateway]
	if p == nil {
		return nil
	}
	add := func(id string, dirty map[string]bool) { all = append(all, rememberedID{id, dirty}) }
	for id := range p.Keys {
		add(id, s.dirty.keys)
	}
	for id := range p.Groups {
		add(id, s.dirty.groups)
	}
	for id := range p.Providers {
		add(id, s.dirty.providers)
	}
	for id := range p.Tasks {
		add(id, s.dirty.tasks)
	}
	for id := range p.Nav {
		add(id, s.dirty.nav)
	}
	return all
}

// forgetPicture drops what is remembered of a gateway, or with a list only what that
// list has been read of.
func (s *State) forgetPicture(gateway, list string) {
	p := s.memory.pictures[gateway]
	if p == nil {
		return
	}
	switch list {
	case "":
		for _, of := range s.rememberedIDs(gateway) {
			of.dirty[of.id] = true
		}
		delete(s.memory.pictures, gateway)
	case "keys":
		dropAll(p.Keys, s.dirty.keys)
		s.forgetNav(p, gateway, event.EntityVirtualKey)
	case "groups":
		dropAll(p.Groups, s.dirty.groups)
	case "providers":
		dropAll(p.Providers, s.dirty.providers)
		s.forgetNav(p, gateway, event.EntityProvider)
	case "mappings":
		s.forgetNav(p, gateway, event.EntityModelMapping)
	}
	s.pictureShown(gateway)
}

func (s *State) forgetNav(p *Picture, gateway string, e event.Entity) {
	nid := gateway + "/" + string(e)
	delete(p.Nav, nid)
	s.dirty.nav[nid] = true
}

func dropAll[T any](all map[string]T, dirty map[string]bool) {
	for id := range all {
		dirty[id] = true
	}
	clear(all)
}

// ageMemory drops what is too old to be shown, and what this run knows itself.
func (s *State) ageMemory(now time.Time) {
	for g, p := range s.memory.pictures {
		if ms(now)-p.At > rememberedFor.Milliseconds() {
			s.forgetPicture(g, "")
			continue
		}
		for _, id := range p.ageTasks(now) {
			s.dirty.tasks[id] = true
		}
		s.pictureShown(g)
	}
}

// pictureShown says of a gateway when what is remembered of it was so, while any of
// that is shown.
func (s *State) pictureShown(gateway string) {
	g, known := s.live.Gateways[gateway]
	p := s.memory.pictures[gateway]
	at := int64(0)
	switch {
	case p == nil:
	case s.shown(p):
		at = p.At
	case !anyMissing(p.Tasks, s.live.Tasks): // those have an age of their own, and nothing replaces one that was lost
		delete(s.memory.pictures, gateway)
	}
	if known && g.PictureAt != at {
		g.PictureAt = at
		s.live.Gateways[gateway] = g
		s.dirty.gateways[gateway] = true
	}
}

// shown reports whether anything of a picture still is that a list replaces.
func (s *State) shown(p *Picture) bool {
	for id := range p.Keys {
		if k, is := s.live.Keys[id]; !is || !k.known() {
			return true
		}
	}
	return anyMissing(p.Groups, s.live.Groups) || anyMissing(p.Providers, s.live.Providers) || anyMissing(p.Nav, s.live.Nav)
}

func anyMissing[T any](of, in map[string]T) bool {
	for id := range of {
		if _, is := in[id]; !is {
			return true
		}
	}
	return false
}

// overlay gives what is shown of one topic where this run knows nothing yet: put is
// called with what is remembered, for the ids in question (nil: all).
func overlay[T any](s *State, of func(*Picture) map[string]T, known func(id string) bool, ids map[string]*T, put func(string, T)) {
	for _, p := range s.memory.pictures {
		for id, v := range of(p) {
			if _, asked := ids[id]; (ids == nil || asked) && !known(id) {
				put(id, v)
			}
		}
	}
}

// rememberedKey is a key of an earlier run with what the ledger knows of its money now.
func (s *State) rememberedKey(id string, k KeySpend) KeySpend {
	if m := s.spend[id]; m != nil {
		v := m.view
		k.Today, k.Rate15m, k.LastHour, k.LastDay, k.Trend = v.Today, v.Rate15m, v.LastHour, v.LastDay, v.Trend
		k.RateSpan, k.HourSpan, k.DaySpan = v.RateSpan, v.HourSpan, v.DaySpan
		k.lastOf(*v)
	}
	return k
}

func (s *State) knownKey(id string) bool { k, is := s.live.Keys[id]; return is && k.known() }

// overlayDelta puts remembered entries into a delta that this run has nothing for.
func (s *State) overlayDelta(d *Delta) {
	if len(s.memory.pictures) == 0 {
		return
	}
	if d.Keys != nil {
		overlay(s, func(p *Picture) map[string]KeySpend { return p.Keys }, s.knownKey, d.Keys, func(id string, v KeySpend) {
			v = s.rememberedKey(id, v)
			d.Keys[id] = &v
		})
	}
	if d.Groups != nil {
		overlay(s, func(p *Picture) map[string]Group { return p.Groups }, has(s.live.Groups), d.Groups, func(id string, v Group) { d.Groups[id] = &v })
	}
	if d.Providers != nil {
		overlay(s, func(p *Picture) map[string]Provider { return p.Providers }, has(s.live.Providers), d.Providers, func(id string, v Provider) { d.Providers[id] = &v })
	}
	if d.Tasks != nil {
		overlay(s, func(p *Picture) map[string]Task { return p.Tasks }, has(s.live.Tasks), d.Tasks, func(id string, v Task) { d.Tasks[id] = &v })
	}
	if d.Nav != nil {
		overlay(s, func(p *Picture) map[string]Nav { return p.Nav }, has(s.live.Nav), d.Nav, func(id string, v Nav) { d.Nav[id] = &v })
	}
}

func has[T any](in map[string]T) func(string) bool {
	return func(id string) bool { _, is := in[id]; return is }
}

// overlayLive is overlayDelta for everything that is shown.
func (s *State) overlayLive(c *Live) {
	overlay(s, func(p *Picture) map[string]KeySpend { return p.Keys }, s.knownKey, nil, func(id string, v KeySpend) { c.Keys[id] = s.rememberedKey(id, v) })
	overlay(s, func(p *Picture) map[string]Group { return p.Groups }, has(s.live.Groups), nil, func(id string, v Group) { c.Groups[id] = v })
	overlay(s, func(p *Picture) map[string]Provider { return p.Providers }, has(s.live.Providers), nil, func(id string, v Provider) { c.Providers[id] = v })
	overlay(s, func(p *Picture) map[string]Task { return p.Tasks }, has(s.live.Tasks), nil, func(id string, v Task) { c.Tasks[id] = v })
	overlay(s, func(p *Picture) map[string]Nav { return p.Nav }, has(s.live.Nav), nil, func(id string, v Nav) { c.Nav[id] = v })
	for _, d := range s.memory.discoveries {
		if len(c.Discoveries) < maxDiscoveries {
			c.Discoveries[d.ID] = d
		}
	}
	for _, t := range s.memory.transactions {
		if len(c.Transactions) < maxTransactions {
			c.Transactions[t.ID] = t
		}
	}
}
