package rest

import (
	"context"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"

	"gatewatch/internal/event"
	"gatewatch/internal/wire"
)

// The topics, which are also the names of the sources of facts.
const (
	topicLogs      = "logs"
	topicGroups    = "groups"
	topicProviders = "providers"
	topicKeys      = "keys"
	topicMappings  = "mappings"
	topicSettings  = "settings"
	topicAudit     = "audit"
	topicNotes     = "notifications"
	topicParts     = "parts"
)

// The lists.
const (
	pathLogs      = "/api/Analytics/logs?pageSize=100&page="
	pathGroups    = "/api/VirtualKeyGroups"
	pathKeys      = "/api/VirtualKeys"
	pathProviders = "/api/ProviderCredentials"
	pathErrors    = "/api/provider-errors/recent?limit=200"
	pathMappings  = "/api/ModelProviderMapping"
	pathSettings  = "/api/GlobalSettings"
	pathHealth    = "/api/SystemInfo/health"
	pathStatus    = "/api/ProviderHealth/status"
	pathStatuses  = "/api/ProviderHealth/statuses"
	pathMonitors  = "/api/ProviderHealth/configurations"
	pathAudit     = "/api/audit/billing/query"
	pathNotes     = "/api/Notifications/unread"
)

// topic is something that is read at an interval. read returns facts, and soon
// if it should be read once more in a moment to be sure.
type topic struct {
	name          string
	shown, hidden time.Duration // between two reads while somebody looks, or not
	read          func(ctx context.Context, w *Watcher) (facts []event.Event, soon bool, err error)
}

// topics lists what each gateway is asked, in the order of the first reads. A
// gateway of July logs no requests and has no groups; one of the contract's
// kind has no lists.
var topics = map[wire.Dialect][]topic{
	wire.DialectHead: {
		{topicParts, 30 * time.Second, 60 * time.Second, readParts},
		{topicGroups, 30 * time.Second, 60 * time.Second, readGroups},
		{topicKeys, 60 * time.Second, 120 * time.Second, readKeys},
		{topicMappings, 60 * time.Second, 120 * time.Second, readMappings},
		{topicLogs, 10 * time.Second, 60 * time.Second, readLogs},
		{topicProviders, 30 * time.Second, 60 * time.Second, readProviders},
		{topicAudit, 60 * time.Second, 120 * time.Second, readAudit},
		{topicSettings, 120 * time.Second, 300 * time.Second, readSettings},
		{topicNotes, 120 * time.Second, 300 * time.Second, readNotes},
	},
	wire.DialectJuly: {
		{topicParts, 30 * time.Second, 60 * time.Second, readParts},
		{topicKeys, 60 * time.Second, 120 * time.Second, readKeys},
		{topicProviders, 30 * time.Second, 60 * time.Second, readProvidersJuly},
		{topicMappings, 60 * time.Second, 120 * time.Second, readMappings},
		{topicSettings, 120 * time.Second, 300 * time.Second, readSettings},
		{topicNotes, 120 * time.Second, 300 * time.Second, readNotes},
	},
}

// world is what was read of a gateway. Only Run's goroutine touches it.
type world struct {
	now time.Time // of the read in hand

	keys      ledger[Key]
	groups    ledger[Group]
	providers ledger[Provider]
	mappings  ledger[Mapping]
	settings  ledger[Setting]
	log       journal

	keysTold, groupsTold time.Time // when those that matter were told anew
	epochs               map[string]epoch
	health               map[string]event.ProviderHealthChanged // as told, by provider
	off                  map[string]evidence                    // what was found of those that are off
	heldOff              []change[Provider]                     // switched off, and not yet known by whom
	upstream             map[string]upstream                    // keys of providers
	errorsDue            time.Time
	errorsSeen           bool // the last list of failures had some
	failing              bool // it was not answered
	errorsWait           *backoff.ExponentialBackOff
	served               map[int64]LogRow // within window
	monitors             []Monitor
	endpoints            map[string]string
	monitorsAt           time.Time
	monitorsGone         bool // the last list of them was empty
	database             event.Health

	audit    audit
	took     map[string]*durations               // by provider
	traffic  map[string]event.TrafficMeasured    // as told, by provider
	models   map[string]event.ModelsRead         // as told, by provider
	rejected map[string]event.CredentialRejected // as told, by provider
	notes    notebook
	sums     sums
}

// upstream is a provider's keys and when they were read.
type upstream struct {
	keys  []ProviderKey
	of    Provider
	at    time.Time
	known bool
}

// rowsAt reads a list and compares it with the one before.
func rowsAt[T row](ctx context.Context, w *Watcher, path string, l *ledger[T]) (d delta[T], soon bool, err error) {
	body, err := w.opts.Client.Get(ctx, path)
	if err != nil {
		return d, false, err
	}
	read, err := readList[T](body)
	if err != nil {
		return d, false, err
	}
	healthy := l.doubt == manyRows && w.healthy(ctx)
	d, soon = l.take(read, w.world.now, healthy)
	return d, soon, nil
}

// healthy asks the gateway whether its database works; false if it cannot say.
func (w *Watcher) healthy(ctx context.Context) bool {
	body, err := w.opts.Client.Get(ctx, pathHealth)
	if err != nil {
		return false
	}
	ok, err := readHealthy(body)
	return err == nil && ok
}

