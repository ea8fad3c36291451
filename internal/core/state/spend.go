package state

import (
	"encoding/binary"
	"hash/maphash"
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// keyTracker is what the reducer remembers of a key beyond what is shown.
type keyTracker struct {
	rates   rates // of what was used
	today   int64 // since local midnight
	tally   ledger.Tally
	totalAt int64         // time of the newest believed total
	since   int64         // of the log's own sum, if the total is that; see KeySpend.TotalSince
	salt    uint64        // of its spends among all; 0 until the first
	lower   event.NanoUSD // a smaller total that was not believed yet, see lowerTotal
	lowest  event.NanoUSD // the first of them
	lowerAt int64         // when that came; 0: none
	resyncs int           // of the gateway, when the total was last taken
	listed  bool          // a list says the total, too, and when it begins anew
	told    bool          // a list of keys had it
	// limitBySpend is true where its spends tell its limit; limitAt is when another limit
	// came last. doubted is a limit that was changed to nobody knows what.
	limitBySpend bool
	limitAt      int64
	doubted      event.Reading[event.NanoUSD]
	missed       int // reads of the whole list of keys that did not have it
	// view is the key as it will be shown; deriveKey copies it to the live state.
	view    *KeySpend
	pending bool // view is newer than what is shown
}

// recentSpend is a transaction before it is formatted.
type recentSpend struct {
	seq             uint64
	gateway         event.GatewayID
	key             event.KeyID
	model, provider string
	amount, total   int64 // total is -1 where there is none
	source          string
	at              int64
}

// foldSpend folds what keys and groups have spent in.
func (s *State) foldSpend(env *event.Envelope) (known, news bool) {
	switch b := env.Body.(type) {
	case event.SpendLimitReported:
		s.limitReported(env, b)
	case event.KeyRead:
		s.keyRead(env, b)
	case event.GroupRead:
		s.groupRead(env, b)
	case event.GroupDebited:
		// only listed
	default:
		return false, false
	}
	return true, true
}

func spendSeverity(body event.Event) event.Severity {
	if b, is := body.(event.SpendLimitReported); is {
		return b.Severity
	}
	return ""
}

// key returns the key's entry and tracker, making both; nil if there are too
// many keys already.
func (s *State) key(g event.GatewayID, key event.KeyID) (*KeySpend, *keyTracker) {
	r := &s.recent[recentAt(key)]
	if r.m != nil && r.key == key && r.gateway == g {
		return r.m.view, r.m
	}
	m := s.keyOf(g, key)
	if m == nil {
		return nil, nil
	}
	*r = recentKey{g, key, m}
	return m.view, m
}

// recentKey is a key that was booked on of late, found without hashing.
type recentKey struct {
	gateway event.GatewayID
	key     event.KeyID
	m       *keyTracker
}

// recentAt is the place of a key among those of late: ids are mostly numbers,
// which differ in their last digits.
func recentAt(key event.KeyID) int {
	n := len(key)
	switch n {
	case 0:
		return 0
	case 1:
		return int(key[0] & 15)
	}
	return int(key[n-1]&15)<<4 | int(key[n-2]&15)
}

// keyOf is the key's memory, made where there is none; nil if there are too
// many keys already.
func (s *State) keyOf(g event.GatewayID, key event.KeyID) *keyTracker {
	// The lookup by a concatenated key must not allocate when it hits.
	var buf [128]byte
	b := append(append(append(buf[:0], g...), '/'), key...)
	if m, ok := s.spend[string(b)]; ok {
		return m
	}
	if len(s.spend) >= maxKeys {
		s.Overflow++
		return nil
	}
	id := string(b)
	m := &keyTracker{view: &KeySpend{
		ID: id, Gateway: string(g), Key: string(key), Status: "unknown",
		ReportedRatio: -1, Trend: "unknown",
		HourRequests: -1, HourFailed: -1,
	}}
	if was := s.memory.pictures[string(g)]; was != nil { // its newest call stays that until there is another
		m.view.lastOf(was.Keys[id])
	}
	s.arrived(g, key, m)
	s.spend[id] = m
	return m
}

// lastOf takes the newest call that another view of the key knows, if that is newer.
func (k *KeySpend) lastOf(o KeySpend) {
	if o.LastAt > k.LastAt {
		k.LastAmount, k.LastModel, k.LastAt = o.LastAmount, o.LastModel, o.LastAt
	}
}

// last takes a call if it is the newest.
func (k *KeySpend) last(n event.NanoUSD, model string, at int64) {
	if at >= k.LastAt {
		k.LastAmount, k.LastModel, k.LastAt = int64(n), model, at
	}
}

// touch notes that a key has to be shown anew. It is called for every spend
// and does no work twice.
func (s *State) touch(m *keyTracker) {
	if !m.pending {
		m.pending = true
		s.pending = append(s.pending, m)
	}
}

// deriveKey computes what follows from a key's spends and shows it.
func (s *State) deriveKey(m *keyTracker, now int64) {
	k := m.view
	p := s.moneyOf(event.GatewayID(k.Gateway))
	w := p.window(now, m.rates.first)
	k.Rate15m, k.LastHour, k.LastDay = rateOf(m.rates.perHour(now, w)), m.rates.lastHour(now, w), m.rates.lastDay(now, w)
	k.RateSpan, k.HourSpan, k.DaySpan = w.whole(15), w.over(60), w.over(24*60)
	p.shareOf(k)
	k.MovedAt = int64(p.book.MovedAt(event.KeyID(k.Key))) * minute
	k.Total, k.Today = p.day.aged(k.Total), p.day.reading(m.today)
	k.UsedRatio = usedRatio(k.Total, k.Limit)
	k.Trend = trendOf(&m.rates, now, w.over)
	s.live.Keys[k.ID] = *k
	s.dirty.keys[k.ID] = true
}

// usedRatio is total ÷ limit. Of a limit of 0 all is used; without one, or
// without a total, it is what that is.
func usedRatio(total, limit event.Reading[event.NanoUSD]) event.Reading[float64] {
	n, limited := limit.Get()
	spent, told := total.Get()
	used := event.Known(1.0)
	switch {
	case !limited:
		return event.NotKnown[float64](limit.Status(), limit.Why())
	case !told:
		return event.NotKnown[float64](total.Status(), total.Why())
	case n < 0:
		return event.NotKnown[float64](event.ReadingUnknown, "")
	case n > 0:
		used = event.Known(float64(spent) / float64(n))
	}
	for _, of := range [2]event.Reading[event.NanoUSD]{total, limit} {
		if of.Status() == event.ReadingStale {
			used = used.Stale(of.Since(), of.Why())
		}
	}
	return used
}

// rateOf is a rate as rates.perHour gives it, as a reading.
func rateOf(n int64) event.Reading[event.NanoUSD] {
	switch {
	case n >= 0:
		return event.Known(event.NanoUSD(n))
	case n == oneMinute:
		return event.NotKnown[event.NanoUSD](event.ReadingUnknown, OneMinute)
	case n == unwatched:
		return event.NotKnown[event.NanoUSD](event.ReadingUnknown, NotWatched)
	}
	return event.NotKnown[event.NanoUSD](event.ReadingUnknown, TooShort)
}

// spendRecorded books a spend. A repeat (same request id, or the very same
// numbers at the very same time) is not news.
func (s *State) spendRecorded(env *event.Envelope, b *event.SpendRecorded) bool {
	k, m := s.key(env.Source.Gateway, b.Key)
	if k == nil {
		return true
	}
	if b.Name == "" {
		b.Name = k.Name
	}
	at := eventTime(env, b.At)
	if b.Amount != 0 && s.isRepeatedSpend(m, b) {
		return false
	}
	if b.Amount == 0 && !b.HasTotal {
		return true
	}
	s.believeTotal(env, k, m, b, at)
	s.limitConfirmed(env, k, m, b)
	if b.Amount > 0 {
		k.last(b.Amount, b.Model, at)
		k.Requests++
		k.ObservedTotal += int64(b.Amount)
		s.book(env, m, b)
		s.listSpend(env, b, at)
	}
	k.UpdatedAt = max(k.UpdatedAt, at)
	s.touch(m)
	return true
}

// listSpend adds a spend to the newest ones.
func (s *State) listSpend(env *event.Envelope, b *event.SpendRecorded, at int64) {
	t := s.recentSpends.next()
	t.seq, t.gateway, t.source, t.at = env.Seq, env.Source.Gateway, s.sourceText(env.Source), at
	t.key, t.model, t.provider, t.amount, t.total = b.Key, b.Model, b.Provider, int64(b.Amount), -1
	if b.HasTotal {
		t.total = int64(b.Total)
	}
}

// isRepeatedSpend reports a spend that was seen before: by its request id, or, where
// the gateway sends none, by time, amount and total together.
func (s *State) isRepeatedSpend(m *keyTracker, b *event.SpendRecorded) bool {
	if b.Request == "" && !b.HasTotal {
		return false // nothing to know it by
	}
	if m.salt == 0 {
		m.salt = maphash.String(s.dedup.Seed(), m.view.ID)
	}
	if b.Request != "" {
		return !s.dedup.Add(m.salt + maphash.String(s.dedup.Seed(), b.Request))
	}
	var n [24]byte
	binary.LittleEndian.PutUint64(n[0:], uint64(b.At.UnixNano()))
	binary.LittleEndian.PutUint64(n[8:], uint64(b.Amount))
	binary.LittleEndian.PutUint64(n[16:], uint64(b.Total))
	return !s.dedup.Add(m.salt ^ maphash.Bytes(s.dedup.Seed(), n[:])) // ^, not +: no request's
}

// believeTotal takes a newer total. A smaller one is only believed from REST
// or in a new budget period (keyRead, lowerTotal): a late event must not turn the
// clock back.
func (s *State) believeTotal(env *event.Envelope, k *KeySpend, m *keyTracker, b *event.SpendRecorded, at int64) {
	if !b.HasTotal {
		return
	}
	is, told := k.Total.Get()
	if m.since > 0 && env.Source.Via != event.ViaREST {
		return // a group's, or of another period
	}
	if told && env.Source.Via != event.ViaREST && (b.Total < is || m.lowerAt != 0) {
		switch s.lowerTotal(env, k, m, b) {
		case totalStale:
			k.StaleTotals++
			return
		case totalNewPeriod:
			k.beginPeriod(m.lowerAt)
			m.totalAt = 0
		case totalHigher, totalCorrected:
		}
	}
	k.Total, m.totalAt, m.lowerAt = event.Known(b.Total), max(at, m.totalAt), 0
	m.resyncs = s.moneyOf(env.Source.Gateway).resyncs
	k.Source = s.sourceText(env.Source)
	if m.since > 0 {
		s.logTotal(env, k, m, b)
	}
}

// limitReported keeps the gateway's claim beside our own figure.
func (s *State) limitReported(env *event.Envelope, b event.SpendLimitReported) {
	k, m := s.key(env.Source.Gateway, b.Key)
	if k == nil {
		return
	}
	at := eventTime(env, b.At)
	if at < k.ReportedAt {
		return // older than the last claim
	}
	k.ReportedRatio, k.ReportedAt, k.ReportedSpend = b.Ratio, at, int64(b.Spend)
	k.ReportedLevel = ""
	if b.Severity != event.SeverityInfo {
		k.ReportedLevel = string(b.Severity)
	}
	k.Trust = "claimed"
	if b.Limit > 0 {
		m.limitTold(k, event.Known(b.Limit), ms(env.At))
		s.newLimit(k, event.Known(b.Limit), "")
	}
	if b.Spend > k.Total.Or(-1) {
		k.Total, m.totalAt, k.Source = event.Known(b.Spend), at, env.Source.String()
	}
	k.UpdatedAt = max(k.UpdatedAt, at)
	s.touch(m)
}

// periodPrefix begins the name of a budget period that a list reported.
const periodPrefix = "period:"

// newLimit sets a limit and, where no better name is known, the budget period by it.
func (s *State) newLimit(k *KeySpend, limit event.Reading[event.NanoUSD], epoch string) {
	if epoch == "" && (strings.HasPrefix(k.PeriodID, periodPrefix) || strings.HasPrefix(k.PeriodID, BegunPrefix)) {
		epoch = k.PeriodID // a limit that is raised within a period begins no other
	}
	if epoch == "" && limit.Status() != event.ReadingNotOffered && (k.Limit != limit || k.PeriodID == "") {
		epoch = "limit:" + limit.String()
	}
	if epoch != "" {
		k.PeriodID = epoch
	}
	k.Limit = limit
}

// verifyClaim compares the gateway's last claim with what a read showed. One
// that was verified and is much too high now was true once: the budget was
// raised or begun anew since.
func (s *State) verifyClaim(k *KeySpend) {
	limit := k.Limit.Or(0)
	spent, told := k.Total.Get()
	if k.Trust != "claimed" && k.Trust != "verified" || limit <= 0 || !told {
		return
	}
	claim, truth := k.ReportedRatio, float64(spent)/float64(limit)
	if claim < 0 && k.ReportedSpend > 0 {
		claim = float64(k.ReportedSpend) / float64(limit)
	}
	if claim < 0 {
		return
	}
	switch over := truth < claim-0.05; { // five points: the re-arm margin of budget rules
	case over && k.Trust == "verified":
		k.Trust, k.ReportedLevel, k.ReportedRatio, k.ReportedSpend = "", "", -1, 0
	case over:
		k.Trust = "contradicted"
	default:
		k.Trust = "verified"
	}
}

// statusOf is the status of a key by what a list says of it.
func statusOf(enabled event.Reading[bool]) string {
	switch on, known := enabled.Get(); {
	case !known:
		return "unknown"
	case on:
		return "enabled"
	}
	return "disabled"
}
