package cli

import "golang.org/x/sys/windows"

// closedPipe is what a write to a pipe says that nobody reads: the second
// while it is being closed, the third of a pipe with a name.
var closedPipe = []error{windows.ERROR_BROKEN_PIPE, windows.ERROR_NO_DATA, windows.ERROR_PIPE_NOT_CONNECTED}
