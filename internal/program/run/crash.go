package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/logfile"
	"gatewatch/internal/store/config"
)

// What of a crash is kept, in bytes: the runtime's text begins with the reason
// and the goroutine that failed, and of the log the end matters.
const (
	crashTextMost = 256 << 10
	crashLogMost  = 32 << 10
)

// catchCrash has the runtime write a crash into a file of its own. What an
// earlier run left there becomes a report, with the last lines of its log; only
// the newest is kept, on this computer alone.
func catchCrash(p config.Paths) error {
	failed := makeCrashReport(p)
	crash, err := os.OpenFile(p.Crash, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return errors.Join(failed, err)
	}
	err = debug.SetCrashOutput(crash, debug.CrashOptions{}) // it keeps a copy of the file
	return errors.Join(failed, err, crash.Close())
}

// makeCrashReport turns what the runtime wrote, if anything, into a report.
func makeCrashReport(p config.Paths) error {
	info, err := os.Stat(p.Crash)
	if err != nil || info.Size() == 0 {
		return nil //nolint:nilerr // nothing crashed
	}
	said, err := readPart(p.Crash, 0, crashTextMost)
	if err != nil {
		return err
	}
	var log []byte
	if now, err := os.Stat(p.Log); err == nil {
		log, _ = readPart(p.Log, max(0, now.Size()-crashLogMost), crashLogMost) // without it there is the crash
		if _, whole, cut := bytes.Cut(log, []byte("\n")); cut && now.Size() > crashLogMost {
			log = whole // not the half of a line that it began with
		}
	}
	report := fmt.Sprintf("Gatewatch ended unexpectedly at %s.\n\n%s\n\nThe last lines of its log:\n\n%s",
		info.ModTime().Format(time.RFC3339), bytes.TrimSpace(said), log)
	if err := os.WriteFile(p.CrashReport(), logfile.Mask([]byte(report)), 0o600); err != nil {
		return err
	}
	return os.Truncate(p.Crash, 0)
}

// readPart reads at most n bytes of a file from an offset.
func readPart(path string, from, n int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.NewSectionReader(f, from, n))
}

// sayCrash offers the report of an earlier crash, or takes that back.
func (p *Program) sayCrash(ctx context.Context) {
	f := state.AppCondition{ID: "crash"}
	if _, err := os.Stat(p.opts.Paths.CrashReport()); err == nil {
		f.Severity, f.Title = string(event.SeverityWarning), "Gatewatch ended unexpectedly."
		f.Text = "What was found out is kept on this computer alone, as " + filepath.Base(p.opts.Paths.CrashReport()) +
			" beside the log: copy it for whoever looks after Gatewatch, or delete it."
	}
	p.reportCondition(ctx, f)
}

// CrashReport is the report of the last crash; "" if there is none.
func (p *Program) CrashReport() (string, error) {
	text, err := os.ReadFile(p.opts.Paths.CrashReport())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", fault.New(fault.Internal, "The report cannot be read.", err)
	}
	return string(text), nil
}

// DeleteCrashReport deletes the report of the last crash.
func (p *Program) DeleteCrashReport(ctx context.Context) error {
	if err := os.Remove(p.opts.Paths.CrashReport()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Internal, "The report cannot be deleted.", err)
	}
	p.sayCrash(ctx)
	return nil
}
