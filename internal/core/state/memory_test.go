package state

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

// from publishes events of a source.
func (s *script) from(source *event.Source, bodies ...event.Event) *script {
	for _, b := range bodies {
		s.seq++
		s.now = s.now.Add(time.Second)
		s.Apply(&event.Envelope{Seq: s.seq, At: s.now, Source: source, Body: b})
	}
	s.Derive(s.now)
	return s
}

func list(name string) *event.Source {
	return &event.Source{Gateway: "g", Via: event.ViaREST, Name: name}
}

// pictured is the picture of a state as it is on disk.
func pictured(t *testing.T, s *script) Picture {
	t.Helper()
	p, ok := s.Picture("g", s.now)
	if !ok {
		t.Fatal("there is nothing to keep")
	}
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back Picture
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

func watched(s *script) *script {
	s.SetGateway(Gateway{ID: "g"})
	return s.from(list("keys"),
		event.KeyRead{Key: "1", Name: "api", Group: "7", Enabled: event.Known(true), HasSpend: true, Spend: event.USD(3), Limit: event.Known(event.USD(3.1))},
		event.KeyRead{Key: "2", Name: "batch", Enabled: event.Known(false)},
		event.NavigationCounted{Entity: event.EntityVirtualKey, Count: 2},
	).from(list("groups"), event.GroupRead{Group: "7", Name: "Platform", Balance: event.Known(event.USD(5))}).
		from(list("providers"), event.ProviderHealthChanged{Provider: "p", Name: "openai", Health: event.HealthHealthy, LatencyMS: 120})
}

// TestARememberedPicture: what an earlier run knew is shown with its age until this
// one knows better, entry by entry and list by list; rules see none of it.
func TestARememberedPicture(t *testing.T) {
	before := watched(newScript())
	p := pictured(t, before)
	p.Tasks = map[string]Task{"g/lost": {ID: "g/lost", Gateway: "g", Task: "lost", Status: "processing", UpdatedAt: ms(before.now.Add(14 * time.Hour))}} // no list replaces it
	s := newScript()
	s.now = before.now.Add(14 * time.Hour)
	s.SetGateway(Gateway{ID: "g"})
	s.Remember("g", p, s.now)
	if live := s.Live(); len(live.Keys)+len(live.Groups)+len(live.Providers)+len(live.Nav) != 0 {
		t.Errorf("rules see %+v", live)
	}
	shown, d := s.Clone(), s.Changes()
	if k := shown.Keys["g/1"]; k.Name != "api" || k.Total.Or(-1) != event.USD(3) || k.Remembered != p.At || d.Keys["g/1"] == nil {
		t.Errorf("key: %+v", k)
	}
	if g := shown.Groups["g/7"]; g.Name != "Platform" || g.Remembered != p.At || d.Groups["g/7"] == nil {
		t.Errorf("group: %+v", g)
	}
	if n := shown.Nav["g/virtual_key"]; n.Count != 2 || n.Remembered != p.At || d.Nav["g/virtual_key"] == nil {
		t.Errorf("count: %+v", n)
	}
	if at := shown.Gateways["g"].PictureAt; at != p.At {
		t.Errorf("the picture's age: %d", at)
	}
	s.from(list("keys"), event.KeyRead{Key: "1", Name: "api-2", Enabled: event.Known(true)})
	shown, d = s.Clone(), s.Changes()
	if k := shown.Keys["g/1"]; k.Name != "api-2" || k.Remembered != 0 || d.Keys["g/1"].Name != "api-2" || shown.Keys["g/2"].Remembered == 0 {
		t.Errorf("after it was read: %+v", k)
	}
	s.from(list("keys"), event.Polled{Outcome: event.PollOK, EveryMS: 60_000})
	shown, d = s.Clone(), s.Changes()
	if _, still := shown.Keys["g/2"]; still {
		t.Error("a key that the list does not have stays")
	}
	if v, told := d.Keys["g/2"]; !told || v != nil {
		t.Errorf("that it is gone is not told: %v", d.Keys)
	}
	s.from(list("groups"), event.Polled{Outcome: event.PollTimedOut, EveryMS: 30_000})
	if c := s.Clone(); c.Groups["g/7"].Remembered == 0 {
		t.Error("a read that failed took what was remembered")
	}
	s.from(list("groups"), event.GroupRead{Group: "7"}, event.Polled{Outcome: event.PollOK}).
		from(list("providers"), event.ProviderHealthChanged{Provider: "p", Health: event.HealthHealthy}, event.Polled{Outcome: event.PollOK})
	if c := s.Clone(); c.Gateways["g"].PictureAt != 0 {
		t.Errorf("nothing is remembered any more, and the picture's age is %d", c.Gateways["g"].PictureAt)
	}
}

// TestAnOldPictureIsNotShown: after two days, whether the program is started then or
// shows it since.
func TestAnOldPictureIsNotShown(t *testing.T) {
	before := watched(newScript())
	p := pictured(t, before)
	s := newScript()
	s.SetGateway(Gateway{ID: "g"})
	s.Remember("g", pictured(t, before), before.now.Add(rememberedFor+time.Second))
	if c := s.Clone(); len(c.Keys) != 0 || c.Gateways["g"].PictureAt != 0 {
		t.Errorf("shown: %+v", c.Keys)
	}
	s.Remember("g", p, before.now.Add(time.Hour))
	s.Changes()
	s.Tick(before.now.Add(rememberedFor + time.Minute))
	d := s.Changes()
	if c := s.Clone(); len(c.Keys)+len(c.Groups)+len(c.Providers) != 0 {
		t.Errorf("still shown: %+v", c.Keys)
	}
	if v, told := d.Groups["g/7"]; !told || v != nil {
		t.Error("that it left is not told")
	}
}

// TestAPictureOfAPicture: what a run never read itself is kept with the age it has.
func TestAPictureOfAPicture(t *testing.T) {
	before := watched(newScript())
	p := pictured(t, before)
	at := p.At
	s := newScript()
	s.now = before.now.Add(time.Hour)
	s.SetGateway(Gateway{ID: "g"})
	s.Remember("g", p, s.now)
	if _, ok := s.Picture("g", s.now); ok {
		t.Error("a run that read nothing replaces what is kept")
	}
	s.from(list("providers"), event.ProviderHealthChanged{Provider: "p", Name: "openai", Health: event.HealthDegraded})
	next := pictured(t, s)
	if next.Keys["g/1"].Remembered != at || next.Providers["g/p"].Remembered != 0 {
		t.Errorf("key %d, provider %d; the first picture is of %d", next.Keys["g/1"].Remembered, next.Providers["g/p"].Remembered, at)
	}
}

// TestListsOutliveTwoRestarts: bookings and discoveries of a run before the last are
// shown and kept on, the newest of them where not all fit.
func TestListsOutliveTwoRestarts(t *testing.T) {
	push := &event.Source{Gateway: "g", Via: event.ViaHub, Name: "spend"}
	spend := func(n int) (all []event.Event) {
		for i := range n {
			all = append(all, &event.SpendRecorded{Key: "1", Amount: event.USD(1), Total: event.USD(float64(4 + i)), HasTotal: true})
		}
		return all
	}
	s := watched(newScript()).from(push, spend(maxTransactions)...).
		from(push, event.ModelsDiscovered{Provider: "p", Name: "openai", Models: []string{"m"}})
	last := s.seq - 1 // of the bookings
	for restart, more := range []int{0, 3, 0} {
		p := pictured(t, s)
		next := newScript()
		next.now, next.seq = s.now.Add(time.Hour), s.seq
		next.SetGateway(Gateway{ID: "g"})
		next.Remember("g", p, next.now)
		s = next.from(list("providers"), event.ProviderHealthChanged{Provider: "p", Name: "openai", Health: event.HealthHealthy})
		if more > 0 {
			s.from(push, spend(more)...)
			last = s.seq
		}
		live := s.Clone()
		if len(live.Discoveries) != 1 {
			t.Errorf("restart %d: %d discoveries", restart, len(live.Discoveries))
		}
		if _, there := live.Transactions[fmt.Sprint(last)]; !there || len(live.Transactions) < maxTransactions || len(p.Spent) != maxTransactions {
			t.Errorf("restart %d: %d bookings are shown, the last of them: %v", restart, len(live.Transactions), there)
		}
	}
}

// ticked lets minutes pass.
func (s *script) ticked(minutes int) *script {
	for range minutes {
		s.now = s.now.Truncate(time.Minute).Add(time.Minute)
		s.Tick(s.now)
	}
	return s
}

func strip(s *script, last int) string {
	h := s.Clone().Providers["g/p"].HealthTimeline
	return h[len(h)-last:]
}

// TestStripsHaveGaps: minutes that were not watched are none of the last colour:
// before the start, while the program was closed, asleep, or the gateway did
// not answer.
func TestStripsHaveGaps(t *testing.T) {
	healthy := event.ProviderHealthChanged{Provider: "p", Name: "openai", Health: event.HealthHealthy}
	ok := event.Polled{Outcome: event.PollOK, EveryMS: 30_000}
	s := newScript()
	s.now = s.now.Truncate(time.Minute)
	s.SetGateway(Gateway{ID: "g"})
	s.from(list("providers"), healthy, ok)
	for range 3 {
		s.ticked(1).from(list("providers"), ok)
	}
	if got := strip(s, 8); got != "....hhhh" {
		t.Errorf("before the start: %s", got)
	}
	s.from(list("providers"), event.Polled{Outcome: event.PollTimedOut, EveryMS: 30_000}).ticked(4)
	if got := strip(s, 8); got != "hhhh...." {
		t.Errorf("the gateway does not answer: %s", got)
	}
	s.from(list("providers"), ok).ticked(1).from(list("providers"), ok).ticked(1).from(list("providers"), ok)
	if got := strip(s, 8); got != "hh....hh" {
		t.Errorf("it answers again: %s", got)
	}
	s.now = s.now.Add(5 * time.Minute) // asleep
	s.from(list("providers"), ok).ticked(1)
	if got := strip(s, 8); got != "hh.....h" {
		t.Errorf("asleep: %s", got)
	}
	p := pictured(t, s)
	again := newScript()
	again.now = s.now.Add(3 * time.Minute)
	again.SetGateway(Gateway{ID: "g"})
	again.Remember("g", p, again.now)
	if got := strip(again, 8); got != "....h..." {
		t.Errorf("closed: %s", got)
	}
	again.from(list("providers"), healthy, ok).ticked(1)
	if got := strip(again, 8); got != "...h..hh" {
		t.Errorf("and started: %s", got)
	}
}

// TestStripOfAHub: pushed health counts while its hub is connected.
func TestStripOfAHub(t *testing.T) {
	hub := &event.Source{Gateway: "g", Via: event.ViaHub, Name: "provider-health"}
	link := func(state event.LinkState) event.LinkChanged {
		return event.LinkChanged{Hub: "provider-health", Plane: event.PlaneAdmin, State: state}
	}
	s := newScript()
	s.SetGateway(Gateway{ID: "g"})
	s.from(hub, link(event.LinkConnected), event.ProviderHealthChanged{Provider: "p", Health: event.HealthHealthy}).ticked(2)
	s.from(hub, link(event.LinkReconnecting)).ticked(3)
	if got := strip(s, 6); got != "hhh..." && got != ".hh..." {
		t.Errorf("%s", got)
	}
}

// TestLostTasksLeave: a task whose end was missed does not run for ever, whether it
// is of this run or an earlier one.
func TestLostTasksLeave(t *testing.T) {
	before := newScript().apply(event.TaskProgressed{Task: "t", Medium: event.MediumVideo, Status: event.TaskProcessing, Progress: 5})
	p := pictured(t, before)
	s := newScript()
	s.now = before.now.Add(time.Hour)
	s.SetGateway(Gateway{ID: "g"})
	s.Remember("g", p, s.now)
	if c := s.Clone(); c.Tasks["g/t"].Remembered == 0 {
		t.Fatalf("a task that ran an hour ago is not shown: %+v", c.Tasks)
	}
	for _, x := range []*script{before, s} {
		x.Tick(before.now.Add(taskSilence - time.Minute))
		if len(x.Clone().Tasks) != 1 {
			t.Error("left too soon")
		}
		x.Changes()
		x.Tick(before.now.Add(taskSilence + time.Minute))
		if d := x.Changes(); len(x.Clone().Tasks) != 0 || d.Tasks["g/t"] != nil {
			t.Error("a lost task stays")
		}
	}
}

func finishedTask(id string, took time.Duration) []event.Event {
	at := t0.Add(time.Hour)
	return []event.Event{
		event.TaskProgressed{Task: event.TaskID(id), Medium: event.MediumVideo, Model: "sora", Status: event.TaskQueued, At: at},
		event.TaskProgressed{Task: event.TaskID(id), Medium: event.MediumVideo, Model: "sora", Status: event.TaskCompleted, At: at.Add(took)},
	}
}

// TestUsualDuration: the median of tasks that were seen from beginning to end, by
// medium and model; not of fewer than five; after a restart as before it.
func TestUsualDuration(t *testing.T) {
	s := newScript()
	for i, minutes := range []int{2, 9, 3, 4, 100} {
		s.apply(finishedTask(fmt.Sprint(i), time.Duration(minutes)*time.Minute)...)
	}
	s.apply(event.TaskProgressed{Task: "late", Medium: event.MediumVideo, Model: "sora", Status: event.TaskProcessing, Progress: 60, At: t0},
		event.TaskProgressed{Task: "late", Medium: event.MediumVideo, Model: "sora", Status: event.TaskCompleted, At: t0.Add(time.Second)})
	s.apply(event.TaskProgressed{Task: "new", Medium: event.MediumVideo, Model: "sora", Status: event.TaskQueued},
		event.TaskProgressed{Task: "image", Medium: event.MediumImage, Model: "sora", Status: event.TaskQueued})
	check := func(s *script) {
		t.Helper()
		if x := s.Live().Tasks["g/new"]; x.UsualMS != (4*time.Minute).Milliseconds() || x.UsualCount != 5 {
			t.Errorf("usual: %d ms of %d", x.UsualMS, x.UsualCount)
		}
	}
	check(s)
	if x := s.Live().Tasks["g/image"]; x.UsualMS != 0 {
		t.Errorf("of no image: %d", x.UsualMS)
	}
	again := newScript()
	again.SetGateway(Gateway{ID: "g"})
	again.Remember("g", pictured(t, s), s.now)
	again.apply(event.TaskProgressed{Task: "new", Medium: event.MediumVideo, Model: "sora", Status: event.TaskQueued, At: s.now.Add(time.Minute)})
	check(again)
}

// TestTaskTimesAreBounded: of sorts of tasks and of durations of each.
func TestTaskTimesAreBounded(t *testing.T) {
	var x taskTimes
	for i := range maxTaskSorts + 10 {
		x.put(fmt.Sprint("g/video/", i), 1)
	}
	for range maxTaskTimes + 10 {
		x.put("g/video/499", 7)
	}
	if len(x.took) != maxTaskSorts || len(x.took["g/video/499"]) != maxTaskTimes {
		t.Errorf("%d sorts, %d durations", len(x.took), len(x.took["g/video/499"]))
	}
	if _, oldest := x.took["g/video/0"]; oldest {
		t.Error("the oldest sort stays")
	}
}

// TestChangesAreKept: with the list that they were found by, at once, and of a
// change that a hub pushed once more when a list says what it was.
func TestChangesAreKept(t *testing.T) {
	s := newScript()
	s.KeepLedgers()
	hub := &event.Source{Gateway: "g", Via: event.ViaHub, Name: "notifications"}
	s.from(hub, event.NavigationChanged{Entity: event.EntityModelMapping, Action: event.ActionUpdated, ID: "3", Name: "fast"})
	first := s.TakeKept()
	s.Changes()
	compared := event.Comparison{Values: []event.FieldChange{{Field: "providerId", Old: "alpha", New: "beta"}}, Provider: "2", Models: []string{"fast"}}
	s.from(list("mappings"), event.ChangeCompared{Entity: event.EntityModelMapping, Action: event.ActionUpdated, ID: "3", At: s.now, Comparison: compared},
		event.ListRead{List: "mappings", Body: json.RawMessage(`1`)}, event.ListRead{List: "mappings", Body: json.RawMessage(`2`)})
	second := s.TakeKept()
	if len(first.Changes) != 1 || len(second.Changes) != 1 || second.Changes[0].ID != first.Changes[0].ID || len(second.Lists) != 1 || string(second.Lists[0].Body) != "2" {
		t.Fatalf("kept %+v, then %+v", first, second)
	}
	want := []ChangedValue{{Field: "providerId", Old: "alpha", New: "beta"}}
	if d := cmp.Diff(want, second.Changes[0].Values); d != "" {
		t.Error(d)
	}
	if d := s.Changes().Changes; len(d) != 1 || d[second.Changes[0].ID].Provider != "2" {
		t.Errorf("shown anew: %+v", d)
	}
	again := New()
	again.RestoreChanges([]Change{second.Changes[0]})
	if d := cmp.Diff(s.Clone().Changes, again.Clone().Changes); d != "" {
		t.Errorf("after a restart: %s", d)
	}
	if k := again.TakeKept(); len(k.Changes) != 0 {
		t.Error("what was kept is kept again")
	}
}

// TestMarks: somebody's mark is a change like any other, once.
func TestMarks(t *testing.T) {
	s := New()
	s.KeepLedgers()
	for range 2 {
		s.AddMark(Change{ID: "m1", Name: "release 7", At: 1000})
	}
	c := s.Clone().Changes
	if len(c) != 1 || c["m1"].Entity != EntityMark || len(s.TakeKept().Changes) != 1 || strings.Contains(c["m1"].Action, "updated") {
		t.Errorf("%+v", c)
	}
}

// TestTheLastCallOfAKey: what a key asked for last is remembered over a restart, and
// is another once the log has a newer one, also of the time between the two runs.
func TestTheLastCallOfAKey(t *testing.T) {
	before := watched(newScript())
	called := before.now
	before.from(list("logs"), &event.SpendRecorded{Key: "1", Model: "small", Amount: event.USD(0.5), At: called})
	before.from(list("logs"), &event.SpendRecorded{Key: "1", Model: "late", Amount: event.USD(7), At: called.Add(-time.Minute)})
	p := pictured(t, before)
	for _, ledgerFirst := range []bool{false, true} {
		s := newScript()
		s.now = before.now.Add(time.Hour)
		s.SetGateway(Gateway{ID: "g"})
		if ledgerFirst {
			s.RestoreLedger("g", before.Book("g").Take().Saved, s.now)
			s.keyOf("g", "1")
		}
		s.Remember("g", p, s.now)
		want := func(when, model string, n event.NanoUSD) {
			t.Helper()
			if k := s.Clone().Keys["g/1"]; k.LastModel != model || k.LastAmount != int64(n) {
				t.Errorf("%s (ledger first: %v): %s on %q, want %s on %q", when, ledgerFirst, event.NanoUSD(k.LastAmount), k.LastModel, n, model)
			}
		}
		want("remembered", "small", event.USD(0.5))
		s.from(list("keys"), event.KeyRead{Key: "1", Name: "api", Group: "7", Enabled: event.Known(true)}, event.ListRead{List: "keys"})
		want("its list was read", "small", event.USD(0.5))
		s.from(list("logs"), event.LogRead{From: called.Add(-time.Hour), To: s.now, Calls: []event.LoggedCall{
			{ID: 2, Key: "1", Model: "meanwhile", Amount: event.USD(0.25), At: called.Add(time.Minute)},
			{ID: 1, Key: "1", Model: "old", Amount: event.USD(0.125), At: called.Add(-30 * time.Minute)},
		}})
		want("of the time between", "meanwhile", event.USD(0.25))
	}
}
