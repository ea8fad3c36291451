package state

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatewatch/internal/core/event"
)

var t0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// script applies bodies a second apart, all from one hub, and settles.
type script struct {
	*State
	seq uint64
	now time.Time
	via event.Via
}

func newScript() *script {
	s := &script{State: New(), now: t0, via: event.ViaHub}
	s.SetGateway(Gateway{ID: "g"})
	return s
}

func (s *script) apply(bodies ...event.Event) *script {
	for _, b := range bodies {
		s.seq++
		s.now = s.now.Add(time.Second)
		s.Apply(&event.Envelope{Seq: s.seq, At: s.now, Source: &event.Source{Gateway: "g", Via: s.via, Name: "spend"}, Body: b})
	}
	s.Derive(s.now)
	return s
}

// Every kind must have a case in fold: a kind added and forgotten fails here
// by name.
func TestApplyKnowsEveryKind(t *testing.T) {
	for _, k := range event.Kinds() {
		t.Run(string(k), func(t *testing.T) {
			body, err := event.Decode(k, []byte("{}"))
			if err != nil {
				t.Fatal(err)
			}
			s := New()
			env := event.Envelope{Seq: 1, At: t0, Source: &event.Source{}, Body: body}
			s.Apply(&env)
			if s.Unhandled != 0 {
				t.Errorf("no case for %s", k)
			}
			if _, text := Describe(env); text == "" || text == string(k) {
				t.Errorf("no sentence for %s", k)
			}
		})
	}
}

// Merge, Len and Clone must know every topic.
func TestDeltaKnowsEveryTopic(t *testing.T) {
	typ := reflect.TypeFor[Delta]()
	live := reflect.TypeFor[Live]()
	if typ.NumField() != live.NumField() {
		t.Errorf("Delta has %d topics, Live %d", typ.NumField(), live.NumField())
	}
	for i := range typ.NumField() {
		name := typ.Field(i).Name
		var d Delta
		f := reflect.ValueOf(&d).Elem().Field(i)
		m := reflect.MakeMap(f.Type())
		m.SetMapIndex(reflect.ValueOf("x"), reflect.Zero(f.Type().Elem()))
		f.Set(m)
		if d.Empty() || d.Len() != 1 {
			t.Errorf("%s: Len = %d", name, d.Len())
		}
		var merged Delta
		merged.Merge(d)
		if merged.Len() != 1 {
			t.Errorf("%s: not merged", name)
		}
	}
	if c := reflect.ValueOf(New().Clone()); true {
		for i := range c.NumField() {
			if c.Field(i).IsNil() {
				t.Errorf("Clone leaves %s nil", c.Type().Field(i).Name)
			}
		}
	}
}

func spent(total, amount float64, at int) *event.SpendRecorded {
	return &event.SpendRecorded{
		Key: "7", Amount: event.USD(amount), Total: event.USD(total), HasTotal: true,
		Model: "m", At: t0.Add(time.Duration(at) * time.Second),
	}
}

func TestSpend(t *testing.T) {
	limit := func(v float64) event.SpendLimitReported {
		return event.SpendLimitReported{Key: "7", Spend: event.USD(v), Limit: event.USD(10), Ratio: -1, Severity: event.SeverityWarning, At: t0.Add(90 * time.Second)}
	}
	for _, c := range []struct {
		name     string
		events   []event.Event
		total    float64
		used     float64
		requests int64
		refused  int64
	}{
		{"one", []event.Event{spent(1, 1, 1)}, 1, -1, 1, 0},
		{"limit comes later", []event.Event{spent(5, 1, 1), limit(5)}, 5, 0.5, 1, 0},
		{"limit comes first", []event.Event{limit(5), spent(6, 1, 91)}, 6, 0.6, 1, 0},
		{"claim raises an unknown total", []event.Event{limit(9)}, 9, 0.9, 0, 0},
		{"the same event twice is one spend", []event.Event{spent(1, 1, 1), spent(1, 1, 1)}, 1, -1, 1, 0},
		{"same amount, later", []event.Event{spent(1, 1, 1), spent(2, 1, 2)}, 2, -1, 2, 0},
		{"a latecomer does not turn back", []event.Event{spent(3, 1, 3), spent(2, 1, 2)}, 3, -1, 2, 1},
		{"no total is no total", []event.Event{&event.SpendRecorded{Key: "7", Amount: 5}}, -1e-9, -1, 1, 0},
		{"zero amount sets the total only", []event.Event{spent(4, 0, 1)}, 4, -1, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newScript().apply(c.events...).Live().Keys["g/7"]
			if k.Total.Or(-1) != event.USD(c.total) || k.UsedRatio.Or(-1) != c.used || k.Requests != c.requests || k.StaleTotals != c.refused {
				t.Errorf("total %s used %v requests %d refused %d, want %v", k.Total, k.UsedRatio, k.Requests, k.StaleTotals, c)
			}
		})
	}
}

