//go:build unix && !darwin

package desktop

import "slices"

// bubble is a notice as the service knows it.
type bubble struct {
	id      string // the notice's
	route   string
	number  uint32 // the service's
	turn    uint64 // counts notices; the later of two with one id is right
	expired bool   // off the screen, but a desktop may list it still
}

// bubbles is what may be on the screen, oldest first. The zero value is empty.
type bubbles struct{ all []*bubble }

// shown is the bubble of the notice id that a new one can replace, or nil.
func (bs *bubbles) shown(id string) *bubble {
	for _, b := range bs.all {
		if b.id == id && !b.expired {
			return b
		}
	}
	return nil
}

// numbered is the bubble with the service's number, or nil.
func (bs *bubbles) numbered(n uint32) *bubble {
	for _, b := range bs.all {
		if b.number == n {
			return b
		}
	}
	return nil
}

// add remembers b, which takes the place of any other with its number.
func (bs *bubbles) add(b *bubble) {
	if old := bs.numbered(b.number); old != nil {
		bs.drop(old)
	}
	bs.all = append(bs.all, b)
	if len(bs.all) > maxBubbles {
		bs.all = slices.Delete(bs.all, 0, 1)
	}
}

func (bs *bubbles) drop(b *bubble) {
	bs.all = slices.DeleteFunc(bs.all, func(x *bubble) bool { return x == b })
}
