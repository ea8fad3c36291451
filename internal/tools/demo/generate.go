package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// source makes one event each time it is called.
type source func(*stage, *rand.Rand) error

// parseEvery reads "every A[..B] WHAT".
func parseEvery(words []word) (action, error) {
	a := newArgs(words, "keys", "amount", "cap", "life", "fails")
	least, most := a.durations("the pause", a.word("the pause"))
	make := parseSource(a)
	return func(s *stage) error {
		src, err := make(s)
		if err != nil {
			return err
		}
		s.generate(src, func(rng *rand.Rand) time.Duration { return between(rng, least, most) })
		return nil
	}, a.end()
}

// parseRate reads "rate N/s WHAT".
func parseRate(words []word) (action, error) {
	a := newArgs(words, "keys", "amount", "cap", "life", "fails")
	text, ok := strings.CutSuffix(a.word("the rate"), "/s")
	rate, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil || !(rate > 0 && rate <= maxRate) {
		a.fail("the rate is like 500/s, up to %d/s", maxRate)
	}
	make := parseSource(a)
	return func(s *stage) error {
		src, err := make(s)
		if err != nil {
			return err
		}
		per := rate
		if s.rate > 0 {
			per = s.rate
		}
		pause := max(1, time.Duration(float64(time.Second)/per*s.speed))
		s.generate(src, func(*rand.Rand) time.Duration { return pause })
		return nil
	}, a.end()
}

// generate calls src again and again until still.
func (s *stage) generate(src source, pause func(*rand.Rand) time.Duration) {
	rng, epoch := s.chance(), s.epoch
	var turn action
	turn = func(s *stage) error {
		if s.epoch != epoch {
			return nil
		}
		s.after(pause(rng), turn)
		return src(s, rng)
	}
	s.after(pause(rng), turn)
}

// parseSource reads what is generated. The result is called once when the
// generator starts; it sees the world as it is then.
func parseSource(a *args) func(*stage) (source, error) {
	what := a.oneOf("what is generated", "traffic", "tasks", "latency", "changes", "mixed")
	keys, top := a.list("keys"), a.int("cap", 0, 1, 100)
	least, most := a.amounts()
	shortest, longest := 10*time.Second, 30*time.Second
	if text, ok := a.named["life"]; ok {
		shortest, longest = a.durations("life=", text)
	}
	fails := a.int("fails", 0, 0, 100)
	medium := ""
	if what == "tasks" {
		medium = a.oneOf("the medium", "image", "video")
	}
	return func(s *stage) (source, error) {
		for _, k := range keys {
			if _, err := s.world.key(k); err != nil {
				return nil, err
			}
		}
		traffic := trafficSource(keys, least, most, top)
		switch what {
		case "traffic":
			return traffic, nil
		case "tasks":
			return taskSource(medium, shortest, longest, fails), nil
		case "latency":
			return latency, nil
		case "changes":
			return changes, nil
		}
		return mixedSource(traffic), nil
	}
}

// amounts reads amount=, one or a range A..B; 0.002..0.08 if it is not there.
func (a *args) amounts() (least, most usd) {
	text, ok := a.named["amount"]
	if !ok {
		return dollar / 500, dollar / 100 * 8
	}
	lo, hi, ok := strings.Cut(text, "..")
	if !ok {
		hi = lo
	}
	if least, most = a.money("amount=", lo), a.money("amount=", hi); most < least {
		a.fail("amount= ends below where it begins")
		return least, least
	}
	return least, most
}

// durations reads one duration or a range A..B.
func (a *args) durations(what, text string) (least, most time.Duration) {
	lo, hi, ok := strings.Cut(text, "..")
	if !ok {
		hi = lo
	}
	least, err := time.ParseDuration(lo)
	most, err2 := time.ParseDuration(hi)
	if err != nil || err2 != nil || least < time.Millisecond || most < least || most > maxTime {
		a.fail("%s is %q, not like 2s or 900ms..1600ms, from 1ms to %v", what, text, maxTime)
		return time.Second, time.Second
	}
	return least, most
}

func between[T ~int64](rng *rand.Rand, least, most T) T {
	return least + T(rng.Int64N(int64(most-least)+1))
}