func TestSpendByRequestID(t *testing.T) {
	s := newScript()
	a := spent(1, 1, 1)
	a.Request = "r1"
	b := a
	b.At = b.At.Add(time.Minute) // another connection, another time: the same spend
	if k := s.apply(a, b).Live().Keys["g/7"]; k.Requests != 1 || k.ObservedTotal != int64(event.USD(1)) {
		t.Errorf("requests %d seen %d", k.Requests, k.ObservedTotal)
	}
}

func TestRESTMayLowerATotal(t *testing.T) {
	s := newScript().apply(spent(9, 1, 1))
	s.via = event.ViaREST
	s.apply(event.KeyRead{Key: "7", Name: "team", Enabled: event.Known(true), Spend: event.USD(2), HasSpend: true, Limit: event.Known(event.USD(10)), At: t0.Add(time.Hour)})
	k := s.Live().Keys["g/7"]
	if k.Total.Or(-1) != event.USD(2) || k.Name != "team" || k.UsedRatio.Or(-1) != 0.2 || k.Status != "enabled" {
		t.Errorf("%+v", k)
	}
}

func TestClaimIsCheckedAgainstARead(t *testing.T) {
	for _, c := range []struct {
		truth float64
		want  string
	}{{9.6, "verified"}, {9.2, "verified"}, {6.1, "contradicted"}} {
		s := newScript().apply(event.SpendLimitReported{Key: "7", Ratio: 0.96, Limit: event.USD(10), Severity: event.SeverityCritical, At: t0})
		s.via = event.ViaREST
		s.apply(event.KeyRead{Key: "7", HasSpend: true, Spend: event.USD(c.truth), At: t0.Add(time.Minute)})
		if k := s.Live().Keys["g/7"]; k.Trust != c.want {
			t.Errorf("truth %v: %s, want %s", c.truth, k.Trust, c.want)
		}
	}
}

// A claim that was true is over when the key's spend begins anew: what is read
// counts. A hub that reports another limit begins no other budget period.
func TestAClaimLapsesAndAPeriodStays(t *testing.T) {
	read := func(spend, limit float64, at time.Duration) event.KeyRead {
		return event.KeyRead{
			Key: "7", HasSpend: true, Spend: event.USD(spend), Limit: event.Known(event.USD(limit)),
			Period: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), At: t0.Add(at),
		}
	}
	s := newScript()
	s.via = event.ViaREST
	s.apply(read(0.09, 0.1, 0))
	s.via = event.ViaHub
	s.apply(event.SpendLimitReported{Key: "7", Ratio: 1.02, Spend: event.USD(0.102), Limit: event.USD(0.1), Severity: event.SeverityCritical, At: t0.Add(time.Second)})
	s.via = event.ViaREST
	s.apply(read(0.102, 0.1, 2*time.Second))
	if k := s.Live().Keys["g/7"]; k.Trust != "verified" || k.UsedRatio.Or(-1) != 1.02 {
		t.Fatalf("%+v", k)
	}
	s.apply(read(0.06, 0.1, time.Minute))
	if k := s.Live().Keys["g/7"]; k.Trust != "" || k.ReportedLevel != "" || k.ReportedRatio >= 0 || k.UsedRatio.Or(-1) != 0.6 {
		t.Errorf("after the reset %+v", k)
	}
	s.via = event.ViaHub
	s.apply(event.KeyRead{Key: "7", Limit: event.Known(event.USD(1)), At: t0.Add(2 * time.Minute)})
	if k := s.Live().Keys["g/7"]; k.PeriodID != "period:2026-02-01" || k.Limit != event.Known(event.USD(1)) {
		t.Errorf("raised: %+v", k)
	}
	s.via = event.ViaREST
	s.apply(event.KeyRead{Key: "7", HasSpend: true, Spend: event.USD(0.06), Limit: event.Known(event.USD(1)), At: t0.Add(3 * time.Minute)})
	if k := s.Live().Keys["g/7"]; k.PeriodID != "limit:1" {
		t.Errorf("without a period: %+v", k)
	}
}

