package rest

import (
	"context"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// groupEvents reports which groups were made, renamed or deleted. Their balances
// move all the time and are no changes.
func groupEvents(d delta[Group], at time.Time) (events []event.Event) {
	defer func() { events = between(events, &d) }()
	news := d.news()
	change := func(g Group, a event.Action, told stamp, since time.Time, values []event.FieldChange) {
		events = append(events, event.NavigationChanged{
			Entity: event.EntityKeyGroup, Action: a, ID: g.id(), Name: string(g.Name), At: at,
			Comparison: event.Comparison{Values: values, Since: since, Own: ownTime(told, since, at)},
		})
	}
	for _, g := range news.created {
		change(g, event.ActionCreated, g.Created, news.since, nil)
	}
	for _, c := range news.updated {
		if c.old.Name != c.now.Name {
			change(c.now, event.ActionUpdated, stamp{}, news.since, []event.FieldChange{{Field: "groupName", Old: string(c.old.Name), New: string(c.now.Name)}})
		}
	}
	for _, g := range news.deleted {
		change(g, event.ActionDeleted, stamp{}, news.goneSince[g.id()], nil)
	}
	return events
}

// addedWhileAway notes which groups were added to between two runs: their
// transactions say what and when.
func (s *observedState) addedWhileAway(d *delta[Group]) {
	if d.away == nil {
		return
	}
	s.toppedUp = map[string]time.Time{}
	for _, c := range d.away.updated {
		if c.old.Credits.ok && c.now.Credits.nano > c.old.Credits.nano {
			s.toppedUp[c.now.id()] = d.away.since
		}
	}
}

func readCostList(ctx context.Context, w *Poller) ([]event.Event, bool, error) {
	d, soon, err := rowsAt(ctx, w, topicCosts, pathCostList, &w.observed.costList)
	if err != nil {
		return nil, false, err
	}
	return costEvents(d, w.observed.now), soon, nil
}

// costFields names what differs between two reads of a price.
func costFields(a, b ModelCost) []event.FieldChange {
	price := func(name string, a, b money) struct {
		name     string
		differ   bool
		old, now string
	} {
		return struct {
			name     string
			differ   bool
			old, now string
		}{name, a.nano != b.nano || a.ok != b.ok, a.says(), b.says()}
	}
	batch := price("batchProcessingMultiplier", a.Batch, b.Batch)
	batch.old, batch.now = a.Batch.number(), b.Batch.number()
	return named{
		price("inputCostPerMillionTokens", a.Input, b.Input),
		price("outputCostPerMillionTokens", a.Output, b.Output),
		price("cachedInputCostPerMillionTokens", a.Cached, b.Cached),
		price("cachedInputWriteCostPerMillionTokens", a.Written, b.Written),
		price("embeddingCostPerMillionTokens", a.Embed, b.Embed),
		price("imageCostPerImage", a.Image, b.Image),
		price("videoCostPerSecond", a.Video, b.Video),
		price("audioCostPerMinute", a.Audio, b.Audio),
		batch,
		{"costName", a.Name != b.Name, string(a.Name), string(b.Name)},
		{"associatedModelAliases", a.Models != b.Models, string(a.Models), string(b.Models)},
		{"isActive", a.Active != b.Active, a.Active.says(), b.Active.says()},
	}.values()
}

// costEvents reports what a list of prices shows anew.
func costEvents(d delta[ModelCost], at time.Time) (events []event.Event) {
	defer func() { events = between(events, &d) }()
	news := d.news()
	change := func(c ModelCost, a event.Action, told stamp, since time.Time, values []event.FieldChange, models []string) {
		events = append(events, event.NavigationChanged{
			Entity: event.EntityModelCost, Action: a, ID: c.id(), Name: string(c.Name), Data: fieldData(fieldNames(values)), At: at,
			Comparison: event.Comparison{Values: values, Since: since, Own: ownTime(told, since, at), Models: models},
		})
	}
	for _, c := range news.created {
		values := costFields(ModelCost{Name: c.Name, Models: c.Models, Active: c.Active}, c)
		change(c, event.ActionCreated, c.Created, news.since, values, c.Models.list())
	}
	for _, c := range news.updated {
		values := costFields(c.old, c.now)
		if len(values) == 0 {
			continue
		}
		models := c.now.Models.list()
		for _, m := range c.old.Models.list() { // those that lost their price are touched, too
			if !slices.Contains(models, m) {
				models = append(models, m)
			}
		}
		change(c.now, actionOf(c.old.Active, c.now.Active), c.now.Updated, news.since, values, models)
	}
	for _, c := range news.deleted {
		change(c, event.ActionDeleted, stamp{}, news.goneSince[c.id()], nil, c.Models.list())
	}
	return append(events, repriced(news, at)...)
}

// repriced reports the models that were moved from one price to another: each is a
// change of a price of its own, with the amounts of both.
func repriced(news *delta[ModelCost], at time.Time) (events []event.Event) {
	left := map[string]ModelCost{} // what each model that was moved cost before
	for _, c := range news.updated {
		for _, m := range c.old.Models.list() {
			if !slices.Contains(c.now.Models.list(), m) {
				left[m] = c.old
			}
		}
	}
	for _, c := range news.deleted {
		for _, m := range c.Models.list() {
			left[m] = c
		}
	}
	came := func(c ModelCost, told stamp, had []string) {
		for _, m := range c.Models.list() {
			old, moved := left[m]
			if !moved || slices.Contains(had, m) {
				continue
			}
			values := slices.DeleteFunc(costFields(old, c), func(f event.FieldChange) bool { return !strings.Contains(f.Field, "Cost") })
			if len(values) == 0 {
				continue
			}
			events = append(events, event.NavigationChanged{
				Entity: event.EntityModelCost, Action: event.ActionUpdated, ID: c.id() + "/" + m, Name: m, Data: fieldData(fieldNames(values)), At: at,
				Comparison: event.Comparison{Values: values, Since: news.since, Own: ownTime(told, news.since, at), Models: []string{m}},
			})
		}
	}
	for _, c := range news.updated {
		came(c.now, c.now.Updated, c.old.Models.list())
	}
	for _, c := range news.created {
		came(c, c.Created, nil)
	}
	return events
}

// restartSlack is how far apart the times may be at which a gateway says that it
// was started, without a restart between.
const restartSlack = 5 * time.Second

// readRelease reads which release of itself the gateway runs, and since when.
func readRelease(ctx context.Context, w *Poller) ([]event.Event, bool, error) {
	s := &w.observed
	recall(w, topicRelease, &s.release)
	body, err := w.opts.Client.Get(ctx, pathRelease)
	if err != nil {
		return nil, false, err
	}
	var r Release
	if err := r.UnmarshalJSON(body); err != nil || r.Version == "" {
		return nil, false, ErrUnreadable
	}
	d, _ := s.release.reconcile(list[Release]{rows: []Release{r}}, s.now, true)
	s.kept = append(s.kept, keep(w, topicRelease, &s.release, d.changed())...)
	return releaseEvents(d, s.now), false, nil
}

// releaseEvents reports another release, or that the same one was started anew.
func releaseEvents(d delta[Release], at time.Time) (events []event.Event) {
	news := d.news()
	for _, c := range news.updated {
		values := named{
			{"version", c.old.Version != c.now.Version, string(c.old.Version), string(c.now.Version)},
			{"buildDate", c.old.Built != c.now.Built, string(c.old.Built), string(c.now.Built)},
		}.values()
		action := event.ActionUpdated
		if len(values) == 0 {
			if c.now.Started.Sub(c.old.Started.Time).Abs() <= restartSlack || c.old.Started.IsZero() || c.now.Started.IsZero() {
				continue
			}
			action = event.ActionRestarted
		}
		events = append(events, event.NavigationChanged{
			Entity: event.EntityRelease, Action: action, ID: "gateway", Name: "Gateway " + string(c.now.Version), At: at,
			Comparison: event.Comparison{Values: values, Since: news.since, Own: ownTime(c.now.Started, news.since, at)},
		})
	}
	return events
}

// compareCredentials reports which of a provider's keys were added, altered or
// taken away. The keys themselves are masked by the gateway.
func (w *Poller) compareCredentials(p Provider, read list[ProviderKey]) (events []event.Event) {
	s := &w.observed
	if s.creds == nil {
		s.creds = map[string]*reconciler[ProviderKey]{}
	}
	l := s.creds[p.id()]
	if l == nil {
		l = &reconciler[ProviderKey]{}
		s.creds[p.id()] = l
	}
	name := "credentials/" + p.id()
	recall(w, name, l)
	d, again := l.reconcile(read, s.now, s.database != event.HealthUnhealthy)
	if again {
		s.upstream[p.id()] = upstream{} // read once more with the next round
	}
	s.kept = append(s.kept, keep(w, name, l, d.changed())...)
	return credentialEvents(d, p, s.now)
}

func credentialEvents(d delta[ProviderKey], p Provider, at time.Time) (events []event.Event) {
	defer func() { events = between(events, &d) }()
	news := d.news()
	change := func(k ProviderKey, a event.Action, told stamp, since time.Time, values []event.FieldChange) {
		events = append(events, event.NavigationChanged{
			Entity: event.EntityCredential, Action: a, ID: p.id() + "/" + k.id(), Name: string(p.Name) + ": " + string(k.Name), At: at,
			Comparison: event.Comparison{Values: values, Since: since, Own: ownTime(told, since, at), Provider: event.ProviderID(p.ID)},
		})
	}
	for _, k := range news.created {
		change(k, event.ActionCreated, k.Created, news.since, nil)
	}
	for _, c := range news.updated {
		values := named{
			{"keyName", c.old.Name != c.now.Name, string(c.old.Name), string(c.now.Name)},
			{"apiKey", c.old.Secret != c.now.Secret, string(c.old.Secret), string(c.now.Secret)},
			{"isEnabled", c.old.Enabled != c.now.Enabled, c.old.Enabled.says(), c.now.Enabled.says()},
			{"isPrimary", c.old.Primary != c.now.Primary, c.old.Primary.says(), c.now.Primary.says()},
			{"baseUrl", c.old.BaseURL != c.now.BaseURL, hidden, hidden},
		}.values()
		if len(values) > 0 {
			change(c.now, actionOf(c.old.Enabled, c.now.Enabled), c.now.Updated, news.since, values)
		}
	}
	for _, k := range news.deleted {
		change(k, event.ActionDeleted, stamp{}, news.goneSince[k.id()], nil)
	}
	return events
}
