package run

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/config"
)

// ruleEvaluator evaluates the rules, and passes on what they find. Everything of it
// runs on the engine's goroutine.
type ruleEvaluator struct {
	evaluator    *alert.Evaluator
	listeners    []func([]alert.Change) // must not block
	linesChanged bool                   // lines changed without a change of an alert
	ending       bool                   // the program takes its connections down itself: nothing follows from that
	// onReady is called once, when every link has come up or been refused: what
	// is true then was read, not missed.
	onReady func()
	// short is called with the groups that ran out while nobody watched.
	short     func([]alert.Shortage)
	shortages shortages
}

// Evaluate implements engine.Evaluator.
func (j *ruleEvaluator) Evaluate(live *state.Live, now time.Time) ([]state.AlertLine, time.Time) {
	if j.ending {
		return nil, time.Time{}
	}
	if j.onReady != nil && LinksReady(live) {
		j.onReady()
		j.onReady = nil
	}
	if found := j.shortages.found(live); len(found) > 0 && j.short != nil {
		j.short(found)
	}
	changes, again := j.evaluator.Eval(live, now)
	if len(changes) > 0 {
		for _, hear := range j.listeners {
			hear(changes)
		}
	} else if !j.linesChanged {
		return nil, again
	}
	j.linesChanged = false
	return j.evaluator.Lines(now), again
}

// LinksReady reports whether no link is still making its first connection, and
// at least one is up.
func LinksReady(live *state.Live) bool {
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
func (j *ruleEvaluator) Record(env event.Envelope) { j.evaluator.Observe(env) }

// Measure implements engine.Measurer.
func (j *ruleEvaluator) Measure(env event.Envelope) {
	j.shortages.note(&env)
	j.evaluator.Observe(env)
}

// taskDone is the rule that tells of a task's end.
const taskDone = "task.done"

// alertConfig is the settings as the rules understand them.
func alertConfig(s config.Settings) alert.Config {
	c := alert.DefaultConfig()
	c.MinBudget = s.Alerts.MinBudget
	more := s.Alerts.ExtraThresholds
	c.Thresholds.Default = thresholds(s.Alerts.Thresholds, more)
	c.Thresholds.Gateways = map[string][]alert.Threshold{}
	c.Thresholds.Groups = map[string][]alert.Threshold{}
	c.Thresholds.Keys = map[string][]alert.Threshold{}
	c.Thresholds.Members = map[alert.Member][]alert.Threshold{}
	for _, p := range s.Profiles {
		ownThresholds(&c.Thresholds, s, p)
	}
	c.Rules = map[string]alert.Setting{}
	for id, o := range s.Alerts.Rules {
		c.Rules[id] = alert.Setting{
			On: o.Off != nil && !*o.Off, Off: o.Off != nil && *o.Off, Severity: o.Severity, For: o.For, KeepFiringFor: o.KeepFiringFor,
			RepeatInterval: o.RepeatInterval,
		}
	}
	for _, n := range s.Alerts.Normal {
		c.Normal = append(c.Normal, alert.Normal{
			Rule: n.Rule, Gateway: string(n.Gateway), Kind: n.Kind, Entity: n.Entity, Dimension: n.Dimension, Value: n.Value,
		})
	}
	if s.Notifications.Tasks {
		done := c.Rules[taskDone]
		done.On = true
		c.Rules[taskDone] = done
	}
	return c
}

// ownThresholds adds what a profile has of its own, for each the ones in force.
func ownThresholds(to *alert.Thresholds, s config.Settings, p config.Profile) {
	id, more := string(p.ID), s.Alerts.ExtraThresholds
	if p.Thresholds != (config.Thresholds{}) {
		to.Gateways[id] = thresholds(s.ThresholdsFor(p.ID, "", ""), more)
	}
	for group := range p.Groups {
		to.Groups[id+"/"+string(group)] = thresholds(s.ThresholdsFor(p.ID, group, ""), more)
	}
	for key := range p.Keys {
		to.Keys[id+"/"+string(key)] = thresholds(s.ThresholdsFor(p.ID, "", key), more)
		for group := range p.Groups {
			m := alert.Member{Group: id + "/" + string(group), Key: id + "/" + string(key)}
			to.Members[m] = thresholds(s.ThresholdsFor(p.ID, group, key), more)
		}
	}
}

// thresholds adds the timeline's 50 % and the user's further shares to a
// warning and a critical one.
func thresholds(t config.Thresholds, more []float64) []alert.Threshold {
	ts := []alert.Threshold{}
	if t.Warning > 0.5 {
		ts = append(ts, alert.Threshold{Ratio: 0.5, Severity: event.SeverityInfo})
	}
	if t.Warning < t.Critical {
		ts = append(ts, alert.Threshold{Ratio: t.Warning, Severity: event.SeverityWarning})
	}
	ts = append(ts, alert.Threshold{Ratio: t.Critical, Severity: event.SeverityCritical})
	for _, share := range more {
		severity := event.SeverityWarning
		if share > t.Critical {
			severity = event.SeverityCritical
		}
		ts = slices.DeleteFunc(ts, func(x alert.Threshold) bool { return x.Ratio == share && x.Severity == event.SeverityInfo })
		if !slices.ContainsFunc(ts, func(x alert.Threshold) bool { return x.Ratio == share }) {
			ts = append(ts, alert.Threshold{Ratio: share, Severity: severity})
		}
	}
	slices.SortFunc(ts, func(a, b alert.Threshold) int { return cmp.Compare(a.Ratio, b.Ratio) })
	return ts
}
