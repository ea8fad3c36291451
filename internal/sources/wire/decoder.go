package wire

import (
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/dedup"
)

// Dialect is the way in which a gateway speaks where the same target can mean
// two things.
type Dialect uint8

// The dialects. What depends on the dialect is read in the most careful way
// while it is unknown: no claim about a budget, no total of a key.
const (
	DialectUnknown  Dialect = iota
	DialectContract         // the product contract
	DialectJuly             // July 2025: budgets of keys, provider health
	DialectAugust           // August 2025: prepaid balances of groups
)

// String names a dialect for people and logs.
func (d Dialect) String() string {
	switch d {
	case DialectContract:
		return "contract"
	case DialectJuly:
		return "july"
	case DialectAugust:
		return "head"
	case DialectUnknown:
	}
	return "unknown"
}

// Counts says what became of the invocations of one connection, since New.
type Counts struct {
	Invocations     uint64 // given to Decode
	Events          uint64 // emitted, Unrecognised not included
	Unrecognised    uint64 // emitted event.Unrecognised
	Ignored         uint64 // known and without an event: see Targets; empty batches
	DuplicateSpends uint64 // second announcements of one spend, not booked again
	DuplicateIDs    uint64 // the same notification or spend on this connection
	Rounded         uint64 // amounts with more than nine decimals
	Skewed          uint64 // timestamps over five minutes off, replaced
	BadTimes        uint64 // timestamps that could not be read
	Cleaned         uint64 // texts that were cleaned or cut
	Fallbacks       uint64 // messages that the field scanner left to encoding/json
}

// Options of a Decoder. The zero value is usable.
type Options struct {
	// Key is whose virtual key the connection uses: a real gateway's spend
	// events do not name theirs. Empty if unknown; then they are unrecognised.
	Key event.KeyID
	// Dialect, where it is known.
	Dialect Dialect
	// NewSpend makes an empty spend, to be filled and emitted within Decode;
	// nil: one by one. See event.Batch.
	NewSpend func() *event.SpendRecorded
}

// Decoder reads the invocations of one connection, in their order. It belongs
// to one goroutine. The zero value is not usable: see New.
type Decoder struct {
	key      event.KeyID
	dialect  Dialect // as reported
	inferred Dialect // as concluded from what came
	counts   Counts
	useStd   bool // read all structure with encoding/json (the fuzz oracle)
	newSpend func() *event.SpendRecorded

	// What follows is about the invocation in hand.
	hub, target string
	now         time.Time
	emit        func(event.Event)
	bad         string // why it cannot be read; "" while it can

	lastTarget string // of which lastRow is the row
	lastRow    *row

	forms []form // of the frequent targets that came

	texts     map[string]recent // interned, by raw bytes
	recents   [256]recent       // the newest of them
	fresher   strings.Builder   // ids that are worth no interning; see fresh
	minute    minute            // of the last timestamp
	keyNews   map[event.KeyID]keyNews
	recentIDs *dedup.Set // ids of late; nil until there is one
	pairing   pairing
}

// New returns a decoder for one connection.
func New(o Options) *Decoder {
	if o.NewSpend == nil {
		o.NewSpend = func() *event.SpendRecorded { return new(event.SpendRecorded) }
	}
	return &Decoder{
		key: o.Key, dialect: o.Dialect, newSpend: o.NewSpend,
		texts:   map[string]recent{},
		keyNews: map[event.KeyID]keyNews{},
		pairing: pairing{failures: map[event.TaskID]failure{}},
	}
}

// InferredDialect is which gateway what came shows; unknown where nothing did so far.
func (d *Decoder) InferredDialect() Dialect { return d.inferred }

// SetDialect says what the gateway was found to be.
func (d *Decoder) SetDialect(to Dialect) { d.dialect = to }

// SetKey says whose virtual key the connection uses.
func (d *Decoder) SetKey(key event.KeyID) { d.key = key }

// Dialect is what the gateway was said to be or, failing that, what its
// messages show it to be.
func (d *Decoder) Dialect() Dialect {
	if d.dialect != DialectUnknown {
		return d.dialect
	}
	return d.inferred
}

// Counts returns the counters so far.
func (d *Decoder) Counts() Counts { return d.counts }

// Decode reads one invocation: the hub's name, the target and the raw JSON
// array of arguments, which is not kept. now is when it arrived; it stands in
// for timestamps that are missing or more than five minutes off. emit is
// called for every event, in order, before Decode returns, and must not call
// back. Decode never panics, and what it cannot read is emitted as an
// event.Unrecognised.
func (d *Decoder) Decode(hub, target string, args []byte, now time.Time, emit func(event.Event)) {
	d.counts.Invocations++
	d.now, d.emit = now, emit
	d.expireDue()
	d.hub, d.target = hub, target
	row := d.rowOf(target)
	switch {
	case row != nil:
		d.run(row, args)
	case strings.HasSuffix(target, "Batch"):
		d.unfold(args)
	default:
		d.reject("unknown target", args)
	}
	d.emit = nil
}

