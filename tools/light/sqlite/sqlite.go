// Package sqlite has the shape of modernc.org/sqlite, and no database: ten megabytes of
// translated C that checks of our own code would each read anew. Nothing that runs is
// built with it, see light in scripts/tools.sh.
package sqlite

// Error is what the database reports.
type Error struct{}

// Error says what went wrong.
func (*Error) Error() string { return "" }

// Code is SQLite's number of it.
func (*Error) Code() int { return 0 }
