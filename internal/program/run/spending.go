package run

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/store/history"
)

// spending is what keys, and groups for nobody knows which, spent of late, by the hour and then by the minute, as
// small as it can be held: of 500 keys it is some ten megabytes.
type spending struct {
	keys map[spender][]spentAt
	none map[payer][]spentAt // of no key
	paid map[payer][]spentAt // by groups, since paidFrom, whatever became of the keys
	// paidFrom is since which minute on paid says what a gateway's groups paid.
	paidFrom map[event.GatewayID]int32
	watched  map[event.GatewayID]ledger.Spans     // by the books
	undated  map[event.GatewayID][]ledger.Undated // in none of these
	hours    map[event.GatewayID][]int32          // in which any key of a gateway spent anything, ascending
	since    int32                                // from which minute on it is known by the minute
	buf      []forecast.Point
}

type spender struct {
	gateway event.GatewayID
	key     event.KeyID
}

type payer struct {
	gateway event.GatewayID
	group   event.GroupID
}

type spentAt struct {
	minute int32 // since 1970; the middle of an hour
	nano   event.NanoUSD
}

// readSpending reads it from the history, and calls rest, if it is not nil, after each part.
func readSpending(ctx context.Context, db *history.DB, now time.Time, rest func()) (*spending, error) {
	return readSpendingBack(ctx, db, now, forecastMinutes, rest)
}

// readSpendingBack reads it by the minute for so long.
func readSpendingBack(ctx context.Context, db *history.DB, now time.Time, minutes time.Duration, rest func()) (*spending, error) {
	s := &spending{keys: map[spender][]spentAt{}, none: map[payer][]spentAt{}, paid: map[payer][]spentAt{}, paidFrom: map[event.GatewayID]int32{}, watched: map[event.GatewayID]ledger.Spans{}, undated: map[event.GatewayID][]ledger.Undated{}, hours: map[event.GatewayID][]int32{}}
	s.since = int32(now.Add(-minutes).Truncate(time.Hour).Unix() / 60)
	if db == nil { // nothing was ever kept
		return s, nil
	}
	rows := 0
	add := func(x history.SpentIn) {
		s.add(x)
		if rows++; rest != nil && rows%256 == 0 {
			rest()
		}
	}
	if err := db.EachSpent(ctx, now.Add(-forecast.History), ledger.Minute(s.since).Time(), add); err != nil {
		return nil, err
	}
	return s, s.readUndated(ctx, db, now.Add(-forecast.History))
}

// add takes what was spent in an hour, or since s.since in a minute, in order of time.
func (s *spending) add(x history.SpentIn) {
	minute := int32(x.At.Unix() / 60)
	hours := s.hours[x.Gateway]
	// What is booked of no key, as a group's debits are of before its log was read, says
	// nothing of what keys spent then.
	if hour := minute / 60; x.Key != "" && (len(hours) == 0 || hours[len(hours)-1] < hour) {
		s.hours[x.Gateway] = append(hours, hour)
	}
	if minute < s.since {
		minute += 30
	}
	if x.Group != "" {
		of := payer{x.Gateway, x.Group}
		s.none[of] = append(s.none[of], spentAt{minute, x.Amount})
	}
	id := spender{x.Gateway, x.Key}
	s.keys[id] = append(s.keys[id], spentAt{minute, x.Amount})
}

// of is what uses a budget up, in order of time. It is good until the next call.
// A group's is what it paid, where that is known: of a key that was moved or deleted
// the rest is told by the key alone.
func (s *spending) of(b *Budget) []forecast.Point {
	s.buf = s.buf[:0]
	gateway := event.GatewayID(b.Gateway)
	from, told := s.paidFrom[gateway]
	if told = told && b.Kind == KindGroup; !told {
		from = math.MaxInt32
	}
	add := func(all []spentAt, until int32) {
		for _, x := range all {
			if x.minute < until {
				s.buf = append(s.buf, forecast.Point{At: time.Unix(int64(x.minute)*60, 0), Amount: x.nano})
			}
		}
	}
	for _, k := range b.Keys {
		add(s.keys[spender{gateway, k}], from)
	}
	for _, g := range b.Groups {
		add(s.none[payer{gateway, g}], from)
		if told {
			add(s.paid[payer{gateway, g}], math.MaxInt32)
		}
	}
	if len(b.Keys)+len(b.Groups) > 1 {
		slices.SortFunc(s.buf, func(a, b forecast.Point) int { return a.At.Compare(b.At) })
	}
	return s.buf
}