func readKeys(ctx context.Context, w *Watcher) ([]event.Event, bool, error) {
	s := &w.world
	d, soon, err := rowsAt(ctx, w, pathKeys, &s.keys)
	if err != nil {
		return nil, false, err
	}
	facts := keyFacts(d, len(s.keys.rows), s.now)
	if d.first {
		s.keysTold = s.now
	} else {
		facts = append(facts, w.keysAgain()...)
	}
	return w.summed(ctx, facts), soon, nil
}

// keysAgain is the state of keys that is told although it did not change: where
// a hub claimed something else, which this settles, and now and then where much
// of a budget is used, so that it does not count as old. August gateways have
// no budgets of keys.
func (w *Watcher) keysAgain() (facts []event.Event) {
	s := &w.world
	claims := w.orders.takeClaims()
	anew := s.now.Sub(s.keysTold) >= retell
	if anew {
		s.keysTold = s.now
	}
	s.keys.each(func(k Key) {
		if !k.Limit.ok || k.Limit.nano <= 0 {
			return
		}
		if claims[event.KeyID(k.ID)] || claims[""] || anew && k.Spend.nano >= k.Limit.nano/2 {
			facts = append(facts, keyRead(k, s.now))
		}
	})
	return facts
}

func readMappings(ctx context.Context, w *Watcher) ([]event.Event, bool, error) {
	s := &w.world
	d, soon, err := rowsAt(ctx, w, pathMappings, &s.mappings)
	if err != nil {
		return nil, false, err
	}
	name := func(id string) string { return string(s.providers.rows[id].Name) }
	if w.dialect == wire.DialectJuly {
		name = nil // its hub tells new models, by the provider's name
	}
	facts := mappingFacts(d, len(s.mappings.rows), w.orders.before, name, s.now)
	if d.first || len(facts)+len(d.found) > 0 {
		facts = append(facts, w.modelFacts()...)
	}
	return facts, soon, nil
}

func readSettings(ctx context.Context, w *Watcher) ([]event.Event, bool, error) {
	d, soon, err := rowsAt(ctx, w, pathSettings, &w.world.settings)
	if err != nil {
		return nil, false, err
	}
	return settingFacts(d, w.world.now), soon, nil
}

// logPages bounds how far back the log is read after a gap.
const logPages = 10

func readLogs(ctx context.Context, w *Watcher) ([]event.Event, bool, error) {
	s := &w.world
	var all []LogRow
	for page := 1; page <= logPages; page++ {
		body, err := w.opts.Client.Get(ctx, fmt.Sprintf("%s%d", pathLogs, page))
		if err != nil {
			return nil, false, err // what was read of it is read again
		}
		read, err := readList[LogRow](body)
		if err != nil {
			return nil, false, err
		}
		all = append(all, read.rows...)
		if s.log.reached(read.rows) || !read.more {
			break
		}
	}
	if s.log.known && !s.log.reached(all) {
		w.opts.Log.Warn("the request log moved on too far; some of it is not told", "rows", len(all))
	}
	healthy := !s.log.known && len(all) == 0 && w.healthy(ctx)
	w.serve(all)
	first := !s.log.known
	fresh := s.log.take(all, healthy)
	if first && s.log.known {
		s.sums.begin(all)
		s.timed(all)
	}
	s.timed(fresh)
	facts := s.sums.booked(spendFacts(fresh, w.providerOf))
	return append(facts, w.settleSums(ctx)...), false, nil
}

// serve remembers what was served lately, as a sign that a provider works.
func (w *Watcher) serve(rows []LogRow) {
	s := &w.world
	if s.served == nil {
		s.served = map[int64]LogRow{}
	}
	late := func(r LogRow) bool { return s.now.Sub(r.At.Time) > window || r.At.Sub(s.now) > aheadMost }
	for _, r := range rows {
		if !late(r) {
			s.served[r.ID.n] = r
		}
	}
	for id, r := range s.served {
		if late(r) {
			delete(s.served, id)
		}
	}
}

// providerOf names the provider of a model that only one serves; "" otherwise.
func (w *Watcher) providerOf(model string) string {
	return string(w.world.providers.rows[w.world.only()[model]].Name)
}

// only maps a model's name to the id of the one provider that serves it; to ""
// if there are several.
func (s *world) only() map[string]string {
	by := make(map[string]string, len(s.mappings.rows))
	for _, m := range s.mappings.rows {
		if p, known := by[m.name()]; known && p != string(m.Provider) {
			by[m.name()] = ""
		} else if !known {
			by[m.name()] = string(m.Provider)
		}
	}
	return by
}

// readParts asks the gateway how its database is. What it cannot answer at all
// is told by the link.
func readParts(ctx context.Context, w *Watcher) ([]event.Event, bool, error) {
	body, err := w.opts.Client.Get(ctx, pathHealth)
	if err != nil {
		return nil, false, err
	}
	ok, err := readHealthy(body)
	if err != nil {
		return nil, false, err
	}
	h := map[bool]event.Health{true: event.HealthHealthy, false: event.HealthUnhealthy}[ok]
	if h == w.world.database {
		return nil, false, nil
	}
	w.world.database = h
	return []event.Event{event.PartReported{Part: "database", Health: h, LatencyMS: -1, At: w.world.now}}, false, nil
}
