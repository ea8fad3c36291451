package forecast

import "math"

// Half-lives of what is remembered of each hour of the week.
const (
	fastHalfLife = 24 * 10
	slowHalfLife = 24 * 45
)

// profile learns what is spent in each hour of weekdays and weekends. Newer hours
// weigh more; with growing weights nothing has to be done to the older ones.
type profile struct {
	grow, weight float64
	spent, watch [slotCount]float64
}

func newProfile(halfLife float64) profile {
	return profile{grow: math.Exp2(1 / halfLife), weight: 1}
}

// next forgets by an hour.
func (p *profile) next() {
	if p.weight *= p.grow; p.weight > 1e100 {
		for i := range p.spent {
			p.spent[i], p.watch[i] = p.spent[i]/p.weight, p.watch[i]/p.weight
		}
		p.weight = 1
	}
}

func (p *profile) add(slot uint8, spent, watched float64) {
	p.spent[slot] += spent * p.weight
	p.watch[slot] += watched * p.weight
}

// shrink is how many hours the mean of like hours counts beside an hour's own.
const shrink = 0.6

// weekRates is what a profile says: dollars an hour. Classes 0 and 1 are weekdays
// and weekends. Of a class that was hardly watched, unseen is true and the other
// one's is guessed.
type weekRates struct {
	rate   [slotCount]float64
	mean   float64 // of all that was watched
	unseen [2]bool
	// low and high bound what a class that was not seen may spend, as shares
	// of its guess.
	low, high [2]float64
}

// rates says what the profile has learned.
func (p *profile) rates() (r weekRates) {
	var spent, watch [2]float64
	for i := range p.spent {
		spent[i/24] += p.spent[i]
		watch[i/24] += p.watch[i]
	}
	all := watch[0] + watch[1]
	if all <= 0 {
		return r
	}
	r.mean = (spent[0] + spent[1]) / all
	var class [2]float64
	for c := range class {
		r.low[c], r.high[c] = 1, 1
		if r.unseen[c] = watch[c]/p.weight < 16; r.unseen[c] {
			continue
		}
		class[c] = spent[c] / watch[c]
	}
	for c := range class {
		switch o := 1 - c; {
		case r.unseen[c] && r.unseen[o]:
			class[c] = r.mean
		case r.unseen[c]:
			class[c] = class[o]
		}
	}
	for i := range r.rate {
		c, hour := i/24, i%24
		// The hour of all days, each class brought to the same mean.
		var day, seen float64
		for _, k := range [2]int{c, 1 - c} {
			if class[k] > 0 && !r.unseen[k] {
				day += p.spent[k*24+hour] / class[k]
				seen += p.watch[k*24+hour]
			}
		}
		unit := p.weight * shrink
		prior := class[c] * (day + unit) / (seen + unit)
		r.rate[i] = (p.spent[i] + unit*prior) / (p.watch[i] + unit)
	}
	r.guessUnseen()
	return r
}

// guessUnseen has weekends that were never seen be as nights, where days are
// those of an office, and bounds both ways.
func (r *weekRates) guessUnseen() {
	for c, unseen := range r.unseen {
		if !unseen || r.unseen[1-c] {
			continue
		}
		o, night, day := 24*(1-c), 0.0, 0.0
		for hour := range 24 {
			if v := r.rate[o+hour]; hour < 6 || hour >= 21 {
				night += v / 9
			} else if hour >= 9 && hour < 17 {
				day += v / 8
			}
		}
		r.low[c], r.high[c] = 0.6, 1.3
		if c == 1 && day > 0 && night < day/3 {
			for hour := range 24 {
				r.rate[24+hour] = night + 0.1*(r.rate[hour]-night)
			}
			r.low[c], r.high[c] = 0.3, 5
		}
		if c == 0 {
			r.low[c], r.high[c] = 0.7, 4
		}
	}
}
