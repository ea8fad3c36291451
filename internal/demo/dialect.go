package demo

import (
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	"github.com/philippseith/signalr"
)

// dialect is how a gateway speaks: which hubs it has and what it sends there
// when something happens in its world. The stage knows no target and no field
// name; a gateway with other ones is another dialect. A dialect has no state
// and draws nothing by chance.
type dialect interface {
	// hubs lists the endpoints, core first.
	hubs() []hubSpec
	// tell returns what is sent when f happens, in order.
	tell(f fact, at time.Time) []message
	// greet returns what a client of a hub is told when it has connected: the
	// state of w as far as the hub tells of it, safe to hear twice.
	greet(hub string, w *world, at time.Time) []message
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