// However spends with ascending totals are repeated and shuffled, the same
// total and the same sum come out.
func TestSpendOrderAndRepeatsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		var events []event.Event
		for i := range n {
			events = append(events, spent(float64(i+1), 1, i))
		}
		want := newScript().apply(events...).Live().Keys["g/7"]
		extra := rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 10).Draw(t, "extra")
		for _, i := range extra {
			events = append(events, events[i])
		}
		got := newScript().apply(rapid.Permutation(events).Draw(t, "order")...).Live().Keys["g/7"]
		if got.Total != want.Total || got.ObservedTotal != want.ObservedTotal || got.Requests != want.Requests {
			t.Fatalf("total %s/%s seen %d/%d", got.Total, want.Total, got.ObservedTotal, want.ObservedTotal)
		}
	})
}

func TestTaskIsMonotonic(t *testing.T) {
	ev := func(st event.TaskStatus, p float64, at int) event.TaskProgressed {
		return event.TaskProgressed{Task: "t", Medium: event.MediumVideo, Status: st, Progress: p, Remaining: -1, At: t0.Add(time.Duration(at) * time.Second)}
	}
	for _, c := range []struct {
		name   string
		events []event.Event
		status event.TaskStatus
		want   float64
		left   int64
	}{
		{"queued", []event.Event{ev(event.TaskQueued, 0, 0)}, event.TaskQueued, 0, -1},
		{"extrapolates", []event.Event{ev(event.TaskQueued, 0, 0), ev(event.TaskProcessing, 25, 10)}, event.TaskProcessing, 25, 30_000},
		{"does not fall", []event.Event{ev(event.TaskProcessing, 40, 1), ev(event.TaskProcessing, 30, 2)}, event.TaskProcessing, 40, 1500},
		{"ignores a latecomer", []event.Event{ev(event.TaskProcessing, 40, 5), ev(event.TaskQueued, 0, 1)}, event.TaskProcessing, 40, -1},
		{"stays finished", []event.Event{ev(event.TaskCompleted, -1, 5), ev(event.TaskProcessing, 90, 9)}, event.TaskCompleted, 100, -1},
		{"failed keeps its progress", []event.Event{ev(event.TaskProcessing, 64, 1), ev(event.TaskFailed, -1, 2)}, event.TaskFailed, 64, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			task := newScript().apply(c.events...).Live().Tasks["g/t"]
			if task.Status != string(c.status) || task.Progress != c.want || task.RemainingMS != c.left {
				t.Errorf("%s %v left %d, want %s %v %d", task.Status, task.Progress, task.RemainingMS, c.status, c.want, c.left)
			}
		})
	}
}

