package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
)

// longPoll is the wire of long polling: a request that the server answers when
// it has something to say, and another one after it.
type longPoll struct {
	*sender
	gone atomic.Bool // the server has ended the connection
}

// dialPoll opens the granted connection by long polling. The first poll only
// says that we are there.
func (h *Hub) dialPoll(ctx context.Context, client *http.Client, g *grant) (transportConn, error) {
	l := &longPoll{sender: h.newSender(client, g)}
	ctx, cancel := l.both(ctx)
	defer cancel()
	res, err := l.request(ctx, http.MethodGet, nil)
	if err != nil {
		l.close()
		return nil, fmt.Errorf("connect by long polling: %w", err)
	}
	defer closeBody(res)
	if res.StatusCode != http.StatusOK {
		l.close()
		return nil, statusError(opConnect, res)
	}
	return l, nil
}

func (l *longPoll) kind() Transport { return LongPolling }

// read polls once. An answer without content says that the server is there.
func (l *longPoll) read(buf []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(l.ctx, l.h.opts.PollTimeout)
	defer cancel()
	res, err := l.request(ctx, http.MethodGet, nil)
	if err != nil {
		return buf, l.lost(ctx, err)
	}
	defer closeBody(res)
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusNoContent, http.StatusNotFound:
		l.gone.Store(true)
		return buf, fmt.Errorf("%w: the server ended it (HTTP status %d)", ErrConnectionLost, res.StatusCode)
	default:
		return buf, fmt.Errorf("%w: %w", ErrConnectionLost, statusError(opPoll, res))
	}
	for {
		if cap(buf)-len(buf) < 512 {
			buf = grow(buf)
		}
		n, err := res.Body.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case errors.Is(err, io.EOF):
			return buf, nil
		case err != nil:
			return buf, l.lost(ctx, err)
		case int64(len(buf)) > l.h.opts.MaxMessage+keepBuffer:
			return buf, fmt.Errorf("%w: over %d bytes", ErrMessageTooBig, l.h.opts.MaxMessage)
		}
	}
}

func (l *longPoll) lost(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("%w: a poll was not answered within %v", ErrServerSilent, l.h.opts.PollTimeout)
	}
	return fmt.Errorf("%w: poll: %v", ErrConnectionLost, err) //nolint:errorlint // must not be io.EOF for the library
}

// leave asks the server to forget the connection.
func (l *longPoll) leave(ctx context.Context) {
	if l.gone.Load() {
		return
	}
	ctx, cancel := l.both(ctx)
	defer cancel()
	if res, err := l.request(ctx, http.MethodDelete, nil); err == nil {
		closeBody(res)
	}
}
