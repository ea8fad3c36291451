package rest

import (
	"context"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/wire"
)

// The topics, which are also the names of the sources of events.
const (
	topicLogs          = "logs"
	topicGroups        = "groups"
	topicProviders     = "providers"
	topicKeys          = "keys"
	topicMappings      = "mappings"
	topicSettings      = "settings"
	topicAudit         = "audit"
	topicNotifications = "notifications"
	topicCosts         = "costs"
	topicRelease       = "release"
	topicAdminHealth   = event.SourceAdminHealth
)

// The lists.
const (
	pathLogs          = "/api/Analytics/logs?pageSize=100&page="
	pathGroups        = "/api/VirtualKeyGroups"
	pathKeys          = "/api/VirtualKeys"
	pathProviders     = "/api/ProviderCredentials"
	pathErrors        = "/api/provider-errors/recent?limit=200"
	pathMappings      = "/api/ModelProviderMapping"
	pathSettings      = "/api/GlobalSettings"
	pathHealth        = "/api/SystemInfo/health"
	pathStatus        = "/api/ProviderHealth/status"
	pathStatuses      = "/api/ProviderHealth/statuses"
	pathMonitors      = "/api/ProviderHealth/configurations"
	pathAudit         = "/api/audit/billing/query"
	pathNotifications = "/api/Notifications/unread"
	pathCostList      = "/api/ModelCosts"
	pathRelease       = "/api/SystemInfo/info"
)

// topic is something that is read at an interval. read returns events, and soon
// if it should be read once more in a moment to be sure.
type topic struct {
	name                            string
	visibleInterval, hiddenInterval time.Duration // between two reads while the window is visible, or not
	read                            func(ctx context.Context, w *Poller) (events []event.Event, soon bool, err error)
	// extra is true of what a gateway may lack or refuse: nothing is concluded
	// from that.
	extra bool
}

// topics lists what each gateway is asked, in the order of the first reads. A
// gateway of July logs no requests and has no groups; one of the contract's
// kind has no lists.
var topics = map[wire.Dialect][]topic{
	wire.DialectAugust: {
		{topicAdminHealth, 30 * time.Second, 60 * time.Second, readAdminHealth, false},
		{topicGroups, 30 * time.Second, 60 * time.Second, readGroups, false},
		{topicKeys, 60 * time.Second, 120 * time.Second, readKeys, false},
		{topicMappings, 60 * time.Second, 120 * time.Second, readMappings, false},
		{topicLogs, 10 * time.Second, 60 * time.Second, readLogs, false},
		{topicProviders, 30 * time.Second, 60 * time.Second, readProviders, false},
		{topicAudit, 60 * time.Second, 120 * time.Second, readAudit, false},
		{topicSettings, 120 * time.Second, 300 * time.Second, readSettings, false},
		{topicNotifications, 120 * time.Second, 300 * time.Second, readNotifications, false},
		{topicCosts, 300 * time.Second, 900 * time.Second, readCostList, true},
		{topicRelease, 600 * time.Second, 900 * time.Second, readRelease, true},
	},
	wire.DialectJuly: {
		{topicAdminHealth, 30 * time.Second, 60 * time.Second, readAdminHealth, false},
		{topicKeys, 60 * time.Second, 120 * time.Second, readKeys, false},
		{topicProviders, 30 * time.Second, 60 * time.Second, readProvidersJuly, false},
		{topicMappings, 60 * time.Second, 120 * time.Second, readMappings, false},
		{topicSettings, 120 * time.Second, 300 * time.Second, readSettings, false},
		{topicNotifications, 120 * time.Second, 300 * time.Second, readNotifications, false},
		{topicRelease, 600 * time.Second, 900 * time.Second, readRelease, true},
	},
}

