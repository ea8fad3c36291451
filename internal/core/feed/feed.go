// Package feed turns many small changes into few frames for a window: numbered,
// coalesced by meaning, at most four a second, two while more changes than fits and
// one in a storm, and bounded in size. It is plain memory without clock, lock or goroutine; the engine owns it.
package feed

import (
	"cmp"
	"encoding/json"
	"strconv"
	"time"

	"gatewatch/internal/core/state"
)

// Frame is one push to a window. Seq ascends by one; a hole means that the
// receiver missed something and must ask for a snapshot.
type Frame struct {
	Seq   uint64      `json:"seq"`
	Delta state.Delta `json:"delta"`
	// Truncated names lists of which not every new line is in Delta, because too
	// many came at once; the history has them.
	Truncated []string `json:"truncated,omitempty"`
	// Behind is since when (Unix milliseconds) something of a topic waits to be
	// told, where that is longer than a second: too much changes.
	Behind map[string]int64 `json:"behind,omitempty"`
}

// Defaults. Rendering is the cost of a frame, not sending it: 20 changed rows
// took 12 % of a core at 2 Hz and 83 % at 60 Hz. The size bounds one
// evaluation of JavaScript in the window.
const (
	DefaultEvery = 250 * time.Millisecond
	DefaultLimit = 16 << 10
)

// maxLines is how many new lines of one list a frame carries at most: more
// than fit on a screen would be thrown away unseen.
const maxLines = 25

// Feed merges deltas until a frame is due. The zero value uses the defaults.
type Feed struct {
	Every time.Duration // between frames; DefaultEvery if 0; longer in a storm
	Limit int           // bytes of JSON in a frame; DefaultLimit if 0; more in a storm

	seq       uint64
	pending   state.Delta
	turns     turns // of what is pending
	truncated map[string]bool
	newest    int64     // the largest number of an event so far
	slow      int       // how many times as long as usual frames are apart; 0: 1
	last      time.Time // of the last frame
	due       time.Time // zero while nothing is pending
}

// Seq is the number of the last frame made.
func (f *Feed) Seq() uint64 { return f.seq }

// Add merges what changed. The first change after quiet is due at once.
func (f *Feed) Add(d state.Delta, now time.Time) {
	if d.Empty() {
		return
	}
	f.turns.join(&d, now)
	f.pending.Merge(d)
	if f.due.IsZero() {
		f.due = latest(f.last.Add(f.every()), now)
	}
	if f.slow > busy && urgent(&d) {
		if due := latest(f.last.Add(f.every()*busy/stormy), now); due.Before(f.due) {
			f.due = due
		}
	}
}

// informational is the rank of an alert that is only to be known.
const informational = 0

// urgent reports whether something is in d that is not to wait for a storm's frame:
// an alert that is more than information, one that is gone, or how Gatewatch itself is.
func urgent(d *state.Delta) bool {
	for _, a := range d.Alerts {
		if a == nil || a.Rank() > informational {
			return true
		}
	}
	return len(d.App) > 0
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// Due is when Flush wants to be called; zero if nothing is pending.
func (f *Feed) Due() time.Time { return f.due }

// Postpone moves the deadline on because the window is behind: what is pending
// keeps merging meanwhile.
func (f *Feed) Postpone(now time.Time) {
	if !f.due.IsZero() {
		f.due = now.Add(f.every())
	}
}

// Flush makes the next frame if one is due. What does not fit waits for the
// next one: every topic has its turn, and within one who waits longest.
func (f *Feed) Flush(now time.Time) (Frame, bool) {
	if f.due.IsZero() || now.Before(f.due) {
		return Frame{}, false
	}
	rate := f.rate(now)
	f.thin()
	frame := Frame{Seq: f.seq + 1, Delta: f.turns.fill(&f.pending, f.limit(), now)}
	frame.Behind = f.turns.behind(now)
	for topic := range f.truncated {
		frame.Truncated = append(frame.Truncated, topic)
	}
	f.slow = f.pace(rate)
	f.truncated = nil
	f.seq++
	f.last, f.due = now, time.Time{}
	if !f.pending.Empty() {
		f.due = now.Add(f.every())
	}
	return frame, true
}

// thin keeps only the newest lines of lists.
func (f *Feed) thin() {
	if dropOldest(f.pending.Events, maxLines) {
		f.markTruncated("events")
	}
	if dropOldest(f.pending.Transactions, maxLines) {
		f.markTruncated("transactions")
	}
	if dropOldest(f.pending.Changes, maxLines) {
		f.markTruncated("changes")
	}
	if dropOldest(f.pending.Discoveries, maxLines) {
		f.markTruncated("discoveries")
	}
}

func (f *Feed) markTruncated(topic string) {
	if f.truncated == nil {
		f.truncated = map[string]bool{}
	}
	f.truncated[topic] = true
}

// dropOldest deletes the lines with the smallest numbers until n are left. Ids
// are decimal numbers, so a shorter one is smaller.
func dropOldest[T any](lines map[string]T, n int) bool {
	if len(lines) <= n {
		return false
	}
	keep := make([]string, 0, n+1)
	for id := range lines {
		keep = insertNewest(keep, id, n)
	}
	oldest := keep[len(keep)-1]
	for id := range lines {
		if older(id, oldest) {
			delete(lines, id)
		}
	}
	return true
}

// insertNewest keeps ids newest first, at most n.
func insertNewest(ids []string, id string, n int) []string {
	at := len(ids)
	for at > 0 && older(ids[at-1], id) {
		at--
	}
	if at >= n {
		return ids
	}
	ids = append(ids, "")
	copy(ids[at+1:], ids[at:])
	ids[at] = id
	return ids[:min(len(ids), n)]
}

func older(a, b string) bool { return len(a) < len(b) || len(a) == len(b) && a < b }

// jsonSize is how many bytes one change takes, near enough: its own JSON.
func jsonSize(d state.Delta) int {
	b, err := json.Marshal(d)
	if err != nil { // not possible: these structs always encode
		return 0
	}
	return len(b)
}

// Nobody reads a number that changes four times a second: while not all that
// changes fits in a frame, half as many of twice the size tell as much and cost
// the page half. In a storm, with more than stormRate events a second, it is a
// frame a second; what is urgent comes as soon as while it is busy.
const (
	busy      = 2
	stormy    = 4
	stormRate = 1000
)

// rate is how many events a second there were since the last frame. Of a flood
// only the last are in the list, so it goes by their numbers.
func (f *Feed) rate(now time.Time) int {
	newest := f.newest
	for id := range f.pending.Events {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil {
			newest = max(newest, n)
		}
	}
	came := newest - f.newest
	if f.newest == 0 {
		came = 0 // what it is counted from is not known
	}
	f.newest = newest
	return int(time.Duration(came) * time.Second / max(now.Sub(f.last), DefaultEvery))
}

// pace is how far apart frames are to be from now on.
func (f *Feed) pace(rate int) int {
	switch {
	case rate > stormRate:
		return stormy
	case len(f.truncated) > 0 || !f.pending.Empty():
		return busy
	}
	return 1
}

// every is how long after one frame the next may come.
func (f *Feed) every() time.Duration {
	return cmp.Or(max(f.Every, 0), DefaultEvery) * time.Duration(max(f.slow, 1))
}

func (f *Feed) limit() int { return cmp.Or(max(f.Limit, 0), DefaultLimit) * max(f.slow, 1) }