func TestFinishedTasksLeave(t *testing.T) {
	s := newScript().apply(
		event.TaskProgressed{Task: "done", Medium: event.MediumImage, Status: event.TaskCompleted, Progress: 100},
		event.TaskProgressed{Task: "runs", Medium: event.MediumImage, Status: event.TaskProcessing, Progress: 1},
	)
	s.Tick(s.now.Add(9 * time.Minute))
	if len(s.Live().Tasks) != 2 {
		t.Fatal("left too soon")
	}
	s.Changes()
	s.Tick(s.now.Add(11 * time.Minute))
	if _, ok := s.Live().Tasks["g/done"]; ok || len(s.Live().Tasks) != 1 {
		t.Error("a finished task stays for ever")
	}
	if d := s.Changes(); d.Tasks["g/done"] != nil || len(d.Tasks) == 0 {
		t.Errorf("its leaving is not told: %v", d.Tasks)
	}
}

func TestProviderHour(t *testing.T) {
	h := func(h event.Health, at time.Duration) event.ProviderHealthChanged {
		return event.ProviderHealthChanged{Provider: "p", Health: h, LatencyMS: -1, At: t0.Add(at)}
	}
	s := newScript()
	for m := range time.Duration(8) {
		switch at := m * time.Minute; m {
		case 0, 5:
			s.apply(h(event.HealthHealthy, at))
		case 2:
			s.apply(h(event.HealthUnhealthy, at))
		case 6:
			s.apply(h(event.HealthDegraded, time.Minute))
		}
		s.Tick(t0.Add(m * time.Minute))
	}
	p := s.Live().Providers["g/p"]
	if got := p.HealthTimeline[len(p.HealthTimeline)-8:]; got != "hhuuuuhh" {
		t.Errorf("hour ends %q", got)
	}
	if p.Changes != 2 || p.Health != "healthy" {
		t.Errorf("changes %d, health %s (a latecomer must not count)", p.Changes, p.Health)
	}
}

// TestADeletedProviderLeaves: whether the gateway knows it by id or by name.
func TestADeletedProviderLeaves(t *testing.T) {
	for _, known := range []event.ProviderID{"7", "openai"} {
		s := newScript()
		s.apply(event.ProviderHealthChanged{Provider: known, Name: "openai", Health: event.HealthUnhealthy, LatencyMS: -1})
		s.Changes()
		s.apply(event.NavigationChanged{Entity: event.EntityProvider, Action: event.ActionDeleted, ID: "7", Name: "openai"})
		d := s.Changes()
		if p, told := d.Providers["g/"+string(known)]; len(s.Live().Providers) != 0 || !told || p != nil {
			t.Errorf("%s: still shown %v, told %v", known, s.Live().Providers, d.Providers)
		}
	}
}

func TestSummary(t *testing.T) {
	type link struct {
		hub   string
		plane event.Plane
		state event.LinkState
		class string
	}
	for _, c := range []struct {
		name                 string
		links                []link
		core, admin, overall string
	}{
		{"none", nil, "", "", "disconnected"},
		{"all up", []link{{"a", "core", "connected", ""}, {"b", "admin", "connected", ""}}, "connected", "connected", "connected"},
		{"one lost", []link{{"a", "core", "connected", ""}, {"b", "core", "reconnecting", "network"}}, "reconnecting", "", "partial"},
		{"admin refused", []link{{"a", "core", "connected", ""}, {"b", "admin", "error", "auth"}}, "connected", "error", "partial"},
		{"unsupported does not count", []link{{"a", "core", "connected", ""}, {"b", "core", "error", "unsupported"}}, "connected", "", "connected"},
		{"unsupported, asked again", []link{{"a", "core", "connected", ""}, {"b", "core", "error", "unsupported"}, {"b", "core", "connecting", ""}}, "connected", "", "connected"},
		{"no longer unsupported", []link{{"a", "core", "connected", ""}, {"b", "core", "error", "unsupported"}, {"b", "core", "connected", ""}}, "connected", "", "connected"},
		{"all gone", []link{{"a", "core", "reconnecting", "network"}, {"b", "admin", "reconnecting", "network"}}, "reconnecting", "reconnecting", "reconnecting"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScript()
			for _, l := range c.links {
				s.apply(event.LinkChanged{Hub: l.hub, Plane: l.plane, State: l.state, Class: l.class, Cause: because(l.class)})
			}
			g := s.Live().Gateways["g"]
			if diff := cmp.Diff([]string{c.core, c.admin, c.overall}, []string{g.Core, g.Admin, g.Overall}); diff != "" {
				t.Error(diff)
			}
			if (g.Overall == "connected") != (g.Cause == "") && len(c.links) > 0 {
				t.Errorf("overall %s but cause %q", g.Overall, g.Cause)
			}
		})
	}
}

