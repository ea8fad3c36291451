// Package licences holds the licences of everything that the program is made
// of. It is no judge of them: the text is written by scripts/release/licences.mjs.
package licences

import _ "embed"

//go:generate node ../../../scripts/release/licences.mjs third-party.txt

//go:embed third-party.txt
var text string

// Text returns our licence and then those of all parts: the Go modules of any
// build, the standard library, and the packages of the window's page.
func Text() string { return text }
