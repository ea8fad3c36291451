package engine

import (
	"os"
	"runtime/debug"
)

// TuneGC lets garbage pile up to four times what lives before it is collected:
// facts live for microseconds and what stays is a few megabytes, so the
// default collects fifty times a second in a burst, for an eighth of the rate.
// The limit keeps a large state from becoming five times as large. An
// environment that says otherwise (GOGC, GOMEMLIMIT) is left alone. It is for
// the whole process: call it once, in main.
func TuneGC() {
	const (
		percent = 400
		limit   = 96 << 20
	)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}