// take has what a gateway's book knows by the minute take the place of what is kept of
// it, which is older: one that only looks keeps nothing. With it comes what groups paid.
func (s *spending) take(g event.GatewayID, b *ledger.Book) {
	if b == nil {
		return
	}
	from := b.Paid(ledger.Minute(s.since), func(m ledger.Minute, group event.GroupID, n event.NanoUSD) {
		of := payer{g, group}
		s.paid[of] = append(s.paid[of], spentAt{int32(m), n})
	})
	s.paidFrom[g] = int32(from)
	before := func(all []spentAt) []spentAt {
		return slices.DeleteFunc(all, func(x spentAt) bool { return x.minute >= int32(from) })
	}
	for id, all := range s.keys {
		if id.gateway == g {
			s.keys[id] = before(all)
		}
	}
	for id, all := range s.none {
		if id.gateway == g {
			s.none[id] = before(all)
		}
	}
	s.watched[g] = b.WatchedSpans()
	minute, sums := from, map[ledger.Cell]event.NanoUSD{}
	flush := func() {
		for c, n := range sums {
			s.add(history.SpentIn{Gateway: g, Key: c.Key, Group: c.Group, At: minute.Time(), Amount: n})
		}
		clear(sums)
	}
	b.Cells(from, func(c ledger.Change) {
		if c.Minute != minute {
			flush()
			minute = c.Minute
		}
		if c.Counted() {
			sums[ledger.Cell{Key: c.Key, Group: payerOf(&c.Cell)}] += c.Nano
		}
	})
	flush()
	s.takeUndated(g, b, from)
}

// payerOf is who paid for what is of no key; "" where a key says it.
func payerOf(c *ledger.Cell) event.GroupID {
	if c.Key == "" && c.Kind == ledger.Direct {
		return c.Group
	}
	return ""
}

// peakBack is how far back the most that keys spent in ten minutes is looked
// for, peakSettled until when.
const (
	peakBack    = 8 * 24 * time.Hour
	peakSettled = 30 * time.Minute
)

// peaks is the most that each key spent in ten minutes of the last days: by the
// minute for as long as that is looked at, else a third of an hour's. It is as of now,
// whatever was spent later.
func (s *spending) peaks(now time.Time) map[string]event.NanoUSD {
	all := make(map[string]event.NanoUSD, len(s.keys))
	oldest, settled := int32(now.Add(-peakBack).Unix()/60), int32(now.Add(-peakSettled).Unix()/60)
	minutes := max(s.since, int32(now.Add(-forecastMinutes).Truncate(time.Hour).Unix()/60))
	for id, spent := range s.keys {
		var most, sum, inHour event.NanoUSD
		from, hour := 0, int32(0)
		for i, x := range spent {
			switch {
			case x.minute < oldest, x.minute >= settled:
			case x.minute < minutes:
				if x.minute/60 != hour {
					hour, inHour = x.minute/60, 0
				}
				inHour += x.nano
				most = max(most, inHour/3)
				from = i + 1
			default:
				for sum += x.nano; from < i && spent[from].minute <= x.minute-10; from++ {
					sum -= spent[from].nano
				}
				most = max(most, sum)
			}
			if x.minute < oldest {
				from = i + 1
			}
		}
		all[string(id.gateway)+"/"+string(id.key)] = most
	}
	return all
}

// watchedMeta begins the names under which the history keeps when gateways were
// watched, for longer than the ledger does.
const watchedMeta = "watched."

// longSilence is for how long a gateway may spend nothing, before it was kept when
// it was watched, without that being taken for a time in which it was not.
const longSilence = 26 * time.Hour

