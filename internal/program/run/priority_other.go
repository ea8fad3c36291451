//go:build !linux

package run

// yieldToOthers does nothing: threads have no priority here that could be set
// without C.
func yieldToOthers() {}
