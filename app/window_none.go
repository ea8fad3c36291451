//go:build !desktop && !dev && !bindings && !wired

package app

import (
	"context"
	"embed"

	"gatewatch/internal/program/cli"
)

// built says that this binary has no window: it was made without the window
// toolkit's tags, such as for a server.
const built = false

func (w *window) open(context.Context, embed.FS) error { return cli.ErrNoWindow }
