package app

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/run"
	"gatewatch/internal/state"
)

// scheme begins the links that open Gatewatch from elsewhere.
const scheme = "gatewatch://"

// pages are what a link may open, as the window's page knows them
// (frontend/src/lib/route.ts). "" is the first one.
var pages = []string{"", "now", "alerts", "spend", "providers", "tasks", "changes", "events", "connections", "settings"}

// linkMost bounds a link in bytes: the longest that means something, a task
// with every letter of it encoded, has 700.
const linkMost = 1024

// target is what a link or a path on the command line points to.
type target struct {
	route   string          // the page; "" for none
	gateway event.GatewayID // of a task to watch
	task    event.TaskID    // "" for none
	// wrong is what is the matter with a link, in a sentence for whoever
	// opened it; "" for nothing. It holds nothing of the link itself.
	wrong string
}

// Of links, which anybody may write: an id of a gateway is ours, one of a task
// the gateway's, and an alert's a fingerprint. What is opened on a page is its
// id as the page writes it. Anything else is no link.
var (
	linkGateway = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	linkTask    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_:-]{0,127}$`)
	linkAlert   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$`)
	linkOpened  = regexp.MustCompile(`^[A-Za-z0-9%_.~:-]{1,512}$`)
)

// What is wrong with links.
const (
	wrongLong  = "It is too long for one. Nothing was opened."
	wrongPage  = "It names no page of Gatewatch. Links are gatewatch://task/GATEWAY/ID, gatewatch://alert/ID and gatewatch://PAGE, such as gatewatch://alerts."
	wrongTask  = "It names no task. Such links are gatewatch://task/GATEWAY/ID, with the gateway's id in small letters."
	wrongAlert = "It names no alert. Such links are gatewatch://alert/ID."
	wrongThing = "It names the page, but nothing that can be opened on it."
)

// targetOf finds what a command line points to: a path of the window, or a
// link. The links are gatewatch://task/GATEWAY/ID, which also watches the
// task, gatewatch://alert/ID, and gatewatch://PAGE, perhaps with /ID or ?id=ID.
func targetOf(args []string) target {
	for _, a := range args {
		rest, link := strings.CutPrefix(a, scheme)
		switch {
		case !link && !strings.HasPrefix(a, "/"):
			continue
		case len(a) > linkMost:
			return target{wrong: wrongLong}
		case link:
			return targetOfLink(strings.Trim(rest, "/"))
		default:
			return targetOfPage(strings.TrimPrefix(a, "/"))
		}
	}
	return target{}
}

func targetOfLink(path string) target {
	kind, rest, _ := strings.Cut(path, "/")
	switch kind {
	case "task":
		gateway, task, _ := strings.Cut(rest, "/")
		task = decoded(task)
		if !linkGateway.MatchString(gateway) || !linkTask.MatchString(task) {
			return target{route: "/tasks", wrong: wrongTask}
		}
		return target{
			route:   "/tasks?id=" + url.QueryEscape(gateway+"/"+task),
			gateway: event.GatewayID(gateway), task: event.TaskID(task),
		}
	case "alert":
		id := decoded(rest)
		if !linkAlert.MatchString(id) {
			return target{route: "/alerts", wrong: wrongAlert}
		}
		return target{route: "/alerts?id=" + url.QueryEscape(id)}
	}
	return targetOfPage(path)
}

// targetOfPage reads "alerts", "alerts/ID" and "alerts?id=ID".
func targetOfPage(path string) target {
	page, id, opened := strings.Cut(path, "?id=")
	if !opened {
		page, id, opened = strings.Cut(path, "/")
	}
	page = strings.TrimSuffix(page, "/") // browsers write one before the "?"
	switch {
	case !slices.Contains(pages, page):
		return target{wrong: wrongPage}
	case opened && !linkOpened.MatchString(id):
		return target{route: "/" + page, wrong: wrongThing}
	}
	return target{route: "/" + path}
}

// decoded undoes what browsers encode in a link; "" if it cannot be undone.
func decoded(s string) string {
	plain, err := url.PathUnescape(s)
	if err != nil {
		return ""
	}
	return plain
}

// followPatience is how long watching a link's task may take.
const followPatience = 15 * time.Second

// linkSaid is how long it is shown that a link could not be followed: time to
// look at the window and to read it twice.
const linkSaid = time.Minute

// mostWaiting is how many links are kept while the program is starting: more
// than a person opens, fewer than a page that opens links in a loop.
const mostWaiting = 16

// openTarget brings the window up where a link points, and watches its task.
// It may be called at any time and does not wait.
func (w *window) openTarget(t target) {
	w.openRoute(t.route)
	w.followTarget(t)
}

// followTarget watches the task of a link, if it has one, or says what is
// wrong with it; while the program is starting, as soon as it has. It does not
// wait.
func (w *window) followTarget(t target) {
	if t == (target{}) {
		return
	}
	w.mu.Lock()
	if !w.started {
		if len(w.waiting) < mostWaiting {
			w.waiting = append(w.waiting, t)
		}
		w.mu.Unlock()
		return
	}
	w.mu.Unlock()
	ctx, p, err := w.get()
	if err != nil {
		return // the window says why nothing is watched
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.over { // shutdown waits for what was begun before it
		w.done.Go(func() { w.follow(ctx, p, t) })
	}
}

// follow watches the task of a link, and shows for a while what is wrong with
// the link; a good one takes back what was said of the one before.
func (w *window) follow(ctx context.Context, p *run.Program, t target) {
	nth := w.links.Add(1)
	wrong := t.wrong
	if t.task != "" {
		wrong = w.watchTask(ctx, p, t)
	}
	if w.links.Load() != nth {
		return // another link came meanwhile
	}
	if wrong == "" {
		p.Say(ctx, state.AppFact{ID: linkFact})
		return
	}
	p.Say(ctx, state.AppFact{ID: linkFact, Severity: "info", Title: "A link could not be followed.", Text: wrong})
	select {
	case <-w.closed:
	case <-ctx.Done():
	case <-time.After(linkSaid):
		if w.links.Load() == nth {
			p.Say(ctx, state.AppFact{ID: linkFact})
		}
	}
}

// linkFact is what is said of links.
const linkFact = "link"

// watchTask watches the task of a link; it returns what is wrong, or "".
func (w *window) watchTask(ctx context.Context, p *run.Program, t target) string {
	ctx, cancel := context.WithTimeout(ctx, followPatience)
	defer cancel()
	err := p.WatchTask(ctx, t.gateway, t.task, "")
	if err == nil {
		return ""
	}
	w.log.Warn("the task of a link is not watched", "cause", err)
	return fault.Of(err).Message
}

// followWaiting follows the links that came while the program was starting.
func (w *window) followWaiting() {
	w.mu.Lock()
	w.started = true
	waiting := w.waiting
	w.waiting = nil
	w.mu.Unlock()
	for _, t := range waiting {
		w.followTarget(t)
	}
}