func TestGroupRates(t *testing.T) {
	s := newScript()
	read := func(spent float64, minute int) event.GroupRead {
		at := t0.Add(time.Duration(minute) * time.Minute)
		return event.GroupRead{
			Group: "1", Name: "team", Balance: event.Known(event.USD(100 - spent)), Credits: event.Known(event.USD(100)), Spent: event.Known(event.USD(spent)),
			PeriodID: "topup:5", OpeningBalance: event.USD(100), At: at, There: at,
		}
	}
	s.apply(read(10, 0), read(11, 5), read(12, 10), read(13, 14))
	s.Derive(t0.Add(14 * time.Minute))
	g := s.Live().Groups["g/1"]
	if g.UsedRatio.Or(-1) != 0.13 || g.Rate15m.Or(0) <= 0 {
		t.Errorf("used %v, rate %s", g.UsedRatio, g.Rate15m)
	}
	s.apply(read(20, 1)) // a late event
	if got := s.Live().Groups["g/1"]; !reflect.DeepEqual(got, g) {
		t.Errorf("a latecomer changed it: %+v", got)
	}
	s.Tick(t0.Add(2 * time.Hour))
	if got := s.Live().Groups["g/1"]; got.Rate15m.Or(-1) != 0 || got.LastHour.Or(-1) != 0 {
		t.Errorf("two quiet hours later: %s, %s", got.Rate15m, got.LastHour)
	}
}

func because(class string) string {
	if class == "" {
		return ""
	}
	return "because " + class
}

// A snapshot and the deltas since an empty state must report the same.
func TestChangesAddUpToClone(t *testing.T) {
	s := newScript()
	sum := Delta{}
	for i := range 30 {
		s.apply(
			spent(float64(i+1), 1, i),
			event.ProviderHealthChanged{Provider: event.ProviderID(fmt.Sprint(i % 3)), Health: event.HealthHealthy},
			event.NavigationChanged{Entity: event.EntityProvider, Action: event.ActionCreated, ID: fmt.Sprint(i)},
			event.ModelsDiscovered{Provider: "1", Models: []string{fmt.Sprint("m", i)}},
			event.TaskProgressed{Task: event.TaskID(fmt.Sprint("t", i)), Medium: event.MediumImage, Status: event.TaskQueued, Remaining: -1},
		)
		sum.Merge(s.Changes())
	}
	var told, cloned map[string]map[string]any
	roundTrip(t, sum, &told)
	roundTrip(t, s.Clone(), &cloned)
	for topic, things := range cloned {
		for id, thing := range things {
			if diff := cmp.Diff(thing, told[topic][id]); diff != "" {
				t.Fatalf("%s %s: %s", topic, id, diff)
			}
		}
	}
}

func roundTrip(t *testing.T, v, into any) {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	s := New()
	for i := range maxKeys + 50 {
		g := &event.Source{Gateway: "g"}
		key := fmt.Sprint(i)
		s.Apply(&event.Envelope{Seq: uint64(i), At: t0, Source: g, Body: &event.SpendRecorded{Key: event.KeyID(key), Amount: 1}})
		s.Apply(&event.Envelope{Seq: uint64(i), At: t0, Source: g, Body: event.TaskProgressed{Task: event.TaskID(key)}})
		s.Apply(&event.Envelope{Seq: uint64(i), At: t0, Source: g, Body: event.ProviderHealthChanged{Provider: event.ProviderID(key)}})
	}
	s.Derive(t0)
	l := s.Live()
	if len(l.Keys) != maxKeys || len(l.Tasks) != maxTasks || len(l.Providers) != maxProviders {
		t.Errorf("%d keys, %d tasks, %d providers", len(l.Keys), len(l.Tasks), len(l.Providers))
	}
	if s.Overflow == 0 {
		t.Error("overflow is not counted")
	}
}

