package run

import (
	"fmt"
	"time"

	"gatewatch/internal/tools/scorecard"
)

// kind is a sort of cause: what makes it begin and end at the demo gateway, and
// what is to be told of it.
type kind struct {
	name  string
	cause scorecard.Cause
	// prepare is done before it begins; may be nil.
	prepare func(d *day)
	begin   func(d *day)
	// end makes it end; nil: it ends by itself, at once.
	end func(d *day)
	// least is how long it must last to have to be told; what is shorter may be.
	least time.Duration
	// part is what it takes: two of one part cannot be at once. blind is true if
	// others cannot be seen while it lasts.
	part  string
	blind bool
	// refuses is true if the gateway refuses the calls of the quiet provider's key.
	refuses bool
	// byBus is true if the gateway learns of it by its bus.
	byBus bool
	// batchless is true if the gateway takes no batches, by which budgets are spent.
	batchless bool
	// dark is how long after its end others cannot be seen, if that is long; long
	// is how long what is only listed must last to be told.
	dark, long time.Duration
	// sign is how long it takes to find the only thing that shows it, which is done
	// at its beginning; 0: it shows as long as it lasts. deaf is true if no hub tells
	// anything while it lasts.
	sign time.Duration
	deaf bool
	// alone is true if it takes too long for a composed day.
	alone bool
}

func lines(text ...string) func(*day) { return func(d *day) { d.town.do(text...) } }

// refused plays calls of the quiet provider, one each 3 s.
func refused(n int, status string) func(*day) {
	return func(d *day) {
		d.town.do("upstream groq " + status)
		for range n {
			d.town.do("chat quiet-bot model=realtime cost=0.001")
			time.Sleep(3 * time.Second)
		}
	}
}

// served plays calls of the quiet provider that are served.
func served(n int) func(*day) {
	return func(d *day) {
		d.town.do("upstream groq ok")
		for range n {
			d.town.do("chat quiet-bot model=realtime cost=0.001")
			time.Sleep(2 * time.Second)
		}
	}
}

func impaired(name, part string) scorecard.Cause {
	return causeOf(name, "gateway.impaired", "critical", part)
}

// silent makes a cause one that is only listed.
func silent(c scorecard.Cause) scorecard.Cause {
	c.Tell, c.TellEnd, c.Severities = scorecard.Listed, false, nil
	return c
}

// within gives a cause more time to be told.
func within(d time.Duration, c scorecard.Cause) scorecard.Cause {
	c.Within = d
	return c
}

// endWithin gives the end of a cause more time to be told.
func endWithin(d time.Duration, c scorecard.Cause) scorecard.Cause {
	c.EndWithin = d
	return c
}

func noEnd(c scorecard.Cause) scorecard.Cause {
	c.TellEnd = false
	return c
}

// unreachable is a gateway of which nothing is reached.
func unreachable(name string) scorecard.Cause {
	return causeOf(name, "gateway.unreachable", "critical", string(the))
}

