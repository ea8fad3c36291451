// Package logfile is where the program's log goes: JSON lines in a file that
// is rotated, or text on a terminal, in both cases with secrets masked. It is
// not a logging library; that is log/slog. It runs no goroutine, and a File may
// be written to from many.
package logfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Options of a File. The zero value of a field means its default.
type Options struct {
	Path     string
	MaxBytes int64 // when a file is full; 0 means 5 MiB
	Keep     int   // how many full files are kept; 0 means 5
}

// File is a log file that is set aside when it is full: "x.log" becomes
// "x.1.log", that one "x.2.log", and so on; the oldest goes.
type File struct {
	opt Options

	mu   sync.Mutex
	file *os.File // nil after Close
	size int64
}

// Open opens the log for appending, and begins a new file if the present one is
// full. One that cannot be set aside, as on Windows where another program has it
// open, goes on growing; the first line that is written tells so. The folder is
// created, for this user alone.
func Open(opt Options) (*File, error) {
	if opt.MaxBytes <= 0 {
		opt.MaxBytes = 5 << 20
	}
	if opt.Keep <= 0 {
		opt.Keep = 5
	}
	if err := os.MkdirAll(filepath.Dir(opt.Path), 0o700); err != nil {
		return nil, fmt.Errorf("logfile: %w", err)
	}
	f := &File{opt: opt}
	if err := f.open(); err != nil {
		return nil, err
	}
	if f.size >= opt.MaxBytes {
		_ = f.rotate() // Write tries it again, and tells
	}
	return f, nil
}

func (f *File) open() error {
	file, err := os.OpenFile(f.opt.Path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("logfile: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("logfile: %w", err), file.Close())
	}
	f.file, f.size = file, info.Size()
	return nil
}

// Write appends one line. A line is never split over two files. If a new file
// cannot be begun, the full one goes on growing and the error is returned once
// the line is written.
func (f *File) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return 0, fmt.Errorf("logfile: %w", fs.ErrClosed)
	}
	var full error
	if f.size > 0 && f.size+int64(len(line)) > f.opt.MaxBytes {
		full = f.rotate()
	}
	n, err := f.file.Write(line)
	f.size += int64(n)
	if err == nil {
		err = full
	}
	return n, err
}

// rotate sets the present file aside and begins a new one. On Windows a file
// that is open cannot be renamed, so it is closed first everywhere. Whatever
// fails, a file is open afterwards if one can be opened at all.
func (f *File) rotate() error {
	errs := []error{f.file.Close()}
	errs = append(errs, ignoreAbsent(os.Remove(f.older(f.opt.Keep))))
	for n := f.opt.Keep - 1; n >= 0; n-- {
		errs = append(errs, ignoreAbsent(os.Rename(f.older(n), f.older(n+1))))
	}
	was := f.file
	if err := f.open(); err != nil {
		f.file = was // writing fails from here on, and says so
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("logfile: rotate: %w", err)
	}
	return nil
}

// older names the n-th file before the present one, which is number 0.
func (f *File) older(n int) string {
	if n == 0 {
		return f.opt.Path
	}
	ext := filepath.Ext(f.opt.Path)
	return fmt.Sprintf("%s.%d%s", f.opt.Path[:len(f.opt.Path)-len(ext)], n, ext)
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Close ends the log; writing fails afterwards. A second Close does nothing.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	if err != nil {
		return fmt.Errorf("logfile: %w", err)
	}
	return nil
}

var _ io.WriteCloser = (*File)(nil)
