package tray

import (
	"time"

	"gatewatch/internal/event"
)

// Summary is how things are, as much of it as the tray can show. The zero
// value says: no gateway is set up. The texts may come from a gateway and may
// hold anything; LookOf cleans them.
type Summary struct {
	// Critical and Warning count the firing alerts that nobody has
	// acknowledged.
	Critical, Warning int
	// Reasons are those alerts in words, the weightiest first. More than
	// MaxReasons are not shown singly.
	Reasons []Reason

	// Core, Admin and Overall are the states of the connections, as shown in
	// the window. Empty means that there is none, such as an admin connection
	// without a master key.
	Core, Admin, Overall event.LinkState
	// Cause says why Overall is not connected, for a person.
	Cause string
	// Gateways are listed when there is more than one.
	Gateways []Gateway

	// SpendPerHour is shown if HasSpend.
	SpendPerHour event.NanoUSD
	HasSpend     bool

	// Updated is when data last came that can be trusted; zero if never.
	Updated time.Time
	// MutedUntil is until when notices are held back; zero or past if they are
	// not.
	MutedUntil time.Time
	// Now is the time that the summary is judged at. A Tray sets it itself.
	Now time.Time
}

// Reason is an alert in words, such as "OpenAI unhealthy — prod, 4 min".
type Reason struct {
	Severity event.Severity
	Text     string
	Route    string // the page to open on a click; "" means the alerts
}

// Gateway is one gateway's connection.
type Gateway struct {
	ID    event.GatewayID
	State event.LinkState
	Cause string // why it is not connected; may be empty
}
