package state

import (
	"encoding/binary"
	"hash/maphash"
	"strings"

	"gatewatch/internal/event"
)

// keyMemory is what the reducer remembers of a key beyond what is shown.
type keyMemory struct {
	rates   rates
	totalAt int64  // time of the newest believed total
	salt    uint64 // of its bookings among all; 0 until the first
	// view is the key as it will be shown; Settle copies it to the live state.
	view    *KeySpend
	pending bool // view is newer than what is shown
}

// groupMemory remembers a group's movements.
type groupMemory struct {
	rates rates
	known bool
}

// burnMemory is a gateway's spend over time.
type burnMemory struct {
	rates    rates
	today    int64
	todayDay int64 // local day number of today
	pending  bool  // it is among the dirty
}

// booking is a transaction before it is formatted.
type booking struct {
	seq             uint64
	gateway         event.GatewayID
	key             event.KeyID
	model, provider string
	amount, total   int64 // total is -1 where there is none
	source          string
	at              int64
}

// key returns the key's thing and memory, making both; nil if there are too
// many keys already.
func (s *State) key(g event.GatewayID, key event.KeyID) (*KeySpend, *keyMemory) {
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
	m       *keyMemory
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
func (s *State) keyOf(g event.GatewayID, key event.KeyID) *keyMemory {
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
	m := &keyMemory{view: &KeySpend{
		ID: id, Gateway: string(g), Key: string(key), Status: "unknown",
		Total: -1, Used: -1, Reported: -1, Rate15m: -1, Rate1h: -1, Rate24h: -1, Trend: "unknown",
		HourRequests: -1, HourFailed: -1,
	}}
	s.spend[id] = m
	return m
}

// touch notes that a key has to be shown anew. It is called for every booking
// and does no work twice.
func (s *State) touch(m *keyMemory) {
	if !m.pending {
		m.pending = true
		s.pending = append(s.pending, m)
	}
}

// settleKey computes what follows from a key's bookings and shows it.
func (s *State) settleKey(m *keyMemory, now int64) {
	k := m.view
	k.Used = usedOf(k.Total, k.Limit)
	k.Rate15m, k.Rate1h, k.Rate24h = m.rates.perHour(now)
	k.Trend = trendOf(&m.rates, now, k.Rate15m, k.Rate1h)
	s.live.Keys[k.ID] = *k
	s.dirty.keys[k.ID] = true
}

func usedOf(total, limit int64) float64 {
	if limit <= 0 || total < 0 {
		return -1
	}
	return float64(total) / float64(limit)
}

// spendRecorded books a payment. A repeat (same request id, or the very same
// numbers at the very same time) is not news.
func (s *State) spendRecorded(env *event.Envelope, b *event.SpendRecorded) bool {
	k, m := s.key(env.Source.Gateway, b.Key)
	if k == nil {
		return true
	}
	at := ms(b.At)
	if b.At.IsZero() {
		at = ms(env.At)
	}
	if b.Amount != 0 && s.repeated(m, b) {
		return false
	}
	if b.Amount == 0 && !b.HasTotal {
		return true
	}
	s.believeTotal(env, k, m, b, at)
	if b.Amount > 0 {
		k.LastAmount, k.LastModel = int64(b.Amount), b.Model
		k.Requests++
		k.Seen += int64(b.Amount)
		m.rates.add(at, int64(b.Amount))
		s.burnt(env.Source.Gateway, at, int64(b.Amount))
		s.listBooking(env, b, at)
	}
	k.UpdatedAt = max(k.UpdatedAt, at)
	s.touch(m)
	return true
}

// listBooking adds a payment to the newest ones.
func (s *State) listBooking(env *event.Envelope, b *event.SpendRecorded, at int64) {
	t := s.bookings.next()
	t.seq, t.gateway, t.source, t.at = env.Seq, env.Source.Gateway, s.textOf(env.Source), at
	t.key, t.model, t.provider, t.amount, t.total = b.Key, b.Model, b.Provider, int64(b.Amount), -1
	if b.HasTotal {
		t.total = int64(b.Total)
	}
}

// repeated tells a booking that was seen before: by its request id, or, where
// the gateway sends none, by time, amount and total together.
func (s *State) repeated(m *keyMemory, b *event.SpendRecorded) bool {
	if b.Request == "" && !b.HasTotal {
		return false // nothing to know it by
	}
	if m.salt == 0 {
		m.salt = maphash.String(s.booked.Seed(), m.view.ID)
	}
	if b.Request != "" {
		return !s.booked.Add(m.salt + maphash.String(s.booked.Seed(), b.Request))
	}
	var n [24]byte
	binary.LittleEndian.PutUint64(n[0:], uint64(b.At.UnixNano()))
	binary.LittleEndian.PutUint64(n[8:], uint64(b.Amount))
	binary.LittleEndian.PutUint64(n[16:], uint64(b.Total))
	return !s.booked.Add(m.salt ^ maphash.Bytes(s.booked.Seed(), n[:])) // ^, not +: no request's
}

// believeTotal takes a newer total. A smaller one is only believed from REST
// or in a new epoch (keyRead): a late event must not turn the clock back.
func (s *State) believeTotal(env *event.Envelope, k *KeySpend, m *keyMemory, b *event.SpendRecorded, at int64) {
	if !b.HasTotal {
		return
	}
	total := int64(b.Total)
	if k.Total >= 0 && total < k.Total && env.Source.Via != event.ViaREST {
		k.Refused++
		return
	}
	k.Total, m.totalAt = total, max(at, m.totalAt)
	k.Source = s.textOf(env.Source)
}

// limitReported keeps the gateway's claim beside our own figure.
func (s *State) limitReported(env *event.Envelope, b event.SpendLimitReported) {
	k, m := s.key(env.Source.Gateway, b.Key)
	if k == nil {
		return
	}
	at := when(env, b.At)
	if at < k.ReportedAt {
		return // older than the last claim
	}
	k.Reported, k.ReportedAt, k.ReportedSpend = b.Ratio, at, int64(b.Spend)
	k.ReportedLevel = ""
	if b.Severity != event.SeverityInfo {
		k.ReportedLevel = string(b.Severity)
	}
	k.Trust = "claimed"
	if b.Limit > 0 {
		s.newLimit(k, int64(b.Limit), "")
	}
	if spend := int64(b.Spend); spend > k.Total {
		k.Total, m.totalAt, k.Source = spend, at, env.Source.String()
	}
	k.UpdatedAt = max(k.UpdatedAt, at)
	s.touch(m)
}

// period begins the name of an epoch that a list told.
const period = "period:"

// newLimit sets a limit and, where no better name is known, the epoch by it.
func (s *State) newLimit(k *KeySpend, limit int64, epoch string) {
	if epoch == "" && strings.HasPrefix(k.Epoch, period) {
		epoch = k.Epoch // a limit that is raised within a period begins no other
	}
	if epoch == "" && (k.Limit != limit || k.Epoch == "") {
		epoch = "limit:" + event.NanoUSD(limit).String()
	}
	if epoch != "" {
		k.Epoch = epoch
	}
	k.Limit = limit
}

// keyRead takes what a read showed. It may turn a total back.
func (s *State) keyRead(env *event.Envelope, b event.KeyRead) {
	k, m := s.key(env.Source.Gateway, b.Key)
	if k == nil {
		return
	}
	at := when(env, b.At)
	if b.Name != "" {
		k.Name = b.Name
	}
	if b.Group != "" {
		k.Group = string(b.Group)
	}
	if env.Source.Via == event.ViaREST {
		k.Status = map[bool]string{true: "enabled", false: "disabled"}[b.Enabled]
		k.Expires, k.Resets = ms(b.Expires), ms(b.Resets)
	}
	if b.HasLimit {
		epoch := ""
		switch {
		case !b.Period.IsZero():
			epoch = period + b.Period.UTC().Format("2006-01-02")
		case env.Source.Via == event.ViaREST && strings.HasPrefix(k.Epoch, period):
			k.Epoch = "" // it has none any more
		}
		s.newLimit(k, int64(b.Limit), epoch)
	}
	if b.HasSpend && (env.Source.Via == event.ViaREST && at >= m.totalAt || int64(b.Spend) > k.Total) {
		k.Total, m.totalAt, k.Source = int64(b.Spend), at, env.Source.String()
		k.TotalSince = ms(b.Since)
		s.settleTrust(k)
	}
	k.UpdatedAt = max(k.UpdatedAt, at)
	s.touch(m)
}

// settleTrust compares the gateway's last claim with what a read showed. One
// that was verified and is much too high now was true once: the budget was
// raised or begun anew since.
func (s *State) settleTrust(k *KeySpend) {
	if k.Trust != "claimed" && k.Trust != "verified" || k.Limit <= 0 || k.Total < 0 {
		return
	}
	claim, truth := k.Reported, float64(k.Total)/float64(k.Limit)
	if claim < 0 && k.ReportedSpend > 0 {
		claim = float64(k.ReportedSpend) / float64(k.Limit)
	}
	if claim < 0 {
		return
	}
	switch over := truth < claim-0.05; { // five points: the re-arm margin of budget rules
	case over && k.Trust == "verified":
		k.Trust, k.ReportedLevel, k.Reported, k.ReportedSpend = "", "", -1, 0
	case over:
		k.Trust = "contradicted"
	default:
		k.Trust = "verified"
	}
}

// groupRead takes what a read of a key group showed.
func (s *State) groupRead(env *event.Envelope, b event.GroupRead) {
	gid := id(env.Source.Gateway, string(b.Group))
	if b.Gone {
		delete(s.groups, gid)
		delete(s.live.Groups, gid)
		s.dirty.groups[gid] = true
		return
	}
	mem := s.groups[gid]
	if mem == nil {
		if len(s.groups) >= maxGroups {
			s.Overflow++
			return
		}
		mem = &groupMemory{}
		s.groups[gid] = mem
	}
	at := when(env, b.At)
	old := s.live.Groups[gid]
	if at < old.UpdatedAt {
		return
	}
	if moved := int64(b.Spent) - old.Spent; mem.known && moved > 0 {
		mem.rates.add(at, moved)
	}
	mem.known = true
	g := Group{
		ID: gid, Gateway: string(env.Source.Gateway), Group: string(b.Group), Name: b.Name,
		Balance: int64(b.Balance), Credits: int64(b.Credits), Spent: int64(b.Spent),
		Epoch: b.Epoch, Base: int64(b.Base), Used: -1, Other: -1, KeyCount: b.KeyCount,
		Source: env.Source.String(), UpdatedAt: at,
	}
	switch {
	case b.Epoch != "" && b.Base > 0:
		g.Used = float64(b.Base-b.Balance) / float64(b.Base)
	case b.Epoch == "" && b.Credits > 0:
		g.Used = float64(b.Spent) / float64(b.Credits)
	}
	if b.HasOther {
		g.Other = int64(b.Other)
	}
	g.rate(mem, at)
	s.live.Groups[gid] = g
	s.dirty.groups[gid] = true
}

// rate computes what follows from the group's movements; it reports whether
// that is another than before.
func (g *Group) rate(mem *groupMemory, at int64) (moved bool) {
	was := *g
	g.Rate15m, g.Rate1h, g.Rate24h = mem.rates.perHour(at)
	g.Trend = trendOf(&mem.rates, at, g.Rate15m, g.Rate1h)
	return *g != was
}

// burnt adds to the gateway's spend over time.
func (s *State) burnt(g event.GatewayID, at, amount int64) {
	b := s.recentBurn.m
	if b == nil || s.recentBurn.gateway != g {
		if b = s.burn[string(g)]; b == nil {
			b = &burnMemory{}
			s.burn[string(g)] = b
		}
		s.recentBurn.gateway, s.recentBurn.m = g, b
	}
	b.rates.add(at, amount)
	b.today += amount
	if !b.pending {
		b.pending = true
		s.dirty.burn[string(g)] = true
	}
}
