//go:build !linux && !freebsd && !openbsd && !netbsd

package tray

import "context"

// HostPresent reports whether the system has a tray that shows icons. Here it
// always has, if this build can draw any.
func HostPresent(context.Context) (bool, error) { return systemDriver(false) != nil, nil }

// systemHosts reports once that the tray is there.
func systemHosts(_ context.Context, report func(hostState)) { report(hostState{present: true}) }
