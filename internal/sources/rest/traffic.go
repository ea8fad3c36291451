package rest

import (
	"math"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// providerTypeNames names a gateway's types of providers: lists number them, the billing
// audit names them.
var providerTypeNames = map[string]string{
	"1": "OpenAI", "2": "Groq", "3": "Replicate", "4": "Fireworks", "5": "OpenAICompatible", "6": "MiniMax",
	"7": "Ultravox", "8": "ElevenLabs", "9": "Cerebras", "10": "SambaNova", "11": "DeepInfra",
}

// typeName is a provider's type as the billing audit names it.
func (p Provider) typeName() string {
	if name, ok := providerTypeNames[string(p.Type)]; ok {
		return name
	}
	return string(p.Type)
}

// typeShared reports whether other providers are of the same type, so that nobody
// can say whose a request in the audit is.
func (s *observedState) typeShared(p Provider) bool {
	for _, other := range s.providers.rows {
		if other.ID != p.ID && strings.EqualFold(other.typeName(), p.typeName()) {
			return true
		}
	}
	return false
}

// trafficGap is how long the audit may go unread before all of it is told again.
const trafficGap = 5 * time.Minute

// trafficEvents reports what providers were asked for, where that moved or is
// worth reporting again.
func (w *Poller) trafficEvents() (events []event.Event) {
	s := &w.observed
	if s.traffic == nil {
		s.traffic = map[string]event.TrafficMeasured{}
	}
	recent := s.recentTimes()
	// After a while without the audit what it said counts as old: it is told again.
	again := s.now.Sub(s.trafficAt) > trafficGap
	s.trafficAt = s.now
	s.providers.each(func(p Provider) {
		t := event.TrafficMeasured{
			Provider: event.ProviderID(p.ID), Name: string(p.Name), ProviderType: p.typeName(), Shared: s.typeShared(p),
			P95MS: p95(recent[p.id()]), BaselineP95MS: s.took[p.id()].p95(s.now), At: s.now,
		}
		t.Hour, t.Recent = s.audit.typeTraffic(p.typeName(), p.Updated.Time)
		w.putStreak(&t, p)
		last, told := s.traffic[p.id()]
		last.At = t.At
		if told && !again && last == t && t.Recent.Requests == 0 {
			return
		}
		s.traffic[p.id()] = t
		events = append(events, t)
	})
	for id := range s.traffic {
		if _, there := s.providers.rows[id]; !there {
			delete(s.traffic, id)
			delete(s.took, id)
		}
	}
	return events
}

// recentTimes lists how long requests of the last minutes took, by the
// provider that alone serves their model.
func (s *observedState) recentTimes() map[string][]float64 {
	only, by := s.soleProviders(), map[string][]float64{}
	for _, r := range s.served {
		if p := only[string(r.Model)]; p != "" && r.Duration.ok && s.now.Sub(r.At.Time) <= auditRecent {
			by[p] = append(by[p], r.Duration.n)
		}
	}
	return by
}

// timed notes how long requests took that were not seen before.
func (s *observedState) timed(rows []LogRow) {
	if s.took == nil {
		s.took = map[string]*latencyBaseline{}
	}
	only := s.soleProviders()
	for _, r := range rows {
		p := only[string(r.Model)]
		if p == "" || !r.Duration.ok || s.now.Sub(r.At.Time).Abs() > baselineDays*24*time.Hour {
			continue // a gateway's wrong clock must not turn the days
		}
		if s.took[p] == nil {
			s.took[p] = &latencyBaseline{}
		}
		s.took[p].add(r.At.Time, r.Duration.n)
	}
}

// leastTimes is of how many requests a slowest twentieth can be known.
const leastTimes = 20

// p95 is the time within which 95 of 100 requests were served; -1 if there are
// too few of them.
func p95(ms []float64) float64 {
	if len(ms) < leastTimes {
		return -1
	}
	slices.Sort(ms)
	return ms[min(len(ms)*95/100, len(ms)-1)]
}

// The form of a histogram: a bucket is a tenth of a decade, from a millisecond to a
// hundred minutes, and a day has its own set. A baseline needs ten times
// what a p95 needs.
const (
	perDecade          = 10
	buckets            = 7 * perDecade
	baselineDays       = 7
	minBaselineSamples = 10 * leastTimes
)

// histogram counts by bucket.
type histogram [buckets]uint32

// latencyBaseline is learned here and compared in package alert (rules_provider.go).
// It counts how long a provider's requests took, by day. The hour that
// runs is kept apart: what is unusual now must not become usual at once. The
// zero value has counted nothing; so has nil.
type latencyBaseline struct {
	days [baselineDays]histogram
	day  int64     // the newest, days since 1970
	hour int64     // that runs, hours since 1970
	now  histogram // of it
}

func (d *latencyBaseline) add(at time.Time, ms float64) {
	d.turn(at)
	i := min(int(math.Log10(max(ms, 1))*perDecade), buckets-1)
	switch day := at.Unix() / 86400; {
	case at.Unix()/3600 == d.hour:
		d.now[i]++
	case day > d.day-baselineDays:
		d.days[day%baselineDays][i]++
	}
}

// turn begins the hour and the day of at, forgetting what is a week old.
func (d *latencyBaseline) turn(at time.Time) {
	if h := at.Unix() / 3600; h > d.hour {
		to := &d.days[d.day%baselineDays] // the hour that ended was of the newest day
		for b, n := range d.now {
			to[b] += n
		}
		d.hour, d.now = h, histogram{}
	}
	day := at.Unix() / 86400
	d.day = max(d.day, day-baselineDays)
	for d.day < day {
		d.day++
		d.days[d.day%baselineDays] = histogram{}
	}
}

// p95 is the baseline, to a quarter; -1 if too little is known.
func (d *latencyBaseline) p95(now time.Time) float64 {
	if d == nil {
		return -1
	}
	d.turn(now)
	var sum histogram
	total := uint32(0)
	for i := range d.days {
		for b, n := range d.days[i] {
			sum[b] += n
			total += n
		}
	}
	if total < minBaselineSamples {
		return -1
	}
	var below uint32
	for b, n := range sum {
		if below += n; below*20 >= total*19 {
			return math.Round(math.Pow(10, (float64(b)+1)/perDecade))
		}
	}
	return -1
}
