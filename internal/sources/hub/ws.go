package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/coder/websocket"
)

// socket is the WebSockets wire.
type socket struct {
	conn   *websocket.Conn
	client *http.Client
	limit  int64
	last   int // room that the last message took; of the reading goroutine
}

// dialSocket opens the granted connection by WebSockets.
func (h *Hub) dialSocket(ctx context.Context, client *http.Client, g *grant) (transportConn, error) {
	header := http.Header{}
	h.dress(header, g.cred)
	conn, res, err := websocket.Dial(ctx, g.address(), &websocket.DialOptions{
		HTTPClient: client, HTTPHeader: header, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		if res != nil && res.StatusCode != http.StatusSwitchingProtocols {
			return nil, statusError(opConnect, res)
		}
		return nil, fmt.Errorf("connect by WebSockets: %w", err)
	}
	conn.SetReadLimit(h.opts.MaxMessage)
	return &socket{conn: conn, client: client, limit: h.opts.MaxMessage}, nil
}

func (s *socket) kind() Transport { return WebSockets }

// read takes no context of its own: the library would start a timer for each
// message. close ends it.
func (s *socket) read(buf []byte) ([]byte, error) {
	_, r, err := s.conn.Reader(context.Background())
	if err != nil {
		return buf, s.explain(err)
	}
	began := len(buf)
	if room := min(s.last, keepBuffer); cap(buf)-began < room {
		buf = slices.Grow(buf, room) // the next message is often as long as the last
	}
	for {
		if cap(buf)-len(buf) < 512 {
			buf = grow(buf)
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if errors.Is(err, io.EOF) {
			s.last = len(buf) - began + 512 // what the loop wants to find free at the end
			return buf, nil
		}
		if err != nil {
			return buf, s.explain(err)
		}
	}
}

// grow doubles the room of buf.
func grow(buf []byte) []byte {
	bigger := make([]byte, len(buf), max(2*cap(buf), 4<<10))
	copy(bigger, buf)
	return bigger
}

func (s *socket) explain(err error) error {
	if errors.Is(err, websocket.ErrMessageTooBig) {
		return fmt.Errorf("%w: over %d bytes", ErrMessageTooBig, s.limit)
	}
	return fmt.Errorf("%w: %w", ErrConnectionLost, err)
}

func (s *socket) write(ctx context.Context, frames []byte) error {
	return s.conn.Write(ctx, websocket.MessageText, frames)
}

func (s *socket) probe(ctx context.Context) error { return s.conn.Ping(ctx) }

// leave sends the closing frame and waits for the server's, which the library
// bounds by 5 s and ctx by less.
func (s *socket) leave(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.conn.Close(websocket.StatusNormalClosure, "") // we go in any case
	}()
	select {
	case <-done:
	case <-ctx.Done():
		s.close()
		<-done
	}
}

func (s *socket) close() {
	_ = s.conn.CloseNow() // an error says that it was closed
	s.client.CloseIdleConnections()
}
