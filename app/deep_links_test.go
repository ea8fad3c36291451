package app

import (
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/state"
	"gatewatch/internal/program/cli"
	"gatewatch/internal/program/run"
)

// A link is written by anybody: it watches a task of a gateway, or opens a
// page, and nothing else.
func TestLinks(t *testing.T) {
	for in, want := range map[string]target{
		"gatewatch://task/prod-eu/task_1":              {route: "/tasks?id=prod-eu%2Ftask_1", gateway: "prod-eu", task: "task_1"},
		"gatewatch://task/prod-eu/task_1/":             {route: "/tasks?id=prod-eu%2Ftask_1", gateway: "prod-eu", task: "task_1"},
		"gatewatch://task/p/a%3Ab":                     {route: "/tasks?id=p%2Fa%3Ab", gateway: "p", task: "a:b"},
		"gatewatch://alert/70ae796bd7c986":             {route: "/alerts?id=70ae796bd7c986"},
		"gatewatch://key/prod-eu/7":                    {route: "/spend?id=prod-eu%2F7"},
		"gatewatch://provider/prod/openai":             {route: "/providers?id=prod%2Fopenai"},
		"gatewatch://incident/70ae796bd7":              {route: "/incidents?id=70ae796bd7"},
		"gatewatch://incidents":                        {route: "/incidents"},
		"gatewatch://replay/2026-11-29T18:00:00Z":      {route: "/replay?id=2026-11-29T18%3A00%3A00Z"},
		"gatewatch://replay/yesterday":                 {wrong: wrongReplay},
		"gatewatch://events":                           {route: "/events"},
		"gatewatch://events/":                          {route: "/events"},
		"gatewatch:///spend":                           {route: "/spend"},
		"gatewatch://":                                 {route: "/"},
		"gatewatch://tasks/7":                          {route: "/tasks/7"},
		"gatewatch://alerts?id=7":                      {route: "/alerts?id=7"},
		"gatewatch://alerts/?id=7":                     {route: "/alerts/?id=7"},
		"/alerts?id=1":                                 {route: "/alerts?id=1"},
		"/spend/prod%2F7":                              {route: "/spend/prod%2F7"},
		"/":                                            {route: "/"},
		"":                                             {},
		"--demo":                                       {},
		"https://example.com/gatewatch://a":            {},
		"gatewatch://mark/deploy%20web%201.4":          {route: "/changes?id=mark%3A%3Adeploy+web+1.4"},
		"gatewatch://mark/rollback%3F?gateway=prod":    {route: "/changes?id=mark%3Aprod%3Arollback%3F"},
		"gatewatch://mark/":                            {route: "/changes", wrong: wrongMark},
		"gatewatch://mark/a%0Ab":                       {route: "/changes", wrong: wrongMark},
		"gatewatch://mark/%E2%80%AEevil":               {route: "/changes", wrong: wrongMark},
		"gatewatch://mark/x?gateway=../etc":            {route: "/changes", wrong: wrongMark},
		"gatewatch://mark/" + strings.Repeat("x", 201): {route: "/changes", wrong: wrongMark},

		"gatewatch://nowhere":                                     {wrong: wrongPage},
		"gatewatch://../../etc/passwd":                            {wrong: wrongPage},
		"/../etc":                                                 {wrong: wrongPage},
		"gatewatch://<img src=x onerror=alert(1)>":                {wrong: wrongPage},
		"gatewatch://events?id=<b>":                               {route: "/events", wrong: wrongThing},
		"gatewatch://events/a/b":                                  {route: "/events", wrong: wrongThing},
		"gatewatch://events#now":                                  {wrong: wrongPage},
		"gatewatch://\x1b[2Jevents\n":                             {wrong: wrongPage},
		"gatewatch://\xff\xfe":                                    {wrong: wrongPage},
		"gatewatch://events/" + strings.Repeat("a", 10<<10):       {wrong: wrongLong},
		"gatewatch://alert/%3Cscript%3E":                          {route: "/alerts", wrong: wrongAlert},
		"gatewatch://key/prod/":                                   {route: "/spend", wrong: wrongEntity},
		"gatewatch://key/prod/a%2F..":                             {route: "/spend", wrong: wrongEntity},
		"gatewatch://provider/PROD/1":                             {route: "/providers", wrong: wrongEntity},
		"gatewatch://incident/<b>":                                {route: "/incidents", wrong: wrongAlert},
		"gatewatch://alert/%zz":                                   {route: "/alerts", wrong: wrongAlert},
		"gatewatch://task/prod/../../x":                           {route: "/tasks", wrong: wrongTask},
		"gatewatch://task/prod/..%2F..%2Fx":                       {route: "/tasks", wrong: wrongTask},
		"gatewatch://task/Prod/x":                                 {route: "/tasks", wrong: wrongTask},
		"gatewatch://task/prod/a b":                               {route: "/tasks", wrong: wrongTask},
		"gatewatch://task/prod/a%00b":                             {route: "/tasks", wrong: wrongTask},
		"gatewatch://task/prod/":                                  {route: "/tasks", wrong: wrongTask},
		"gatewatch://task/prod/" + strings.Repeat("a", 129):       {route: "/tasks", wrong: wrongTask},
		"gatewatch://task/" + strings.Repeat("a", 41) + "/task_1": {route: "/tasks", wrong: wrongTask},
	} {
		if got := targetOf([]string{"--hidden", in}); got != want {
			t.Errorf("%q: %+v, want %+v", in, got, want)
		}
	}
}

