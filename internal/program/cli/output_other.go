//go:build !windows

package cli

import "syscall"

// closedPipe is what a write to a pipe says that nobody reads.
var closedPipe = []error{syscall.EPIPE}
