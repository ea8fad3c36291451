// Package film keeps what the pages showed, to show it again: a whole picture
// now and then, and what changed of it since, as small as it can be held. A
// reel is a whole picture with the changes that follow it.
//
// It is not the state (package state): it folds no event and knows no rule. It
// keeps the entries of a state.Live as the JSON that a page reads and takes
// none of them apart, so that an entry of an older version is shown as it was.
// It has no clock, no lock and no goroutine; whoever makes an Encoder or a
// Picture owns it.
package film

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"gatewatch/internal/core/state"
)

// Bounds of a reel. To show a moment, its reel is unpacked from the beginning:
// the changes may take MaxGrowth times what the whole picture took, unpacked,
// but MinLength of it in any case.
const (
	MaxGrowth = 4
	MinLength = 256 << 10
)

// Encoder packs a reel, piece by piece, as one stream: what did not change in
// an entry costs next to nothing. The zero value is ready for Whole.
type Encoder struct {
	packed        bytes.Buffer
	deflate       *flate.Writer
	doc           []byte
	lists         [len(listed)]order
	whole, length int
}

// Whole begins a reel with all that is shown.
func (e *Encoder) Whole(live *state.Live) ([]byte, error) {
	if e.deflate == nil {
		w, err := flate.NewWriter(&e.packed, flate.BestSpeed)
		if err != nil {
			return nil, fmt.Errorf("film: %w", err)
		}
		e.deflate = w
	}
	e.packed.Reset()
	e.deflate.Reset(&e.packed)
	for i := range e.lists {
		e.lists[i] = order{}
	}
	if err := e.write(reflect.ValueOf(live).Elem()); err != nil {
		return nil, err
	}
	e.whole, e.length = len(e.doc), len(e.doc)
	return e.flush()
}

// Delta goes on with what changed.
func (e *Encoder) Delta(d *state.Delta) ([]byte, error) {
	if err := e.write(reflect.ValueOf(d).Elem()); err != nil {
		return nil, err
	}
	e.length += len(e.doc)
	return e.flush()
}

// Full reports whether the next piece should begin a reel.
func (e *Encoder) Full() bool {
	return e.length-e.whole > max(MaxGrowth*e.whole, MinLength)
}

// Last is how long the last piece is, unpacked.
func (e *Encoder) Last() int { return len(e.doc) }

func (e *Encoder) flush() ([]byte, error) {
	if _, err := e.deflate.Write(e.doc); err != nil {
		return nil, fmt.Errorf("film: pack: %w", err)
	}
	if err := e.deflate.Flush(); err != nil {
		return nil, fmt.Errorf("film: pack: %w", err)
	}
	piece := bytes.Clone(e.packed.Bytes())
	e.packed.Reset()
	return piece, nil
}

// write makes the document of a state.Live or a state.Delta: its topics with
// their entries, and an end.
func (e *Encoder) write(of reflect.Value) error {
	e.doc = e.doc[:0]
	for i := range of.NumField() {
		entries := of.Field(i)
		if entries.Len() == 0 {
			continue
		}
		name, _, _ := strings.Cut(of.Type().Field(i).Tag.Get("json"), ",")
		gone, skip := e.forget(name, entries)
		e.doc = appendText(e.doc, name)
		e.doc = appendNumber(e.doc, entries.Len()-len(skip)+len(gone))
		for _, id := range gone {
			e.doc = appendNumber(appendText(e.doc, id), 0)
		}
		for it := entries.MapRange(); it.Next(); {
			id := it.Key().String()
			if skip[id] {
				continue
			}
			e.doc = appendText(e.doc, id)
			v := it.Value()
			if v.Kind() == reflect.Pointer && v.IsNil() {
				e.doc = appendNumber(e.doc, 0)
				continue
			}
			body, err := json.Marshal(v.Interface())
			if err != nil {
				return fmt.Errorf("film: %s of %s: %w", id, name, err)
			}
			e.doc = append(appendNumber(e.doc, len(body)), body...)
		}
	}
	e.doc = appendText(e.doc, "")
	return nil
}

// Unpack is the inverse of an Encoder: the documents of a reel's first pieces.
// Of a reel that breaks off, it gives what is there.
func Unpack(pieces [][]byte) ([][]byte, error) {
	var all []io.Reader
	for _, p := range pieces {
		all = append(all, bytes.NewReader(p))
	}
	r := flate.NewReader(io.MultiReader(all...))
	plain, err := io.ReadAll(r)
	if err != nil && err != io.ErrUnexpectedEOF { //nolint:errorlint // flate says so itself; the end of a reel is never packed
		return nil, fmt.Errorf("film: unpack: %w", err)
	}
	var docs [][]byte
	for rest := plain; len(rest) > 0; {
		n := docLength(rest)
		if n < 0 {
			break
		}
		docs = append(docs, rest[:n:n])
		rest = rest[n:]
	}
	return docs, nil
}

// listed are the topics of which the newest so many are shown: an older entry
// leaves when a new one comes, and nobody says so.
var listed = [...]list{
	{"events", state.MaxEvents},
	{"transactions", state.MaxTransactions},
	{"changes", state.MaxChanges},
	{"discoveries", state.MaxDiscoveries},
}

type list struct {
	topic string
	most  int
}

// order is the entries of a list, the oldest first.
type order struct {
	ids   []string
	known map[string]bool
}

// forget finds which entries of a list leave as new ones come, and which of
// those that came left again before anybody saw them.
func (e *Encoder) forget(topic string, entries reflect.Value) (gone []string, skip map[string]bool) {
	at := slices.IndexFunc(listed[:], func(l list) bool { return l.topic == topic })
	if at < 0 {
		return nil, nil
	}
	o := &e.lists[at]
	if o.known == nil {
		o.known = map[string]bool{}
	}
	var fresh []string
	for _, k := range entries.MapKeys() {
		if id := k.String(); !o.known[id] {
			fresh = append(fresh, id)
		}
	}
	slices.SortFunc(fresh, byNumber)
	begun := len(o.ids)
	o.ids = append(o.ids, fresh...)
	over := max(0, len(o.ids)-listed[at].most)
	skip = map[string]bool{}
	for i, id := range o.ids[:over] {
		delete(o.known, id)
		if i < begun {
			gone = append(gone, id)
		} else {
			skip[id] = true
		}
	}
	o.ids = slices.Delete(o.ids, 0, over)
	for _, id := range fresh {
		if !skip[id] {
			o.known[id] = true
		}
	}
	for _, id := range gone { // it was changed, and left
		if entries.MapIndex(reflect.ValueOf(id)).IsValid() {
			skip[id] = true
		}
	}
	return gone, skip
}

// byNumber orders ids, which are numbers of events or names that begin with the
// same word.
func byNumber(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
