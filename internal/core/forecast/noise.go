package forecast

import "math"

// lagNoise learns how far windows of each lag are from what is usual, as
// logarithms: of quiet and of busy hours apart. Newer ones weigh more.
type lagNoise struct {
	weight float64
	counts [2][len(lags)][noiseBins]float64
	total  [2][len(lags)]float64
}

const (
	noiseBins  = 96
	noiseWidth = 1.0 / 24 // of a bin: they reach from -2 to 2
	noiseGrow  = 1.0041   // by origin: half of them are forgotten in three weeks
	noisePrior = 5        // how many windows are imagined, until there are real ones
	rareShare  = 0.985    // of windows are nearer than a rare one
	rareFactor = 1.15     // times a rare one is not by chance
	usualShare = 0.7      // of windows are within 1.036 deviations, where they are normal
	priorNoise = 0.3      // their deviation
	priorShort = 0.4      // of windows of three hours or less
	shortLag   = 3        // hours
	unseenSkip = 48       // hours at the beginning that say nothing of noise
	maxWeight  = 1e90     // then everything is scaled down
	normal70   = 1.0364   // deviations that hold usualShare of a normal distribution
)

func newLagNoise() lagNoise { return lagNoise{weight: 1} }

// busy is 1 where at least about the mean is usual, else 0.
func busy(usual, mean, hours float64) int {
	if usual > 0.7*mean*hours {
		return 1
	}
	return 0
}

func (l *lagNoise) next() {
	if l.weight *= noiseGrow; l.weight < maxWeight {
		return
	}
	for c := range l.counts {
		for lag := range l.counts[c] {
			l.total[c][lag] /= l.weight
			for i := range l.counts[c][lag] {
				l.counts[c][lag][i] /= l.weight
			}
		}
	}
	l.weight = 1
}

func (l *lagNoise) add(busy, lag int, z float64) {
	bin := min(max(int((z+noiseBins/2*noiseWidth)/noiseWidth), 0), noiseBins-1)
	l.counts[busy][lag][bin] += l.weight
	l.total[busy][lag] += l.weight
}

// of is the deviation of windows of a lag, and the rare ones below and above.
func (l *lagNoise) of(busy, lag int) (sd, below, above float64) {
	counts, total := &l.counts[busy][lag], l.total[busy][lag]
	prior := priorNoise
	if lags[lag] <= shortLag {
		prior = priorShort
	}
	n := total / l.weight
	if total <= 0 {
		return prior, -prior, prior
	}
	near, spread := 0.0, noiseBins/2
	for i := range noiseBins / 2 {
		near += counts[noiseBins/2+i] + counts[noiseBins/2-1-i]
		if near >= usualShare*total {
			spread = i + 1
			break
		}
	}
	sd = (float64(spread) - 0.5) * noiseWidth / normal70
	sd = math.Sqrt((sd*sd*n + prior*prior*noisePrior) / (n + noisePrior))
	tail := (1 - rareShare) * total
	for i, seen := 0, 0.0; i < noiseBins; i++ {
		if seen += counts[i]; seen > tail {
			below = float64(i-noiseBins/2) * noiseWidth
			break
		}
	}
	for i, seen := noiseBins-1, 0.0; i >= 0; i-- {
		if seen += counts[i]; seen > tail {
			above = float64(i+1-noiseBins/2) * noiseWidth
			break
		}
	}
	return sd, below, above
}
