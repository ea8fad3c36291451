package wire

import (
	"slices"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/seen"
)

// How long a message is held back because the next one decides what it means.
const (
	// twinWait is how far apart the two announcements of one booking come: at
	// most 110 ms were seen of a gateway that is well.
	twinWait = 2 * time.Second
	// lateWait is how long a second announcement may be late and still not be
	// another booking: 7 s were seen after a broker was back, which tries again
	// after up to 5 minutes.
	lateWait = 6 * time.Minute
	// retryWait is after which time a failed image task has failed for good:
	// the gateway tries four times within 12 s and says "failed" each time.
	retryWait = 15 * time.Second
)

// Bounds of what is held; the oldest goes out early when one is reached.
const (
	maxTwins    = 256
	maxFailures = 1024
	maxSeen     = 512
)

// held is what waits for more to come.
type held struct {
	twins    []*event.SpendRecorded // first announcements of a booking
	dues     []time.Time            // of each twin
	booked   []booked               // bookings whose twin has not come
	late     []booked               // first announcements that were told as bookings
	failures map[event.TaskID]failure
	due      time.Time // the soonest of all; zero if nothing waits
}

// booked is a booking without its twin.
type booked struct {
	amount event.NanoUSD
	until  time.Time
}

// failure is a failed attempt of a task that may be tried again.
type failure struct {
	fact event.TaskProgressed
	due  time.Time
}

// Due is when something held back must be told; zero if nothing is. The owner
// of the decoder calls Expire then, if no invocation came before.
func (d *Decoder) Due() time.Time { return d.held.due }

// Expire tells what was held back until now.
func (d *Decoder) Expire(now time.Time, emit func(event.Event)) {
	d.now, d.emit = now, emit
	d.expireDue()
	d.emit = nil
}

// Drain tells everything that is held back, at the end of a connection.
func (d *Decoder) Drain(now time.Time, emit func(event.Event)) {
	d.now, d.emit = now, emit
	d.expire(now.Add(max(twinWait, retryWait)))
	d.emit = nil
}

func (d *Decoder) expireDue() {
	if !d.held.due.IsZero() && !d.now.Before(d.held.due) {
		d.expire(d.now)
	}
}

// expire tells what was due by then.
func (d *Decoder) expire(then time.Time) {
	d.bad = ""
	h := &d.held
	n := 0
	for n < len(h.dues) && !then.Before(h.dues[n]) {
		n++
	}
	for _, t := range h.twins[:n] {
		d.tellTwin(t)
	}
	h.twins, h.dues = slices.Delete(h.twins, 0, n), slices.Delete(h.dues, 0, n)
	d.expireFailures(then)
	h.remind()
}

// expireFailures tells failures that no new attempt followed, oldest first.
func (d *Decoder) expireFailures(then time.Time) {
	var over []failure
	for task, f := range d.held.failures {
		if !then.Before(f.due) {
			over = append(over, f)
			delete(d.held.failures, task)
		}
	}
	slices.SortFunc(over, func(a, b failure) int {
		if c := a.due.Compare(b.due); c != 0 {
			return c
		}
		return compareIDs(a.fact.Task, b.fact.Task)
	})
	for _, f := range over {
		d.tell(f.fact)
	}
}

func compareIDs(a, b event.TaskID) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

// remind computes due.
func (h *held) remind() {
	h.due = time.Time{}
	if len(h.dues) > 0 {
		h.due = h.dues[0]
	}
	for _, f := range h.failures {
		if h.due.IsZero() || f.due.Before(h.due) {
			h.due = f.due
		}
	}
}

// holdTwin keeps a first announcement until its booking comes.
func (d *Decoder) holdTwin(t *event.SpendRecorded) {
	h := &d.held
	if claim(&h.booked, t.Amount, d.now) {
		d.counts.Twins++ // the booking came first
		return
	}
	if len(h.twins) >= maxTwins {
		d.tellTwin(h.twins[0])
		h.twins, h.dues = h.twins[1:], h.dues[1:]
	}
	h.twins = append(h.twins, t)
	h.dues = append(h.dues, d.now.Add(twinWait))
	h.remind()
}

// tellTwin tells a first announcement as the booking, because that did not come.
func (d *Decoder) tellTwin(t *event.SpendRecorded) {
	d.tell(t)
	h := &d.held
	if len(h.late) >= maxTwins {
		h.late = h.late[1:]
	}
	h.late = append(h.late, booked{t.Amount, d.now.Add(lateWait)})
}

// twin says what became of a booking's first announcement.
type twin int

const (
	noTwin   twin = iota // it has not come, or there is none
	twinHeld             // it waited for the booking
	twinTold             // it was told as the booking
)

// claimTwin finds and forgets the first announcement of a booking.
func (d *Decoder) claimTwin(amount event.NanoUSD) (*event.SpendRecorded, twin) {
	h := &d.held
	for i, t := range h.twins {
		if t.Amount == amount {
			h.twins, h.dues = slices.Delete(h.twins, i, i+1), slices.Delete(h.dues, i, i+1)
			h.remind()
			d.counts.Twins++
			return t, twinHeld
		}
	}
	if claim(&h.late, amount, d.now) {
		d.counts.Twins++
		return nil, twinTold
	}
	if len(h.booked) >= maxTwins {
		h.booked = h.booked[1:]
	}
	h.booked = append(h.booked, booked{amount, d.now.Add(twinWait)})
	return nil, noTwin
}

// claim finds and forgets a recent booking of an amount.
func claim(list *[]booked, amount event.NanoUSD, now time.Time) bool {
	for i, b := range *list {
		if b.amount == amount && now.Before(b.until) {
			*list = slices.Delete(*list, i, i+1)
			return true
		}
	}
	return false
}

// holdFailure keeps a failure that may be followed by another attempt.
func (d *Decoder) holdFailure(f event.TaskProgressed) {
	h := &d.held
	if _, known := h.failures[f.Task]; !known && len(h.failures) >= maxFailures {
		d.tell(f) // too many wait: better early than never
		return
	}
	h.failures[f.Task] = failure{f, d.now.Add(retryWait)}
	h.remind()
}

// attempted forgets the failure of a task that goes on.
func (d *Decoder) attempted(task event.TaskID) {
	if _, ok := d.held.failures[task]; ok {
		delete(d.held.failures, task)
		d.held.remind()
	}
}

// again reports whether an id was seen on this connection of late; "" never
// was.
func (d *Decoder) again(id string) bool {
	if id == "" {
		return false
	}
	if d.seen == nil {
		d.seen = seen.New(maxSeen)
	}
	return !d.seen.AddString(id)
}
