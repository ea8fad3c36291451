package doctor

import (
	"context"
	"time"
)

// check is one row of the table of checks.
type check struct {
	name, title string
	// needs are the checks of the same section without whose success this one
	// says nothing.
	needs []string
	// unless gives another reason to skip it, as a clause behind "because";
	// "" for none. May be nil.
	unless func() string
	// slow is true if it may take twice as long as others.
	slow bool
	// run looks. ctx ends at the check's limit. It returns promptly then.
	run func(ctx context.Context) Finding
}

// section runs checks one after the other.
type section struct {
	title  string
	limit  time.Duration
	checks []check
	// stopped says, of a check that others must not build on, which one was
	// the first cause: itself, or one that it needed.
	stopped map[string]string
	titles  map[string]string
}

func newSection(title string, limit time.Duration) *section {
	return &section{title: title, limit: limit, stopped: map[string]string{}, titles: map[string]string{}}
}

// add appends checks; also while the section is being looked at.
func (s *section) add(checks ...check) { s.checks = append(s.checks, checks...) }

// look runs all checks. None is left out: one that cannot run is skipped, with
// the reason.
func (s *section) look(ctx context.Context) Section {
	out := Section{Title: s.title}
	for i := 0; i < len(s.checks); i++ { // grows meanwhile
		c := s.checks[i]
		s.titles[c.name] = c.title
		f := s.one(ctx, c)
		f.Check, f.Title = c.name, c.title
		if f.stops && s.stopped[c.name] == "" {
			s.stopped[c.name] = c.name
		}
		out.Checks = append(out.Checks, f)
	}
	return out
}

func (s *section) one(ctx context.Context, c check) Finding {
	for _, need := range c.needs {
		if cause := s.stopped[need]; cause != "" {
			s.stopped[c.name] = cause
			return Finding{Result: Skipped, Because: cause, Text: "Not looked at, because of: " + s.titles[cause] + "."}
		}
	}
	if c.unless != nil {
		if why := c.unless(); why != "" {
			return skip(why)
		}
	}
	if ctx.Err() != nil {
		return skip("there was no time left")
	}
	limit := s.limit
	if c.slow {
		limit *= 2
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	began := time.Now()
	f := c.run(ctx)
	f.TookMS = millis(time.Since(began))
	return f
}

// skip is a finding that there is none; why is a clause.
func skip(why string) Finding {
	return Finding{Result: Skipped, Text: "Not looked at, because " + why + ".", stops: true}
}
