package rest

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/wire"
)

// keptList is a list as it is kept for the next run. Rows are in their own form,
// which reads back as the same values: secrets are digests and masks there.
type keptList[T row] struct {
	Of   string    `json:"of"` // which gateway: the next run may find another one at that place
	At   time.Time `json:"at"`
	Rows []T       `json:"rows"`
}

// identity is what a kept list belongs to: another address or another kind of
// gateway has lists of its own.
func (w *Poller) identity() string { return fmt.Sprintf("%s|%v", w.opts.Client.Base(), w.dialect) }

// recall takes what an earlier run kept of a list, to compare the first read
// with. What cannot be read, or is another gateway's, is left.
func recall[T row](w *Poller, name string, l *reconciler[T]) {
	if l.known || l.asked || w.opts.RecallList == nil {
		return
	}
	l.asked = true
	body := w.opts.RecallList(name)
	if len(body) == 0 {
		return
	}
	var k keptList[T]
	if err := json.Unmarshal(body, &k); err != nil || k.Of != w.identity() || k.At.IsZero() {
		w.opts.Log.Info("a list of an earlier run is not compared", "list", name, "cause", err)
		return
	}
	l.past, l.pastAt = make(map[string]T, len(k.Rows)), k.At
	for _, r := range k.Rows {
		l.past[r.id()] = r
	}
}

// keepEvery is how often a list that did not change is kept anew: until then it
// was so.
const keepEvery = 5 * time.Minute

// keep is the list for the next run, where it changed or was last kept a while
// ago; nil otherwise.
func keep[T row](w *Poller, name string, l *reconciler[T], changed bool) []event.Event {
	at := w.observed.now
	if w.opts.RecallList == nil || !l.known || l.risk != riskNone || !changed && at.Sub(l.keptAt) < keepEvery {
		return nil
	}
	body, err := json.Marshal(keptList[T]{w.identity(), at, inOrder(l.rows)})
	if err != nil || len(body) > maxKept {
		w.opts.Log.Warn("a list cannot be kept", "list", name, "bytes", len(body), "cause", err)
		return nil
	}
	l.keptAt = at
	return []event.Event{event.ListRead{List: name, Body: body, At: at}}
}

// maxKept bounds a kept list: 2,000 mappings are 600 kB.
const maxKept = 16 << 20

// quote is a JSON string.
func quote(s string) []byte { b, _ := json.Marshal(s); return b } // strings always can be written

// MarshalJSON implements json.Marshaler: read back it is the same digest.
func (d digest) MarshalJSON() ([]byte, error) {
	if d == 0 {
		return []byte("null"), nil
	}
	return quote(fmt.Sprintf("%s%016x", digestMark, uint64(d))), nil
}

// digestMark begins a digest in its own form.
const digestMark = "digest:"

// ownForm reads a digest that MarshalJSON wrote.
func (d *digest) ownForm(b []byte) bool {
	hexed, is := strings.CutPrefix(strings.Trim(string(b), `"`), digestMark)
	if !is || len(hexed) != 16 {
		return false
	}
	n, err := strconv.ParseUint(hexed, 16, 64)
	*d = digest(n)
	return err == nil
}

// MarshalJSON implements json.Marshaler: read back it is the same flag.
func (f flag) MarshalJSON() ([]byte, error) {
	if !f.ok {
		return []byte("null"), nil
	}
	return strconv.AppendBool(nil, f.on), nil
}

// MarshalJSON implements json.Marshaler: read back it is the same amount.
func (m money) MarshalJSON() ([]byte, error) {
	switch {
	case m.ok && m.rounded: // a tenth decimal, to be rounded away again
		sign, n := "", m.nano
		if n < 0 {
			sign, n = "-", -n
		}
		return fmt.Appendf(nil, "%s%d.%09d1", sign, n/event.PerUSD, n%event.PerUSD), nil
	case m.ok:
		return []byte(m.nano.String()), nil
	case m.huge:
		return strconv.AppendFloat(nil, math.MaxInt64, 'f', -1, 64), nil
	case m.none:
		return []byte("null"), nil
	}
	return []byte(`""`), nil
}

// MarshalJSON implements json.Marshaler.
func (c count) MarshalJSON() ([]byte, error) {
	if !c.ok {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, c.n, 10), nil
}

// MarshalJSON implements json.Marshaler.
func (t stamp) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return quote(t.Format(time.RFC3339Nano)), nil
}

// words is a list of words, or one text that holds them, for showing.
type words string

// UnmarshalJSON implements json.Unmarshaler.
func (n *words) UnmarshalJSON(b []byte) error {
	var list []text
	if json.Unmarshal(b, &list) == nil && list != nil {
		parts := make([]string, len(list))
		for i, x := range list {
			parts[i] = string(x)
		}
		*n = words(strings.Join(parts, ", "))
		return nil
	}
	var one text
	_ = one.UnmarshalJSON(b) // it never fails
	*n = words(one)
	return nil
}

// list is the words one by one.
func (n words) list() []string {
	if n == "" {
		return nil
	}
	parts := strings.Split(string(n), ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}

// MarshalJSON implements json.Marshaler: the mask, and a digest that says
// whether it is the same value.
func (s Setting) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{
		"key": s.Key, "value": wire.Clean(string(s.Value)), "createdAt": s.Created, "updatedAt": s.Updated,
		"print": digestMark + hex.EncodeToString(s.print[:]),
	})
}
