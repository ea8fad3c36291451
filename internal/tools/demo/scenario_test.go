package demo

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Every embedded scenario must be without a mistake, say in its first line
// what it is, and play without a step that cannot be done.
func TestScenariosPlay(t *testing.T) {
	want := []string{
		"auth-rejected", "bad-input", "calm", "discovery", "flapping", "hub-drops",
		"key-churn", "provider-outage", "spend-limit", "storm", "task-burst",
	}
	if diff := cmp.Diff(want, Scenarios(Contract)); diff != "" {
		t.Errorf("embedded scenarios (-want +got):\n%s", diff)
	}
	for _, name := range Scenarios(Contract) {
		t.Run(name, func(t *testing.T) {
			s, err := Load(name)
			if err != nil {
				t.Fatal(err)
			}
			if s.Title() == "" {
				t.Error("the first line is no comment")
			}
			if len(s.Expectations()) == 0 {
				t.Error("nothing is expected of it")
			}
			r := rehearse(t, s, Options{Rate: 50}, 4*time.Minute)
			if len(r.frames) < 20 {
				t.Errorf("it tells no more than %d events", len(r.frames))
			}
			if s.Loops() == r.ended {
				t.Errorf("loops: %v, ended: %v", s.Loops(), r.ended)
			}
		})
	}
}

func TestLoadUnknown(t *testing.T) {
	_, err := Load("../calm")
	if err == nil || !strings.Contains(err.Error(), "provider-outage") {
		t.Errorf("error %v does not say which scenarios there are", err)
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"unknown", "\n\n5s dance", `line 3: "dance" is neither a directive`},
		{"time alone", "5s", "line 1: a time, and nothing to do"},
		{"time backwards", "5s spend drop\n4s spend drop", "line 2: 4s is before the line above, which is at 5s"},
		{"bad time", "5x spend drop", `line 1: "5x" is not a time`},
		{"huge time", "9999999h spend drop", `is not a time`},
		{"open quote", `spend raw "abc`, "line 1: a quoted word does not end"},
		{"open bracket", `spend send X {"a":1`, "line 1: a bracket is not closed"},
		{"not json", `spend send X {a:1}`, "is not JSON; raw would send it"},
		{"missing", "key create 1", "line 1: the name is missing"},
		{"too much", "spend drop now", `line 1: "now" is too much`},
		{"unknown name", "have key 1 a colour=red", "there is no colour= here"},
		{"twice", "have key 1 a limit=1 limit=2", "limit= comes twice"},
		{"money", "have key 1 a limit=1.1234567890", "is not an amount of dollars"},
		{"status", "provider openai broken", `the status is "broken", not one of healthy`},
		{"number", "task video v processing progress=101", "not a whole number from 0 to 100"},
		{"several hubs", "all raw x", "this goes to one hub"},
		{"no such hub", "wait client nowhere", `there is no hub "nowhere"`},
		{"refuse", "all refuse 200", "not a whole number from 400 to 599"},
		{"rate", "rate 500 mixed", "the rate is like 500/s"},
		{"rate zero", "rate 0/s mixed", "the rate is like 500/s"},
		{"rate nan", "rate NaN/s mixed", "the rate is like 500/s"},
		{"pause", "every 2s..1s traffic", "not like 2s or 900ms..1600ms"},
		{"amount", "every 1s traffic amount=2..1", "ends below where it begins"},
		{"life", "task video v run 10ms", "a task runs from 1s"},
		{"deep", "spend deep X 99999999", "the depth is"},
		{"begin alone", "begin\n5s spend drop", "begin without loop"},
		{"loop alone", "5s spend drop\nloop", "line 2: loop without begin"},
		{"short loop", "begin\nspend drop\nloop", "line 3: a loop that takes no time"},
		{"after loop", "begin\n1s spend drop\nloop\nspend drop", "line 4: nothing can follow loop"},
		{"expect", "expect", "expect what?"},
		{"two", "dance\nsing", "line 2: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("x", tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestParseTimes(t *testing.T) {
	s, err := Parse("x", strings.Join([]string{
		"# A title", "have key 1 a", "2s spend a 1", "+500ms spend a 1", "spend a 1 # the same moment",
		"expect one  two", "10s spend a 1", "begin", "1s spend a 1", "+1s expect three", "4s loop",
	}, "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	var at []time.Duration
	for _, st := range s.steps {
		at = append(at, st.at)
	}
	sec := time.Second
	if diff := cmp.Diff([]time.Duration{0, 2 * sec, 2500 * time.Millisecond, 2500 * time.Millisecond, 10 * sec, sec, 4 * sec}, at); diff != "" {
		t.Errorf("times (-want +got):\n%s", diff)
	}
	want := []Expectation{{2500 * time.Millisecond, 6, "one two"}, {2 * sec, 10, "three"}}
	if diff := cmp.Diff(want, s.Expectations()); diff != "" {
		t.Errorf("expectations (-want +got):\n%s", diff)
	}
	if s.Title() != "A title" || s.Name() != "x" || !s.Loops() || s.Length() != 14*sec {
		t.Errorf("title %q, name %q, loops %v, length %v", s.Title(), s.Name(), s.Loops(), s.Length())
	}
}

func TestSplit(t *testing.T) {
	tests := []struct {
		line string
		want []string
	}{
		{"", nil},
		{"  # nothing", nil},
		{"a b\tc # d", []string{"a", "b", "c"}},
		{`say "two words" "\u202e\n"`, []string{"say", "two words", "\u202e\n"}},
		{`x error="not now" y`, []string{"x", "error=not now", "y"}},
		{`send {"a":"}]\"","b":[1,{}]} 7`, []string{"send", `{"a":"}]\"","b":[1,{}]}`, "7"}},
		{"a#b", []string{"a#b"}},
		{"`raw \\ text`", []string{`raw \ text`}},
	}
	for _, tt := range tests {
		words, err := split(tt.line)
		if err != nil {
			t.Errorf("%q: %v", tt.line, err)
			continue
		}
		var got []string
		for _, w := range words {
			got = append(got, w.text)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.line, diff)
		}
	}
}

// Whatever the text, Parse ends, and what it accepts can be played.
func FuzzParse(f *testing.F) {
	for _, d := range []Dialect{Contract, Conduit} {
		for _, name := range Scenarios(d) {
			text, err := embedded.ReadFile("scenarios/" + string(d) + "/" + name + ".txt")
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	f.Add("begin\n1ms spend a 1\nloop")
	f.Add("rate 1000000/s mixed")
	f.Add("have key 1 a limit=999999999.999999999\nspend a to=100%\nspend a 999999999\nspend a to=99999999%" + strings.Repeat("\nspend a 999999999", 12))
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse("fuzz", text)
		if err != nil {
			return
		}
		for _, st := range s.steps {
			if st.at < 0 || st.at > maxTime {
				t.Errorf("line %d is at %v", st.line, st.at)
			}
		}
		if strings.Contains(text, "big") || strings.Contains(text, "deep") {
			return // these make what they say, and the fuzzer says a lot
		}
		rehearsal := newRehearsal(s, Options{})
		for range 200 { // steps, not time: a fuzzed rate has no measure
			if len(rehearsal.stage.due) == 0 || rehearsal.bytes > 1<<20 {
				break
			}
			_ = rehearsal.stage.next() // an unknown key is an error, not a crash
		}
		for _, k := range rehearsal.stage.world.keys {
			if k.total < 0 {
				t.Errorf("%s has spent %v", k.name, k.total)
			}
		}
	})
}
