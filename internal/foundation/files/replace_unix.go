//go:build !windows

package files

import "os"

// Replace renames a file to the name of another, which is gone then: whoever reads
// that meanwhile reads the one or the other.
func Replace(from, to string) error { return os.Rename(from, to) }
