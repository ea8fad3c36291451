package demo

import (
	"encoding/json"
	"fmt"
	"slices"
)

// wire is what the stage can do to the outside. The gateway is one; a test has
// another. No method blocks for long.
type wire interface {
	// broadcast sends a frame to every client of a hub.
	broadcast(hub string, frame []byte)
	// toGroup sends a frame to the clients of a hub that are in a group.
	toGroup(hub, group string, frame []byte)
	// finish sends a last frame and ends every connection of a hub.
	finish(hub string, frame []byte)
	// drop ends every connection of a hub without a word.
	drop(hub string)
	// mute makes a hub tell its clients nothing any more, or again: their
	// connections stay.
	mute(hub string, on bool)
	// setDoor says how newcomers to a hub are received.
	setDoor(hub string, d door)
	// listen and hush begin and cease to answer the port of an area, or all
	// ports for "".
	listen(a area) error
	hush(a area)
	// clients is how many clients a hub has, or all hubs have for "".
	clients(hub string) int
}

var _ wire = (*Gateway)(nil)

func (g *Gateway) broadcast(hub string, frame []byte)      { g.hubs[hub].broadcast(frame) }
func (g *Gateway) toGroup(hub, group string, frame []byte) { g.hubs[hub].toGroup(group, frame) }
func (g *Gateway) finish(hub string, frame []byte)         { g.hubs[hub].finish(frame) }
func (g *Gateway) drop(hub string)                         { g.hubs[hub].drop() }
func (g *Gateway) mute(hub string, on bool)                { g.hubs[hub].mute(on) }
func (g *Gateway) setDoor(hub string, d door)              { g.hubs[hub].setDoor(d) }

func (g *Gateway) clients(hub string) int {
	n := 0
	for _, h := range g.order {
		if hub == "" || h.name == hub {
			n += h.snapshotStats().Clients
		}
	}
	return n
}

// sendFrame reads the arguments of an event. A word in brackets is sent as it
// is; another one is sent as it is if it is JSON, and else as a string.
func sendFrame(target string, a *args) []byte {
	var raw []json.RawMessage
	for _, w := range a.words {
		raw = append(raw, argument(w, a))
	}
	a.words = nil
	return encode(target, raw...)
}

func argument(w word, a *args) json.RawMessage {
	if !w.quoted && json.Valid([]byte(w.text)) {
		return json.RawMessage(w.text)
	}
	if w.json {
		a.fail("%s is not JSON; raw would send it", w.text)
		return nil
	}
	b, err := json.Marshal(w.text)
	if err != nil {
		a.fail("%q cannot be sent: %w", w.text, err)
	}
	return b
}

// closeFrame reads the rest of a close line.
func closeFrame(a *args) func() []byte {
	m := struct {
		Type      int    `json:"type"`
		Error     string `json:"error,omitempty"`
		Reconnect bool   `json:"allowReconnect,omitempty"`
	}{Type: 7}
	if !a.flag("reconnect") {
		m.Error = a.optional()
		m.Reconnect = a.flag("reconnect")
	} else {
		m.Reconnect = true
	}
	b, err := json.Marshal(m)
	if err != nil {
		a.fail("%w", fmt.Errorf("close: %w", err))
	}
	return func() []byte { return append(slices.Clip(b), separator) }
}
