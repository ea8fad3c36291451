package run

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gatewatch/internal/tools/replay"
	"gatewatch/internal/tools/scorecard"
)

// cards are the scorecards of the three sources.
type cards struct {
	mu     sync.Mutex
	Live   scorecard.Card `json:"live"` // guarded by mu, as all below
	Kinds  scorecard.Card `json:"kinds"`
	Days   scorecard.Card `json:"days"`
	Played int            `json:"played"` // days
	Asked  []asking       `json:"asked,omitempty"`
}

func (c *cards) add(card *scorecard.Card, name string, j *scorecard.Judged) {
	c.mu.Lock()
	defer c.mu.Unlock()
	card.Add(name, j)
}

// TestScorecard holds what is told against what happened: at what was recorded
// of the real gateway, at each kind of cause alone, and at composed days. With
// GATEWATCH_SCORECARD=FILE it writes the table there, with
// GATEWATCH_SCORECARD_BEFORE=1 what later tables are compared with.
func TestScorecard(t *testing.T) {
	var c cards
	if raceDetector { // the whole has a step of its own
		t.Run("days", func(t *testing.T) { c.days(t) })
		return
	}
	t.Run("live", func(t *testing.T) { c.live(t) })
	t.Run("kinds", func(t *testing.T) { c.kinds(t) })
	t.Run("days", func(t *testing.T) { c.days(t) })
	t.Run("requests", func(t *testing.T) { c.requests(t) })
	c.write(t)
}

// live plays what was recorded of the real gateway.
func (c *cards) live(t *testing.T) {
	dir := replay.LiveFolder()
	if dir == "" {
		t.Skip("no live recordings: shared/fixtures/gateway-7c3fd76a/live is not found upward")
	}
	for _, name := range []string{
		"provider-switched-off-and-on", "redis-down", "event-bus-down", "core-restart", "database-down", "upstream-429", "upstream-hangs", "books",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := playLive(t, dir, name)
			hold(t, j)
			c.add(&c.Live, name, j)
		})
	}
}

// kinds makes each kind of cause once, for three minutes.
func (c *cards) kinds(t *testing.T) {
	for i := range every {
		k := &every[i]
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			j := playTown(t, k.name, office+traffic, func(d *day) {
				end := d.cause(k)
				time.Sleep(3 * time.Minute)
				end()
			})
			hold(t, j)
			c.add(&c.Kinds, k.name, j)
		})
	}
}

// manyDays is how many composed days are played: as many as GATEWATCH_DAYS says,
// else 4, a thousand with GATEWATCH_LONG, and a few where the race detector makes each take long.
func manyDays() uint64 {
	n, err := strconv.ParseUint(os.Getenv("GATEWATCH_DAYS"), 10, 32)
	switch {
	case err == nil:
		return n
	case os.Getenv("GATEWATCH_LONG") == "1":
		return 1000
	case raceDetector:
		return 1
	}
	return 4
}

// days plays composed days.
func (c *cards) days(t *testing.T) {
	seeds := seedsOf(t)
	c.Played = len(seeds)
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			plans := compose(seed)
			t.Log(plans)
			j := keptDay(t, seed)
			if j == nil {
				j = playTown(t, fmt.Sprint("day ", seed), office+traffic, playDay(plans))
				keepDay(t, seed, j)
			}
			hold(t, j)
			c.add(&c.Days, "composed days", j)
		})
	}
}

// hold logs what became of a scenario, and fails where a floor is missed: no
// word that is false, repeated, late, without a name, or told when it is over;
// no cause and no end that is missing; nothing on the screen that is over, and
// after five minutes no line.
func hold(t *testing.T, j *scorecard.Judged) {
	t.Helper()
	from := time.Time{}
	if len(j.Causes) > 0 {
		from = j.Causes[0].Begin
	}
	for i, w := range j.Words {
		t.Logf("%7.1f s %s %s: %s (%s) %q", w.At.Sub(from).Seconds(), w.Severity, w.Rule, w.Title, j.Verdicts[i], w.Entities)
		if j.Verdicts[i] != scorecard.Right {
			t.Errorf("%s: %s", w.Title, j.Verdicts[i])
		}
	}
	for i, o := range j.Outcomes {
		t.Logf("%7.1f s %s, for %v: %s, after %v, its end after %v", j.Causes[i].Begin.Sub(from).Seconds(), j.Causes[i].Name, j.Causes[i].End.Sub(j.Causes[i].Begin), o, j.Delays[i], j.EndDelays[i])
		if o == scorecard.Missing || o == scorecard.EndMissing {
			t.Errorf("%s: %s", j.Causes[i].Name, o)
		}
	}
	for _, x := range j.Stale {
		t.Log(x)
	}
	for _, d := range looksAfter {
		if n := j.StaleBubbles[d]; n > 0 {
			t.Errorf("%v after an end %d bubbles are on the screen that are not so", d, n)
		}
		if n := j.StaleLines[d]; n > 0 && d >= 5*time.Minute {
			t.Errorf("%v after an end %d lines are listed that are not so", d, n)
		}
	}
}

