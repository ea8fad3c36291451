// Bindgen writes the page's side of the bridge: for every method that Go binds
// to the window its name, arguments, result and comment, as TypeScript types
// and as the table that calls are built and checked by. It reads the source of
// the window's package (the list in its method "services" says which structs
// are bound) and the codes of package fault; it runs nothing of the program.
//
//	bindgen -app DIR -fault DIR -out FILE
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	app := flag.String("app", "app", "folder of the package whose structs are bound")
	faults := flag.String("fault", "internal/foundation/fault", "folder of the package that has the codes of errors")
	out := flag.String("out", "frontend/src/bridge/bound.ts", "the file to write")
	flag.Parse()
	if err := run(*app, *faults, *out); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bindgen:", err)
		os.Exit(1)
	}
}

// run reads both folders and writes the file.
func run(app, faults, out string) error {
	services, err := readServices(app)
	if err != nil {
		return err
	}
	codes, err := readCodes(faults)
	if err != nil {
		return err
	}
	return os.WriteFile(out, []byte(write(services, codes)), 0o644) //nolint:gosec // source text
}
