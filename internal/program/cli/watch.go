package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/program/run"
	"gatewatch/internal/sources/rest"
)

// watchCmd is the engine without a window.
type watchCmd struct {
	targetFlags
	JSON     bool     `help:"One JSON object a line."`
	NoNotify bool     `help:"Raise no native notifications."`
	Task     []string `help:"Also follow the task with this id until it ends; may be given several times." placeholder:"ID" sep:"none"`
}

// Validate refuses what cannot be the id of a task.
func (c *watchCmd) Validate() error {
	if err := c.targetFlags.Validate(); err != nil {
		return err
	}
	for _, id := range c.Task {
		if !rest.CanAskTask(event.TaskID(id)) {
			return fmt.Errorf("%.60q is no id of a task: those are of up to 128 letters, digits and the signs _ : -, and begin with a letter or digit", id)
		}
	}
	return nil
}

// Run watches until interrupted, or until nobody reads the output any more.
func (c *watchCmd) Run(e *env) error {
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	out := newLines(e.opts.Stdout, c.JSON)
	tasks := make([]event.TaskID, len(c.Task))
	for i, id := range c.Task {
		tasks[i] = event.TaskID(id)
	}
	p, err := run.Start(ctx, run.Options{
		Target: c.target(), Tasks: tasks, Notify: !c.NoNotify, Passphrase: e.passphrase(), Version: e.opts.Version, Record: []run.Recorder{recorder{out}},
		OnDecision: func(n run.Decision) { out.add(noticeLine(n)) },
	})
	if err != nil {
		return err
	}
	written := make(chan error, 1)
	go func() {
		defer cancel() // nobody reads: the end
		written <- out.run(ctx)
	}()
	err = c.follow(ctx, p, out)
	cancel()
	select {
	case wrote := <-written:
		err = errors.Join(err, wrote)
	case <-time.After(lastLines): // a reader that does not read must not keep us; the process ends
	}
	stop, done := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer done()
	if closeErr := p.Close(stop); err == nil {
		err = closeErr
	}
	return err
}

// lastLines is how long the end waits for a slow reader.
const lastLines = time.Second

// recorder turns every event into a line.
type recorder struct{ out *lines }

// Record implements run.Recorder.
func (r recorder) Record(env event.Envelope) {
	env = env.Clone()
	r.out.add(line{env: &env})
}

// follow prints alerts and conditions of Gatewatch itself as they change, and
// ends the command if every link was refused before any was ever up: trying
// again cannot mend that, and a script wants to know.
func (c *watchCmd) follow(ctx context.Context, p *run.Program, out *lines) error {
	var w refusals
	shown := alertNews{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case frame, open := <-p.Frames():
			if !open {
				return nil
			}
			for id, a := range frame.Delta.Alerts {
				if a == nil {
					delete(shown, id)
				} else if shown.is(a) {
					out.add(alertLine(*a))
				}
			}
			for _, f := range frame.Delta.App {
				if f != nil {
					l := stateLine("app."+f.ID, text.TitleAndBody(f.Title, f.Text), f)
					l.sev = f.Severity
					out.add(l)
				}
			}
			if err := w.see(frame.Delta.Links); err != nil {
				return err
			}
		}
	}
}

func alertLine(a state.AlertLine) line {
	return line{
		At: stamp(time.UnixMilli(a.UpdatedAt)), Type: "alert", Kind: a.Rule, Gateway: a.Gateway,
		Source: "computed", Body: a, sev: a.Severity,
		text: strings.ToUpper(a.Status) + ": " + text.TitleAndBody(a.Title, a.Body),
	}
}

func noticeLine(n run.Decision) line {
	verb := "HELD"
	if n.Shown {
		verb = "TOLD"
	}
	return line{
		At: stamp(n.At), Type: "notice", Kind: n.Reason, Gateway: n.Gateway, Source: "computed", Body: n,
		sev: string(n.Severity), text: verb + " (" + n.Reason + "): " + text.TitleAndBody(n.Title, n.Body),
	}
}