func TestForget(t *testing.T) {
	s := newScript().apply(spent(1, 1, 1), event.ProviderHealthChanged{Provider: "p"}, event.LinkChanged{Hub: "h", Plane: "core", State: event.LinkConnected})
	s.Changes()
	s.Forget("g", true)
	d := s.Changes()
	if len(s.Live().Keys)+len(s.Live().Providers)+len(s.Live().Links) != 0 {
		t.Error("something is left")
	}
	if v, told := d.Keys["g/7"]; !told || v != nil {
		t.Error("the key's leaving is not told")
	}
	if s.Live().Gateways["g"].Overall != "disconnected" {
		t.Errorf("overall %s", s.Live().Gateways["g"].Overall)
	}
	s.apply(spent(0.5, 0.5, 400))
	if k := s.Live().Keys["g/7"]; k.Total.Or(-1) != event.USD(0.5) {
		t.Errorf("after forgetting, total %s", k.Total)
	}
}

func TestSetAlertsTellsOnlyWhatChanged(t *testing.T) {
	s := New()
	a, b := AlertLine{ID: "a", Title: "A"}, AlertLine{ID: "b", Title: "B"}
	if d := s.SetAlerts([]AlertLine{a, b}); len(d.Alerts) != 2 {
		t.Errorf("first: %d", len(d.Alerts))
	}
	b.Title = "B2"
	d := s.SetAlerts([]AlertLine{b})
	if len(d.Alerts) != 2 || d.Alerts["a"] != nil || d.Alerts["b"].Title != "B2" {
		t.Errorf("%+v", d.Alerts)
	}
	if d := s.SetAlerts([]AlertLine{b}); !d.Empty() {
		t.Error("nothing changed, yet a delta")
	}
}

// A hub and a list report one change of a mapping, in either order: it is one.
// Later the same may happen again.
func TestAChangeToldTwiceIsOne(t *testing.T) {
	at := time.Date(2026, 11, 22, 22, 52, 0, 0, time.UTC)
	hub, rest := &event.Source{Gateway: "g", Via: event.ViaHub, Name: "notifications"}, &event.Source{Gateway: "g", Via: event.ViaREST, Name: "mappings"}
	created := event.NavigationChanged{Entity: event.EntityModelMapping, Action: event.ActionCreated, ID: "16", Name: "bulk-1"}
	updated := created
	updated.Action = event.ActionUpdated
	for _, c := range []struct {
		name string
		told []event.Envelope
		want []bool
	}{
		{"hub first", []event.Envelope{{At: at, Source: hub, Body: created}, {At: at.Add(time.Second), Source: rest, Body: created}}, []bool{true, false}},
		{"list first", []event.Envelope{{At: at, Source: rest, Body: created}, {At: at.Add(time.Second), Source: hub, Body: created}}, []bool{true, false}},
		{"two replicas", []event.Envelope{{At: at, Source: hub, Body: created}, {At: at, Source: hub, Body: created}}, []bool{true, false}},
		{"updated twice", []event.Envelope{{At: at, Source: hub, Body: updated}, {At: at.Add(time.Second), Source: hub, Body: updated}}, []bool{true, true}},
		{"updated, told twice", []event.Envelope{{At: at, Source: hub, Body: updated}, {At: at.Add(time.Second), Source: rest, Body: updated}}, []bool{true, false}},
		{"updated again later", []event.Envelope{{At: at, Source: hub, Body: updated}, {At: at.Add(time.Minute), Source: rest, Body: updated}}, []bool{true, true}},
	} {
		s := New()
		var got []bool
		for i, env := range c.told {
			env.Seq = uint64(i + 1)
			got = append(got, s.Apply(&env))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: news %v, want %v", c.name, got, c.want)
		}
	}
}

