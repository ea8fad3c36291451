package run

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/desktop/notify"
	"gatewatch/internal/tools/scorecard"
)

// These tests hold what a person is told against what really happened. The
// program is the whole one, put together as in the other replays; the causes
// come from recordings with their causes, from scripts of the demo gateway, and
// from days that are composed of a seed.

// expiresAfter is how long a desktop shows what is not critical.
const expiresAfter = 10 * time.Second

// screen is a desktop as people see it: critical bubbles stay until they are
// taken away, others expire.
type screen struct {
	mu      sync.Mutex
	bubbles map[string]bubble // by id; guarded by mu, as all below
	said    []ring
}

type bubble struct {
	at time.Time
	notify.Notification
}

func (s *screen) Send(_ context.Context, n notify.Notification) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bubbles == nil {
		s.bubbles = map[string]bubble{}
	}
	s.bubbles[n.ID] = bubble{time.Now(), n}
	s.said = append(s.said, ring{time.Now(), n})
	return nil
}

func (s *screen) Withdraw(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.bubbles, id)
	return nil
}

func (s *screen) Responses() <-chan notify.Response { return nil }

func (s *screen) Capabilities(context.Context) (notify.Capabilities, error) {
	return notify.Capabilities{Driver: "screen", Replace: true, Actions: true, Sound: true}, nil
}

func (s *screen) Close() error { return nil }

// shown are the bubbles on the screen now, oldest first.
func (s *screen) shown() (all []bubble) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.bubbles {
		if b.Severity == event.SeverityCritical || time.Since(b.at) < expiresAfter {
			all = append(all, b)
		}
	}
	slices.SortFunc(all, func(a, b bubble) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.ID, b.ID)) })
	return all
}

// witness writes down what a person is told, and of what.
type witness struct {
	screen screen

	mu     sync.Mutex
	alerts map[string]alert.Alert // by fingerprint; guarded by mu, as all below
	words  []scorecard.Word
	about  map[string][]string // fingerprints by notification
}

func newWitness() *witness {
	return &witness{alerts: map[string]alert.Alert{}, about: map[string][]string{}}
}

// hear takes in how alerts are.
func (w *witness) hear(changes []alert.Change) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range changes {
		w.alerts[c.Alert.Fingerprint] = c.Alert
	}
}

// told takes in a decision.
func (w *witness) told(d Decision) {
	if !d.Shown {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.alerts[d.Alert]
	reason := notify.Reason(d.Reason)
	if reason == notify.SentWithdrawn {
		return
	}
	over := reason == notify.SentResolved || !a.Status.Open() && (reason == notify.SentJoinedGroup || reason == notify.SentFlappingEnded)
	w.words = append(w.words, scorecard.Word{
		At: d.At, Rule: d.Rule, Entities: entitiesOf(&a), Severity: string(d.Severity), Title: d.Title, Over: over,
		Again: reason == notify.SentSeverityRaised || reason == notify.SentRepeat || reason == notify.SentFlapping || reason == notify.SentFlappingEnded,
	})
	if over {
		w.about[d.Notice] = nil
	}
	w.about[d.Notice] = append(w.about[d.Notice], d.Alert)
}

// entitiesOf are the names by which a cause may call what an alert is about.
func entitiesOf(a *alert.Alert) (names []string) {
	for _, n := range []string{a.Entity, a.Dimension, a.Annotations.Name, a.Annotations.Component} {
		if n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// heard are all words, with those that name nobody.
func (w *witness) heard() []scorecard.Word {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := slices.Clone(w.words)
	w.screen.mu.Lock()
	defer w.screen.mu.Unlock()
	for _, s := range w.screen.said {
		if len(w.about[s.ID]) == 0 {
			all = append(all, scorecard.Word{At: s.at, Rule: "(none)", Severity: string(s.Severity), Title: s.Title, Anonymous: true})
		}
	}
	slices.SortStableFunc(all, func(a, b scorecard.Word) int { return a.At.Compare(b.At) })
	return all
}

// points are the rules of events, which are listed for a while without being
// so any more.
var points = func() (ids []string) {
	for _, r := range alert.Builtin() {
		if r.PointInTime {
			ids = append(ids, r.ID)
		}
	}
	return ids
}()

// look is what can be seen now.
func (w *witness) look(live *state.Live, cause string, after time.Duration) scorecard.Look {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := scorecard.Look{At: time.Now(), Cause: cause, After: after}
	for _, id := range slices.Sorted(maps.Keys(live.Alerts)) {
		if a := live.Alerts[id]; a.Status != string(alert.StatusResolved) && !slices.Contains(points, a.Rule) {
			l.Open = append(l.Open, w.line(&a))
			if a.Status != string(alert.StatusPending) {
				l.Status = max(l.Status, 10*event.Severity(a.Severity).Rank())
			}
		}
	}
	for _, b := range w.screen.shown() {
		x := scorecard.Bubble{Title: b.Title, Over: b.Severity == event.SeverityInfo}
		for _, fp := range w.about[b.ID] {
			if a, is := live.Alerts[fp]; is {
				x.About = append(x.About, w.line(&a))
			}
		}
		l.Bubbles = append(l.Bubbles, x)
	}
	return l
}

func (w *witness) line(a *state.AlertLine) scorecard.Line {
	known := w.alerts[a.ID]
	return scorecard.Line{
		Rule: a.Rule, Title: a.Title, Entities: entitiesOf(&known), Pending: a.Status == string(alert.StatusPending), Severity: a.Severity,
	}
}
