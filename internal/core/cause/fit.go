package cause

import (
	"strconv"
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// sort is what an alert is of, as far as causes go.
type sort string

const (
	ofSpend      sort = "spend"
	ofProvider   sort = "provider"
	ofKey        sort = "key" // it is refused, or expires
	ofTask       sort = "task"
	ofConnection sort = "connection"
)

// sortOf is the sort of an alert.
func sortOf(a *state.AlertLine) sort {
	switch {
	case strings.HasPrefix(a.Rule, "key.") || strings.HasPrefix(a.Rule, "auth."), a.Rule == "gateway.auth":
		return ofKey
	case a.Category == "spend":
		return ofSpend
	case a.Category == "provider":
		return ofProvider
	case a.Category == "task":
		return ofTask
	}
	return ofConnection
}

// fit is how well a change of an entity explains an alert of a sort. What is not
// in it explains little.
var fit = map[sort]map[string]float64{
	ofSpend: {
		string(event.EntityModelCost): 1, string(event.EntityModelMapping): 0.8, string(event.EntityVirtualKey): 0.7, state.EntityMark: 0.7,
		string(event.EntityRelease): 0.4, "configuration": 0.4, string(event.EntityKeyGroup): 0.5, string(event.EntityProvider): 0.3, string(event.EntityCredential): 0.2,
	},
	ofProvider: {
		string(event.EntityCredential): 1, string(event.EntityProvider): 1, string(event.EntityModelMapping): 0.7, string(event.EntityRelease): 0.6,
		state.EntityMark: 0.5, "configuration": 0.6, string(event.EntityVirtualKey): 0.1, string(event.EntityModelCost): 0.05, string(event.EntityKeyGroup): 0.05,
	},
	ofKey: {
		string(event.EntityVirtualKey): 1, string(event.EntityKeyGroup): 0.7, state.EntityMark: 0.6, string(event.EntityRelease): 0.5, "configuration": 0.5,
		string(event.EntityModelMapping): 0.1,
	},
	ofTask: {
		string(event.EntityModelMapping): 0.9, string(event.EntityProvider): 0.9, string(event.EntityCredential): 0.9, string(event.EntityRelease): 0.6,
		state.EntityMark: 0.5, "configuration": 0.5, string(event.EntityVirtualKey): 0.4,
	},
	ofConnection: {
		string(event.EntityRelease): 1, state.EntityMark: 0.8, "configuration": 0.8, string(event.EntityVirtualKey): 0.3, string(event.EntityProvider): 0.1,
		string(event.EntityCredential): 0.05, string(event.EntityModelMapping): 0.05,
	},
}

// How many times more calls or money say that something else became of them.
const (
	roseMuch = 3.0
	rose     = 1.5
	steady   = 1.3
)

// fits says how well a change explains the alert, by its kind, its size and what is
// known of money and calls.
func (w *World) fits(c *state.Change) (much float64, why string) {
	of := sortOf(&w.Alert)
	much = fit[of][c.Entity]
	if much == 0 {
		much = 0.05
	}
	switch c.Action {
	case string(event.ActionEnabled):
		if of != ofSpend {
			much *= 0.5 // what was put back into service seldom breaks anything
		}
	case string(event.ActionDisabled), string(event.ActionDeleted), state.ActionSwitchedOff:
		switch {
		case of == ofSpend:
			much *= 0.3
		case of == ofProvider && c.Action == state.ActionSwitchedOff:
			much *= 0.1 // the gateway did it for the same cause, earlier
		}
	case "credited":
		much *= 0.2
	}
	if of != ofSpend {
		return much, ""
	}
	calls := w.CallsRise
	if w.Alert.Rule == "spend.loop" {
		calls = max(calls, roseMuch) // that is what it says
	}
	ratio := priceRatio(c)
	if c.Entity == string(event.EntityModelCost) && ratio > 0 {
		switch {
		case ratio <= 1:
			much *= 0.1
		case calls >= roseMuch:
			much, why = much*0.15, text.CauseMoreCalls(calls)
		case ratio < rose:
			much *= 0.5
		default:
			why = text.CausePrice(ratio)
		}
		return much, why
	}
	if c.Entity == string(event.EntityModelMapping) {
		if calls >= roseMuch {
			much *= 0.3
		}
		return much, ""
	}
	switch {
	case w.SpendRise >= rose && calls > 0 && calls < steady:
		much, why = much*0.4, text.CauseSameCalls()
	case calls >= roseMuch:
		much *= 1.2
	}
	return much, why
}

// priceRatio is how many times dearer a price became, by the field that rose most; 0
// where it says nothing.
func priceRatio(c *state.Change) (most float64) {
	for _, v := range c.Values {
		old, errOld := strconv.ParseFloat(strings.TrimPrefix(v.Old, "$"), 64)
		now, errNow := strconv.ParseFloat(strings.TrimPrefix(v.New, "$"), 64)
		if errOld == nil && errNow == nil && old > 0 {
			most = max(most, now/old)
		}
	}
	return most
}

// follows says how likely an alert is the cause of the one in question.
func (w *World) follows(a *state.AlertLine) (related, fits float64, how string) {
	of, by := sortOf(&w.Alert), sortOf(a)
	same := a.EntityKind == w.Alert.EntityKind && a.Entity == w.Alert.Entity
	inGroup := w.Alert.EntityKind == "group" && a.EntityKind == "key" && w.keyOfGroup(a.Entity, w.Alert.Entity)
	switch {
	case by == ofConnection && (of == ofProvider || of == ofTask || of == ofKey || of == ofConnection):
		related, how = 0.7, text.CauseWhole()
		fits = 0.9
	case of == ofTask && by == ofProvider && w.isProviderOfTask(a.Entity):
		return 1, 1, text.CauseOnPath()
	case of == ofSpend && by == ofSpend && (same || inGroup) && strings.HasPrefix(a.Rule, "spend."):
		how = text.CauseSame(a.EntityKind)
		if inGroup {
			how = text.CauseInGroup()
		}
		fits = 1
		if w.SpendRise >= rose && w.CallsRise > 0 && w.CallsRise < steady {
			fits = 0.6 // it costs more, and is no more: a price or a model
		}
		return 1, fits, how
	case of == ofKey && by == ofSpend && (same || w.Alert.EntityKind == "key" && a.EntityKind == "group" && w.keyOfGroup(w.Alert.Entity, a.Entity)):
		return 0.9, 0.9, text.CauseSame(a.EntityKind) // its money is used up
	case same:
		related, fits, how = 0.8, 0.4, text.CauseSame(a.EntityKind)
	default:
		related, fits, how = 0.08, 0.3, text.CauseElsewhere()
	}
	return related, fits, how
}

func (w *World) isProviderOfTask(provider string) bool {
	model := w.task().Model
	return model != "" && w.serves(provider, model)
}
