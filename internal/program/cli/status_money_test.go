package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// What was spent today, and on what, is the gateway's own books; once nobody
// watches it is as of then.
func TestStatusOfMoney(t *testing.T) {
	home(t)
	g := serve(t, "dialect conduit\nhave group 1 Platform credit=100\nhave group 2 Research credit=100\n"+
		"have key 1 team group=Platform\nhave key 2 lab group=Research\nhave provider 1 openai type=OpenAI\n"+
		"have mapping 1 chat-default openai gpt-5.2 price=1.25/10")
	for range 4 {
		for _, call := range []string{"chat team cost=0.5", "chat lab cost=0.25"} {
			if err := g.Do(call); err != nil {
				t.Fatal(err)
			}
		}
	}
	type answer struct {
		State string
		Money []state.Money
	}
	read := func(args ...string) (a answer) {
		t.Helper()
		got := execute(append([]string{"status", "--json"}, args...)...)
		if err := json.Unmarshal([]byte(got.out), &a); err != nil {
			t.Fatalf("%v: %s %s", err, got.out, got.err)
		}
		return a
	}
	args := both(g)
	var m state.Money
	for end := time.Now().Add(40 * time.Second); ; {
		a := read(args...)
		if len(a.Money) != 1 {
			t.Fatalf("%+v", a)
		}
		if m = a.Money[0]; m.Today.Or(0) == event.USD(3) || time.Now().After(end) {
			break
		}
	}
	parts := m.NoKey + m.Adjusted
	for _, k := range m.Keys {
		parts += k.Nano
	}
	groups := m.NoGroup
	for _, x := range m.Groups {
		groups += x.Nano
	}
	// One look reads the day's log, too, where that is soon done.
	if m.Today.Status() != event.ReadingKnown || m.Today.Or(0) != event.USD(3) || parts != event.USD(3) || groups != event.USD(3) ||
		len(m.Keys) != 2 || m.Keys[0].Name != "team" || m.Keys[0].Nano != event.USD(2) || m.PerHour.Known() {
		t.Errorf("%+v", m)
	}
	plain := execute(append([]string{"status", "--verbose"}, args...)...)
	if !strings.Contains(plain.out, "today $3.00, what is spent now is not known") || !strings.Contains(plain.out, "keys: team $2.00 · lab $1.00") {
		t.Errorf("for people: %s", plain.out)
	}
	watched(t, g, func(l *state.Live) bool {
		return l.Gateways[m.Gateway].Today == event.Known(event.USD(3)) && len(l.Money()[0].Groups) == 2
	})
	profile := "[[profiles]]\nid = \"" + m.Gateway + "\"\nlabel = \"Mine\"\ncore_url = \"" + g.CoreURL() + "\"\n"
	if err := os.WriteFile(filepath.Join(os.Getenv("GATEWATCH_HOME"), "settings.toml"), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	stored := read()
	if len(stored.Money) != 1 || stored.State != "stored" || stored.Money[0].PerHour.Known() ||
		stored.Money[0].Today.Since().IsZero() || stored.Money[0].Today.Or(0) != event.USD(3) {
		t.Errorf("with nobody watching: %+v", stored)
	}
	if plain := execute("status").out; !strings.Contains(plain, "Mine: today $3.00 as of ") {
		t.Errorf("for people: %s", plain)
	}
	if plain := execute("status", "--verbose").out; !strings.Contains(plain, "groups: Platform $2.00 · Research $1.00") {
		t.Errorf("groups have no names: %s", plain)
	}
	wantToday(t, stored.Money[0].Today.Since())
	if err := os.WriteFile(filepath.Join(os.Getenv("GATEWATCH_HOME"), "settings.toml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if plain := execute("status").out; !strings.HasPrefix(plain, "Nothing is watched: there is no gateway.") {
		t.Errorf("after the gateway was removed: %s", plain)
	}
}

// wantToday holds an export of today against what is stored.
func wantToday(t *testing.T, since time.Time) {
	t.Helper()
	var got []string
	sums := map[string]event.NanoUSD{}
	for line := range strings.Lines(execute("export", "--today").out) {
		var is struct {
			Kind string
			Body struct {
				Of, Name string
				Today    event.Reading[event.NanoUSD]
			}
		}
		if err := json.Unmarshal([]byte(line), &is); err != nil {
			t.Fatal(err, line)
		}
		got = append(got, fmt.Sprint(is.Kind, " ", is.Body.Of, " ", is.Body.Name, " ", is.Body.Today))
		sums[is.Body.Of] += is.Body.Today.Or(0)
		if is.Body.Today.Status() != event.ReadingStale || !is.Body.Today.Since().Equal(since) {
			t.Errorf("of when it is: %s", line)
		}
	}
	want := []string{
		"spend.today gateway Mine 3", "spend.today group Platform 2", "spend.today group Research 1", "spend.today key team 2", "spend.today key lab 1",
	}
	if diff := cmp.Diff(want, got); diff != "" || sums["gateway"] != sums["group"] || sums["gateway"] != sums["key"] {
		t.Error(diff, sums)
	}
	if out := execute("export", "--today", "--redact", "--no-amounts").out; strings.Contains(out, "team") || strings.Contains(out, "Research") || strings.Contains(out, "000000") {
		t.Errorf("without names and amounts: %s", out)
	}
}
