package forecast

import (
	"math"
	"slices"
)

// horizons are how many hours ahead a forecast is tried.
var horizons = [...]int{1, 2, 4, 8, 16, 24, 48, 96, 168, 336, 672}

const (
	originStep  = 3 // hours between two tries
	firstOrigin = 8 // hours that the first one has behind it
	// scoreKeep forgets how right a way was, by half in a week of tries.
	scoreKeep = 0.9877
)

// The phases of a month: which way was right before the end of one says what is
// right before the next. What is right of quiet weeks says nothing of it.
const (
	anyPhase = iota
	quiet    // neither
	ramping  // an end of a month is within the time that is foreseen
	after    // it is within the days before
	phases
)

// phasePrior is how many tries of any phase count beside those of its own.
const phasePrior = 12

// phase is where the hours from one to another are in the month.
func (h *hourly) phase(from, to int) int {
	near := func(i int) bool {
		_, left := h.slot(i)
		return left < rampSoon
	}
	for i := from; i < to; i += 24 {
		if near(i) {
			return ramping
		}
	}
	if near(max(from, to-1)) {
		return ramping
	}
	for i := max(0, from-144); i < from; i += 24 {
		if near(i) {
			return after
		}
	}
	return quiet
}

// trial is a forecast that was made of the past.
type trial struct {
	at      int
	sums    [ways][len(horizons)]float64
	usable  [ways]bool
	matured int // horizons that are over
	changed bool
	small   float64
}

// past replays a series: at each origin it knows what came before, and is held
// against what came after.
type past struct {
	h      *hourly
	fast   profile
	slow   profile
	month  monthProfile
	noise  lagNoise
	snaps  []weekRates // one per origin step
	trials []trial
	scores [phases][ways][len(horizons)]struct{ sum, n float64 }
	errors [len(horizons)][]trialError
	shifts []float64 // hours at which changes began
}

// trialError is the logarithm of what was spent over what was foreseen.
type trialError struct {
	at    int
	value float64
}

// replay goes through a series up to its end.
func replay(h *hourly) *past {
	p := &past{h: h, fast: newProfile(fastHalfLife), slow: newProfile(slowHalfLife), noise: newLagNoise()}
	p.snaps = make([]weekRates, 0, h.end/originStep+1)
	slow := weekRates{}
	for i := 0; i < h.end; i++ {
		if i%originStep == 0 {
			p.snaps = append(p.snaps, p.fast.rates())
			if i%24 == 0 {
				slow = p.slow.rates()
			}
			if h.sw[i] >= firstOrigin {
				p.try(i)
			}
		}
		s, left := h.slot(i)
		if slow.mean > 0 {
			p.month.add(left, s, h.y[i], h.w[i])
		}
		p.fast.next()
		p.slow.next()
		p.fast.add(s, h.y[i], h.w[i])
		p.slow.add(s, h.y[i], h.w[i])
	}
	p.mature(h.end)
	return p
}

// before is what the profile said at an hour; nil if that was not kept.
func (p *past) before(hour int) *weekRates {
	i := hour / originStep
	if i < 0 || i >= len(p.snaps) {
		return nil
	}
	return &p.snaps[i]
}

// modelAt is what is believed at an hour, with what has been replayed.
func (p *past) modelAt(at int, now bool) *model {
	m := &model{h: p.h, at: at, now: now, week: p.fast.rates(), slow: p.slow.rates()}
	m.fit(&p.month)
	p.findChange(m, !now)
	return m
}

// try makes a forecast at an hour, and keeps it until it can be judged.
func (p *past) try(at int) {
	p.mature(at)
	m := p.modelAt(at, false)
	t := trial{at: at, usable: m.usable, changed: m.change != nil, small: m.negligib}
	m.sums(&t.sums)
	p.trials = append(p.trials, t)
	if m.change != nil {
		p.shifts = append(p.shifts, m.change.hour)
	}
}

