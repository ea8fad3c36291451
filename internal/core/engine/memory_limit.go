package engine

import (
	"os"
	"runtime/debug"
)

// LimitMemory makes the collector work harder instead of letting a large state
// become twice as large. An environment that says otherwise (GOMEMLIMIT) is
// left alone. It is for the whole process: call it once, in main.
func LimitMemory() {
	const limit = 96 << 20
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}
