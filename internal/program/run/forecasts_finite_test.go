package run

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"gatewatch/internal/core/forecast"
)

// TestAForecastCanBeSaid: where nothing was usual a change is infinitely many
// times that, and the page takes no such number: the window ended with it.
func TestAForecastCanBeSaid(t *testing.T) {
	for _, times := range []float64{math.Inf(1), math.NaN(), 3} {
		f := Foreseen{Result: forecast.Result{Outcome: forecast.Foreseen, Change: &forecast.Change{Since: time.Now(), Times: times}}}
		line := f.line(time.UTC)
		if _, err := json.Marshal(line); err != nil {
			t.Errorf("%v times the usual: %v", times, err)
		}
		if w := f.Words(); times == 3 && w.Times != 3 || times != 3 && w.Times != 0 {
			t.Errorf("%v times the usual is told as %v", times, w.Times)
		}
	}
}
