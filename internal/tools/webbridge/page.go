package webbridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/coder/websocket"
)

// page is one connected browser tab.
type page struct {
	server *Server
	conn   *websocket.Conn
	out    chan []byte
}

// message is what passes to the page: an event, or the answer to a call.
type message struct {
	Event string `json:"event,omitempty"`
	Data  any    `json:"data,omitempty"`
	ID    int64  `json:"id,omitempty"` // of the call; from 1
	Error any    `json:"error,omitempty"`
}

// call is what the page asks for.
type call struct {
	ID      int64             `json:"id"`
	Service string            `json:"service"`
	Method  string            `json:"method"`
	Args    []json.RawMessage `json:"args"`
}

// run reads calls and writes what is to be sent until either fails.
func (p *page) run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	defer func() {
		cancel()
		_ = p.conn.CloseNow()
		done.Wait()
	}()
	done.Go(func() {
		defer cancel()
		for {
			select {
			case <-ctx.Done():
				return
			case b := <-p.out:
				if p.conn.Write(ctx, websocket.MessageText, b) != nil {
					return
				}
			}
		}
	})
	for {
		_, b, err := p.conn.Read(ctx)
		if err != nil {
			return
		}
		var c call
		if json.Unmarshal(b, &c) != nil {
			return
		}
		done.Go(func() { // calls do not wait for one another, as in the window
			b, err := json.Marshal(p.server.answer(c))
			if err == nil {
				select {
				case p.out <- b:
				case <-ctx.Done():
				}
			}
		})
	}
}

// send queues an event, or drops it if the page does not read.
func (p *page) send(b []byte) {
	select {
	case p.out <- b:
	default:
	}
}

// answer makes a call.
func (s *Server) answer(c call) message {
	v, err := s.call(c)
	if err != nil {
		return message{ID: c.ID, Error: s.o.Format(err)}
	}
	return message{ID: c.ID, Data: v}
}

var errNoMethod = errors.New("webbridge: no such method")

func (s *Server) call(c call) (any, error) {
	service, ok := s.services[c.Service]
	if !ok {
		return nil, fmt.Errorf("%w: %s", errNoMethod, c.Service)
	}
	m := service.MethodByName(c.Method)
	if !m.IsValid() || m.Type().NumIn() != len(c.Args) {
		return nil, fmt.Errorf("%w: %s.%s with %d arguments", errNoMethod, c.Service, c.Method, len(c.Args))
	}
	args := make([]reflect.Value, len(c.Args))
	for i, raw := range c.Args {
		v := reflect.New(m.Type().In(i))
		if err := json.Unmarshal(raw, v.Interface()); err != nil {
			return nil, fmt.Errorf("argument %d of %s.%s: %w", i+1, c.Service, c.Method, err)
		}
		args[i] = v.Elem()
	}
	results := m.Call(args)
	if err, ok := reflect.TypeAssert[error](results[len(results)-1]); ok && err != nil {
		return nil, err
	}
	if len(results) == 2 {
		return results[0].Interface(), nil
	}
	return nil, nil //nolint:nilnil // the method gives nothing
}