// kinds are the sorts of causes, each with the way of the real gateway.
var kinds = []kind{
	{
		name: "provider switched off", part: "mistral", cause: causeOf("provider switched off", "provider.switched_off", "critical", "2"),
		begin: lines("chat platform-api model=eu-chat answers=401"), end: lines("provider enable mistral"), least: 35 * time.Second,
	},
	{
		name: "quiet provider refuses every call (429)", part: "groq",
		cause: causeOf("quiet provider refuses every call (429)", "provider.unhealthy.derived", "critical", "3", "provider.degraded"),
		begin: refused(12, "429"), end: served(15), least: 70 * time.Second,
	},
	{
		name: "quiet provider fails every call (500)", part: "groq",
		cause: causeOf("quiet provider fails every call (500)", "provider.unhealthy.derived", "critical", "3", "provider.degraded"),
		begin: refused(12, "500"), end: served(15), least: 70 * time.Second,
	},
	{
		name: "database down", part: "admin", blind: true, cause: impaired("database down", "database"),
		begin: lines("database off"), end: lines("database on"), least: 70 * time.Second, refuses: true,
	},
	{
		name: "Redis down, ban off", part: "core", blind: true, cause: impaired("Redis down, ban off", "redis"),
		begin: lines("redis off"), end: lines("redis on"), least: 70 * time.Second, batchless: true,
	},
	{
		name: "Redis down, ban on", part: "core", blind: true, cause: endWithin(76*time.Second, impaired("Redis down, ban on", "redis")),
		begin: lines("redis off ban"), end: lines("redis on empty"), least: 70 * time.Second, batchless: true,
	},
	{
		name: "event bus down", part: "bus", deaf: true, cause: impaired("event bus down", "event bus"),
		begin: lines("bus off"), end: func(d *day) { d.town.do("bus on"); time.Sleep(40 * time.Second) }, least: 70 * time.Second,
	},
	{
		name: "Core restarted", part: "core", blind: true, cause: silent(causeOf("Core restarted", "hub.down", "info", "", "gateway.unreachable")),
		begin: lines("listen off core"), end: lines("listen on core"), long: 11 * time.Minute,
	},
	{
		name: "everything gone", part: "core", blind: true, cause: unreachable("everything gone"),
		begin: lines("listen off"), end: lines("listen on"), least: 80 * time.Second,
	},
	{
		name: "network gone", part: "core", blind: true, cause: unreachable("network gone"),
		begin: func(d *day) { d.town.sever(true) }, end: func(d *day) { d.town.sever(false) }, least: 80 * time.Second,
	},
	{
		name: "gateway frozen", part: "core", blind: true, cause: within(90*time.Second, unreachable("gateway frozen")), // it takes a while to find a connection silent
		begin: func(d *day) { d.town.freeze(true) }, end: func(d *day) { d.town.freeze(false) }, least: 150 * time.Second,
	},
	{
		name: "master key rotated, and back", part: "admin", blind: true, cause: noEnd(causeOf("master key rotated, and back", "gateway.auth", "critical", "admin")),
		begin: lines("listen off admin", "master another", "listen on admin"), end: lines("master MASTER_KEY_EXAMPLE"), least: 70 * time.Second, dark: 32 * time.Minute,
	},
	{
		name: "address banned", part: "admin", blind: true, cause: noEnd(causeOf("address banned", "gateway.auth", "critical", "admin")),
		begin: lines("ban 30m"), end: lines("ban 1ms", "unban"), least: 70 * time.Second, dark: 7 * time.Minute,
	},
	{
		name: "budget 76 %", part: "budget", cause: noEnd(causeOf("budget 76 %", "budget.used", "warning", "2")),
		begin: lines("batch spend research-notebook to=76%"), end: lines("credit Research 40"), least: 66 * time.Second,
	},
	{
		name: "budget 92 %", part: "budget", cause: causeOf("budget 92 %", "budget.used", "critical", "2"),
		begin: lines("batch spend research-notebook to=92%"), end: lines("credit Research 60"), least: 66 * time.Second,
	},
	{
		name: "budget used up", part: "budget", cause: causeOf("budget used up", "budget.exhausted", "critical", "2", "budget.used"),
		begin: lines("batch spend research-notebook to=101%"), end: lines("credit Research 60"), least: 66 * time.Second,
	},
	{
		name: "a change by an admin", part: "change", cause: silent(causeOf("a change by an admin", "config.changed", "info", "")),
		begin: lines("setting Cache.TtlSeconds 300", "key update quiet-bot rpm=60", "mapping update realtime model=llama-4-8b"),
	},
	{
		name: "provider off and on by an admin", part: "mistral", cause: silent(causeOf("provider off and on by an admin", "config.changed", "info", "")),
		begin: lines("provider disable mistral"), end: lines("provider enable mistral"),
	},
}