// rowOf finds a target's row, which is often that of the message before; nil
// if there is none.
func (d *Decoder) rowOf(target string) *row {
	if target != d.lastTarget || d.lastRow == nil {
		r, known := table[target]
		if !known {
			return nil
		}
		d.lastTarget, d.lastRow = target, &r
	}
	return d.lastRow
}

// run reads the arguments by one row of the table.
func (d *Decoder) run(r *row, args []byte) {
	if r.ignored != "" {
		d.counts.Ignored++
		return
	}
	d.bad = ""
	out := notObject
	if r.object != nil {
		out = r.object(d, args, true)
	}
	if out == notObject && (r.list != nil || r.positional != nil) {
		out = d.runOther(r, args)
	}
	switch {
	case out == malformed:
		d.reject("arguments: not JSON", args)
	case out == notObject:
		d.reject("arguments: "+r.wants(), args)
	case d.bad != "":
		d.reject(d.bad, args)
	}
}

// runOther reads arguments that are an array first or positional.
func (d *Decoder) runOther(r *row, args []byte) outcome {
	var argv []value
	if out := d.each(args, func(v value) { argv = append(argv, v) }); out != filled {
		return malformed
	}
	switch {
	case len(argv) > 0 && argv[0].kind() == '[' && r.list != nil:
		r.list(d, argv[0])
		return filled
	case len(argv) > 0 && r.positional != nil && argv[0].kind() != '{':
		r.positional(d, argv)
		return filled
	}
	return notObject
}

// unfold reads a target that ends in "Batch": its first argument is an array,
// or an object with exactly one array of objects.
func (d *Decoder) unfold(args []byte) {
	base := strings.TrimSuffix(d.target, "Batch")
	row, known := table[base]
	if !known {
		d.reject("unknown target", args)
		return
	}
	items, ok := d.batchItems(args)
	if !ok {
		d.reject("batch: neither an array nor an object with one array of objects", args)
		return
	}
	if len(items) == 0 {
		d.counts.Ignored++ // nothing happened
	}
	for _, item := range items {
		one := make([]byte, 0, len(item)+2)
		one = append(append(append(one, '['), item...), ']')
		d.run(&row, one)
	}
}

// batchItems finds the messages of a batch.
func (d *Decoder) batchItems(args []byte) (items []value, ok bool) {
	var first value
	if d.each(args, func(v value) {
		if first == nil {
			first = v
		}
	}) != filled {
		return nil, false
	}
	if first.kind() == '{' {
		if first, ok = d.onlyList(first); !ok {
			return nil, false
		}
	}
	if first.kind() != '[' {
		return nil, false
	}
	return items, d.each(first, func(v value) { items = append(items, v) }) == filled
}

// onlyList is the one field of an object that is a non-empty array of objects.
func (d *Decoder) onlyList(object value) (list value, ok bool) {
	n := 0
	stdFields(object, func(_ string, v value) {
		objects, others := 0, 0
		if d.each(v, func(e value) {
			if e.kind() == '{' {
				objects++
			} else {
				others++
			}
		}) == filled && objects > 0 && others == 0 {
			list = v
			n++
		}
	})
	return list, n == 1
}

// fill gives the fields of an object to s. usual is the order of those that
// were given to the same s before; nil if there is none.
func (d *Decoder) fill(b []byte, list bool, s slots, usual *fieldOrder) outcome {
	if !d.useStd {
		if out := scanFill(b, list, s, usual); out != unusual {
			return out
		}
		d.counts.Fallbacks++
	}
	return stdFill(b, list, s)
}

// each calls yield for every element of an array.
func (d *Decoder) each(v value, yield func(value)) outcome {
	if !d.useStd {
		n := 0
		if scanList(v, func(value) { n++ }) == filled {
			return scanList(v, yield)
		}
		d.counts.Fallbacks++
	}
	return stdList(v, yield)
}

// emitEvent emits an event, unless the message was found unreadable.
func (d *Decoder) emitEvent(e event.Event) {
	if d.bad != "" {
		return
	}
	d.counts.Events++
	d.emit(e)
}

// wrong notes why the message cannot be read; the first reason stands.
func (d *Decoder) wrong(field, what string) {
	if d.bad == "" {
		d.bad = field + ": " + what
	}
}

// reject emits what came as unrecognised.
func (d *Decoder) reject(reason string, args []byte) {
	d.counts.Unrecognised++
	hub, _ := clean(d.hub, 100)
	target, _ := clean(d.target, 100)
	why, _ := clean(reason, maxRunes)
	d.emit(event.Unrecognised{
		Hub: hub, Target: target, Reason: why, Sample: sample(args), Bytes: len(args), At: d.now,
	})
}
