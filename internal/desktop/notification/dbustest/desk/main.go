//go:build unix

// Desk is a desktop for one test of the whole program: a session bus of its
// own with a notification service, a tray and an unlocked keychain. What the
// program did on the bus is asked for over HTTP, and so is what a user would
// do there. It prints its address and the bus's, and ends when its standard
// input does.
//
//	GET  /notices            every call of Notify
//	POST /notices/N/KEY      presses a button of bubble N ("default": the bubble)
//	GET  /tray               the icon's tooltip, and its menu as a user reads it
//	POST /tray?line=LABEL    presses a line of the menu
//	GET  /secrets            what the keychain holds, by account
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"gatewatch/internal/desktop/notification/dbustest"
)

func main() {
	home := os.Getenv("HOME")
	d := &desk{ends: &ends{}}
	// It ends with its standard input. A SIGTERM that comes along would leave the bus and the keychain behind.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM)
	code := 0
	if err := d.run(home); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "desk:", err)
		code = 1
	}
	d.ends.all()
	os.Exit(code)
}

// desk is what is on the bus.
type desk struct {
	ends    *ends
	bus     *dbustest.Bus
	notices *dbustest.Notifications
	tray    *dbustest.Tray
}

func (d *desk) run(home string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	d.bus = dbustest.NewBus(d.ends)
	d.notices = d.bus.Notifications("actions", "body", "body-markup", "icon-static", "sound")
	if os.Getenv("DESK_TRAY") != "none" {
		d.tray = d.bus.Tray()
	}
	if os.Getenv("DESK_KEYCHAIN") != "none" {
		if err := d.startKeychain(home); err != nil {
			return err
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not block
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /notices", d.answer(d.listNotices))
	mux.HandleFunc("POST /notices/{number}/{key}", d.answer(d.press))
	mux.HandleFunc("GET /tray", d.answer(d.readTray))
	mux.HandleFunc("POST /tray", d.answer(d.pressTray))
	mux.HandleFunc("GET /secrets", d.answer(d.secrets))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }() // ends with the program
	err = json.NewEncoder(os.Stdout).Encode(map[string]string{"url": "http://" + l.Addr().String(), "bus": d.bus.Address})
	if err == nil {
		_, err = io.Copy(io.Discard, os.Stdin)
	}
	return err
}

// answer writes what f finds as JSON; what fails a test elsewhere is status
// 500 here.
func (d *desk) answer(f func(*http.Request) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				http.Error(w, fmt.Sprint(p), http.StatusInternalServerError)
			}
		}()
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(f(r))
	}
}

// notice is a call of Notify.
type notice struct {
	Number  uint32   `json:"number"`
	Title   string   `json:"title"`
	Body    string   `json:"body"`
	Urgency byte     `json:"urgency"`
	Actions []string `json:"actions"`
	Silent  bool     `json:"silent"`
	Sound   string   `json:"sound"`
	Shown   bool     `json:"shown"` // it is still on the screen
}

func (d *desk) listNotices(*http.Request) any {
	shown := map[uint32]bool{}
	for _, c := range d.notices.Screen() {
		shown[c.Number] = true
	}
	all := []notice{}
	for _, c := range d.notices.Calls() {
		all = append(all, notice{
			Number: c.Number, Title: c.Title, Body: c.Body, Urgency: c.Urgency(), Actions: append([]string{}, c.Actions...),
			Silent: c.Silent(), Sound: c.Text("sound-name"), Shown: shown[c.Number],
		})
	}
	return all
}

func (d *desk) press(r *http.Request) any {
	number, err := strconv.ParseUint(r.PathValue("number"), 10, 32)
	if err != nil {
		panic(err)
	}
	d.notices.Invoke(uint32(number), r.PathValue("key"))
	return true
}

// menu is what a user reads in the tray.
type menu struct {
	Tooltip string   `json:"tooltip"`
	Lines   []string `json:"lines"`
}

func (d *desk) readTray(*http.Request) any {
	items := d.tray.Items()
	if len(items) == 0 {
		return menu{Lines: []string{}}
	}
	return menu{Tooltip: items[0].Tooltip(), Lines: append([]string{}, items[0].Labels()...)}
}

func (d *desk) pressTray(r *http.Request) any {
	d.tray.WaitItem().Click(r.URL.Query().Get("line"))
	return true
}

// ends stands for the test that dbustest's parts belong to. What would fail
// the test panics, and is answered to who asked.
type ends struct {
	testing.TB
	mu    sync.Mutex
	later []func()
}

func (e *ends) all() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range slices.Backward(e.later) {
		f()
	}
}

// Cleanup runs f before the program ends.
func (e *ends) Cleanup(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.later = append(e.later, f)
}

// Helper is nothing here.
func (e *ends) Helper() {}

// Fatal, Fatalf, Errorf and Skip say that something is wrong.
func (e *ends) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// Fatalf is Fatal with a format.
func (e *ends) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// Errorf is Fatalf.
func (e *ends) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// Skip is Fatal: what it would be skipped for is needed.
func (e *ends) Skip(args ...any) { panic(fmt.Sprint(args...)) }