// observedState is what was read of a gateway. Only Run's goroutine touches it.
type observedState struct {
	now time.Time // of the read in hand

	keys      reconciler[Key]
	groups    reconciler[Group]
	providers reconciler[Provider]
	mappings  reconciler[Mapping]
	settings  reconciler[Setting]
	costList  reconciler[ModelCost]
	release   reconciler[Release]
	creds     map[string]*reconciler[ProviderKey] // by provider
	toppedUp  map[string]time.Time                // groups that were added to between two runs, since when
	kept      []event.Event                       // lists to be kept behind what was read
	log       logCursor
	logFrom   time.Time // since when the log is read without a gap, by the gateway's clock
	logReach  time.Time // the same once firstRows are told; zero: it is logFrom
	firstRows []LogRow  // of the log, which are told once providers are known

	groupsThere                time.Time // when the groups were read, by the gateway's clock
	keysEmitted, groupsEmitted time.Time // when those that matter were reported anew
	periods                    map[string]budgetPeriod
	health                     map[string]event.ProviderHealthChanged // as reported, by provider
	off                        map[string]providerSignals             // what was found of those that are off
	heldOff                    []change[Provider]                     // switched off, and not yet known by whom
	heldSince                  time.Time                              // when these were last seen to be on, in an earlier run
	credentials                []event.Event                          // changes of providers' keys, to be told with what is read
	upstream                   map[string]upstream                    // keys of providers
	errorsDue                  time.Time
	errorsSeen                 bool                       // the last list of failures had some
	failing                    bool                       // it was not answered
	lastGood                   map[string]time.Time       // newest success, by provider
	failures                   map[string][]ProviderError // as last read, by provider
	errorsWait                 *backoff.ExponentialBackOff
	served                     map[int64]LogRow // within healthSpan
	monitors                   []Monitor
	endpoints                  map[string]string
	monitorsAt                 time.Time
	monitorsGone               bool // the last list of them was empty
	database                   event.Health

	audit         audit
	took          map[string]*latencyBaseline         // by provider
	traffic       map[string]event.TrafficMeasured    // as reported, by provider
	trafficAt     time.Time                           // the audit was read
	models        map[string]event.ModelsRead         // as reported, by provider
	rejected      map[string]event.CredentialRejected // as reported, by provider
	notifications notificationLog
	costs         keyCosts
}

// upstream is a provider's keys and when they were read.
type upstream struct {
	keys  []ProviderKey
	of    Provider
	at    time.Time
	known bool
}

// rowsAt reads a list and compares it with the one before.
func rowsAt[T row](ctx context.Context, w *Poller, name, path string, l *reconciler[T]) (d delta[T], soon bool, err error) {
	recall(w, name, l)
	body, err := w.opts.Client.Get(ctx, path)
	if err != nil {
		return d, false, err
	}
	read, err := readList[T](body)
	if err != nil {
		return d, false, err
	}
	healthy := l.risk == riskMany && w.healthy(ctx)
	d, soon = l.reconcile(read, w.observed.now, healthy)
	w.observed.kept = append(w.observed.kept, keep(w, name, l, d.changed())...)
	return d, soon, nil
}

// healthy asks the gateway whether its database works; false if it cannot say.
func (w *Poller) healthy(ctx context.Context) bool {
	body, err := w.opts.Client.Get(ctx, pathHealth)
	if err != nil {
		return false
	}
	ok, err := readHealthy(body)
	return err == nil && ok
}

func readKeys(ctx context.Context, w *Poller) ([]event.Event, bool, error) {
	s := &w.observed
	d, soon, err := rowsAt(ctx, w, topicKeys, pathKeys, &s.keys)
	if err != nil {
		return nil, false, err
	}
	events := keyEvents(d, len(s.keys.rows), s.groupName, s.now)
	if d.first {
		s.keysEmitted = s.now
	} else {
		events = append(events, w.restateKeys()...)
	}
	return w.summed(ctx, events), soon, nil
}

// restateKeys is the state of keys that is reported although it did not change: where
// a hub claimed something else, which this corrects, and now and then where much
// of a budget is used, so that it does not count as old. August gateways have
// no budgets of keys.
func (w *Poller) restateKeys() (events []event.Event) {
	s := &w.observed
	claims := w.requests.takeClaims()
	anew := s.now.Sub(s.keysEmitted) >= restateInterval
	if anew {
		s.keysEmitted = s.now
	}
	s.keys.each(func(k Key) {
		if !k.Limit.ok || k.Limit.nano <= 0 {
			return
		}
		if claims[event.KeyID(k.ID)] || claims[""] || anew && k.Spend.nano >= k.Limit.nano/2 {
			events = append(events, keyRead(k, s.now))
		}
	})
	return events
}

func readMappings(ctx context.Context, w *Poller) ([]event.Event, bool, error) {
	s := &w.observed
	recall(w, topicProviders, &s.providers) // whose names are in what changed
	d, soon, err := rowsAt(ctx, w, topicMappings, pathMappings, &s.mappings)
	if err != nil {
		return nil, false, err
	}
	found := w.dialect != wire.DialectJuly // its hub reports new models, by the provider's name
	events := mappingEvents(d, len(s.mappings.rows), w.requests.wasPushed, s.providerName, found, s.now)
	if d.first || len(events)+len(d.backfilled) > 0 {
		events = append(events, w.modelEvents()...)
	}
	return events, soon, nil
}

// groupName is what to call a group in a change.
func (s *observedState) groupName(id text) string {
	for _, rows := range []map[string]Group{s.groups.rows, s.groups.past} {
		if g := rows[string(id)]; g.Name != "" {
			return string(g.Name)
		}
	}
	return string(id)
}

