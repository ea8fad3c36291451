package wire

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/event"
)

// Bounds of what is remembered to save memory.
const (
	maxTexts    = 2048 // interned strings
	maxInterned = 64   // bytes of a string that is worth interning
	maxID       = 200  // bytes of an id
	maxSkew     = 5 * time.Minute
)

// inner is a string value's text if it can be used as it stands.
func (v value) inner() ([]byte, bool) {
	if v.kind() != '"' {
		return nil, false
	}
	in := v[1 : len(v)-1]
	for _, c := range in {
		if c < 0x20 || c > 0x7e || c == '\\' {
			return nil, false
		}
	}
	return in, true
}

// unquote is the text of a string value.
func (v value) unquote() (string, bool) {
	if in, ok := v.inner(); ok {
		return string(in), true
	}
	if v.kind() != '"' {
		return "", false
	}
	var s string
	if err := json.Unmarshal(v, &s); err != nil {
		return "", false
	}
	return s, true
}

// text is a string made safe to show; other values give their JSON, absent and
// null ones "". It is interned if short.
func (d *Decoder) text(v value) string { return d.textUpTo(v, maxRunes) }

func (d *Decoder) textUpTo(v value, limit int) string {
	if !v.given() {
		return ""
	}
	short := len(v) <= maxInterned
	var last *recent
	if short {
		last = &d.recents[(len(v)*31+int(v[len(v)/2])*7+int(v[max(0, len(v)-2)]))%len(d.recents)]
		if last.raw == string(v) {
			return last.text
		}
		if r, ok := d.texts[string(v)]; ok {
			*last = r
			return r.text
		}
	}
	s, ok := v.unquote()
	if !ok {
		s = string(v)
	}
	s, altered := clean(s, limit)
	if altered {
		d.counts.Cleaned++
		return s
	}
	if short {
		if len(d.texts) >= maxTexts {
			clear(d.texts)
		}
		*last = recent{string(v), s}
		d.texts[last.raw] = *last
	}
	return s
}

// recent is a text of late, found without hashing.
type recent struct{ raw, text string }

// needText is a required string that is not empty.
func (d *Decoder) needText(field string, v value) string {
	if !d.need(field, v) {
		return ""
	}
	if v.kind() != '"' {
		d.wrong(field, "not a string")
		return ""
	}
	s := d.text(v)
	if s == "" {
		d.wrong(field, "empty")
	}
	return s
}

// need notes a required field that is missing.
func (d *Decoder) need(field string, v value) bool {
	if !v.given() {
		d.wrong(field, "missing")
	}
	return v.given()
}

// id is an identifier, sent as a string or as a whole number; "" if absent or
// neither.
func (d *Decoder) id(v value) string {
	switch v.kind() {
	case '"':
		if len(v) > maxID {
			return ""
		}
		return strings.TrimSpace(d.text(v))
	case '0':
		if skipWhole(v) && len(v) <= maxID {
			return d.text(v)
		}
	}
	return ""
}

func skipWhole(v value) bool {
	i := 0
	if v[0] == '-' {
		i++
	}
	return digits(v, i) == len(v)
}

// needID is a required identifier.
func (d *Decoder) needID(field string, v value) string {
	if !d.need(field, v) {
		return ""
	}
	s := d.id(v)
	if s == "" {
		d.wrong(field, "not an id")
	}
	return s
}

// money is an amount in dollars, from a number or the same as a string.
func (d *Decoder) money(field string, v value) (event.NanoUSD, bool) {
	if !v.given() {
		return 0, false
	}
	text := v.bare()
	if n, ok := quickUSD(text); ok {
		return n, false
	}
	n, rounded, err := event.ParseUSD(text)
	if err != nil {
		d.wrong(field, strings.TrimPrefix(err.Error(), "event: "))
		return 0, false
	}
	if rounded {
		d.counts.Rounded++
	}
	return n, rounded
}

// quickUSD reads what nearly every amount is: at most nine digits before the
// point and nine after. It agrees with event.ParseUSD.
func quickUSD(text []byte) (event.NanoUSD, bool) {
	var n event.NanoUSD
	i := 0
	for ; i < len(text) && i < 9 && text[i]-'0' <= 9; i++ {
		n = n*10 + event.NanoUSD(text[i]-'0')
	}
	if i == 0 {
		return 0, false
	}
	n *= event.PerUSD
	if i == len(text) {
		return n, true
	}
	fraction := text[i+1:]
	if text[i] != '.' || len(fraction) == 0 || len(fraction) > 9 {
		return 0, false
	}
	unit := event.PerUSD
	for _, c := range fraction {
		if c-'0' > 9 {
			return 0, false
		}
		unit /= 10
		n += event.NanoUSD(c-'0') * unit
	}
	return n, true
}

// bare is the text of a number, or of a string that holds one.
func (v value) bare() []byte {
	if v.kind() == '"' {
		in, _ := v.inner()
		return in
	}
	return v
}

// needMoney is a required amount; rounded is true if it had too many decimals.
func (d *Decoder) needMoney(field string, v value) (n event.NanoUSD, rounded bool) {
	if !d.need(field, v) {
		return 0, false
	}
	return d.money(field, v)
}

// number is a number or the same as a string.
func (v value) number() (float64, bool) {
	if k := v.kind(); k != '"' && k != '0' {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(v.bare()), 64)
	if err != nil || f != f || f > 1e300 || f < -1e300 {
		return 0, false
	}
	return f, true
}

// whole is a number without its fraction, 0 if there is none.
func (v value) whole() int {
	f, _ := v.number()
	return int(max(-1<<31, min(1<<31-1, f)))
}

// optional is a number that is never negative, or -1 where there is none.
func (v value) optional() float64 {
	if f, ok := v.number(); ok && f >= 0 {
		return f
	}
	return -1
}

// truth is a boolean.
func (v value) truth() (is, ok bool) {
	switch string(v) {
	case "true", `"true"`, `"True"`:
		return true, true
	case "false", `"false"`, `"False"`:
		return false, true
	}
	return false, false
}

// word is an enumeration's value in lower case, sent as a word or as a number
// into words; "" if absent or out of range.
func (d *Decoder) word(v value, words ...string) string {
	if v.kind() == '0' {
		if n := v.whole(); skipWhole(v) && n >= 0 && n < len(words) {
			return words[n]
		}
		return ""
	}
	if v.kind() != '"' {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(d.text(v)))
}

// at is when something happened: a timestamp within five minutes of now, else
// now.
func (d *Decoder) at(vs ...value) time.Time {
	if t := d.sent(vs...); !t.IsZero() {
		return t
	}
	return d.now
}

// sent is the first timestamp given, now if it is more than five minutes off,
// and zero if there is none.
func (d *Decoder) sent(vs ...value) time.Time {
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
		if t, ok := parseTime(v); ok {
			return t
		}
		d.counts.BadTimes++
	}
	return time.Time{}
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
