package rest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// TestTimesAndDurationsOfAnotherWorld: what no clock shows and no request takes
// neither crashes nor turns the days, nor is kept for ever.
func TestTimesAndDurationsOfAnotherWorld(t *testing.T) {
	s := &observedState{now: start}
	s.mappings.rows = map[string]Mapping{"1": {ID: "1", Alias: "m", Provider: "p"}}
	var rows []LogRow
	for i, at := range []string{"1969-12-29T00:00:00Z", "0001-01-01T00:00:01Z", "9999-12-31T23:59:59Z", "x", "", start.Format(time.RFC3339)} {
		for _, took := range []string{`"NaN"`, `"Infinity"`, `"-Inf"`, `-5`, `1e300`, `1e999`, `null`, `{}`, `100`} {
			var r LogRow
			if err := json.Unmarshal(fmt.Appendf(nil, `{"id":%d,"modelName":"m","responseTimeMs":%s,"timestamp":%q}`, i+1, took, at), &r); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, r)
		}
	}
	s.timed(rows)
	for range minBaselineSamples {
		s.timed([]LogRow{{Model: "m", Duration: real{100, true}, At: stamp{start.Add(-2 * time.Hour)}}})
	}
	if got := s.took["p"].p95(start); got < 100 || got > 126 {
		t.Errorf("p95 %v, want just over 100", got)
	}
	var a audit
	for i := range 3 * 2000 {
		a.take([]AuditRow{{ID: text(fmt.Sprint(i)), At: stamp{start.Add(time.Duration(i+3) * time.Hour)}}}, start, true)
	}
	if len(a.buckets) != 0 || len(a.seen) != 0 {
		t.Errorf("%d slots and %d rows of the future are kept", len(a.buckets), len(a.seen))
	}
}
