// Gatewatch watches Conduit LLM gateways from the desktop: spend, provider
// health, tasks, and a native notification when something needs you.
package main

import (
	"embed"
	"os"

	"gatewatch/app"
	"gatewatch/internal/program/cli"
)

// assets is the window's page; "make build" fills the folder.
//
//go:embed all:frontend/dist
var assets embed.FS

// Set by the linker for releases: the version, the commit that was built, and
// its time.
var (
	version = "0.1.0-dev"
	commit  string
	date    string
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.Options{
		Version: version, Commit: commit, Date: date, Window: app.Window(assets, version),
		Stdout: os.Stdout, Stderr: os.Stderr,
	}))
}
