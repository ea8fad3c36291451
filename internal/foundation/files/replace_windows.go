package files

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// patience is how long a file that is to be replaced may be open elsewhere: who
// reads settings, and what looks for viruses, is done with them in milliseconds.
const patience = 2 * time.Second

// Replace renames a file to the name of another, which is gone then: whoever reads
// that meanwhile reads the one or the other. Windows refuses it while somebody has
// the other one open, and so it is tried again for a while.
func Replace(from, to string) error {
	began := time.Now()
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		err := os.Rename(from, to)
		open := errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
		if !open || time.Since(began) > patience {
			return err
		}
		time.Sleep(pause)
	}
}
