package wire

import (
	"strconv"
	"time"
)

// maxSkew is how far a timestamp may be from now to be believed.
const maxSkew = 5 * time.Minute

// timestampOrNow is when something happened: a timestamp within five minutes of now, else
// now.
func (d *Decoder) timestampOrNow(vs ...value) time.Time {
	if t := d.timestamp(vs...); !t.IsZero() {
		return t
	}
	return d.now
}

// timestamp is the first timestamp given, now if it is more than five minutes off,
// and zero if there is none.
func (d *Decoder) timestamp(vs ...value) time.Time {
	t := d.date(vs...)
	if t.IsZero() || d.now.IsZero() {
		return t
	}
	if off := t.Sub(d.now); off > maxSkew || off < -maxSkew {
		d.counts.Skewed++
		return d.now
	}
	return t
}

// past is a timestamp that may be long ago, but not in the future; now where
// there is none.
func (d *Decoder) past(vs ...value) time.Time {
	t := d.date(vs...)
	if t.IsZero() {
		return d.now
	}
	if !d.now.IsZero() && t.Sub(d.now) > maxSkew {
		d.counts.Skewed++
		return d.now
	}
	return t
}

// date is the first timestamp that is given and is one, as it was sent; zero
// if there is none. The minimum date of the gateway counts as none.
func (d *Decoder) date(vs ...value) time.Time {
	for _, v := range vs {
		if !v.given() {
			continue
		}
		if t, ok := d.parse(v); ok {
			return t
		}
		d.counts.BadTimes++
	}
	return time.Time{}
}

// minute is a minute of the calendar as gateways write it: most timestamps
// are of the same one as the last.
type minute struct {
	text  [len("2006-01-02T15:04:")]byte
	began int64 // Unix seconds
}

// parse is parseTime with the minute of the last one at hand.
func (d *Decoder) parse(v value) (time.Time, bool) {
	m := &d.minute
	if len(v) > len(m.text)+3 && string(v[1:1+len(m.text)]) == string(m.text[:]) && v[0] == '"' && v[len(v)-1] == '"' {
		in := v[1+len(m.text) : len(v)-1]
		if second := number2(in); second >= 0 && second <= 59 {
			if nano, ok := fraction(in[2:]); ok {
				return time.Unix(m.began+int64(second), int64(nano)).UTC(), true
			}
		}
	}
	t, ok := parseTime(v)
	if in, plain := v.inner(); ok && plain && t.Location() == time.UTC && len(in) > len(m.text) && quick(in) {
		copy(m.text[:], in)
		m.began = t.Unix() - int64(t.Second())
	}
	return t, ok
}

// quick reports whether quickTime reads b.
func quick(b []byte) bool {
	_, ok := quickTime(b)
	return ok
}

// parseTime reads a JSON string with an ISO 8601 time, by hand in the form
// that gateways send (…Z or without a zone, which means UTC), else by the
// standard library.
func parseTime(v value) (time.Time, bool) {
	in, ok := v.inner()
	if !ok {
		return time.Time{}, false
	}
	if t, ok := quickTime(in); ok {
		return t, true
	}
	t, err := time.Parse(time.RFC3339Nano, string(in))
	if err != nil || t.Year() < 1 || t.Year() > 9999 { // as JSON can write it
		return time.Time{}, false
	}
	return t.UTC(), true
}

// quickTime reads "2006-01-02T15:04:05[.fraction][Z]".
func quickTime(b []byte) (time.Time, bool) {
	if len(b) < 19 || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return time.Time{}, false
	}
	year, month, day := number4(b), number2(b[5:]), number2(b[8:])
	hour, minute, second := number2(b[11:]), number2(b[14:]), number2(b[17:])
	if year < 1 || month < 1 || month > 12 || day < 1 || day > 31 ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return time.Time{}, false
	}
	nano, ok := fraction(b[19:])
	if !ok {
		return time.Time{}, false
	}
	if day > 28 && day > daysIn(year, month) {
		return time.Time{}, false
	}
	secs := daysFromEpoch(year, month, day)*86400 + int64(hour*3600+minute*60+second)
	return time.Unix(secs, int64(nano)).UTC(), true
}

// daysIn is the length of a month.
func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysFromEpoch counts days since 1970 in the Gregorian calendar. Years begin
// in March here, so that the leap day is the last of its year.
func daysFromEpoch(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	ofYear := (153*(month-3)+2)/5 + day - 1 // March, April … have 31, 30, 31, 30, 31 days
	return int64(365*year+year/4-year/100+year/400+ofYear) - 719468
}

// fraction reads "[.1234567][Z]" as nanoseconds.
func fraction(b []byte) (nano int, ok bool) {
	if n := len(b); n > 0 && b[n-1] == 'Z' {
		b = b[:n-1]
	}
	if len(b) == 0 {
		return 0, true
	}
	if b[0] != '.' || len(b) < 2 || len(b) > 10 {
		return 0, false
	}
	for i := 1; i < 10; i++ {
		nano *= 10
		if i < len(b) {
			if b[i] < '0' || b[i] > '9' {
				return 0, false
			}
			nano += int(b[i] - '0')
		}
	}
	return nano, true
}

// number2 and number4 read two or four digits; negative if they are none.
func number2(b []byte) int {
	if b[0] < '0' || b[0] > '9' || b[1] < '0' || b[1] > '9' {
		return -1 << 20
	}
	return int(b[0]-'0')*10 + int(b[1]-'0')
}

func number4(b []byte) int { return number2(b)*100 + number2(b[2:]) }

// span is a TimeSpan, "[-][d.]hh:mm:ss[.fffffff]", or a number of seconds.
func (v value) span() (time.Duration, bool) {
	if f, ok := v.number(); ok {
		return seconds(f), true
	}
	in, ok := v.inner()
	if !ok {
		return 0, false
	}
	neg := len(in) > 0 && in[0] == '-'
	if neg {
		in = in[1:]
	}
	days := 0
	if i := digits(in, 0); i > 0 && i <= 8 && i < len(in) && in[i] == '.' {
		days, _ = strconv.Atoi(string(in[:i]))
		in = in[i+1:]
	}
	if len(in) < 8 || in[2] != ':' || in[5] != ':' {
		return 0, false
	}
	h, m, s := number2(in), number2(in[3:]), number2(in[6:])
	nano, ok := fraction(in[8:])
	if !ok || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59 || in[len(in)-1] == 'Z' {
		return 0, false
	}
	total := seconds(float64(days)*86400) + time.Duration(h)*time.Hour +
		time.Duration(m)*time.Minute + time.Duration(s)*time.Second + time.Duration(nano)
	if neg {
		total = -total
	}
	return total, true
}

// seconds makes a duration of at most a hundred years.
func seconds(f float64) time.Duration {
	const most = 100 * 365 * 86400
	return time.Duration(max(-most, min(most, f)) * float64(time.Second))
}
