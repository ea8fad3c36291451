package app

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"time"

	"gatewatch/internal/event"
)

// scheme begins the links that open Gatewatch from elsewhere.
const scheme = "gatewatch://"

// target is what a link or a path on the command line points to.
type target struct {
	route   string          // the page; "" for none
	gateway event.GatewayID // of a task to watch
	task    event.TaskID    // "" for none
}

// Of links, which anybody may write: an id of a gateway is ours, one of a task
// the gateway's, and an alert's a fingerprint. Anything else is no link.
var (
	linkGateway = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	linkTask    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_:-]{0,127}$`)
	linkAlert   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$`)
)

// targetOf finds what a command line points to: a path of the window, or a
// link. The links are gatewatch://task/GATEWAY/ID, which also watches the
// task, gatewatch://alert/ID, and gatewatch://PAGE.
func targetOf(args []string) target {
	for _, a := range args {
		if rest, ok := strings.CutPrefix(a, scheme); ok {
			return targetOfLink(strings.Trim(rest, "/"))
		}
		if strings.HasPrefix(a, "/") && !strings.Contains(a, "..") {
			return target{route: a}
		}
	}
	return target{}
}

func targetOfLink(path string) target {
	kind, rest, _ := strings.Cut(path, "/")
	switch kind {
	case "task":
		gateway, task, _ := strings.Cut(rest, "/")
		if !linkGateway.MatchString(gateway) || !linkTask.MatchString(task) {
			return target{route: "/tasks"}
		}
		return target{
			route:   "/tasks?id=" + url.QueryEscape(gateway+"/"+task),
			gateway: event.GatewayID(gateway), task: event.TaskID(task),
		}
	case "alert":
		if !linkAlert.MatchString(rest) {
			return target{route: "/alerts"}
		}
		return target{route: "/alerts?id=" + url.QueryEscape(rest)}
	}
	if strings.Contains(path, "..") {
		return target{}
	}
	return target{route: "/" + path}
}

// followPatience is how long watching a link's task may take.
const followPatience = 15 * time.Second

// openTarget brings the window up where a link points, and watches its task.
func (w *window) openTarget(t target) {
	w.openRoute(t.route)
	w.followTask(t)
}

// followTask watches the task of a link, if it has one. It does not wait.
func (w *window) followTask(t target) {
	if t.task == "" {
		return
	}
	ctx, p, err := w.get()
	if err != nil {
		return // it is starting, and looks at its own command line then
	}
	w.done.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, followPatience)
		defer cancel()
		if err := p.WatchTask(ctx, t.gateway, t.task, ""); err != nil {
			w.log.Warn("the task of a link is not watched", "cause", err)
		}
	})
}
