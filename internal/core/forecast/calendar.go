package forecast

import "time"

const (
	hourSeconds = 3600
	slotCount   = 48 // 24 hours of weekdays, 24 of weekends
	monthSlots  = 16 // days until the month ends, 15 and more are one
)

// Calendar tells of each hour of a span its place in the day, in the week and in
// the month of a time zone, with the changes of its clocks. One Calendar may
// serve many series, and many goroutines: it is not changed once made.
type Calendar struct {
	first int64 // hour since 1970
	slots []uint8
	left  []uint8 // days until the month ends
}

// NewCalendar makes the Calendar of the hours from one time to another. A nil
// location is UTC.
func NewCalendar(from, to time.Time, loc *time.Location) *Calendar {
	if loc == nil {
		loc = time.UTC
	}
	c := &Calendar{first: hourOf(from)}
	n := max(hourOf(to)-c.first+1, 1)
	c.slots, c.left = make([]uint8, n), make([]uint8, n)
	for i := range c.slots {
		t := time.Unix((c.first+int64(i))*hourSeconds, 0).In(loc)
		slot := t.Hour()
		if day := t.Weekday(); day == time.Saturday || day == time.Sunday {
			slot += 24
		}
		end := time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, loc).Day() - t.Day()
		c.slots[i], c.left[i] = uint8(slot), uint8(min(end, monthSlots-1))
	}
	return c
}

// covers reports whether the hours from one time to another are in it.
func (c *Calendar) covers(from, to int64) bool {
	return from >= c.first && to < c.first+int64(len(c.slots))
}

// slot is the place of an hour in the week; of hours behind the end that of the
// same hour in the last week.
func (c *Calendar) at(hour int64) (slot, left uint8) {
	i := hour - c.first
	if n := int64(len(c.slots)); i >= n {
		i = n - 1 - (n-1-i%168+168)%168%n
	}
	return c.slots[i], c.left[i]
}

func hourOf(t time.Time) int64 {
	s := t.Unix()
	if s < 0 {
		s -= hourSeconds - 1
	}
	return s / hourSeconds
}
