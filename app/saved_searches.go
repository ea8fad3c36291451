package app

import (
	"context"
	"encoding/json"
	"errors"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/history"
)

// savedSearches is the name under which the history keeps them.
const savedSearches = "saved_searches"

// Bounds of what is kept of searches.
const (
	maxSavedSearches = 50
	maxSavedSearch   = 2000 // bytes
)

// SavedSearches lists the searches of events that the user saved.
func (x *History) SavedSearches() ([]SavedSearch, error) {
	return ask(x.h, func(ctx context.Context, db *history.DB) ([]SavedSearch, error) {
		all := []SavedSearch{}
		text, err := db.Meta(ctx, savedSearches)
		if errors.Is(err, history.ErrNotFound) {
			return all, nil
		}
		if err == nil {
			err = json.Unmarshal([]byte(text), &all)
		}
		return all, err
	})
}

// SaveSearches keeps these searches and no others.
func (x *History) SaveSearches(all []SavedSearch) error {
	return do(x.h, func(ctx context.Context, p *run.Program) error {
		db := p.History()
		if db == nil {
			return fault.New(fault.Unreachable, "There is no history yet.", nil)
		}
		if len(all) > maxSavedSearches {
			return fault.New(fault.Usage, "There are 50 saved searches. Delete one first.", nil)
		}
		for _, s := range all {
			if s.Name == "" || len(s.Name)+len(s.Search) > maxSavedSearch {
				return fault.New(fault.Usage, "A saved search needs a name, and must not be longer than 2,000 letters.", nil)
			}
		}
		text, err := json.Marshal(all)
		if err != nil {
			return fault.New(fault.Internal, "The search could not be saved.", err)
		}
		if err := db.SetMeta(ctx, savedSearches, string(text)); err != nil {
			return fault.New(fault.Internal, "The search could not be saved: this Gatewatch does not write the history.", err)
		}
		return nil
	})
}
