package demo

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// Scenario is a parsed scenario. It is never changed after Parse and may be
// played by any number of gateways at once.
type Scenario struct {
	name    string
	title   string
	dialect Dialect
	steps   []step
	begin   int // index of the first step of the loop; -1 without a loop
	expect  []Expectation
}

// step is one line: what it does, and when since the start or the last begin.
type step struct {
	line int
	at   time.Duration
	run  action
}

// action does one thing on the stage.
type action func(*stage) error

// Expectation is what a scenario says a client should make of it. The player
// ignores it; tests read it.
type Expectation struct {
	At   time.Duration // since the start or the last begin
	Line int
	Text string // the words after "expect", one blank between them
}

// ErrNoScenario is wrapped by Load for a name that is not embedded.
var ErrNoScenario = errors.New("demo: no such scenario")

//go:embed scenarios
var embedded embed.FS

// Scenarios lists the names of the embedded scenarios of a dialect, sorted; ""
// means those of every dialect.
func Scenarios(d Dialect) []string {
	var names []string
	for _, one := range []Dialect{Contract, Conduit} {
		if d != "" && d != one {
			continue
		}
		files, err := fs.Glob(embedded, "scenarios/"+string(one)+"/*.txt")
		if err != nil { // cannot happen: the pattern is well formed
			return nil
		}
		for _, f := range files {
			names = append(names, strings.TrimSuffix(path.Base(f), ".txt"))
		}
	}
	slices.Sort(names)
	return names
}

// Load parses an embedded scenario.
func Load(name string) (*Scenario, error) {
	for _, d := range []Dialect{Contract, Conduit} {
		if !slices.Contains(Scenarios(d), name) {
			continue
		}
		text, err := embedded.ReadFile("scenarios/" + string(d) + "/" + name + ".txt")
		if err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		return Parse(name, string(text))
	}
	return nil, fmt.Errorf("%w: %q; there are %s", ErrNoScenario, name, strings.Join(Scenarios(""), ", "))
}

// Dialect is the dialect that the scenario is written in.
func (s *Scenario) Dialect() Dialect { return s.dialect }

// Name is the name that the scenario was parsed under.
func (s *Scenario) Name() string { return s.name }

// Title is the first line of the text if that is a comment, else "".
func (s *Scenario) Title() string { return s.title }

// Loops reports whether the scenario never ends.
func (s *Scenario) Loops() bool { return s.begin >= 0 }

// Expectations returns the "expect" lines, in order.
func (s *Scenario) Expectations() []Expectation { return slices.Clone(s.expect) }

// Length is how long the steps take once, generators not counted.
func (s *Scenario) Length() time.Duration {
	var total, last time.Duration
	for i, st := range s.steps {
		if i == s.begin {
			total, last = total+last, 0
		}
		last = st.at
	}
	return total + last
}

// Parse reads a scenario; name is used in errors. The error names every line
// that is wrong.
func Parse(name, text string) (*Scenario, error) {
	p := parser{out: &Scenario{name: name, begin: -1, dialect: Contract}, mark: -1}
	var errs []error
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if c, ok := strings.CutPrefix(line, "#"); ok && i == 0 {
			p.out.title = strings.TrimSpace(c)
		}
		if err := p.line(i+1, line); err != nil {
			errs = append(errs, fmt.Errorf("scenario %s, line %d: %w", name, i+1, err))
		}
	}
	if p.mark >= 0 && p.out.begin < 0 {
		errs = append(errs, fmt.Errorf("scenario %s: begin without loop", name))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return p.out, nil
}

// parser is Parse at work.
type parser struct {
	out   *Scenario
	now   time.Duration
	mark  int // where begin was; -1 before
	ended bool
}

// line reads one line.
func (p *parser) line(n int, text string) error {
	words, err := split(text)
	if err != nil || len(words) == 0 {
		return err
	}
	if words, err = p.time(words); err != nil {
		return err
	}
	if p.ended {
		return errors.New("nothing can follow loop")
	}
	if len(words) == 0 {
		return errors.New("a time, and nothing to do")
	}
	switch rest := words[1:]; words[0].text {
	case "dialect":
		return p.choose(rest)
	case "expect":
		return p.expectation(n, rest)
	case "begin":
		if p.mark >= 0 {
			return errors.New("a second begin")
		}
		p.mark, p.now = len(p.out.steps), 0
		return newArgs(rest).end()
	case "loop":
		return p.loop(n, rest)
	case "wait":
		return p.wait(n, rest)
	}
	run, err := parseWords(p.out.dialect, words)
	if err != nil {
		return err
	}
	p.add(n, run)
	return nil
}

