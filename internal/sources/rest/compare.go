package rest

import (
	"strconv"
	"time"

	"gatewatch/internal/core/event"
)

// named pairs fields with the gateway's names for them, to report which differ,
// with what they were and are where that may be shown.
type named []struct {
	name     string
	differ   bool
	old, now string
}

func (n named) values() (list []event.FieldChange) {
	for _, f := range n {
		if f.differ {
			list = append(list, event.FieldChange{Field: f.name, Old: f.old, New: f.now})
		}
	}
	return list
}

// hidden is what is said of values that are compared and not shown.
const hidden = ""

// says is the flag, the amount, the time as a word.
func (f flag) says() string {
	if !f.ok {
		return ""
	}
	return strconv.FormatBool(f.on)
}

func (m money) says() string {
	switch {
	case m.ok:
		return "$" + m.nano.String()
	case m.huge:
		return "too large"
	}
	return "none"
}

func (m money) number() string {
	if !m.ok {
		return ""
	}
	return m.nano.String()
}

func (t stamp) says() string {
	if t.IsZero() {
		return "never"
	}
	return t.Format("2006-01-02 15:04 UTC")
}

func (c count) says() string {
	if !c.ok {
		return ""
	}
	return strconv.FormatInt(c.n, 10)
}

func fieldNames(values []event.FieldChange) (list []string) {
	for _, v := range values {
		list = append(list, v.Field)
	}
	return list
}

// The bounds of a gateway's own account of when something was changed: its clock
// may differ, and what it says of a change that was just found cannot be older
// than the read before.
const (
	ownAhead = 5 * time.Minute
	ownLate  = 15 * time.Minute
)

// ownTime is when the gateway says that something happened, where that fits: since
// is when it was last seen to be otherwise, zero for a read ago.
func ownTime(told stamp, since, at time.Time) time.Time {
	from := at.Add(-ownLate)
	if !since.IsZero() {
		from = since.Add(-ownAhead)
	}
	if told.IsZero() || told.Before(from) || told.After(at.Add(ownAhead)) {
		return time.Time{}
	}
	return told.Time
}

// between notes in changes that a run found by two reads of its own when it was not so yet:
// they happened after that, and before they were found. Where the gateway gives a time of
// its own, that is when.
func between[T row](events []event.Event, d *delta[T]) []event.Event {
	note := func(c *event.Comparison, a event.Action) {
		if !c.Since.IsZero() || !c.Own.IsZero() {
			return
		}
		if c.After = d.after; a == event.ActionDeleted {
			c.After = d.seen
		}
	}
	for i, e := range events {
		switch b := e.(type) {
		case event.KeyChanged:
			note(&b.Comparison, b.Action)
			events[i] = b
		case event.NavigationChanged:
			note(&b.Comparison, b.Action)
			events[i] = b
		case event.ConfigurationChanged:
			note(&b.Comparison, event.ActionUpdated)
			events[i] = b
		}
	}
	return events
}