// beforeFile is what the table is compared with.
var beforeFile = filepath.Join("testdata", "scorecard-before.json")

// write writes the table.
func (c *cards) write(t *testing.T) {
	file := os.Getenv("GATEWATCH_SCORECARD")
	if file == "" {
		return
	}
	if os.Getenv("GATEWATCH_SCORECARD_BEFORE") == "1" {
		b, err := json.MarshalIndent(c, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(beforeFile, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var before cards
	b, err := os.ReadFile(beforeFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &before); err != nil {
		t.Fatal(err)
	}
	var s strings.Builder
	s.WriteString(scorecardHead)
	for _, x := range []struct {
		title, of   string
		now, before scorecard.Card
	}{
		{"Recordings of the real gateway", "recording", c.Live, before.Live},
		{"Each kind of cause, alone", "kind", c.Kinds, before.Kinds},
		{fmt.Sprintf("%d composed days (before: %d)", c.Played, before.Played), "days", c.Days, before.Days},
	} {
		fmt.Fprintf(&s, "\n## %s\n\n%s\nBy rule:\n\n%s", x.title,
			scorecard.Table(x.of, x.now.Scenarios, x.before.Scenarios), scorecard.Table("rule", x.now.Rules, x.before.Rules))
	}
	s.WriteString("\n## Requests a minute\n\n" + scorecardAsked + "\n" + askedTable(c.Asked) + scorecardSeen)
	if err := os.WriteFile(file, []byte(s.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

const scorecardHead = `# Scorecard

What people are told, held against what happened. Made by ` + "`make scorecard`" + `; do not edit.

Each scenario is a recording or a script with its causes: what, of what, from when to when, and by when it must be told.
The whole program watches it in virtual time. Every word (one alert in one notice) is then one of: right, late, about a wrong
entity or cause, repeated, told after the end, false, or anonymous; a cause or its end that had to be told and was not is
missing. The last two columns count what the list shows, and what stays on the screen, that is not so any more.
"Before" is the program of 29 November 2026, before the scorecard was made. It was not measured with quite the same ruler, and
compares only roughly: since, days have sixteen more kinds of causes and programs that stop and sleep, what is listed and what is
on the screen is looked at while the day goes on and not at its end, the end of a refused key may take 32 min, a frozen gateway
90 s to be told, what another cause hides has more time or need not be told, calls that a dead Core swallows are no failing
provider, and a Core that is gone for more than 11 min must be told (before, that counted as wrong). What was not looked at then
says so.

A cause must be told within the interval of the list that shows it (shown: 10 to 60 s) and what its rule waits for. More time have:

* a frozen gateway, 90 s: that a connection says nothing is found after 30 s, and all of it must hold for a minute;
* the end of a refused key or a banned address, 32 min: it is tried again after 5, 10 and 30 min only, as tries ban an address;
* runaway spend, 6 min: sixty requests make a loop, and the one that is played makes them in five;
* a deleted key, 125 s: a list that has become shorter is believed when it is read again, and keys are read each minute;
* a silent hub, 130 s: the change is found within a minute, and the hub has a minute to tell it;
* a stuck task, 16 min: a task of which nothing is known to compare with is stuck after 15;
* the end of Redis that is down where addresses are banned, 10 s more: a call that hangs when it is back ends first;
* uncharged traffic, 3 min: twenty calls of the billing audit, which is read each minute and late by nine seconds; it is told once a day;
* the end of a busy provider's failures, 4 min: ten calls that are served in a row say so, here one each five seconds;
* what begins while another cause hides it: the same, from the time at which that is over and everything was read again (150 s).

Slow answers are told by comparison with a provider's own last seven days, which a program that has just been installed does not have:
they may be told, and are not, here. A machine that sleeps is played as one that has no network and knows it: a clock that
jumps cannot be played in virtual time.
`