func (p *parser) add(n int, run action) {
	p.out.steps = append(p.out.steps, step{n, p.now, run})
}

// time takes the time at the beginning of a line, if there is one.
func (p *parser) time(words []word) ([]word, error) {
	text, relative := strings.CutPrefix(words[0].text, "+")
	if words[0].quoted || words[0].json || text == "" || (!relative && (text[0] < '0' || text[0] > '9')) {
		return words, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > maxTime {
		return nil, fmt.Errorf("%q is not a time from 0s to %v", words[0].text, maxTime)
	}
	if relative {
		d += p.now
	}
	if d < p.now {
		return nil, fmt.Errorf("%v is before the line above, which is at %v", d, p.now)
	}
	p.now = min(d, maxTime)
	return words[1:], nil
}

// maxTime bounds times in a scenario; they cannot overflow.
const maxTime = 1000 * time.Hour

// choose reads which dialect the scenario is in, before anything else.
func (p *parser) choose(rest []word) error {
	a := newArgs(rest)
	d := a.oneOf("the dialect", string(Contract), string(Conduit))
	if len(p.out.steps) > 0 || len(p.out.expect) > 0 {
		a.fail("the dialect comes before everything else")
	}
	p.out.dialect = Dialect(d)
	return a.end()
}

func (p *parser) expectation(n int, rest []word) error {
	if len(rest) == 0 {
		return errors.New("expect what?")
	}
	parts := make([]string, len(rest))
	for i, w := range rest {
		parts[i] = w.text
	}
	p.out.expect = append(p.out.expect, Expectation{p.now, n, strings.Join(parts, " ")})
	return nil
}

func (p *parser) loop(n int, rest []word) error {
	if p.mark < 0 {
		return errors.New("loop without begin")
	}
	if p.now <= 0 {
		return errors.New("a loop that takes no time")
	}
	p.add(n, func(*stage) error { return nil }) // so that the last pause counts
	p.out.begin, p.ended = p.mark, true
	return newArgs(rest).end()
}

func (p *parser) wait(n int, rest []word) error {
	a := newArgs(rest)
	a.oneOf("what to wait for", "client")
	name := a.optional()
	if name != "" && !slices.Contains(hubNames(p.out.dialect), name) {
		a.fail("there is no hub %q", name)
	}
	p.add(n, func(s *stage) error { s.hold(name); return nil })
	return a.end()
}

// parseAction reads a line that may stand alone, without a time.
func parseAction(d Dialect, line string) (action, error) {
	words, err := split(line)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	if len(words) == 0 {
		return func(*stage) error { return nil }, nil
	}
	run, err := parseWords(d, words)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	return run, nil
}

// parseWords reads a directive and its arguments.
func parseWords(d Dialect, words []word) (action, error) {
	verb, rest := words[0], words[1:]
	if verb.quoted || verb.json {
		return nil, fmt.Errorf("%q is not a directive", verb.text)
	}
	directives := directivesOf(d)
	if parse, ok := directives[verb.text]; ok {
		return parse(rest)
	}
	if hubs := hubSet(d, verb.text); hubs != nil {
		return parseWire(verb.text, hubs, rest)
	}
	names := slices.Sorted(maps.Keys(directives))
	return nil, fmt.Errorf("%q is neither a directive (%s) nor a hub (%s)",
		verb.text, strings.Join(names, ", "), strings.Join(hubNames(d), ", "))
}

// directivesOf is the directives of a dialect.
func directivesOf(d Dialect) map[string]func([]word) (action, error) {
	if d == Conduit {
		return conduitDirectives
	}
	return contractDirectives
}

// hubNames lists the hubs of a dialect.
func hubNames(d Dialect) []string {
	specs := hubsOf(d)
	names := make([]string, len(specs))
	for i, s := range specs {
		names[i] = s.name
	}
	return names
}

// hubSet resolves a hub or the name of several; nil if there is none.
func hubSet(d Dialect, name string) []string {
	var set []string
	for _, s := range hubsOf(d) {
		if name == s.name || name == string(s.area) || name == "all" {
			set = append(set, s.name)
		}
	}
	return set
}
