package wire

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

// script decodes messages at given times and writes down what was reported.
type script struct {
	d   *Decoder
	log []string
	at  time.Duration
}

func newScript(dialect Dialect) *script {
	return &script{d: New(Options{Key: "7", Dialect: dialect})}
}

func (s *script) note(e event.Event) {
	line := fmt.Sprintf("%v ", s.at)
	switch b := e.(type) {
	case *event.SpendRecorded:
		line += fmt.Sprintf("%s %s %s/%s total %t %s", b.Key, b.Amount, b.Model, b.Provider, b.HasTotal, b.Total)
	case event.KeyRead:
		line += fmt.Sprintf("limit %s", b.Limit)
	case event.TaskProgressed:
		line += fmt.Sprintf("%s %s %g %s", b.Task, b.Status, b.Progress, b.Error)
	default:
		line += fmt.Sprintf("%+v", e)
	}
	s.log = append(s.log, line)
}

func (s *script) send(at time.Duration, target, args string) {
	s.at = at
	s.d.Decode("h", target, []byte(args), testNow.Add(at), s.note)
}

// legacy and normal are the two announcements of one spend.
func (s *script) legacy(at time.Duration, amount, model string) {
	s.send(at, "SpendUpdate", fmt.Sprintf(`[{"totalSpend":%[1]s,"budget":null,"provider":"openai","model":%[2]q,"newSpend":%[1]s}]`, amount, model))
}

func (s *script) normal(at time.Duration, amount, total, budget string) {
	s.send(at, "SpendUpdate", fmt.Sprintf(`[{"totalSpend":%s,"budget":%s,"provider":"unknown","model":"unknown","newSpend":%s}]`, total, budget, amount))
}

func (s *script) failed(at time.Duration, task string) {
	s.send(at, "ImageGenerationFailed", fmt.Sprintf(`[{"taskId":%q,"error":"no luck","isRetryable":false}]`, task))
}

func (s *script) progress(at time.Duration, task string) {
	s.send(at, "ImageGenerationProgress", fmt.Sprintf(`[{"taskId":%q,"progressPercentage":0,"status":"processing"}]`, task))
}

func (s *script) expire(at time.Duration) {
	s.at = at
	s.d.Expire(testNow.Add(at), s.note)
}

const millis = time.Millisecond

// TestTwoAnnouncementsAreOneBooking: the first lends its model to the second,
// and books only if the second never comes.
func TestTwoAnnouncementsAreOneBooking(t *testing.T) {
	for _, c := range []struct {
		name    string
		dialect Dialect
		play    func(*script)
		want    []string
		pairs   uint64
	}{
		{"July: the key's total", DialectJuly, func(s *script) {
			s.legacy(0, "0.25", "gpt-4o")
			s.normal(75*millis, "0.25", "0.85900000", "250.5")
		}, []string{"75ms limit 250.5", "75ms 7 0.25 gpt-4o/openai total true 0.859"}, 1},
		{"August: the total is the group's", DialectAugust, func(s *script) {
			s.legacy(0, "0.25", "gpt-4o")
			s.normal(75*millis, "0.25", "0.85900000", "250.5")
		}, []string{"75ms 7 0.25 gpt-4o/openai total false 0.859"}, 1},
		{"a true first spend without a budget", DialectJuly, func(s *script) {
			s.legacy(0, "1.25", "a")
			s.legacy(millis, "0.75", "b")
			s.normal(10*millis, "1.25", "1.25000000", "null")
			s.normal(15*millis, "0.75", "2.00000000", "null")
		}, []string{"10ms 7 1.25 a/openai total true 1.25", "15ms 7 0.75 b/openai total true 2"}, 2},
		{"two of one amount keep their order", DialectJuly, func(s *script) {
			s.legacy(0, "1", "a")
			s.legacy(0, "1", "b")
			s.normal(5*millis, "1", "1", "9")
			s.normal(6*millis, "1", "2", "9")
		}, []string{"5ms limit 9", "5ms 7 1 a/openai total true 1", "6ms 7 1 b/openai total true 2"}, 2},
		{"the spend comes first", DialectJuly, func(s *script) {
			s.normal(0, "1", "1", "9")
			s.legacy(5*millis, "1", "a")
			s.expire(time.Minute)
		}, []string{"0s limit 9", "0s 7 1 / total true 1"}, 1},
		{"alone, it is the spend", DialectJuly, func(s *script) {
			s.legacy(0, "1", "a")
			s.expire(1999 * millis)
			s.expire(2000 * millis)
			s.expire(time.Minute)
		}, []string{"2s 7 1 a/openai total false 0"}, 0},
		{"alone, and the next message says that time went by", DialectJuly, func(s *script) {
			s.legacy(0, "1", "a")
			s.normal(5*time.Second, "3", "4", "9")
		}, []string{"5s 7 1 a/openai total false 0", "5s limit 9", "5s 7 3 / total true 4"}, 0},
		{"alone at the end", DialectJuly, func(s *script) {
			s.legacy(0, "1", "a")
			s.d.Drain(testNow, s.note)
		}, []string{"0s 7 1 a/openai total false 0"}, 0},
		{"a spend of the same amount a minute before is another", DialectJuly, func(s *script) {
			s.normal(0, "1", "1", "9")
			s.legacy(time.Minute, "1", "a")
			s.normal(time.Minute+millis, "1", "2", "9")
		}, []string{"0s limit 9", "0s 7 1 / total true 1", "1m0.001s 7 1 a/openai total true 2"}, 1},
		{"the broker was away: the second comes much later", DialectAugust, func(s *script) {
			s.legacy(0, "0.01", "demo-chat")
			s.expire(2 * time.Second)
			s.normal(7140*millis, "0.01", "0.23200000", "249.76800000")
			s.normal(8*time.Second, "0.01", "0.24200000", "249.75800000") // another one
		}, []string{"2s 7 0.01 demo-chat/openai total false 0", "8s 7 0.01 / total false 0.242"}, 1},
		{"so late that it is another spend", DialectAugust, func(s *script) {
			s.legacy(0, "0.01", "demo-chat")
			s.expire(2 * time.Second)
			s.normal(7*time.Minute, "0.01", "0.23200000", "249.76800000")
		}, []string{"2s 7 0.01 demo-chat/openai total false 0", "7m0s 7 0.01 / total false 0.232"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScript(c.dialect)
			c.play(s)
			if diff := cmp.Diff(c.want, s.log); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := s.d.Counts().DuplicateSpends; got != c.pairs {
				t.Errorf("%d pairs, want %d", got, c.pairs)
			}
			if due := s.d.Due(); !due.IsZero() {
				t.Errorf("still waits until %v", due)
			}
		})
	}
}

