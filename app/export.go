package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/history"
)

// exportFor bounds the writing of one export.
const exportFor = 5 * time.Minute

// Export asks the user for a file and writes an incident or events into it. It
// returns when that is done, or with an empty path if the user changed their mind.
func (x *History) Export(in ExportInput) (Exported, error) {
	return change(x.h, func(ctx context.Context, p *run.Program) (Exported, error) {
		db := p.History()
		if db == nil {
			return Exported{}, fault.New(fault.Unreachable, "There is no history yet.", nil)
		}
		title := ""
		if in.Incident != "" && !in.HideNames {
			if i, err := db.Incident(ctx, in.Incident); err == nil { // else the export says what is wrong
				title = i.Title
			}
		}
		path, err := x.h.askForFile("Export", exportName(in, title, time.Now()))
		if err != nil || path == "" {
			return Exported{}, err
		}
		ctx, cancel := context.WithTimeout(ctx, exportFor)
		defer cancel()
		n, err := exportTo(ctx, db, path, in)
		return Exported{Path: path, Lines: n}, err
	})
}

// askForFile asks the user where to write a file; "" if they changed their mind.
func (h *host) askForFile(title, name string) (string, error) {
	w := h.window()
	if w == nil {
		return "", fault.New(fault.Unreachable, "There is no desktop to ask for a file.", nil)
	}
	path, err := w.SaveFile(title, name)
	if err != nil {
		return "", fault.New(fault.Internal, "The dialog for the file could not be opened.", err)
	}
	return path, nil
}

// exportTo writes an export into a file that only the user can read, whole or not
// at all: what stood there stays until it is replaced.
func exportTo(ctx context.Context, db *history.DB, path string, in ExportInput) (n int, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".gatewatch-export-")
	if err != nil {
		return 0, fault.New(fault.Usage, "The file cannot be written. Choose another folder.", err)
	}
	n, err = db.Export(ctx, f, history.ExportQuery{
		Since: unixMS(in.Events.From), Until: unixMS(in.Events.To), Events: in.Events.history(), Incident: in.Incident,
		Format: history.Format(in.Format), Redact: in.HideNames, HideAmounts: in.HideAmounts,
	})
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, history.ErrNotFound):
		err = fault.New(fault.Usage, "The history has no such incident: it is older than what is kept.", err)
	default:
		err = fault.New(fault.Internal, "The export could not be written.", err)
	}
	_ = os.Remove(f.Name())
	return 0, err
}

// exportName is a name for the file: what it holds, and when it was made. An incident's
// title is in it, unless names are hidden in what is in the file.
func exportName(in ExportInput, title string, now time.Time) string {
	what := "events"
	if in.Incident != "" {
		what = "incident " + strings.ToLower(title)
	}
	plain := strings.FieldsFunc(what, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	name := ""
	for i, word := range plain {
		if i > 0 && len([]rune(name))+1+len([]rune(word)) > 60 {
			break
		}
		name += "-" + word
	}
	return "gatewatch" + name + "-" + now.Format("2006-01-02-1504") + "." + filepath.Base(in.Format)
}
