package cause

import (
	"testing"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// Who is hit is nobody only where the mappings say so; where they were not read, it is not
// known, and why is said.
func TestNobodyIsHitOnlyWhereThatIsKnown(t *testing.T) {
	list := func(outcome event.PollOutcome, cause string, succeeded int64) *state.PollTarget {
		return &state.PollTarget{ID: "g/rest:mappings", Outcome: string(outcome), Cause: cause, SucceededAt: succeeded}
	}
	for name, c := range map[string]struct {
		served int64 // of openai; negative: nobody told
		gone   bool  // the provider is not listed
		list   *state.PollTarget
		known  bool
		why    string
		asOf   int64
		keys   int
	}{
		"read":                    {2, false, list(event.PollOK, "", 5), true, "", 0, 2},
		"read, and none is of it": {-1, false, list(event.PollOK, "", 5), true, "", 0, 0},
		"not asked yet":           {-1, false, nil, false, text.HitMappingsNotAsked, 0, 0},
		"forbidden":               {-1, false, list(event.PollForbidden, text.CauseAdminForbidden, 0), false, text.HitMappingsUnread(text.CauseAdminForbidden), 0, 0},
		"no master key":           {-1, false, list(event.PollSkipped, text.CauseNoMasterKey, 0), false, text.HitMappingsUnread(text.CauseNoMasterKey), 0, 0},
		"no such list":            {-1, false, list(event.PollUnsupported, text.CauseNoSuchList, 0), false, text.HitMappingsUnread(text.CauseNoSuchList), 0, 0},
		"failing, unexplained":    {-1, false, list(event.PollFailed, "", 0), false, "The gateway's mappings are not read.", 0, 0},
		"forbidden since":         {2, false, list(event.PollForbidden, text.CauseAdminForbidden, 5), true, text.CauseAdminForbidden, 5, 2},
		"no such provider":        {2, true, list(event.PollOK, "", 5), false, text.HitNoProvider, 0, 0},
	} {
		w := world("provider.down", "provider", "provider", "1")
		w.Live.PollTargets = map[string]state.PollTarget{}
		if c.list != nil {
			w.Live.PollTargets["g/rest:mappings"] = *c.list
		}
		p := w.Live.Providers["g/1"]
		if p.Served = c.served; c.served < 0 {
			p.Aliases = nil
		}
		w.Live.Providers["g/1"] = p
		if c.gone {
			delete(w.Live.Providers, "g/1")
		}
		h := WhoIsHit(w.Live, "g", "1", w.Uses, 60)
		if h.Known != c.known || h.Why != c.why || h.AsOf != c.asOf || len(h.Keys) != c.keys {
			t.Errorf("%s: %+v", name, h)
		}
	}
}

// What was spent of which no model is known may have been spent on its models.
func TestWhatHasNoModelIsNotNothing(t *testing.T) {
	w := world("provider.down", "provider", "provider", "1")
	w.Uses = []Use{{"3", "", "", event.USD(4), 9}, {"3", "openai", "", event.USD(1), 9}, {"1", "groq", "", event.USD(2), 9}}
	if h := WhoIsHit(w.Live, "g", "1", w.Uses, 60); h.Untold != int64(event.USD(5)) || len(h.Keys) != 0 || h.PerHour != 0 {
		t.Errorf("%+v", h)
	}
}
