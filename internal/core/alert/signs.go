package alert

import (
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// askedFor are the sources by which a gateway's components are seen, in the order
// in which they are told.
var askedFor = []struct {
	source string
	of     text.SignOf
}{
	{event.SourceNegotiate, text.SignConnect},
	{event.SourceCoreHealth, text.SignCoreHealth},
	{event.SourceAdminHealth, text.SignAdminHealth},
	{event.SourceFailures, text.SignFailures},
}

// componentSigns are what was seen of a gateway when its components were judged:
// good and bad signs alike, so that a person can judge for himself.
func (v *evalContext) componentSigns(gateway string) (all text.Signs) {
	for _, a := range askedFor {
		src, asked := v.live.PollTargets[gateway+"/rest:"+a.source]
		if !asked || !judged(&src) {
			continue
		}
		all.Add(signOf(&src, a.of))
	}
	db := v.live.Components[gateway+"/"+string(event.ComponentDatabase)]
	if db.Health == string(event.HealthHealthy) || db.Health == string(event.HealthUnhealthy) {
		all.Add(text.Sign{Of: text.SignDatabase, Outcome: db.Health, Said: db.Reason})
	}
	v.listSigns(gateway, &all)
	return all
}

// judged reports whether asking a source said something, good or bad.
func judged(src *state.PollTarget) bool {
	switch event.PollOutcome(src.Outcome) {
	case event.PollOK, event.PollFailed, event.PollTimedOut, event.PollUnreadable:
		return true
	default:
		return false
	}
}

func signOf(src *state.PollTarget, of text.SignOf) text.Sign {
	s := text.Sign{Of: of, Outcome: src.Outcome, Since: msTime(src.Since)}
	if src.Outcome == string(event.PollOK) { // when it was asked last is in the time of the data
		if of == text.SignConnect || of == text.SignFailures {
			s.At = msTime(src.SucceededAt).Truncate(time.Minute)
		}
		return s
	}
	s.Times, s.Said = int(min(src.Times, 11)), src.Cause
	return s
}

// listSigns add how Admin's lists answer.
func (v *evalContext) listSigns(gateway string, all *text.Signs) {
	var well, broken text.Sign
	for _, src := range v.live.PollTargets {
		name, rest := strings.CutPrefix(src.Source, "rest:")
		if src.Gateway != gateway || !rest || !judged(&src) || isAskedFor(name) {
			continue
		}
		if src.Outcome == string(event.PollOK) {
			well.Of, well.Times = text.SignLists, well.Times+1
			if at := msTime(src.SucceededAt).Truncate(time.Minute); at.After(well.At) {
				well.At = at
			}
			continue
		}
		broken.Of, broken.Times = text.SignBroken, broken.Times+1
		if since := msTime(src.Since); broken.Since.IsZero() || since.Before(broken.Since) {
			broken.Since = since
		}
	}
	for _, s := range []text.Sign{broken, well} {
		if s.Of != "" {
			all.Add(s)
		}
	}
}

func isAskedFor(source string) bool {
	for _, a := range askedFor {
		if a.source == source {
			return true
		}
	}
	return false
}

// planeSigns are what is seen of a gateway of which nothing answers.
func (v *evalContext) planeSigns(gateway string, links text.Sign) (all text.Signs) {
	all.Add(links)
	v.listSigns(gateway, &all)
	return all
}
