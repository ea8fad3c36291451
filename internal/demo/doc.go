// Package demo is a gateway that plays a scenario: a real server with the hubs
// of a Conduit gateway, a small world of virtual keys, providers, model
// mappings and tasks behind it, and a text file that says what happens when.
// The demonstration, the tests and the development of the window all use it,
// and trouble of every kind is made here, in a scenario, where it can be seen.
//
// It is not a mock: clients negotiate, authenticate and connect over
// WebSockets or Server-Sent Events, and the hub protocol is spoken by the
// server of github.com/philippseith/signalr. It is not a part of the engine
// either: it speaks wire only and shares no type with the code that reads it,
// so that the two cannot agree by accident. It offers no long polling.
//
// # Concurrency
//
// One goroutine, the stage, owns the world and the clock of the scenario.
// Everything that needs either (a client that joins, a subscription, Do) asks
// it and waits. Each connection has one goroutine that reads and one that
// writes, and a queue between the stage and the writer: what is sent on one
// hub reaches every client of that hub in the order in which it was sent. A
// client that is too slow for its queue is cut off and never waited for. All
// goroutines have ended when Close or Wait returns.
//
// # Scenarios
//
// A scenario is a text file. A line is empty, a comment (# …) or one step:
//
//	[time] directive arguments
//
// The time is absolute (12s, counted from the start or from the last "begin"),
// relative to the line before (+2s), or left out (the same moment). Words are
// separated by blanks; a word with blanks is written as a Go string ("…"); a
// word that begins with { or [ is JSON up to its closing bracket. Money is in
// dollars.
//
// The world as it is before anybody looks; nothing is sent:
//
//	have key ID NAME [limit=500] [spent=212.40] [disabled]
//	have provider ID NAME [latency=420] [models=a,b]
//	have mapping ID ALIAS PROVIDER MODEL
//	have setting CATEGORY SETTING VALUE
//
// Things that happen; the world changes and the hubs tell of it:
//
//	spend KEY AMOUNT [model=M]       an amount, or to=75.4% or to=380 of the total
//	limit KEY AMOUNT                 the key gets another limit
//	key create ID NAME [limit=] [spent=]
//	key update NAME [changes=a,b]    key delete|disable|enable NAME
//	provider create ID NAME [latency=]
//	provider delete NAME
//	provider NAME healthy|degraded|unhealthy ["error"] [latency=]
//	mapping create ID ALIAS PROVIDER MODEL
//	mapping update ALIAS [provider=] [model=]      mapping delete ALIAS
//	discover PROVIDER MODEL[,MODEL…]
//	setting CATEGORY SETTING VALUE
//	task image|video ID queued|processing|completed|failed [progress=] [eta=] [error=] [model=] [key=]
//	task image|video ID run 40s [fail="error"] [model=] [key=]   the whole life of a task
//
// Things that go on by themselves, drawn from the seed, until "still":
//
//	every 900ms..1600ms traffic [keys=a,b] [amount=0.002..0.08] [cap=70]
//	every 6s..12s tasks image|video [life=10s..30s] [fails=5]
//	every 4s latency
//	every 40s..80s changes
//	rate 500/s mixed                 the rate can be overridden by Options.Rate
//	still
//
// A key that traffic brings above cap percent of its limit gets a larger one.
//
// The wire. HUB is spend, tasks, image-generation, video-generation,
// notifications, navigation-state or admin-notifications; HUBS is one of these
// or core, admin or all:
//
//	HUB send TARGET [JSON…]          any event, any arguments, known or not
//	HUB raw "text"                   text and the record separator, unchecked
//	HUB bytes "text"                 text alone
//	HUB deep TARGET 10000            an argument of so many nested arrays
//	HUB big TARGET 8388608           an argument of about so many bytes
//	HUB close ["error"] [reconnect]  a Close message, then the end
//	HUBS drop                        the sockets end without a Close message
//	HUBS refuse 401|403|404|503 [retry-after=5]   newcomers are told to go away
//	HUBS accept
//	listen off|on                    nobody answers the port, sockets dropped
//
// The course of the scenario itself:
//
//	wait client [HUB]                the clock stands until somebody is there
//	begin … loop                     repeated for ever
//	expect TEXT                      what a client should make of it
//
// What is expected is for tests to read (Scenario.Expectations); the gateway
// ignores it. The embedded scenarios write: alert LEVEL key=K or provider=P
// (it is told by then), alerts N (so many were told in all), resolved or
// healthy or unhealthy or flapping with provider=P, task STATUS id=T, link
// STATE hub=H [class=C], keys N, total key=K (ours is the gateway's), order
// (nothing came out of order), quiet (nothing deserved an alert).
//
// # The world and those who look at it
//
// A client that connects to a hub is told the state of the world as far as
// that hub tells of it, before anything else and in events that may be heard
// twice: totals with an amount of 0, limit alerts that stand, the health of
// each provider, tasks that run or ended in the last ten minutes, how many
// things there are. They carry snapshot:true, so that they are no news to who
// looks for that; to who does not, they say nothing that was not true before.
package demo
