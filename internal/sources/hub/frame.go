package hub

import (
	"bytes"
	"encoding/json"
)

// separator ends every frame of the JSON protocol.
const separator = 0x1E

// The message types of the protocol that occur here.
const (
	typeInvocation = 1
	typeStreamItem = 2
	typeCompletion = 3
	typePing       = 6
	typeClose      = 7
)

// Frames that we write.
var (
	frameHandshake      = []byte(`{"protocol":"json","version":1}` + "\x1e")
	frameHandshakeReply = []byte("{}\x1e")
	framePing           = []byte(`{"type":6}` + "\x1e")
	frameClose          = []byte(`{"type":7}` + "\x1e")
)

// The beginning of an event as every server of the field writes it.
var (
	eventHead = []byte(`{"type":1,"target":"`)
	eventArgs = []byte(`,"arguments":[`)
)

// splitter cuts a byte stream into frames. However the stream is cut into
// messages, the same frames come out, and no byte is looked at twice.
type splitter struct {
	scanned int // bytes of the buffer that are known to hold no separator
}

// next returns the frame at the beginning of buf, without its separator, and
// what is behind it. ok is false if buf holds no whole frame; call again with
// more behind the same bytes.
func (s *splitter) next(buf []byte) (frame, rest []byte, ok bool) {
	i := bytes.IndexByte(buf[s.scanned:], separator)
	if i < 0 {
		s.scanned = len(buf)
		return nil, buf, false
	}
	i += s.scanned
	s.scanned = 0
	return buf[:i], buf[i+1:], true
}

// hubMessage is a frame of which only the outermost level was read.
type hubMessage struct {
	Type           *int            `json:"type"`
	Target         *string         `json:"target"`
	InvocationID   string          `json:"invocationId"` // null stays empty
	Arguments      json.RawMessage `json:"arguments"`
	Result         json.RawMessage `json:"result"`
	Error          string          `json:"error"`
	AllowReconnect bool            `json:"allowReconnect"`
}

// quickEvent reads an event in its usual shape and nothing else:
//
//	{"type":1,"target":"Name","arguments":[…]}
//
// args has its brackets; what is between them is not checked. ok is false for everything that is not exactly this,
// such as a property behind the arguments or an escape in the name.
func quickEvent(frame []byte) (name, args []byte, ok bool) {
	rest, ok := bytes.CutPrefix(frame, eventHead)
	if !ok {
		return nil, nil, false
	}
	q := bytes.IndexByte(rest, '"')
	if q < 0 || bytes.IndexByte(rest[:q], '\\') >= 0 {
		return nil, nil, false
	}
	name = rest[:q]
	rest, ok = bytes.CutPrefix(rest[q+1:], eventArgs)
	if !ok {
		return nil, nil, false
	}
	args = frame[len(frame)-len(rest)-1:]
	if n := len(args) - 2; n > 0 && args[n] == ']' && args[n+1] == '}' && bytes.IndexByte(args, ']') == n {
		return name, args[:n+1], true // the only one there is closes the arguments
	}
	n := arrayLen(args)
	if n < 0 || len(args) != n+1 || args[n] != '}' {
		return nil, nil, false
	}
	return name, args[:n], true
}

// What a byte means to arrayLen.
const (
	plain = iota
	quote
	opening
	closing
)

var meaning = [256]uint8{'"': quote, '[': opening, '{': opening, ']': closing, '}': closing}

// arrayLen is the length of the JSON array (or object) that b begins with, by
// its brackets and strings alone; -1 if it does not end.
func arrayLen(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch meaning[b[i]] {
		case plain:
		case quote:
			n := stringLen(b[i+1:])
			if n < 0 {
				return -1
			}
			i += n
		case opening:
			depth++
		case closing:
			depth--
			if depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// stringLen is the length of the rest of a JSON string, closing quote included.
func stringLen(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}
