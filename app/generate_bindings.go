//go:build bindings

package app

// generating: this binary is run by the build to write the page's TypeScript,
// on machines without a display.
const generating = true
