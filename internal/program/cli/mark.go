package cli

import (
	"fmt"
	"time"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// markCmd notes that somebody did something, such as a deployment.
type markCmd struct {
	Text    string `arg:"" help:"What was done, such as \"deploy web 1.4\"; at most 200 characters."`
	At      string `help:"When it was done: 10m ago as 10m, or a time such as 2026-11-29T14:30. The default is now."`
	Profile string `help:"The gateway that it is about, by its id or name. The default is all of them."`
}

// Run keeps the mark.
func (c *markCmd) Run(e *env) error {
	now := time.Now()
	at, err := moment(c.At, now)
	if err != nil {
		return fault.New(fault.Usage, "Times are such as 10m, 2h or 2026-11-29T14:30.", err)
	}
	if at.IsZero() {
		at = now
	}
	m, running, err := run.SetMark(e.ctx, config.DefaultPaths(), c.Text, c.Profile, at)
	if err != nil {
		return err
	}
	where := "It is in the history."
	if running {
		where = "The running Gatewatch shows it within two seconds."
	}
	if m.Cut {
		where += " Its text was cut: a mark has at most 200 characters."
	}
	_, err = fmt.Fprintf(e.opts.Stdout, "Marked %q at %s. %s\n", m.Text, m.At.Local().Format("2006-01-02 15:04:05"), where)
	return err
}
