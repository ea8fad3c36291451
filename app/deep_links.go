package app

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
)

// scheme begins the links that open Gatewatch from elsewhere.
const scheme = "gatewatch://"

// pages are what a link may open, as the window's page knows them
// (frontend/src/lib/route.ts). "" is the first one.
var pages = []string{"", "now", "alerts", "incidents", "spend", "providers", "tasks", "changes", "events", "connections", "settings"}

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

// The forms of what a link names. Anybody may write one: an id of a gateway is ours, one of a task
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
	wrongLong   = "It is too long for one. Nothing was opened."
	wrongPage   = "It names no page of Gatewatch. Links are gatewatch://task/GATEWAY/ID, gatewatch://key/GATEWAY/ID, gatewatch://provider/GATEWAY/ID, gatewatch://alert/ID, gatewatch://incident/ID, gatewatch://replay/TIME, gatewatch://mark/TEXT and gatewatch://PAGE, such as gatewatch://alerts."
	wrongTask   = "It names no task. Such links are gatewatch://task/GATEWAY/ID, with the gateway's id in small letters."
	wrongEntity = "It names no key or provider. Such links are gatewatch://key/GATEWAY/ID and gatewatch://provider/GATEWAY/ID, with the gateway's id in small letters."
	wrongAlert  = "It names no alert. Such links are gatewatch://alert/ID and gatewatch://incident/ID."
	wrongReplay = "It names no time. Such links are gatewatch://replay/2026-11-29T18:00:00Z."
	wrongMark   = "It names no mark. Such links are gatewatch://mark/TEXT, perhaps with ?gateway=ID, with a text of at most 200 letters."
	wrongThing  = "It names the page, but nothing that can be opened on it."
)

// targetOf finds what a command line points to: a path of the window, or a
// link. The links are gatewatch://task/GATEWAY/ID, which also watches the
// task, gatewatch://key/GATEWAY/ID and gatewatch://provider/GATEWAY/ID,
// gatewatch://alert/ID and gatewatch://incident/ID, gatewatch://replay/TIME,
// gatewatch://mark/TEXT, which asks whether to set it, and gatewatch://PAGE,
// perhaps with /ID or ?id=ID.
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
	case "key", "provider":
		page := map[string]string{"key": "/spend", "provider": "/providers"}[kind]
		gateway, id, _ := strings.Cut(rest, "/")
		id = decoded(id)
		if !linkGateway.MatchString(gateway) || !linkTask.MatchString(id) {
			return target{route: page, wrong: wrongEntity}
		}
		return target{route: page + "?id=" + url.QueryEscape(gateway+"/"+id)}
	case "replay":
		at := decoded(rest)
		if _, err := time.Parse(time.RFC3339, at); err != nil {
			return target{wrong: wrongReplay}
		}
		return target{route: "/replay?id=" + url.QueryEscape(at)}
	case "mark":
		return targetOfMark(rest)
	case "alert", "incident":
		id := decoded(rest)
		if !linkAlert.MatchString(id) {
			return target{route: "/" + kind + "s", wrong: wrongAlert}
		}
		return target{route: "/" + kind + "s?id=" + url.QueryEscape(id)}
	}
	return targetOfPage(path)
}

// linkMark is how the page is told of a mark that a link asks for: nothing is set
// before somebody says yes there, as any web page may open a link.
const linkMark = "mark:"

// targetOfMark reads TEXT and TEXT?gateway=ID, as links are encoded.
func targetOfMark(rest string) target {
	text, search, _ := strings.Cut(rest, "?")
	text = strings.TrimSpace(decoded(strings.TrimSuffix(text, "/")))
	named, err := url.ParseQuery(search)
	gateway := named.Get("gateway")
	wrong := err != nil || text == "" || !utf8.ValidString(text) || utf8.RuneCountInString(text) > linkMarkMost ||
		strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) ||
		gateway != "" && !linkGateway.MatchString(gateway)
	if wrong {
		return target{route: "/changes", wrong: wrongMark}
	}
	return target{route: "/changes?id=" + url.QueryEscape(linkMark+gateway+":"+text)}
}

// linkMarkMost is how long the text of a mark may be, in runes.
const linkMarkMost = 200

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

// followTimeout is how long watching a link's task may take.
const followTimeout = 15 * time.Second

// linkErrorTTL is how long it is shown that a link could not be followed: time to
// look at the window and to read it twice.
const linkErrorTTL = time.Minute

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
		wrong = w.followTask(ctx, p, t)
	}
	if w.links.Load() != nth {
		return // another link came meanwhile
	}
	if wrong == "" {
		p.ReportCondition(ctx, state.AppCondition{ID: linkCondition})
		return
	}
	p.ReportCondition(ctx, state.AppCondition{ID: linkCondition, Severity: "info", Title: "A link could not be followed.", Text: wrong})
	select {
	case <-w.closed:
	case <-ctx.Done():
	case <-time.After(linkErrorTTL):
		if w.links.Load() == nth {
			p.ReportCondition(ctx, state.AppCondition{ID: linkCondition})
		}
	}
}

// linkCondition is what is said of links.
const linkCondition = "link"

// followTask watches the task of a link; it returns what is wrong, or "".
func (w *window) followTask(ctx context.Context, p *run.Program, t target) string {
	ctx, cancel := context.WithTimeout(ctx, followTimeout)
	defer cancel()
	err := p.FollowTask(ctx, t.gateway, t.task, "")
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