// moreKinds are the others.
var moreKinds = []kind{
	{
		name: "Admin gone", part: "admin", blind: true, cause: silent(causeOf("Admin gone", "hub.down", "info", "", "gateway.unreachable")),
		begin: lines("listen off admin"), end: lines("listen on admin"), long: 11 * time.Minute,
	},
	{
		name: "virtual key refused", part: "core", blind: true, cause: noEnd(causeOf("virtual key refused", "gateway.auth", "critical", "core")),
		begin: lines("key disable platform-api", "core drop"), end: lines("key enable platform-api"), least: 70 * time.Second, dark: 32 * time.Minute, byBus: true,
	},
	{
		name: "provider refuses our credential (403)", part: "groq",
		cause: causeOf("provider refuses our credential (403)", "provider.credentials", "", "3"),
		begin: refused(6, "403"), end: served(6), least: 70 * time.Second,
	},
	{
		name: "slow upstream", part: "groq", cause: may(causeOf("slow upstream", "provider.degraded", "warning", "3")),
		begin: slow(25), end: served(15),
	},
	{
		name: "calls that time out", part: "groq",
		cause: causeOf("calls that time out", "provider.unhealthy.derived", "critical", "3", "provider.degraded"),
		begin: timeOut(8), end: served(15), least: 70 * time.Second,
	},
	{
		name: "key disabled and enabled", part: "change", cause: silent(causeOf("key disabled and enabled", "key.changed", "info", "")),
		begin: lines("key disable quiet-bot"), end: lines("key enable quiet-bot"), refuses: true,
	},
	{
		name: "key deleted", part: "change", cause: within(125*time.Second, noEnd(causeOf("key deleted", "key.deleted", "warning", ""))),
		prepare: func(d *day) {
			d.town.do("key create 9 passing-by group=Quiet")
			time.Sleep(130 * time.Second)
		},
		begin: lines("key delete passing-by"), end: func(*day) {}, least: 70 * time.Second,
	},
	{
		name: "key expires tomorrow", part: "expiry", cause: within(66*time.Second, noEnd(causeOf("key expires tomorrow", "key.expiring", "warning", ""))),
		begin: func(d *day) {
			n := d.trials.Add(1)
			d.town.do(fmt.Sprintf("key create %d trial-%d group=Quiet expires=20h", 80+n, n))
		},
		end: func(d *day) { d.town.do(fmt.Sprintf("key update trial-%d expires=900h", d.trials.Load())) }, least: 70 * time.Second,
	},
	{
		name: "busy provider refuses every call (429)", part: "groq",
		cause: endWithin(4*time.Minute, causeOf("busy provider refuses every call (429)", "provider.unhealthy.derived", "critical", "3", "provider.degraded")),
		prepare: func(d *day) {
			d.busy()
			time.Sleep(3 * time.Minute)
		},
		begin: lines("upstream groq 429"), end: func(d *day) { d.town.do("upstream groq ok"); d.quiet(7 * time.Minute) }, least: 75 * time.Second,
	},
	{
		name: "credit taken back: the limit is lower", part: "budget", cause: noEnd(causeOf("credit taken back: the limit is lower", "budget.used", "warning", "2")),
		begin: lines("credit Research to=85%"), end: lines("credit Research 40"), least: 66 * time.Second,
	},
	{
		name: "budget 92 % again, in a new period", part: "budget", cause: causeOf("budget 92 % again, in a new period", "budget.used", "critical", "2"),
		prepare: func(d *day) {
			d.town.do("batch spend research-notebook to=60%", "credit Research 40")
			time.Sleep(70 * time.Second)
		},
		begin: lines("batch spend research-notebook to=92%"), end: lines("credit Research 60"), least: 66 * time.Second,
	},
	{
		name: "runaway spend", part: "loop", cause: within(6*time.Minute, noEnd(causeOf("runaway spend", "spend.loop", "warning", "4"))),
		begin: runaway, end: func(*day) {}, least: 310 * time.Second,
	},
	{
		name: "uncharged traffic", part: "loop", cause: within(3*time.Minute, noEnd(causeOf("uncharged traffic", "spend.uncharged", "warning", ""))),
		begin: uncharged, end: func(*day) {}, least: 160 * time.Second,
	},
	{
		name: "task stuck", part: "task", cause: within(16*time.Minute, noEnd(causeOf("task stuck", "task.stuck", "warning", ""))),
		begin: stuck, end: func(*day) {}, least: time.Second, alone: true,
	},
	{
		name: "hub silent", part: "mute", sign: 75 * time.Second, cause: within(2*time.Minute+10*time.Second, noEnd(causeOf("hub silent", "hub.silent", "warning", "notifications"))),
		begin: lines("notifications mute", "mapping update realtime model=llama-4-8b"),
		end:   lines("notifications speak", "mapping update realtime model=llama-4-70b"), least: 130 * time.Second,
	},
	{
		name: "half-open connections", part: "core", cause: silent(causeOf("half-open connections", "hub.down", "info", "", "gateway.unreachable")),
		begin: func(d *day) { d.town.stall() }, end: func(*day) {},
	},
	{
		name: "laptop asleep", part: "core", blind: true, cause: silent(causeOf("laptop asleep", "hub.down", "info", "")),
		begin: func(d *day) { d.wake = d.sleep() }, end: func(d *day) { d.wake() },
	},
	{
		name: "topped up at 60 %", part: "budget", cause: silent(causeOf("topped up at 60 %", "budget.used", "info", "2")),
		begin: lines("batch spend research-notebook to=60%"), end: lines("credit Research 40"),
	},
	{
		name: "program stopped and started", part: "core", blind: true, cause: silent(causeOf("program stopped and started", "hub.down", "info", "")),
		begin: func(d *day) { d.stop() }, end: func(d *day) { d.start() },
	},
}

