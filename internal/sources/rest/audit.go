package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// The bounds of reading the billing audit.
const (
	auditSpan    = time.Hour
	auditRecent  = 5 * time.Minute
	auditSlot    = 30 * time.Second // what counts are kept by; ten make the recent ones
	auditOverlap = time.Minute      // rows turn up 8 to 9 s late, and not in order
	auditPage    = 200
	auditPages   = 10 // in one read; 2,000 requests a minute
	auditKeys    = 1000
	// auditAhead is how far beyond the gateway's clock is asked: the list
	// demands an end, and nothing must hide behind it.
	auditAhead = 24 * time.Hour
)

// Types of an AuditRow.
const (
	auditCharged   = "UsageTracked"
	auditEstimated = "UsageEstimated"
	auditUncharged = "StreamingUsageMissing"
	auditMissing   = "MissingUsageData" // of failed calls and of status polls, too
	auditSkipped   = "ErrorResponseSkipped"
)

// audit counts the last hour of the billing audit. The zero value has read
// nothing. Its times are the gateway's.
type audit struct {
	until   time.Time            // of the last read
	since   time.Time            // from when on nothing is missing
	seen    map[string]time.Time // rows that the next read may show again, by id
	buckets map[int64]*auditBucket
	used    map[string]time.Time // the newest success, by sort of provider
	runs    map[string]*run      // how the newest requests went, by sort of provider
}

// auditBucket is the requests of half a minute.
type auditBucket struct {
	calls, uncharged int
	all              event.Traffic
	sorts            map[string]*typeTraffic
	keys             map[string]keyTraffic
}

// typeTraffic is the requests to providers of one type; fair has not those that
// the caller got wrong.
type typeTraffic struct{ all, fair event.Traffic }

// keyTraffic is the requests of one key, with errors that it paid for.
type keyTraffic struct {
	event.Traffic
	paid int
	cost event.NanoUSD
}

// paidError reports whether a row is a request that ended in an error and was
// charged all the same.
func (r *AuditRow) paidError() bool {
	return (r.Type == auditCharged || r.Type == auditEstimated) && r.Status.n >= 400 && r.Cost.nano > 0
}

// counts reports whether a row is a request for an answer: following a task,
// ours included, is none.
func (r *AuditRow) counts() bool {
	p := strings.ToLower(string(r.Path))
	return !strings.Contains(p, "/status") && !strings.Contains(p, "/tasks/") && !strings.Contains(p, "/async")
}

// from is where the next read begins.
func (a *audit) from(now time.Time) time.Time {
	return latest(now.Add(-auditSpan), a.until.Add(-auditOverlap))
}

// take counts rows that are new. whole is false if there were more of them
// than were read, of which these are the newest.
func (a *audit) take(rows []AuditRow, now time.Time, whole bool) {
	if a.buckets == nil {
		a.seen, a.buckets, a.used = map[string]time.Time{}, map[int64]*auditBucket{}, map[string]time.Time{}
		a.runs = map[string]*run{}
		a.since = now.Add(-auditSpan)
	}
	oldest, from := now, a.from(now)
	for i := range slices.Backward(rows) { // the newest come first
		r := &rows[i]
		if _, known := a.seen[string(r.ID)]; known || r.ID == "" || r.At.Before(from) || r.At.Sub(now) > aheadMost {
			continue // counted, or it was not asked for, or it has not happened yet
		}
		if r.At.After(now.Add(auditOverlap)) {
			continue // it has not happened; it is read again when it has
		}
		a.seen[string(r.ID)] = r.At.Time
		oldest = earliest(oldest, r.At.Time)
		if r.counts() {
			a.count(r)
		}
	}
	if !whole {
		a.since = oldest
	}
	a.until = now
	maps.DeleteFunc(a.seen, func(_ string, at time.Time) bool { return now.Sub(at) > 2*auditOverlap })
	maps.DeleteFunc(a.buckets, func(i int64, _ *auditBucket) bool { return now.Sub(slotTime(i)) > auditSpan })
	maps.DeleteFunc(a.used, func(_ string, at time.Time) bool { return now.Sub(at) > auditSpan })
	maps.DeleteFunc(a.runs, func(_ string, r *run) bool { return now.Sub(latest(r.good, r.bad)) > auditSpan })
	a.since = latest(a.since, now.Add(-auditSpan))
}

// aheadMost is how far ahead of the gateway's clock, or of ours where that is
// not known, a row may claim to be: what is further would be kept for ever.
const aheadMost = time.Hour

func slotTime(i int64) time.Time { return time.Unix(i*int64(auditSlot/time.Second), 0) }

