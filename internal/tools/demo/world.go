package demo

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// world is what the gateway knows. Every change goes through a method, which
// keeps it consistent and returns the facts to be told, in order.
type world struct {
	keys      []*key // in order of creation, as all lists here
	providers []*provider
	mappings  []*mapping
	settings  []*setting
	tasks     []*task
	requests  int // booked so far; numbers them
	// life is in ids that the gateway gives, so that one that was started
	// again does not use those of the one before. Ids in a scenario stay.
	life string
}

type key struct {
	id, name string
	limit    usd // 0 means none
	total    usd // the sum of all amounts
	disabled bool
	told     level // the limit alert that stands
}

// level is how near a key is to its limit.
type level string

// The levels and the share of the limit, in percent, from which they are
// reached. A level that stands is forgotten below rearm.
const (
	levelNone     level = ""
	levelWarning  level = "warning"
	levelCritical level = "critical"

	warnAt   = 75
	alarmAt  = 90
	rearm    = 70
	keepDone = 10 * time.Minute // how long finished tasks are greeted with
	maxTasks = 200              // finished ones beyond it are forgotten
)

type provider struct {
	id, name string
	status   string // healthy, degraded or unhealthy
	latency  int    // ms; 0 means unknown
	err      string
	models   []string
}

type mapping struct{ id, alias, provider, model string }

type setting struct{ category, name, value string }

type task struct {
	id, medium, model, key string
	status                 string
	progress               int
	eta                    int // seconds; negative where unknown
	url, err               string
	ended                  time.Time // zero while it runs
}

// fact is something that happened; the dialect knows how to tell it.
type fact interface{ isFact() }

type (
	spent struct { // Amount 0: a statement of the total, no spend
		key                      key
		amount                   usd
		model, provider, request string
	}
	limitReached     struct{ key key }
	taskMoved        struct{ task task }
	providerTold     struct{ provider provider }
	modelsDiscovered struct {
		provider provider
		models   []string
	}
	keyChanged struct {
		key     key
		action  string
		changes []string
	}
	settingChanged struct {
		setting setting
		old     string
	}
	entityChanged struct { // of navigation
		kind, action string // model_mapping, provider, virtual_key
		data         map[string]any
	}
)

func (spent) isFact()            {}
func (limitReached) isFact()     {}
func (taskMoved) isFact()        {}
func (providerTold) isFact()     {}
func (modelsDiscovered) isFact() {}
func (keyChanged) isFact()       {}
func (settingChanged) isFact()   {}
func (entityChanged) isFact()    {}

// errUnknown is wrapped where a scenario names something that is not there.
var errUnknown = errors.New("there is no such thing")

func (w *world) key(name string) (*key, error) {
	for _, k := range w.keys {
		if k.name == name || k.id == name {
			return k, nil
		}
	}
	return nil, fmt.Errorf("%w: key %q", errUnknown, name)
}

func (w *world) provider(name string) (*provider, error) {
	for _, p := range w.providers {
		if p.name == name || p.id == name {
			return p, nil
		}
	}
	return nil, fmt.Errorf("%w: provider %q", errUnknown, name)
}

func (w *world) mapping(alias string) (*mapping, error) {
	for _, m := range w.mappings {
		if m.alias == alias || m.id == alias {
			return m, nil
		}
	}
	return nil, fmt.Errorf("%w: mapping %q", errUnknown, alias)
}

func (w *world) task(id string) (*task, bool) {
	for _, t := range w.tasks {
		if t.id == id {
			return t, true
		}
	}
	return nil, false
}

// spend books amount on k. It fails if the total were more than can be kept,
// which is nine billion dollars.
func (w *world) spend(k *key, amount usd, model, prov string) ([]fact, error) {
	if amount > math.MaxInt64-k.total {
		return nil, fmt.Errorf("%s cannot spend %v on top of %v", k.name, amount, k.total)
	}
	w.requests++
	k.total += amount
	facts := []fact{spent{*k, amount, model, prov, "req-" + w.life + "-" + strconv.Itoa(w.requests)}}
	if is := levelOf(k.total, k.limit); rank(is) > rank(k.told) {
		k.told = is
		facts = append(facts, limitReached{*k})
	}
	return facts, nil
}

func levelOf(total, limit usd) level {
	if limit <= 0 { // compared exactly, not by the rounded share
		return levelNone
	}
	switch pct := float64(total) / float64(limit) * 100; {
	case pct >= alarmAt:
		return levelCritical
	case pct >= warnAt:
		return levelWarning
	}
	return levelNone
}

func rank(l level) int { return slices.Index([]level{levelNone, levelWarning, levelCritical}, l) }

// setLimit gives k another limit. The total stays.
func (w *world) setLimit(k *key, limit usd) []fact {
	k.limit = limit
	facts := w.changeKey(k, "updated", []string{"limit"})
	facts = append(facts, spent{key: *k})
	if k.total.share(limit) < rearm {
		k.told = levelNone
	}
	if is := levelOf(k.total, limit); rank(is) > rank(k.told) {
		k.told = is
		facts = append(facts, limitReached{*k})
	}
	return facts
}

