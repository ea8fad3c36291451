package run

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/tools/replay"
	"gatewatch/internal/tools/scorecard"
)

// liveKey is the virtual key that the recorder held its hubs with.
var liveKey = gateway.Key{ID: "1", Secret: secret.New(platformKey)}

// looksAfter is when is looked what is still shown of a cause that is over.
var looksAfter = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute}

// delay is how late a cause of a rule may be told, and its end, and how long
// after its end a monitor cannot know of that: the interval of the list in
// force, what the rule waits for, and what gathers notifications.
type delay struct{ begin, end, settle time.Duration }

var delays = map[string]delay{
	"provider.switched_off":      {35 * time.Second, 45 * time.Second, 32 * time.Second},
	"gateway.impaired":           {66 * time.Second, 66 * time.Second, 35 * time.Second},
	"provider.degraded":          {69 * time.Second, 150 * time.Second, 15 * time.Second},
	"provider.unhealthy.derived": {69 * time.Second, 150 * time.Second, 15 * time.Second},
	"hub.down":                   {66 * time.Second, 66 * time.Second, 35 * time.Second},
	"gateway.unreachable":        {80 * time.Second, 66 * time.Second, 35 * time.Second},
	"gateway.auth":               {70 * time.Second, 32 * time.Minute, 35 * time.Second}, // it is tried again after 5, 10 and 30 min
	"budget.exhausted":           {66 * time.Second, 40 * time.Second, 35 * time.Second},
	"budget.used":                {66 * time.Second, 40 * time.Second, 35 * time.Second},
	"provider.credentials":       {35 * time.Second, 70 * time.Second, 32 * time.Second},
	"key.deleted":                {66 * time.Second, 11 * time.Minute, 70 * time.Second}, // listed for ten minutes
	"key.expiring":               {66 * time.Second, 70 * time.Second, 70 * time.Second},
	"spend.loop":                 {6 * time.Minute, 21 * time.Minute, time.Minute}, // sixty requests leave the window 5 min after the last, and it is kept for 15
	"spend.uncharged":            {75 * time.Second, 3 * time.Hour, 75 * time.Second},
	"task.stuck":                 {16 * time.Minute, time.Hour, time.Minute},
	"hub.silent":                 {2 * time.Minute, 2 * time.Minute, 35 * time.Second},
}

// liveCauses are the causes of a recording as the scorecard takes them.
func liveCauses(t *testing.T, all []replay.Cause, st *replay.LiveStage, name string) (list []scorecard.Cause) {
	for _, c := range all {
		if c.File != name {
			continue
		}
		x := scorecard.Cause{Name: c.Cause, Begin: st.At(c.BeginMS), End: st.At(max(c.EndMS, c.SeenWell)), TellEnd: c.TellEnd}
		switch {
		case strings.HasPrefix(c.Rule, "provider.degraded"):
			x.Rules = []string{"provider.degraded", "provider.unhealthy.derived", "provider.unhealthy"}
		case strings.HasPrefix(c.Rule, "hub.down"):
			x.Rules = []string{"hub.down", "gateway.unreachable"}
		default:
			x.Rules = []string{c.Rule}
			x.Severities = []string{c.Severity}
		}
		if id, is := strings.CutPrefix(c.Entity, "provider "); is {
			x.Entities = []string{id[:1]}
		} else if c.Rule == "gateway.impaired" {
			x.Entities = []string{strings.ToLower(c.Entity)}
		}
		x.Tell = map[any]scorecard.Telling{true: scorecard.Must, false: scorecard.Listed, "at most": scorecard.May}[c.Tell]
		d := delays[x.Rules[0]]
		x.Within, x.EndWithin, x.Settle = d.begin, d.end, d.settle
		if x.Tell == "" || d.begin == 0 {
			t.Fatalf("cause %+v", c)
		}
		list = append(list, x)
	}
	return list
}

// playLive plays a live recording, and looks until half an hour after it.
func playLive(t *testing.T, dir, name string) (judged *scorecard.Judged) {
	causes, err := replay.LiveCauses(dir)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := replay.LoadLive(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	books, err := replay.LoadLive(dir, "books")
	if err != nil {
		t.Fatal(err)
	}
	all, err := replay.Load(replay.Head)
	if err != nil {
		t.Fatal(err)
	}
	s := scorecard.Scenario{Name: name, Source: "live recording"}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(rec.Start.Add(-lead)))
		st := replay.OpenLive(t, rec, books, all[0].Rest, lead)
		w := newWitness()
		a := seat(t, func(o *Options) { o.Sender, o.OnDecision = &w.screen, w.told })
		if err := a.engine.Do(t.Context(), func(*state.State) { a.rules.listeners = append(a.rules.listeners, w.hear) }); err != nil {
			t.Fatal(err)
		}
		if err := a.watchOn(t.Context(), st.Net.Dial, []gateway.Key{liveKey}); err != nil {
			t.Fatal(err)
		}
		s.Causes = liveCauses(t, causes, st, name)
		s.Looks = a.lookOn(t, w, s.Causes, st.End().Add(30*time.Minute))
		s.Words = w.heard()
		if m := st.Missing(); len(m) > 0 {
			t.Logf("not recorded: %v", slices.Sorted(maps.Keys(m)))
		}
		if err := a.stack.Unwind(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return scorecard.Judge(&s)
}

// lookOn waits until the end and looks after each cause that is over.
func (a *audience) lookOn(t *testing.T, w *witness, causes []scorecard.Cause, end time.Time) (looks []scorecard.Look) {
	type when struct {
		at    time.Time
		cause string
		after time.Duration
	}
	var list []when
	for _, c := range causes {
		for _, d := range looksAfter {
			if at := c.End.Add(d); !c.End.IsZero() && !at.After(end.Add(time.Minute)) {
				list = append(list, when{at, c.Name, d})
			}
		}
	}
	slices.SortFunc(list, func(x, y when) int { return x.at.Compare(y.at) })
	for _, x := range list {
		time.Sleep(time.Until(x.at))
		snap, err := a.engine.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		looks = append(looks, w.look(&snap.Live, x.cause, x.after))
	}
	time.Sleep(time.Until(end))
	return looks
}
