// Reference writes docs/events.md (every event, line of output, method that the
// page can call, setting and exit status) and docs/demo.md (what a scenario of the
// demo gateway may say), as the source declares them. go generate runs it, so that
// the documents cannot fall behind.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . ../../../docs ../../..

func main() {
	if len(os.Args) != 3 {
		_, _ = fmt.Fprintln(os.Stderr, "usage: reference FOLDER MODULE")
		os.Exit(2)
	}
	for name, written := range map[string]func(*bytes.Buffer, string) error{"events.md": write, "demo.md": writeDemo} {
		var b bytes.Buffer
		err := written(&b, os.Args[2])
		if err == nil {
			err = os.WriteFile(filepath.Join(os.Args[1], name), b.Bytes(), 0o644) //nolint:gosec // a document
		}
		if err != nil {
			_, _ = fmt.Fprintln(os.Stderr, "reference:", err)
			os.Exit(1)
		}
	}
}

// head begins the document.
const head = `# Events, lines, methods, settings, exit statuses

Written by ` + "`go generate ./internal/tools/reference`" + ` from the Go source; ` + "`scripts/test.sh generated`" + ` fails while it is not current.

Units, wherever nothing else is said: money is whole **nano-dollars** (1,000,000,000 is one dollar), times in JSON lines are
RFC 3339, times that the page gets are Unix **milliseconds** (0: unknown), durations say their unit, shares are 0 to 1.
A *reading* is a number, or an object ` + "`{\"status\": …, \"why\": …}`" + ` that says why there is none: what is not known is never 0.
`

// write writes the whole document about the module at root.
func write(b *bytes.Buffer, root string) error {
	b.WriteString(head)
	for _, part := range []func(*bytes.Buffer, string) error{writeEvents, writeLines, writeMethods, writeSettings, writeExits} {
		if err := part(b, root); err != nil {
			return err
		}
	}
	return nil
}