// No link can name a page that the window does not have.
func TestPagesAreThePages(t *testing.T) {
	source, err := os.ReadFile("../frontend/src/lib/route.ts")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?s)PAGES = \[(.*?)\]`).FindSubmatch(source)
	if list == nil {
		t.Fatal("route.ts has no list of pages")
	}
	names := []string{""}
	for _, m := range regexp.MustCompile(`'(\w+)'`).FindAllSubmatch(list[1], -1) {
		names = append(names, string(m[1]))
	}
	if diff := cmp.Diff(names, pages); diff != "" {
		t.Errorf("(-page +links):\n%s", diff)
	}
}

func FuzzLinks(f *testing.F) {
	for _, s := range []string{"gatewatch://task/prod/x", "gatewatch://alert/%41", "gatewatch://events?id=1", "/spend/a%2Fb", "gatewatch://\x00"} {
		f.Add(s)
	}
	route := regexp.MustCompile(`^(/(alerts|incidents|spend|providers|tasks)\?id=[A-Za-z0-9%_.~:-]+|/[a-z]*(/?\?id=[A-Za-z0-9%_.~:-]+|/[A-Za-z0-9%_.~:-]*)?)?$`)
	f.Fuzz(func(t *testing.T, link string) {
		got := targetOf([]string{link})
		if !route.MatchString(got.route) || got.task != "" && got.gateway == "" {
			t.Errorf("%q: %+v", link, got)
		}
	})
}

// linkSays is what the page shows of links.
func linkSays(t *testing.T, p *run.Program) state.AppCondition {
	t.Helper()
	s, err := p.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.Live.App[linkCondition]
}

func awaitLink(t *testing.T, p *run.Program, text string) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		f := linkSays(t, p)
		if text == "" && f.Title == "" || text != "" && strings.Contains(f.Text, text) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("said %+v, want %q", f, text)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// What is wrong with a link is said in the window, and a good one takes it
// back; a link that comes while the program is starting is not lost.
func TestALinkIsFollowed(t *testing.T) {
	h, shell, _ := demoHost(t)
	w := &window{host: h, closed: make(chan struct{})}
	t.Cleanup(func() { close(w.closed); w.done.Wait() })
	_, p, err := h.get()
	if err != nil {
		t.Fatal(err)
	}
	w.openTarget(targetOf([]string{"gatewatch://task/elsewhere/task_1"}))
	if f := linkSays(t, p); f.Title != "" {
		t.Errorf("said before it has started: %+v", f)
	}
	w.followWaiting()
	awaitLink(t, p, `"elsewhere" is not being watched`)
	if err := (&App{h}).Ready(); err != nil {
		t.Fatal(err)
	}
	shell.mu.Lock()
	if !slices.Contains(shell.names, "route") {
		t.Errorf("the page that is ready now was told %q", shell.names)
	}
	shell.mu.Unlock()
	w.openTarget(targetOf([]string{"gatewatch://nowhere"}))
	awaitLink(t, p, wrongPage)
	w.openTarget(targetOf([]string{"gatewatch://events"}))
	awaitLink(t, p, "")
	w.openTarget(targetOf([]string{"gatewatch://" + strings.Repeat("x", 10<<10)}))
	awaitLink(t, p, wrongLong)
}

// However many links come while the program is starting, few are kept.
func TestLinksThatWaitAreBounded(t *testing.T) {
	w := newWindow("test", cli.WindowOptions{Route: "gatewatch://events"}, slog.New(slog.DiscardHandler))
	for range 100 {
		w.openTarget(targetOf([]string{"gatewatch://task/prod/task_1"}))
	}
	if n := len(w.waiting); n != mostWaiting {
		t.Errorf("%d links wait", n)
	}
	if got := *w.first.Load(); got != "/tasks?id=prod%2Ftask_1" {
		t.Errorf("the first page is %q", got)
	}
}