// mature judges the tries whose horizons are over at an hour.
func (p *past) mature(at int) {
	for i := range p.trials {
		t := &p.trials[i]
		for t.matured < len(horizons) && t.at+horizons[t.matured] <= at {
			p.judge(t, t.matured)
			t.matured++
		}
	}
}

// judge holds one horizon of a try against what was spent.
func (p *past) judge(t *trial, k int) {
	from, to := t.at, t.at+horizons[k]
	if p.h.sw[to]-p.h.sw[from] < 0.97*float64(horizons[k]) {
		return // not all of it was watched
	}
	actual := p.h.sy[to] - p.h.sy[from]
	phase := p.h.phase(from, to)
	weights := p.weights(&t.usable, phase, k)
	mixed := 0.0
	for way := range ways {
		mixed += weights[way] * t.sums[way][k]
	}
	p.errors[k] = append(p.errors[k], trialError{t.at, math.Log((actual + t.small) / (mixed + t.small))})
	if t.changed {
		return
	}
	for way := range ways {
		if t.usable[way] {
			off := min(math.Abs(math.Log((actual+t.small)/(t.sums[way][k]+t.small))), 1)
			for _, of := range [2]int{anyPhase, phase} {
				s := &p.scores[of][way][k]
				s.sum, s.n = s.sum*scoreKeep+off, s.n*scoreKeep+1
			}
		}
	}
}

// weights says how much each way counts at a horizon.
func (p *past) weights(usable *[ways]bool, phase, k int) (w [ways]float64) {
	sum := 0.0
	for way := range ways {
		if !usable[way] {
			continue
		}
		s, own := &p.scores[anyPhase][way][k], &p.scores[phase][way][k]
		mean := (s.sum + 2*0.25) / (s.n + 2)
		mean = (own.sum + phasePrior*mean) / (own.n + phasePrior)
		w[way] = 1 / math.Pow(mean+0.01, 5)
		sum += w[way]
	}
	for way := range w {
		w[way] /= sum
	}
	return w
}

// spread is how wrong the forecast was at a horizon: the logarithms below and
// above which a tenth of its errors were, how many tries there were, and how
// many of them did not overlap.
type spread struct {
	low, mid, high float64
	n              int
	apart          float64
}

// spreads sums the errors up. Tries across a change say nothing of a series that
// goes on.
func (p *past) spreads() (all [len(horizons)]spread) {
	slices.Sort(p.shifts)
	for k := range horizons {
		errors := make([]trialError, 0, len(p.errors[k]))
		for _, e := range p.errors[k] {
			if !p.crosses(float64(e.at), float64(e.at+horizons[k])) {
				errors = append(errors, e)
			}
		}
		// What would not have been shown counts only until there is better.
		if i := slices.IndexFunc(errors, func(e trialError) bool { return p.h.sw[e.at] >= LeastWatched.Hours()-0.5 }); i > 0 && len(errors)-i >= 4 {
			errors = errors[i:]
		}
		all[k] = spreadOf(errors, horizons[k], p.h.end)
	}
	return all
}

func (p *past) crosses(from, to float64) bool {
	i, _ := slices.BinarySearch(p.shifts, from)
	return i < len(p.shifts) && p.shifts[i] < to-1
}

func spreadOf(errors []trialError, horizon, end int) spread {
	s := spread{n: len(errors)}
	if len(errors) == 0 {
		return s
	}
	first, last := errors[0].at, errors[len(errors)-1].at
	s.apart = min(float64(len(errors)), 1+float64(last-first)/float64(horizon))
	slices.SortFunc(errors, func(a, b trialError) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return b.at - a.at
	})
	weight, sum := make([]float64, len(errors)), 0.0
	for i, e := range errors {
		weight[i] = math.Exp2(-float64(end-e.at) / (24 * 21))
		sum += weight[i]
	}
	at := func(share float64) float64 {
		for i, seen := 0, 0.0; i < len(errors); i++ {
			if seen += weight[i]; seen >= share*sum {
				return errors[i].value
			}
		}
		return errors[len(errors)-1].value
	}
	s.low, s.mid, s.high = at(0.1), at(0.5), at(0.9)
	return s
}