func (a *audit) count(r *AuditRow) {
	i := r.At.Unix() / int64(auditSlot/time.Second)
	s := a.buckets[i]
	if s == nil {
		s = &auditBucket{sorts: map[string]*typeTraffic{}, keys: map[string]keyTraffic{}}
		a.buckets[i] = s
	}
	failed, wrong := r.Status.n >= 500, r.Status.n >= 400 && r.Status.n < 500
	if !failed && !wrong && r.Type != auditMissing && r.Type != auditSkipped {
		s.calls++
		if r.Type == auditUncharged {
			s.uncharged++
		}
	}
	served := r.Type == auditCharged || r.Type == auditUncharged && !failed && !wrong
	if served && r.At.After(a.used[string(r.Provider)]) {
		a.used[string(r.Provider)] = r.At.Time
	}
	if served || failed {
		if a.runs[string(r.Provider)] == nil {
			a.runs[string(r.Provider)] = &run{}
		}
		a.runs[string(r.Provider)].count(r.At.Time, failed)
	}
	tally(&s.all, failed)
	if k := s.keys[string(r.Key)]; r.Key != "" && (k.Requests > 0 || len(s.keys) < auditKeys) {
		tally(&k.Traffic, failed)
		if r.paidError() {
			k.paid, k.cost = k.paid+1, k.cost+r.Cost.nano
		}
		s.keys[string(r.Key)] = k
	}
	of := s.sorts[string(r.Provider)]
	if of == nil {
		of = &typeTraffic{}
		s.sorts[string(r.Provider)] = of
	}
	tally(&of.all, failed)
	if !wrong {
		tally(&of.fair, failed)
	}
}

func tally(s *event.Traffic, failed bool) {
	s.Requests++
	if failed {
		s.Failed++
	}
}

func add(to *event.Traffic, s event.Traffic) {
	to.Requests += s.Requests
	to.Failed += s.Failed
}

// hour adds everything up.
func (a *audit) hour(at time.Time) event.AuditMeasured {
	m := event.AuditMeasured{Since: a.since, At: at}
	keys := map[string]keyTraffic{}
	for _, s := range a.buckets {
		m.Calls += s.calls
		m.Uncharged += s.uncharged
		add(&m.All, s.all)
		for k, v := range s.keys {
			sum := keys[k]
			add(&sum.Traffic, v.Traffic)
			sum.paid, sum.cost = sum.paid+v.paid, sum.cost+v.cost
			keys[k] = sum
		}
	}
	ids := slices.SortedFunc(maps.Keys(keys), compareIDs)
	for _, k := range ids[:min(len(ids), auditKeys)] {
		m.Keys = append(m.Keys, event.KeyTraffic{Key: event.KeyID(k), Traffic: keys[k].Traffic, PaidErrors: keys[k].paid, PaidFor: keys[k].cost})
	}
	return m
}

// typeTraffic sums a sort of providers up: all of the hour, and what callers got
// right of the last minutes, or since the provider was changed.
func (a *audit) typeTraffic(name string, changed time.Time) (hour, recent event.Traffic) {
	from := latest(a.until.Add(-auditRecent), changed)
	for i, s := range a.buckets {
		of := s.sorts[name]
		if of == nil {
			continue
		}
		add(&hour, of.all)
		if !slotTime(i).Before(from) {
			add(&recent, of.fair)
		}
	}
	return hour, recent
}

// readAudit reads what came into the billing audit since the last read.
func readAudit(ctx context.Context, w *Poller) ([]event.Event, bool, error) {
	s := &w.observed
	there := w.opts.Client.GatewayTime(s.now)
	var rows []AuditRow
	whole := false
	for page := 1; page <= auditPages && !whole; page++ {
		ask, err := json.Marshal(map[string]any{
			"pageNumber": page, "pageSize": auditPage,
			"from": s.audit.from(there).UTC().Format(time.RFC3339Nano), "to": there.Add(auditAhead).UTC().Format(time.RFC3339Nano),
		})
		if err != nil {
			return nil, false, fmt.Errorf("audit: %w", err)
		}
		body, err := w.opts.Client.Query(ctx, pathAudit, ask)
		if err != nil {
			return nil, false, err // what was read of it is read again
		}
		read, err := readList[AuditRow](body)
		if err != nil {
			return nil, false, err
		}
		rows = append(rows, read.rows...)
		whole = !read.more
	}
	if !whole {
		w.opts.Log.Info("the billing audit is longer than is read; shares are of its newest rows", "rows", len(rows))
	}
	first := s.audit.buckets == nil
	s.audit.take(rows, there, whole)
	m := s.audit.hour(s.now)
	if m.All.Requests == 0 && len(rows) == 0 && first {
		// A gateway without its database shows an empty audit, too.
		if !w.healthy(ctx) {
			s.audit = audit{}
			return nil, true, nil
		}
	}
	return append([]event.Event{m}, w.trafficEvents()...), false, nil
}
