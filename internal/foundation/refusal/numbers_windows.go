package refusal

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// The names of POSIX, too: recordings and tests fail with them everywhere.
var (
	refused  = []error{windows.WSAECONNREFUSED, syscall.ECONNREFUSED}
	reset    = []error{windows.WSAECONNRESET, windows.WSAECONNABORTED, syscall.ECONNRESET}
	timedOut = []error{windows.WSAETIMEDOUT, syscall.ETIMEDOUT}
	taken    = []error{windows.WSAEADDRINUSE, syscall.EADDRINUSE}
	noWay    = []error{windows.WSAENETUNREACH, windows.WSAEHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTUNREACH}
)
