package alert

import (
	"time"

	"gatewatch/internal/core/event"
)

// Bounds of what is remembered of models.
const (
	maxUses   = 2048 // models of all gateways
	useSlots  = 7    // of ten minutes: an hour, and what runs
	useSlot   = 10   // minutes
	useKeys   = 64   // of one model
	priceMost = 1000 // prices that changed
)

// modelID is a model of a gateway.
type modelID struct {
	gateway event.GatewayID
	model   string
}

// modelUse is what was paid for a model of late.
type modelUse struct {
	first, last int64 // minutes since 1970
	slots       [useSlots]int64
	nano        [useSlots]event.NanoUSD
	count       [useSlots]int
	keys        map[event.KeyID]event.NanoUSD // since the first
}

// use takes a spend into what is known of its model.
func (f *observations) use(gateway event.GatewayID, b *event.SpendRecorded, at, came time.Time) {
	if at.After(came) {
		at = came
	}
	if at.Unix() < 0 || b.Model == "" {
		return
	}
	id := modelID{gateway, b.Model}
	u := f.uses[id]
	minute := at.Unix() / 60
	if u == nil {
		if len(f.uses) >= maxUses {
			return
		}
		u = &modelUse{first: minute, keys: map[event.KeyID]event.NanoUSD{}}
		f.uses[id] = u
	}
	u.first, u.last = min(u.first, minute), max(u.last, minute)
	slot := minute / useSlot
	i := slot % useSlots
	if u.slots[i] < slot {
		u.slots[i], u.nano[i], u.count[i] = slot, 0, 0
	}
	if u.slots[i] == slot {
		u.nano[i], u.count[i] = u.nano[i]+b.Amount, u.count[i]+1
	}
	if _, known := u.keys[b.Key]; known || len(u.keys) < useKeys {
		u.keys[b.Key] += b.Amount
	}
}

// hourFrom is when the hour of hour began, to ten minutes; later where its gateway
// was watched for less.
func (f *observations) hourFrom(gateway string, now time.Time) time.Time {
	from := time.Unix((now.Unix()/60/useSlot-(useSlots-2))*useSlot*60, 0)
	if began, known := f.began[gateway]; known && began.After(from) {
		return began
	}
	return from
}

// hour is what was paid for a model within the last hour, to ten minutes.
func (u *modelUse) hour(now time.Time) (sum event.NanoUSD, requests int) {
	from := now.Unix()/60/useSlot - (useSlots - 1)
	for i, slot := range u.slots {
		if slot > from {
			sum, requests = sum+u.nano[i], requests+u.count[i]
		}
	}
	return sum, requests
}

// dearest is the key that paid most for a model.
func (u *modelUse) dearest() (key event.KeyID, most event.NanoUSD) {
	for k, n := range u.keys {
		if n > most || n == most && k < key {
			key, most = k, n
		}
	}
	return key, most
}

// priceChange is a price that was changed, by the field that rose most.
type priceChange struct {
	name, field string
	old, now    event.NanoUSD
	models      []string
	at          time.Time
}
