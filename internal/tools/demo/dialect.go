package demo

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"time"

	"github.com/philippseith/signalr"
)

// Dialect names how a demo gateway speaks.
type Dialect string

// The dialects.
const (
	// Contract is a gateway that sends the nine events of the event contract,
	// has one address, and answers nothing but its hubs.
	Contract Dialect = "contract"
	// Conduit is the real gateway as it was recorded: its hubs, which send
	// little, and the REST lists that a client has to read besides. Core and
	// Admin have an address each.
	Conduit Dialect = "conduit"
)

// dialect is how a gateway speaks: whom it lets in, what a newcomer is told and
// what it answers besides its hubs. The stage knows no target and no field
// name; a gateway with other ones is another dialect. All methods but rest are
// called on the stage.
type dialect interface {
	// start puts up what goes on by itself, before the first step.
	start(s *stage)
	// authorize looks at a request to a hub.
	authorize(r *http.Request, hub string, a area) admission
	// receive says what happens when a client has shaken hands.
	receive(hub string, who int, at time.Time) welcome
	// rest answers requests to area a that are to no hub.
	rest(g *Gateway, a area) http.Handler
}

// admission is what a dialect says of a request to a hub.
type admission struct {
	status int    // 200: come in
	body   string // JSON that goes with a refusal; "" for none
	who    int    // the virtual key that the connection will belong to; 0 for none
	// wait, if not nil, is closed when it is worth asking again; until then the
	// request hangs.
	wait <-chan struct{}
}

// welcome is what a dialect does with a client that has shaken hands.
type welcome struct {
	away   bool      // the gateway says goodbye at once
	groups []string  // the client is in from the beginning
	first  []message // it is told before anything else
}

// hubsOf lists the endpoints of a dialect, core first.
func hubsOf(d Dialect) []hubSpec {
	if d == Conduit {
		return conduitHubs()
	}
	return contractHubs()
}

// speechOf makes the dialect d.
func speechOf(d Dialect, o Options) dialect {
	if d == Conduit {
		return newConduit(o)
	}
	return &contract{virtualKey: o.VirtualKey, masterKey: o.MasterKey}
}

// hubSpec describes one endpoint; its path is "/hubs/" and its name.
type hubSpec struct {
	name string
	area area
	// methods makes the value whose exported methods clients may call.
	methods func(*hub) signalr.HubInterface
}

// message is one event for one hub, for everybody there or for a group.
type message struct {
	hub    string
	group  string // "" means everybody
	target string
	args   []any
}

func (m message) frame() ([]byte, error) { return encodeAny(m.target, m.args) }

// usd is an amount of money in billionths of a dollar. Its JSON form is an
// exact decimal number of dollars.
type usd int64

const dollar usd = 1_000_000_000

// MarshalJSON implements json.Marshaler.
func (u usd) MarshalJSON() ([]byte, error) { return []byte(u.String()), nil }

// String is the amount in dollars, without zeros at its end.
func (u usd) String() string {
	sign, n := "", uint64(u)
	if u < 0 {
		sign, n = "-", uint64(-u)
	}
	whole, frac := n/uint64(dollar), n%uint64(dollar)
	s := sign + json.Number(uitoa(whole)).String()
	if frac == 0 {
		return s
	}
	digits := uitoa(uint64(dollar) + frac)[1:]
	for digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return s + "." + digits
}

// percent is so many percent of u, given in billionths, rounded down to the
// nano-dollar.
func (u usd) percent(billionths usd) (usd, error) {
	n := new(big.Int).Mul(big.NewInt(int64(u)), big.NewInt(int64(billionths)))
	n.Quo(n, big.NewInt(int64(100*dollar)))
	if !n.IsInt64() {
		return 0, fmt.Errorf("so much of %v dollars cannot be spent", u)
	}
	return usd(n.Int64()), nil
}

// share is how much of limit u is, in percent with two decimals; 0 without a
// limit.
func (u usd) share(limit usd) float64 {
	if limit <= 0 {
		return 0
	}
	return round2(float64(u) / float64(limit) * 100)
}
