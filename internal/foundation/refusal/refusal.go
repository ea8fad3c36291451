// Package refusal says what it is that a connection failed of, or a port that was to be opened, in the numbers of
// the system: on Windows they are not those that package syscall gives the names
// of POSIX.
package refusal

import (
	"errors"
	"slices"
)

// Refused tells that the host is there and nobody listens at the port.
func Refused(err error) bool { return oneOf(err, refused) }

// Reset tells that the other side broke the connection off.
func Reset(err error) bool { return oneOf(err, reset) }

// TimedOut tells that the system gave up waiting for an answer.
func TimedOut(err error) bool { return oneOf(err, timedOut) }

// Taken tells that another program listens at the address already.
func Taken(err error) bool { return oneOf(err, taken) }

// NoWay tells that this computer knows no way to the host or its network.
func NoWay(err error) bool { return oneOf(err, noWay) }

func oneOf(err error, kinds []error) bool {
	return slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(err, kind) })
}
