package ledger

import (
	"time"

	"gatewatch/internal/core/event"
)

// Minute is a minute since 1970, UTC: the finest time that money is kept by.
type Minute int64

// MinuteOf is the minute that t lies in.
func MinuteOf(t time.Time) Minute {
	s := t.Unix()
	if s < 0 {
		s -= 59
	}
	return Minute(s / 60)
}

// Time is when the minute begins, in UTC.
func (m Minute) Time() time.Time { return time.Unix(int64(m)*60, 0).UTC() }

// Kind says how money was seen. The zero value is Logged.
type Kind uint8

// The kinds. The numbers are on disk.
const (
	// Logged is a call in the request log, at the time of the call.
	Logged Kind = 0
	// Pushed is a spend that a hub told of, where no group's books have it.
	Pushed Kind = 1
	// Flushed is a debit of a group that sums up calls of the log. It is no
	// further money: it says which calls were debited.
	Flushed Kind = 2
	// Direct is a debit of a group at once, for what no log shows: items of a
	// batch, images, audio.
	Direct Kind = 3
	// Adjusted is a debit that an administrator made; nothing was used.
	Adjusted Kind = 4
	// Moved is what a total grew by without any spend that explains it. Of a
	// group it may be calls of the log, so it is compared like Flushed; of a
	// key it is money.
	Moved Kind = 5
	// Claimed is a debit at once that a hub told and that no group's books show
	// yet. It becomes Direct when they do; until then a group's movement may be
	// it, so it is compared with debits as calls are.
	Claimed Kind = 6
)

// called reports whether a cell is compared with debits.
func (c Cell) called() bool { return c.Kind == Logged || c.Kind == Claimed }

// counted reports whether a cell of its own is money spent.
func (c Cell) counted() bool {
	return c.Kind != Flushed && (c.Kind != Moved || c.Group == "")
}

// Cell is the place that an amount is kept at. Empty fields are what is not
// known, or, of Flushed, what was not said. The group of Logged and Claimed is "": which
// group pays for a call is concluded (see Book.Statement).
type Cell struct {
	Minute          Minute
	Group           event.GroupID
	Key             event.KeyID
	Provider, Model string
	Kind            Kind
}

// Amount is money and how many spends it was.
type Amount struct {
	Nano  event.NanoUSD
	Count int64
}

// Change is what was added to a cell; it may be negative where a later source
// said more exactly what an earlier one saw only as a movement.
type Change struct {
	Cell
	Amount
}