// A hub and the list of keys report one change of a key, up to a minute apart: it is
// one, with the values of the list.
func TestAKeysChangeToldTwiceIsOne(t *testing.T) {
	at := time.Date(2026, 11, 22, 22, 52, 0, 0, time.UTC)
	hub, rest := &event.Source{Gateway: "g", Via: event.ViaHub, Name: "notifications"}, &event.Source{Gateway: "g", Via: event.ViaREST, Name: "keys"}
	off := event.KeyChanged{Key: "9", Action: event.ActionDisabled, Changes: []string{"IsEnabled: False"}, At: at}
	read := func(own, at time.Time) event.KeyChanged {
		return event.KeyChanged{
			Key: "9", Name: "old-prototype", Action: event.ActionDisabled, Changes: []string{"isEnabled"}, At: at,
			Comparison: event.Comparison{Own: own, Values: []event.FieldChange{{Field: "isEnabled", Old: "true", New: "false"}}},
		}
	}
	on := event.KeyChanged{Key: "9", Action: event.ActionEnabled, At: at.Add(time.Second)}
	later := at.Add(50 * time.Second)
	for _, c := range []struct {
		name string
		told []event.Envelope
		want []bool
	}{
		{"hub first", []event.Envelope{{At: at, Source: hub, Body: off}, {At: later, Source: rest, Body: read(at, later)}}, []bool{true, false}},
		{"hub first, no time of its own", []event.Envelope{{At: at, Source: hub, Body: off}, {At: later, Source: rest, Body: read(time.Time{}, later)}}, []bool{true, false}},
		{"list first", []event.Envelope{{At: at, Source: rest, Body: read(at, at)}, {At: at.Add(time.Second), Source: hub, Body: off}}, []bool{true, false}},
		{"another one", []event.Envelope{{At: at, Source: hub, Body: off}, {At: later, Source: rest, Body: read(later, later)}}, []bool{true, true}},
		{"enabled between", []event.Envelope{{At: at, Source: hub, Body: off}, {At: at, Source: hub, Body: on}, {At: later, Source: rest, Body: read(later, later)}}, []bool{true, true, true}},
		{"pushed twice", []event.Envelope{{At: at, Source: hub, Body: off}, {At: later, Source: hub, Body: off}}, []bool{true, true}},
	} {
		s := New()
		var got []bool
		for i, env := range c.told {
			env.Seq = uint64(i + 1)
			got = append(got, s.Apply(&env))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: news %v, want %v", c.name, got, c.want)
		}
		if c.name != "hub first" {
			continue
		}
		changes := s.Clone().Changes
		if one := changes["1"]; len(changes) != 1 || len(one.Values) != 1 || one.Name != "old-prototype" || one.At != at.UnixMilli() {
			t.Errorf("%+v", changes)
		}
	}
}

// Keys that share a place among those of late are still themselves, and one
// that was forgotten begins anew.
func TestKeysAreNotMixedUp(t *testing.T) {
	s := New()
	s.SetGateway(Gateway{ID: "a"})
	s.SetGateway(Gateway{ID: "b"})
	seq := uint64(0)
	keys := []event.KeyID{"2", "12", "112", "212", "R2", "key-12", "b"}
	book := func(gateway event.GatewayID, key event.KeyID, n int) {
		seq++
		s.Apply(&event.Envelope{Seq: seq, At: t0, Source: &event.Source{Gateway: gateway, Via: event.ViaHub, Name: "spend"}, Body: &event.SpendRecorded{
			Key: key, Amount: event.NanoUSD(n), Request: fmt.Sprint(seq), At: t0,
		}})
	}
	for round := range 3 {
		for i, key := range keys {
			book("a", key, i+1)
			book("b", key, 100*(i+1))
		}
		if round == 1 {
			s.Forget("a", true)
		}
	}
	s.Derive(t0)
	for i, key := range keys {
		if k := s.Live().Keys["a/"+string(key)]; k.ObservedTotal != int64(i+1) || k.Requests != 1 {
			t.Errorf("a/%s: %d in %d", key, k.ObservedTotal, k.Requests)
		}
		if k := s.Live().Keys["b/"+string(key)]; k.ObservedTotal != int64(300*(i+1)) || k.Requests != 3 {
			t.Errorf("b/%s: %d in %d", key, k.ObservedTotal, k.Requests)
		}
	}
	sum := func(gateway string) (all int64) {
		for _, n := range s.Live().Burn[gateway].PerMinute {
			all += max(n, 0) // -1: nobody watched
		}
		return all
	}
	if a, b := sum("a"), sum("b"); a != 28 || b != 3*2800 {
		t.Errorf("burnt: a %d, b %d", a, b)
	}
}

