// Package demo is a gateway that plays a scenario: a real server with the hubs
// of a Conduit gateway, a small world of virtual keys, providers, model
// mappings and tasks behind it, and a text file that says what happens when.
// The demonstration, the tests and the development of the window all use it,
// and trouble of every kind is made here, in a scenario, where it can be seen.
//
// It speaks in one of two dialects. Contract is a gateway that sends the events
// of the event contract and has nothing but hubs. Conduit is the real gateway
// as it was recorded, at its commit of August 2025: two processes with an
// address each, hubs that tell little, and the lists of the Admin API, all from
// one world, with what is odd about them; see below. A scenario says in its
// first line which of them it is for.
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
// dollars. The first line that is no comment may choose the dialect:
//
//	dialect contract|conduit         contract if it is not there
//
// # The dialect contract
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
//	mapping update ALIAS [provider=] [model=] [price=]   mapping delete ALIAS
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
// # The dialect conduit
//
// The world as it is before anybody looks. The first key is the one that
// Options.VirtualKey opens; the secrets of the others are made up from their
// names (Gateway.VirtualKeys):
//
//	have group ID NAME [credit=250] [spent=41.5] [external=ext-1]
//	have key ID NAME [disabled] [admin] group=G [models=a,b] [rpm=600] [expires=1h]
//	have provider ID NAME [disabled] [type=OpenAI] [keys=2] [latency=410] [url=]
//	have mapping ID ALIAS PROVIDER MODEL [price=1.25/10]   of a million tokens in/out
//	have setting KEY VALUE ["description"]
//	have notice "text"
//	have log 120 [over=1h]           so many calls of the past
//	have debits 600 GROUP AMOUNT     so many transactions of the past, of an amount each
//
// Things that happen; little of it is told on the hubs:
//
//	chat KEY [stream] [model=A] [cost=] [in=] [out=] [took=] [answers=429]
//	upstream PROVIDER ok|401|402|403|404|429|500   what it answers from now on
//	flush                            what was charged reaches the balances now
//	credit GROUP AMOUNT              less than 0: an administrator takes it back
//	credit GROUP to=85%              so much is taken back that this share of it is used
//	batch spend KEY AMOUNT [KEY AMOUNT …] [by=KEY] [model=A] [over=6s]
//	batch spend KEY to=76%           so that much of the group's balance is used
//	batch update enable|disable KEY,KEY [by=KEY] [over=6s]
//	batch webhooks 12 [failed=1] [by=KEY] [over=6s]
//	key create ID NAME group=G …     key update NAME [group=] [rpm=] [models=] [description=]
//	key delete|disable|enable|expire NAME
//	provider create ID NAME …        provider delete|disable|enable|add-key|drop-key|rotate-key NAME
//	mapping create ID ALIAS PROVIDER MODEL [price=]
//	mapping update ALIAS [provider=] [model=] [price=]   mapping delete|disable|enable ALIAS
//	setting KEY VALUE
//	mark "text"                      what people did beside the gateway, such as a deployment
//	release VERSION                  Admin is started anew with another version of itself
//	notice "text" [severity=1]       an unread notification
//	task image ID run [key=] [model=]              fails four times, as it does
//	task image ID run 2s             works, as with data that were mended
//	task video ID run 40s [fail="error"] [key=] [model=]
//	redis|database|bus off|on        a part behind the gateway
//	redis off ban                    the same where addresses are banned: Admin hangs, too
//	redis on empty                   it comes back, and has forgotten the failures of providers
//	ban 30m                          everybody's address, for somebody else's wrong keys
//	unban                            addresses that gave wrong keys
//	odd group|key|provider|mapping|log ID FIELD JSON   Admin answers so; also missing, and true-again
//	forbid PATH 403                  Admin refuses what is below a path; 200 ends it
//	master KEY                       Admin takes this master key from now on, and no other
//
// Things that go on by themselves:
//
//	every 900ms..1600ms chat [keys=a,b] [models=a,b] [stream=20] [fails=2] [cost=0.002..0.08] [cap=60]
//	every 60s batches [keys=a,b]
//	every 30s changes | tasks image|video [keys=a,b] [life=20s..60s] [fails=5]
//
// stream= and fails= are of a hundred calls. A group of which calls have used
// more than cap percent is given credit first.
//
// Its clockwork: a call is in the request log at once and reaches the balance
// of its group at the next flush, every 30 s, so that balances go below zero; a
// streaming call is never charged nor logged, and is in the billing audit like
// every other eight to nine seconds later. A key whose group has no balance is
// sent away after the handshake, a disabled one refused; what is open stays
// open. One refused key of a provider (401), or two unpaid bills (402), and the
// provider is off until an administrator switches it on. Spend events come
// twice, and their percentages are of the wrong numbers. Five wrong or missing
// keys ban an address from Admin for half an hour. Without Redis Core hangs and
// its hubs fall silent, and Admin's report of errors fails after 11 s; where
// addresses are banned all of Admin hangs, and Core says, after 5.8 s, that it
// is Unhealthy; without
// its database Admin's lists fail, and its log is empty; without the bus Core
// is Degraded and does not hear what Admin changes until some time after it is
// back.
//
// # The wire, and the course of the scenario
//
// In both dialects. HUB is spend, tasks, image-generation, video-generation,
// notifications or admin-notifications, for the contract navigation-state too,
// for the real gateway webhooks, virtual-key-management, usage-analytics or
// enhanced-video-generation; HUBS is one of these or core, admin or all:
//
//	HUB send TARGET [JSON…]          any event, any arguments, known or not
//	HUB raw "text"                   text and the record separator, unchecked
//	HUB bytes "text"                 text alone
//	HUB deep TARGET 10000            an argument of so many nested arrays
//	HUB big TARGET 8388608           an argument of about so many bytes
//	HUB close ["error"] [reconnect]  a Close message, then the end
//	HUBS drop                        the sockets end without a Close message
//	HUBS mute|speak                  they stay, and nothing is told on them, or again
//	HUBS refuse 401|403|404|503 [retry-after=5]   newcomers are told to go away
//	HUBS accept
//	listen off|on [core|admin]       nobody answers the port, sockets dropped
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
// (nothing came out of order), quiet (nothing deserved an alert), part HEALTH
// part=P, uncharged (it is told that traffic is not paid for).
//
// # The world and those who look at it
//
// In the dialect conduit a client is told nothing when it connects, but for the
// hub that tells a key of itself. In the contract's, a client that connects to a hub is told the state of the world as far as
// that hub tells of it, before anything else and in events that may be heard
// twice: totals with an amount of 0, limit alerts that stand, the health of
// each provider, tasks that run or ended in the last ten minutes, how many
// things there are. They carry snapshot:true, so that they are no news to who
// looks for that; to who does not, they say nothing that was not true before.
package demo
