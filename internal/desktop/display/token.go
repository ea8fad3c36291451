//go:build unix && !darwin

package display

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// tokenDeadline is how long a compositor may take to make a token. Without one
// the window comes up all the same, but only where it is.
const tokenDeadline = time.Second

// Token is what lets the window of another process come in front of the user:
// what whoever started this process gave it for that, else, under Wayland, what
// the compositor gives to anybody. With such a one most compositors mark the
// window as urgent; without, they do nothing. "" if there is none.
func Token(ctx context.Context) string {
	// A Wayland launcher may set both: the second one is then for X clients.
	for _, name := range []string{"XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"} {
		if given := os.Getenv(name); given != "" {
			return given
		}
	}
	name := os.Getenv("WAYLAND_DISPLAY")
	if name == "" || strings.HasPrefix(os.Getenv("GDK_BACKEND"), "x11") {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, tokenDeadline)
	defer cancel()
	conn, err := wayland(ctx, name)
	if err != nil {
		return ""
	}
	defer closing(conn)()
	if end, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(end)
	}
	token, err := (&compositor{conn: conn}).token()
	if err != nil {
		return ""
	}
	return token
}

// compositor speaks as much of Wayland's protocol as a token needs.
type compositor struct{ conn net.Conn }

// The objects of a connection: the first is there, the others are made here.
const (
	theDisplay uint32 = iota + 1
	theRegistry
	theCallback
	theActivation
	theToken
)

// Requests and events are numbered by their place in the protocol's text.
const (
	displaySync, displayGetRegistry     = 0, 1
	displayError                        = 0
	registryBind, registryGlobal        = 0, 0
	activationGetToken                  = 1
	tokenSetApp, tokenCommit, tokenDone = 1, 3, 0
)

const activationInterface = "xdg_activation_v1"

// errNoActivation: this compositor makes no tokens.
var errNoActivation = errors.New("display: the compositor has no " + activationInterface)

// token asks for one, for no seat and no surface, because this process has none.
func (c *compositor) token() (string, error) {
	if err := c.send(theDisplay, displayGetRegistry, words(theRegistry)); err != nil {
		return "", err
	}
	if err := c.send(theDisplay, displaySync, words(theCallback)); err != nil {
		return "", err
	}
	for {
		object, event, body, err := c.next()
		switch {
		case err != nil:
			return "", err
		case object == theCallback:
			return "", errNoActivation
		case object == theRegistry && event == registryGlobal && len(body) > 4:
			if text(body[4:]) == activationInterface {
				return c.ask(body[:4])
			}
		}
	}
}

// ask binds the maker of tokens, which has a name here, and lets it make one.
func (c *compositor) ask(name []byte) (string, error) {
	bind := append(append(bytes.Clone(name), quoted(activationInterface)...), words(1, theActivation)...)
	if err := errors.Join(
		c.send(theRegistry, registryBind, bind),
		c.send(theActivation, activationGetToken, words(theToken)),
		c.send(theToken, tokenSetApp, quoted("gatewatch")),
		c.send(theToken, tokenCommit, nil),
	); err != nil {
		return "", err
	}
	for {
		object, event, body, err := c.next()
		if err != nil {
			return "", err
		}
		if object == theToken && event == tokenDone {
			return text(body), nil
		}
	}
}

// A message is its object, its size and number in one word, and its arguments.
const headSize = 8

func (c *compositor) send(object uint32, request int, body []byte) error {
	head := words(object, uint32(headSize+len(body))<<16|uint32(request)) //nolint:gosec // a few bytes
	_, err := c.conn.Write(append(head, body...))
	return err
}

// next is the next event that is no refusal.
func (c *compositor) next() (object uint32, event int, body []byte, err error) {
	object, event, body, err = c.receive()
	if err == nil && object == theDisplay && event == displayError {
		err = errors.New("display: the compositor refuses")
	}
	return object, event, body, err
}

func (c *compositor) receive() (object uint32, number int, body []byte, err error) {
	head := make([]byte, headSize)
	if _, err := io.ReadFull(c.conn, head); err != nil {
		return 0, 0, nil, err
	}
	word := binary.NativeEndian.Uint32(head[4:])
	size := int(word >> 16)
	if size < headSize {
		return 0, 0, nil, fmt.Errorf("display: a message of %d bytes", size)
	}
	body = make([]byte, size-headSize)
	_, err = io.ReadFull(c.conn, body)
	return binary.NativeEndian.Uint32(head), int(word & 0xffff), body, err
}

// words are numbers as arguments.
func words(numbers ...uint32) []byte {
	var b []byte
	for _, n := range numbers {
		b = binary.NativeEndian.AppendUint32(b, n)
	}
	return b
}

// quoted is text as an argument: its length with the NUL at its end, and whole
// words.
func quoted(s string) []byte {
	b := append(words(uint32(len(s)+1)), s...) //nolint:gosec // a few bytes
	return append(b, make([]byte, 4-len(s)%4)...)
}

// text reads the text that arguments begin with; "" if they are cut.
func text(body []byte) string {
	if len(body) < 4 {
		return ""
	}
	size := binary.NativeEndian.Uint32(body)
	body = body[4:]
	if size == 0 || uint64(size) > uint64(len(body)) {
		return ""
	}
	return string(bytes.TrimRight(body[:size], "\x00"))
}
