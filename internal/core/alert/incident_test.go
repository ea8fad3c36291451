package alert

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// kept is what is kept of incidents: by incident, fingerprint and time, the newest that was said.
type kept map[string]map[string]Change

// watching moves time on as after does, and keeps what is said of alerts that were raised, as the history does.
func (w *world) watching(k kept, d time.Duration) {
	w.t.Helper()
	until := w.at.Add(d)
	for !w.at.After(until) {
		w.ev.SetInputs(w.in)
		changes, _ := w.ev.Eval(w.live, w.at)
		for _, c := range changes {
			a := c.Alert
			if !a.Status.Open() && a.Status != StatusResolved {
				continue
			}
			key := fmt.Sprint(a.Fingerprint, a.Spell)
			for id, of := range k {
				if _, moved := of[key]; moved && id != a.IncidentID {
					delete(of, key)
				}
			}
			if k[a.IncidentID] == nil {
				k[a.IncidentID] = map[string]Change{}
			}
			k[a.IncidentID][key] = c
		}
		w.at = w.at.Add(time.Second)
	}
}

// with lists the rules of each incident that has an alert of a rule, sorted, and whether it is open.
func (k kept) with(rule string) (all []string) {
	for _, of := range k {
		var rules []string
		open, has := false, false
		for _, c := range of {
			rules = append(rules, c.Alert.Rule)
			open = open || c.Alert.EndedAt(c.At).IsZero()
			has = has || c.Alert.Rule == rule
		}
		if slices.Sort(rules); has {
			all = append(all, fmt.Sprint(rules, open))
		}
	}
	slices.Sort(all)
	return all
}

func (w *world) freeze(st, class string) {
	for _, hub := range []string{"spend", "notifications"} {
		w.link("prod", hub, st, class)
	}
}

// TestAnIncidentIsOfOneCause: a provider that was off before the gateway froze is another incident than the
// freeze, as is the next freeze; what went wrong with the freeze is a part of it, until it goes on without.
func TestAnIncidentIsOfOneCause(t *testing.T) {
	t.Parallel()
	w, k := newWorld(t, Config{}), kept{}
	w.provider("groq", "healthy", true)
	w.watching(k, time.Minute)
	w.freeze("reconnecting", "gateway_down")
	w.watching(k, 10*time.Second)
	w.provider("openai", "unhealthy", false)
	w.watching(k, 2*time.Minute)
	if got := k.with("gateway.unreachable"); !slices.Equal(got, []string{"[gateway.unreachable provider.unhealthy] true"}) {
		t.Errorf("the freeze is %v", got)
	}
	w.freeze("connected", "")
	w.provider("groq", "healthy", false)
	w.provider("openai", "healthy", false)
	w.watching(k, 4*time.Minute)
	w.freeze("reconnecting", "gateway_down")
	w.watching(k, 2*time.Minute)
	w.freeze("connected", "")
	w.watching(k, time.Minute)
	if got := k.with("provider.switched_off"); !slices.Equal(got, []string{"[provider.switched_off] false"}) {
		t.Errorf("the provider is %v", got)
	}
	if got := k.with("gateway.unreachable"); !slices.Equal(got, []string{"[gateway.unreachable provider.unhealthy] false", "[gateway.unreachable] false"}) {
		t.Errorf("the freezes are %v", got)
	}
	w.freeze("reconnecting", "gateway_down")
	w.watching(k, 10*time.Second)
	w.key("1", "research", 0.92)
	w.watching(k, 2*time.Minute)
	w.freeze("connected", "")
	w.watching(k, 3*time.Minute)
	if got := k.with("budget.used"); !slices.Equal(got, []string{"[budget.used budget.used budget.used] true"}) {
		t.Errorf("a budget that goes on is %v", got)
	}
}

// TestThresholdsOfABudgetAreOneIncident: while it lasts, as it ends, and after.
func TestThresholdsOfABudgetAreOneIncident(t *testing.T) {
	t.Parallel()
	w, k := newWorld(t, Config{}), kept{}
	for _, used := range []float64{0.6, 0.8, 0.93} {
		w.key("1", "research", used)
		w.watching(k, time.Minute)
	}
	w.key("1", "research", 0.2)
	w.watching(k, 20*time.Minute)
	if got := k.with("budget.used"); len(got) != 1 || got[0][len(got[0])-5:] != "false" {
		t.Errorf("they are %v", got)
	}
}

// TestWhatIsShownAsOverIsOverInTheHistory: what waits a quarter of an hour to be called over is closed when it
// is shown as over; what comes back then is another incident.
func TestWhatIsShownAsOverIsOverInTheHistory(t *testing.T) {
	t.Parallel()
	w, k := newWorld(t, Config{}), kept{}
	rate := func(usd float64) {
		k := w.live.Keys["prod/1"]
		k.Rate15m = event.Known(event.USD(usd))
		w.live.Keys["prod/1"] = k
	}
	w.key("1", "research", 0.1)
	w.in.Baselines = map[string]SpendBaseline{"prod/1": {Median: event.USD(0.1), Deviation: event.USD(0.01)}}
	rate(40)
	w.watching(k, 6*time.Minute)
	rate(0)
	w.watching(k, 5*time.Minute)
	if got := k.with("spend.spike"); !slices.Equal(got, []string{"[spend.spike] false"}) {
		t.Fatalf("five minutes after it is %v", got)
	}
	var was Change
	for _, of := range k {
		for _, c := range of {
			was = c
		}
	}
	rate(40)
	w.watching(k, time.Minute)
	if got := k.with("spend.spike"); !slices.Equal(got, []string{"[spend.spike] false", "[spend.spike] true"}) {
		t.Errorf("once it came back: %v", got)
	}
	if now := k[was.Alert.IncidentID]; len(now) != 1 {
		t.Errorf("the closed one is %v", now)
	} else {
		for _, c := range now {
			if !c.Alert.EndedAt(c.At).Equal(was.Alert.EndedAt(was.At)) {
				t.Errorf("the closed one ended %v, and now %v", was.Alert.ClearedAt, c.Alert.ClearedAt)
			}
		}
	}
}

// TestAChangeThatWasMadeOnceMore: is of when it was made last, as what is said of it.
func TestAChangeThatWasMadeOnceMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Config{})
	changed := func() {
		w.fact(event.NavigationChanged{Entity: event.EntityProvider, ID: "1", Name: "groq", Action: event.ActionUpdated})
		w.after(3 * time.Minute)
	}
	changed()
	second := w.at
	changed()
	if a := w.only("config.changed"); !a.Since.Equal(second) || !a.Annotations.From.Equal(second) {
		t.Errorf("since %v, of %v; want %v", a.Since, a.Annotations.From, second)
	}
}
