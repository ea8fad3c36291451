package film

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gatewatch/internal/core/state"
)

// errBroken: a document is not one.
var errBroken = errors.New("film: a piece cannot be read")

// Picture is what is shown at one moment: entries as JSON, by topic and id. The
// zero value shows nothing.
type Picture struct {
	topics map[string]map[string][]byte
}

// Apply goes on to the next piece, by its document, which must not be changed
// afterwards. One that cannot be read is applied in part.
func (p *Picture) Apply(doc []byte) error {
	if p.topics == nil {
		p.topics = map[string]map[string][]byte{}
	}
	return each(doc, func(topic, id string, body []byte) {
		entries := p.topics[topic]
		if entries == nil {
			entries = map[string][]byte{}
			p.topics[topic] = entries
		}
		if len(body) == 0 {
			delete(entries, id)
		} else {
			entries[id] = body
		}
	})
}

// each gives what a document says of each entry; a body of no length says that it
// is gone.
func each(doc []byte, of func(topic, id string, body []byte)) error {
	r := reader{doc}
	for {
		topic, ok := r.text()
		if !ok {
			return errBroken
		}
		if len(topic) == 0 {
			return nil
		}
		name := string(topic)
		n, ok := r.number()
		if !ok {
			return errBroken
		}
		for range n {
			id, one := r.text()
			body, two := r.text()
			if !one || !two {
				return errBroken
			}
			of(name, string(id), body)
		}
	}
}

// Clone is a picture that goes on apart from p.
func (p *Picture) Clone() *Picture {
	c := &Picture{topics: make(map[string]map[string][]byte, len(p.topics))}
	for topic, entries := range p.topics {
		c.topics[topic] = maps.Clone(entries)
	}
	return c
}

// Since is what is other in p than in old, as the JSON of a state.Delta; of a
// nil old, everything.
func (p *Picture) Since(old *Picture) []byte {
	if old == nil {
		old = &Picture{}
	}
	all := object{}
	for _, topic := range slices.Sorted(maps.Keys(union(p.topics, old.topics))) {
		now, was := p.topics[topic], old.topics[topic]
		changed := object{}
		for id, body := range now {
			if !bytes.Equal(was[id], body) {
				changed.put(id, body)
			}
		}
		for id := range was {
			if _, still := now[id]; !still {
				changed.put(id, []byte("null"))
			}
		}
		if len(changed) > 0 {
			all.put(topic, changed.end())
		}
	}
	return all.end()
}

// object is a JSON object that is being written.
type object []byte

func (o *object) put(name string, body []byte) {
	before := byte(',')
	if len(*o) == 0 {
		before = '{'
	}
	quoted, err := json.Marshal(name)
	if err != nil {
		return // not possible: it is text
	}
	*o = append(append(append(append(*o, before), quoted...), ':'), body...)
}

func (o *object) end() []byte {
	if len(*o) == 0 {
		return []byte("{}")
	}
	return append(*o, '}')
}

// Delta reads what Since gives. What this version does not know is left out.
func Delta(since []byte) (d state.Delta, err error) {
	if err := json.Unmarshal(since, &d); err != nil {
		return d, fmt.Errorf("film: %w", err)
	}
	return d, nil
}

// Only reads the entries that are wanted of a document, as Unpack gives it: that is
// far less work than all of it. Nil entries are gone, as are those of no body.
func Only(doc []byte, wanted func(topic, id string, body []byte) bool) (d state.Delta, err error) {
	some := map[string]object{}
	err = each(doc, func(topic, id string, body []byte) {
		if !wanted(topic, id, body) {
			return
		}
		if len(body) == 0 {
			body = []byte("null")
		}
		entries := some[topic]
		entries.put(id, body)
		some[topic] = entries
	})
	if err != nil {
		return d, err
	}
	all := object{}
	for topic, entries := range some {
		all.put(topic, entries.end())
	}
	return Delta(all.end())
}

func union[T any](a, b map[string]T) map[string]T {
	all := maps.Clone(b)
	if all == nil {
		all = map[string]T{}
	}
	maps.Copy(all, a)
	return all
}

// A document is topics, each with its name, how many entries follow, and these:
// id and body, a body of no length saying that it is gone. A topic without a
// name ends it. Text is its length and its bytes.
func appendText(b []byte, s string) []byte { return append(appendNumber(b, len(s)), s...) }

func appendNumber(b []byte, n int) []byte { return binary.AppendUvarint(b, uint64(n)) } //nolint:gosec // a length

type reader struct{ doc []byte }

func (r *reader) number() (uint64, bool) {
	n, size := binary.Uvarint(r.doc)
	if size <= 0 {
		return 0, false
	}
	r.doc = r.doc[size:]
	return n, true
}

func (r *reader) text() ([]byte, bool) {
	n, ok := r.number()
	if !ok || n > uint64(len(r.doc)) {
		return nil, false
	}
	s := r.doc[:n:n]
	r.doc = r.doc[n:]
	return s, true
}

// docLength is how long the document is that b begins with; -1 if it is not all
// there.
func docLength(b []byte) int {
	r := reader{b}
	for {
		topic, ok := r.text()
		if !ok {
			return -1
		}
		if len(topic) == 0 {
			return len(b) - len(r.doc)
		}
		n, ok := r.number()
		for ; ok && n > 0; n-- {
			_, one := r.text()
			_, two := r.text()
			ok = one && two
		}
		if !ok {
			return -1
		}
	}
}