// providerName is a provider's name; "" where it is not known.
func (s *observedState) providerName(id string) string {
	if p := s.providers.rows[id]; p.Name != "" {
		return string(p.Name)
	}
	return string(s.providers.past[id].Name)
}

func readSettings(ctx context.Context, w *Poller) ([]event.Event, bool, error) {
	d, soon, err := rowsAt(ctx, w, topicSettings, pathSettings, &w.observed.settings)
	if err != nil {
		return nil, false, err
	}
	return settingEvents(d, w.observed.now), soon, nil
}

// logPages bounds how far back the log is read after a gap.
const logPages = 10

func readLogs(ctx context.Context, w *Poller) ([]event.Event, bool, error) {
	s := &w.observed
	var all []LogRow
	more := false
	for page := 1; page <= logPages; page++ {
		body, err := w.opts.Client.Get(ctx, fmt.Sprintf("%s%d", pathLogs, page))
		if err != nil {
			return nil, false, err // what was read of it is read again
		}
		read, err := readList[LogRow](body)
		if err != nil {
			return nil, false, err
		}
		all, more = append(all, read.rows...), read.more
		if s.log.reached(read.rows) || !read.more {
			break
		}
	}
	if w.emptied(ctx, len(all)) {
		return nil, false, nil // so none of it counts as watched
	}
	gap := s.log.known && !s.log.reached(all)
	if gap {
		w.opts.Log.Info("the request log moved on too far; the rest is read in the background", "rows", len(all))
		s.costs.groups = map[string]*groupCosts{} // they lack what is not told
	}
	healthy := !s.log.known && len(all) == 0 && w.stillEmpty(ctx, fmt.Sprintf("%s%d", pathLogs, 1))
	w.serve(all)
	first := !s.log.known
	fresh := s.log.take(all, healthy)
	var events []event.Event
	if first && s.log.known {
		added := s.costs.begin(all)
		s.keys.each(func(k Key) {
			if added[k.id()] { // nothing else tells of them
				events = append(events, s.costs.withSum(keyRead(k, s.now)))
			}
		})
		s.timed(all)
	}
	s.timed(fresh)
	events = append(events, s.costs.booked(spendEvents(fresh, w.providerOf))...)
	if first {
		s.firstRows = all
	}
	if first || gap {
		w.logBegins(all, more, first)
	}
	events = append(events, w.logWatched()...)
	events = append(events, w.streaks()...)
	return append(events, w.reconcileBalances(ctx)...), false, nil
}

// emptied reports whether a log that had rows before shows none, and the gateway does
// not say that its database is well; rows are how many were read.
func (w *Poller) emptied(ctx context.Context, rows int) bool {
	c := &w.observed.log
	if rows > 0 || !c.known || c.newest == 0 {
		c.emptied = false
		return false
	}
	c.emptied = c.emptied || w.stillEmpty(ctx, fmt.Sprintf("%s%d", pathLogs, 1))
	return !c.emptied
}

// serve remembers what was served lately, as a sign that a provider works.
func (w *Poller) serve(rows []LogRow) {
	s := &w.observed
	if s.served == nil {
		s.served = map[int64]LogRow{}
	}
	late := func(r LogRow) bool { return s.now.Sub(r.At.Time) > healthSpan || r.At.Sub(s.now) > aheadMost }
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
func (w *Poller) providerOf(model string) string {
	return string(w.observed.providers.rows[w.observed.soleProviders()[model]].Name)
}

// soleProviders maps a model's name to the id of the one provider that serves it; to ""
// if there are several.
func (s *observedState) soleProviders() map[string]string {
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

// readAdminHealth asks the gateway how its database is. What it cannot answer at all
// is reported by the link.
func readAdminHealth(ctx context.Context, w *Poller) ([]event.Event, bool, error) {
	body, err := w.opts.Client.Get(ctx, pathHealth)
	if err != nil {
		return nil, false, err
	}
	ok, err := readHealthy(body)
	if err != nil {
		return nil, false, err
	}
	h := map[bool]event.Health{true: event.HealthHealthy, false: event.HealthUnhealthy}[ok]
	if h == w.observed.database {
		return nil, false, nil
	}
	if h == event.HealthHealthy && w.observed.database == event.HealthUnhealthy { // what failed for want of it need not wait
		for _, p := range w.polls {
			p.due = earliest(p.due, w.observed.now)
		}
	}
	w.observed.database = h
	return []event.Event{event.ComponentReported{Component: "database", Health: h, LatencyMS: -1, At: w.observed.now}}, false, nil
}