// changeKey tells of a change to k that was made.
func (w *world) changeKey(k *key, action string, changes []string) []fact {
	switch action {
	case "disabled":
		k.disabled = true
	case "enabled":
		k.disabled = false
	}
	nav := action
	if action == "disabled" || action == "enabled" {
		nav = "updated"
	}
	return []fact{keyChanged{*k, action, changes}, entityChanged{"virtual_key", nav, keyData(k)}}
}

func keyData(k *key) map[string]any {
	d := map[string]any{"id": k.id, "name": k.name, "isEnabled": !k.disabled}
	if k.limit > 0 {
		d["limit"] = k.limit
	}
	return d
}

func (w *world) addKey(k key) ([]fact, error) {
	if slices.ContainsFunc(w.keys, func(o *key) bool { return o.id == k.id || o.name == k.name }) {
		return nil, fmt.Errorf("there is a key %s or %s already", k.id, k.name)
	}
	w.keys = append(w.keys, &k)
	return append(w.changeKey(&k, "created", nil), spent{key: k}), nil
}

func (w *world) removeKey(k *key) []fact {
	w.keys = slices.DeleteFunc(w.keys, func(o *key) bool { return o == k })
	return w.changeKey(k, "deleted", nil)
}

// setHealth says how p is. A latency of 0 keeps the one it had.
func (w *world) setHealth(p *provider, status, err string, latency int) []fact {
	p.status, p.err = status, err
	if latency > 0 {
		p.latency = latency
	}
	return []fact{providerTold{*p}}
}

func (w *world) addProvider(p provider) ([]fact, error) {
	if slices.ContainsFunc(w.providers, func(o *provider) bool { return o.id == p.id || o.name == p.name }) {
		return nil, fmt.Errorf("there is a provider %s or %s already", p.id, p.name)
	}
	w.providers = append(w.providers, &p)
	return []fact{entityChanged{"provider", "created", providerData(&p)}, providerTold{p}}, nil
}

func (w *world) removeProvider(p *provider) []fact {
	w.providers = slices.DeleteFunc(w.providers, func(o *provider) bool { return o == p })
	return []fact{entityChanged{"provider", "deleted", providerData(p)}}
}

func providerData(p *provider) map[string]any {
	return map[string]any{"id": p.id, "name": p.name, "isEnabled": true}
}

// discover tells that p was found to have models.
func (w *world) discover(p *provider, models []string) []fact {
	for _, m := range models {
		if !slices.Contains(p.models, m) {
			p.models = append(p.models, m)
		}
	}
	return []fact{modelsDiscovered{*p, models}}
}

func (w *world) addMapping(m mapping) ([]fact, error) {
	if slices.ContainsFunc(w.mappings, func(o *mapping) bool { return o.id == m.id || o.alias == m.alias }) {
		return nil, fmt.Errorf("there is a mapping %s or %s already", m.id, m.alias)
	}
	w.mappings = append(w.mappings, &m)
	return []fact{entityChanged{"model_mapping", "created", mappingData(&m)}}, nil
}

func (w *world) updateMapping(m *mapping) []fact {
	return []fact{entityChanged{"model_mapping", "updated", mappingData(m)}}
}

func (w *world) removeMapping(m *mapping) []fact {
	w.mappings = slices.DeleteFunc(w.mappings, func(o *mapping) bool { return o == m })
	return []fact{entityChanged{"model_mapping", "deleted", mappingData(m)}}
}

func mappingData(m *mapping) map[string]any {
	return map[string]any{"id": m.id, "name": m.alias, "provider": m.provider, "model": m.model, "isEnabled": true}
}

// set gives a setting another value.
func (w *world) set(category, name, value string) []fact {
	for _, s := range w.settings {
		if s.category == category && s.name == name {
			old := s.value
			s.value = value
			return []fact{settingChanged{*s, old}}
		}
	}
	s := setting{category, name, value}
	w.settings = append(w.settings, &s)
	return []fact{settingChanged{s, ""}}
}

// move says where a task is now; one that is not known yet is new.
func (w *world) move(t task, at time.Time) []fact {
	if t.status == "completed" || t.status == "failed" {
		t.ended = at
	}
	if old, ok := w.task(t.id); ok {
		*old = t
	} else {
		w.tasks = append(w.tasks, &t)
	}
	w.sweep(at)
	return []fact{taskMoved{t}}
}

// sweep forgets tasks that ended long ago, and the oldest ended ones if there
// are very many.
func (w *world) sweep(now time.Time) {
	surplus := len(w.tasks) - maxTasks
	w.tasks = slices.DeleteFunc(w.tasks, func(t *task) bool {
		if t.ended.IsZero() {
			return false
		}
		surplus--
		return surplus >= 0 || now.Sub(t.ended) > keepDone
	})
}

func round2(f float64) float64 { return math.Round(f*100) / 100 }

func uitoa(n uint64) string { return strconv.FormatUint(n, 10) }
