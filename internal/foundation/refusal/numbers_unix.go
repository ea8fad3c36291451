//go:build !windows

package refusal

import "syscall"

var (
	refused  = []error{syscall.ECONNREFUSED}
	reset    = []error{syscall.ECONNRESET}
	timedOut = []error{syscall.ETIMEDOUT}
	taken    = []error{syscall.EADDRINUSE}
	noWay    = []error{syscall.ENETUNREACH, syscall.EHOSTUNREACH}
)
