package webbridge

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
)

// Doors is a bound service.
type Doors struct{}

type door struct {
	Name string `json:"name"`
	Wide bool   `json:"wide"`
}

func (*Doors) Open(d door, times int) (door, error) {
	if times == 0 {
		return door{}, errors.New("it is locked")
	}
	d.Wide = true
	return d, nil
}

func (*Doors) Shut() error { return nil }

func served(t *testing.T) *Server {
	t.Helper()
	s, err := Serve("127.0.0.1:0", Options{
		Assets:   fstest.MapFS{"index.html": {Data: []byte("<title>x</title><script src=\"main.js\"></script>")}},
		Services: []any{&Doors{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func connect(t *testing.T, s *Server) *websocket.Conn {
	t.Helper()
	conn, res, err := websocket.Dial(t.Context(), strings.Replace(s.URL(), "http", "ws", 1)+"bridge", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.Body != nil {
		_ = res.Body.Close()
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return conn
}

func ask(t *testing.T, conn *websocket.Conn, question string) string {
	t.Helper()
	if err := conn.Write(t.Context(), websocket.MessageText, []byte(question)); err != nil {
		t.Fatal(err)
	}
	_, b, err := conn.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCallsReachTheirMethod(t *testing.T) {
	conn := connect(t, served(t))
	for question, want := range map[string]string{
		`{"id":1,"service":"Doors","method":"Open","args":[{"name":"front"},1]}`:  `{"data":{"name":"front","wide":true},"id":1}`,
		`{"id":2,"service":"Doors","method":"Open","args":[{"name":"front"},0]}`:  `{"id":2,"error":"it is locked"}`,
		`{"id":3,"service":"Doors","method":"Shut","args":[]}`:                    `{"id":3}`,
		`{"id":4,"service":"Doors","method":"Burn","args":[]}`:                    `{"id":4,"error":"webbridge: no such method: Doors.Burn with 0 arguments"}`,
		`{"id":5,"service":"Doors","method":"Open","args":[{"name":"front"}]}`:    `{"id":5,"error":"webbridge: no such method: Doors.Open with 1 arguments"}`,
		`{"id":6,"service":"Walls","method":"Open","args":[]}`:                    `{"id":6,"error":"webbridge: no such method: Walls"}`,
		`{"id":7,"service":"Doors","method":"Open","args":[{"name":"a"},"many"]}`: `{"id":7,"error":"argument 2 of Doors.Open: json: cannot unmarshal string into Go value of type int"}`,
	} {
		if diff := cmp.Diff(want, ask(t, conn, question)); diff != "" {
			t.Errorf("%s: %s", question, diff)
		}
	}
}

func TestEventsReachEveryPage(t *testing.T) {
	s := served(t)
	pages := []*websocket.Conn{connect(t, s), connect(t, s)}
	for _, p := range pages {
		ask(t, p, `{"id":1,"service":"Doors","method":"Shut","args":[]}`) // it is connected
	}
	s.Emit("route", "/alerts")
	for _, p := range pages {
		_, b, err := p.Read(t.Context())
		if err != nil || string(b) != `{"event":"route","data":"/alerts"}` {
			t.Errorf("got %s, %v", b, err)
		}
	}
}

func TestThePageGetsTheBridgeFirst(t *testing.T) {
	s := served(t)
	html := get(t, s.URL())
	if !strings.Contains(html, `<script src="./bridge.js"></script><script src="main.js">`) {
		t.Error(html)
	}
	first, _, _ := strings.Cut(get(t, s.URL()+"bridge.js"), "\n")
	var names map[string][]string
	if err := json.Unmarshal([]byte(strings.TrimPrefix(first, "const BOUND = ")), &names); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][]string{"Doors": {"Open", "Shut"}}, names); diff != "" {
		t.Error(diff)
	}
}

func TestAPageFromElsewhereDoesNotGetIn(t *testing.T) {
	s := served(t)
	header := http.Header{"Origin": {"http://example.com"}}
	_, res, err := websocket.Dial(context.Background(), strings.Replace(s.URL(), "http", "ws", 1)+"bridge", &websocket.DialOptions{HTTPHeader: header})
	if err == nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("it got in: %v", err)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url) //nolint:noctx // the test's own server
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
