package run

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// sleep puts the machine to sleep, as far as the program can tell: nothing is
// reached, and it knows that it cannot know. The returned func wakes it up.
func (d *day) sleep() (wake func()) {
	d.t.Helper()
	network := false
	m := &systemMonitor{online: func() bool { return network }, now: time.Now, ran: func() time.Duration { return 0 }}
	d.program.Load().handleSystemEvent(d.t.Context(), m)
	d.town.sever(true)
	return func() {
		d.town.sever(false)
		network, m.last = true, time.Time{}
		d.program.Load().handleSystemEvent(d.t.Context(), m)
	}
}

// TestAShortageWhileAsleepIsInTheDigest: a group ran out of money and was topped
// up while the machine slept. Nobody needs to be alarmed, and nobody should have
// to find out by chance.
func TestAShortageWhileAsleepIsInTheDigest(t *testing.T) {
	for name, long := range map[string]time.Duration{"two minutes": 2 * time.Minute, "an hour": time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &day{t: t, town: openTown(t, office+traffic), witness: newWitness()}
				d.start()
				time.Sleep(lead)
				wake := d.sleep()
				time.Sleep(20 * time.Second)
				d.town.do("batch spend research-notebook to=101%")
				time.Sleep(30 * time.Second)
				out := time.Now()
				d.town.do("credit Research 20")
				time.Sleep(long)
				wake()
				time.Sleep(3 * time.Minute)
				synctest.Wait()
				d.witness.screen.mu.Lock()
				var said []string
				for _, s := range d.witness.screen.said {
					said = append(said, string(s.Severity)+" "+s.Title+": "+s.Body)
				}
				d.witness.screen.mu.Unlock()
				to := out.Local().Format("15:04")
				if len(said) != 1 || !strings.HasPrefix(said[0], "info While you were away (") ||
					!strings.Contains(said[0], "Research was out from ") || !strings.Contains(said[0], " to "+to+", $20 added.") {
					t.Errorf("told %q, topped up at %s", said, to)
				}
				if err := d.program.Load().stack.Unwind(context.Background()); err != nil {
					t.Error(err)
				}
				if err := d.town.gate.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestShortagesOf(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 11, 29, 9, minute, 0, 0, time.UTC) }
	usd := func(n int64) event.NanoUSD { return event.NanoUSD(n) * event.PerUSD }
	debit := func(minute int, amount, after int64) event.BookLine {
		return event.BookLine{At: at(minute), Amount: usd(amount), After: usd(after)}
	}
	credit := func(minute int, amount, after int64) event.BookLine {
		return event.BookLine{At: at(minute), Credit: true, Amount: usd(amount), After: usd(after)}
	}
	for name, tt := range map[string]struct {
		lines []event.BookLine // oldest first
		want  []alert.Shortage
	}{
		"out and topped up":          {[]event.BookLine{debit(1, 5, 3), debit(2, 4, -1), credit(3, 20, 19)}, []alert.Shortage{{From: at(2), To: at(3), Added: usd(20)}}},
		"to the cent":                {[]event.BookLine{debit(1, 5, 0), credit(3, 20, 20)}, []alert.Shortage{{From: at(1), To: at(3), Added: usd(20)}}},
		"too little first":           {[]event.BookLine{debit(1, 5, -4), credit(2, 3, -1), credit(3, 20, 19)}, []alert.Shortage{{From: at(1), To: at(3), Added: usd(20)}}},
		"a line is missing between":  {[]event.BookLine{debit(1, 5, 3), credit(3, 20, 18)}, []alert.Shortage{{From: at(1), To: at(3), Added: usd(20)}}},
		"twice":                      {[]event.BookLine{debit(1, 5, -1), credit(2, 2, 1), debit(3, 2, -1), credit(4, 5, 4)}, []alert.Shortage{{From: at(1), To: at(2), Added: usd(2)}, {From: at(3), To: at(4), Added: usd(5)}}},
		"never out":                  {[]event.BookLine{debit(1, 5, 3), credit(2, 20, 23), debit(3, 4, 19)}, nil},
		"still out":                  {[]event.BookLine{debit(1, 5, -1)}, nil},
		"out before the first line":  {[]event.BookLine{credit(2, 20, 19)}, nil},
		"the first of all is credit": {[]event.BookLine{credit(2, 20, 20), debit(3, 1, 19)}, nil},
	} {
		lines := tt.lines
		newest := make([]event.BookLine, 0, len(lines))
		for _, line := range slices.Backward(lines) {
			newest = append(newest, line)
		}
		if d := cmp.Diff(tt.want, shortagesOf(newest)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestAShortageThatWasSeenIsNoNews: what began while nobody watched and ended long
// afterwards had an alert, which tells its end; the digest does not tell it again.
func TestAShortageThatWasSeenIsNoNews(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 11, 29, 9, minute, 0, 0, time.UTC) }
	for name, tt := range map[string]struct {
		ends time.Time
		want int
	}{
		"topped up while nobody watched": {at(8), 1},
		"before it was read again":       {at(10).Add(4 * time.Second), 1},
		"while it was watched":           {at(12), 0},
	} {
		var x shortages
		x.away(at(5), at(10))
		x.note(&event.Envelope{Source: &event.Source{Gateway: "prod"}, At: at(13), Body: event.BooksRead{Group: "1", Lines: []event.BookLine{
			{At: tt.ends, Credit: true, Amount: 20 * event.PerUSD, After: 19 * event.PerUSD},
			{At: at(6), Amount: 5 * event.PerUSD, After: -event.PerUSD},
			{At: at(1), Amount: event.PerUSD, After: 4 * event.PerUSD},
		}}})
		if got := x.found(state.New().Live()); len(got) != tt.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
