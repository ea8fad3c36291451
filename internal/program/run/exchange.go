package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
)

// ExportSettings writes the settings, without secrets, into a new file of the
// user's downloads and returns its path.
func (p *Program) ExportSettings() (string, error) {
	text, err := config.Export(p.Settings())
	if err != nil {
		return "", err
	}
	name := "gatewatch-settings-" + time.Now().Format("20060102-150405")
	return p.saveDownload(name, ".toml", text)
}

// saveDownload writes a new file, for this user alone, into the downloads.
func (p *Program) saveDownload(name, extension string, content []byte) (string, error) {
	dir := p.opts.Paths.Downloads
	fail := func(err error) (string, error) {
		return "", fault.New(fault.Misconfigured, "The file could not be written into "+dir+".", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fail(err)
	}
	path := filepath.Join(dir, name+extension)
	for n := 2; ; n++ {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // a name of ours in the user's folder
		if os.IsExist(err) && n < 100 {
			path = filepath.Join(dir, fmt.Sprintf("%s-%d%s", name, n, extension))
			continue
		}
		if err != nil {
			return fail(err)
		}
		_, err = f.Write(content)
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return fail(err)
		}
		return path, nil
	}
}

// ImportSettings reads settings of a file's text and lists what they change.
// With apply they are put in force. Keys stay as they are.
func (p *Program) ImportSettings(ctx context.Context, text string, apply bool) (changes []string, problems []config.Problem, err error) {
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
