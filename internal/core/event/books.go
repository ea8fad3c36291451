package event

import "time"

// LogRead says that a part of a gateway's request log was read: calls that were
// not told one by one, because they happened while nobody watched.
type LogRead struct {
	Calls []LoggedCall `json:"calls,omitempty"`
	// From and To are between when the log was now read whole, by the gateway's
	// clock; both zero if there are gaps.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Live is true of a log that is read as it comes: From is since when, and To
	// the same until a while has passed.
	Live bool `json:"live,omitempty"`
}

// LoggedCall is a row of the request log.
type LoggedCall struct {
	ID       int64     `json:"id"` // 0: unknown
	At       time.Time `json:"at,omitzero"`
	Key      KeyID     `json:"key"`
	Provider string    `json:"provider,omitempty"`
	Model    string    `json:"model,omitempty"`
	Amount   NanoUSD   `json:"amount"`
}

// BooksRead says that a part of a group's transactions was read.
type BooksRead struct {
	Group GroupID `json:"group"`
	// Balance and Spent are the group's as of At (the gateway's clock), just
	// before the first of Lines was read, without credits that are newer than
	// it: they place the lines, of which each says the balance after it.
	Balance NanoUSD   `json:"balance"`
	Spent   NanoUSD   `json:"spent"`
	At      time.Time `json:"at,omitzero"`
	// Lines follow one another without a gap, the newest first.
	Lines []BookLine `json:"lines"`
}

// BookLine is a transaction of a group.
type BookLine struct {
	At     time.Time `json:"at,omitzero"`
	Credit bool      `json:"credit,omitempty"` // money was added
	Amount NanoUSD   `json:"amount"`
	After  NanoUSD   `json:"after"` // the balance
	Note   string    `json:"note,omitempty"`
	Admin  bool      `json:"admin,omitempty"` // an administrator made it
}

// BooksChecked says what a gateway itself makes of its request log between two
// times, to compare with what is known of it.
type BooksChecked struct {
	From  time.Time `json:"from,omitzero"`
	To    time.Time `json:"to,omitzero"`
	Costs []KeyCost `json:"costs,omitempty"`
}

// BooksBeganAnew says that a gateway's books are others than before, as after a
// backup was restored: what was read of them is not in them any more.
type BooksBeganAnew struct {
	// Fell is how many groups had spent less than before, of Of that spent anything.
	Fell int       `json:"fell"`
	Of   int       `json:"of"`
	At   time.Time `json:"at,omitzero"`
}

// Kind implements Event.
func (BooksBeganAnew) Kind() Kind { return "books.anew" }

// KeyCost is what the log has of a key.
type KeyCost struct {
	Key    KeyID   `json:"key"`
	Amount NanoUSD `json:"amount"`
}

// Kind implements Event.
func (BooksChecked) Kind() Kind { return "books.checked" }

// Kind implements Event.
func (LogRead) Kind() Kind { return "log.read" }

// Kind implements Event.
func (BooksRead) Kind() Kind { return "books.read" }

func (LogRead) measured()   {}
func (BooksRead) measured() {}

func (BooksChecked) measured() {}

var (
	_ = register[LogRead]()
	_ = register[BooksRead]()
	_ = register[BooksChecked]()
	_ = register[BooksBeganAnew]()

	_ Measurement = LogRead{}
	_ Measurement = BooksRead{}
	_ Measurement = BooksChecked{}
)
