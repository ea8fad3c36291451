// Package archtest holds the project's conventions as tests: who may import
// whom, that every package says what it is, how long a file may be, which
// versions are pinned. It has no code that the program uses. It reads the
// source, with every build tag at once, and starts nothing.
package archtest
