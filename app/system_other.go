//go:build !linux

package app

// holdDisplay has nothing to hold: this system has a display or no login at all.
func holdDisplay() (release func(), err error) { return func() {}, nil }

// guardSystem has nothing to guard here.
func guardSystem() {}
