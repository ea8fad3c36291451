package hub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// sender posts frames: both transports over plain HTTP send so.
type sender struct {
	h      *Hub
	client *http.Client
	url    string
	cred   credential
	ctx    context.Context // ends with the connection
	end    context.CancelFunc
	mu     sync.Mutex // held while posting: requests may overtake each other
}

func (h *Hub) newSender(client *http.Client, g *grant) *sender {
	p := &sender{h: h, client: client, url: g.address(), cred: g.cred}
	p.ctx, p.end = context.WithCancel(context.Background())
	return p
}

// request makes a request to the connection that ends with ctx or the connection.
func (p *sender) request(ctx context.Context, method string, body []byte) (*http.Response, error) {
	var r io.Reader = http.NoBody
	if body != nil {
		r = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, p.url, r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.ToLower(method), err)
	}
	p.h.dress(req.Header, p.cred)
	if body != nil {
		req.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	}
	return p.client.Do(req)
}

// write posts frames.
func (p *sender) write(ctx context.Context, frames []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	ctx, cancel := p.both(ctx)
	defer cancel()
	res, err := p.request(ctx, http.MethodPost, frames)
	if err != nil {
		return fmt.Errorf("send: %w", err)
	}
	defer closeBody(res)
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusAccepted {
		return statusError(opSend, res)
	}
	return nil
}

// probe posts a ping: an answer says that the server knows the connection.
func (p *sender) probe(ctx context.Context) error { return p.write(ctx, framePing) }

// both is ctx, and ends also when the connection is closed.
func (p *sender) both(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(p.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}

func (p *sender) close() {
	p.end()
	p.client.CloseIdleConnections()
}

// eventStream is the wire of Server-Sent Events: one endless response to read
// from, a request for each write.
type eventStream struct {
	*sender
	body   io.ReadCloser
	closed atomic.Bool

	// Only the reading goroutine touches what follows.
	in    []byte // read and not yet looked at
	parse eventParser
}

// dialEvents opens the granted connection by Server-Sent Events.
func (h *Hub) dialEvents(ctx context.Context, client *http.Client, g *grant) (transportConn, error) {
	e := &eventStream{sender: h.newSender(client, g)}
	stop := context.AfterFunc(ctx, e.end) // the response outlives the dialling
	req, err := http.NewRequestWithContext(e.ctx, http.MethodGet, e.url, http.NoBody)
	if err != nil {
		e.close()
		return nil, fmt.Errorf("connect by Server-Sent Events: %w", err)
	}
	h.dress(req.Header, g.cred)
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Cache-Control", "no-cache")
	res, err := client.Do(req)
	switch {
	case err != nil:
		e.close()
		return nil, fmt.Errorf("connect by Server-Sent Events: %w", errors.Join(err, ctx.Err()))
	case res.StatusCode != http.StatusOK:
		err = statusError(opConnect, res)
	case !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream"):
		err = &StatusError{Op: opConnect, Status: res.StatusCode}
	case !stop():
		err = fmt.Errorf("connect by Server-Sent Events: %w", ctx.Err())
	}
	if err != nil {
		_ = res.Body.Close()
		e.close()
		return nil, err
	}
	e.body = res.Body
	e.in = make([]byte, 0, 64<<10)
	return e, nil
}

func (e *eventStream) kind() Transport { return ServerSentEvents }

// read returns what is there, be it a whole event or not: the frames inside
// have an end of their own.
func (e *eventStream) read(buf []byte) ([]byte, error) {
	n, err := e.body.Read(e.in[:cap(e.in)])
	buf = e.parse.add(buf, e.in[:n])
	if err == nil || n > 0 {
		return buf, nil // an error comes again
	}
	return buf, fmt.Errorf("%w: the event stream ended: %v", ErrConnectionLost, err) //nolint:errorlint // must not be io.EOF for the library
}

// leave ends the stream; the protocol knows no farewell here.
func (e *eventStream) leave(context.Context) { e.close() }

func (e *eventStream) close() {
	if e.closed.Swap(true) {
		return
	}
	e.sender.close()
	if e.body != nil {
		_ = e.body.Close()
	}
}

// eventParser takes the data out of an event stream, wherever it is cut.
type eventParser struct {
	field  []byte // the beginning of a line, until its colon has come
	inData bool   // in the value of a "data" line
	skip   bool   // in the value of another line
	space  bool   // a space at the value's beginning does not belong to it
}

var dataField = []byte("data")

// add appends the data in b to buf. The separators between lines of data are
// left out: a frame does not contain line ends.
func (p *eventParser) add(buf, b []byte) []byte {
	for len(b) > 0 {
		if p.inData || p.skip {
			end := bytes.IndexAny(b, "\r\n")
			value, rest := b, []byte(nil)
			if end >= 0 {
				value, rest = b[:end], b[end+1:]
			}
			buf = p.value(buf, value)
			if end >= 0 {
				*p = eventParser{field: p.field[:0]}
			}
			b = rest
			continue
		}
		c := b[0]
		b = b[1:]
		switch {
		case c == ':':
			p.inData = bytes.Equal(p.field, dataField)
			p.skip, p.space = !p.inData, true
		case c == '\r' || c == '\n':
			p.field = p.field[:0]
		case len(p.field) <= len(dataField): // longer is not "data" anyway
			p.field = append(p.field, c)
		}
	}
	return buf
}

func (p *eventParser) value(buf, v []byte) []byte {
	if p.space && len(v) > 0 {
		p.space = false
		v = bytes.TrimPrefix(v, []byte(" "))
	}
	if !p.inData {
		return buf
	}
	return append(buf, v...)
}
