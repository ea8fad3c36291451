//go:build !linux

package hub

// setWakeAt does nothing: elsewhere it is not known to spare anything.
func setWakeAt(uintptr, int) {}
