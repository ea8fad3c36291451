package rest

import (
	"context"
	"encoding/json"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/wire"
)

// List is one list of the Admin API, for somebody who only wants to see
// whether it can be read.
type List struct {
	Name   string // for people and scripts, such as "keys"
	Source string // whose events a Poller takes from it; "" where it is only looked at
	// Read reads its first page and counts the rows. Its errors are those of
	// Client.Get.
	Read func(ctx context.Context, c *Client) (rows int, err error)
}

// DetectDialect finds out which gateway c asks, with two requests at most:
// wire.DialectUnknown is one that has no such lists, and is no error.
func DetectDialect(ctx context.Context, c *Client) (wire.Dialect, error) { return probe(ctx, c) }

// Lists are the lists that a gateway of this kind is read for: what a Poller
// polls, each by its first page.
func Lists(d wire.Dialect) []List {
	both := []List{
		{"keys", topicKeys, first[Key](pathKeys)},
		{"mappings", topicMappings, first[Mapping](pathMappings)},
		{"providers", topicProviders, first[Provider](pathProviders)},
		{"settings", topicSettings, first[Setting](pathSettings)},
		{"notifications", topicNotifications, first[Notification](pathNotifications)},
	}
	switch d {
	case wire.DialectAugust:
		return append(both,
			List{"groups", topicGroups, first[Group](pathGroups)},
			List{"request log", topicLogs, first[LogRow](pathLogs + "1")},
			List{"provider errors", event.SourceFailures, first[ProviderError](pathErrors)},
			List{"billing audit", topicAudit, lookAtAudit})
	case wire.DialectJuly:
		return append(both, List{"provider health", "", func(ctx context.Context, c *Client) (int, error) {
			body, err := c.Get(ctx, pathStatus)
			if err != nil {
				return 0, err
			}
			checks, err := readChecks(body)
			return len(checks), err
		}})
	case wire.DialectContract, wire.DialectUnknown:
	}
	return nil
}

// PollInterval is how often a Poller reads a source of such a gateway while somebody
// looks; 0 if it does not.
func PollInterval(d wire.Dialect, source string) time.Duration {
	if source == event.SourceFailures {
		source = topicProviders // they are read together
	}
	for _, t := range topics[d] {
		if t.name == source {
			return t.visibleInterval
		}
	}
	return 0
}

// first reads the list at path.
func first[T any](path string) func(context.Context, *Client) (int, error) {
	return func(ctx context.Context, c *Client) (int, error) {
		body, err := c.Get(ctx, path)
		if err != nil {
			return 0, err
		}
		l, err := readList[T](body)
		return len(l.rows), err
	}
}

// auditLook is how far back a look at the billing audit goes.
const auditLook = 10 * time.Minute

// lookAtAudit reads the newest rows of the billing audit, which is asked by a
// POST and always with both ends.
func lookAtAudit(ctx context.Context, c *Client) (int, error) {
	now := time.Now().UTC()
	ask, err := json.Marshal(map[string]any{
		"pageNumber": 1, "pageSize": 1, "from": now.Add(-auditLook).Format(time.RFC3339Nano), "to": now.Format(time.RFC3339Nano),
	})
	if err != nil {
		return 0, err
	}
	body, err := c.Query(ctx, pathAudit, ask)
	if err != nil {
		return 0, err
	}
	l, err := readList[AuditRow](body)
	return len(l.rows), err
}

// DatabaseHealthy asks the gateway whether its database works; see the path's own
// answer, which is 200 either way.
func DatabaseHealthy(ctx context.Context, c *Client) (bool, error) {
	body, err := c.Get(ctx, pathHealth)
	if err != nil {
		return false, err
	}
	return readHealthy(body)
}
