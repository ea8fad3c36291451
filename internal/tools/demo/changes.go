package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// changes lets administrators work: one small change, harmless to what is
// watched, that leaves about as many things as there were.
func changes(s *stage, rng *rand.Rand) error {
	w := &s.world
	switch n := rng.IntN(10); {
	case n < 3 && len(w.providers) > 0:
		p := pick(rng, w.providers)
		s.tell(w.discover(p, []string{newModel(rng, p.name)}))
	case n < 5:
		c := pick(rng, tunables)
		s.tell(w.set(c.category, c.name, strconv.Itoa(c.least+rng.IntN(c.most-c.least+1))))
	case n < 7 && len(w.mappings) > 0:
		s.tell(w.updateMapping(pick(rng, w.mappings)))
	case n < 9 && len(w.keys) > 0:
		fields := [][]string{{"description"}, {"allowedModels"}, {"rateLimitRpm"}, {"metadata"}}
		s.tell(w.changeKey(pick(rng, w.keys), "updated", pick(rng, fields)))
	default:
		return s.passingMapping(rng)
	}
	return nil
}

// passingMapping removes the mapping that it created last time, or creates
// one.
func (s *stage) passingMapping(rng *rand.Rand) error {
	w := &s.world
	const alias = "trial-route"
	if m, err := w.mapping(alias); err == nil {
		s.tell(w.removeMapping(m))
		return nil
	}
	if len(w.providers) == 0 {
		return nil
	}
	p := pick(rng, w.providers)
	facts, err := w.addMapping(mapping{"900", alias, p.name, newModel(rng, p.name)})
	if err != nil {
		return err
	}
	s.tell(facts)
	return nil
}

// tunables are whole numbers that an administrator may turn, with their range.
var tunables = []struct {
	category, name string
	least, most    int
}{
	{"routing", "maxRetries", 1, 4},
	{"routing", "fallbackTimeoutSeconds", 10, 40},
	{"cache", "ttlSeconds", 60, 900},
	{"limits", "defaultRequestsPerMinute", 120, 600},
	{"media", "retentionDays", 7, 60},
}

// newModel makes up the name of a model as a provider might call it.
func newModel(rng *rand.Rand, provider string) string {
	families := map[string]string{
		"openai": "gpt-5.%d", "anthropic": "claude-opus-4.%d", "gemini": "gemini-3.%d-pro",
		"groq": "llama-4.%d-70b", "mistral": "mistral-large-%d", "deepseek": "deepseek-v3.%d",
		"cohere": "command-r%d-plus", "xai": "grok-4.%d", "bedrock": "nova-pro-%d",
	}
	family, ok := families[provider]
	if !ok {
		family = provider + "-model-%d"
	}
	return fmt.Sprintf(family, 1+rng.IntN(9))
}

// mixedSource is everything at once: mostly spends, some progress of a few
// tasks, some health and few changes.
func mixedSource(traffic source) source {
	turn := 0
	return func(s *stage, rng *rand.Rand) error {
		turn++
		switch n := rng.IntN(100); {
		case n < 80:
			return traffic(s, rng)
		case n < 92:
			medium := []string{"image", "video"}[turn%2]
			id := medium + "_" + s.world.life + "_storm_" + strconv.Itoa(turn%20)
			t := task{id: id, medium: medium, model: mediaModels[medium][0], status: "processing", eta: 30}
			t.progress = turn / 20 % 100
			return s.moveTask(t, "")
		case n < 98:
			return latency(s, rng)
		}
		return changes(s, rng)
	}
}
