//go:build wired

package app

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/tools/webbridge"
)

// built says that this binary has a window, of a sort.
const built = true

// holdDisplay holds nothing: a browser shows the page.
func holdDisplay() (release func(), err error) { return func() {}, nil }

// open serves the page to a browser and returns when the program ends. It is
// the whole program as people run it, but for the toolkit that draws the
// window. Its address is printed; $GATEWATCH_PAGE is where it listens.
func (w *window) open(ctx context.Context, assets embed.FS) error {
	defer context.AfterFunc(ctx, w.quit)()
	release, handed, err := w.claim(ctx)
	if err != nil || handed {
		return err
	}
	defer release()
	page, err := fs.Sub(assets, "frontend/dist")
	if err != nil {
		return fault.New(fault.Internal, "The page is not there.", err)
	}
	listen := os.Getenv("GATEWATCH_PAGE")
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	s := &webShell{end: make(chan struct{}), shown: !w.startHidden(), closing: w.closeAs, hid: w.hidden}
	server, err := webbridge.Serve(listen, webbridge.Options{
		Assets: page, Services: w.services(), Format: formatError, Loaded: w.domReady,
		Handle: map[string]http.HandlerFunc{"GET /window": s.tell, "POST /window/close": s.close},
	})
	if err != nil {
		return fault.New(fault.Internal, "The page cannot be served.", err)
	}
	s.server = server
	w.attachTray()
	fmt.Println("page", server.URL())
	w.startup(ctx, s)
	<-s.end
	w.shutdown(ctx)
	return server.Close()
}

// webShell is a shell without a window: it remembers what it was told, so that
// somebody can ask.
type webShell struct {
	server  *webbridge.Server
	closing func() closing
	hid     func()
	end     chan struct{} // closed when the program is to end

	mu     sync.Mutex
	shown  bool     // guarded by mu
	size   int      // per cent, 0 if it was not said; guarded by mu
	opened []string // addresses; guarded by mu
	ended  bool     // guarded by mu
}

func (s *webShell) Emit(name string, data any) { s.server.Emit(name, data) }

func (s *webShell) Show() { s.set(true) }

func (s *webShell) Hide() { s.set(false) }

func (s *webShell) set(shown bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = shown
}

// Quit asks whether the program may end, as the toolkit does, and ends it.
func (s *webShell) Quit() {
	switch s.closing() {
	case closeHides:
		s.hid()
		s.Hide()
	case closeEnds:
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.ended {
			s.ended = true
			close(s.end)
		}
	case closeIgnored:
	}
}

func (s *webShell) DrawAt(percent int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.size = percent
}

func (s *webShell) OpenURL(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened = append(s.opened, url)
}

// SaveFile is the dialog of somebody who takes the name as it is, and the folder
// that $GATEWATCH_SAVES names; without one, of somebody who changes their mind.
func (s *webShell) SaveFile(_, name string) (string, error) {
	folder := os.Getenv("GATEWATCH_SAVES")
	if folder == "" {
		return "", nil
	}
	return filepath.Join(folder, name), nil
}

// tell says what became of the window: {"shown": …, "opened": […], "size": 100}.
func (s *webShell) tell(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = json.NewEncoder(w).Encode(map[string]any{"shown": s.shown, "opened": append([]string{}, s.opened...), "size": s.size})
}

// close is the button in the window's frame.
func (s *webShell) close(w http.ResponseWriter, _ *http.Request) {
	s.Quit()
	w.WriteHeader(http.StatusNoContent)
}

var _ shell = (*webShell)(nil)
