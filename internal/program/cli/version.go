package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"gatewatch/internal/foundation/licences"
)

// build says which program this is. Commit and Date are empty if neither the
// linker nor the Go command knew them; Date is RFC 3339.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Date     string `json:"date,omitempty"`
	Modified bool   `json:"modified,omitempty"` // built from files that were in no commit
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

// thisBuild takes what the linker set, else what the Go command noted.
func thisBuild(o Options) build {
	b := build{
		Version: o.Version, Commit: o.Commit, Date: o.Date,
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || b.Commit != "" {
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Date = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// versionCmd says which program this is.
type versionCmd struct {
	JSON bool `help:"As one JSON object: version, commit, date, Go, system."`
}

// Run prints it.
func (c *versionCmd) Run(e *env) error {
	b := thisBuild(e.opts)
	if c.JSON {
		return json.NewEncoder(e.opts.Stdout).Encode(b)
	}
	_, err := fmt.Fprintf(e.opts.Stdout, "gatewatch %s\n", b.Version)
	for _, row := range [][2]string{{"commit", b.Commit}, {"date", b.Date}, {"go", b.Go}, {"system", b.OS + "/" + b.Arch}} {
		if row[1] != "" && err == nil {
			_, err = fmt.Fprintf(e.opts.Stdout, "  %-7s %s\n", row[0], row[1])
		}
	}
	return err
}

// licencesCmd shows the licences of all parts.
type licencesCmd struct{}

// Run prints them.
func (c *licencesCmd) Run(e *env) error {
	_, err := io.WriteString(e.opts.Stdout, licences.Text())
	return err
}