// may makes a cause one that may be told.
func may(c scorecard.Cause) scorecard.Cause {
	c.Tell, c.TellEnd = scorecard.May, false
	return c
}

// slow plays calls of the quiet provider that take long.
func slow(n int) func(*day) {
	return func(d *day) {
		for range n {
			d.town.do("chat quiet-bot model=realtime cost=0.001 took=9000")
			time.Sleep(3 * time.Second)
		}
	}
}

// busy plays calls of the quiet provider, one each 5 s, until quiet says when.
func (d *day) busy() {
	d.callsEnd.Store(0)
	d.ends.Go(func() {
		for end := int64(0); end == 0 || time.Now().UnixNano() < end; end = d.callsEnd.Load() {
			d.town.do("chat quiet-bot model=realtime cost=0.001")
			time.Sleep(5 * time.Second)
		}
	})
}

// quiet ends the calls of busy after a while.
func (d *day) quiet(after time.Duration) { d.callsEnd.Store(time.Now().Add(after).UnixNano()) }

// timeOut plays calls that the provider does not answer in time: it fails each
// after half a minute.
func timeOut(n int) func(*day) {
	return func(d *day) {
		d.town.do("upstream groq 500")
		for range n {
			d.town.do("chat quiet-bot model=realtime cost=0.001 took=30000")
			time.Sleep(8 * time.Second)
		}
	}
}

// runaway plays the same call again and again, as a program that hangs in a
// loop does.
func runaway(d *day) {
	for range 80 {
		d.town.do("chat nightly-job model=chat-default cost=0.05")
		time.Sleep(5 * time.Second)
	}
}

// uncharged plays calls that stream, which the gateway does not charge.
func uncharged(d *day) {
	for range 90 {
		d.town.do("chat nightly-job stream model=chat-default cost=0.001")
		time.Sleep(time.Second)
	}
	time.Sleep(80 * time.Second)
}

// stuck follows a task that does not come to its end.
func stuck(d *day) {
	d.town.do("task video stuck-1 run 40m key=platform-api model=realtime")
	if err := d.program.Load().FollowTask(d.t.Context(), d.program.Load().Profiles()[0].ID, "stuck-1", ""); err != nil {
		d.t.Error(err)
	}
	time.Sleep(20 * time.Minute)
}

// stall makes nothing come any more on the connections that there are; new ones
// work.
func (w *town) stall() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, x := range w.wires {
		x.stalled.Store(true)
	}
}

// sever cuts the network, or mends it: what was connected breaks.
func (w *town) sever(cut bool) {
	w.mu.Lock()
	w.cut = cut
	wires := w.wires
	if cut {
		w.wires = nil
	}
	w.mu.Unlock()
	for _, x := range wires {
		if cut {
			_ = x.Close()
		}
	}
}
