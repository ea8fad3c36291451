package hubtest

import (
	"bufio"
	"crypto/sha1" //nolint:gosec // the WebSocket protocol's own choice
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// The opcodes of WebSocket frames.
const (
	opContinuation = 0
	opText         = 1
	opClose        = 8
	opPing         = 9
	opPong         = 10
)

// End is the record separator that ends every frame of the protocol.
const End = "\x1e"

// Ping is a keep-alive message.
const Ping = `{"type":6}` + End

// Socket is the server's end of a WebSocket.
type Socket struct {
	x    *Exchange
	conn net.Conn
	br   *bufio.Reader

	wmu   sync.Mutex
	mu    sync.Mutex
	seen  []string // data messages received; guarded by mu
	code  int      // of the client's closing frame; guarded by mu
	Quiet bool     // do not answer pings
}

// Sockets is a script for a server that does all as it should up to the
// handshake, and then gives each socket to live. When live returns, the TCP
// connection is closed.
func Sockets(live func(s *Socket, nth int)) Script {
	return func(x *Exchange) {
		switch {
		case x.IsNegotiate():
			x.Negotiated()
		case x.IsSocket():
			s := x.Accept()
			if s.Shake() {
				live(s, x.Nth)
			}
			x.Drop()
		default:
			x.Answer(404, "")
		}
	}
}

// Accept upgrades to WebSockets.
func (x *Exchange) Accept() *Socket {
	x.over = true
	sum := sha1.Sum([]byte(x.Request.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) //nolint:gosec // see above
	x.Raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
		base64.StdEncoding.EncodeToString(sum[:]) + "\r\n\r\n")
	return &Socket{x: x, conn: x.conn, br: x.br}
}

// Shake reads the handshake and answers it, more in the same message.
func (s *Socket) Shake(more ...string) bool {
	m, err := s.Read()
	if err != nil || m != `{"protocol":"json","version":1}`+End {
		return false
	}
	return s.Send("{}" + End + strings.Join(more, ""))
}

// Event is an invocation of target without an id.
func Event(target, arguments string) string {
	return `{"type":1,"target":"` + target + `","arguments":` + arguments + `}` + End
}

// Received are the data messages so far.
func (s *Socket) Received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.seen...)
}

// ClosedWith is the code of the client's closing frame, 0 if none came.
func (s *Socket) ClosedWith() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.code
}

// Read returns the next data message, answering pings and closes on the way.
func (s *Socket) Read() (string, error) {
	var message []byte
	for {
		op, fin, payload, err := s.readFrame()
		if err != nil {
			return "", err
		}
		switch op {
		case opPing:
			if !s.Quiet {
				s.frame(opPong, true, payload)
			}
		case opClose:
			s.mu.Lock()
			if len(payload) >= 2 {
				s.code = int(binary.BigEndian.Uint16(payload))
			}
			s.mu.Unlock()
			s.frame(opClose, true, payload)
			return "", io.EOF
		case opPong:
		default:
			message = append(message, payload...)
			if fin {
				s.mu.Lock()
				s.seen = append(s.seen, string(message))
				s.mu.Unlock()
				return string(message), nil
			}
		}
	}
}

// ReadCall returns the next message that is not a ping.
func (s *Socket) ReadCall() (string, error) {
	for {
		m, err := s.Read()
		if err != nil || m != Ping {
			return m, err
		}
	}
}

// Drain reads until the connection ends.
func (s *Socket) Drain() {
	for {
		if _, err := s.Read(); err != nil {
			return
		}
	}
}

func (s *Socket) readFrame() (op byte, fin bool, payload []byte, err error) {
	var head [2]byte
	if _, err = io.ReadFull(s.br, head[:]); err != nil {
		return 0, false, nil, err
	}
	n := uint64(head[1] & 0x7f)
	switch n {
	case 126:
		var b [2]byte
		_, err = io.ReadFull(s.br, b[:])
		n = uint64(binary.BigEndian.Uint16(b[:]))
	case 127:
		var b [8]byte
		_, err = io.ReadFull(s.br, b[:])
		n = binary.BigEndian.Uint64(b[:])
	}
	if err != nil || n > 64<<20 {
		return 0, false, nil, errors.Join(errors.New("bad frame"), err)
	}
	var mask [4]byte
	if head[1]&0x80 != 0 {
		if _, err = io.ReadFull(s.br, mask[:]); err != nil {
			return 0, false, nil, err
		}
	}
	payload = make([]byte, n)
	if _, err = io.ReadFull(s.br, payload); err != nil {
		return 0, false, nil, err
	}
	for i := range payload {
		payload[i] ^= mask[i%4]
	}
	return head[0] & 0x0f, head[0]&0x80 != 0, payload, nil
}

// Send sends each text as one message. It reports whether that worked.
func (s *Socket) Send(messages ...string) bool {
	for _, m := range messages {
		if !s.frame(opText, true, []byte(m)) {
			return false
		}
	}
	return true
}

// SendFragments sends one message in frames of at most size bytes.
func (s *Socket) SendFragments(message string, size int) bool {
	op := byte(opText)
	for len(message) > size {
		if !s.frame(op, false, []byte(message[:size])) {
			return false
		}
		message, op = message[size:], opContinuation
	}
	return s.frame(op, true, []byte(message))
}

// SendPing sends a ping of WebSockets, which is not one of SignalR.
func (s *Socket) SendPing() bool { return s.frame(opPing, true, []byte("p")) }

// SendRaw writes prepared frames; see Frame.
func (s *Socket) SendRaw(b []byte) bool {
	s.wmu.Lock()
	defer s.wmu.Unlock()
	_ = s.conn.SetWriteDeadline(time.Now().Add(patience))
	_, err := s.conn.Write(b)
	return err == nil
}

// Close sends the closing frame of WebSockets.
func (s *Socket) Close(code int) bool {
	return s.frame(opClose, true, binary.BigEndian.AppendUint16(nil, uint16(code))) //nolint:gosec // a code has four digits
}

// Reset breaks the TCP connection (RST).
func (s *Socket) Reset() { s.x.Reset() }

func (s *Socket) frame(op byte, fin bool, payload []byte) bool {
	return s.SendRaw(Frame(op, fin, payload))
}

// Frame is a WebSocket frame of a server.
func Frame(op byte, fin bool, payload []byte) []byte {
	if fin {
		op |= 0x80
	}
	b := []byte{op}
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return append(b, payload...)
}

// Text is a WebSocket message of a server, for SendRaw.
func Text(message string) []byte { return Frame(opText, true, []byte(message)) }
