package cli

import (
	"errors"
	"io"
	"os"
	"slices"
	"sync/atomic"
)

// output is standard output, which notes that nobody reads it any more: that
// "gatewatch watch | head" ends is no failure.
type output struct {
	w    io.Writer
	gone atomic.Bool
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if err != nil && readerGone(err) {
		o.gone.Store(true)
	}
	return n, err
}

// readerGone reports whether err is how the system says that the other end of
// a pipe is closed.
func readerGone(err error) bool {
	return errors.Is(err, os.ErrClosed) || errors.Is(err, io.ErrClosedPipe) ||
		slices.ContainsFunc(closedPipe, func(known error) bool { return errors.Is(err, known) })
}