// What a producer does with a spend afterwards changes nothing that is shown.
func TestABookingIsNotKept(t *testing.T) {
	s := New()
	b := &event.SpendRecorded{Key: "7", Amount: 5, Total: 9, HasTotal: true, Model: "m", Request: "r", At: t0}
	s.Apply(&event.Envelope{Seq: 1, At: t0, Source: &event.Source{Gateway: "g", Via: event.ViaHub, Name: "spend"}, Body: b})
	want := s.Clone()
	*b = event.SpendRecorded{}
	if d := cmp.Diff(want, s.Clone()); d != "" {
		t.Error(d)
	}
	if len(want.Transactions) != 1 || len(want.Events) != 1 || want.Transactions["1"].Total != 9 {
		t.Errorf("shown: %+v, %+v", want.Transactions, want.Events)
	}
}

func TestADeletedGroupIsNotShown(t *testing.T) {
	s := New()
	src := &event.Source{Gateway: "g", Via: event.ViaREST, Name: "groups"}
	s.Apply(&event.Envelope{Seq: 1, At: t0, Source: src, Body: event.GroupRead{Group: "6", Name: "temp", Balance: event.Known(event.USD(5)), At: t0}})
	if _, ok := s.Live().Groups["g/6"]; !ok {
		t.Fatal("the group is not shown")
	}
	s.Changes()
	s.Apply(&event.Envelope{Seq: 2, At: t0, Source: src, Body: event.GroupRead{Group: "6", Name: "temp", Gone: true, At: t0}})
	if g, ok := s.Live().Groups["g/6"]; ok {
		t.Errorf("still shown: %+v", g)
	}
	if d := s.Changes(); d.Groups == nil || d.Groups["g/6"] != nil || len(d.Groups) != 1 {
		t.Errorf("the page is told %+v", d.Groups)
	}
}

// TestTwoCausesAreTwo: where Core and Admin are gone for different reasons both are
// said, and of several connections of a half always the same.
func TestTwoCausesAreTwo(t *testing.T) {
	for range 20 { // links are in no order
		s := newScript()
		s.SetGateway(Gateway{ID: "g"})
		down := func(hub string, p event.Plane, cause string) event.LinkChanged {
			return event.LinkChanged{Hub: hub, Plane: p, State: event.LinkReconnecting, Cause: cause}
		}
		s.apply(down("a", event.PlaneCore, "Nobody listens."), down("b", event.PlaneCore, "No answer."), down("c", event.PlaneAdmin, "No such name."))
		if got := s.Live().Gateways["g"].Cause; got != "Core: No answer; Admin: No such name." {
			t.Fatalf("%q", got)
		}
		s.apply(down("a", event.PlaneCore, "No such name."), down("b", event.PlaneCore, "No such name."))
		if got := s.Live().Gateways["g"].Cause; got != "No such name." {
			t.Fatalf("the same for both: %q", got)
		}
	}
}

// TestARefusedQuestionIsNoWarning: it was Gatewatch that asked.
func TestARefusedQuestionIsNoWarning(t *testing.T) {
	if got := severityOf(event.Reply{Target: "SubscribeToAll", Refused: true}); got != event.SeverityInfo {
		t.Error(got)
	}
}
