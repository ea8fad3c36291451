//go:build !bindings

package app

// generating is false in every binary that people run.
const generating = false
