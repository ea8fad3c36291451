// Package hub holds one SignalR hub connection up, in order, whatever happens.
//
// A Hub is a supervisor: it negotiates, picks a transport (WebSockets, then
// Server-Sent Events, then long polling), shakes hands, watches that the server
// is alive, and comes back when the connection is lost, for ever. What the
// server invokes reaches the Handler raw and in wire order. Each physical
// connection also carries a client of github.com/philippseith/signalr, which
// keeps its part of the protocol (keep-alive pings, answers to requests for a
// client result, Close); it sees a connection of ours and never the events,
// because it would start a goroutine for each of them and lose their order.
//
// It is not a SignalR server, knows no gateway and no event: payloads stay
// bytes, names stay strings. It speaks the JSON protocol only.
//
// Concurrency: Run owns every goroutine of its Hub. There is one dispatcher,
// which alone calls the Handler; one notifier, which alone calls subscribers; and
// per connection one reader, one watchdog and those of the library. No callback
// runs under a lock. All methods of a Hub may be called from any goroutine.
package hub
