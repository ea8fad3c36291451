package run

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/config"
	"gatewatch/internal/event"
	"gatewatch/internal/state"
)

// judge lets the rules look, and passes on what they find. Everything of it
// runs on the engine's goroutine.
type judge struct {
	rules *alert.Evaluator
	hear  []func([]alert.Change) // must not block
	fresh bool                   // lines changed without a change of an alert
	// ready is called once, when every link has come up or been refused: what
	// is true then was read, not missed.
	ready func()
}

// Judge implements engine.Judge.
func (j *judge) Judge(live *state.Live, now time.Time) ([]state.AlertLine, time.Time) {
	if j.ready != nil && Settled(live) {
		j.ready()
		j.ready = nil
	}
	changes, again := j.rules.Eval(live, now)
	if len(changes) > 0 {
		for _, hear := range j.hear {
			hear(changes)
		}
	} else if !j.fresh {
		return nil, again
	}
	j.fresh = false
	return j.rules.Lines(now), again
}

// Settled reports whether no link is still making its first connection, and
// at least one is up.
func Settled(live *state.Live) bool {
	up := false
	for _, l := range live.Links {
		switch event.LinkState(l.State) {
		case event.LinkConnecting:
			return false
		case event.LinkConnected:
			up = true
		case event.LinkDisconnected, event.LinkReconnecting, event.LinkError:
		}
	}
	return up
}

// Record implements engine.Recorder: some rules count events.
func (j *judge) Record(env event.Envelope) { j.rules.Observe(env) }

// Measure implements engine.Measurer.
func (j *judge) Measure(env event.Envelope) { j.rules.Observe(env) }

// alertConfig is the settings as the rules understand them.
func alertConfig(s config.Settings) alert.Config {
	c := alert.DefaultConfig()
	c.MinBudget = s.Alerts.MinBudget
	more := s.Alerts.More
	c.Thresholds.Default = thresholds(s.Alerts.Thresholds, more)
	c.Thresholds.Gateways = map[string][]alert.Threshold{}
	c.Thresholds.Groups = map[string][]alert.Threshold{}
	c.Thresholds.Keys = map[string][]alert.Threshold{}
	for _, p := range s.Profiles {
		id := string(p.ID)
		if p.Thresholds != (config.Thresholds{}) {
			c.Thresholds.Gateways[id] = thresholds(s.ThresholdsFor(p.ID, "", ""), more)
		}
		for group := range p.Groups {
			c.Thresholds.Groups[id+"/"+string(group)] = thresholds(s.ThresholdsFor(p.ID, group, ""), more)
		}
		for key := range p.Keys {
			c.Thresholds.Keys[id+"/"+string(key)] = thresholds(s.ThresholdsFor(p.ID, "", key), more)
		}
	}
	c.Rules = map[string]alert.Setting{}
	for id, o := range s.Alerts.Rules {
		c.Rules[id] = alert.Setting{Off: o.Off, Severity: o.Severity, For: o.For, Keep: o.Keep}
	}
	return c
}

// thresholds adds the timeline's 50 % and the user's further shares to a
// warning and a critical one.
func thresholds(t config.Thresholds, more []float64) []alert.Threshold {
	ts := []alert.Threshold{}
	if t.Warning > 0.5 {
		ts = append(ts, alert.Threshold{At: 0.5, Severity: event.SeverityInfo})
	}
	if t.Warning < t.Critical {
		ts = append(ts, alert.Threshold{At: t.Warning, Severity: event.SeverityWarning})
	}
	ts = append(ts, alert.Threshold{At: t.Critical, Severity: event.SeverityCritical})
	for _, share := range more {
		severity := event.SeverityWarning
		if share > t.Critical {
			severity = event.SeverityCritical
		}
		ts = slices.DeleteFunc(ts, func(x alert.Threshold) bool { return x.At == share && x.Severity == event.SeverityInfo })
		if !slices.ContainsFunc(ts, func(x alert.Threshold) bool { return x.At == share }) {
			ts = append(ts, alert.Threshold{At: share, Severity: severity})
		}
	}
	slices.SortFunc(ts, func(a, b alert.Threshold) int { return cmp.Compare(a.At, b.At) })
	return ts
}