// trafficSource books small amounts on the enabled keys, or on those named. A
// key above top percent of its limit first gets a limit half as large again;
// 0 means never.
func trafficSource(names []string, least, most usd, top int) source {
	return func(s *stage, rng *rand.Rand) error {
		w := &s.world
		var pool []*key
		for _, k := range w.keys {
			if !k.disabled && (len(names) == 0 || slices.Contains(names, k.name)) {
				pool = append(pool, k)
			}
		}
		if len(pool) == 0 || len(w.mappings) == 0 {
			return nil
		}
		k := pool[rng.IntN(len(pool))]
		m := w.mappings[rng.IntN(len(w.mappings))]
		amount := between(rng, least, most) / 10_000 * 10_000 // as prices come out: a few decimals
		if top > 0 && k.limit > 0 && k.limit < math.MaxInt64/2 && (k.total+amount).share(k.limit) >= float64(top) {
			s.tell(w.setLimit(k, k.limit+k.limit/2))
		}
		facts, err := w.spend(k, amount, m.alias, m.provider)
		s.tell(facts)
		return err
	}
}

// latency lets one provider's latency drift.
func latency(s *stage, rng *rand.Rand) error {
	w := &s.world
	if len(w.providers) == 0 {
		return nil
	}
	p := w.providers[rng.IntN(len(w.providers))]
	drift := int(float64(p.latency) * (rng.Float64() - 0.5) / 4)
	s.tell(w.setHealth(p, p.status, p.err, max(40, min(p.latency+drift, 2400))))
	return nil
}

// taskSource starts tasks; so many in a hundred fail.
func taskSource(medium string, shortest, longest time.Duration, fails int) source {
	return func(s *stage, rng *rand.Rand) error {
		s.drawn++
		t := task{medium: medium, id: fmt.Sprintf("%s_%s_%04d", medium, s.world.life, s.drawn), eta: -1}
		t.model = pick(rng, mediaModels[medium])
		name := ""
		if len(s.world.keys) > 0 {
			name = pick(rng, s.world.keys).name
		}
		why := ""
		if rng.IntN(100) < fails {
			why = pick(rng, taskErrors)
		}
		return s.runTask(t, name, between(rng, shortest, longest), why)
	}
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

var mediaModels = map[string][]string{
	"image": {"gpt-image-1", "imagen-4", "flux-1.1-pro", "sdxl-turbo"},
	"video": {"veo-3", "sora-2", "kling-2.1", "runway-gen4"},
}

var taskErrors = []string{
	"The prompt was refused by the provider's content policy.",
	"The provider did not answer within 120 s.",
	"The provider is out of capacity for this model.",
}

// moveTask tells of one state of a task.
func (s *stage) moveTask(t task, keyName string) error {
	if keyName != "" {
		k, err := s.world.key(keyName)
		if err != nil {
			return err
		}
		t.key = k.id
	}
	if old, ok := s.world.task(t.id); ok { // what is not said again stays
		if t.model == "" {
			t.model = old.model
		}
		if t.key == "" {
			t.key = old.key
		}
	}
	switch t.status {
	case "completed":
		t.progress = 100
		ending := ".png"
		if t.medium == "video" {
			ending = ".mp4"
		}
		t.url = "https://media.gateway.example/" + t.medium + "/" + t.id + ending
	case "failed":
		if t.err == "" {
			t.err = taskErrors[0]
		}
	}
	s.tell(s.world.move(t, s.clock()))
	return nil
}

// runTask plays the life of a task: queued for a moment, then about one word a
// second until it is completed, or failed with why.
func (s *stage) runTask(t task, keyName string, life time.Duration, why string) error {
	rng := s.chance()
	t.status, t.progress = "queued", 0
	if err := s.moveTask(t, keyName); err != nil {
		return err
	}
	queued := min(life/5, 2*time.Second)
	began := s.at + queued
	work := life - queued
	failsAt := work + 1
	if why != "" {
		failsAt = time.Duration(float64(work) * (0.2 + 0.6*rng.Float64()))
	}
	var turn action
	turn = func(s *stage) error {
		gone := s.at - began
		t.status = "processing"
		t.progress = int(min(99, 100*gone/work))
		t.eta = int((work - gone + time.Second - 1) / time.Second)
		switch {
		case gone >= failsAt:
			t.status, t.err = "failed", why
		case gone >= work:
			t.status = "completed"
		default:
			pause := 700*time.Millisecond + time.Duration(rng.Int64N(int64(800*time.Millisecond)))
			s.after(min(pause, max(work-gone, time.Millisecond)), turn)
		}
		return s.moveTask(t, keyName)
	}
	s.after(queued, turn)
	return nil
}
