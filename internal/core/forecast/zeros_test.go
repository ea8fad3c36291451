package forecast

import (
	"math"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// Before the first spending nothing is usual, and nothing can be divided by it: what
// is said of the spending that then begins are numbers all the same.
func TestASeriesMayBeginWithNothing(t *testing.T) {
	for _, days := range []int{2, 6, 12, 40} {
		for _, spends := range []int{2, 12, 30, 80} {
			in := Input{Limit: event.USD(500)}
			at := monday
			for hour := range days*24 + spends {
				in.Now = at.Add(time.Duration(hour) * time.Hour)
				amount := event.USD(0)
				if hour >= days*24 {
					amount = event.USD(2)
				}
				in.Points = append(in.Points, Point{in.Now, amount})
			}
			in.Spent = sumOf(in.Points)
			r := Of(in)
			numbers := []float64{r.TypicalError, float64(r.PerHour)}
			if r.Change != nil {
				numbers = append(numbers, r.Change.Times)
			}
			for _, n := range numbers {
				if math.IsNaN(n) || math.IsInf(n, 0) || n < 0 {
					t.Errorf("%d days of nothing and %d h of spending: %s, error %g, %s an hour, change %+v", days, spends, r.Outcome, r.TypicalError, r.PerHour, r.Change)
					break
				}
			}
			for _, c := range r.Curve {
				if c.Low < in.Spent || c.Likely < c.Low || c.High < c.Likely {
					t.Fatalf("%d days of nothing and %d h of spending: the curve has %+v", days, spends, c)
				}
			}
		}
	}
}
