//go:build !linux && !freebsd && !openbsd && !netbsd && !windows && !(darwin && cgo)

package tray

// startsOnCaller: there is nothing to start.
const startsOnCaller = false

// systemDriver returns nil: this build has no tray. On macOS one needs cgo.
func systemDriver(bool) Driver { return nil }