// watchedOf is when a gateway was watched: what was kept of earlier, what the
// ledger says, and since the last time if it is connected.
func (p *Program) watchedOf(ctx context.Context, id event.GatewayID, spent *spending, connected bool, as asOf) []forecast.Span {
	now := as.at
	if as.past { // what is kept is as of now
		now, connected = time.Now(), false
	}
	var kept ledger.Spans
	var unread error
	fresh := slices.Clone(spent.watched[id])
	if p.db != nil {
		kept, unread = p.keptWatched(ctx, id)
		if marks, err := p.db.Watched(ctx, id); err == nil {
			for _, m := range marks {
				fresh = append(fresh, m...)
			}
		}
	}
	exact := len(fresh) > 0
	if connected {
		fresh = append(fresh, p.watchedNow(fresh, now))
	}
	all := joinSpans(append(slices.Clone(kept), fresh...), now, exact, p.began.Unix()/60)
	if p.writer && !as.past && unread == nil && !slices.Equal(all, kept) { // what was not read is not written over
		if body, err := json.Marshal(all); err == nil {
			if err := p.db.SetMeta(ctx, watchedMeta+string(id), string(body)); err != nil {
				p.log.Warn("when the gateway was watched is not kept", "cause", err)
			}
		}
	}
	return spansOf(all, spent.hours[id])
}

// watchedNow is what was watched up to now of a gateway that is connected: since what is
// known, where that is of just now, else since the last time.
func (p *Program) watchedNow(known ledger.Spans, now time.Time) ledger.Span {
	minute := now.Unix() / 60
	from := max(now.Add(-forecastInterval).Unix(), p.began.Unix()) / 60 // nobody watched before
	if n := len(known); n > 0 {
		last := slices.MaxFunc(known, func(a, b ledger.Span) int { return cmp.Compare(a.To, b.To) }).To
		if from = minute; last >= minute-blink {
			from = min(last, minute)
		}
	}
	return ledger.Span{From: from, To: minute + 1}
}

// keptWatched is what was kept of when a gateway was watched; no error where nothing was.
func (p *Program) keptWatched(ctx context.Context, id event.GatewayID) (kept ledger.Spans, err error) {
	body, err := p.db.Meta(ctx, watchedMeta+string(id))
	if errors.Is(err, history.ErrNotFound) {
		return nil, nil
	}
	if err == nil {
		_ = json.Unmarshal([]byte(body), &kept) // nothing is kept then
	}
	return kept, err
}

// How many minutes between two runs are none. Of a run only whole minutes are known, so that a
// connection that is made anew leaves a blink. Where nobody says what was watched, and of
// more than keepExact ago, so that there are not too many, it is forecastInterval twice.
const (
	blink     = 2
	roughly   = int64(2 * forecastInterval / time.Minute)
	keepExact = 48 * time.Hour
)

// joinSpans sorts runs of minutes and joins those between which there is next to
// nothing; what is older than a forecast looks is dropped. exact means that somebody
// says what was watched. Before the minute in which the program began nobody watched; 0: that is not asked.
func joinSpans(all ledger.Spans, now time.Time, exact bool, began int64) (out ledger.Spans) {
	oldest, old := now.Add(-forecast.History).Unix()/60, now.Add(-keepExact).Unix()/60
	slices.SortFunc(all, func(a, b ledger.Span) int { return int(min(max(a.From-b.From, -1), 1)) })
	for _, s := range all {
		apart := roughly
		n := len(out)
		if exact && s.From > old || n > 0 && out[n-1].To <= began && s.From >= began {
			apart = blink
		}
		switch {
		case s.To <= oldest:
		case n > 0 && s.From <= out[n-1].To+apart:
			out[n-1].To = max(out[n-1].To, s.To)
		default:
			out = append(out, s)
		}
	}
	return out
}

// spansOf adds to what is known to be watched what came before anybody kept that: all
// between two hours with spending that are not far apart. Of the hour in which the
// watching began nothing is added: its spending may have come afterwards.
func spansOf(watched ledger.Spans, hours []int32) (out []forecast.Span) {
	at := func(minute int64) time.Time { return time.Unix(minute*60, 0) }
	before := int64(1) << 40
	if len(watched) > 0 {
		before = watched[0].From
	}
	for i, h := range hours {
		from, to := int64(h)*60, int64(h)*60+60
		if to > before {
			break
		}
		if n := len(out); n > 0 && i > 0 && time.Duration(h-hours[i-1])*time.Hour <= longSilence {
			out[n-1].To = at(to)
		} else {
			out = append(out, forecast.Span{From: at(from), To: at(to)})
		}
	}
	for _, s := range watched {
		if n := len(out); n > 0 && at(s.From).Sub(out[n-1].To) <= 2*time.Hour && s.From == before {
			out[n-1].To = at(s.To)
			continue
		}
		out = append(out, forecast.Span{From: at(s.From), To: at(s.To)})
	}
	return out
}