// TestImageFailureIsFinalWhenNothingFollows plays the four rounds in twelve
// seconds of a task that fails for good, and one that succeeds in the end.
func TestImageFailureIsFinalWhenNothingFollows(t *testing.T) {
	s := newScript(DialectAugust)
	for _, at := range []time.Duration{0, time.Second, 5 * time.Second, 12 * time.Second} {
		s.progress(at, "bad")
		s.failed(at, "bad")
	}
	s.failed(13*time.Second, "good")
	s.send(14*time.Second, "ImageGenerationCompleted", `[{"taskId":"good","imageUrls":["http://h/i.png"]}]`)
	if got, want := s.d.Due(), testNow.Add(27*time.Second); !got.Equal(want) {
		t.Errorf("due %v, want %v", got, want)
	}
	s.log = nil
	s.expire(26 * time.Second)
	s.expire(27 * time.Second)
	s.expire(time.Hour)
	if diff := cmp.Diff([]string{"27s bad failed -1 no luck"}, s.log); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s.failed(time.Hour, "late")
	s.log = nil
	s.d.Drain(testNow.Add(time.Hour), s.note)
	if diff := cmp.Diff([]string{"1h0m0s late failed -1 no luck"}, s.log); diff != "" {
		t.Errorf("drained (-want +got):\n%s", diff)
	}
}

// TestHeldIsBounded: what is over a bound is reported early, none is lost.
func TestHeldIsBounded(t *testing.T) {
	s := newScript(DialectJuly)
	const n = 3 * maxFailures
	for i := range n {
		s.legacy(0, fmt.Sprintf("%d.5", i+1), "m")
		s.failed(0, fmt.Sprintf("task%d", i))
		s.normal(0, "0.1", fmt.Sprint(i), "9")
	}
	if h := &s.d.pairing; len(h.firsts) > maxFirsts || len(h.failures) > maxFailures || len(h.unmatched) > maxFirsts {
		t.Errorf("holds %d first announcements, %d failures, %d spends", len(h.firsts), len(h.failures), len(h.unmatched))
	}
	s.d.Drain(testNow, s.note)
	if want := n*4 + 1; len(s.log) != want { // the limit once; a failure is reported as an attempt and at its end
		t.Errorf("told %d events, want %d", len(s.log), want)
	}
}
