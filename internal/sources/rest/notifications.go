package rest

import (
	"context"
	"strings"

	"gatewatch/internal/core/event"
)

// notificationLog is which of the gateway's notifications were reported. The zero value
// has seen nothing.
type notificationLog struct {
	known   bool
	emitted map[string]bool // by id
}

// maxNotes bounds how many are remembered: nobody leaves more unread.
const maxNotes = 10_000

// take returns the notifications that are new, in the order of ids. The first
// list is state and not news. One that was read or deleted meanwhile is
// forgotten, unless the list is empty: that may be a gateway without its
// database.
func (n *notificationLog) take(rows []Notification) (fresh []Notification) {
	now := map[string]bool{}
	for _, r := range rows {
		if r.ID == "" || len(now) >= maxNotes {
			continue
		}
		now[string(r.ID)] = true
		if n.known && !n.emitted[string(r.ID)] {
			fresh = append(fresh, r)
		}
	}
	if len(now) > 0 || !n.known {
		n.emitted = now
	}
	n.known = true
	sortRows(fresh)
	return fresh
}

// readNotifications reads the gateway's own unread notifications.
func readNotifications(ctx context.Context, w *Poller) ([]event.Event, bool, error) {
	body, err := w.opts.Client.Get(ctx, pathNotifications)
	if err != nil {
		return nil, false, err
	}
	read, err := readList[Notification](body)
	if err != nil {
		return nil, false, err
	}
	var events []event.Event
	for _, n := range w.observed.notifications.take(read.rows) {
		events = append(events, n.event())
	}
	return events, false, nil
}

func (n Notification) event() event.GatewayAlert {
	a := event.GatewayAlert{
		ID: "notification:" + string(n.ID), Category: event.AlertNotification, Severity: event.SeverityInfo,
		State: event.AlertActive, Title: string(n.Message), Key: event.KeyID(n.Key), At: n.Created.Time,
	}
	switch strings.ToLower(string(n.Severity)) {
	case "1", "warning":
		a.Severity = event.SeverityWarning
	case "2", "error":
		a.Severity = event.SeverityCritical
	}
	switch strings.ToLower(string(n.Type)) {
	case "0", "budgetwarning":
		a.Component = "budget"
	case "1", "expirationwarning":
		a.Component = "expiry"
	}
	if n.KeyName != "" {
		a.Message = "about key " + string(n.KeyName)
	}
	return a
}
