package hub

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

var (
	// ErrNotConnected: there is no connection that a call could use.
	ErrNotConnected = errors.New("not connected")
	// ErrConnectionLost: the connection ended without a Close message, which
	// is also how a server that stops in good order ends it.
	ErrConnectionLost = errors.New("connection lost")
	// ErrServerSilent: nothing came for ServerTimeout, or a probe was not answered.
	ErrServerSilent = errors.New("the server is silent")
	// ErrMessageTooBig: a message was longer than MaxMessage.
	ErrMessageTooBig = errors.New("message too big")
	// ErrCallTooBig: a call is longer than servers accept (32,768 bytes).
	ErrCallTooBig = errors.New("call too big")
	// ErrHandshake: the server did not complete the handshake.
	ErrHandshake = errors.New("handshake failed")
	// ErrStaleToken: the server does not know the connection that it just
	// allowed. Without sticky sessions another node answered.
	ErrStaleToken = errors.New("the server does not know this connection")
	// ErrRunning: Run was called twice.
	ErrRunning = errors.New("already running")
	// ErrHandlerStuck: the Handler did not return when Run ended.
	ErrHandlerStuck = errors.New("the handler does not return")

	errStopped           = errors.New("stopped")
	errByHand            = errors.New("disconnected by hand")
	errReconnect         = errors.New("reconnect by hand")
	errUpgraded          = errors.New("a better transport is there")
	errNoneLeft          = errors.New("no common transport")
	errLibraryConnClosed = errors.New("connection closed")
	errLibrary           = errors.New("the protocol loop ended")
	errBadRequest        = errors.New("the arguments cannot be written as JSON")
)

// The steps that a StatusError may be of.
const (
	opNegotiate = "negotiate"
	opConnect   = "connect"
	opSend      = "send"
	opPoll      = "poll"
)

// StatusError is an HTTP answer other than the one needed.
type StatusError struct {
	Op         string // "negotiate", "connect", "send", "poll"
	Status     int
	RetryAfter time.Duration // as the server asks; 0 if it does not
	Body       string        // the beginning of the answer; may hold anything
}

// Error names the step and the status.
func (e *StatusError) Error() string {
	return fmt.Sprintf("%s: HTTP status %d", e.Op, e.Status)
}

// Banned reports whether the answer says that our address is banned: then the
// key may well be the right one.
func (e *StatusError) Banned() bool {
	return e.Status == http.StatusForbidden && strings.Contains(e.Body, "banned")
}

// NegotiateError is the server's "error" in an answer to negotiate.
type NegotiateError struct{ Text string }

// Error repeats the server's words.
func (e *NegotiateError) Error() string { return "negotiate: " + e.Text }

// CloseError is a Close message of the server.
type CloseError struct {
	Text           string // the server's words, or empty
	AllowReconnect bool   // the server says that reconnecting makes sense
}

// Error repeats the server's words.
func (e *CloseError) Error() string {
	if e.Text == "" {
		return "closed by the server"
	}
	return "closed by the server: " + e.Text
}

// CallError is the failure of a call as the server reports it.
type CallError struct{ Text string }

// Error repeats the server's words.
func (e *CallError) Error() string { return e.Text }
