package demo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// peer is a client that shows the bytes: what it reads are frames without
// their separators, as they came.
type peer struct {
	t      *testing.T
	ws     *websocket.Conn // or
	stream *bufio.Reader   // of an event stream, with
	body   io.Closer
	post   string
	key    string

	rest     []byte
	messages int // WebSocket messages or event blocks read
}

// negotiated is what the gateway answers to negotiate.
type negotiated struct {
	Version    int    `json:"negotiateVersion"`
	Token      string `json:"connectionToken"`
	ID         string `json:"connectionId"`
	Transports []struct {
		Transport       Transport `json:"transport"`
		TransferFormats []string  `json:"transferFormats"`
	} `json:"availableTransports"`
}

// request makes an HTTP request with a bearer key and returns the answer with
// its body read.
func request(t *testing.T, method, url, key string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	resp, err := freshClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// freshClient keeps no connection: a gateway that ends leaves nothing here.
var freshClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func negotiate(t *testing.T, base, hub, key string) negotiated {
	t.Helper()
	resp, body := request(t, http.MethodPost, base+"/hubs/"+hub+"/negotiate?negotiateVersion=1", key)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("negotiate %s: %d %q", hub, resp.StatusCode, body)
	}
	var n negotiated
	if err := json.Unmarshal([]byte(body), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func keyOf(g *Gateway, hub string) string {
	if g.hubs[hub].area == admin {
		return g.MasterKey()
	}
	return g.VirtualKey()
}

// connect dials a hub, shakes hands and waits until the gateway counts it.
func connect(t *testing.T, g *Gateway, hub string, via Transport) *peer {
	t.Helper()
	before := g.Stats()[hub].Connects
	p := dial(t, g, hub, via)
	p.send(`{"protocol":"json","version":1}`)
	if got := p.frame(); got != "{}" {
		t.Fatalf("handshake answered with %s", got)
	}
	eventually(t, func() bool { return g.Stats()[hub].Connects > before })
	return p
}

func dial(t *testing.T, g *Gateway, hub string, via Transport) *peer {
	t.Helper()
	return dialAs(t, g, hub, via, keyOf(g, hub))
}

func dialAs(t *testing.T, g *Gateway, hub string, via Transport, key string) *peer {
	t.Helper()
	base := g.CoreURL()
	if g.hubs[hub].area == admin {
		base = g.AdminURL()
	}
	token := negotiate(t, base, hub, key).Token
	url := base + "/hubs/" + hub + "?id=" + token
	p := &peer{t: t, key: key, post: url}
	header := http.Header{"Authorization": {"Bearer " + key}}
	if via == WebSockets {
		ws, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{HTTPHeader: header, HTTPClient: freshClient})
		if err != nil {
			t.Fatal(err)
		}
		ws.SetReadLimit(-1)
		p.ws = ws
		t.Cleanup(func() { _ = ws.CloseNow() })
		return p
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	req.Header.Set("Accept", "text/event-stream")
	resp, err := freshClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("event stream: %s", resp.Status)
	}
	p.stream, p.body = bufio.NewReader(resp.Body), resp.Body
	return p
}

// send writes frames, each with its separator, in one message.
func (p *peer) send(frames ...string) {
	p.t.Helper()
	msg := []byte(strings.Join(frames, "\x1e") + "\x1e")
	if p.ws != nil {
		if err := p.ws.Write(p.t.Context(), websocket.MessageText, msg); err != nil {
			p.t.Fatal(err)
		}
		return
	}
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.post, bytes.NewReader(msg))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.key)
	resp, err := freshClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		p.t.Fatalf("send: %s", resp.Status)
	}
}

// next reads one frame, pings included.
func (p *peer) next() (string, error) {
	for {
		if i := bytes.IndexByte(p.rest, separator); i >= 0 {
			f := string(p.rest[:i])
			p.rest = p.rest[i+1:]
			return f, nil
		}
		b, err := p.message()
		if err != nil {
			return "", err
		}
		p.messages++
		p.rest = append(p.rest, b...)
	}
}

func (p *peer) message() ([]byte, error) {
	ctx, cancel := context.WithTimeout(p.t.Context(), 30*time.Second)
	defer cancel()
	if p.ws != nil {
		_, b, err := p.ws.Read(ctx)
		return b, err
	}
	defer context.AfterFunc(ctx, func() { _ = p.body.Close() })()
	var lines []string
	for {
		line, err := p.stream.ReadString('\n')
		if err != nil {
			return nil, err
		}
		line = strings.TrimRight(line, "\r\n")
		switch data, ok := strings.CutPrefix(line, "data: "); {
		case ok:
			lines = append(lines, data)
		case line == "" && lines != nil:
			return []byte(strings.Join(lines, "\n")), nil
		}
	}
}

// frame reads the next frame that is no ping.
func (p *peer) frame() string {
	p.t.Helper()
	for {
		f, err := p.next()
		if err != nil {
			p.t.Fatalf("read: %v", err)
		}
		if f != `{"type":6}` {
			return f
		}
	}
}

// event reads the next frame as an event.
func (p *peer) event() (target string, args []json.RawMessage) {
	p.t.Helper()
	f := p.frame()
	var m struct {
		Type      int               `json:"type"`
		Target    string            `json:"target"`
		Arguments []json.RawMessage `json:"arguments"`
	}
	if err := json.Unmarshal([]byte(f), &m); err != nil || m.Type != 1 {
		p.t.Fatalf("%.200s is no event: %v", f, err)
	}
	return m.Target, m.Arguments
}

// counts reads n events "Count" and wants them to count from 0.
func (p *peer) counts(n int) {
	p.t.Helper()
	for i := range n {
		target, args := p.event()
		if target != "Count" || string(args[0]) != fmt.Sprint(i) {
			p.t.Fatalf("event %d is %s %s", i, target, args)
		}
	}
}

// over reads to the end of the connection and returns the frames before it.
func (p *peer) over() (frames []string, err error) {
	for {
		f, err := p.next()
		if err != nil {
			return frames, err
		}
		frames = append(frames, f)
	}
}

// close frees what the client holds.
func (p *peer) close() {
	if p.ws != nil {
		_ = p.ws.CloseNow()
		return
	}
	_ = p.body.Close()
}
