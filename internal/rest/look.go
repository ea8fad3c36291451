package rest

import (
	"context"

	"gatewatch/internal/wire"
)

// List is one list of the Admin API, for somebody who only wants to see
// whether it can be read.
type List struct {
	Name string // for people and scripts, such as "keys"
	Path string // for Client.Get
	// Count reads an answer and counts its rows; the error wraps ErrShape.
	Count func(body []byte) (int, error)
}

// Ask finds out which gateway c asks, with two requests at most:
// wire.DialectUnknown is one that has no such lists, and is no error.
func Ask(ctx context.Context, c *Client) (wire.Dialect, error) { return probe(ctx, c) }

// Lists are the lists that a gateway of this kind is read for: what a Watcher
// polls, each by its first page.
func Lists(d wire.Dialect) []List {
	both := []List{
		{"keys", pathKeys, rowsIn[Key]},
		{"mappings", pathMappings, rowsIn[Mapping]},
		{"providers", pathProviders, rowsIn[Provider]},
		{"settings", pathSettings, rowsIn[Setting]},
	}
	switch d {
	case wire.DialectHead:
		return append(both,
			List{"groups", pathGroups, rowsIn[Group]},
			List{"request log", pathLogs + "1", rowsIn[LogRow]},
			List{"provider errors", pathErrors, rowsIn[ProviderError]})
	case wire.DialectJuly:
		return append(both, List{"provider health", pathStatus, func(body []byte) (int, error) {
			checks, err := readChecks(body)
			return len(checks), err
		}})
	case wire.DialectContract, wire.DialectUnknown:
	}
	return nil
}

func rowsIn[T any](body []byte) (int, error) {
	l, err := readList[T](body)
	return len(l.rows), err
}

// Healthy asks the gateway whether its database works; see the path's own
// answer, which is 200 either way.
func Healthy(ctx context.Context, c *Client) (bool, error) {
	body, err := c.Get(ctx, pathHealth)
	if err != nil {
		return false, err
	}
	return readHealthy(body)
}
