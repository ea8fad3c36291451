package run

import (
	"context"
	"reflect"

	"gatewatch/internal/store/config"
)

// ExportSettings gives the settings, without secrets, as the text of a file.
func (p *Program) ExportSettings() ([]byte, error) { return config.Export(p.Settings()) }

// ImportSettings reads settings of a file's text and lists what they change.
// With apply they are put in force. Keys stay as they are.
func (p *Program) ImportSettings(ctx context.Context, text string, apply bool) (changes []config.Difference, problems []config.Problem, err error) {
	now := p.Settings()
	next, problems, err := config.Import([]byte(text), now)
	if err != nil {
		return nil, nil, err
	}
	changes = config.Differences(now, next)
	if !apply || reflect.DeepEqual(now, next) {
		return changes, problems, nil
	}
	return changes, problems, p.Change(ctx, func(s *config.Settings) { *s = next })
}
