package scorecard

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var zero = time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)

func at(s int) time.Time { return zero.Add(time.Duration(s) * time.Second) }

// off is a cause from the 10th second to the 100th.
func off() Cause {
	return Cause{
		Name: "provider switched off", Rules: []string{"provider.switched_off"}, Entities: []string{"1"}, Severities: []string{"critical"},
		Begin: at(10), End: at(100), Within: 30 * time.Second, EndWithin: 40 * time.Second, Settle: 20 * time.Second, Tell: Must, TellEnd: true,
	}
}

func word(s int, rule, entity string) Word {
	return Word{At: at(s), Rule: rule, Entities: []string{entity}, Severity: "critical"}
}

func over(w Word) Word {
	w.Over = true
	return w
}

func TestJudge(t *testing.T) {
	const rule = "provider.switched_off"
	again := word(50, rule, "1")
	again.Again = true
	mild := word(20, rule, "1")
	mild.Severity = "info"
	listed := off()
	listed.Tell = Listed
	for name, c := range map[string]struct {
		causes   []Cause
		words    []Word
		verdicts []Verdict
		outcomes []Outcome
	}{
		"told, reminded, and its end":   {[]Cause{off()}, []Word{word(20, rule, "1"), again, over(word(110, rule, "1"))}, []Verdict{Right, Right, Right}, []Outcome{Told}},
		"late":                          {[]Cause{off()}, []Word{word(41, rule, "1"), over(word(141, rule, "1"))}, []Verdict{Late, Late}, []Outcome{Told}},
		"another provider":              {[]Cause{off()}, []Word{word(20, rule, "2")}, []Verdict{Wrong}, []Outcome{Missing}},
		"another rule":                  {[]Cause{off()}, []Word{word(20, "provider.degraded", "1")}, []Verdict{Wrong}, []Outcome{Missing}},
		"not that severe":               {[]Cause{off()}, []Word{mild}, []Verdict{Wrong}, []Outcome{EndMissing}},
		"twice":                         {[]Cause{off()}, []Word{word(20, rule, "1"), word(30, rule, "1"), over(word(110, rule, "1")), over(word(111, rule, "1"))}, []Verdict{Right, Repeated, Right, Repeated}, []Outcome{Told}},
		"its end while it lasts":        {[]Cause{off()}, []Word{word(20, rule, "1"), over(word(90, rule, "1"))}, []Verdict{Right, False}, []Outcome{Told}},
		"an end that never began":       {[]Cause{off()}, []Word{over(word(110, rule, "1"))}, []Verdict{False}, []Outcome{Missing}},
		"before anybody can know":       {[]Cause{off()}, []Word{word(119, rule, "1")}, []Verdict{Late}, []Outcome{EndMissing}},
		"when it is over":               {[]Cause{off()}, []Word{word(121, rule, "1")}, []Verdict{After}, []Outcome{Missing}},
		"a consequence when it is over": {[]Cause{off()}, []Word{word(20, rule, "1"), over(word(110, rule, "1")), word(300, "provider.degraded", "1")}, []Verdict{Right, Right, After}, []Outcome{Told}},
		"nothing happened":              {nil, []Word{word(1, rule, "1")}, []Verdict{False}, nil},
		"for the list only":             {[]Cause{listed}, nil, nil, []Outcome{OnlyListed}},
		"for the list, and told":        {[]Cause{listed}, []Word{word(20, rule, "1")}, []Verdict{False}, []Outcome{OnlyListed}},
		"by no name":                    {[]Cause{off()}, []Word{{At: at(20), Anonymous: true}}, []Verdict{Anonymous}, []Outcome{Missing}},
	} {
		t.Run(name, func(t *testing.T) {
			j := Judge(&Scenario{Causes: c.causes, Words: c.words})
			if len(c.words) == 0 {
				j.Verdicts = nil
			}
			if d := cmp.Diff(c.verdicts, j.Verdicts); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.outcomes, j.Outcomes); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestLooksCountWhatIsNotSo(t *testing.T) {
	line := Line{Rule: "provider.switched_off", Entities: []string{"1"}, Title: "off"}
	other := Line{Rule: "provider.degraded", Entities: []string{"1"}, Title: "slow"}
	pending := Line{Rule: "provider.degraded", Pending: true}
	look := func(s int, after time.Duration) Look {
		return Look{At: at(s), Cause: "off", After: after, Open: []Line{line, other, pending}, Bubbles: []Bubble{{Title: "off", About: []Line{line}}, {Title: "on again", Over: true}}}
	}
	j := Judge(&Scenario{Causes: []Cause{off()}, Looks: []Look{look(60, 0), look(160, time.Minute)}})
	if j.StaleLines[0] != 1 || j.StaleLines[time.Minute] != 2 || j.StaleBubbles[0] != 0 || j.StaleBubbles[time.Minute] != 1 {
		t.Errorf("lines %v, bubbles %v: %q", j.StaleLines, j.StaleBubbles, j.Stale)
	}
	var c Card
	c.Add("one", j)
	if got := Table("scenario", c.Scenarios, nil); !strings.Contains(got, "| one |  | · |") || !strings.Contains(got, "| 1 | · | – | 2, 0, 0 | 1, 0, 0 |") {
		t.Error(got)
	}
}
